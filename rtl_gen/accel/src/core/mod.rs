//! The accelerator's core: memories of activations around the array, and what moves tokens between them.

mod acts;
mod column_means;
mod count;
mod dispatch;
mod measure;
mod memory;
mod narrow;
mod operands;
mod place;
mod residual;
mod scores;
mod selection;
mod shape;
mod softmax;
mod top;
mod vector;
mod weights;
mod words;
mod writer;

pub use top::core;
pub(crate) use top::core_within;
