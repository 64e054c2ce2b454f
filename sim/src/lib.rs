//! The Verilator link: compiles any SystemVerilog, caches the result by content, loads it and drives it.
//!
//! [`Sources`] say what to simulate, [`Build`] how; [`Build::compile`] gives a [`Library`], and that any number of
//! [`Model`]s, each with a simulation context of its own. Ports are found once, by name and width; afterwards they are
//! read and written through pointers into the model.
//!
//! ```no_run
//! use sim::{Build, Sources};
//!
//! let text = "module counter(input wire clk_i, output logic [7:0] count_o = 0);
//!               always_ff @(posedge clk_i) count_o <= count_o + 1;
//!             endmodule";
//! let library = Build::new(Sources::new("counter").text("counter.sv", text)).compile()?;
//! let mut model = library.model()?;
//! let (clock, count) = (model.clock("clk_i")?, model.output("count_o", 8)?);
//! model.ticks(clock, 10)?;
//! assert_eq!(model.get(count), 10);
//! # Ok::<(), sim::Error>(())
//! ```
//!
//! [`codegen::wrapper`] turns a manifest entry into a Rust type whose fields are the ports ([`typed`]).

mod build;
mod cache;
pub mod codegen;
mod compiler;
mod error;
mod generated;
mod library;
mod model;
mod options;
mod port;
mod runtime;
mod sources;
pub mod typed;
mod verilator;

pub use build::Build;
pub use cache::Cache;
pub use error::{Error, Halt, HaltKind, Result};
pub use library::Library;
pub use model::{Clock, Model, Start};
pub use options::{OptLevel, Waves};
pub use port::{Bits, Direction, Port, PortInfo};
pub use sources::Sources;
pub use verilator::{VERILATOR_VARIABLE, Verilator};
