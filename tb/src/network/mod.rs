//! A network's backend whose units are verilated: tensors are streamed through them, beat by beat.
//!
//! [`RtlBackend`] implements [`reference::network::Backend`], so that [`reference::network::run`] drives RTL and
//! reference by the same schedule. It never looks at the reference's results.

mod rtl;
mod unit;

use std::collections::BTreeMap;

use spec::manifest::Module;

pub use rtl::{RtlBackend, UnitCount};

/// A compiled unit and its manifest entry.
#[derive(Clone, Debug)]
pub struct Compiled {
    /// The loaded model.
    pub library: sim::Library,
    /// Ports, fields and streams.
    pub module: Module,
}

/// Compiled units by module name.
pub type Compilations = BTreeMap<String, Compiled>;

/// What can go wrong while a network runs in RTL.
#[derive(Debug, thiserror::Error)]
pub enum NetworkError {
    /// A unit that the network needs was not compiled.
    #[error("the network needs the unit `{0}`, which was not compiled; generate and compile every unit that it lists")]
    MissingUnit(String),
    /// The manifest does not describe what the backend drives.
    #[error("module `{module}`: {reason}; generate it anew with this version")]
    Manifest {
        /// The module.
        module: String,
        /// What is wrong.
        reason: String,
    },
    /// A stream lacks a field.
    #[error("stream `{stream}` has no field `{field}`; generate the unit anew with this version")]
    Field {
        /// The stream.
        stream: String,
        /// The field.
        field: String,
    },
    /// A unit takes and gives nothing any more.
    #[error("unit `{unit}` moved no beat for {cycles} cycles; record its waves and look at its streams")]
    Stuck {
        /// The unit.
        unit: String,
        /// How long.
        cycles: u64,
    },
    /// The simulation link.
    #[error(transparent)]
    Sim(#[from] sim::Error),
    /// The model stopped by itself.
    #[error(transparent)]
    Halt(#[from] sim::Halt),
}

impl NetworkError {
    fn manifest(module: &Module, reason: String) -> Self {
        Self::Manifest { module: module.name.clone(), reason }
    }

    fn stream(module: &str, stream: &str) -> Self {
        Self::Manifest { module: module.to_owned(), reason: format!("there is no stream `{stream}`") }
    }

    fn field(stream: &str, field: &str) -> Self {
        Self::Field { stream: stream.to_owned(), field: field.to_owned() }
    }
}
