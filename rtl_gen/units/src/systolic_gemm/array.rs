//! The grid of blocks.

use std::sync::Arc;

use hdl::{Affine, Design, Errors, Module, Ty, Vector};

use super::{HALF, Shape, block};
use hdl::prim;

/// Cycles from an activation's arrival to its block column's sums, less the rows and the position of the column.
fn latency(shape: &Shape) -> u32 {
    2 + shape.sum_parts().len() as u32
}

/// `gemm_array_r16_c16_int8`: every row later than the one above by a cycle, every column of blocks later than its left neighbour.
///
/// Sums of block column j stand at `sum_o` `rows + 3 + j` cycles after `act_i`, one later where they have two parts. `swap` travels one cycle ahead of the activations;
/// a row of weights can be given from the cycle of `swap` on, row 0 first, and must be given before the next `swap`.
pub(crate) fn array(shape: &Shape) -> Result<Arc<Design>, Errors> {
    let block = block::block(shape)?;
    let (rows, cols) = (shape.rows, shape.cols);
    let (block_rows, block_cols) = (shape.block_rows, shape.block_cols);
    let (brows, bcols) = (shape.brows(), shape.bcols());
    let data = shape.data.width();
    let act_skew = prim::skew(rows, data)?;
    let load_skew = prim::skew(brows, block_rows)?;
    let weight_skew = prim::skew(bcols, block_cols * data)?;
    Module::build(format!("gemm_array_r{rows}_c{cols}_{}", shape.ident), |m| {
        m.doc(format!("{brows} x {bcols} blocks of {block_rows} x {block_cols} multiply-accumulators."));
        m.doc(format!("Block column j gives its sums {} + j cycles after their activations.", rows + latency(shape)));
        let swap = m.input("swap", Ty::bit());
        let act = m.input_vec("act", rows, Ty::uint(data));
        let load = m.input("load", Ty::uint(rows));
        let weight = m.input("weight", Ty::uint(cols * data));
        let (sum_ty, parts) = (shape.sum(), shape.sum_parts());
        let sum = m.output_vec("sum", cols, sum_ty.clone());

        m.comment("The border: activations and swap one cycle later a row, loads a block row, weights a block column.");
        let skewed = |name: &str, design: &Arc<Design>, x| {
            let skew = m.instance(name, design);
            skew.input("x_i", x);
            skew.output_named("y_o", &format!("{name}_out"))
        };
        let row_act = skewed("act_skew", &act_skew, act.whole());
        let row_load = skewed("load_skew", &load_skew, load);
        let top_weight = skewed("weight_skew", &weight_skew, weight);
        let swap_line = m.reg("swap_line", Ty::uint(rows - 1));
        let row_swap = m.concat([swap_line, swap]).named("row_swap");
        m.clocked(|| swap_line.set(row_swap.bits(rows - 2, 0)));

        m.comment("Eastwards, a block column a cycle.");
        let (east_act, east_swap, east_load) = m.for_each("east", 0..bcols.into(), |j| {
            let act = m.reg_vec("act", brows, Ty::uint(block_rows * data), None);
            let swap = m.reg_vec("swap", brows, Ty::uint(block_rows), None);
            let load = m.reg_vec("load", brows, Ty::uint(block_rows), None);
            let enter = || {
                m.clocked(|| {
                    act.whole().set(row_act);
                    swap.whole().set(row_swap);
                    load.whole().set(row_load);
                });
            };
            let pass = || {
                m.clocked(|| {
                    for line in [act, swap, load] {
                        line.whole().set(line.whole().at(j - 1));
                    }
                });
            };
            m.if_index(j, 0..1, "first", enter, "rest", pass);
            (act, swap, load)
        });

        m.comment("Southwards, weights a block row a cycle, sums through the blocks.");
        let below = m.for_each("brow", 0..brows.into(), |i| {
            let weight = m.reg_vec("weight", bcols, Ty::uint(block_cols * data), None);
            let enter = || m.clocked(|| weight.whole().set(top_weight));
            let pass = || m.clocked(|| weight.whole().set(weight.whole().at(i - 1)));
            m.if_index(i, 0..1, "first", enter, "rest", pass);
            m.for_each("bcol", 0..bcols.into(), |j| {
                let cell = m.instance("block", &block);
                cell.input("swap_i", east_swap.at(i).at(j));
                cell.input("load_i", east_load.at(i).at(j));
                cell.input("act_i", east_act.at(i).at(j));
                cell.input("weight_i", weight.at(j));
                let lines = |name: &str| -> Vec<Vector<'_>> {
                    parts.iter().map(|part| m.wire_vec(&part.name(name), block_cols, part.ty.clone())).collect()
                };
                let (above, below) = (lines("above"), lines("below"));
                let top = || above.iter().for_each(|above| above.whole().set(0));
                let from = || {
                    for (above, below) in above.iter().zip(&below) {
                        above.whole().set(below.whole().at_all(&[i - 1, j.into()]));
                    }
                };
                m.if_index(i, 0..1, "top", top, "below", from);
                for (part, (above, below)) in parts.iter().zip(above.iter().zip(&below)) {
                    cell.input(&format!("{}_i", part.name("above")), above.whole());
                    cell.drive(&format!("{}_o", part.name("below")), below.whole());
                }
                below
            })
        });
        let last: Affine = (brows - 1).into();
        m.for_each("out", 0..bcols.into(), |j| {
            m.for_each("lane", 0..block_cols.into(), |c| {
                let foot = |part: usize| below[part].at(c).at_all(&[last, j.into()]);
                let lane = sum.at(j * i64::from(block_cols) + c);
                match parts.len() {
                    1 => lane.set(foot(0)),
                    _ => {
                        let total = m.reg("total", sum_ty.clone());
                        let upper = foot(1) + foot(0).bits(parts[0].ty.width() - 1, HALF);
                        let lower = foot(0).bits(HALF - 1, 0);
                        m.clocked(|| {
                            total.set(m.concat([upper.wrap(sum_ty.width() - HALF), lower]).cast(sum_ty.clone()))
                        });
                        lane.set(total);
                    }
                }
            });
        });
    })
}
