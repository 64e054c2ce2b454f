//! The configuration of every unit, one file a unit.
//!
//! A configuration is what a user writes (TOML, `key=value`), what names the module and what its hash is taken of.
//! Fields with a default may be left out. [`UnitConfig::validate`] is called by the generator before anything is
//! built, so that generators may rely on it.

mod bitonic_sort;
mod elementwise;
mod exp;
mod gelu;
mod gemm_engine;
pub(crate) mod lane_dsp;
mod lanes;
mod layer_norm;
mod method;
mod mpca;
mod plan_sigmoid;
mod softmax;
mod systolic_gemm;
mod tdhm;
mod token_classifier;
mod token_selector;
mod top_k;

pub use bitonic_sort::BitonicSort;
pub use elementwise::{Elementwise, Operation};
pub use exp::{Exp, ExpCoefficients};
pub use gelu::Gelu;
pub use gemm_engine::GemmEngine;
pub use layer_norm::LayerNorm;
pub use method::Method;
pub use mpca::{Mpca, MpcaMode, MpcaOrganisation};
pub use plan_sigmoid::PlanSigmoid;
pub use softmax::{Softmax, SoftmaxForm};
pub use systolic_gemm::{Operand, SystolicGemm};
pub use tdhm::Tdhm;
pub use token_classifier::TokenClassifier;
pub use token_selector::TokenSelector;
pub use top_k::{Organisation, TopK};

use serde::{Deserialize, Deserializer, Serialize};

use crate::ConfigError;

macro_rules! unit_configs {
    ($($(#[$doc:meta])* $variant:ident => $kind:literal),+ $(,)?) => {
        /// The configuration of any unit, tagged by `kind`.
        #[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
        #[serde(tag = "kind", rename_all = "snake_case")]
        pub enum UnitConfig {
            $($(#[$doc])* $variant($variant)),+
        }

        impl UnitConfig {
            /// The kinds, in the order of the table.
            pub const KINDS: &'static [&'static str] = &[$($kind),+];

            /// Reads the configuration of a unit of the given kind, without a tag: so errors keep their places. `None` if
            /// there is no such kind.
            pub fn deserialize_kind<'de, D: Deserializer<'de>>(
                kind: &str,
                deserializer: D,
            ) -> Option<Result<Self, D::Error>> {
                match kind {
                    $($kind => Some($variant::deserialize(deserializer).map(Self::$variant)),)+
                    _ => None,
                }
            }

            /// The unit's plain name.
            pub fn kind(&self) -> &'static str {
                match self { $(Self::$variant(_) => $kind),+ }
            }

            /// The name of the emitted module; two configurations of a unit have two names.
            pub fn module_name(&self) -> String {
                match self { $(Self::$variant(config) => config.module_name()),+ }
            }

            /// Whether a unit can be built from it; the generators accept nothing else.
            pub fn validate(&self) -> Result<(), ConfigError> {
                match self { $(Self::$variant(config) => config.validate()),+ }
            }
        }

        $(impl From<$variant> for UnitConfig {
            fn from(config: $variant) -> Self {
                Self::$variant(config)
            }
        })+
    };
}

unit_configs! {
    /// exp(x) for x ≤ 0.
    Exp => "exp",
    /// GELU.
    Gelu => "gelu",
    /// Sigmoid.
    PlanSigmoid => "plan_sigmoid",
    /// Softmax over rows.
    Softmax => "softmax",
    /// Matrix product.
    SystolicGemm => "systolic_gemm",
    /// Matrix products, two to a DSP.
    GemmEngine => "gemm_engine",
    /// Matrix products of block-sparse or dense weights.
    Mpca => "mpca",
    /// Token selector.
    TokenSelector => "token_selector",
    /// Sorting network.
    BitonicSort => "bitonic_sort",
    /// Selector of the k highest keys, serial.
    TopK => "top_k",
    /// Token dropping: selection, shuffle, fusing.
    Tdhm => "tdhm",
    /// Layer normalisation.
    LayerNorm => "layer_norm",
    /// Scaling and residual addition.
    Elementwise => "elementwise",
    /// What the token classifier does between its products.
    TokenClassifier => "token_classifier",
}
