//! Ports, wires, registers, memories and what they belong to.

use num_bigint::BigInt;

use super::{DomainId, EnumId, LoopId};
use crate::error::Place;
use crate::ty::Ty;

/// How a signal came about, which decides its suffix and where it may be assigned.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    Input,
    Output,
    Wire,
    Reg(Reg),
}

/// What makes a signal a register.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Reg {
    pub domain: DomainId,
    pub reset: Option<BigInt>,
}

/// How a signal is called.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Name {
    /// Chosen by the author.
    Given(String),
    /// A step of a larger expression: called after whatever uses it, plus this suffix.
    Step(&'static str),
}

/// A port, wire or register, or a vector of them.
#[derive(Clone, Debug)]
pub(crate) struct Signal {
    pub name: Name,
    pub ty: Ty,
    pub kind: Kind,
    /// Elements, if it is a vector.
    pub count: Option<u32>,
    /// Loops around the declaration, outermost first.
    pub scope: Vec<LoopId>,
    /// The generate branch inside the innermost loop that declares it, if one does.
    pub branch: Option<u32>,
    pub attributes: Vec<(String, String)>,
    pub enumeration: Option<EnumId>,
    pub place: Place,
}

impl Signal {
    /// Bits of the whole signal.
    pub fn bits(&self) -> u32 {
        self.ty.width() * self.count.unwrap_or(1)
    }
}

/// How a memory asks to be built.
///
/// ```
/// assert_eq!(hdl::RamStyle::Block.attribute(), Some("block"));
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum RamStyle {
    /// As the tool likes.
    #[default]
    Auto,
    /// LUT RAM.
    Distributed,
    /// Block RAM.
    Block,
    /// UltraRAM.
    Ultra,
    /// Flip-flops.
    Registers,
}

impl RamStyle {
    /// The value of the `ram_style` attribute.
    ///
    /// ```
    /// assert_eq!(hdl::RamStyle::Auto.attribute(), None);
    /// ```
    pub fn attribute(self) -> Option<&'static str> {
        match self {
            Self::Auto => None,
            Self::Distributed => Some("distributed"),
            Self::Block => Some("block"),
            Self::Ultra => Some("ultra"),
            Self::Registers => Some("registers"),
        }
    }
}

#[derive(Clone, Debug)]
pub(crate) struct Memory {
    pub name: String,
    pub ty: Ty,
    pub depth: u32,
    pub style: RamStyle,
    pub scope: Vec<LoopId>,
    pub place: Place,
}

#[derive(Clone, Debug)]
pub(crate) struct Enum {
    pub name: String,
    pub members: Vec<String>,
    pub width: u32,
    pub place: Place,
}

#[derive(Clone, Debug)]
pub(crate) struct Domain {
    pub clock: String,
    pub reset: String,
    /// The reset as a signal, where its value is asked for.
    pub reset_signal: Option<super::SignalId>,
}
