//! Networks that do not fit a core.

use spec::ConfigError;

/// Why a network cannot run on a core.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum CompileError {
    /// The core itself cannot be built.
    #[error(transparent)]
    Core(#[from] ConfigError),
    /// A size beyond the core's, or of another grain.
    #[error("{network}: {what} is {value}, but the core {limit}; {remedy}")]
    Size {
        /// The network's name.
        network: String,
        /// Which size.
        what: &'static str,
        /// What it is.
        value: usize,
        /// What the core has.
        limit: String,
        /// What to do.
        remedy: &'static str,
    },
    /// Formats of other units than the core's.
    #[error("{network}: its {what} is not the core's; quantise the network for this core")]
    Formats {
        /// The network's name.
        network: String,
        /// What differs.
        what: &'static str,
    },
}
