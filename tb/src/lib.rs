//! Test benches for verilated units: stream drivers, monitors, scoreboards, property tests and failure folders.
//!
//! A [`Unit`] is a manifest entry and its sources. It gives [`Bench`]es, which drive every sink stream, watch every
//! source stream in every cycle (a beat must not change or vanish while it waits) and compare what comes with what is
//! expected. [`Check`] runs many cases of a strategy, shrinks the first failing one silently, runs the smallest once
//! more with waves and leaves a folder to look at. [`waves::record`] makes a recording without a test.
//!
//! [`dut`] holds the typed wrappers of the emitted reference configurations.
//!
//! Every function returns [`Failure`]s; only [`Check::run`] panics, as a test harness must.

pub mod axi;
mod beat;
mod bench;
mod case;
mod check;
mod codec;
pub mod dut;
mod failure;
mod folder;
pub mod jobs;
pub mod network;
mod pattern;
mod peripheral;
mod quiet;
mod stream;
mod unit;
mod view;
pub mod waves;

pub use beat::Beat;
pub use bench::{Bench, Timing};
pub use case::{StreamCase, any_beat};
pub use check::{Check, Report, Stats};
pub use failure::{Divergence, Failure, FieldPair, Result};
pub use pattern::Pattern;
pub use peripheral::Peripheral;
pub use unit::Unit;
