//! A buffer of one beat that registers the way back of `ready`.

use std::sync::Arc;

use crate::{Bundle, Design, Errors, Latency, Module, Ty};

/// `prim_skid_w<bits>`: stream `in` to stream `out` of `bits` bits, full throughput, no added latency, `in_ready_o`
/// from a register.
///
/// # Errors
/// Never for `bits` ≥ 1.
///
/// ```
/// assert_eq!(hdl::prim::skid(8)?.name(), "prim_skid_w8");
/// # Ok::<(), hdl::Errors>(())
/// ```
pub fn skid(bits: u32) -> Result<Arc<Design>, Errors> {
    Module::build(format!("prim_skid_w{bits}"), |m| {
        m.doc("Skid buffer: holds the beat that arrives in the cycle in which the consumer stops.");
        let from = m.sink(Bundle::new("in").field("data", Ty::uint(bits)));
        let to = m.source(Bundle::new("out").field("data", Ty::uint(bits)).timing(Latency::Fixed(0), 1));
        let full = m.reg_init("full", Ty::bit(), 0);
        let held = m.reg("held", Ty::uint(bits));
        from.ready().set(!full);
        to.valid().set(full | from.valid());
        to.field("data").set(full.mux(held, from.field("data")));
        m.clocked(|| full.set(to.valid() & !to.ready()));
        m.clocked(|| m.when(!full, || held.set(from.field("data"))));
    })
}
