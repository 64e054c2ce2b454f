//! Integer-exact models.

mod bitonic_sort;
mod elementwise;
mod error_table;
mod exp;
mod function;
mod gelu;
mod gemm_engine;
mod layer_norm;
mod mpca;
pub mod network;
pub mod num;
mod plan_sigmoid;
mod product;
mod relative_softmax;
mod row_error;
mod softmax;
mod systolic_gemm;
pub mod tdhm;
mod token_classifier;
pub mod token_selector;
pub mod top_k;

pub use bitonic_sort::{Sorted, bitonic_sort};
pub use elementwise::ElementwiseModel;
pub use error_table::{ErrorModel, ErrorRow, error_models, error_table};
pub use exp::ExpModel;
pub use function::{ErrorBin, ErrorReport, FunctionUnit, error_curve};
pub use gelu::GeluModel;
pub use gemm_engine::{EngineJob, EngineScales, gemm_engine};
pub use layer_norm::{LayerNormError, LayerNormModel};
pub use mpca::{MpcaError, MpcaJob, MpcaWeights, mpca};
pub use plan_sigmoid::PlanSigmoidModel;
pub use relative_softmax::{RelativeRow, RelativeSoftmax};
pub use row_error::RowError;
pub use softmax::{SoftmaxError, SoftmaxModel, SoftmaxRow};
pub use systolic_gemm::{GemmError, GemmJob, Scale, Scales, gemm, requantise};
pub use token_classifier::TokenClassifierModel;
