//! From a quantised network to what a core needs in memory: a program, weights, parameters of columns.

mod block;
mod checksum;
mod counts;
mod embed;
mod error;
mod image;
mod layers;
mod plan;
mod selector;
mod sketch;

pub use checksum::checksum;
pub use counts::Layer;
pub use error::CompileError;
pub use image::{Compiled, Memory};
pub use plan::compile;
pub use sketch::sketch;
