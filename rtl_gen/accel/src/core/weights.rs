//! What brings right operands to the array.

use std::sync::Arc;

use hdl::{Bundle, Design, Errors, Module, Ty, prim};

use super::count::places_left;
use super::shape::{COUNT, OPERAND_LATENCY, Shape, bits};
use super::softmax::late;

/// Beats from keys and values that may wait for the array.
const BEATS: u32 = 16;

/// A job: where from, how much, and what must be done before.
pub(super) fn job(shape: &Shape, name: &str) -> Bundle {
    Bundle::new(name)
        .field("source", Ty::uint(2))
        .field("head", shape.head())
        .field("rounds", shape.tiles())
        .field("passes", shape.passes())
        .field("after_matrix", Ty::uint(COUNT))
}

/// Weights of a group from memory: the two rows that it loads in a cycle.
pub(super) fn from_memory(shape: &Shape, group: u32) -> Bundle {
    Bundle::new(&format!("memory_{group}")).lanes("w", Ty::uint(8), 2 * shape.t_o)
}

/// The array's stream `weight`: from memory, a stream a group, or from the groups' keys and values.
///
/// The groups' operands take `read_o`, `keys_o`, `head_o`, `tile_o` and `row_o` and answer on `operand_i`.
pub(super) fn weights(shape: &Shape) -> Result<Arc<Design>, Errors> {
    let (t_o, t_h) = (shape.t_o, shape.t_h);
    let half = 8 * t_o * t_h;
    let fifo = prim::fifo(2 * half, BEATS)?;
    Module::build(format!("core_weights_{}", shape.core.ident()), |m| {
        m.doc("Brings right operands to the array: from memory, or from keys and values, two rows a beat.");
        let jobs = m.sink(job(shape, "job"));
        let memory: Vec<_> = (0..t_h).map(|group| m.sink(from_memory(shape, group))).collect();
        let to = m.source(Bundle::new("weight").lanes("w", Ty::sint(8), 2 * t_o * t_h));
        let operand = m.input("operand", Ty::uint(half));
        let matrix_done = m.input("matrix_done", Ty::uint(COUNT));

        m.comment("Row pair, pass and round that come next.");
        let field = |name: &str| jobs.field(name);
        let due = m.reg_init("due", Ty::bit(), 0);
        let operands = field("source").is_nonzero().named("of_operands");
        let upper = m.reg_init("upper", Ty::bit(), 0);
        let beat_bits = bits(shape.weight_beats);
        let beat = m.reg_init("beat", Ty::uint(beat_bits), 0);
        let pass = m.reg_init("pass", shape.passes(), 0);
        let round = m.reg_init("round", shape.tiles(), 0);
        let [asks, pops] = ["asks", "pops"].map(|name| m.wire(name, Ty::bit()));
        let room = places_left(m, "room", BEATS, asks, pops);
        let drained = room.eq(BEATS).named("drained");
        let ask = (jobs.valid() & due & operands & (upper | room.is_nonzero())).named("ask");
        let passing = (jobs.valid() & !operands & drained).named("passing");
        let all = memory
            .iter()
            .map(|stream| stream.valid())
            .reduce(|a, b| a & b)
            .unwrap_or_else(|| m.lit(1))
            .named("all_there");
        let passes = (passing & all & to.ready()).named("passes");
        let step = ((ask & upper) | passes).named("step");
        let beat_last = beat.eq(shape.weight_beats - 1).named("beat_last");
        let pass_last = (pass + 1).eq(field("passes")).named("pass_last");
        let round_last = (round + 1).eq(field("rounds")).named("round_last");
        let ends = (step & beat_last & pass_last & round_last).named("ends");
        jobs.ready().set(ends);
        m.clocked(|| due.set(jobs.valid() & matrix_done.ge(field("after_matrix")) & !ends));
        m.clocked(|| {
            m.when(ask, || upper.set(!upper));
            m.when(step, || beat.set(beat_last.mux(0, (beat + 1).wrap(beat_bits).as_bits())));
            m.when(step & beat_last, || pass.set(pass_last.mux(0, (pass + 1).wrap(pass.width()).as_bits())));
            m.when(step & beat_last & pass_last, || {
                round.set(round_last.mux(0, (round + 1).wrap(round.width()).as_bits()));
            });
        });

        m.comment("Keys and values: two rows make a beat.");
        let pass_bits = shape.row().width() - beat_bits - 1;
        let row = (pass_bits > 0).then(|| pass.bits(pass_bits - 1, 0));
        let row = m.concat(row.into_iter().chain([upper, beat]));
        m.output("read", Ty::bit()).set(ask);
        m.output("keys", Ty::bit()).set(field("source").bit(0));
        m.output("head", shape.head()).set(field("head"));
        m.output("tile", shape.token_tile()).set(round.bits(shape.token_tile().width() - 1, 0));
        m.output("row", shape.row()).set(row);
        let came_lower = late(m, "asked_lower", ask & !upper, OPERAND_LATENCY, true);
        let came_upper = late(m, "asked_upper", ask & upper, OPERAND_LATENCY, true);
        let lower = m.reg("lower", Ty::uint(half));
        m.clocked(|| m.when(came_lower, || lower.set(operand)));
        let beats = m.instance("beats", &fifo);
        beats.input("in_valid_i", came_upper);
        let pairs = (0..t_h).rev().flat_map(|group| {
            let (high, low) = (8 * t_o * (group + 1) - 1, 8 * t_o * group);
            [operand.bits(high, low), lower.bits(high, low)]
        });
        beats.input("in_data_i", m.concat(pairs.collect::<Vec<_>>()));
        beats.output_named("in_ready_o", "unused_beats_ready");
        pops.set(!passing & to.fire());
        beats.input("out_ready_i", pops);
        asks.set(ask & !upper);

        to.valid().set(passing.mux(all, beats.output("out_valid_o")));
        for stream in &memory {
            stream.ready().set(passes);
        }
        let given = m.concat(memory.iter().rev().map(|stream| stream.lanes("w").whole()).collect::<Vec<_>>());
        to.lanes("w").whole().set(passing.mux(given, beats.output("out_data_o")));
    })
}
