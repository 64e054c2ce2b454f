//! Typed wrappers of the reference configurations in `rtl/`, one type a unit: `dut.in_x.set(5)`.
//!
//! They are generated from `rtl/manifest.json` when this crate is built; see [`sim::codegen`].

include!(concat!(env!("OUT_DIR"), "/dut.rs"));
