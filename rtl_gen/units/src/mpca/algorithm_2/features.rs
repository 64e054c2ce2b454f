//! Features on their way into the processing elements: turned, so that a word has some channels of p tokens.

use hdl::{Module, RamStyle, Sig, Sink, Ty};
use spec::unit::Mpca;

use super::count::Queue;
use super::shape::Shape;
use super::weights::rotated;

/// What the rows of processing elements are given, and which of their buffers are full.
pub(super) struct Features<'m> {
    /// One-hot: the row that gets a word.
    pub load: Sig<'m>,
    pub address: Sig<'m>,
    pub word: Sig<'m>,
    /// The features of a job are all there.
    pub job: Sig<'m>,
}

/// Loads features, job after job. `release` is set when the last step of the buffer `of` has been issued.
pub(super) fn features<'m>(
    m: &'m Module,
    shape: &Shape,
    job: &Queue<'m>,
    from: &Sink<'m>,
    release: Sig<'m>,
    of: Sig<'m>,
) -> Features<'m> {
    let (p, wide, rows) = (shape.p, shape.config.feature_rows, shape.row_bits());
    let (p_t, depth) = (shape.config.p_t, shape.depth);
    let beats = shape.config.max_rows.div_ceil(wide);
    let beat_bits = Ty::range(0, beats.max(2) - 1).width();
    let groups = wide * Mpca::TILE_BEATS;
    let group_bits = Ty::range(0, groups - 1).width();
    let given = |name: &str| job.field(name);

    m.comment(
        "Features: p tokens are collected, then they leave together, a few channels a cycle; two sets take turns.",
    );
    let side = m.reg_init("turn_set", Ty::bit(), 0);
    let waiting = [0, 1].map(|i| m.reg_init(&format!("turn_full{i}"), Ty::bit(), 0));
    let marks = [0, 1].map(|i| {
        let reg = |name: &str, width: u32| m.reg(&format!("turn_{name}{i}"), Ty::uint(width));
        [reg("last_row", rows), reg("double", 1), reg("last", 1)]
    });
    let busy = m.reg_init("feature_busy", Ty::bit(), 0);
    let tokens = m.reg("feature_tokens", given("n").ty());
    let last_token = m.reg("feature_last_token", Ty::bit());
    let hot = m.reg_init("feature_lane", Ty::uint(p), 1);
    let beat = m.reg_init("feature_beat", Ty::uint(beat_bits), 0);
    let rest = m.reg("feature_rest", Ty::uint(rows));
    let last_beat = m.reg("feature_last_beat", Ty::bit());
    from.ready().set(busy & !side.mux(waiting[1], waiting[0]));
    let fire = from.fire();
    let token_end = (fire & last_beat).named("token_end");
    let job_end = (token_end & last_token).named("features_end");
    let set_end = (token_end & (hot.bit(p - 1) | last_token)).named("turn_end");
    let begins_token = || {
        beat.set(0);
        rest.set(given("rows"));
        last_beat.set(given("rows").le(wide));
    };
    m.clocked(|| {
        m.when(fire, || {
            rest.set((rest - wide).wrap(rows).as_bits());
            last_beat.set(rest.le(2 * wide));
            beat.set((beat + 1).wrap(beat_bits));
        });
        m.when(token_end, || {
            begins_token();
            tokens.set((tokens - 1).wrap(tokens.width()).as_bits());
            last_token.set(tokens.eq(2));
            hot.set(rotated(m, hot));
        });
        m.when(set_end, || {
            side.set(!side);
            hot.set(1);
        });
        m.when(job_end, || busy.set(0));
        m.when(job.valid & !busy, || {
            busy.set(1);
            begins_token();
            tokens.set(given("n"));
            last_token.set(given("n").eq(1));
        });
    });
    job.pop.set(job_end);

    m.comment("The set that leaves.");
    let out = m.reg_init("turn_out", Ty::bit(), 0);
    let buffer = m.reg_init("feature_buffer", Ty::bit(), 0);
    let full = [0, 1].map(|i| m.reg_init(&format!("features_full{i}"), Ty::bit(), 0));
    let of_set = |i: usize, name: &str| out.mux(marks[1][i], marks[0][i]).named(name);
    let (last_row, double, last) = (of_set(0, "set_last_row"), of_set(1, "set_double"), of_set(2, "set_last"));
    let go = (out.mux(waiting[1], waiting[0]) & !buffer.mux(full[1], full[0])).named("turn_go");
    let word_at = m.reg_init("turn_word", Ty::uint(shape.row_word_bits()), 0);
    let group = m.reg_init("turn_group", Ty::uint(group_bits), 0);
    let place = m.reg_init("turn_beat", Ty::uint(beat_bits), 0);
    let per_block = m.reg_init("subrow_in_block", Ty::uint(shape.across_bits() + 1), 0);
    let first_subrow = m.reg_init("subrow_first", Ty::uint(shape.subrow_bits() + 1), 0);
    let row = m.reg_init("feature_row", Ty::uint(p_t), 1);
    let slice = word_at.bits(word_at.width() - 1, 2);
    let done = (go & word_at.bits(1, 0).eq(3) & slice.eq(last_row)).named("turn_done");
    let job_done = (done & last).named("features_there");
    let across = shape.across();
    let block_last = double.mux(per_block.eq(2 * across - 1), per_block.eq(across - 1)).named("block_last");
    let group_last = group.eq(groups - 1).named("turn_group_last");
    let subrow = (first_subrow + per_block).wrap(shape.subrow_bits()).as_bits();
    m.clocked(|| {
        m.when(go, || {
            word_at.set((word_at + 1).wrap(word_at.width()));
            group.set(group_last.mux(m.lit(0), (group + 1).wrap(group_bits)));
            m.when(group_last, || place.set((place + 1).wrap(beat_bits)));
        });
        m.when(done, || {
            word_at.set(0);
            group.set(0);
            place.set(0);
            out.set(!out);
            per_block.set(block_last.mux(m.lit(0), (per_block + 1).wrap(per_block.width())));
            m.when(block_last, || {
                row.set(rotated(m, row));
                m.when(row.bit(p_t - 1), || {
                    let by = double.mux(m.lit(2 * across), m.lit(across));
                    first_subrow.set((first_subrow + by).wrap(first_subrow.width()));
                });
            });
        });
        m.when(job_done, || {
            per_block.set(0);
            first_subrow.set(0);
            row.set(1);
            buffer.set(!buffer);
        });
        for (i, (waiting, marks)) in (0u32..).zip(waiting.iter().zip(&marks)) {
            m.when(set_end & side.eq(i), || {
                waiting.set(1);
                marks[0].set((given("rows") - 1).wrap(rows).as_bits());
                marks[1].set(given("double"));
                marks[2].set(last_token);
            });
            m.when(done & out.eq(i), || waiting.set(0));
        }
        for (i, full) in (0u32..).zip(&full) {
            m.when(release & of.eq(i), || full.set(0));
            m.when(job_done & buffer.eq(i), || full.set(1));
        }
    });

    let load = m.reg_init("feature_load", Ty::uint(p_t), 0);
    let address = m.reg("feature_address", Ty::uint(shape.feature_address_bits()));
    let word = m.reg_vec("feature_word", p, Ty::uint(16 * depth), None);
    m.clocked(|| {
        load.set(row & go.repeat(p_t));
        address.set(shape.feature_address(m, buffer, subrow, word_at));
    });
    let beat_word = from.lanes("x").whole().as_bits();
    let lanes = m.wire_vec("turn_lanes", p, Ty::bit());
    lanes.whole().set(hot);
    m.for_each("turn", 0..p.into(), |lane| {
        let memory = m.memory("words", 2 << beat_bits, Ty::uint(16 * shape.tile * wide), RamStyle::Distributed);
        m.clocked(|| m.when(fire & lanes.at(lane), || memory.write(m.concat([side, beat]), beat_word)));
        let channels = m.wire_vec("channels", groups, Ty::uint(16 * depth));
        channels.whole().set(memory.read(m.concat([out, place])));
        m.clocked(|| m.when(go, || word.at(lane).set(channels.pick(group))));
    });
    Features { load, address, word: word.whole(), job: job_done }
}
