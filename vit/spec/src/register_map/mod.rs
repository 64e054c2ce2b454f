//! Registers that software sees: plain data, of which the slave in RTL, constants in Rust and C, the SVD and the
//! documentation are all made.

mod accelerator;

use serde::{Deserialize, Serialize};

pub use accelerator::{Identity, accelerator};

/// What software may do with a field, and what the hardware does.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Access {
    /// Software writes it, byte by byte as the strobes say, and reads it back; hardware reads it.
    ReadWrite,
    /// Hardware drives it; writes are ignored.
    ReadOnly,
    /// Reads as the value that stands under `reset`; writes are ignored.
    Constant,
    /// Hardware sets bits with pulses; software clears those to which it writes ones. A pulse wins over a clearing.
    WriteOneToClear,
    /// Bits written as ones are pulses of one cycle for the hardware; reads as 0.
    Pulse,
    /// The upper half of a counter, as it was when software last read a lower half: see [`Register::latches`].
    Latched,
}

/// Some bits of a register.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Field {
    /// Its name, in upper case; empty if the field is the whole register.
    pub name: String,
    /// Its lowest bit.
    pub lsb: u32,
    /// Its bits.
    pub width: u32,
    /// What may be done with it.
    pub access: Access,
    /// Its value after reset.
    pub reset: u32,
    /// What it means.
    pub doc: String,
}

/// A register of 32 bits.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Register {
    /// Its name, in upper case.
    pub name: String,
    /// Its address, in bytes from the start of the map; a multiple of four.
    pub offset: u32,
    /// What it is for.
    pub doc: String,
    /// Its fields, from the lowest bit up.
    pub fields: Vec<Field>,
}

impl Register {
    /// The register whose upper half a read of this one latches, if there is one: `CYCLES_HI` for `CYCLES_LO`.
    ///
    /// One latch serves all pairs, so that the halves are read one after the other, the lower one first.
    pub fn latches<'a>(&self, map: &'a RegisterMap) -> Option<&'a Register> {
        let pair = format!("{}_HI", self.name.strip_suffix("_LO")?);
        map.register(&pair).filter(|r| r.fields.iter().any(|f| f.access == Access::Latched))
    }

    /// The bits that are set after reset.
    pub fn reset(&self) -> u32 {
        self.fields.iter().fold(0, |bits, field| bits | field.reset << field.lsb)
    }
}

impl Field {
    /// The bits that the field covers.
    pub fn mask(&self) -> u32 {
        (u32::MAX >> (32 - self.width.clamp(1, 32))) << self.lsb
    }
}

/// A block of registers.
///
/// ```
/// use spec::register_map::{Identity, accelerator};
/// let map = accelerator(Identity { version: 0x1_0000, hash: 0x0123_4567_89ab_cdef });
/// let hash = map.register("HASH_LO").expect("there is one");
/// assert_eq!((hash.offset % 4, hash.reset()), (0, 0x89ab_cdef));
/// assert_eq!(map.validate(), Ok(()));
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct RegisterMap {
    /// Its name, in lower case.
    pub name: String,
    /// What it is for.
    pub doc: String,
    /// Bits of an address within it.
    pub address_bits: u32,
    /// The registers, by address.
    pub registers: Vec<Register>,
    /// Which registers make the interrupt, if there is one.
    pub interrupt: Option<Interrupt>,
}

/// The registers that make an interrupt: it is high while a bit stands in both. Their fields are the same.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Interrupt {
    /// The name of the register that says which events count.
    pub enable: String,
    /// The name of the register that holds the events.
    pub status: String,
}

impl RegisterMap {
    /// The register of that name.
    pub fn register(&self, name: &str) -> Option<&Register> {
        self.registers.iter().find(|r| r.name == name)
    }

    /// The register at that address.
    pub fn at(&self, offset: u32) -> Option<&Register> {
        self.registers.iter().find(|r| r.offset == offset)
    }

    /// Makes sure that names and addresses are unique and in order, that fields neither overlap nor reach beyond 32 bits,
    /// and that resets fit.
    ///
    /// # Errors
    /// What is wrong with which register.
    pub fn validate(&self) -> Result<(), String> {
        let mut next = 0;
        for register in &self.registers {
            let Register { name, offset, fields, .. } = register;
            if self.registers.iter().filter(|r| r.name == *name).count() > 1 {
                return Err(format!("there are two registers {name}"));
            }
            if offset % 4 != 0 || *offset < next || u64::from(*offset) + 4 > 1 << self.address_bits {
                return Err(format!("{name} cannot stand at {offset:#x}"));
            }
            next = offset + 4;
            let mut bit = 0;
            for field in fields {
                let sound = field.lsb >= bit && field.width >= 1 && field.lsb + field.width <= 32;
                if !sound || u64::from(field.reset) >> field.width != 0 {
                    return Err(format!("field {} of {name} does not fit", field.name));
                }
                if field.name.is_empty() && fields.len() > 1 {
                    return Err(format!("{name} has several fields, one of them without a name"));
                }
                bit = field.lsb + field.width;
            }
            let upper = fields.iter().any(|f| f.access == Access::Latched);
            if upper && !self.registers.iter().any(|r| r.latches(self).is_some_and(|hi| hi.name == *name)) {
                return Err(format!("{name} is the upper half of nothing"));
            }
        }
        self.interrupt.as_ref().map_or(Ok(()), |interrupt| self.validate_interrupt(interrupt))
    }

    fn validate_interrupt(&self, interrupt: &Interrupt) -> Result<(), String> {
        let places = |name: &str| -> Option<Vec<(u32, u32)>> {
            Some(self.register(name)?.fields.iter().map(|f| (f.lsb, f.width)).collect())
        };
        let (enable, status) = (places(&interrupt.enable), places(&interrupt.status));
        if enable.is_some() && enable == status {
            return Ok(());
        }
        Err(format!("{} and {} have not the same fields", interrupt.enable, interrupt.status))
    }
}
