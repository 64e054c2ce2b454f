//! The accelerator: a core behind registers.

use serde::{Deserialize, Deserializer, Serialize};

use super::Core;
use super::beside::Beside;
use crate::ConfigError;
use crate::register_map::{Identity, RegisterMap, accelerator};

/// A core behind registers, with a memory for its program: what a host starts.
///
/// It has T_h + 1 ports to memory of [`Core::beat_bits`]: a port for the weights of each group, and one that everything
/// else goes through.
///
/// ```
/// use spec::accel::{Accelerator, Core};
/// let accelerator = Accelerator::new(Core::zcu102());
/// accelerator.validate()?;
/// assert_eq!((accelerator.ports(), accelerator.core.beat_bits()), (4, 256));
/// # Ok::<(), spec::ConfigError>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize)]
pub struct Accelerator {
    /// Most instructions of a program: a power of two from 16 to 65536.
    pub max_instructions: u32,
    /// The core.
    #[serde(flatten)]
    pub core: Core,
}

const KIND: &str = "accelerator";

impl<'de> Deserialize<'de> for Accelerator {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let mut max_instructions = None;
        let core = Core::deserialize(Beside::new(deserializer, "max_instructions", &mut max_instructions))?;
        Ok(Self { max_instructions: max_instructions.unwrap_or_else(instructions), core })
    }
}

fn instructions() -> u32 {
    1024
}

impl Accelerator {
    /// Version of the registers and of what they do: major number in the upper half, minor in the lower.
    pub const VERSION: u32 = 0x1_0000;

    /// An accelerator for programs of up to 1024 instructions.
    pub fn new(core: Core) -> Self {
        Self { max_instructions: instructions(), core }
    }

    /// Ports to memory.
    pub const fn ports(&self) -> u32 {
        self.core.t_h + 1
    }

    /// Its registers.
    ///
    /// ```
    /// use spec::accel::{Accelerator, Core};
    /// let map = Accelerator::new(Core::small()).map();
    /// assert_eq!(map.register("HASH_LO").map(|hash| hash.reset()), Some(Core::small().hash() as u32));
    /// ```
    pub fn map(&self) -> RegisterMap {
        accelerator(Identity { version: Self::VERSION, hash: self.core.hash() })
    }

    /// `accelerator_i16_o4_h3_t32_d48_m96`: as the core's.
    pub fn module_name(&self) -> String {
        format!("{KIND}_{}", self.core.ident())
    }

    /// Refuses accelerators that cannot be built.
    ///
    /// # Errors
    /// Which field, and what it may be.
    pub fn validate(&self) -> Result<(), ConfigError> {
        self.core.validate().map_err(|error| ConfigError { kind: KIND, ..error })?;
        if !self.max_instructions.is_power_of_two() || !(16..=65536).contains(&self.max_instructions) {
            let reason = format!("is {}", self.max_instructions);
            return Err(ConfigError::new(KIND, "max_instructions", reason, "write a power of two from 16 to 65536"));
        }
        Ok(())
    }
}
