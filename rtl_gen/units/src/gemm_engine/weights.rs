//! What waits in front of the array: a pass's weights, sets of column parameters.

use hdl::{Module, Sig, Sink, Ty};

use super::group::{SCALE_BITS, set_bits};
use super::rounds::Rounds;
use super::{SETS, Shape};

/// The weights that wait in the second registers of the DSPs.
pub(crate) struct Tile<'m> {
    /// Whether all of them wait.
    pub full: Sig<'m>,
    /// Whether they are the first of their round.
    pub first: Sig<'m>,
    /// Whether they are the last of their round.
    pub last: Sig<'m>,
    /// Rows in use, of all groups of a summed job.
    pub rows: Sig<'m>,
    /// One-hot: the row of each port that is loaded in this cycle.
    pub load: Sig<'m>,
    /// Whether that row is one of W, for each group and port.
    pub used: Sig<'m>,
    /// The weights.
    pub word: Sig<'m>,
}

/// Loads weights, a row of each port a beat. `begin` is the cycle in which a pass takes those that wait.
pub(crate) fn weights<'m>(
    m: &'m Module,
    shape: &Shape,
    rounds: &Rounds<'m>,
    from: &Sink<'m>,
    begin: Sig<'m>,
) -> Tile<'m> {
    let (beats, ports) = (shape.beats(), shape.ports);
    let queue = &rounds.weight;
    let (k, grouped) = (queue.word.bits(15, 0), queue.word.bit(16));
    m.comment("Weights: how many rows of W each port of each group gets of a pass is worked out in the cycle before its first beat.");
    let ready = m.reg_init("pass_ready", Ty::bit(), 0);
    let fresh = m.reg_init("pass_first", Ty::bit(), 1);
    let rest = m.reg("rows_rest", Ty::uint(16));
    let left = fresh.mux(k, rest).named("rows_left");
    let opens = m.reg("opens", Ty::bit());
    let closes = m.reg("closes", Ty::bit());
    let in_use = m.reg("rows_in_use", shape.all_rows());
    let count = Ty::range(0, beats);
    let limit = m.reg_vec("port_rows", shape.t_h * ports, count.full(), None);
    let used = m.reg_vec("port_used", shape.t_h * ports, Ty::bit(), None);
    let hot = m.reg_init("weight_row", Ty::uint(beats), 1);
    let beat = m.reg_init("weight_beat", Ty::range(0, beats - 1).full(), 0);
    let full = m.reg_init("tile_full", Ty::bit(), 0);
    let first = m.reg("tile_first", Ty::bit());
    let last = m.reg("tile_last", Ty::bit());
    let rows = m.reg("tile_rows", shape.all_rows());

    let free = ready & !full;
    from.ready().set(wave(m, shape, begin).map_or(free, |wave| free & !wave));
    let fire = from.fire();
    let beat_last = hot.bit(beats - 1);
    let prepare = (queue.valid & !ready).named("prepare");
    let most = grouped.mux(m.lit(shape.t_i), m.lit(shape.t_i * shape.t_h)).named("pass_most");
    let ends = left.le(most).named("pass_ends");
    let next_beat = (beat + 1).named("next_weight_beat");
    let done = (fire & beat_last).named("tile_done");
    m.clocked(|| {
        m.when(begin, || full.set(0));
        m.when(prepare, || {
            ready.set(1);
            fresh.set(0);
            rest.set((left - most).wrap(16).as_bits());
            opens.set(fresh);
            closes.set(ends);
            in_use.set(
                ends.mux(left.bits(shape.all_rows().width().min(16) - 1, 0), most).resize(shape.all_rows().width()),
            );
        });
        m.when(fire, || {
            hot.set(m.concat([hot.bits(beats - 2, 0), beat_last]));
            beat.set(beat_last.mux(m.lit(0), next_beat.wrap(beat.width())));
        });
        m.when(done, || {
            full.set(1);
            ready.set(0);
            fresh.set(closes);
            first.set(opens);
            last.set(closes);
            rows.set(in_use);
        });
    });
    m.for_each("group", 0..shape.t_h.into(), |g| {
        m.for_each("port", 0..ports.into(), |p| {
            let own = (m.lit(beats) * p).resize(16).named("port_from");
            let among = match shape.t_h {
                1 => own,
                _ => (m.lit(shape.t_i) * g + m.lit(beats) * p).resize(16).named("port_from_summed"),
            };
            let either = |a: Sig<'m>, b: Sig<'m>| if shape.t_h == 1 { a } else { grouped.mux(a, b) };
            let some = either(left.gt(own), left.gt(among)).named("some");
            let all = either(left.ge(own + beats), left.ge(among + beats)).named("all");
            let bits = count.width();
            let here = (left.wrap(bits) - either(own.wrap(bits), among.wrap(bits))).wrap(bits).as_bits();
            let at = g * i64::from(ports) + p;
            m.clocked(|| {
                m.when(prepare, || {
                    limit.at(at).set(all.mux(m.lit(beats), here));
                    used.at(at).set(some);
                });
                m.when(fire, || used.at(at).set(used.at(at) & next_beat.lt(limit.at(at))));
            });
        });
    });
    queue.pop.set(done & closes);
    let load = (hot & fire.repeat(beats)).named("load");
    Tile { full, first, last, rows, load, used: used.whole(), word: from.lanes("w").whole() }
}

/// Whether the exchange of the pass that `begin` starts has yet to reach a block that would be loaded again: the lower ports'
/// blocks are further on its way.
fn wave<'m>(m: &'m Module, shape: &Shape, begin: Sig<'m>) -> Option<Sig<'m>> {
    let lowest = shape.blocks() / shape.ports * (shape.ports - 1);
    let cycles = lowest.saturating_sub(2);
    (cycles > 0).then(|| {
        let line = m.reg_init("wave", Ty::uint(cycles), 0);
        let next = if cycles == 1 { begin } else { m.concat([line.bits(cycles - 2, 0), begin]) };
        m.clocked(|| line.set(next));
        line.is_nonzero()
    })
}

/// Column parameters on their way into the groups, and how many sets of them wait.
pub(crate) struct Sets<'m> {
    /// Whether a set waits for its round.
    pub valid: Sig<'m>,
    /// Set when a round takes its set.
    pub take: Sig<'m>,
    /// Set when nothing reads the set any more.
    pub release: Sig<'m>,
    /// One-hot: the column that is written.
    pub write: Sig<'m>,
    /// The set that is written.
    pub number: Sig<'m>,
    /// Bias, multiplier and shift of each group.
    pub words: Vec<Sig<'m>>,
}

/// Loads column parameters, a column of each group a beat, up to [`SETS`] rounds ahead.
pub(crate) fn columns<'m>(m: &'m Module, shape: &Shape, from: &Sink<'m>) -> Sets<'m> {
    m.comment("Column parameters: a column a beat, T_o beats a set.");
    let hot = m.reg_init("column_at", Ty::uint(shape.t_o), 1);
    let number = m.reg_init("column_set", Ty::uint(set_bits()), 0);
    let free = m.reg_init("free_sets", Ty::range(0, SETS), SETS);
    let waiting = m.reg_init("waiting_sets", Ty::range(0, SETS), 0);
    let (take, release) = (m.wire("set_take", Ty::bit()), m.wire("set_release", Ty::bit()));
    from.ready().set(free.is_nonzero());
    let fire = from.fire();
    let loaded = (fire & hot.bit(shape.t_o - 1)).named("set_loaded");
    let write = m.reg_init("column_write", Ty::uint(shape.t_o), 0);
    let write_set = m.reg("write_set", number.ty());
    let words: Vec<Sig<'m>> =
        (0..shape.t_h).map(|g| m.reg(&format!("column_word{g}"), Ty::uint(shape.acc().width() + SCALE_BITS))).collect();
    m.clocked(|| {
        write.set(hot & fire.repeat(shape.t_o));
        write_set.set(number);
        for (g, word) in words.iter().enumerate() {
            let lane = |name| from.lanes(name).at(g as i64).as_bits();
            word.set(m.concat([lane("shift"), lane("mult"), lane("bias")]));
        }
        m.when(fire, || hot.set(m.concat([hot.bits(shape.t_o - 2, 0), hot.bit(shape.t_o - 1)])));
        m.when(loaded, || number.set((number + 1).wrap(set_bits())));
    });
    count(m, free, release, loaded);
    count(m, waiting, loaded, take);
    Sets { valid: waiting.is_nonzero(), take, release, write, number: write_set, words }
}

/// A counter of what there is: `more` and `less` by one.
pub(crate) fn count<'m>(m: &'m Module, value: Sig<'m>, more: Sig<'m>, less: Sig<'m>) {
    let ty = value.ty();
    let (lo, hi) = (ty.lo().clone(), ty.hi().clone());
    m.clocked(|| {
        m.when_else(
            more & !less,
            || value.set((value + 1).assume_range(lo.clone(), hi.clone())),
            || m.when(less & !more, || value.set((value - 1).assume_range(lo.clone(), hi.clone()))),
        );
    });
}
