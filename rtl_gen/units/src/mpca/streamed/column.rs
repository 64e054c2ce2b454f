//! One column of all tiles: the sums of columns that begin and end anywhere, and their requantisation.

use std::sync::Arc;

use hdl::{Affine, Design, Module, RamStyle, Sig, Ty, Vector, prim};

use super::dots::dots;
use super::mac::CASCADE;
use super::parts::{Accumulator, PART, Pair};
use super::shape::Shape;
use crate::requantise::{self, Multipliers, Operands, requantise};
use crate::{Error, convert};

/// From this depth on, sums are kept in block RAM.
const BLOCK_RAM_FROM: u32 = 65;

/// Cycles of a result from the end of its column on: accumulator, two of its carries, requantisation.
pub(super) const GO: u32 = 3 + requantise::LATENCY as u32;

/// `mpca_column_b16_l24_g6_n256`: column c of every tile.
///
/// A group adds what came from the groups before it; where a column ends, the sum goes to the group's requantisation and the lanes
/// behind it begin another. What leaves the last group is stored, and comes back with the same token of the next slot.
/// Group g works g cycles behind group 0, and its inputs `ends_i`, `go_i`, `mult_i` and `shift_i` come as much later.
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
        crate::share(m);
        let swap = m.input("swap", Ty::uint(CASCADE));
        let load = m.input_vec("load", groups, Ty::uint(each * CASCADE));
        let weight = m.input("weight", Ty::uint(16 * shape.beat_rows()));
        let x = m.input_vec("x", groups, Ty::uint(each * shape.slice()));
        let head = m.input_vec("head", groups, Ty::uint(each));
        let tail = m.input_vec("tail", groups, Ty::uint(each));
        let first = m.input("sums_first", Ty::bit());
        let read = m.input("sums_read", shape.token());
        let store = m.input("sums_store", Ty::bit());
        let write = m.input("sums_write", shape.token());
        let ends = m.input_vec("ends", groups, Ty::bit());
        let go = m.input_vec("go", groups * GO, Ty::bit());
        let mult = m.input_vec("mult", groups, Ty::uint(super::super::MULT));
        let shift = m.input_vec("shift", groups, Ty::uint(super::super::SHIFT));
        let y = m.output_vec("y", groups, Ty::sint(16));

        let delay = m.instance("skew", &skew);
        let sums = m.wire_vec("sums", groups, Ty::uint(2 * sum));
        m.for_each("lanes", 0..groups.into(), |g| {
            let instance = m.instance("dots", &dots);
            instance.input("swap_i", swap);
            instance.input("load_i", load.at(g));
            instance.input("weight_i", weight);
            instance.input("x_i", x.at(g));
            instance.input("head_i", head.at(g));
            instance.input("tail_i", tail.at(g));
            let [behind, upto] = ["tail", "head"].map(|name| {
                let sum = instance.output_named(&format!("{name}_sum_o"), &format!("{name}_parts"));
                let whole = Pair::from_word(sum, more(shape)).joined(m);
                (m.reg(&format!("{name}_sum"), whole.ty()), whole)
            });
            m.clocked(|| [behind, upto].iter().for_each(|(register, whole)| register.set(*whole)));
            sums.at(g).set(m.concat([behind.0, upto.0]));
        });
        delay.input("x_i", sums.whole());
        let skewed = m.wire_vec("skewed", groups, Ty::uint(2 * sum));
        delay.drive("y_o", skewed.whole());

        m.comment("Sums of columns that have not ended, in parts, as they come to each group and leave the last one.");
        let memory = m.instance("stored", &stored);
        memory.input("raddr_i", read);
        let word = memory.output("rdata_o");
        let chain = Chain::new(m, shape, width);
        chain.set(0.into(), Accumulator::of(first.mux(0, word).named("old"), width).registered(m, "begun", None));
        let align = m.instance("late", &late);
        let ys = m.wire_vec("ys", groups, Ty::sint(16));
        m.for_each("group", 0..groups.into(), |g| {
            let enable: Vec<Sig<'_>> = (0..i64::from(GO)).map(|i| go.at(g * i64::from(GO) + i)).collect();
            let word = skewed.at(g);
            let sum_here = Accumulator::of(word.bits(sum - 1, 0), width);
            let through = chain.at(g.into()).plus(sum_here).sized(chain.carries).named("sum");
            let behind = Accumulator::of(word.bits(2 * sum - 1, sum), width);
            chain.set(g + 1, through.or(behind, ends.at(g)).sized(chain.carries).registered(m, "after", None));
            let ended = through.registered(m, "acc", Some(enable[0]));
            let whole = ended.carried().registered(m, "carried", Some(enable[1])).joined(m);
            let x = m.reg("result", acc.clone());
            m.clocked(|| m.when(enable[2], || x.set(whole.cast(acc.clone()))));
            let operands =
                Operands { x, mult: mult.at(g), shift: shift.at(g), narrow: None, by: Multipliers::Dsps(&dsps) };
            let value = requantise(m, &operands, &enable[3..], &Ty::sint(16));
            ys.at(Affine::from(i64::from(groups) - 1) - Affine::from(g)).set(value);
        });
        m.comment("What leaves the last group is stored, its carries added.");
        let left = chain.at(i64::from(groups).into());
        let whole = left.carried().registered(m, "last", None).joined(m);
        let unfinished = m.reg("unfinished", Ty::uint(width));
        m.clocked(|| unfinished.set(whole));
        memory.input("we_i", store);
        memory.input("waddr_i", write);
        memory.input("wdata_i", unfinished);

        align.input("x_i", ys.whole());
        let aligned = m.wire_vec("aligned", groups, Ty::sint(16));
        align.drive("y_o", aligned.whole());
        m.for_each("out", 0..groups.into(), |g| {
            y.at(g).set(aligned.at(Affine::from(i64::from(groups) - 1) - Affine::from(g)));
        });
    })?;
    Ok(design)
}

/// An accumulator before each group, and one behind the last.
struct Chain<'m> {
    low: Vector<'m>,
    middle: Vector<'m>,
    high: Vector<'m>,
    /// Bits of the carries of a part.
    carries: u32,
}

impl<'m> Chain<'m> {
    fn new(m: &'m Module, shape: &Shape, width: u32) -> Self {
        let carries = (shape.groups + 1).next_power_of_two().trailing_zeros();
        let vector = |name: &str, ty| m.wire_vec(&format!("chain_{name}"), shape.groups + 1, ty);
        let part = Ty::uint(PART + carries);
        let high = vector("high", Ty::sint(width - 2 * PART));
        Self { low: vector("low", part.clone()), middle: vector("middle", part), high, carries }
    }

    fn at(&self, g: Affine) -> Accumulator<'m> {
        Accumulator { low: self.low.at(g), middle: self.middle.at(g), high: self.high.at(g) }
    }

    fn set(&self, g: Affine, value: Accumulator<'m>) {
        self.low.at(g).set(value.low);
        self.middle.at(g).set(value.middle);
        self.high.at(g).set(value.high);
    }
}

/// Bits of carries of each part of a group's sum.
fn more(shape: &Shape) -> u32 {
    shape.tree_levels() + shape.group_levels()
}
