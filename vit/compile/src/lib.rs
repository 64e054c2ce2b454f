//! From a quantised network to what a core needs in memory: a program, weights, parameters of columns.

mod block;
mod embed;
mod checksum;
mod error;
mod image;
mod layers;
mod plan;

pub use checksum::checksum;
pub use error::CompileError;
pub use image::{Compiled, Memory};
pub use plan::compile;
