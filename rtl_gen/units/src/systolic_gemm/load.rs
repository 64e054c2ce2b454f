//! What waits in front of the array: jobs, tiles of weights, sets of column parameters.

use hdl::{Module, Sig, Sink, Ty};

use super::{Parts, SETS, Shape, column};
use crate::arith::is_size;

/// A queue of jobs and the fields that one sequencer reads of its head.
pub(crate) struct Queue<'m> {
    /// Whether there is a job.
    pub valid: Sig<'m>,
    /// Its fields, first lowest.
    pub word: Sig<'m>,
    /// Set when the job is done.
    pub pop: Sig<'m>,
}

/// The jobs as the three sequencers see them: each works through its own queue.
pub(crate) struct Jobs<'m> {
    weights: Queue<'m>,
    columns: Queue<'m>,
    pub(crate) acts: Queue<'m>,
}

/// Takes commands, drops those without work, and hands each sequencer what it needs to know.
pub(crate) fn dispatch<'m>(m: &'m Module, shape: &Shape, parts: &Parts, cmd: &Sink<'m>) -> Jobs<'m> {
    m.comment("Queues hold extents less one, so that a counter's last value is one comparison away.");
    m.comment("A job goes to three queues at once: weights, column parameters and activations have a sequencer each.");
    let [rows, k, n, row_scale] = ["m", "k", "n", "row_scale"].map(|name| cmd.field(name));
    let legal = (is_size(rows, shape.max_m) & k.is_nonzero() & n.is_nonzero()).named("legal");
    let less_one = |extent: Sig<'m>, name: &str| (extent - 1).wrap(extent.width()).as_bits().named(name);
    let (rows_end, k_end, n_end) = (less_one(rows, "rows_end"), less_one(k, "k_end"), less_one(n, "n_end"));
    let act_word = match shape.has_narrow() {
        true => m.concat([cmd.field("narrow"), row_scale, rows_end]),
        false => m.concat([row_scale, rows_end]),
    };
    let single = n.le(shape.cols);
    let queues = [
        ("weight_jobs", &parts.weight_jobs, m.concat([single, n_end, k_end])),
        ("column_jobs", &parts.column_jobs, n_end),
        ("act_jobs", &parts.act_jobs, act_word),
    ];
    let push = m.wire("push", Ty::bit());
    let [weights, columns, acts] = queues.map(|(name, design, word)| {
        let queue = m.instance(name, design);
        queue.input("in_valid_i", push);
        queue.input("in_data_i", word);
        let pop = m.wire(&format!("{name}_pop"), Ty::bit());
        queue.input("out_ready_i", pop);
        let ready = queue.output_named("in_ready_o", &format!("{name}_ready"));
        let valid = queue.output_named("out_valid_o", &format!("{name}_valid"));
        let word = queue.output_named("out_data_o", &format!("{name}_word"));
        (ready, Queue { valid, word, pop })
    });
    let all_ready = (weights.0 & columns.0 & acts.0).named("all_ready");
    cmd.ready().set(all_ready);
    push.set(cmd.valid() & all_ready & legal);
    Jobs { weights: weights.1, columns: columns.1, acts: acts.1 }
}

/// A tile of weights that waits in the second registers of the multipliers.
pub(crate) struct Tile<'m> {
    /// Whether a whole tile waits.
    pub full: Sig<'m>,
    /// Its rows in use.
    pub mask: Sig<'m>,
    /// Whether it is the first of K.
    pub first: Sig<'m>,
    /// Whether it is the last of K.
    pub last: Sig<'m>,
    /// One-hot: the row that is loaded in this cycle.
    pub load: Sig<'m>,
    /// The row of weights.
    pub word: Sig<'m>,
}

/// Loads weights row by row: for each tile of N, rows 0 to K − 1, `rows` of them a tile. `take` empties the waiting tile.
pub(crate) fn weights<'m>(m: &'m Module, shape: &Shape, jobs: &Jobs<'m>, from: &Sink<'m>, take: Sig<'m>) -> Tile<'m> {
    m.comment("Weights: a row a beat into the row that the one-hot counter points at.");
    let job = &jobs.weights;
    let (k_end, n_end, single) = (job.word.bits(15, 0), job.word.bits(31, 16), job.word.bit(32));
    let hot = m.reg_init("weight_row", Ty::uint(shape.rows), 1);
    let k_at = m.reg_init("weight_k", Ty::uint(16), 0);
    let first_n = m.reg_init("weight_n_first", Ty::bit(), 1);
    let last_n = m.reg("weight_n_ends", Ty::bit());
    let after_next = m.reg_init("weight_n_after_next", Ty::uint(17), 2 * shape.cols);
    let full = m.reg_init("tile_full", Ty::bit(), 0);
    let opening = m.reg_init("tile_opens", Ty::bit(), 1);
    let mask = m.reg("tile_mask", Ty::uint(shape.rows));
    let first = m.reg("tile_first", Ty::bit());
    let last = m.reg("tile_last", Ty::bit());

    from.ready().set(job.valid & (!full | take));
    let fire = from.fire();
    let k_last = k_at.eq(k_end).named("weight_k_last");
    let row_last = (hot.bit(shape.rows - 1) | k_last).named("weight_row_last");
    m.comment("Whether a tile of N is the job's last is known a tile ahead.");
    let n_last = first_n.mux(single, last_n).named("weight_n_last");
    let next_hot = m.concat([hot.bits(shape.rows - 2, 0), m.lit_of(0, Ty::bit())]);
    m.clocked(|| {
        m.when(take, || full.set(0));
        m.when(fire, || {
            hot.set(row_last.mux(m.lit_of(1, hot.ty()), next_hot));
            k_at.set(k_last.mux(m.lit(0), (k_at + 1).wrap(16)));
            mask.set(hot.bit(0).mux(hot, mask | hot));
            m.when(row_last, || {
                full.set(1);
                first.set(opening);
                last.set(k_last);
                opening.set(k_last);
            });
            m.when(k_last, || {
                first_n.set(n_last);
                last_n.set(after_next.gt(n_end));
                after_next.set(n_last.mux(m.lit(2 * shape.cols), (after_next + shape.cols).wrap(17)));
            });
        });
    });
    job.pop.set(fire & k_last & n_last);
    let load = (hot & fire.repeat(shape.rows)).named("load");
    Tile { full, mask, first, last, load, word: from.lanes("w").whole() }
}

/// Parameters of a tile of N that wait or are in use.
pub(crate) struct Set<'m> {
    /// Whether the set of the next tile of N is loaded.
    pub valid: Sig<'m>,
    /// Its columns in use.
    pub keep: Sig<'m>,
    /// Whether it is the job's last.
    pub last: Sig<'m>,
    /// Set when all outputs of its tile are on their way.
    pub pop: Sig<'m>,
    /// Set when the last of them has read it.
    pub release: Sig<'m>,
    /// One-hot: the column that is written in this cycle.
    pub write: Sig<'m>,
    /// The set that it is written to.
    pub number: Sig<'m>,
    /// Bias, multiplier and shift.
    pub word: Sig<'m>,
}

/// Loads column parameters column by column, up to [`SETS`] tiles ahead.
pub(crate) fn columns<'m>(m: &'m Module, shape: &Shape, parts: &Parts, jobs: &Jobs<'m>, from: &Sink<'m>) -> Set<'m> {
    m.comment("Column parameters: a column a beat; a set is complete with its last column or the job's.");
    let job = &jobs.columns;
    let hot = m.reg_init("column_at", Ty::uint(shape.cols), 1);
    let n_at = m.reg_init("column_n", Ty::uint(16), 0);
    let number = m.reg_init("column_set", Ty::uint(column::set_bits()), 0);
    let free = m.reg_init("free_sets", Ty::range(0, SETS), SETS);
    let keep = m.reg("column_keep", Ty::uint(shape.cols));
    let release = m.wire("release_set", Ty::bit());

    from.ready().set(job.valid & free.is_nonzero());
    let fire = from.fire();
    let n_last = n_at.eq(job.word).named("column_n_last");
    let set_last = (hot.bit(shape.cols - 1) | n_last).named("column_set_last");
    let loaded = (fire & set_last).named("set_loaded");
    let next_keep = hot.bit(0).mux(hot, keep | hot).named("next_keep");
    let next_hot = m.concat([hot.bits(shape.cols - 2, 0), m.lit_of(0, Ty::bit())]);
    m.clocked(|| {
        m.when(fire, || {
            hot.set(set_last.mux(m.lit_of(1, hot.ty()), next_hot));
            n_at.set(n_last.mux(m.lit(0), (n_at + 1).wrap(16)));
            keep.set(next_keep);
        });
        m.when(loaded, || number.set((number + 1).wrap(column::set_bits())));
        m.when_else(
            loaded & !release,
            || free.set((free - 1).assume_range(0, SETS)),
            || m.when(release & !loaded, || free.set((free + 1).assume_range(0, SETS))),
        );
    });
    job.pop.set(fire & n_last);

    let sets = m.instance("sets", &parts.sets);
    sets.output_named("in_ready_o", "unused_sets_ready");
    sets.input("in_valid_i", loaded);
    sets.input("in_data_i", m.concat([n_last, next_keep]));
    let pop = m.wire("sets_pop", Ty::bit());
    sets.input("out_ready_i", pop);
    let valid = sets.output_named("out_valid_o", "set_valid");
    let head = sets.output_named("out_data_o", "set_word");
    let (keep, last) = (head.bits(shape.cols - 1, 0), head.bit(shape.cols));
    let write = (hot & fire.repeat(shape.cols)).named("column_write");
    let word = m.concat([from.field("shift"), from.field("mult"), from.field("bias").as_bits()]).named("column_word");
    Set { valid, keep, last, pop, release, write, number, word }
}
