//! One column of all tiles: the sums of columns that begin and end anywhere, and their requantisation.

use std::sync::Arc;

use hdl::{Affine, Design, Module, RamStyle, Sig, Ty, prim};

use super::dots::dots;
use super::mac::CASCADE;
use super::parts::{Accumulator, Pair};
use super::shape::Shape;
use crate::requantise::{self, Operands, requantise};
use crate::{Error, convert};

/// From this depth on, sums are kept in block RAM.
const BLOCK_RAM_FROM: u32 = 65;

/// Cycles of a result from the end of its column on: accumulator, two of its carries, requantisation.
pub(super) const GO: u32 = 3 + requantise::LATENCY as u32;

/// `mpca_column_b16_l24_g6_n256`: column c of every tile.
///
/// A group adds what came from the groups before it; where a column ends, the sum goes to the group's requantisation and the lanes
/// behind it begin another. What leaves the last group is stored, and comes back with the same token of the next slot.
/// Group g works g cycles behind group 0, and its inputs `end_i`, `go_i`, `mult_i` and `shift_i` come as much later.
pub(super) fn column(shape: &Shape) -> Result<Arc<Design>, Error> {
    let (lanes, groups, tile, each) = (shape.lanes, shape.groups, shape.tile, shape.group_lanes());
    let acc = convert::ty(spec::unit::Mpca::ACCUMULATOR);
    let width = acc.width();
    // The parts of a group's sum, and one bit of their carries.
    let sum = shape.group_bits() - more(shape) + 1;
    let dots = dots(shape)?;
    let dsps = requantise::Dsps::new(&acc)?;
    let skew = prim::skew(groups, 2 * sum)?;
    let late = prim::skew(groups, 16)?;
    let style = if shape.config.max_n >= BLOCK_RAM_FROM { RamStyle::Block } else { RamStyle::Distributed };
    let stored = prim::ram(width, shape.config.max_n, style, 2)?;
    let name = format!("mpca_column_b{tile}_l{lanes}_g{groups}_n{}", shape.config.max_n);
    let design = Module::build(name, |m| {
        m.doc(format!("One column of {lanes} tiles in {groups} groups, each of which may end a column of the matrix."));
        m.doc("y = acc*mult/2^shift, half to even, saturated to 16 bits.");
        crate::systolic_gemm::share(m);
        let swap = m.input("swap", Ty::uint(CASCADE));
        let load = m.input("load", Ty::uint(lanes * CASCADE));
        let weight = m.input("weight", Ty::uint(16 * shape.beat_rows()));
        let x = m.input("x", Ty::uint(lanes * shape.slice()));
        let head = m.input("head", Ty::uint(lanes));
        let tail = m.input("tail", Ty::uint(lanes));
        let first = m.input("first", Ty::bit());
        let read = m.input("read", shape.token());
        let store = m.input("store", Ty::bit());
        let write = m.input("write", shape.token());
        let end = m.input_vec("end", groups, Ty::bit());
        let go = m.input_vec("go", groups * GO, Ty::bit());
        let mult = m.input_vec("mult", groups, Ty::uint(super::super::MULT));
        let shift = m.input_vec("shift", groups, Ty::uint(super::super::SHIFT));
        let y = m.output_vec("y", groups, Ty::sint(16));

        let delay = m.instance("skew", &skew);
        let sums = m.wire_vec("sums", groups, Ty::uint(2 * sum));
        for (g, instance) in (0..groups).map(|g| (g, m.instance(&format!("dots{g}"), &dots))) {
            instance.input("swap_i", swap);
            instance.input("load_i", part(load, g, each * CASCADE));
            instance.input("weight_i", weight);
            instance.input("x_i", part(x, g, each * shape.slice()));
            instance.input("head_i", part(head, g, each));
            instance.input("tail_i", part(tail, g, each));
            let [tail, head] = ["tail", "head"].map(|name| {
                let pair = Pair::from_word(instance.output(&format!("{name}_sum_o")), more(shape));
                let whole = pair.joined(m);
                let register = m.reg(&format!("{name}{g}"), whole.ty());
                m.clocked(|| register.set(whole));
                register
            });
            sums.at(i64::from(g)).set(m.concat([tail, head]));
        }
        delay.input("x_i", sums.whole());
        let skewed = m.wire_vec("skewed", groups, Ty::uint(2 * sum));
        delay.drive("y_o", skewed.whole());

        m.comment("Sums of columns that have not ended, in parts; carries between them are added at the end.");
        let memory = m.instance("stored", &stored);
        memory.input("raddr_i", read);
        let word = memory.output("rdata_o");
        let mut chain = Accumulator::of(first.mux(0, word).named("old"), width).registered(m, "begun", None);
        let mut results = vec![];
        for g in 0..groups {
            let word = skewed.at(i64::from(g));
            let through = chain.plus(Accumulator::of(word.bits(sum - 1, 0), width)).named(&format!("sum{g}"));
            let behind = Accumulator::of(word.bits(2 * sum - 1, sum), width);
            let go = |cycle: u32| Some(go.at(i64::from(g * GO + cycle)));
            let acc = through.registered(m, &format!("acc{g}"), go(0));
            results.push(acc.carried().registered(m, &format!("carried{g}"), go(1)));
            chain = through.or(behind, end.at(i64::from(g))).registered(m, &format!("after{g}"), None);
        }
        let whole = chain.carried().registered(m, "carried", None).joined(m);
        let unfinished = m.reg("unfinished", Ty::uint(width));
        m.clocked(|| unfinished.set(whole));
        memory.input("we_i", store);
        memory.input("waddr_i", write);
        memory.input("wdata_i", unfinished);
        let ended = m.wire_vec("ended", groups, Ty::uint(width));
        (0i64..).zip(&results).for_each(|(g, result)| ended.at(g).set(result.joined(m)));

        let align = m.instance("late", &late);
        let ys = m.wire_vec("ys", groups, Ty::sint(16));
        m.for_each("group", 0..groups.into(), |g| {
            let enable: Vec<Sig<'_>> = (0..i64::from(GO)).map(|i| go.at(g * i64::from(GO) + i)).collect();
            let x = m.reg("x", acc.clone());
            m.clocked(|| m.when(enable[2], || x.set(ended.at(g).cast(acc.clone()))));
            let operands = Operands { x, mult: mult.at(g), shift: shift.at(g), narrow: None, dsps: Some(&dsps) };
            let value = requantise(m, &operands, &enable[3..], &Ty::sint(16));
            ys.at(Affine::from(i64::from(groups) - 1) - Affine::from(g)).set(value);
        });
        align.input("x_i", ys.whole());
        let aligned = m.wire_vec("aligned", groups, Ty::sint(16));
        align.drive("y_o", aligned.whole());
        m.for_each("out", 0..groups.into(), |g| {
            y.at(g).set(aligned.at(Affine::from(i64::from(groups) - 1) - Affine::from(g)));
        });
    })?;
    Ok(design)
}

/// Part g of something that all groups have `bits` of.
fn part(all: Sig<'_>, g: u32, bits: u32) -> Sig<'_> {
    all.bits((g + 1) * bits - 1, g * bits)
}

/// Bits of carries of each part of a group's sum.
fn more(shape: &Shape) -> u32 {
    shape.tree_levels() + shape.group_levels()
}
