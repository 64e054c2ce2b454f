//! The scores of a group's head, and their way back to the array.

use std::sync::Arc;

use hdl::{Design, Errors, Module, RamStyle, Ty, prim};
use units::tree::{levels, tree_when};

use super::shape::Shape;
use super::softmax;

/// Cycles from a read request to exponentials.
pub(super) fn latency(shape: &Shape) -> u32 {
    3 + softmax::latency(shape)
}

/// Two buffers of scores: tiles of T_o scores of a row in, segments of T_i exponentials with their row's scale out.
///
/// Ports: `we_i`, `buffer_i`, `row_i`, `segment_i`, `tile_i`, `first_i` (tile of the row), `keep_i` (scores that count),
/// `data_i`; `read_i`, `read_buffer_i`, `read_row_i`, `read_segment_i`, `read_first_i`, `count_i`, `finer_i`; `valid_o`,
/// `e_o`, `mult_o`, `shift_o`.
pub(super) fn scores(shape: &Shape) -> Result<Arc<Design>, Errors> {
    let (t_i, t_o, tokens) = (shape.t_i, shape.t_o, shape.core.max_tokens);
    let tiles = shape.head_tiles;
    let softmax_design = softmax::softmax(shape)?;
    let tile_design = prim::held_ram_reg(16 * t_o, 1 << (1 + shape.segment().width() + shape.row().width()))?;
    Module::build(format!("core_scores_i{t_i}_o{t_o}_t{tokens}_f{}", shape.core.score_frac), |m| {
        m.doc(format!("Scores of a head, up to {tokens} rows of {tokens}, in two buffers; their exponentials by segments of {t_i}."));
        units::share(m);
        let write = m.input("we", Ty::bit());
        let (buffer, row) = (m.input("buffer", Ty::bit()), m.input("row", shape.row()));
        let (segment, tile) = (m.input("segment", shape.segment()), m.input("tile", shape.head_tile()));
        let (first, keep) = (m.input("first", Ty::bit()), m.input_vec("keep", t_o, Ty::bit()));
        let data = m.input_vec("data", t_o, Ty::sint(16));
        let read = m.input("read", Ty::bit());
        let (read_buffer, read_row) = (m.input("read_buffer", Ty::bit()), m.input("read_row", shape.row()));
        let (read_segment, read_first) = (m.input("read_segment", shape.segment()), m.input("read_first", Ty::bit()));
        let count = m.input("count", Ty::range(0, t_i).full());
        let finer = m.input("finer", Ty::uint(6));

        let place = m.concat([buffer, row, segment]).named("place");
        let read_place = m.reg("read_place", place.ty());
        m.clocked(|| read_place.set(m.concat([read_buffer, read_row, read_segment])));
        let reads = softmax::line(m, "read", read, 3, true);
        let word = m.wire_vec("word", tiles, Ty::uint(16 * t_o));
        m.for_each("tile", 0..tiles.into(), |number| {
            let ram = m.instance("tile", &tile_design);
            ram.input("we_i", write & tile.eq(number));
            ram.input("waddr_i", place);
            ram.input("wdata_i", data.whole());
            ram.input("re_i", reads.at(0));
            ram.input("raddr_i", read_place);
            ram.drive("rdata_o", word.at(number));
        });

        m.comment("The maximum of a tile's scores, then of the row so far.");
        let entries = m.reg_vec("entry", t_o, Ty::sint(16), None);
        m.for_each("entry", 0..t_o.into(), |lane| {
            let lowest = m.lit_of(-32768, Ty::sint(16));
            m.clocked(|| m.when(write, || entries.at(lane).set(keep.at(lane).mux(data.at(lane), lowest))));
        });
        let cycles = 1 + levels(t_o);
        let writing = softmax::line(m, "write", write, cycles, true);
        let valid = writing.whole().bits(cycles - 2, 0);
        let of_tile = tree_when(m, "max", entries, Some(valid), |_| Ty::sint(16), |a, b, _| a.gt(b).mux(a, b));
        let of_tile = of_tile.named("max_of_tile");
        let (writes, starts) = (writing.at(i64::from(cycles) - 1), softmax::late(m, "first", first, cycles, false));
        let at = softmax::late(m, "max_place", m.concat([buffer, row]), cycles, false);
        let maxima = m.memory("maxima", 2 * tokens, Ty::sint(16), RamStyle::Distributed);
        let old = maxima.read(at).named("old_max");
        let new = (starts | of_tile.gt(old)).mux(of_tile, old).named("new_max");
        m.clocked(|| m.when(writes, || maxima.write(at, new)));

        m.comment("Softmax of what was read.");
        let max_place = m.reg("read_max_place", at.ty());
        let [max, max_out] = ["max", "max_read"].map(|name| m.reg(name, Ty::sint(16)));
        m.clocked(|| {
            max_place.set(m.concat([read_buffer, read_row]));
            max_out.set(maxima.read(max_place));
            max.set(max_out);
        });
        let unit = m.instance("softmax", &softmax_design);
        unit.input("valid_i", reads.at(2));
        unit.input("first_i", softmax::late(m, "read_first", read_first, 3, false));
        unit.input("row_i", softmax::late(m, "read_row", read_row, 3, false));
        unit.input("count_i", softmax::late(m, "count", count, 3, false));
        unit.input("finer_i", softmax::late(m, "finer", finer, 3, false));
        unit.input("max_i", max);
        unit.input("x_i", word.whole());
        unit.drive("valid_o", m.output("valid", Ty::bit()));
        unit.drive("e_o", m.output("e", Ty::uint(7 * t_i)));
        unit.drive("mult_o", m.output("mult", Ty::uint(16)));
        unit.drive("shift_o", m.output("shift", Ty::uint(6)));
    })
}
