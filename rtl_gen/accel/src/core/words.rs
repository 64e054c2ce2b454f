//! The memories of activations.

use std::sync::Arc;

use hdl::{Design, Errors, Module, Ty, prim};

use super::shape::{Shape, bits};

/// Words of T_h heads, written in tiles of T_o channels.
///
/// Ports: `we_i` has a bit for each tile of each bank, `waddr_i`, `wdata_i` a tile for each bank, `re_i`, `raddr_i`, `rdata_o`. A
/// word is there two cycles after its address, and stays.
pub(super) fn words(shape: &Shape, depth: u32) -> Result<Arc<Design>, Errors> {
    let (banks, tiles, width) = (shape.t_h, shape.head_tiles, 8 * shape.t_o);
    let tile = prim::held_ram_reg(width, depth)?;
    Module::build(format!("core_words_h{banks}_t{tiles}_w{width}_d{depth}"), |m| {
        m.doc(format!(
            "{depth} words of {banks} banks, {tiles} tiles of {width} bits each, written tile by tile; a bank a head."
        ));
        let address = Ty::uint(bits(depth.max(2)));
        let write = m.input_vec("we", banks * tiles, Ty::bit());
        let write_address = m.input("waddr", address.clone());
        let value = m.input_vec("wdata", banks, Ty::uint(width));
        let (read, read_address) = (m.input("re", Ty::bit()), m.input("raddr", address));
        let out = m.output_vec("rdata", banks * tiles, Ty::uint(width));
        m.for_each("bank", 0..banks.into(), |bank| {
            m.for_each("tile", 0..tiles.into(), |number| {
                let place = bank * i64::from(tiles) + number;
                let ram = m.instance("tile", &tile);
                ram.input("we_i", write.at(place));
                ram.input("waddr_i", write_address);
                ram.input("wdata_i", value.at(bank));
                ram.input("re_i", read);
                ram.input("raddr_i", read_address);
                ram.drive("rdata_o", out.at(place));
            });
        });
    })
}
