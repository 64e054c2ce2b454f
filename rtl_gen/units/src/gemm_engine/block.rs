//! A cascade of DSPs for each pair of columns, and the split of its two lanes.

use std::sync::Arc;

use hdl::prim;
use hdl::{Design, Errors, Module, Ty};
use spec::unit::GemmEngine;

use super::Shape;
use super::dsp::{LANE, int8_pair};

/// Rows of a block: as many products as a DSP may accumulate.
pub(crate) const ROWS: u32 = GemmEngine::CASCADE;

/// `gemm_engine_block_p9_s21`: 8 rows of DSPs, two columns each.
///
/// Row r works r cycles after row 0, two cycles from its activation to its product in the row's sum. Eight products of weights from
/// −127 to 127 fit the low lane, whose sign is a borrow of the high lane: the split gives it back.
/// Sums leave `below_o` [`LATENCY`] cycles after `act_i`, `above_i` one cycle.
pub(crate) fn block(shape: &Shape) -> Result<Arc<Design>, Errors> {
    let (pairs, sum_ty) = (shape.pairs(), shape.sum());
    let skew = prim::skew(ROWS, 8)?;
    let dsp = int8_pair()?;
    Module::build(format!("gemm_engine_block_p{pairs}_s{}", sum_ty.width()), |m| {
        m.doc(format!(
            "{ROWS} rows of {pairs} DSPs, each with two int8 multiply-accumulators and double-buffered weights."
        ));
        m.doc("A row's DSPs add to the sums of the row above; eight products fill a lane.");
        crate::share(m);
        let swap = m.input("swap", Ty::bit());
        let load = m.input_vec("load", ROWS, Ty::bit());
        let act = m.input_vec("act", ROWS, Ty::uint(8));
        let weight = m.input_vec("weight", pairs, Ty::uint(16));
        let above = m.input_vec("above", 2 * pairs, sum_ty.clone());
        let below = m.output_vec("below", 2 * pairs, sum_ty.clone());

        m.comment("Row r is r cycles behind row 0; the swap runs along.");
        let triangle = m.instance("skew", &skew);
        triangle.input("x_i", act.whole());
        let row_act = m.wire_vec("row_act", ROWS, Ty::sint(8));
        triangle.drive("y_o", row_act.whole());
        let swap_line = m.reg("swap_line", Ty::uint(ROWS - 1));
        let row_swap = m.wire_vec("row_swap", ROWS, Ty::bit());
        row_swap.whole().set(m.concat([swap_line, swap]));
        m.clocked(|| swap_line.set(row_swap.whole().bits(ROWS - 2, 0)));

        let sums = m.for_each("row", 0..ROWS.into(), |r| {
            m.for_each("pair", 0..pairs.into(), |p| {
                let sum = m.wire("lanes", Ty::sint(2 * LANE));
                let above = m.wire("lanes_above", Ty::sint(2 * LANE));
                let from = || above.set(sum.at_all(&[r - 1, p.into()]));
                m.if_index(r, 0..1, "first", || above.set(0), "rest", from);
                let cell = m.instance("dsp", &dsp);
                cell.input("load_i", load.at(r));
                cell.input("weight_i", weight.at(p));
                cell.input("swap_i", row_swap.at(r));
                cell.input("act_i", row_act.at(r));
                cell.input("sum_i", above);
                cell.drive("sum_o", sum);
                sum
            })
        });

        m.comment("The lanes part; each joins the sum of the rows above.");
        m.for_each("drain", 0..pairs.into(), |p| {
            let sum = sums.at_all(&[(ROWS - 1).into(), p.into()]);
            let low = m.reg("low", Ty::sint(LANE));
            let high = m.reg("high", Ty::sint(LANE));
            let low_sum = m.reg("low_sum", sum_ty.clone());
            let high_sum = m.reg("high_sum", sum_ty.clone());
            m.clocked(|| {
                low.set(sum.bits(LANE - 1, 0).cast(low.ty()));
                high.set((sum.bits(2 * LANE - 1, LANE).cast(high.ty()) + sum.bit(LANE - 1)).wrap(LANE));
                low_sum.set((above.at(p * 2) + low).wrap(sum_ty.width()));
                high_sum.set((above.at(p * 2 + 1) + high).wrap(sum_ty.width()));
            });
            below.at(p * 2).set(low_sum);
            below.at(p * 2 + 1).set(high_sum);
        });
    })
}

/// Cycles from `act_i` to `below_o`.
pub(crate) const LATENCY: u32 = ROWS + 4;
