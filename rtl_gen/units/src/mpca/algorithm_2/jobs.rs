//! Commands: which jobs can be done, and what each part has to know of them.

use std::sync::Arc;

use hdl::{Design, Errors, Module, Sig, Sink, Ty, prim};

use super::count::{Fields, Queue, bits_of};
use super::shape::{DIRECTORY, Shape};
use crate::mpca::{ADDRESS, BEATS, DIM, HEADS, MULT, SHIFT};

/// Jobs that wait for their turn.
pub(super) const JOBS: u32 = 4;

/// Bits of a count of block columns.
pub(super) fn column_count_bits() -> u32 {
    Ty::range(0, DIRECTORY).width()
}

/// The queues of jobs.
pub(super) struct Parts {
    queues: [(Fields, Arc<Design>); 3],
}

impl Parts {
    pub fn new(shape: &Shape) -> Result<Self, Errors> {
        let (rows, columns) = (shape.row_bits(), column_count_bits());
        let n = ("n", shape.n_bits());
        let lists = [
            vec![
                ("sparse", 1),
                ("per_head", 1),
                ("double", 1),
                ("odd", 1),
                ("slices", rows),
                ("columns", columns),
                ("all_columns", columns),
                ("heads", HEADS),
                ("address", ADDRESS),
                ("beats", BEATS),
                ("last_rows", shape.tile_bits()),
                ("missing", 2),
                ("last_width", shape.block_bits()),
                n,
            ],
            vec![n, ("rows", rows), ("double", 1)],
            vec![
                ("sparse", 1),
                ("double", 1),
                ("slices", rows),
                n,
                ("columns", columns),
                ("cols", shape.cols_bits()),
                ("heads", HEADS),
                ("mult", MULT),
                ("shift", SHIFT),
            ],
        ];
        let queue = |fields: Fields| -> Result<_, Errors> {
            let fifo = prim::fifo(bits_of(&fields), JOBS)?;
            Ok((fields, fifo))
        };
        let [a, b, c] = lists;
        Ok(Self { queues: [queue(a)?, queue(b)?, queue(c)?] })
    }
}

/// The jobs as the parts see them.
pub(super) struct Jobs<'m> {
    /// What weights to fetch.
    pub fetch: Queue<'m>,
    /// What features to load.
    pub feature: Queue<'m>,
    /// What to multiply.
    pub product: Queue<'m>,
    /// A job that can be done, as far as is known, is looked at.
    pub busy: Sig<'m>,
    /// A job goes to the parts.
    pub push: Sig<'m>,
}

/// Cycles in which a command is not yet known to be a job.
pub(super) const JUDGING: usize = 2;

/// Takes commands and drops those that cannot be done.
pub(super) fn jobs<'m>(m: &'m Module, shape: &Shape, parts: &Parts, cmd: &Sink<'m>) -> Jobs<'m> {
    m.comment("Jobs: slices of features and block columns are counted head by head; what cannot be done is dropped.");
    let (side, rows, most) = (shape.tile_bits(), shape.row_bits(), shape.config.max_rows);
    let count = column_count_bits();
    let names = ["Idle", "Judge", "Halve", "Count", "Settle", "Push"];
    let (state, [idle, judge, halve, counting, settle, ready]) = m.state_machine("job_state", names);
    let names = ["mode", "double", "n", "k", "cols", "heads", "address", "beats", "mult", "shift"];
    let kept = names.map(|name| (name, m.reg(&format!("job_{name}"), cmd.field(name).ty())));
    let given = |name: &str| kept.iter().find(|k| k.0 == name).map_or(kept[0].1, |k| k.1);
    let (sparse, per_head, double) = (given("mode").eq(0), given("mode").eq(2), given("double"));
    let sizes = ["n", "k", "cols", "heads", "beats"].map(|name| given(name).is_nonzero());
    let sizes = sizes.into_iter().reduce(|a, b| a & b).unwrap_or(double);
    // A field of all ones at most needs no comparison.
    let most_n = shape.config.max_n;
    let fits = if (most_n + 1).is_power_of_two() { sizes } else { sizes & given("n").le(most_n) };
    let legal = (fits & given("mode").ne(3)).named("job_legal");
    let tiles = DIM - side + 1;
    let [slices, across, columns] =
        ["slices", "across", "columns"].map(|name| m.reg(&format!("job_{name}"), Ty::uint(tiles)));
    let left = m.reg("job_heads_left", Ty::uint(HEADS));
    let all_slices = m.reg("job_rows", Ty::uint(rows + 1));
    let all_columns = m.reg("job_all_columns", Ty::uint(count));
    let low = |name: &str| given(name).bits(side - 1, 0);
    let tiles_of = |name: &str| (given(name).bits(DIM - 1, side) + low(name).is_nonzero()).resize(tiles).as_bits();
    let odd = across.bit(0);
    let pairs = (across.bits(tiles - 1, 1) + odd).resize(tiles).as_bits();
    m.comment("That a job is too large is known a cycle late, for four comparisons take that long.");
    let too_large = m.reg_init("job_too_large", Ty::bit(), 0);
    let beyond = slices.gt(most) | all_slices.gt(most) | columns.ge(DIRECTORY) | all_columns.ge(DIRECTORY);
    m.clocked(|| too_large.set(state.eq(counting) & beyond));
    let push = m.wire("job_push", Ty::bit());
    cmd.ready().set(state.eq(idle));
    m.clocked(|| {
        m.switch(state, |cases| {
            cases.case(idle, || {
                m.when(cmd.valid(), || {
                    kept.iter().for_each(|(name, register)| register.set(cmd.field(name)));
                    state.set(judge);
                });
            });
            cases.case(judge, || {
                slices.set(tiles_of("k"));
                across.set(tiles_of("cols"));
                m.when_else(legal, || state.set(halve), || state.set(idle));
            });
            cases.case(halve, || {
                columns.set(double.mux(pairs, across));
                left.set(given("heads"));
                all_slices.set(0);
                all_columns.set(0);
                state.set(counting);
            });
            cases.case(counting, || {
                let more = || {
                    let before = per_head.mux(all_slices.bits(rows - 1, 0), 0);
                    all_slices.set((before + slices.bits(rows - 1, 0)).resize(rows + 1));
                    all_columns.set((all_columns + columns.bits(count - 1, 0)).wrap(count));
                    left.set((left - 1).wrap(HEADS).as_bits());
                };
                let some = left.is_nonzero().named("heads_are_left");
                m.when(some, more);
                m.when_else(too_large, || state.set(idle), || m.when(!some, || state.set(settle)));
            });
            cases.case(settle, || m.when_else(too_large, || state.set(idle), || state.set(ready)));
            cases.default(|| m.when(push, || state.set(idle)));
        });
    });

    m.comment("What the last block row and the last block column of a head lack; dense weights have no block rows but slices.");
    let (short, odd_row) = (low("k").is_nonzero().named("job_short"), given("k").bit(side));
    let of_blocks = m.concat([short & !odd_row, odd_row]);
    let missing = (sparse & double).mux(of_blocks, m.concat([m.lit_of(0, Ty::bit()), short])).named("job_missing");
    let block = shape.block_bits();
    let width = double.mux(given("cols").bits(side, 0), m.concat([m.lit_of(0, Ty::bit()), low("cols")]));
    let width = width.named("job_last_width");
    let side_of_block = double.mux(m.lit(2 * shape.tile), m.lit(shape.tile));
    let last_width = width.is_nonzero().mux(width.resize(block).as_bits(), side_of_block.resize(block).as_bits());
    let job = |name: &str| match name {
        "sparse" => sparse,
        "per_head" => per_head,
        "odd" => odd,
        "slices" => slices.bits(rows - 1, 0),
        "columns" => columns.bits(count - 1, 0),
        "all_columns" => all_columns,
        "rows" => all_slices.bits(rows - 1, 0),
        "cols" => given("cols").bits(shape.cols_bits() - 1, 0),
        "last_rows" => low("k"),
        "missing" => missing,
        "last_width" => last_width,
        name => given(name),
    };
    let queues = ["fetch_jobs", "feature_jobs", "product_jobs"].into_iter().zip(&parts.queues).map(|(name, part)| {
        let (fields, design) = part;
        let word = m.concat(fields.iter().rev().map(|field| job(field.0)));
        Queue::new(m, name, design, fields, push, word)
    });
    let mut queues: Vec<_> = queues.collect();
    push.set(queues.iter().fold(state.eq(ready), |all, queue| all & queue.room));
    let mut next = || queues.remove(0);
    let busy = state.ne(idle) & state.ne(judge);
    Jobs { fetch: next(), feature: next(), product: next(), busy, push }
}
