//! The memories of activations.

use std::sync::Arc;

use hdl::{Design, Errors, Module, Ty, prim};

use super::shape::{Shape, bits};

/// Words of T_h heads, written in tiles of T_o channels.
///
/// Ports: `we_i` has a bit for each tile of each bank, `waddr_i`, `wdata_i` an even and an odd tile for each bank, `re_i`,
/// `raddr_i`, `rdata_o`. A word is there two cycles after its address, and stays.
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
        let value = m.input_vec("wdata", 2 * banks, Ty::uint(width));
        let (read, read_address) = (m.input("re", Ty::bit()), m.input("raddr", address));
        let out = m.output_vec("rdata", banks * tiles, Ty::uint(width));
        m.for_each("bank", 0..banks.into(), |bank| {
            m.for_each("pair", 0..(tiles / 2).into(), |pair| {
                m.for_each("half", 0..2, |half| {
                    let place = bank * i64::from(tiles) + pair * 2 + half;
                    let ram = m.instance("tile", &tile);
                    ram.input("we_i", write.at(place));
                    ram.input("waddr_i", write_address);
                    ram.input("wdata_i", value.at(bank * 2 + half));
                    ram.input("re_i", read);
                    ram.input("raddr_i", read_address);
                    ram.drive("rdata_o", out.at(place));
                });
            });
        });
    })
}

/// Words of activations: results are written a tile of each bank at a time, what memory sends two tiles of a bank, and first.
///
/// Ports: `we_i`, `waddr_i`, `wdata_i` (a tile for each bank) of results; `load_i` with `load_we_i` (a bit for two tiles),
/// `load_address_i` and `load_data_i`; the rest as [`words`] has it.
pub(super) fn activations(shape: &Shape) -> Result<Arc<Design>, Errors> {
    let (banks, tiles, width) = (shape.t_h, shape.head_tiles, 8 * shape.t_o);
    let depth = shape.core.act_words();
    let words = words(shape, depth)?;
    Module::build(format!("core_activations_h{banks}_t{tiles}_w{width}_d{depth}"), |m| {
        m.doc(format!(
            "{depth} words of activations: results in tiles of {width} bits, or what memory sends, two tiles at a time."
        ));
        let address = shape.act_word();
        let write = m.input_vec("we", banks * tiles, Ty::bit());
        let write_address = m.input("waddr", address.clone());
        let value = m.input_vec("wdata", banks, Ty::uint(width));
        let load = m.input("load", Ty::bit());
        let load_write = m.input_vec("load_we", banks * tiles / 2, Ty::bit());
        let load_address = m.input("load_address", address.clone());
        let load_data = m.input_vec("load_data", 2, Ty::uint(width));
        let words = m.instance("words", &words);
        let enables = m.wire_vec("enable", banks * tiles, Ty::bit());
        let values = m.wire_vec("value", 2 * banks, Ty::uint(width));
        m.for_each("bank", 0..banks.into(), |bank| {
            m.for_each("half", 0..2, |half| {
                values.at(bank * 2 + half).set(load.mux(load_data.at(half), value.at(bank)));
                m.for_each("pair", 0..(tiles / 2).into(), |pair| {
                    let place = bank * i64::from(tiles) + pair * 2 + half;
                    enables.at(place).set(write.at(place) | load_write.at(bank * i64::from(tiles / 2) + pair));
                });
            });
        });
        words.input("we_i", enables.whole());
        words.input("waddr_i", load.mux(load_address, write_address));
        words.input("wdata_i", values.whole());
        for (port, ty) in [("re", Ty::bit()), ("raddr", address)] {
            words.input(&format!("{port}_i"), m.input(port, ty));
        }
        let out = m.output_vec("rdata", banks * tiles, Ty::uint(width));
        words.drive("rdata_o", out.whole());
    })
}
