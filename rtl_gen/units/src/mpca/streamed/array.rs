//! All columns of the tiles side by side.

use std::sync::Arc;

use hdl::{Affine, Design, Module, Ty};

use super::column::column;
use super::group::GO;
use super::mac::CASCADE;
use super::shape::Shape;
use crate::Error;
use crate::mpca::{MULT, SHIFT};

/// `mpca_array_b16_l24_g6_n256`: the multiply-accumulators, sums and requantisation of all columns.
///
/// Every column gets its words of a beat of weights, and all of the rest; ports and cycles are those of the column.
pub(super) fn array(shape: &Shape) -> Result<Arc<Design>, Error> {
    let (lanes, groups, tile) = (shape.lanes, shape.groups, shape.tile);
    let column = column(shape)?;
    let name = format!("mpca_array_b{tile}_l{lanes}_g{groups}_n{}", shape.config.max_n);
    let design = Module::build(name, |m| {
        m.doc(format!("{lanes} tiles of {tile} x {tile} int16 multiply-accumulators, column by column."));
        let common = [
            ("swap", Ty::uint(groups * CASCADE)),
            ("load", Ty::uint(groups)),
            ("load_lane", Ty::uint(shape.group_lanes())),
            ("load_beat", Ty::uint(CASCADE)),
            ("x", Ty::uint(lanes * shape.slice())),
            ("head", Ty::uint(lanes)),
            ("tail", Ty::uint(lanes)),
            ("sums_first", Ty::bit()),
            ("sums_read", shape.token()),
            ("sums_store", Ty::bit()),
            ("sums_write", shape.token()),
            ("ends", Ty::uint(groups)),
            ("go", Ty::uint(groups * GO)),
            ("mult", Ty::uint(groups * MULT)),
            ("shift", Ty::uint(groups * SHIFT)),
        ]
        .map(|(name, ty)| (name, m.input(name, ty)));
        let weight = m.input_vec("weight", shape.config.weight_words(), Ty::uint(16));
        let y = m.output_vec("y", groups * tile, Ty::sint(16));
        m.for_each("column", 0..tile.into(), |c| {
            let column = m.instance("column", &column);
            for (name, value) in common {
                column.input(&format!("{name}_i"), value);
            }
            let words = (0..shape.beat_rows()).rev().map(|r| weight.at(c + i64::from(r * tile)));
            column.input("weight_i", m.concat(words));
            let results = m.wire_vec("results", groups, Ty::sint(16));
            column.drive("y_o", results.whole());
            m.for_each("result", 0..groups.into(), |g| {
                y.at(g * i64::from(tile) + Affine::from(c)).set(results.at(g));
            });
        });
    })?;
    Ok(design)
}
