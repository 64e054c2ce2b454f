//! The index shuffle and the fusing: tokens in the order of their new indices, then one in place of the rest.

use std::sync::Arc;

use hdl::{Bundle, Design, Errors, Latency, Module, Sig, Ty, prim};
use spec::unit::Tdhm;

use super::buffer::READ;
use super::widths::Widths;
use crate::arith::abs_in_parts;
use crate::convert::ty;
use crate::divider::Divider;
use crate::multiply_add::multiply_accumulate;

/// Beats behind the buffer, more than are on their way there.
const ROOM: u32 = 16;

/// The value of a bit in each of the last `cycles` cycles, the latest lowest.
fn past<'m>(m: &'m Module, name: &str, now: Sig<'m>, cycles: u32) -> Sig<'m> {
    let past = m.reg_init(name, Ty::uint(cycles), 0);
    m.clocked(|| past.set(m.concat([past.bits(cycles - 2, 0), now])));
    past
}

/// Jobs on `job` and the sums of their lost scores on `total`; the dense tokens on `out`. A job begins when `loaded_i` has been set for it;
/// `done_o` is set when it is over. Entry and beat are asked for by ports of `order` and `buffer`.
pub(super) fn shuffle(config: &Tdhm) -> Result<Arc<Design>, Errors> {
    let w = Widths::new(config);
    let (lanes, width) = (config.lanes, config.x.width);
    let (x_ty, score) = (ty(config.x).with_frac(0), Ty::uint(w.score));
    let accumulate = multiply_accumulate(&x_ty, &score, w.total)?;
    let division = Divider { lanes, denominator: w.score_sum, quotient: width, signed: true }.build()?;
    let output = prim::fifo(lanes * width + 1, ROOM)?;
    let (x, t, b) = (config.x.ident(), config.max_tokens, config.max_beats());
    Module::build(format!("tdhm_shuffle_{x}_l{lanes}_b{b}_t{t}_s{}", w.score), |m| {
        m.doc("Fetches the class token and the kept tokens in the order of their new indices. Then, beat by beat, the others: their");
        m.doc("channels are multiplied with their scores and summed in one DSP a lane, and the sums divided by that of the scores.");
        m.doc("Scores that are all zero count as ones.");
        let job = m.sink(
            Bundle::new("job")
                .field("last_token", Ty::uint(w.token))
                .field("kept", Ty::uint(w.token))
                .field("last_beat", Ty::uint(w.beat)),
        );
        let total = m.sink(Bundle::new("total").field("score_sum", Ty::uint(w.score_sum)));
        let to = m.source(Bundle::new("out").lanes("y", ty(config.x), lanes).last().timing(Latency::Variable, 1));
        let loaded = m.input("loaded", Ty::bit());

        let (state, [idle, pass, fuse, finish]) = m.state_machine("state", ["Idle", "Pass", "Fuse", "Finish"]);
        let half = m.reg_init("half", Ty::bit(), 0);
        let waiting = m.reg_init("loaded_jobs", Ty::range(0, 2), 0);
        let start = (state.eq(idle) & job.valid() & total.valid() & waiting.ne(0)).named("start");
        job.ready().set(start);
        total.ready().set(start);
        let last_token = m.reg("last_token", Ty::uint(w.token));
        let kept = m.reg("kept", Ty::uint(w.token));
        let last_beat = m.reg("last_beat", Ty::uint(w.beat));
        let score_sum = m.reg("score_sum", Ty::uint(w.score_sum));
        let plain = (!score_sum.is_nonzero()).named("plain");
        let lost = (last_token - kept).wrap(w.token).as_bits().named("lost");
        let denominator = m.reg("denominator", Ty::uint(w.score_sum));
        let loses = lost.is_nonzero().named("loses");
        m.clocked(|| {
            m.when(start, || {
                last_token.set(job.field("last_token"));
                kept.set(job.field("kept"));
                last_beat.set(job.field("last_beat"));
                score_sum.set(total.field("score_sum"));
            });
            denominator.set(plain.mux(lost.resize(w.score_sum), score_sum));
        });

        m.comment("One beat a cycle is asked for: tokens one by one, or a beat of all tokens that are lost.");
        let place = m.reg_init("place", Ty::uint(w.token), 0);
        let beat = m.reg_init("beat", Ty::uint(w.beat), 0);
        let reserved = m.reg_init("reserved", Ty::range(0, ROOM), 0);
        let columns = m.reg_init("columns", Ty::range(0, 2), 0);
        let room = reserved.ne(ROOM).named("room");
        let first_lost = (kept + 1).wrap(w.token).named("first_lost");
        let column_begins = place.eq(first_lost).named("column_begins");
        let column_ends = place.eq(last_token).named("column_ends");
        let passing = (state.eq(pass) & room).named("passing");
        let fusing = (state.eq(fuse) & (!column_begins | columns.ne(2))).named("fusing");
        let beat_ends = beat.eq(last_beat).named("beat_ends");
        let pass_ends = (beat_ends & place.eq(kept)).named("pass_ends");
        let next_place = (place + 1).wrap(w.token).named("next_place");
        let next_beat = (beat + 1).wrap(w.beat).named("next_beat");
        let moving = m.wire("moving", Ty::bit());
        let fused = m.wire("fused", Ty::bit());
        let fused_open = m.reg_init("fused_open", Ty::bit(), 0);
        let over = (state.eq(finish) & !moving & !fused_open).named("over");
        m.comb(|| {
            m.when(over, || half.set(!half));
            m.when(fused, || fused_open.set(0));
            m.switch(state, |cases| {
                cases.case(idle, || m.when(start, || state.set(pass)));
                cases.case(pass, || {
                    m.when(passing, || {
                        beat.set(next_beat);
                        m.when(beat_ends, || {
                            beat.set(0);
                            place.set(next_place);
                        });
                        m.when(pass_ends, || {
                            m.when_else(loses, || state.set(fuse), || state.set(finish));
                            fused_open.set(loses);
                        });
                    });
                });
                cases.case(fuse, || {
                    m.when(fusing, || {
                        place.set(next_place);
                        m.when(column_ends, || {
                            place.set(first_lost);
                            beat.set(next_beat);
                            m.when(beat_ends, || state.set(finish));
                        });
                    });
                });
                cases.default(|| {
                    place.set(0);
                    beat.set(0);
                    m.when(over, || state.set(idle));
                });
            });
            m.when(loaded & !start, || waiting.set((waiting + 1).assume_range(0, 2)));
            m.when(start & !loaded, || waiting.set((waiting - 1).assume_range(0, 2)));
        });
        m.output("done", Ty::bit()).set(over);

        m.comment("The entry of a place: old index and score. The class token stays the first.");
        m.output("entry_half", Ty::bit()).set(half);
        m.output("entry_place", Ty::uint(w.token)).set(place);
        let entry = m.input("entry", Ty::uint(w.entry()));
        let token = m.reg("token", Ty::uint(w.token));
        let weight = m.reg("weight", score.clone());
        let token_beat = m.reg("token_beat", Ty::uint(w.beat));
        m.clocked(|| {
            token.set(entry.bits(w.token - 1, 0) & place.is_nonzero().repeat(w.token));
            weight.set(plain.mux(1, entry.bits(w.entry() - 1, w.token)));
            token_beat.set(beat);
        });
        m.output("half", Ty::bit()).set(half);
        m.output("token", Ty::uint(w.token)).set(token);
        m.output("beat", Ty::uint(w.beat)).set(token_beat);

        m.comment("What goes along with a beat: to the buffer's output, and for the lost ones to the sum.");
        let passed = past(m, "passed", passing, READ + 1);
        let passed_last = past(m, "passed_last", pass_ends & !loses, READ + 1);
        let added = past(m, "added", fusing, READ + 2);
        let added_first = past(m, "added_first", column_begins, READ + 2);
        let added_last = past(m, "added_last", fusing & column_ends, READ + 2);
        let weights: Vec<_> = (1..=READ).map(|age| m.reg(&format!("weight_{age}"), score.clone())).collect();
        m.clocked(|| {
            weights[0].set(weight);
            weights.windows(2).for_each(|pair| pair[1].set(pair[0]));
        });
        moving.set(passed.is_nonzero() | added.is_nonzero());
        let arrives = passed.bit(READ).named("arrives");

        m.comment("Sums, their magnitudes, quotients.");
        let summed = m.reg_init("summed", Ty::bit(), 0);
        let column_valid = m.reg_init("column_valid", Ty::bit(), 0);
        let dividers = m.instance("dividers", &division);
        let taken = (column_valid & dividers.output("in_ready_o")).named("taken");
        let moves = (summed & !column_valid).named("moves");
        let column_summed = added_last.bit(READ + 1).named("column_summed");
        let column_issued = (fusing & column_begins).named("column_issued");
        m.comb(|| {
            m.when(moves, || summed.set(0));
            m.when(column_summed, || summed.set(1));
            m.when(taken, || column_valid.set(0));
            m.when(moves, || column_valid.set(1));
            m.when(column_issued & !taken, || columns.set((columns + 1).assume_range(0, 2)));
            m.when(taken & !column_issued, || columns.set((columns - 1).assume_range(0, 2)));
        });
        let x = m.input_vec("x", lanes, ty(config.x));
        let numerators = m.wire_vec("numerator", lanes, Ty::uint(w.total + 1));
        m.for_each("lane", 0..lanes.into(), |lane| {
            let cell = m.instance("accumulate", &accumulate);
            cell.input("a_i", x.at(lane).with_frac(0));
            cell.input("b_i", weights[READ as usize - 1]);
            cell.input("add_i", added.bit(READ + 1));
            cell.input("first_i", added_first.bit(READ + 1));
            let sum = cell.output_named("sum_o", "sum");
            let magnitude = m.reg("magnitude", Ty::uint(w.total));
            let negative = m.reg("negative", Ty::bit());
            m.clocked(|| {
                m.when(moves, || {
                    magnitude.set(abs_in_parts(m, sum));
                    negative.set(sum.is_neg());
                });
            });
            numerators.at(lane).set(m.concat([negative, magnitude]));
        });
        dividers.input("in_valid_i", column_valid);
        dividers.input("in_data_i", m.concat([denominator, numerators.whole()]));
        dividers.input("out_ready_i", room);

        m.comment("Kept tokens and the fused one never come at once.");
        let fused_beat = m.reg_init("fused_beat", Ty::uint(w.beat), 0);
        let fused_valid = (dividers.output("out_valid_o") & room).named("fused_valid");
        let fused_ends = fused_beat.eq(last_beat).named("fused_ends");
        fused.set(fused_valid & fused_ends);
        let fifo = m.instance("output", &output);
        let quotients = dividers.output("out_data_o").as_bits();
        let channels = arrives.mux(x.whole().as_bits(), quotients).named("channels");
        fifo.input("in_valid_i", arrives | fused_valid);
        fifo.input("in_data_i", m.concat([arrives.mux(passed_last.bit(READ), fused_ends), channels]));
        fifo.output_named("in_ready_o", "unused_output_ready");
        fifo.drive("out_valid_o", to.valid());
        fifo.input("out_ready_i", to.ready());
        let beat_out = fifo.output("out_data_o");
        to.lanes("y").whole().set(beat_out.bits(lanes * width - 1, 0));
        to.last().set(beat_out.bit(lanes * width));
        let grows = (passing | fused_valid).named("grows");
        m.comb(|| {
            m.when(fused_valid, || fused_beat.set((fused_beat + 1).wrap(w.beat)));
            m.when(fused, || fused_beat.set(0));
            m.when(grows & !to.fire(), || reserved.set((reserved + 1).assume_range(0, ROOM)));
            m.when(to.fire() & !grows, || reserved.set((reserved - 1).assume_range(0, ROOM)));
        });
    })
}
