//! Commands: which jobs can be done, and what each part has to know of them.

use std::sync::Arc;

use hdl::{Design, Errors, Module, Sig, Ty, prim};

use super::shape::Shape;
use crate::mpca::{ADDRESS, BEATS, DIM, HEADS, MULT, SHIFT, cmd_bundle, weight_read_bundle};

/// Jobs that wait for their turn.
const JOBS: u32 = 4;

/// A queue's fields with their widths, lowest first.
type Fields = Vec<(&'static str, u32)>;

/// `mpca_jobs_*`: takes commands, drops those that cannot be done, and asks for the weights of the others.
///
/// What each part has to know of a job waits in a queue of its own, whose first entry is on ports of the fields' names.
pub(super) fn jobs(shape: &Shape) -> Result<Arc<Design>, Errors> {
    let (n, rows) = (shape.tokens().width(), shape.rows().width());
    let lists: [(&str, Fields); 3] = [
        ("read", vec![("address", ADDRESS), ("beats", BEATS)]),
        ("features", vec![("n", n), ("rows", rows)]),
        (
            "job",
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
        ),
    ];
    let queue = |fields: &Fields| prim::fifo(fields.iter().map(|field| field.1).sum(), JOBS);
    let designs = [queue(&lists[0].1)?, queue(&lists[1].1)?, queue(&lists[2].1)?];
    Module::build(format!("mpca_jobs_{}", shape.suffix()), |m| {
        m.doc("Commands of mpca: the slices of features are counted head by head; what cannot be done is dropped.");
        let cmd = m.sink(cmd_bundle(&shape.config));
        let read = m.source(weight_read_bundle());
        let side = shape.tile.trailing_zeros();
        let most = shape.config.max_rows;
        let (state, [idle, count, ready]) = m.state_machine("state", ["Idle", "Count", "Push"]);
        let given = |name: &str| cmd.field(name);
        let sizes = ["n", "k", "cols", "heads", "beats"].map(|name| given(name).is_nonzero());
        let sizes = sizes.into_iter().reduce(|a, b| a & b).unwrap_or(cmd.valid());
        let n = given("n");
        // Of a field that holds no larger n, none is too large.
        let fits = if (shape.config.max_n + 1).is_power_of_two() { sizes } else { sizes & n.le(shape.config.max_n) };
        let legal = (fits & given("mode").ne(3)).named("legal");
        cmd.ready().set(state.eq(idle));
        let names = ["double", "n", "cols", "heads", "address", "beats", "mult", "shift"];
        let kept = names.map(|name| (name, m.reg(name, given(name).ty())));
        let sparse = m.reg("sparse", Ty::bit());
        let per_head = m.reg("per_head", Ty::bit());
        let tiles = m.reg("tiles", Ty::uint(DIM - side + 1));
        let k_rest = m.reg("k_rest", shape.used());
        let left = m.reg("heads_left", Ty::uint(HEADS));
        let row_bits = shape.rows().width();
        let rows = m.reg("rows", Ty::uint(row_bits + 1));
        let low = given("k").bits(side - 1, 0);
        let k_tiles = (given("k") + (shape.tile - 1)).bits(DIM, side);
        let heads_are_left = left.is_nonzero().named("heads_are_left");
        let too_many = (exceeds(tiles, most, row_bits) | exceeds(rows, most, row_bits)).named("too_large");
        let push = m.wire("push", Ty::bit());
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
                m.when(heads_are_left, || {
                    rows.set((tiles.wrap(row_bits) + rows.bits(row_bits - 1, 0)).resize(row_bits + 1).as_bits());
                    left.set((left - 1).wrap(HEADS).as_bits());
                });
                m.when_else(too_many, || state.set(idle), || m.when(!heads_are_left, || state.set(ready)));
            });
        });
        let job = |name: &str| match name {
            "sparse" => sparse,
            "per_head" => per_head,
            "tiles" => tiles.bits(row_bits - 1, 0),
            "k_rest" => k_rest,
            "rows" => rows.bits(row_bits - 1, 0),
            name => kept.iter().find(|k| k.0 == name).map_or(sparse, |k| k.1),
        };
        let mut room = state.eq(ready);
        for ((of, fields), design) in lists.iter().zip(&designs) {
            let queue = m.instance(&format!("{of}_jobs"), design);
            queue.input("in_valid_i", push);
            queue.input("in_data_i", m.concat(fields.iter().rev().map(|field| job(field.0))));
            room = room & queue.output_named("in_ready_o", &format!("{of}_room"));
            let valid = queue.output_named("out_valid_o", &format!("{of}_waits"));
            let word = queue.output_named("out_data_o", &format!("{of}_word"));
            let mut lsb = 0;
            let split = fields.iter().map(|&(field, width)| {
                lsb += width;
                (field, word.bits(lsb - 1, lsb - width))
            });
            if *of == "read" {
                split.for_each(|(field, value)| read.field(field).set(value));
                read.valid().set(valid);
                queue.input("out_ready_i", read.ready());
                continue;
            }
            split.for_each(|(field, value)| m.output(&format!("{of}_{field}"), value.ty()).set(value));
            m.output(&format!("{of}_valid"), Ty::bit()).set(valid);
            queue.input("out_ready_i", m.input(&format!("{of}_pop"), Ty::bit()));
        }
        push.set(room);
        m.output("job_push", Ty::bit()).set(push);
        m.output("jobs_busy", Ty::bit()).set(state.ne(idle));
    })
}

/// Whether `count` is above `most`, which has `bits` bits: a comparison of all of a long count would be a run of carry between two LUTs.
fn exceeds<'m>(count: Sig<'m>, most: u32, bits: u32) -> Sig<'m> {
    let low = count.bits(bits - 1, 0).gt(most);
    match count.width() {
        width if width > bits => low | count.bits(width - 1, bits).is_nonzero(),
        _ => low,
    }
}
