//! A memory whose output holds between reads.

use std::sync::Arc;

use crate::{Design, Errors, Module, RamStyle, Ty};

/// `prim_held_ram_w<bits>_d<depth>`: block RAM with one write and one read port; the word read with `re_i` stands at
/// `rdata_o` from the next cycle until the next read.
///
/// Ports `we_i`, `waddr_i`, `wdata_i`, `re_i`, `raddr_i`, `rdata_o`. Reading the address that is being written gives the old word.
///
/// # Errors
/// If `bits` or `depth` is 0.
///
/// ```
/// assert_eq!(hdl::prim::held_ram(16, 512)?.name(), "prim_held_ram_w16_d512");
/// # Ok::<(), hdl::Errors>(())
/// ```
pub fn held_ram(bits: u32, depth: u32) -> Result<Arc<Design>, Errors> {
    held(format!("prim_held_ram_w{bits}_d{depth}"), bits, depth, RamStyle::Block, 1)
}

/// `prim_held_ram_w<bits>_d<depth>_reg`: [`held_ram`] with an output register: the word is there two cycles after `re_i`.
///
/// # Errors
/// If `bits` or `depth` is 0.
///
/// ```
/// assert_eq!(hdl::prim::held_ram_reg(16, 512)?.name(), "prim_held_ram_w16_d512_reg");
/// # Ok::<(), hdl::Errors>(())
/// ```
pub fn held_ram_reg(bits: u32, depth: u32) -> Result<Arc<Design>, Errors> {
    held(format!("prim_held_ram_w{bits}_d{depth}_reg"), bits, depth, RamStyle::Block, 2)
}

/// `prim_held_lut_ram_w<bits>_d<depth>`: [`held_ram`] of LUT RAM.
///
/// # Errors
/// If `bits` or `depth` is 0.
///
/// ```
/// assert_eq!(hdl::prim::held_lut_ram(16, 32)?.name(), "prim_held_lut_ram_w16_d32");
/// # Ok::<(), hdl::Errors>(())
/// ```
pub fn held_lut_ram(bits: u32, depth: u32) -> Result<Arc<Design>, Errors> {
    held(format!("prim_held_lut_ram_w{bits}_d{depth}"), bits, depth, RamStyle::Distributed, 1)
}

fn held(name: String, bits: u32, depth: u32, style: RamStyle, latency: u32) -> Result<Arc<Design>, Errors> {
    let kind = if style == RamStyle::Block { "Block RAM" } else { "LUT RAM" };
    Module::build(name, |m| {
        m.doc(format!("{kind} of {depth} words, one write and one read port; the word read last stays at the output."));
        let address = Ty::range(0, depth.max(2) - 1).full();
        let write = m.input("we", Ty::bit());
        let (write_address, value) = (m.input("waddr", address.clone()), m.input("wdata", Ty::uint(bits)));
        let (read, read_address) = (m.input("re", Ty::bit()), m.input("raddr", address));
        let words = m.memory("words", depth, Ty::uint(bits), style);
        let word = m.reg("word", Ty::uint(bits));
        m.clocked(|| {
            m.when(write, || words.write(write_address, value));
            m.when(read, || word.set(words.read(read_address)));
        });
        let out = if latency > 1 {
            let (out, read_late) = (m.reg("out", Ty::uint(bits)), m.reg_init("read_late", Ty::bit(), 0));
            m.clocked(|| {
                read_late.set(read);
                m.when(read_late, || out.set(word));
            });
            out
        } else {
            word
        };
        m.output("rdata", Ty::uint(bits)).set(out);
    })
}
