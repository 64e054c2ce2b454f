//! The row buffer: every beat again, with the maximum of its row.

use std::sync::Arc;

use hdl::{Bundle, Design, Errors, Module, Ty, prim};
use spec::unit::Softmax;

use super::{ROWS, beats, room_for_rows};
use crate::tree::{levels, marks, tree};
use crate::{convert, ring};

/// Cycles from a row's last beat to its maximum, beyond those of the tree, and some to spare.
const WAY: u32 = 8;

/// Takes rows of the format `x` and gives each beat again, with the `max` of its row's kept entries.
pub(super) fn row_max(config: &Softmax) -> Result<Arc<Design>, Errors> {
    let (lanes, bits, ty) = (config.lanes, config.x.width, convert::ty(config.x).with_frac(0));
    let longest = beats(config);
    let places = (longest + levels(lanes) + WAY).next_power_of_two();
    let place = places.trailing_zeros();
    let words = prim::held_ram(lanes * (bits + 1), places)?;
    let (ends, maxima) = (prim::fifo(place, ROWS)?, prim::fifo(bits, ROWS)?);
    Module::build(format!("softmax_row_max_{}_l{lanes}", config.x.ident()), |m| {
        m.doc("Row buffer of softmax: gives each beat of a row together with the row's maximum, once the row is complete.");
        let bundle = |name: &str| Bundle::new(name).lanes("x", ty.clone(), lanes).last().keep(lanes);
        let from = m.sink(bundle("in"));
        let to = m.source(bundle("out").field("max", ty.clone()));
        let words = m.instance("words", &words);
        let ends = m.instance("ends", &ends);
        let maxima = m.instance("maxima", &maxima);

        let write = m.reg_init("write", Ty::uint(place + 1), 0);
        let read = m.reg_init("read", Ty::uint(place + 1), 0);
        let row_ends = (from.fire() & from.last()).named("row_ends");
        let row_read = m.wire("row_read", Ty::bit());
        let room = room_for_rows(m, row_ends, row_read);
        from.ready().set(!ring::full(write, read) & room);
        m.clocked(|| m.when(from.fire(), || write.set(ring::next(write))));
        words.input("we_i", from.fire());
        words.input("waddr_i", ring::place(write));
        words.input("wdata_i", m.concat([from.keep(), from.lanes("x").whole()]));
        ends.input("in_valid_i", row_ends);
        ends.input("in_data_i", ring::place(write));
        ends.output_named("in_ready_o", "unused_ends_ready");
        let length = m.reg_init("length", Ty::range(0, longest).full(), 0);
        m.clocked(|| {
            m.when(from.fire(), || {
                m.when_else(from.last(), || length.set(0), || length.set((length + 1).wrap(length.width())));
            });
        });
        m.assert(&format!("row_of_at_most_{longest}_beats"), !from.fire() | length.lt(longest));

        m.comment("The maximum of a beat's kept entries, then of the row.");
        let kept = m.wire_vec("kept", lanes, Ty::bit());
        kept.whole().set(from.keep());
        let entry = m.reg_vec("entry", lanes, ty.clone(), None);
        m.for_each("entry", 0..lanes.into(), |lane| {
            let x = kept.at(lane).mux(from.lanes("x").at(lane), m.lit_of(ty.lo().clone(), ty.clone()));
            m.clocked(|| entry.at(lane).set(x));
        });
        let beat = tree(
            m,
            "beat_max",
            entry,
            |_| ty.clone(),
            |a, b, _| {
                let (a, b) = (a.named("even"), b.named("odd"));
                a.gt(b).mux(a, b)
            },
        );
        let (here, row_done) = marks(m, from.fire(), from.last(), 1 + levels(lanes));
        let first = m.reg_init("first", Ty::bit(), 1);
        let max = m.reg("max", ty.clone());
        let with_beat = (first | beat.gt(max)).mux(beat, max).named("max_with_beat");
        m.clocked(|| {
            m.when(here, || {
                first.set(row_done);
                max.set(with_beat);
            });
        });
        maxima.input("in_valid_i", here & row_done);
        maxima.input("in_data_i", with_beat.as_bits());
        maxima.output_named("in_ready_o", "unused_maxima_ready");

        m.comment("Replay: a beat is read, waits at the memory's output and moves to the output registers.");
        let row_valid = maxima.output("out_valid_o");
        let out_valid = m.reg_init("out_valid", Ty::bit(), 0);
        let word_valid = m.reg_init("word_valid", Ty::bit(), 0);
        let word_last = m.reg("word_last", Ty::bit());
        let word_max = m.reg("word_max", ty.clone());
        let out_last = m.reg("out_last", Ty::bit());
        let out_max = m.reg("out_max", ty.clone());
        let out_word = m.reg("out_word", Ty::uint(lanes * (bits + 1)));
        let advance = (to.ready() | !out_valid).named("advance");
        let reads = (row_valid & advance).named("reads");
        let ends_here = ring::place(read).eq(ends.output("out_data_o")).named("ends_here");
        row_read.set(reads & ends_here);
        ends.output_named("out_valid_o", "unused_ends_valid");
        ends.input("out_ready_i", row_read);
        maxima.input("out_ready_i", row_read);
        words.input("re_i", reads);
        words.input("raddr_i", ring::place(read));
        m.clocked(|| {
            m.when(reads, || read.set(ring::next(read)));
            m.when(advance, || {
                word_valid.set(row_valid);
                word_last.set(ends_here);
                word_max.set(maxima.output("out_data_o").cast(ty.clone()));
                out_valid.set(word_valid);
                out_last.set(word_last);
                out_max.set(word_max);
                out_word.set(words.output("rdata_o"));
            });
        });
        to.valid().set(out_valid);
        to.last().set(out_last);
        to.keep().set(out_word.bits(lanes * (bits + 1) - 1, lanes * bits));
        to.lanes("x").whole().set(out_word.bits(lanes * bits - 1, 0));
        to.field("max").set(out_max);
    })
}
