//! The features of a job: their memories, the selection of each lane's slice, and their loading.

use std::sync::Arc;

use hdl::{Design, Errors, Module, RamStyle, Sig, Sink, Ty, prim};

use super::jobs::Queue;
use super::mac::CASCADE;
use super::shape::Shape;

/// `mpca_features_b16_l24_m12_f8_n256`: two buffers of features, and for each lane the slice that it multiplies.
///
/// `select_i` holds, for each lane, the slice's place in its chunk, two cycles after `read_i`, and `chunk_i` the chunk, a cycle later.
/// `x_o` has a slice's values for the first place of the cascades [`Shape::X`] cycles after `read_i`, for each following place a cycle later.
pub(super) fn features(shape: &Shape) -> Result<Arc<Design>, Errors> {
    let (lanes, wide, memories) = (shape.lanes, shape.config.feature_rows, shape.memories());
    let (slice, chunk, chunks) = (shape.slice(), shape.chunk(), shape.chunks());
    let address = Ty::uint(shape.token().width() + 1);
    let depth = 2 << shape.token().width();
    let style = if depth > 64 { RamStyle::Block } else { RamStyle::Distributed };
    let ram = prim::ram(wide * slice, depth, style, 2)?;
    let name = format!("mpca_features_b{}_l{lanes}_m{memories}_f{wide}_n{}", shape.tile, shape.config.max_n);
    Module::build(name, |m| {
        m.doc(format!(
            "{memories} memories of {wide} slices of features, two buffers; {lanes} lanes choose one slice each."
        ));
        let write = m.input_vec("we", memories, Ty::bit());
        let write_address = m.input("waddr", address.clone());
        let value = m.input("wdata", Ty::uint(wide * slice));
        let read = m.input("raddr", address);
        let select = m.input_vec("select", lanes, Ty::range(0, chunk - 1).full());
        let of_chunk =
            (chunks > 1).then(|| m.input_vec("chunk", lanes, Ty::range(0, chunks.next_power_of_two() - 1).full()));
        let x = m.output_vec("x", lanes, Ty::uint(slice));

        let words = m.wire_vec("words", memories * wide, Ty::uint(slice));
        m.for_each("memory", 0..memories.into(), |i| {
            let memory = m.instance("ram", &ram);
            memory.input("we_i", write.at(i));
            memory.input("waddr_i", write_address);
            memory.input("wdata_i", value);
            memory.input("raddr_i", read);
            let word = m.wire_vec("word", wide, Ty::uint(slice));
            memory.drive("rdata_o", word.whole());
            m.for_each("slice", 0..wide.into(), |s| words.at(i * i64::from(wide) + s).set(word.at(s)));
        });
        m.comment("Chunks of slices, the last one filled up with zeros.");
        let parts: Vec<_> = (0..chunks)
            .map(|c| {
                let part = m.wire_vec(&format!("part{c}"), chunk, Ty::uint(slice));
                let (from, here) = (c * chunk, chunk.min(memories * wide - c * chunk));
                m.for_each(&format!("of{c}"), 0..here.into(), |s| part.at(s).set(words.at(s + i64::from(from))));
                if here < chunk {
                    m.for_each(&format!("none{c}"), here.into()..chunk.into(), |s| part.at(s).set(0));
                }
                part
            })
            .collect();
        m.for_each("lane", 0..lanes.into(), |l| {
            let picked = m.reg_vec("picked", chunks, Ty::uint(slice), None);
            m.clocked(|| {
                for (c, part) in (0i64..).zip(&parts) {
                    picked.at(c).set(part.pick(select.at(l)));
                }
            });
            m.comment("A cycle later for each place of the cascades.");
            let rows = 16 * shape.beat_rows();
            let mut rest = m.reg("first", Ty::uint(slice));
            let next = of_chunk.map_or(picked.at(0), |of_chunk| picked.pick(of_chunk.at(l)));
            m.clocked(|| rest.set(next));
            let mut ready = vec![rest.bits(rows - 1, 0)];
            for place in 1..CASCADE {
                let later = m.reg(&format!("place{place}"), Ty::uint(rest.width() - rows));
                let from = rest.bits(rest.width() - 1, rows);
                m.clocked(|| later.set(from));
                ready.push(later.bits(rows - 1, 0));
                rest = later;
            }
            ready.reverse();
            x.at(l).set(m.concat(ready));
        });
    })
}

/// What is written into the memories, and which buffers are full.
pub(super) struct Loaded<'m> {
    /// One-hot: the memory that is written.
    pub write: Sig<'m>,
    /// Buffer and token.
    pub address: Sig<'m>,
    /// The slices.
    pub value: Sig<'m>,
    /// Whether each buffer has all features of its job.
    pub full: [Sig<'m>; 2],
}

/// Loads features, job after job, into the buffer that is free. `release` is set when the tokens of the buffer `of` have been read.
pub(super) fn load<'m>(
    m: &'m Module,
    shape: &Shape,
    queue: &Queue<'m>,
    from: &Sink<'m>,
    release: Sig<'m>,
    of: Sig<'m>,
) -> Loaded<'m> {
    m.comment("Features: token by token, a beat for each memory in use.");
    let (memories, wide) = (shape.memories(), shape.config.feature_rows);
    let (n, rows) = (queue.field("n"), queue.field("rows"));
    let full = [0, 1].map(|i| m.reg_init(&format!("features_full{i}"), Ty::bit(), 0));
    let buffer = m.reg_init("feature_buffer", Ty::bit(), 0);
    let token = m.reg_init("feature_token", shape.token(), 0);
    let opening = m.reg_init("feature_opening", Ty::bit(), 1);
    let rest = m.reg("feature_rest", shape.rows());
    let at = m.reg_init("feature_memory", Ty::uint(memories), 1);
    let closing = m.reg_init("features_closing", Ty::bit(), 0);
    let taken = buffer.mux(full[1], full[0]);
    from.ready().set(queue.valid & !taken & !closing);
    let fire = from.fire();
    let left = opening.mux(rows, rest).named("feature_left");
    let token_last = left.le(wide).named("feature_token_last");
    let done = (fire & token_last & (token + 1).eq(n)).named("features_done");
    let write = m.reg_init("feature_write", Ty::uint(memories), 0);
    let address = m.reg("feature_address", Ty::uint(token.width() + 1));
    let value = m.reg("feature_value", Ty::uint(wide * shape.slice()));
    let written = m.reg("features_of", Ty::bit());
    m.clocked(|| {
        write.set(at & fire.repeat(memories));
        address.set(m.concat([buffer, token.as_bits()]));
        value.set(from.lanes("x").whole());
        closing.set(done);
        written.set(buffer);
        m.when(fire, || {
            opening.set(token_last);
            rest.set((left - wide).wrap(rest.width()).as_bits());
            if memories > 1 {
                let next = m.concat([at.bits(memories - 2, 0), m.lit_of(0, Ty::bit())]);
                at.set(token_last.mux(m.lit_of(1, Ty::uint(memories)), next));
            } else {
                at.set(1);
            }
            m.when(token_last, || token.set(done.mux(m.lit(0), (token + 1).wrap(token.width()))));
        });
        m.when(done, || buffer.set(!buffer));
        for (i, full) in full.iter().enumerate() {
            let mine = |of: Sig<'m>| if i == 1 { of } else { !of };
            m.when(release & mine(of), || full.set(0));
            m.when(closing & mine(written), || full.set(1));
        }
    });
    queue.pop.set(done);
    Loaded { write, address, value, full }
}
