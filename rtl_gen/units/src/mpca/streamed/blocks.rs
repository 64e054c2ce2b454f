//! The rows of a block column's blocks, and which slice of features a tile multiplies.

use std::sync::Arc;

use hdl::{Design, Errors, Module, Ty};

use super::shape::Shape;

/// Bits of the row of a block in a header, and one more for rows that no array has.
const ROW: u32 = 9;

/// `mpca_blocks_*`: keeps the header of a block column, and looks up the tile number `list_index_i`.
///
/// What it says of a tile is known three cycles after its number: `entry_bank_o`, the slice that it multiplies; `tile_there_o`, whether X has it;
/// `tile_astray_o`, whether it has not even its block; `rows_used_o`, rows of it within the matrix.
pub(super) fn blocks(shape: &Shape) -> Result<Arc<Design>, Errors> {
    let words = shape.config.weight_words();
    let beats = shape.header_beats();
    let bits = shape.rows().width();
    let tile = shape.tile;
    Module::build(format!("mpca_blocks_{}", shape.suffix()), |m| {
        m.doc("The rows of a block column's blocks, by its header, and the slice of features that a tile multiplies.");
        let word = m.input_vec("words", words, Ty::uint(16));
        let write = m.input("header_write", Ty::bit());
        let header_beat = m.input("header_beat", Ty::uint(beats));
        let index = m.input("list_index", Ty::uint(bits));
        let base = m.input("list_base", Ty::uint(shape.base_bits()));
        let [sparse, double, lower] = ["job_sparse", "list_double", "list_lower"].map(|name| m.input(name, Ty::bit()));
        let job_tiles = m.input("job_tiles", shape.rows());
        let k_rest = m.input("job_k_rest", shape.used());

        let list = m.reg_vec("list", beats * words, Ty::uint(ROW), None);
        let at_beat = m.wire_vec("at_header_beat", beats, Ty::bit());
        at_beat.whole().set(header_beat);
        m.for_each("beat", 0..beats.into(), |b| {
            let mine = (write & at_beat.at(b)).named("mine");
            m.for_each("entry", 0..words.into(), |w| {
                let value = word.at(w);
                m.clocked(|| {
                    m.when(mine, || {
                        let beyond = value.bits(15, ROW - 1).reduce_or();
                        list.at(b * i64::from(words) + w).set(m.concat([beyond, value.bits(ROW - 2, 0)]));
                    });
                });
            });
        });

        let entry = m.reg("block_row", Ty::uint(ROW));
        let row = m.reg("row", Ty::uint(ROW + 1));
        let bank = m.reg("bank", shape.bank());
        let there = m.reg("there", Ty::bit());
        let astray = m.reg("astray", Ty::bit());
        let last_row = m.reg("last_row", Ty::bit());
        let place =
            (index + 1).wrap((bits + 1).min(list.len().next_power_of_two().trailing_zeros())).named("list_place");
        let listed = list.pick(place);
        let low = double & lower;
        m.clocked(|| {
            entry.set(sparse.mux(listed, index.resize(ROW).as_bits()));
            row.set(double.mux(m.concat([entry, low]), entry.resize(ROW + 1).as_bits()));
            bank.set((base + row).wrap(bank.width()));
            there.set(row.lt(job_tiles));
            astray.set(m.concat([row.bits(ROW, 1), row.bit(0) & !double]).ge(job_tiles));
            last_row.set((row + 1).eq(job_tiles));
        });
        let rows_used = last_row.mux(k_rest, tile).named("rows_within");
        m.output("entry_bank", bank.ty()).set(bank);
        m.output("tile_there", Ty::bit()).set(there);
        m.output("tile_astray", Ty::bit()).set(astray);
        m.output("rows_used", rows_used.ty()).set(rows_used);
    })
}
