//! A column of processing elements: the block column they share, and what each step reads.

use std::sync::Arc;

use hdl::{Design, Module, RamStyle, Ty, prim};
use spec::unit::Mpca;

use super::pe::pe;
use super::shape::{Shape, plus};
use crate::Error;
use crate::delay_line::delayed;

/// `mpca_pe_column_p8_t12_…`: p_t processing elements with one column buffer.
///
/// The buffer holds two block columns: of each, its tiles, the block rows of its header, how many tiles one of its tile columns has, and
/// where the features of its head begin. A step beyond the last tile, or of a slice that X does not have, multiplies by 0.
pub(super) fn column(shape: &Shape) -> Result<Arc<Design>, Error> {
    let (p_t, p, rows) = (shape.config.p_t, shape.p, shape.row_bits());
    let (across, depth) = (shape.across(), shape.depth);
    let pe = pe(shape)?;
    let weights = prim::ram(16 * shape.weight_words(), 1 << shape.weight_address_bits(), RamStyle::Block, 2)?;
    let headers = prim::ram(rows, 1 << (rows + 1), RamStyle::Distributed, 1)?;
    let result = shape.tile * Mpca::ACCUMULATOR.width;
    let name =
        format!("mpca_pe_column_p{p}_t{p_t}_b{}_r{}_d{}", shape.tile, shape.config.max_rows, shape.feature_depth());
    let design = Module::build(name, |m| {
        m.doc(format!("{p_t} processing elements of {p} x {p} multiply-accumulators, which share a block column."));
        m.doc("By the header of the block column each step finds its features.");
        crate::share(m);
        let bit = |name: &str| m.input(name, Ty::bit());
        let bits = |name: &str, width: u32| m.input(name, Ty::uint(width));
        let optional = |name: &str, width: u32| (width > 0).then(|| bits(name, width));
        m.comment("A step.");
        let (valid, first) = (bit("valid"), bit("first"));
        let (sparse, double, buffer, half) = (bit("sparse"), bit("double"), bit("buffer"), bit("half"));
        let slices = bits("slices", rows);
        let tile = bits("tile", rows);
        let beat = bits("beat", 2);
        let lane = optional("lane", shape.depth_bits());
        let part = optional("part", shape.across_bits());
        let base = bits("base", 1 + shape.subrow_bits());
        m.comment("Loading of a block column.");
        let (open, open_buffer) = (bit("open"), bit("open_buffer"));
        let (open_tiles, open_offset) = (bits("open_tiles", rows), bits("open_offset", rows));
        let (row_load, row_address, row_value) =
            (bit("row_load"), bits("row_address", rows + 1), bits("row_value", rows));
        let weight_load = bit("weight_load");
        let weight_address = bits("weight_address", shape.weight_address_bits());
        let weight_beat = bits("weight_beat", 16 * shape.weight_words());
        m.comment("Loading of features.");
        let feature_load = m.input_vec("feature_load", p_t, Ty::bit());
        let feature_address = bits("feature_address", shape.feature_address_bits());
        let feature_word = bits("feature_word", shape.feature_word());
        m.comment("Results.");
        let take = bit("take");
        let row = bits("row", shape.p_bits());
        let store = bits("store", across);
        let store_address = bits("store_address", shape.result_address_bits());
        let read = m.input_vec("read", p_t, Ty::bit());
        let read_address = bits("read_address", shape.result_address_bits());
        let picked = (p_t > 1).then(|| bits("picked", Ty::range(0, p_t - 1).width()));
        let y = m.output("y", Ty::uint(result));

        m.comment("What is known of the two block columns.");
        let tiles = [0, 1].map(|i| m.reg(&format!("tiles{i}"), Ty::uint(rows)));
        let offsets = [0, 1].map(|i| m.reg(&format!("offset{i}"), Ty::uint(rows)));
        m.clocked(|| {
            for (i, (tiles, offset)) in tiles.iter().zip(&offsets).enumerate() {
                m.when(open & open_buffer.eq(i as u32), || {
                    tiles.set(open_tiles);
                    offset.set(open_offset);
                });
            }
        });

        m.comment("Stage 1: the block row that the header names.");
        let header = m.instance("headers", &headers);
        header.input("we_i", row_load);
        header.input("waddr_i", row_address);
        header.input("wdata_i", row_value);
        let block = double.mux(m.concat([m.lit_of(0, Ty::bit()), tile.bits(rows - 1, 1)]), tile);
        header.input("raddr_i", m.concat([buffer, block]));
        let block_row = header.output_named("rdata_o", "block_row");
        let own = buffer.mux(tiles[1], tiles[0]).named("own_tiles");
        let here = m.reg_init("here", Ty::bit(), 0);
        let tile_q = m.reg("tile", Ty::uint(rows));
        let start = m.reg("start", Ty::uint(rows));
        let offset_q = m.reg("offset", Ty::uint(rows));
        let (sparse_q, double_q) = (m.reg("sparse", Ty::bit()), m.reg("double", Ty::bit()));
        let buffer_q = m.reg("buffer", Ty::bit());
        let slices_q = m.reg("slices", Ty::uint(rows));
        let bases = delayed(m, "base", base, 2, false);
        let beats = delayed(m, "beat", beat, 2, false);
        m.clocked(|| {
            here.set(valid & tile.lt(own));
            tile_q.set(tile);
            start.set(own & half.repeat(rows));
            offset_q.set(buffer.mux(offsets[1], offsets[0]));
            sparse_q.set(sparse);
            double_q.set(double);
            buffer_q.set(buffer);
            slices_q.set(slices);
        });

        m.comment("Stage 2: the slice of features, and where the tile's weights are.");
        let in_block = m.concat([block_row, tile_q.bit(0)]);
        let of_header = double_q.mux(in_block, block_row.resize(rows + 1));
        let slice = sparse_q.mux(of_header, tile_q.resize(rows + 1)).cast(Ty::uint(rows + 1)).named("slice");
        let used = m.reg_init("used", Ty::bit(), 0);
        let place = m.reg("place", Ty::uint(rows));
        let at = m.reg("at", Ty::uint(shape.weight_address_bits()));
        m.clocked(|| {
            used.set(here & slice.lt(slices_q));
            place.set(plus(slice, offset_q, rows));
            at.set(m.concat([buffer_q, plus(start, tile_q, shape.tile_address_bits()), beats[1]]));
        });
        let address = m.concat([bases[2], place, beats[2]]).named("address");

        m.comment("Weights as late as features.");
        let ats = delayed(m, "at", at, Shape::WORDS - 4, false);
        let memory = m.instance("weights", &weights);
        memory.input("we_i", weight_load);
        memory.input("waddr_i", weight_address);
        memory.input("wdata_i", weight_beat);
        memory.input("raddr_i", ats[Shape::WORDS - 4]);
        let words = m.wire_vec("words", depth * across, Ty::uint(16 * p));
        memory.drive("rdata_o", words.whole());
        let late = |name: &str, value| delayed(m, name, value, Shape::WORDS, false)[Shape::WORDS];
        let (lane, part) = (lane.map(|lane| late("lane", lane)), part.map(|part| late("part", part)));
        let uses = delayed(m, "used", used, Shape::WORDS - 2, true);
        let picks: Vec<_> = lane.into_iter().chain(part).collect();
        let word = if picks.is_empty() { words.at(0) } else { words.pick(m.concat(picks)) };
        let weight = m.reg("weight", Ty::uint(16 * p));
        m.clocked(|| weight.set(word & uses[Shape::WORDS - 2].repeat(16 * p)));
        let firsts = delayed(m, "first", first, Shape::WORDS + 1, true);

        let all = m.wire_vec("y_of", p_t, Ty::uint(result));
        m.for_each("pe", 0..p_t.into(), |i| {
            let cell = m.instance("pe", &pe);
            cell.input("address_i", address);
            if let Some(lane) = lane {
                cell.input("lane_i", lane);
            }
            cell.input("weight_i", weight);
            cell.input("first_i", firsts[Shape::WORDS + 1]);
            cell.input("load_i", feature_load.at(i));
            cell.input("load_address_i", feature_address);
            cell.input("load_word_i", feature_word);
            cell.input("take_i", take);
            cell.input("row_i", row);
            cell.input("store_i", store);
            cell.input("store_address_i", store_address);
            cell.input("read_i", read.at(i));
            cell.input("read_address_i", read_address);
            cell.drive("y_o", all.at(i));
        });
        let own_picked = picked.map(|picked| delayed(m, "picked", picked, 1, false)[1]);
        let out = m.reg("y", Ty::uint(result));
        m.clocked(|| out.set(own_picked.map_or_else(|| all.at(0), |picked| all.pick(picked))));
        y.set(out);
    })?;
    Ok(design)
}
