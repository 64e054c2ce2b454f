//! The ports of a model: their table, and the memory behind them.

use std::cell::Cell;

use bitvec::{order::Lsb0, slice::BitSlice};

/// The way a port points.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Direction {
    /// Driven by the testbench.
    In,
    /// Driven by the model.
    Out,
    /// Both.
    InOut,
}

/// One row of a model's port table.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PortInfo {
    /// The name in the SystemVerilog; elements of unpacked arrays are `name[0]`, `name[1]`, …
    pub name: String,
    /// Bits.
    pub width: u32,
    /// The way it points.
    pub direction: Direction,
}

impl PortInfo {
    /// `8-bit input`, for messages.
    pub fn describe(&self) -> String {
        describe(self.width, self.direction)
    }
}

pub(crate) fn describe(width: u32, direction: Direction) -> String {
    let direction = match direction {
        Direction::In => "input",
        Direction::Out => "output",
        Direction::InOut => "inout",
    };
    let article = if matches!(width, 8 | 11 | 18 | 80..=89) { "an" } else { "a" };
    format!("{article} {width}-bit {direction}")
}

/// A handle on one port of one [`Model`](crate::Model): no name is looked up when it is used.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Port {
    pub(crate) index: u32,
    pub(crate) model: u64,
}

/// Bits in the model's memory, lowest first. They live in cells, because the model writes them too.
pub type Bits = BitSlice<Cell<u8>, Lsb0>;

/// The memory of one port: an integer of 1, 2, 4 or 8 bytes, or 32-bit words, lowest first; bits above `width` are 0.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Memory {
    pub(crate) start: *mut u8,
    pub(crate) width: u32,
    pub(crate) bytes: u32,
}

/// All ones in the lowest `width` bits.
pub(crate) const fn mask(width: u32) -> u64 {
    if width >= 64 { u64::MAX } else { (1 << width) - 1 }
}

#[cfg(target_endian = "big")]
compile_error!("ports are read as bytes, lowest first: a little-endian machine is needed");

/// The caller warrants that the model that the memory belongs to lives, and that no other thread touches it.
impl Memory {
    /// The lowest 64 bits.
    #[inline]
    pub(crate) unsafe fn get(self) -> u64 {
        // SAFETY: the pointer is valid and aligned for an integer of `bytes` bytes, or for words of 4 bytes.
        unsafe {
            match self.bytes {
                1 => u64::from(self.start.read()),
                2 => u64::from(self.start.cast::<u16>().read()),
                4 => u64::from(self.start.cast::<u32>().read()),
                8 => self.start.cast::<u64>().read_unaligned(),
                // The model has just written words: a load that spans two stores has to wait for both. Volatile, lest
                // the compiler make one load of two.
                _ => {
                    let words = self.start.cast::<u32>();
                    u64::from(words.read_volatile()) | u64::from(words.add(1).read_volatile()) << 32
                }
            }
        }
    }

    /// Sets the port to `value` modulo 2^width.
    #[inline]
    pub(crate) unsafe fn set(self, value: u64) {
        let value = value & mask(self.width);
        // SAFETY: as above; a port of more than 8 bytes consists of words that are cleared one by one.
        unsafe {
            match self.bytes {
                1 => self.start.write(value as u8),
                2 => self.start.cast::<u16>().write(value as u16),
                4 => self.start.cast::<u32>().write(value as u32),
                8 => self.start.cast::<u64>().write_unaligned(value),
                _ => {
                    self.start.cast::<u64>().write_unaligned(value);
                    self.start.add(8).write_bytes(0, self.bytes as usize - 8);
                }
            }
        }
    }

    /// As many 64-bit words as there are, lowest first; the rest of `words` becomes 0.
    #[inline]
    pub(crate) unsafe fn get_words(self, words: &mut [u64]) {
        if self.bytes <= 8 {
            words.fill(0);
            if let Some(first) = words.first_mut() {
                // SAFETY: as for `get`.
                *first = unsafe { self.get() };
            }
            return;
        }
        let mut left = self.bytes as usize;
        for (i, word) in words.iter_mut().enumerate() {
            // SAFETY: `left` bytes of the port lie behind the ones read so far.
            *word = unsafe {
                match left {
                    0 => 0,
                    4 => u64::from(self.start.add(8 * i).cast::<u32>().read()),
                    _ => self.start.add(8 * i).cast::<u64>().read_unaligned(),
                }
            };
            left = left.saturating_sub(8);
        }
    }

    /// Sets the port to the value in `words`, lowest first, modulo 2^width; missing words count as 0.
    #[inline]
    pub(crate) unsafe fn set_words(self, words: &[u64]) {
        if self.bytes <= 8 {
            // SAFETY: as for `set`.
            return unsafe { self.set(words.first().copied().unwrap_or(0)) };
        }
        let (mut left, mut bits) = (self.bytes as usize, self.width);
        let mut i = 0;
        while left > 0 {
            let word = words.get(i).copied().unwrap_or(0) & mask(bits);
            // SAFETY: `left` bytes of the port lie behind the ones written so far.
            unsafe {
                match left {
                    4 => self.start.add(8 * i).cast::<u32>().write(word as u32),
                    _ => self.start.add(8 * i).cast::<u64>().write_unaligned(word),
                }
            }
            (left, bits, i) = (left.saturating_sub(8), bits.saturating_sub(64), i + 1);
        }
    }

    /// `width` ≤ 64 bits from bit `lsb` on; the caller keeps `lsb + width` within the port.
    #[inline]
    pub(crate) unsafe fn get_slice(self, lsb: u32, width: u32) -> u64 {
        // SAFETY: `window` stays within the port.
        unsafe {
            let (low, high, shift) = self.window(lsb, width);
            let value = u128::from(low) | (u128::from(high) << 64);
            (value >> shift) as u64 & mask(width)
        }
    }

    /// Sets `width` ≤ 64 bits from bit `lsb` on, and no others.
    #[inline]
    pub(crate) unsafe fn set_slice(self, lsb: u32, width: u32, value: u64) {
        let mut value = value & mask(width);
        if self.bytes <= 8 {
            // SAFETY: as for `get` and `set`.
            return unsafe { self.set((self.get() & !mask(width).wrapping_shl(lsb)) | value.wrapping_shl(lsb)) };
        }
        // Word by word, as the model reads them: a load that spans several smaller stores has to wait for all of them.
        let (mut bit, end) = (lsb, lsb + width);
        while bit < end {
            let (offset, word) = (bit % 32, self.start.cast::<u32>().wrapping_add(bit as usize / 32));
            let count = (32 - offset).min(end - bit);
            let bits = mask(count) as u32;
            // SAFETY: the word holds a bit below `lsb + width`, so it belongs to the port.
            unsafe { word.write((word.read() & !(bits << offset)) | ((value as u32 & bits) << offset)) };
            (bit, value) = (bit + count, value >> count);
        }
    }

    unsafe fn window(self, lsb: u32, width: u32) -> (u64, u64, u32) {
        let first = lsb as usize / 8;
        let count = ((lsb + width) as usize).div_ceil(8) - first;
        let mut bytes = [0u8; 16];
        // SAFETY: at most 9 bytes, all within the port.
        unsafe { self.start.add(first).copy_to_nonoverlapping(bytes.as_mut_ptr(), count) };
        let (low, high) = bytes.split_at(8);
        let word = |half: &[u8]| half.iter().rev().fold(0u64, |word, byte| (word << 8) | u64::from(*byte));
        (word(low), word(high), lsb % 8)
    }

    /// The port as bits.
    #[inline]
    pub(crate) unsafe fn bits<'a>(self) -> &'a Bits {
        // SAFETY: `bytes` bytes are the port's; cells allow the model to write them between two looks.
        let cells = unsafe { std::slice::from_raw_parts(self.start.cast::<Cell<u8>>(), self.bytes as usize) };
        &BitSlice::from_slice(cells)[..self.width as usize]
    }
}

impl Memory {
    /// The port as bits that only the caller has.
    pub(crate) unsafe fn bits_mut<'a>(self) -> &'a mut Bits {
        // SAFETY: `bytes` bytes are the port's, and the caller has it exclusively.
        let cells = unsafe { std::slice::from_raw_parts_mut(self.start.cast::<Cell<u8>>(), self.bytes as usize) };
        &mut BitSlice::from_slice_mut(cells)[..self.width as usize]
    }
}

/// Two's complement of `width` bits, extended to 64.
pub(crate) const fn sign_extend(value: u64, width: u32) -> i64 {
    let shift = 64 - if width > 64 { 64 } else { width };
    ((value << shift) as i64) >> shift
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn slices_are_read_and_written_at_every_place() {
        let mut words = [0u64; 5];
        for (port, bytes) in [(7, 1), (13, 2), (32, 4), (64, 8), (300, 40)] {
            let memory = Memory { start: words.as_mut_ptr().cast(), width: port, bytes };
            for (width, ground) in (1..=port.min(64)).flat_map(|width| [(width, 0), (width, u64::MAX)]) {
                for lsb in 0..=(port - width) {
                    let value = 0x9e37_79b9_7f4a_7c15u64.rotate_left(lsb) & mask(width);
                    // SAFETY: the array outlives this loop and is used by nobody else.
                    unsafe {
                        memory.set_words(&[ground; 5]);
                        let before = memory.bits().count_ones();
                        let covered = if ground == 0 { 0 } else { width as usize };
                        memory.set_slice(lsb, width, value);
                        assert_eq!(memory.get_slice(lsb, width), value, "{width} bits at {lsb} of {port}");
                        let ones = before - covered + value.count_ones() as usize;
                        assert_eq!(memory.bits().count_ones(), ones, "{width} bits at {lsb} of {port}");
                    }
                }
            }
        }
    }

    #[test]
    fn words_are_read_and_written_for_every_width() {
        for width in 65..=320u32 {
            let bytes = width.div_ceil(32) * 4;
            let mut memory_words = [0xffff_ffffu32; 12];
            let memory = Memory { start: memory_words.as_mut_ptr().cast(), width, bytes };
            let words: Vec<u64> = (0..5).map(|i| 0x9e37_79b9_7f4a_7c15u64.rotate_left(i * 11)).collect();
            let mut back = [1u64; 6];
            // SAFETY: the array outlives this loop and is used by nobody else.
            unsafe {
                memory.set_words(&words);
                memory.get_words(&mut back);
                for bit in 0..384u32 {
                    let expected = bit < width && words[bit as usize / 64] >> (bit % 64) & 1 == 1;
                    assert_eq!(back[bit as usize / 64] >> (bit % 64) & 1 == 1, expected, "bit {bit} of {width}");
                }
            }
            assert_eq!(memory_words[bytes as usize / 4], 0xffff_ffff, "nothing beyond the port is touched");
        }
    }

    #[test]
    fn signs_are_extended() {
        assert_eq!(sign_extend(0x80, 8), -128);
        assert_eq!(sign_extend(0x7f, 8), 127);
        assert_eq!(sign_extend(u64::MAX, 64), -1);
    }
}
