//! A block of multiply-accumulators.

use std::sync::Arc;

use hdl::{Design, Errors, Module, Ty};

use super::Shape;

/// `gemm_block_r8_c8_int8`: sums flow down the rows, one register a row; an activation serves all columns at once.
///
/// The register next to each multiplier takes a row of weights in the cycle of its `load`; `swap` hands it to the multiplier.
pub(crate) fn block(shape: &Shape) -> Result<Arc<Design>, Errors> {
    let (rows, cols) = (shape.block_rows, shape.block_cols);
    let Shape { data, acc, .. } = shape;
    Module::build(format!("gemm_block_r{rows}_c{cols}_{}", shape.ident), |m| {
        m.doc(format!("{rows} x {cols} multiply-accumulators with double-buffered weights."));
        m.doc("Two cycles from an activation to its product in the row's sum.");
        super::share(m);
        let swap = m.input_vec("swap", rows, Ty::bit());
        let load = m.input_vec("load", rows, Ty::bit());
        let act = m.input_vec("act", rows, data.clone());
        let weight = m.input_vec("weight", cols, data.clone());
        let above = m.input_vec("above", cols, acc.clone());
        let below = m.output_vec("below", cols, acc.clone());
        let sum = m.for_each("row", 0..rows.into(), |r| {
            m.for_each("col", 0..cols.into(), |c| {
                let next = m.reg("next", data.clone());
                let held = m.reg("held", data.clone());
                let product = act.at(r) * held;
                let prod = m.reg("prod", product.ty().full()).attribute("use_dsp", "yes");
                let sum = m.reg("sum", acc.clone());
                let carry = m.wire("carry", acc.clone());
                let first = || carry.set(above.at(c));
                m.if_index(r, 0..1, "first", first, "rest", || carry.set(sum.at_all(&[r - 1, c.into()])));
                m.clocked(|| {
                    m.when(load.at(r), || next.set(weight.at(c)));
                    m.when(swap.at(r), || held.set(next));
                    prod.set(product);
                    sum.set((carry + prod).wrap(acc.width()));
                });
                sum
            })
        });
        m.for_each("out", 0..cols.into(), |c| below.at(c).set(sum.at_all(&[(rows - 1).into(), c.into()])));
    })
}
