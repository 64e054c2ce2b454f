//! Commands: which jobs can be done, and what each part has to know of them.

use std::sync::Arc;

use hdl::{Design, Errors, Module, Sig, Sink, Ty, prim};

use super::shape::{DIRECTORY, Shape};
use crate::mpca::{ADDRESS, BEATS, DIM, HEADS, MULT, SHIFT};

/// Jobs that wait for their turn.
pub(super) const JOBS: u32 = 4;

/// A word's fields with their widths, lowest first.
pub(super) type Fields = Vec<(&'static str, u32)>;

/// A field of a word.
pub(super) fn field<'m>(word: Sig<'m>, fields: &Fields, name: &str) -> Sig<'m> {
    let mut lsb = 0;
    for &(field, width) in fields {
        if field == name {
            return word.bits(lsb + width - 1, lsb);
        }
        lsb += width;
    }
    word
}

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
        let (n, rows, columns) = (Ty::range(0, shape.config.max_n).width(), shape.row_bits(), column_count_bits());
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
            ],
            vec![("n", n), ("rows", rows), ("double", 1)],
            vec![
                ("sparse", 1),
                ("double", 1),
                ("slices", rows),
                ("n", n),
                ("columns", columns),
                ("cols", DIM),
                ("heads", HEADS),
                ("mult", MULT),
                ("shift", SHIFT),
            ],
        ];
        let queue = |fields: Fields| -> Result<_, Errors> {
            let bits = fields.iter().map(|field| field.1).sum();
            Ok((fields, prim::fifo(bits, JOBS)?))
        };
        let [a, b, c] = lists;
        Ok(Self { queues: [queue(a)?, queue(b)?, queue(c)?] })
    }
}

/// The head of a queue of jobs.
pub(super) struct Queue<'m> {
    /// Whether there is a job.
    pub valid: Sig<'m>,
    /// Set when the job is done.
    pub pop: Sig<'m>,
    word: Sig<'m>,
    fields: Fields,
}

impl<'m> Queue<'m> {
    /// A field of the job.
    pub fn field(&self, name: &str) -> Sig<'m> {
        field(self.word, &self.fields, name)
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
    /// A job is taken or looked at.
    pub busy: Sig<'m>,
    /// A job goes to the parts.
    pub push: Sig<'m>,
}

/// Takes commands and drops those that cannot be done.
pub(super) fn jobs<'m>(m: &'m Module, shape: &Shape, parts: &Parts, cmd: &Sink<'m>) -> Jobs<'m> {
    m.comment("Jobs: slices of features and block columns are counted head by head; what cannot be done is dropped.");
    let (side, rows, most) = (shape.tile_bits(), shape.row_bits(), shape.config.max_rows);
    let count = column_count_bits();
    let (state, [idle, counting, ready]) = m.state_machine("job_state", ["Idle", "Count", "Push"]);
    let given = |name: &str| cmd.field(name);
    let sizes = ["n", "k", "cols", "heads", "beats"].map(|name| given(name).is_nonzero());
    let sizes = sizes.into_iter().reduce(|a, b| a & b).unwrap_or(cmd.valid());
    let legal = (sizes & given("n").le(shape.config.max_n) & given("mode").ne(3)).named("job_legal");
    cmd.ready().set(state.eq(idle));
    let take = (cmd.fire() & legal).named("job_take");
    let names = ["double", "n", "cols", "heads", "address", "beats", "mult", "shift"];
    let kept = names.map(|name| (name, m.reg(&format!("job_{name}"), given(name).ty())));
    let (sparse, per_head) = (m.reg("job_sparse", Ty::bit()), m.reg("job_per_head", Ty::bit()));
    let tiles = DIM - side + 1;
    let (slices, across) = (m.reg("job_slices", Ty::uint(tiles)), m.reg("job_across", Ty::uint(tiles)));
    let left = m.reg("job_heads_left", Ty::uint(HEADS));
    let all_slices = m.reg("job_rows", Ty::uint(rows));
    let all_columns = m.reg("job_all_columns", Ty::uint(count));
    let tiles_of = |name: &str| (given(name) + (shape.tile - 1)).drop_low(side).with_frac(0).resize(tiles);
    let double = kept[0].1;
    let odd = across.bit(0);
    let blocks = (across.bits(tiles - 1, 1) + odd).resize(tiles).as_bits();
    let columns = double.mux(blocks, across).named("job_columns");
    let more_slices = (slices.bits(rows - 1, 0) + all_slices).named("job_rows_next");
    let more_columns = (columns.resize(DIM + 1).bits(count - 1, 0) + all_columns).named("job_columns_next");
    let counts = (per_head | !all_slices.is_nonzero()).named("job_counts_rows");
    let too_many =
        (slices.gt(most) | (counts & more_slices.gt(most)) | columns.ge(DIRECTORY) | more_columns.ge(DIRECTORY))
            .named("job_too_large");
    let push = m.wire("job_push", Ty::bit());
    m.clocked(|| {
        m.when(take, || {
            kept.iter().for_each(|(name, register)| register.set(given(name)));
            sparse.set(given("mode").eq(0));
            per_head.set(given("mode").eq(2));
            slices.set(tiles_of("k"));
            across.set(tiles_of("cols"));
            left.set(given("heads"));
            all_slices.set(0);
            all_columns.set(0);
            state.set(counting);
        });
        m.when(state.eq(counting), || {
            m.when(counts, || all_slices.set(more_slices.wrap(rows)));
            all_columns.set(more_columns.wrap(count));
            left.set((left - 1).wrap(HEADS).as_bits());
            m.when_else(too_many, || state.set(idle), || m.when(left.eq(1), || state.set(ready)));
        });
        m.when(push, || state.set(idle));
    });
    let job = |name: &str| match name {
        "sparse" => sparse,
        "per_head" => per_head,
        "odd" => odd,
        "slices" => slices.bits(rows - 1, 0),
        "columns" => columns.resize(DIM + 1).bits(count - 1, 0),
        "all_columns" => all_columns,
        "rows" => all_slices,
        name => kept.iter().find(|k| k.0 == name).map_or(sparse, |k| k.1),
    };
    let queues = ["fetch_jobs", "feature_jobs", "product_jobs"].into_iter().zip(&parts.queues).map(|(name, part)| {
        let (fields, design) = part;
        let queue = m.instance(name, design);
        queue.input("in_valid_i", push);
        queue.input("in_data_i", m.concat(fields.iter().rev().map(|field| job(field.0))));
        let pop = m.wire(&format!("{name}_pop"), Ty::bit());
        queue.input("out_ready_i", pop);
        let room = queue.output_named("in_ready_o", &format!("{name}_room"));
        let valid = queue.output_named("out_valid_o", &format!("{name}_valid"));
        let word = queue.output_named("out_data_o", &format!("{name}_word"));
        (room, Queue { valid, pop, word, fields: fields.clone() })
    });
    let (room, mut queues): (Vec<_>, Vec<_>) = queues.unzip();
    push.set(room.into_iter().fold(state.eq(ready), |all, room| all & room));
    let mut next = || queues.remove(0);
    Jobs { fetch: next(), feature: next(), product: next(), busy: take | state.ne(idle), push }
}
