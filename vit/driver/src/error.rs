//! What can go wrong.

use spec::accel::Fault;

/// Why a network could not be loaded, or an image not be run. `E` is the bus's own error.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Error<E> {
    /// The bus failed.
    #[error("the accelerator cannot be reached: {0}")]
    Bus(E),
    /// The registers are another version's.
    #[error(
        "the accelerator's version is {found:#x}, this driver's {expected:#x}; take the driver that was emitted with it"
    )]
    Version {
        /// What register VERSION reads as.
        found: u32,
        /// What it should.
        expected: u32,
    },
    /// The network was compiled for another core.
    #[error(
        "the network was compiled for core {network:016x}, the accelerator's is {core:016x}; compile it for this one"
    )]
    Hash {
        /// The program's hash.
        network: u64,
        /// The accelerator's.
        core: u64,
    },
    /// The network does not fit the memory given.
    #[error("the network takes {needed} bytes of memory, {given} are given; give a larger region")]
    Room {
        /// Bytes needed.
        needed: u64,
        /// Bytes given.
        given: u64,
    },
    /// The memory given begins amid a page.
    #[error("the memory given begins at {address:#x}; give a multiple of {}", crate::accelerator::PAGE)]
    Unaligned {
        /// Where it begins.
        address: u64,
    },
    /// There is no network yet.
    #[error("no network has been loaded; call `load` first")]
    NotLoaded,
    /// The image is of another size.
    #[error("the image has {found} values, the network takes {expected}; resize it")]
    Image {
        /// Values given.
        found: usize,
        /// Values that the network takes.
        expected: usize,
    },
    /// It runs already.
    #[error("the accelerator runs; wait for its end, or call `stop`")]
    Busy,
    /// No interrupt came.
    #[error("the accelerator runs on without an interrupt; set a watchdog, or wait longer")]
    Silent,
    /// The run ended with an error.
    #[error("the accelerator stopped at instruction {index}: {fault}{}", if *.hangs { "; memory owes it answers: reset both" } else { "" })]
    Failed {
        /// Why.
        fault: Fault,
        /// The instruction at fault, or the last one that was begun.
        index: u32,
        /// Whether memory still owes answers, so that the accelerator cannot be started again.
        hangs: bool,
    },
    /// The run ended with a code that is none.
    #[error(
        "the accelerator stopped with code {code:#x}, which this driver does not know; take the one emitted with it"
    )]
    Code {
        /// The code.
        code: u8,
    },
}
