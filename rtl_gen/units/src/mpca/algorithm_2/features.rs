//! Features on their way into the processing elements: turned, so that a word has some channels of p tokens.

use hdl::{Module, RamStyle, Sig, Sink, Ty};
use spec::unit::Mpca;

use super::jobs::Queue;
use super::shape::Shape;

/// What the rows of processing elements are given, and which of their buffers are full.
pub(super) struct Features<'m> {
    /// One-hot: the row that gets a word.
    pub load: Sig<'m>,
    pub address: Sig<'m>,
    pub word: Sig<'m>,
    /// Whether the features of a job are all there.
    pub full: [Sig<'m>; 2],
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
        [reg("rows", rows), reg("double", 1), reg("last", 1)]
    });
    let token = m.reg_init("feature_token", given("n").ty(), 0);
    let hot = m.reg_init("feature_lane", Ty::uint(p), 1);
    let beat = m.reg_init("feature_beat", Ty::uint(beat_bits), 0);
    let opening = m.reg_init("feature_opening", Ty::bit(), 1);
    let rest = m.reg("feature_rest", Ty::uint(rows));
    from.ready().set(job.valid & !side.mux(waiting[1], waiting[0]));
    let fire = from.fire();
    let left = opening.mux(given("rows"), rest).named("feature_left");
    let token_end = (fire & left.le(wide)).named("token_end");
    let job_end = (token_end & (token + 1).eq(given("n"))).named("features_end");
    let set_end = (token_end & (hot.bit(p - 1) | (token + 1).eq(given("n")))).named("turn_end");
    m.clocked(|| {
        m.when(fire, || {
            opening.set(left.le(wide));
            rest.set((left - wide).wrap(rows).as_bits());
            beat.set((beat + 1).wrap(beat_bits));
        });
        m.when(token_end, || {
            beat.set(0);
            token.set((token + 1).wrap(token.width()));
            hot.set(m.concat([hot.bits(p - 2, 0), hot.bit(p - 1)]));
        });
        m.when(job_end, || token.set(0));
        m.when(set_end, || {
            side.set(!side);
            hot.set(1);
        });
    });
    job.pop.set(job_end);

    m.comment("The set that leaves.");
    let out = m.reg_init("turn_out", Ty::bit(), 0);
    let buffer = m.reg_init("feature_buffer", Ty::bit(), 0);
    let full = [0, 1].map(|i| m.reg_init(&format!("features_full{i}"), Ty::bit(), 0));
    let of_set = |i: usize, name: &str| out.mux(marks[1][i], marks[0][i]).named(name);
    let (set_rows, double, last) = (of_set(0, "set_rows"), of_set(1, "set_double"), of_set(2, "set_last"));
    let go = (out.mux(waiting[1], waiting[0]) & !buffer.mux(full[1], full[0])).named("turn_go");
    let word_at = m.reg_init("turn_word", Ty::uint(rows + 2), 0);
    let group = m.reg_init("turn_group", Ty::uint(group_bits), 0);
    let place = m.reg_init("turn_beat", Ty::uint(beat_bits), 0);
    let per_block = m.reg_init("subrow_in_block", Ty::uint(shape.across_bits() + 1), 0);
    let first_subrow = m.reg_init("subrow_first", Ty::uint(shape.subrow_bits() + 1), 0);
    let row = m.reg_init("feature_row", Ty::uint(p_t), 1);
    let done = (go & (word_at + 1).eq(m.concat([set_rows, m.lit_of(0, Ty::uint(2))]))).named("turn_done");
    let across = shape.across();
    let block_last = double.mux(per_block.eq(2 * across - 1), per_block.eq(across - 1)).named("block_last");
    let group_last = group.eq(groups - 1).named("turn_group_last");
    let subrow = (first_subrow + per_block).wrap(shape.subrow_bits()).as_bits();
    let base = shape.feature_base(m, "feature_from", buffer, subrow);
    m.clocked(|| {
        m.when(go, || {
            word_at.set((word_at + 1).wrap(rows + 2));
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
                row.set(if p_t == 1 { row } else { m.concat([row.bits(p_t - 2, 0), row.bit(p_t - 1)]) });
                m.when(row.bit(p_t - 1), || {
                    let by = double.mux(m.lit(2 * across), m.lit(across));
                    first_subrow.set((first_subrow + by).wrap(first_subrow.width()));
                });
            });
            m.when(last, || {
                per_block.set(0);
                first_subrow.set(0);
                row.set(1);
                buffer.set(!buffer);
            });
        });
        for i in 0..2 {
            let mine = |side: Sig<'m>| if i == 1 { side } else { !side };
            m.when(set_end & mine(side), || {
                waiting[i].set(1);
                marks[i][0].set(given("rows"));
                marks[i][1].set(given("double"));
                marks[i][2].set(job_end);
            });
            m.when(done & mine(out), || waiting[i].set(0));
            m.when(release & mine(of), || full[i].set(0));
            m.when(done & last & mine(buffer), || full[i].set(1));
        }
    });

    let load = m.reg_init("feature_load", Ty::uint(p_t), 0);
    let address = m.reg("feature_address", Ty::uint(shape.feature_address_bits()));
    let word = m.reg_vec("feature_word", p, Ty::uint(16 * depth), None);
    m.clocked(|| {
        load.set(row & go.repeat(p_t));
        address.set((base + word_at).wrap(address.width()));
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
    Features { load, address, word: word.whole(), full }
}
