//! A FIFO in LUT RAM.

use std::sync::Arc;

use crate::{Bundle, Design, Errors, Latency, Module, RamStyle, Ty};

/// `prim_fifo_w<bits>_d<depth>`: stream `in` to stream `out` of `bits` bits, first word falls through after a cycle.
///
/// `depth` is rounded up to a power of two, at least 2.
///
/// # Errors
/// Never for `bits` ≥ 1 and `depth` ≤ 2^20.
///
/// ```
/// assert_eq!(hdl::prim::fifo(8, 3)?.name(), "prim_fifo_w8_d4");
/// # Ok::<(), hdl::Errors>(())
/// ```
pub fn fifo(bits: u32, depth: u32) -> Result<Arc<Design>, Errors> {
    let depth = depth.max(2).next_power_of_two();
    let address = depth.trailing_zeros();
    Module::build(format!("prim_fifo_w{bits}_d{depth}"), |m| {
        m.doc(format!("FIFO of {depth} words: a word written is at the output in the next cycle."));
        let from = m.sink(Bundle::new("in").field("data", Ty::uint(bits)));
        let to = m.source(Bundle::new("out").field("data", Ty::uint(bits)).timing(Latency::Min(1), 1));
        let words = m.memory("words", depth, Ty::uint(bits), RamStyle::Distributed);
        m.comment("One bit more than an address: full and empty differ in it alone.");
        let write = m.reg_init("write", Ty::uint(address + 1), 0);
        let read = m.reg_init("read", Ty::uint(address + 1), 0);
        let same_place = write.bits(address - 1, 0).eq(read.bits(address - 1, 0)).named("same_place");
        let same_lap = write.bit(address).eq(read.bit(address)).named("same_lap");
        from.ready().set(!(same_place & !same_lap));
        to.valid().set(!(same_place & same_lap));
        to.field("data").set(words.read(read.bits(address - 1, 0)));
        m.clocked(|| {
            m.when(from.fire(), || write.set((write + 1).wrap(address + 1)));
            m.when(to.fire(), || read.set((read + 1).wrap(address + 1)));
        });
        m.clocked(|| m.when(from.fire(), || words.write(write.bits(address - 1, 0), from.field("data"))));
    })
}
