//! A memory with one write and one read port.

use std::sync::Arc;

use crate::{Design, Errors, Module, RamStyle, Ty};

/// `prim_ram_w<bits>_d<depth>_<style>`: a word written at one edge is read from the next on, `latency` edges after its
/// address: 1, or 2 with an output register (`_reg`).
///
/// Ports `we_i`, `waddr_i`, `wdata_i`, `raddr_i`, `rdata_o`. Reading the address that is being written gives the old word. `style`
/// asks for LUT RAM, block RAM or UltraRAM; a block RAM meets timing above 250 MHz only with its output register.
///
/// # Errors
/// If `bits` or `depth` is 0.
///
/// ```
/// use hdl::RamStyle;
/// let ram = hdl::prim::ram(32, 256, RamStyle::Block, 2)?;
/// assert_eq!(ram.name(), "prim_ram_w32_d256_block_reg");
/// # Ok::<(), hdl::Errors>(())
/// ```
pub fn ram(bits: u32, depth: u32, style: RamStyle, latency: u32) -> Result<Arc<Design>, Errors> {
    let (suffix, kind) = match style {
        RamStyle::Auto => ("auto", "RAM"),
        RamStyle::Distributed => ("lut", "LUT RAM"),
        RamStyle::Block => ("block", "Block RAM"),
        RamStyle::Ultra => ("ultra", "UltraRAM"),
        RamStyle::Registers => ("regs", "Registers"),
    };
    let registered = latency > 1;
    let name = format!("prim_ram_w{bits}_d{depth}_{suffix}{}", if registered { "_reg" } else { "" });
    Module::build(name, |m| {
        m.doc(format!(
            "{kind} of {depth} words, one write and one read port; read latency {}.",
            1 + u32::from(registered)
        ));
        let address = Ty::range(0, depth.max(2) - 1).full();
        let write = m.input("we", Ty::bit());
        let (write_address, value) = (m.input("waddr", address.clone()), m.input("wdata", Ty::uint(bits)));
        let read_address = m.input("raddr", address);
        let words = m.memory("words", depth, Ty::uint(bits), style);
        let word = m.reg("word", Ty::uint(bits));
        m.clocked(|| {
            m.when(write, || words.write(write_address, value));
            word.set(words.read(read_address));
        });
        let out = if registered {
            let out = m.reg("out", Ty::uint(bits));
            m.clocked(|| out.set(word));
            out
        } else {
            word
        };
        m.output("rdata", Ty::uint(bits)).set(out);
    })
}
