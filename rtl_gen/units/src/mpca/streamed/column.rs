//! One column of all tiles: the sums of columns that begin and end anywhere.

use std::sync::Arc;

use hdl::{Affine, Design, Module, RamStyle, Ty, prim};

use super::group::{GO, group};
use super::mac::CASCADE;
use super::parts::Accumulator;
use super::shape::Shape;
use crate::Error;
use crate::mpca::{MULT, SHIFT};

/// From this depth on, sums are kept in block RAM.
const BLOCK_RAM_FROM: u32 = 65;

/// `mpca_column_b16_l24_g6_n256`: column c of every tile.
///
/// Sums go from group to group; what leaves the last one is stored, and comes back with the same token of the next slot.
/// Group g works g cycles behind group 0, and its inputs come as much later, but for `load*_i` and `weight_i`. `y_o` has the results of all
/// groups at a time.
pub(super) fn column(shape: &Shape) -> Result<Arc<Design>, Error> {
    let (lanes, groups, tile, each) = (shape.lanes, shape.groups, shape.tile, shape.group_lanes());
    let width = shape.accumulator().width();
    let group = group(shape)?;
    let late = prim::skew(groups, 16)?;
    let style = if shape.config.max_n >= BLOCK_RAM_FROM { RamStyle::Block } else { RamStyle::Distributed };
    let stored = prim::ram(width, shape.config.max_n, style, 2)?;
    let name = format!("mpca_column_b{tile}_l{lanes}_g{groups}_n{}", shape.config.max_n);
    let design = Module::build(name, |m| {
        m.doc(format!("One column of {lanes} tiles in {groups} groups, each of which may end a column of the matrix."));
        let of_all = [("load_lane", each), ("load_beat", CASCADE), ("weight", 16 * shape.beat_rows())]
            .map(|(name, bits)| (name, m.input(name, Ty::uint(bits))));
        let of_group = [
            ("swap", CASCADE),
            ("load", 1),
            ("x", each * shape.slice()),
            ("head", each),
            ("tail", each),
            ("ends", 1),
            ("go", GO),
            ("mult", MULT),
            ("shift", SHIFT),
        ]
        .map(|(name, bits)| (name, m.input_vec(name, groups, Ty::uint(bits))));
        let first = m.input("sums_first", Ty::bit());
        let read = m.input("sums_read", shape.token());
        let store = m.input("sums_store", Ty::bit());
        let write = m.input("sums_write", shape.token());
        let y = m.output_vec("y", groups, Ty::sint(16));

        m.comment("Sums of columns that have not ended, in parts, as they come to each group and leave the last one.");
        let memory = m.instance("stored", &stored);
        memory.input("raddr_i", read);
        let word = memory.output("rdata_o");
        let begun = Accumulator::of(first.mux(0, word).named("old"), width).registered(m, "begun", None).parts();
        let ys = m.wire_vec("ys", groups, Ty::sint(16));
        let passed = m.for_each("group", 0..groups.into(), |g| {
            let [come, after] = ["come", "after"]
                .map(|name| shape.chain().map(|(part, ty)| (part, m.wire(&format!("{name}_{part}"), ty))));
            let before = || come.iter().zip(after).for_each(|((_, part), (_, from))| part.set(from.at_all(&[g - 1])));
            m.if_index(
                g,
                0..1,
                "first",
                || come.iter().zip(begun).for_each(|((_, part), from)| part.set(from)),
                "rest",
                before,
            );
            let instance = m.instance("group", &group);
            of_all.iter().for_each(|(name, value)| instance.input(&format!("{name}_i"), *value));
            of_group.iter().for_each(|(name, all)| instance.input(&format!("{name}_i"), all.at(g)));
            come.iter().for_each(|(part, value)| instance.input(&format!("chain_{part}_i"), *value));
            after.iter().for_each(|(part, value)| instance.drive(&format!("chain_{part}_o"), *value));
            instance.drive("y_o", ys.at(Affine::from(i64::from(groups) - 1) - Affine::from(g)));
            after.map(|(_, value)| value)
        });
        m.comment("What leaves the last group is stored, its carries added.");
        let left = Accumulator::new(passed.map(|part| part.at_all(&[i64::from(groups - 1).into()])));
        let whole = left.carried().registered(m, "last", None).joined(m);
        let unfinished = m.reg("unfinished", Ty::uint(width));
        m.clocked(|| unfinished.set(whole));
        memory.input("we_i", store);
        memory.input("waddr_i", write);
        memory.input("wdata_i", unfinished);

        let align = m.instance("late", &late);
        align.input("x_i", ys.whole());
        let aligned = m.wire_vec("aligned", groups, Ty::sint(16));
        align.drive("y_o", aligned.whole());
        m.for_each("out", 0..groups.into(), |g| {
            y.at(g).set(aligned.at(Affine::from(i64::from(groups) - 1) - Affine::from(g)));
        });
    })?;
    Ok(design)
}
