//! The model side: data sets, checkpoints of our own and of other libraries, pictures, the forward pass in floating point,
//! calibration and quantisation.
//!
//! A [`Checkpoint`] holds float weights, the architecture and the calibrated activation formats; [`Checkpoint::quantise`] makes
//! the integer [`spec::network::Network`] of it, the same one every time. [`import`] reads ViT, DeiT and LV-ViT of other libraries,
//! [`Checkpoint::calibrated`] gives them formats.

mod beside;
mod calibration;
mod checkpoint;
mod dataset;
mod float;
mod functions;
mod generated;
mod import;
mod inspect;
mod known;
mod network_file;
mod parameters;
mod picture;
mod preprocessing;
mod product;
mod quantise;
pub mod sparsity;
mod units;

pub use beside::Beside;
pub use calibration::{Calibration, calibrate};
pub use checkpoint::{Checkpoint, CheckpointError, Tensor, VERSION};
#[cfg(feature = "test-images")]
pub use dataset::test_images;
pub use dataset::{DataError, Image, PIXELS, SIDE, TEST_IMAGES, parse_csv, read_csv, training_images};
pub use float::{FloatOutput, ImageError, forward, forward_values};
pub use functions::{Functions, exp, gelu, plan_sigmoid};
pub use generated::{generated, generated_image};
pub use import::{Apart, Imported, Naming, import, import_bytes};
pub use inspect::{Inspection, TensorLine, inspect};
pub use known::{KNOWN, UnknownModel, architecture, named};
pub use network_file::{network_from_bytes, network_layers, network_to_bytes, read_network, write_network};
pub use parameters::parameters;
pub use picture::{PictureError, read_picture};
pub use preprocessing::{Filter, Preprocessing, Resize};
