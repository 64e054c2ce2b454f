//! Errors of configurations, and the hash that names one.

use serde::Serialize;
use sha2::{Digest, Sha256};

/// A configuration that no unit can be built from: which field, what is wrong with it, what to write instead.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{kind}: `{field}` {reason}; {remedy}")]
pub struct ConfigError {
    /// The unit's kind, such as `gelu`.
    pub kind: &'static str,
    /// The field at fault.
    pub field: &'static str,
    /// What is wrong, with the value.
    pub reason: String,
    /// What would be right.
    pub remedy: String,
}

impl ConfigError {
    /// An error about `field` of a unit of `kind`.
    pub fn new(kind: &'static str, field: &'static str, reason: impl Into<String>, remedy: impl Into<String>) -> Self {
        Self { kind, field, reason: reason.into(), remedy: remedy.into() }
    }
}

/// The first 16 hexadecimal digits of the SHA-256 of the configuration's canonical JSON (keys sorted).
///
/// ```
/// use spec::Format;
/// assert_eq!(spec::config_hash(&Format::signed(8, 4)).len(), 16);
/// ```
pub fn config_hash(config: &impl Serialize) -> String {
    let value = serde_json::to_value(config).unwrap_or_default();
    let digest = Sha256::digest(value.to_string().as_bytes());
    digest.iter().take(8).map(|byte| format!("{byte:02x}")).collect()
}
