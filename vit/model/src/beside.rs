//! What stands beside a checkpoint.

/// Texts beside a checkpoint, each with its place for errors.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Beside {
    /// `config.json`.
    pub config: Option<(String, String)>,
    /// `preprocessor_config.json`.
    pub preprocessor: Option<(String, String)>,
}
