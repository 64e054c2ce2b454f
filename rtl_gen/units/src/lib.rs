//! Generators of the units: a configuration of [`spec::unit`] in, a checked [`hdl::Design`] out.
//!
//! ```
//! use spec::unit::PlanSigmoid;
//! let design = units::generate(&PlanSigmoid::preset16().into())?;
//! assert_eq!(design.name(), "plan_sigmoid_s16f12_u16f15");
//! # Ok::<(), units::Error>(())
//! ```

mod arith;
mod bitonic_sort;
mod comparators;
mod convert;
mod delay_line;
pub mod divider;
mod elementwise;
mod emit;
mod error;
pub mod function;
mod gemm_engine;
mod in_turn;
mod layer_norm;
mod lut_product;
mod mpca;
mod multiply_add;
mod requantise;
mod ring;
mod share;
mod softmax;
mod systolic_gemm;
mod tdhm;
pub mod token_classifier;
mod token_selector;
mod top_k;
pub mod tree;

use std::sync::Arc;

use hdl::Design;
use spec::UnitConfig;
use spec::unit::Organisation;

pub use bitonic_sort::bitonic_sort;
pub use elementwise::elementwise;
pub use emit::{About, Emission, Emitter, emit, emit_design};
pub use error::Error;
pub use gemm_engine::gemm_engine;
pub use layer_norm::layer_norm;
pub use mpca::mpca;
pub use share::share;
pub use softmax::{delta2_mantissa, softmax};
pub use systolic_gemm::systolic_gemm;
pub use tdhm::tdhm;
pub use token_classifier::token_classifier;
pub use token_selector::token_selector;
pub use top_k::{comparators, top_k};

/// Generates a unit.
///
/// # Errors
/// [`Error::Config`] for a configuration that no unit can be built from.
///
/// ```
/// use spec::unit::Gelu;
/// assert_eq!(units::generate(&Gelu::preset8().into())?.name(), "gelu_s8f4_s8f4");
/// # Ok::<(), units::Error>(())
/// ```
pub fn generate(config: &UnitConfig) -> Result<Arc<Design>, Error> {
    config.validate()?;
    Ok(match config {
        UnitConfig::Exp(config) => function::exp(config)?,
        UnitConfig::Gelu(config) => function::gelu(config)?,
        UnitConfig::PlanSigmoid(config) => function::plan_sigmoid(config)?,
        UnitConfig::Softmax(config) => softmax::softmax(config)?,
        UnitConfig::SystolicGemm(config) => systolic_gemm::systolic_gemm(config)?,
        UnitConfig::GemmEngine(config) => gemm_engine::gemm_engine(config)?,
        UnitConfig::Mpca(config) => mpca::mpca(config)?,
        UnitConfig::TokenSelector(config) => token_selector::token_selector(config)?,
        UnitConfig::BitonicSort(config) => bitonic_sort::bitonic_sort(config)?,
        UnitConfig::TopK(config) => top_k::top_k(config)?,
        UnitConfig::Tdhm(config) => tdhm::tdhm(config)?,
        UnitConfig::LayerNorm(config) => layer_norm::layer_norm(config)?,
        UnitConfig::Elementwise(config) => elementwise::elementwise(config)?,
        UnitConfig::TokenClassifier(config) => token_classifier::token_classifier(config)?,
    })
}

/// Where the mathematics of a unit comes from: paper and equation.
///
/// ```
/// use spec::unit::Exp;
/// assert_eq!(units::source(&Exp::preset8().into()), "HeatViT (HPCA 2023), eq. 8");
/// ```
pub fn source(config: &UnitConfig) -> &'static str {
    match config {
        UnitConfig::Exp(_) => "HeatViT (HPCA 2023), eq. 8",
        UnitConfig::Gelu(_) => "HeatViT (HPCA 2023), eq. 5 and 6",
        UnitConfig::PlanSigmoid(_) => "Amin, Curtis, Hayes-Gill 1997 (PLAN); HeatViT (HPCA 2023), section V-D",
        UnitConfig::Softmax(_) => "HeatViT (HPCA 2023), eq. 7 and 8",
        UnitConfig::SystolicGemm(_) => "HeatViT (HPCA 2023), section V",
        UnitConfig::GemmEngine(_) => "HeatViT (HPCA 2023), section V-A; AMD WP486",
        UnitConfig::TokenSelector(_) => "HeatViT (HPCA 2023), eq. 3 and 4, fig. 10",
        UnitConfig::BitonicSort(_) => "Batcher 1968; SDP (IPDPSW 2024), token dropping hardware",
        UnitConfig::TopK(config) => match config.organisation {
            Organisation::Bitonic | Organisation::BitonicShared => {
                "SDP (IPDPSW 2024), token dropping hardware; Batcher 1968"
            }
            Organisation::MergeExchange => {
                "SDP (IPDPSW 2024), token dropping hardware; Knuth, TAOCP 3, 5.2.2, algorithm M"
            }
            Organisation::RadixSelect => "SDP (IPDPSW 2024), token dropping hardware, by selection instead of sorting",
        },
        UnitConfig::Tdhm(_) => "SDP (IPDPSW 2024), sections IV-B and V, token dropping hardware module",
        UnitConfig::LayerNorm(_) => "Ba, Kiros, Hinton 2016 (Layer Normalization)",
        UnitConfig::Elementwise(_) => "SDP (IPDPSW 2024), element-wise module",
        UnitConfig::TokenClassifier(_) => "HeatViT (HPCA 2023), section IV-A, eq. 3",
        UnitConfig::Mpca(_) => "SDP (IPDPSW 2024), section V, Algorithm 2",
    }
}

/// The walk-through for a unit of one's own; its code is compiled and run with the documentation's tests.
#[cfg(doctest)]
#[doc = include_str!("../NEW_UNIT.md")]
struct NewUnit;
