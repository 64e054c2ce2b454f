//! One column of a group of lanes: its products, its place in the chain of sums, its requantisation.

use std::sync::Arc;

use hdl::{Design, Module, Sig, Ty};

use super::dots::dots;
use super::mac::CASCADE;
use super::parts::{Accumulator, Pair};
use super::shape::Shape;
use crate::Error;
use crate::mpca::{MULT, SHIFT};
use crate::requantise::{self, Multipliers, Operands, requantise};

/// Cycles of a result from the end of its column on: accumulator, two of its carries, requantisation.
pub(super) const GO: u32 = 3 + requantise::LATENCY as u32;

/// `mpca_group_b16_l4_g6`: column c of a group's tiles, of which one column of the matrix may end in it.
///
/// The group adds its lanes to what came from the groups before it (`chain_*_i`); where a column ends (`ends_i`), the sum goes to
/// requantisation and the lanes behind it begin another. `chain_*_o` has what the group passes on, a cycle after `chain_*_i`, and `y_o`
/// the result, [`GO`] cycles after them; `go_i` enables each of these.
pub(super) fn group(shape: &Shape) -> Result<Arc<Design>, Error> {
    let (lanes, tile) = (shape.group_lanes(), shape.tile);
    let acc = shape.accumulator();
    let width = acc.width();
    let dots = dots(shape)?;
    let dsps = requantise::Dsps::new(&acc)?;
    let design = Module::build(format!("mpca_group_b{tile}_l{lanes}_g{}", shape.groups), |m| {
        m.doc(format!("One column of a group of {lanes} tiles, in which a column of the matrix may end."));
        m.doc("y = acc*mult/2^shift, half to even, saturated to 16 bits.");
        crate::share(m);
        let instance = m.instance("dots", &dots);
        for (name, ty) in [
            ("swap", Ty::uint(CASCADE)),
            ("load", Ty::bit()),
            ("load_lane", Ty::uint(lanes)),
            ("load_beat", Ty::uint(CASCADE)),
            ("weight", Ty::uint(16 * shape.beat_rows())),
            ("x", Ty::uint(lanes * shape.slice())),
            ("head", Ty::uint(lanes)),
            ("tail", Ty::uint(lanes)),
        ] {
            instance.input(&format!("{name}_i"), m.input(name, ty));
        }
        let chain = shape.chain();
        let come = Accumulator::new(chain.clone().map(|(name, ty)| m.input(&format!("chain_{name}"), ty)));
        let ends = m.input("ends", Ty::bit());
        let go = m.input_vec("go", GO, Ty::bit());
        let mult = m.input("mult", Ty::uint(MULT));
        let shift = m.input("shift", Ty::uint(SHIFT));

        let [behind, upto] = ["tail", "head"].map(|name| {
            let parts = instance.output_named(&format!("{name}_sum_o"), &format!("{name}_parts"));
            let whole = Pair::from_word(parts, shape.tree_levels() + shape.group_levels()).joined(m);
            let sum = m.reg(&format!("{name}_sum"), whole.ty());
            m.clocked(|| sum.set(whole));
            Accumulator::of(sum, width)
        });
        let through = come.plus(upto).sized(shape.chain_carries()).named("sum");
        let passed = through.or(behind, ends).sized(shape.chain_carries());
        let after = passed.registered(m, "after", None);
        let enable: Vec<Sig<'_>> = (0..i64::from(GO)).map(|i| go.at(i)).collect();
        let ended = through.registered(m, "acc", Some(enable[0]));
        let whole = ended.carried().registered(m, "carried", Some(enable[1])).joined(m);
        let x = m.reg("result", acc.clone());
        m.clocked(|| m.when(enable[2], || x.set(whole.cast(acc.clone()))));
        let operands = Operands { x, mult, shift, narrow: None, by: Multipliers::Dsps(&dsps) };
        let value = requantise(m, &operands, &enable[3..], &Ty::sint(16));
        for ((name, ty), part) in chain.into_iter().zip(after.parts()) {
            m.output(&format!("chain_{name}"), ty).set(part);
        }
        m.output("y", value.ty()).set(value);
    })?;
    Ok(design)
}
