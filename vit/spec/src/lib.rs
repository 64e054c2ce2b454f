//! What generator, simulator and reference agree on: number formats, rounding names, unit configurations, the
//! manifest and the description of a network. Plain data: no arithmetic lives here, so that a match between RTL and
//! reference is worth something.

pub mod accel;
pub mod axi;
pub mod block_sparse;
mod config;
mod delta;
mod format;
pub mod heatvit;
pub mod manifest;
pub mod network;
mod part;
pub mod register_map;
pub mod unit;

pub use config::{ConfigError, config_hash};
pub use delta::{Delta, DeltaError};
pub use format::{Flow, Format, FormatError, Overflow, Rounding};
pub use part::PartConfig;
pub use unit::UnitConfig;
