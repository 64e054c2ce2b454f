//! A hardware-construction library: plain Rust builds a module, the library checks it and prints SystemVerilog that
//! reads as if a person had written it.
//!
//! Widths and binary points are computed; only [`Sig::fit`] and [`Sig::wrap`] lose bits. Loops stay loops, conditions
//! stay conditions, and every signal is called what its author called it.
//!
//! ```
//! use hdl::{Bundle, Flow, Module, Overflow, Rounding, Ty};
//!
//! let design = Module::build("scale", |m| {
//!     m.doc("Multiplies by 0.625, rounded to the nearest even, one cycle later.");
//!     let p = m.pipe(&m.sink(Bundle::new("in").field("x", Ty::sfix(16, 12))));
//!     let scaled = p.field("x") * 0.625;
//!     let y = p.stage("y", scaled.fit(Ty::sfix(16, 12), Rounding::HalfEven, Overflow::Saturate));
//!     p.finish(Bundle::new("out"), [("y", y)], Flow::Stall);
//! })?;
//! assert!(design.to_sv(&Default::default()).contains("module scale ("));
//! # Ok::<(), hdl::Errors>(())
//! ```

mod affine;
mod build;
mod design;
mod error;
mod id;
mod interface;
mod ir;
mod net;
mod pass;
pub mod prim;
mod sv;
mod ty;

pub use affine::Affine;
pub use build::{
    Bundle, Cases, Index, Instance, IntoExpr, Literal, Memory, Module, Overflow, Pipe, Rounding, Sig, Sink, Source,
    State, Vector,
};
pub use design::Design;
pub use error::{Code, Error, Errors, Place};
pub use interface::{Dir, Field, Flow, Latency, Port, Role, Stream};
pub use ir::RamStyle;
pub use pass::is_keyword;
pub use sv::EmitOptions;
pub use ty::Ty;

#[cfg(doctest)]
#[doc = include_str!("../README.md")]
struct Readme;
