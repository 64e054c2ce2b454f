//! Configurations of the accelerator's AXI side: masters that read and write memory, the slave that holds the registers.

use serde::{Deserialize, Serialize};

use crate::ConfigError;
use crate::register_map::{Identity, RegisterMap, accelerator};

/// The most bytes that a burst of AXI4 may lie across: it never crosses a border of so many.
pub const PAGE_BYTES: u32 = 4096;

/// Widths and depths of an AXI4 master: one ID, whole beats, incrementing bursts.
///
/// A command is cut where the address is a multiple of `max_burst` beats, so that no burst crosses a border of 4 KiB.
///
/// ```
/// use spec::axi::Master;
/// let master = Master::new(40, 256);
/// assert_eq!((master.beat_bytes(), master.max_burst, master.outstanding), (32, 64, 4));
/// assert_eq!(master.buffer_beats(), 256);
/// master.validate("axi_read_master")?;
/// # Ok::<(), spec::ConfigError>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Master {
    /// Bits of an address, 32 to 64.
    pub address_bits: u32,
    /// Bits of a beat: 32, 64, 128, 256 or 512.
    pub data_bits: u32,
    /// Beats of the longest burst: a power of two from 2 to 256, and at most 4 KiB.
    #[serde(default = "burst")]
    pub max_burst: u32,
    /// Bursts on their way at a time: a power of two from 2 to 64.
    #[serde(default = "outstanding")]
    pub outstanding: u32,
    /// Bits of a command's number of beats, 9 to 32.
    #[serde(default = "length")]
    pub length_bits: u32,
}

fn burst() -> u32 {
    64
}

fn outstanding() -> u32 {
    4
}

fn length() -> u32 {
    24
}

impl Master {
    /// A master with bursts of up to 64 beats, four at a time, and commands of up to 2^24 − 1 beats.
    pub fn new(address_bits: u32, data_bits: u32) -> Self {
        Self { address_bits, data_bits, max_burst: burst(), outstanding: outstanding(), length_bits: length() }
    }

    /// Bytes of a beat.
    pub fn beat_bytes(&self) -> u32 {
        self.data_bits / 8
    }

    /// Bits of an address that lie within a beat.
    pub fn lane_bits(&self) -> u32 {
        self.beat_bytes().trailing_zeros()
    }

    /// Beats that the master's buffer holds: all bursts that may be on their way.
    pub fn buffer_beats(&self) -> u32 {
        self.max_burst * self.outstanding
    }

    fn suffix(&self) -> String {
        let Self { address_bits, data_bits, max_burst, outstanding, length_bits } = self;
        let length = if *length_bits == length() { String::new() } else { format!("_l{length_bits}") };
        format!("a{address_bits}_d{data_bits}_b{max_burst}_o{outstanding}{length}")
    }

    /// Refuses widths and depths that AXI4 or the master does not know; `kind` is who asks.
    ///
    /// # Errors
    /// Which field, and what it may be.
    pub fn validate(&self, kind: &'static str) -> Result<(), ConfigError> {
        let range = |field, value: u32, low: u32, high: u32| {
            if (low..=high).contains(&value) {
                return Ok(());
            }
            Err(ConfigError::new(kind, field, format!("is {value}"), format!("give a number from {low} to {high}")))
        };
        let power = |field, value: u32, low: u32, high: u32| {
            if value.is_power_of_two() && (low..=high).contains(&value) {
                return Ok(());
            }
            let remedy = format!("give a power of two from {low} to {high}");
            Err(ConfigError::new(kind, field, format!("is {value}"), remedy))
        };
        range("address_bits", self.address_bits, 32, 64)?;
        power("data_bits", self.data_bits, 32, 512)?;
        power("max_burst", self.max_burst, 2, 256.min(PAGE_BYTES / self.beat_bytes()))?;
        power("outstanding", self.outstanding, 2, 64)?;
        range("length_bits", self.length_bits, 9, 32)
    }
}

/// Reads memory: commands of an address and a number of beats in, their data in order out.
///
/// ```
/// use spec::axi::{Master, ReadMaster};
/// let config = ReadMaster { master: Master::new(40, 256) };
/// assert_eq!(config.module_name(), "axi_read_master_a40_d256_b64_o4");
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct ReadMaster {
    /// Widths and depths.
    pub master: Master,
}

impl ReadMaster {
    /// `axi_read_master_a40_d256_b64_o4`: bits of address and data, beats of a burst, bursts at a time.
    pub fn module_name(&self) -> String {
        format!("axi_read_master_{}", self.master.suffix())
    }

    /// Refuses what no master can be built from.
    ///
    /// # Errors
    /// Which field, and what it may be.
    pub fn validate(&self) -> Result<(), ConfigError> {
        self.master.validate("axi_read_master")
    }
}

/// Writes memory: commands of an address and a number of beats, and their data, in; a beat a command out when all is
/// written.
///
/// ```
/// use spec::axi::{Master, WriteMaster};
/// let config = WriteMaster { master: Master { length_bits: 16, ..Master::new(64, 64) } };
/// assert_eq!(config.module_name(), "axi_write_master_a64_d64_b64_o4_l16");
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct WriteMaster {
    /// Widths and depths.
    pub master: Master,
}

impl WriteMaster {
    /// `axi_write_master_a40_d256_b64_o4`: bits of address and data, beats of a burst, bursts at a time.
    pub fn module_name(&self) -> String {
        format!("axi_write_master_{}", self.master.suffix())
    }

    /// Refuses what no master can be built from.
    ///
    /// # Errors
    /// Which field, and what it may be.
    pub fn validate(&self) -> Result<(), ConfigError> {
        self.master.validate("axi_write_master")
    }
}

/// Holds the accelerator's registers behind AXI4-Lite, 32 bits wide.
///
/// ```
/// use spec::axi::LiteSlave;
/// let config = LiteSlave { version: 0x10000, hash: "0123456789abcdef".to_owned() };
/// assert_eq!(config.module_name(), "axi_lite_slave_accelerator_01234567");
/// assert_eq!(config.map()?.name, "accelerator");
/// # Ok::<(), spec::ConfigError>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LiteSlave {
    /// What register `VERSION` reads as: major number in the upper half, minor in the lower.
    #[serde(default)]
    pub version: u32,
    /// The hash of the configuration that registers `HASH_LO` and `HASH_HI` read as: 16 hexadecimal digits.
    pub hash: String,
}

impl LiteSlave {
    /// `axi_lite_slave_accelerator_` and the first eight digits of the hash.
    pub fn module_name(&self) -> String {
        let digits: String = self.hash.chars().take(8).collect();
        format!("axi_lite_slave_accelerator_{digits}")
    }

    /// The registers.
    ///
    /// # Errors
    /// If the hash is not 16 hexadecimal digits.
    pub fn map(&self) -> Result<RegisterMap, ConfigError> {
        let wrong = || {
            let reason = format!("is `{}`", self.hash);
            ConfigError::new("axi_lite_slave", "hash", reason, "give 16 lower-case hexadecimal digits")
        };
        if self.hash.len() != 16 || self.hash.bytes().any(|b| !b.is_ascii_digit() && !(b'a'..=b'f').contains(&b)) {
            return Err(wrong());
        }
        let hash = u64::from_str_radix(&self.hash, 16).map_err(|_| wrong())?;
        Ok(accelerator(Identity { version: self.version, hash }))
    }

    /// Refuses a hash that is none.
    ///
    /// # Errors
    /// Which field, and what it may be.
    pub fn validate(&self) -> Result<(), ConfigError> {
        self.map().map(drop)
    }
}
