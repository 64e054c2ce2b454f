//! The model side of the digit classifiers: data sets, checkpoints, the forward pass in floating point, calibration
//! and quantisation.
//!
//! A checkpoint holds float weights and, in its metadata, the architecture and the calibrated activation formats;
//! [`Checkpoint::quantise`] makes the integer [`spec::network::Network`] of it, the same one every time.

mod calibration;
mod checkpoint;
mod dataset;
mod float;
mod functions;
mod known;
mod parameters;
mod picture;
mod quantise;
pub mod sparsity;
mod units;

pub use calibration::{Calibration, calibrate};
pub use checkpoint::{Checkpoint, CheckpointError, Tensor, VERSION};
#[cfg(feature = "test-images")]
pub use dataset::test_images;
pub use dataset::{DataError, Image, PIXELS, SIDE, TEST_IMAGES, parse_csv, read_csv, training_images};
pub use float::{FloatOutput, forward};
pub use functions::{exp, gelu, plan_sigmoid};
pub use known::{KNOWN, UnknownModel, architecture, named};
pub use parameters::parameters;
pub use picture::{PictureError, read_picture};
