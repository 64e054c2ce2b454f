//! From exponentials to probabilities.

use std::sync::Arc;

use hdl::{Bundle, Design, Errors, Module, Ty, prim};
use spec::unit::Softmax;

use super::row_sum::row_sum;
use super::{ROWS, beats, room_for_rows, scale};
use crate::in_turn::in_turn;
use crate::softmax::reciprocal::{Form, Reciprocal};
use crate::softmax::{delta2, delta2_text};
use crate::tree::levels;
use crate::{convert, ring};

/// Cycles from a row's last beat to its quotient, beyond those of the tree, and some to spare.
const WAY: u32 = 48;
/// Quotients that may wait for their row's turn.
const QUOTIENTS: u32 = 4;

/// Holds each row's exponentials until their sum is divided, then gives them to the lanes with δ2 over it. One beat a cycle goes in
/// and one comes out.
pub(super) fn normalise(config: &Softmax) -> Result<Arc<Design>, Errors> {
    let bits = config.fraction_bits().unsigned_abs();
    let (lanes, e, y) = (config.lanes, convert::ty(config.exp().y), config.y);
    let places = (beats(config) + levels(lanes) + WAY).next_power_of_two();
    let (place, sum) = (places.trailing_zeros(), bits + 9);
    let word = lanes * (e.width() + 1);
    let words = prim::held_ram(word, places)?;
    let ends = prim::fifo(place, ROWS)?;
    let sums = prim::fifo(place + sum, ROWS)?;
    let dividend = delta2(config, bits as i32 - 1);
    let reciprocal = Reciprocal { sum, precision: bits, dividend, form: Form::Shifted, tag: place };
    let divider = in_turn(&reciprocal.build()?, config.dividers())?;
    let quotients = prim::fifo(reciprocal.quotient() + place, QUOTIENTS)?;
    let scale = scale::scale(config, reciprocal.quotient())?;
    let name = format!("softmax_normalise_{}_{}_l{lanes}_d{dividend}", config.exp().y.ident(), y.ident());
    Module::build(name, |m| {
        m.doc(format!("y = {}e / sum(e) over a row, {} to {y}.", delta2_text(config), config.exp().y));
        m.doc("What is cut off an entry is carried to the next, so that the row's sum keeps it.");
        let from = m.sink(Bundle::new("in").lanes("e", e.clone(), lanes).last().keep(lanes));
        let to = m.source(Bundle::new("out").lanes("y", convert::ty(y), lanes).last().keep(lanes));
        let words = m.instance("words", &words);
        let ends = m.instance("ends", &ends);
        let sums = m.instance("sums", &sums);
        let divider = m.instance("reciprocals", &divider);
        let quotients = m.instance("quotients", &quotients);
        let scale = m.instance("scale", &scale);

        m.comment("Beats into the ring and into the sum of their row.");
        let write = m.reg_init("write", Ty::uint(place + 1), 0);
        let read = m.reg_init("read", Ty::uint(place + 1), 0);
        let row_ends = (from.fire() & from.last()).named("row_ends");
        let row_read = m.wire("row_read", Ty::bit());
        from.ready().set(!ring::full(write, read) & room_for_rows(m, row_ends, row_read));
        m.clocked(|| m.when(from.fire(), || write.set(ring::next(write))));
        words.input("we_i", from.fire());
        words.input("waddr_i", ring::place(write));
        words.input("wdata_i", m.concat([from.keep(), from.lanes("e").whole()]));
        ends.input("in_valid_i", row_ends);
        ends.input("in_data_i", ring::place(write));
        ends.output_named("in_ready_o", "unused_ends_ready");
        ends.output_named("out_valid_o", "unused_ends_valid");
        let (complete, total) = row_sum(m, from.lanes("e"), from.fire(), from.last(), &Ty::uint(sum));
        ends.input("out_ready_i", complete);
        sums.input("in_valid_i", complete);
        sums.input("in_data_i", m.concat([ends.output("out_data_o"), total]));
        sums.output_named("in_ready_o", "unused_sums_ready");
        divider.feed_from("in", sums, "out");
        quotients.feed_from("in", divider, "out");

        m.comment("The beats of a row whose quotient is there, again.");
        let held = m.reg_init("word_valid", Ty::bit(), 0);
        let first = m.reg_init("row_first", Ty::bit(), 1);
        let advance = (scale.output("in_ready_o") | !held).named("advance");
        let row = quotients.output("out_data_o");
        let reads = (quotients.output("out_valid_o") & advance).named("reads");
        let end = row.bits(place + reciprocal.quotient() - 1, reciprocal.quotient());
        let ends_here = ring::place(read).eq(end).named("ends_here");
        row_read.set(reads & ends_here);
        quotients.input("out_ready_i", row_read);
        words.input("re_i", reads);
        words.input("raddr_i", ring::place(read));
        let word_last = m.reg("word_last", Ty::bit());
        let word_first = m.reg("word_first", Ty::bit());
        let word_factor = m.reg("word_factor", Ty::uint(reciprocal.quotient()));
        m.clocked(|| {
            m.when(reads, || {
                read.set(ring::next(read));
                first.set(ends_here);
            });
            m.when(advance, || {
                held.set(quotients.output("out_valid_o"));
                word_last.set(ends_here);
                word_first.set(first);
                word_factor.set(row.bits(reciprocal.quotient() - 1, 0));
            });
        });
        let stored = words.output("rdata_o");
        scale.input("in_valid_i", held);
        scale.input("in_data_i", m.concat([word_first, word_factor, stored.bits(lanes * e.width() - 1, 0)]));
        scale.input("in_last_i", word_last);
        scale.input("in_keep_i", stored.bits(word - 1, lanes * e.width()));
        scale.drain("out", &to);
    })
}
