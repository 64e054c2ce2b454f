//! What reads left operands and feeds them to the array.

use std::sync::Arc;

use hdl::{Bundle, Design, Errors, Module, Sig, Sink, Ty, prim};

use super::count::places_left;
use super::scores;
use super::shape::{COUNT, Shape, WORD_LATENCY, bits};
use super::softmax::late;

/// Words that may wait for the array.
const WORDS: u32 = 16;

/// A job: which rows, how often, and what must be done before.
pub(super) fn job(shape: &Shape, name: &str) -> Bundle {
    Bundle::new(name)
        .field("from", Ty::uint(2))
        .field("base", shape.source())
        .field("stride", shape.source())
        .field("rows", shape.rows())
        .field("first_row", Ty::bit())
        .field("every_other", Ty::bit())
        .field("rounds", shape.tiles())
        .field("passes", shape.passes())
        .field("tokens", shape.rows())
        .field("means", shape.norm_word())
        .field("buffer", Ty::bit())
        .field("finer", Ty::uint(6))
        .field("keeps", Ty::bit())
        .field("after_matrix", Ty::uint(COUNT))
        .field("after_vector", Ty::uint(COUNT))
}

/// Whether as many jobs are done as the job waits for that stands there and does not end; a cycle late.
pub(super) fn is_due<'m>(m: &'m Module, jobs: &Sink<'m>, ends: Sig<'m>) -> Sig<'m> {
    let [matrix_done, vector_done] = ["matrix_done", "vector_done"].map(|name| m.input(name, Ty::uint(COUNT)));
    let due = m.reg_init("due", Ty::bit(), 0);
    let reached = matrix_done.ge(jobs.field("after_matrix")) & vector_done.ge(jobs.field("after_vector"));
    m.clocked(|| due.set(jobs.valid() & reached & !ends));
    due
}

/// The array's stream `act`: rounds of passes of rows, from words of normalised rows, of activations, or from scores.
///
/// The memories of words take `norm_read_o`, `norm_address_o`, `act_read_o` and `address_o` and answer on `norm_i` and
/// `act_i`; the groups' scores take the ports `read_…_o`. Features are a word of activations in the lower half, and in the upper half the lower half of the
/// normalised word `means`. `keeps_o` pulses with the last row of a job that keeps the counters.
pub(super) fn acts(shape: &Shape) -> Result<Arc<Design>, Errors> {
    let (lanes, t_h) = (shape.t_i * shape.t_h, shape.t_h);
    let word = 8 * lanes;
    let segments = t_h * (7 * shape.t_i + 22);
    let waiting = (scores::latency(shape) + 4).next_power_of_two();
    let words_design = prim::fifo(word, WORDS)?;
    let scores_design = prim::fifo(segments, waiting)?;
    let order_design = prim::fifo(2, 2 * waiting)?;
    Module::build(format!("core_acts_{}", shape.core.ident()), |m| {
        m.doc("Feeds the array with left operands: rounds of passes of rows.");
        m.doc("A job begins when the jobs that it waits for are done.");
        let jobs = m.sink(job(shape, "job"));
        let to = Bundle::new("act").lanes("a", Ty::sint(8), lanes).lanes("mult", Ty::uint(16), t_h);
        let to = m.source(to.lanes("shift", Ty::uint(6), t_h));
        let norm = m.input("norm", Ty::uint(word));
        let act = m.input("act", Ty::uint(word));
        let e = m.input_vec("e", t_h * shape.t_i, Ty::uint(7));
        let (mult, shift) = (m.input("mult", Ty::uint(16 * t_h)), m.input("shift", Ty::uint(6 * t_h)));
        let scored = m.input("scored", Ty::bit());

        let field = |name: &str| jobs.field(name);
        let from_scores = field("from").eq(2).named("from_scores");
        let features = field("from").eq(3).named("from_features");
        let ends = m.wire("ends", Ty::bit());
        let due = is_due(m, &jobs, ends);
        let started = m.reg_init("started", Ty::bit(), 0);
        let [asks_word, takes_word, asks_score, takes_segment] =
            ["asks_word", "takes_word", "asks_score", "takes_segment"].map(|name| m.wire(name, Ty::bit()));
        let word_room = places_left(m, "word_room", WORDS, asks_word, takes_word);
        let score_room = places_left(m, "score_room", waiting, asks_score, takes_segment);
        let room = from_scores.mux(score_room.is_nonzero(), word_room.is_nonzero());
        let issue = (started & room).named("issue");

        m.comment("Row, pass and round that come next.");
        let row = m.reg("row", shape.rows());
        let pass = m.reg("pass", shape.passes());
        let round = m.reg("round", shape.tiles());
        let place = m.reg("place", shape.source());
        let left = m.reg("tokens_left", shape.rows());
        let row_last = (row + 1).eq(field("rows")).named("row_last");
        let pass_last = (pass + 1).eq(field("passes")).named("pass_last");
        let round_last = (round + 1).eq(field("rounds")).named("round_last");
        ends.set(issue & row_last & pass_last & round_last);
        let next_pass = pass_last.mux(0, (pass + 1).wrap(pass.width()).as_bits()).named("next_pass");
        let next_start = (field("base") + next_pass).wrap(place.width()).as_bits();
        jobs.ready().set(ends);
        m.clocked(|| {
            m.when_else(
                started,
                || {
                    m.when(issue, || {
                        row.set(row_last.mux(0, (row + 1).wrap(row.width()).as_bits()));
                        place.set(row_last.mux(next_start, (place + field("stride")).wrap(place.width()).as_bits()));
                        m.when(row_last, || {
                            pass.set(next_pass);
                            left.set(pass_last.mux(field("tokens"), (left - shape.t_i).wrap(left.width()).as_bits()));
                            m.when(pass_last, || round.set((round + 1).wrap(round.width())));
                        });
                        m.when(ends, || started.set(0));
                    });
                },
                || {
                    row.set(0);
                    pass.set(0);
                    round.set(0);
                    place.set(field("base"));
                    left.set(field("tokens"));
                    started.set(jobs.valid() & due);
                },
            );
        });

        m.comment("Words: a request goes out, its word comes back and waits.");
        asks_word.set(issue & !from_scores);
        let address = m.reg("address", shape.act_word());
        let norm_address = m.reg("norm_address", shape.norm_word());
        let [reads_act, reads_norm] = ["act_read", "norm_read"].map(|name| m.reg_init(name, Ty::bit(), 0));
        m.clocked(|| {
            reads_act.set(asks_word & field("from").bit(0));
            reads_norm.set(asks_word & (features | !field("from").bit(0)));
            address.set(place.bits(shape.act_word().width() - 1, 0));
            norm_address.set(features.mux(field("means"), place.bits(shape.norm_word().width() - 1, 0)));
        });
        m.output("address", shape.act_word()).set(address);
        m.output("norm_address", shape.norm_word()).set(norm_address);
        m.output("act_read", Ty::bit()).set(reads_act);
        m.output("norm_read", Ty::bit()).set(reads_norm);
        let arrived = late(m, "asked_word", asks_word, 1 + WORD_LATENCY, true);
        let of_act = late(m, "asked_act", field("from").bit(0), 1 + WORD_LATENCY, false);
        let words = m.instance("words", &words_design);
        words.input("in_valid_i", arrived);
        let halves = late(m, "asked_features", features, 1 + WORD_LATENCY, false);
        let half = word / 2;
        let lower = of_act.mux(act.bits(half - 1, 0), norm.bits(half - 1, 0));
        let own = of_act.mux(act.bits(word - 1, half), norm.bits(word - 1, half));
        let upper = halves.mux(norm.bits(half - 1, 0), own);
        words.input("in_data_i", m.concat([upper, lower]));
        words.output_named("in_ready_o", "unused_words_ready");

        m.comment("Scores: the same, through the groups' softmax.");
        asks_score.set(issue & from_scores);
        let reads = m.reg_init("read", Ty::bit(), 0);
        let read_row = m.reg("read_row", shape.row());
        let read_segment = m.reg("read_segment", shape.segment());
        let [read_first, read_buffer] = ["read_first", "read_buffer"].map(|name| m.reg(name, Ty::bit()));
        let count = m.reg("count", Ty::range(0, shape.t_i).full());
        let finer = m.reg("finer", Ty::uint(6));
        let whole = left.gt(shape.t_i).named("segment_whole");
        let other_row = m.concat([row.bits(shape.row().width() - 2, 0), field("first_row")]);
        m.clocked(|| {
            reads.set(asks_score);
            read_row.set(field("every_other").mux(other_row, row.bits(shape.row().width() - 1, 0)));
            read_segment.set(pass.bits(shape.segment().width() - 1, 0));
            read_first.set(!pass.is_nonzero());
            read_buffer.set(field("buffer"));
            count.set(whole.mux(m.lit(shape.t_i), left.bits(bits(shape.t_i), 0)));
            finer.set(field("finer"));
        });
        m.output("read", Ty::bit()).set(reads);
        m.output("read_row", shape.row()).set(read_row);
        m.output("read_segment", shape.segment()).set(read_segment);
        m.output("read_first", Ty::bit()).set(read_first);
        m.output("read_buffer", Ty::bit()).set(read_buffer);
        m.output("count", count.ty()).set(count);
        m.output("finer", Ty::uint(6)).set(finer);
        let segments = m.instance("segments", &scores_design);
        segments.input("in_valid_i", scored);
        segments.input("in_data_i", m.concat([shift, mult, e.whole()]));
        segments.output_named("in_ready_o", "unused_segments_ready");

        m.comment("They leave in the order in which they were asked for.");
        let order = m.instance("order", &order_design);
        order.input("in_valid_i", issue);
        order.input("in_data_i", m.concat([ends & field("keeps"), from_scores]));
        order.output_named("in_ready_o", "unused_order_ready");
        let head = order.output("out_data_o").as_bits();
        let turn = head.bit(0).named("turn_of_scores");
        let there = turn.mux(segments.output("out_valid_o"), words.output("out_valid_o"));
        to.valid().set(order.output("out_valid_o") & there);
        order.input("out_ready_i", to.fire());
        m.output("keeps", Ty::bit()).set(to.fire() & head.bit(1));
        takes_word.set(!turn & to.fire());
        takes_segment.set(turn & to.fire());
        words.input("out_ready_i", takes_word);
        segments.input("out_ready_i", takes_segment);
        let word = m.wire_vec("word", lanes, Ty::uint(8));
        word.whole().set(words.output("out_data_o"));
        let segment = segments.output("out_data_o");
        let exponential = m.wire_vec("exponential", lanes, Ty::uint(7));
        exponential.whole().set(segment.bits(7 * lanes - 1, 0));
        m.for_each("lane", 0..lanes.into(), |lane| {
            let a = turn.mux(exponential.at(lane).resize(8).as_bits(), word.at(lane));
            to.lanes("a").at(lane).set(a.cast(Ty::sint(8)));
        });
        to.lanes("mult").whole().set(segment.bits(7 * lanes + 16 * t_h - 1, 7 * lanes));
        to.lanes("shift").whole().set(segment.bits(7 * lanes + 22 * t_h - 1, 7 * lanes + 16 * t_h));
    })
}
