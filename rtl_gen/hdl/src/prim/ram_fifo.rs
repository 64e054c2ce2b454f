//! A FIFO whose output is a register, deep enough for block RAM.

use std::sync::Arc;

use crate::{Bundle, Design, Errors, Latency, Module, RamStyle, Ty};

/// The deepest memory that is made of LUT RAM.
const LUT_DEPTH: u32 = 64;

/// `prim_ram_fifo_w<bits>_d<depth>`: stream `in` to stream `out` of `bits` bits; a word written is at the output two
/// cycles later. Both `in_ready_o` and the output come from registers.
///
/// `depth` is rounded up to a power of two, at least 2; one word more fits into the output. Block RAM beyond 64 words.
///
/// # Errors
/// Never for `bits` ≥ 1 and `depth` ≤ 2^20.
///
/// ```
/// assert_eq!(hdl::prim::ram_fifo(256, 200)?.name(), "prim_ram_fifo_w256_d256");
/// # Ok::<(), hdl::Errors>(())
/// ```
pub fn ram_fifo(bits: u32, depth: u32) -> Result<Arc<Design>, Errors> {
    let depth = depth.max(2).next_power_of_two();
    let address = depth.trailing_zeros();
    let (style, kind) =
        if depth > LUT_DEPTH { (RamStyle::Block, "block RAM") } else { (RamStyle::Distributed, "LUT RAM") };
    Module::build(format!("prim_ram_fifo_w{bits}_d{depth}"), |m| {
        m.doc(format!(
            "FIFO of {depth} words in {kind}, with a registered output: a word written is there two cycles later."
        ));
        let from = m.sink(Bundle::new("in").field("data", Ty::uint(bits)));
        let to = m.source(Bundle::new("out").field("data", Ty::uint(bits)).timing(Latency::Min(2), 1));
        let words = m.memory("words", depth, Ty::uint(bits), style);
        m.comment("One bit more than an address: full and empty differ in it alone.");
        let write = m.reg_init("write", Ty::uint(address + 1), 0);
        let read = m.reg_init("read", Ty::uint(address + 1), 0);
        let full = m.reg_init("full", Ty::bit(), 0);
        let stored = m.reg_init("stored", Ty::bit(), 0);
        let valid = m.reg_init("valid", Ty::bit(), 0);
        let fetch = (stored & (!valid | to.ready())).named("fetch");
        from.ready().set(!full);
        to.valid().set(valid);
        m.comb(|| {
            m.when(from.fire(), || write.set((write + 1).wrap(address + 1)));
            m.when(fetch, || read.set((read + 1).wrap(address + 1)));
        });
        let same_place = write.next().bits(address - 1, 0).eq(read.next().bits(address - 1, 0)).named("same_place");
        let same_lap = write.next().bit(address).eq(read.next().bit(address)).named("same_lap");
        m.clocked(|| {
            full.set(same_place & !same_lap);
            stored.set(!(same_place & same_lap));
            valid.set(fetch | (valid & !to.ready()));
        });
        let word = m.reg("word", Ty::uint(bits));
        to.field("data").set(word);
        m.clocked(|| {
            m.when(from.fire(), || words.write(write.bits(address - 1, 0), from.field("data")));
            m.when(fetch, || word.set(words.read(read.bits(address - 1, 0))));
        });
    })
}
