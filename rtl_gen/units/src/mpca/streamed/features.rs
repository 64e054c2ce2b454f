//! The features of a job: their memories, the selection of each lane's slice, and their loading.

use std::sync::Arc;

use hdl::{Design, Errors, Module, RamStyle, Sig, Ty, prim};

use super::mac::CASCADE;
use super::shape::Shape;
use crate::mpca::feature_bundle;

/// `mpca_features_b16_l24_m12_f8_n256`: two buffers of features, and for each lane the slice that it multiplies.
///
/// `select_i` holds, for each lane, the slice's place in its chunk, two cycles after `read_i`, and `chunk_i` the chunk, a cycle later.
/// `x_o` has a slice's values for the first place of the cascades [`Shape::X`] cycles after `read_i`, for each following place a cycle later, in
/// group g another g cycles later.
pub(super) fn features(shape: &Shape) -> Result<Arc<Design>, Errors> {
    let (lanes, wide, memories) = (shape.lanes, shape.config.feature_rows, shape.memories());
    let (slice, chunk, chunks) = (shape.slice(), shape.chunk(), shape.chunks());
    let address = Ty::uint(shape.token().width() + 1);
    let depth = 2 << shape.token().width();
    let style = if depth > 64 { RamStyle::Block } else { RamStyle::Distributed };
    let ram = prim::ram(wide * slice, depth, style, 2)?;
    let name = format!("mpca_features_b{}_l{lanes}_m{memories}_f{wide}_n{}", shape.tile, shape.config.max_n);
    let selection = selection(shape)?;
    Module::build(name, |m| {
        m.doc(format!(
            "{memories} memories of {wide} slices of features, two buffers; {lanes} lanes choose one slice each."
        ));
        let write = m.input_vec("we", memories, Ty::bit());
        let write_address = m.input("waddr", address.clone());
        let value = m.input("wdata", Ty::uint(wide * slice));
        let read = m.concat([m.input("buffer", Ty::bit()), m.input("token", shape.token()).as_bits()]).named("raddr");
        let select = m.input_vec("select", lanes, Ty::range(0, chunk - 1).full());
        let of_chunk =
            (chunks > 1).then(|| m.input_vec("chunk", lanes, Ty::range(0, chunks.next_power_of_two() - 1).full()));
        let x = m.output("x", Ty::uint(lanes * slice));

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
        let chosen = m.wire_vec("chosen", lanes, Ty::uint(slice));
        m.for_each("lane", 0..lanes.into(), |l| {
            let lane = m.instance("select", &selection);
            parts.iter().enumerate().for_each(|(c, part)| lane.input(&format!("part{c}_i"), part.whole()));
            lane.input("select_i", select.at(l));
            if let Some(of_chunk) = of_chunk {
                lane.input("chunk_i", of_chunk.at(l));
            }
            lane.drive("x_o", chosen.at(l));
        });
        m.comment("Group g works g cycles behind group 0: each register has the groups that wait for longer.");
        let group = slice * shape.group_lanes();
        let mut waits = vec![chosen.whole()];
        for g in 1..shape.groups {
            let from = waits[waits.len() - 1];
            let late = m.reg(&format!("late{g}"), Ty::uint(from.width() - group));
            m.clocked(|| late.set(from.bits(from.width() - 1, group)));
            waits.push(late);
        }
        x.set(m.concat(waits.iter().rev().map(|from| from.bits(group - 1, 0))));
    })
}

/// `mpca_pick_b16_r16`: one of a chunk of slices, by the choice of the cycle before.
fn pick(shape: &Shape) -> Result<Arc<Design>, Errors> {
    let (slice, chunk) = (shape.slice(), shape.chunk());
    Module::build(format!("mpca_pick_b{}_r{chunk}", shape.tile), |m| {
        m.doc(format!("One of {chunk} slices of features, by the choice of the cycle before."));
        let part = m.input_vec("part", chunk, Ty::uint(slice));
        let choice = m.input("select", Ty::range(0, chunk - 1).full());
        let select = m.reg("select", choice.ty());
        let picked = m.reg("picked", Ty::uint(slice));
        m.clocked(|| {
            select.set(choice);
            picked.set(part.pick(select));
        });
        m.output("picked", picked.ty()).set(picked);
    })
}

/// `mpca_select_b16_r96`: the slice of features that one lane multiplies, a quarter of it a cycle later each time.
fn selection(shape: &Shape) -> Result<Arc<Design>, Errors> {
    let (slice, chunk, chunks) = (shape.slice(), shape.chunk(), shape.chunks());
    let rows = 16 * shape.beat_rows();
    let pick = pick(shape)?;
    Module::build(format!("mpca_select_b{}_r{}", shape.tile, shape.memories() * shape.config.feature_rows), |m| {
        m.doc(format!("A lane of mpca chooses one of {chunks} x {chunk} slices of features."));
        m.doc(
            "x_o has it for the first place of the cascades two cycles later, for each following place a cycle later.",
        );
        m.doc("select_i comes a cycle before the slices.");
        let parts = (0..chunks).map(|c| m.input_vec(&format!("part{c}"), chunk, Ty::uint(slice)));
        let parts: Vec<_> = parts.collect();
        let select = m.input("select", Ty::range(0, chunk - 1).full());
        let of_chunk = (chunks > 1).then(|| m.input("chunk", Ty::range(0, chunks.next_power_of_two() - 1).full()));
        let picked = m.wire_vec("picked", chunks, Ty::uint(slice));
        m.comment("Each chunk has its own registers of the choice: one would drive all of them.");
        for (c, part) in (0i64..).zip(&parts) {
            let chunk = m.instance(&format!("chunk{c}"), &pick);
            chunk.input("part_i", part.whole());
            chunk.input("select_i", select);
            chunk.drive("picked_o", picked.at(c));
        }
        let first = m.reg("first", Ty::uint(slice));
        let next = of_chunk.map_or(picked.at(0), |of_chunk| picked.pick(of_chunk));
        let mut late: Vec<Sig<'_>> = vec![first];
        for place in 1..CASCADE {
            late.push(m.reg(&format!("place{place}"), Ty::uint(slice - place * rows)));
        }
        m.clocked(|| {
            first.set(next);
            for pair in late.windows(2) {
                pair[1].set(pair[0].bits(pair[0].width() - 1, rows));
            }
        });
        let ready = late.iter().rev().map(|place| place.bits(rows - 1, 0));
        m.output("x", Ty::uint(slice)).set(m.concat(ready));
    })
}

/// `mpca_loader_*`: loads features, job after job, into the buffer that is free.
///
/// `job_done_i` is set when the tokens of `buffer_i` have been read. What is written comes a cycle after its beat, and a buffer is full when
/// all is written.
pub(super) fn loader(shape: &Shape) -> Result<Arc<Design>, Errors> {
    Module::build(format!("mpca_loader_{}", shape.suffix()), |m| {
        m.doc("Features of mpca: token by token, a beat for each memory in use, into one of two buffers.");
        let (memories, wide) = (shape.memories(), shape.config.feature_rows);
        let from = m.sink(feature_bundle(&shape.config));
        let waits = m.input("features_valid", Ty::bit());
        let n = m.input("features_n", shape.tokens());
        let rows = m.input("features_rows", shape.rows());
        let release = m.input("job_done", Ty::bit());
        let of = m.input("buffer", Ty::bit());
        let full = m.reg_vec("full", 2, Ty::bit(), Some(0));
        let buffer = m.reg_init("buffer", Ty::bit(), 0);
        let token = m.reg_init("token", shape.token(), 0);
        let opening = m.reg_init("opening", Ty::bit(), 1);
        let rest = m.reg("rest", shape.rows());
        let at = m.reg_init("memory", Ty::uint(memories), 1);
        let closing = m.reg_init("closing", Ty::bit(), 0);
        from.ready().set(waits & !full.pick(buffer) & !closing);
        let fire = from.fire();
        let left = opening.mux(rows, rest).named("left");
        let token_last = left.le(wide).named("token_last");
        let done = (fire & token_last & (token + 1).eq(n)).named("done");
        let write = m.reg_init("write", Ty::uint(memories), 0);
        let address = m.reg("address", Ty::uint(token.width() + 1));
        let value = m.reg("value", Ty::uint(wide * shape.slice()));
        let written = m.reg("written", Ty::bit());
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
        });
        m.for_each("of", 0..2, |i| {
            m.clocked(|| {
                m.when(release & of.eq(i), || full.at(i).set(0));
                m.when(closing & written.eq(i), || full.at(i).set(1));
            });
        });
        m.output("features_pop", Ty::bit()).set(done);
        m.output("we", write.ty()).set(write);
        m.output("waddr", address.ty()).set(address);
        m.output("wdata", value.ty()).set(value);
        m.output("features_full", Ty::uint(2)).set(full.whole());
    })
}
