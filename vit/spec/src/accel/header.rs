//! What stands before a program in memory.

use super::Layout;

impl Layout {
    /// [`Header`].
    pub const HEADER: Self = Self(&[
        ("magic", 32),
        ("version", 16),
        ("reserved_low", 16),
        ("hash", 64),
        ("instructions", 32),
        ("checksum", 32),
        ("reserved_high", 64),
    ]);
}

/// What stands before a program in memory, 32 bytes: the instructions follow it. A core refuses a program whose header
/// is not of its own version and hash, or whose instructions have another checksum, before any of them is done.
///
/// ```
/// use spec::accel::Header;
/// let header = Header { hash: 7, instructions: 2, checksum: 0x1234_5678 };
/// let words = header.encode();
/// assert_eq!(words, [0x2_4c50_5345, 7, 0x1234_5678_0000_0002, 0]);
/// assert_eq!(Header::BYTES, 8 * words.len());
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Header {
    /// [`super::Core::hash`] of the core that the program is for.
    pub hash: u64,
    /// Instructions that follow.
    pub instructions: u32,
    /// CRC-32 of their bytes (IEEE 802.3: reflected, polynomial [`Self::POLYNOMIAL`], begun and ended with ones).
    pub checksum: u32,
}

impl Header {
    /// Bytes of a header: those of an instruction.
    pub const BYTES: usize = 32;
    /// `ESPL`, the first byte lowest.
    pub const MAGIC: u32 = u32::from_le_bytes(*b"ESPL");
    /// Version of the header and of the instructions.
    pub const VERSION: u16 = 2;
    /// The checksum's polynomial, its highest power in the lowest bit.
    pub const POLYNOMIAL: u32 = 0xedb8_8320;

    /// The header's bits, least significant word first.
    pub fn encode(&self) -> [u64; 4] {
        Layout::HEADER.pack(&[
            ("magic", Self::MAGIC.into()),
            ("version", Self::VERSION.into()),
            ("hash", self.hash),
            ("instructions", self.instructions.into()),
            ("checksum", self.checksum.into()),
        ])
    }
}
