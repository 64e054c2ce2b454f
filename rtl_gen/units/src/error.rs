//! Why a unit was not generated.

use spec::ConfigError;

/// Why a unit was not generated.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Error {
    /// The configuration asks for something that no unit can be.
    #[error(transparent)]
    Config(#[from] ConfigError),
    /// The module is wrong: a defect of the generator.
    #[error("a generator is defective; report it with the configuration\n{0}")]
    Build(#[from] hdl::Errors),
    /// Two modules of one set have the same name and different text.
    #[error("two different modules are called `{name}`; emit their units into separate folders or with prefixes")]
    Clash {
        /// The module's name.
        name: String,
    },
}
