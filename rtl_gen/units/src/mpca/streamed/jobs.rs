//! Commands: which jobs can be done, and what each part has to know of them.

use std::sync::Arc;

use hdl::{Design, Errors, Module, Sig, Sink, Source, Ty, prim};

use super::shape::Shape;
use crate::mpca::{ADDRESS, BEATS, DIM, HEADS, MULT, SHIFT};

/// Jobs that wait for their turn.
const JOBS: u32 = 4;

/// A queue's fields with their widths, lowest first.
type Fields = Vec<(&'static str, u32)>;

/// The queues of jobs.
pub(super) struct Parts {
    queues: [(Fields, Arc<Design>); 3],
}

impl Parts {
    pub fn new(shape: &Shape) -> Result<Self, Errors> {
        let (n, rows) = (shape.tokens().width(), shape.rows().width());
        let lists = [
            vec![("address", ADDRESS), ("beats", BEATS)],
            vec![("n", n), ("rows", rows)],
            vec![
                ("sparse", 1),
                ("per_head", 1),
                ("double", 1),
                ("n", n),
                ("tiles", rows),
                ("k_rest", shape.used().width()),
                ("cols", DIM),
                ("heads", HEADS),
                ("beats", BEATS),
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
        let mut lsb = 0;
        for &(field, width) in &self.fields {
            if field == name {
                return self.word.bits(lsb + width - 1, lsb);
            }
            lsb += width;
        }
        self.word
    }
}

/// The jobs as the parts see them.
pub(super) struct Jobs<'m> {
    /// What features to load.
    pub feature: Queue<'m>,
    /// What weights to load.
    pub weight: Queue<'m>,
    /// A job is being looked at.
    pub busy: Sig<'m>,
    /// A job goes to the parts.
    pub push: Sig<'m>,
}

/// Takes commands, drops those that cannot be done, and asks for the weights of the others.
pub(super) fn jobs<'m>(m: &'m Module, shape: &Shape, parts: &Parts, cmd: &Sink<'m>, read: &Source<'m>) -> Jobs<'m> {
    m.comment("Jobs: the slices of features are counted head by head; what cannot be done is dropped.");
    let side = shape.tile.trailing_zeros();
    let most = shape.config.max_rows;
    let (state, [idle, count, ready]) = m.state_machine("job_state", ["Idle", "Count", "Push"]);
    let given = |name: &str| cmd.field(name);
    let sizes = ["n", "k", "cols", "heads", "beats"].map(|name| given(name).is_nonzero());
    let sizes = sizes.into_iter().reduce(|a, b| a & b).unwrap_or(cmd.valid());
    let n = given("n");
    // Of a field that holds no larger n, none is too large.
    let fits = if (shape.config.max_n + 1).is_power_of_two() { sizes } else { sizes & n.le(shape.config.max_n) };
    let legal = (fits & given("mode").ne(3)).named("job_legal");
    cmd.ready().set(state.eq(idle));
    let names = ["double", "n", "cols", "heads", "address", "beats", "mult", "shift"];
    let kept = names.map(|name| (name, m.reg(&format!("job_{name}"), given(name).ty())));
    let sparse = m.reg("job_sparse", Ty::bit());
    let per_head = m.reg("job_per_head", Ty::bit());
    let tiles = m.reg("job_tiles", Ty::uint(DIM - side + 1));
    let k_rest = m.reg("job_k_rest", shape.used());
    let left = m.reg("job_heads_left", Ty::uint(HEADS));
    let rows = m.reg("job_rows", shape.rows());
    let low = given("k").bits(side - 1, 0);
    let k_tiles = (given("k") + (shape.tile - 1)).bits(DIM, side);
    let sum = (tiles.wrap(shape.rows().width()) + rows).named("job_rows_next");
    let too_many = (tiles.gt(most) | sum.gt(most)).named("job_too_large");
    let push = m.wire("job_push", Ty::bit());
    m.clocked(|| {
        m.when(push, || state.set(idle));
        m.when(cmd.fire(), || {
            kept.iter().for_each(|(name, register)| register.set(given(name)));
            sparse.set(given("mode").eq(0));
            per_head.set(given("mode").eq(2));
            tiles.set(k_tiles);
            k_rest.set(low.is_nonzero().mux(low, shape.tile));
            left.set(given("mode").eq(2).mux(given("heads"), 1));
            rows.set(0);
            m.when(legal, || state.set(count));
        });
        m.when(state.eq(count), || {
            rows.set(sum.wrap(rows.width()));
            left.set((left - 1).wrap(HEADS).as_bits());
            m.when_else(too_many, || state.set(idle), || m.when(left.eq(1), || state.set(ready)));
        });
    });
    let job = |name: &str| match name {
        "sparse" => sparse,
        "per_head" => per_head,
        "tiles" => tiles.bits(rows.width() - 1, 0),
        "k_rest" => k_rest,
        "rows" => rows,
        name => kept.iter().find(|k| k.0 == name).map_or(sparse, |k| k.1),
    };
    let [fetch, feature, weight] = [0, 1, 2].map(|i: usize| {
        let (fields, design) = &parts.queues[i];
        let name = ["reads", "feature_jobs", "weight_jobs"][i];
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
    push.set(state.eq(ready) & fetch.0 & feature.0 & weight.0);
    let fetch = fetch.1;
    read.valid().set(fetch.valid);
    fetch.pop.set(read.ready());
    for name in ["address", "beats"] {
        read.field(name).set(fetch.field(name));
    }
    Jobs { feature: feature.1, weight: weight.1, busy: state.ne(idle), push }
}
