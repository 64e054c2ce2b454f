//! A block of multiply-accumulators.

use std::sync::Arc;

use hdl::{Design, Errors, Module, Ty};

use super::Shape;

/// `gemm_block_r8_c8_int8_s20`: sums flow down the rows, one register a row; an activation serves all columns at once.
///
/// The register next to each multiplier takes a row of weights in the cycle of its `load`; `swap` hands it to the multiplier.
/// Ports `above` and `below` have the parts of [`Shape::sum_parts`].
pub(crate) fn block(shape: &Shape) -> Result<Arc<Design>, Errors> {
    let (rows, cols) = (shape.block_rows, shape.block_cols);
    let data = &shape.data;
    let parts = shape.sum_parts();
    let name = format!("gemm_block_r{rows}_c{cols}_{}_s{}", shape.ident, shape.sum().width());
    Module::build(name, |m| {
        m.doc(format!("{rows} x {cols} multiply-accumulators with double-buffered weights."));
        m.doc("Two cycles from an activation to its product in the row's sum.");
        if parts.len() > 1 {
            m.doc("Lower and upper halves of the products are summed apart; the array adds the two sums at its foot.");
        }
        crate::share(m);
        let swap = m.input_vec("swap", rows, Ty::bit());
        let load = m.input_vec("load", rows, Ty::bit());
        let act = m.input_vec("act", rows, data.clone());
        let weight = m.input_vec("weight", cols, data.clone());
        let above: Vec<_> = parts.iter().map(|p| m.input_vec(&p.name("above"), cols, p.ty.clone())).collect();
        let below: Vec<_> = parts.iter().map(|p| m.output_vec(&p.name("below"), cols, p.ty.clone())).collect();
        let sums = m.for_each("row", 0..rows.into(), |r| {
            m.for_each("col", 0..cols.into(), |c| {
                let next = m.reg("next", data.clone());
                let held = m.reg("held", data.clone());
                let product = act.at(r) * held;
                let prod = m.reg("prod", product.ty().full()).attribute("use_dsp", "yes");
                let sums: Vec<_> = parts.iter().map(|p| m.reg(&p.name("sum"), p.ty.clone())).collect();
                let carries: Vec<_> = parts.iter().map(|p| m.wire(&p.name("carry"), p.ty.clone())).collect();
                let first = || carries.iter().zip(&above).for_each(|(carry, above)| carry.set(above.at(c)));
                let rest = || {
                    for (carry, sum) in carries.iter().zip(&sums) {
                        carry.set(sum.at_all(&[r - 1, c.into()]));
                    }
                };
                m.if_index(r, 0..1, "first", first, "rest", rest);
                m.clocked(|| {
                    m.when(load.at(r), || next.set(weight.at(c)));
                    m.when(swap.at(r), || held.set(next));
                    prod.set(product);
                    for (part, (sum, carry)) in parts.iter().zip(sums.iter().zip(&carries)) {
                        sum.set((*carry + part.of(prod)).wrap(part.ty.width()));
                    }
                });
                sums
            })
        });
        m.for_each("out", 0..cols.into(), |c| {
            for (below, sum) in below.iter().zip(&sums) {
                below.at(c).set(sum.at_all(&[(rows - 1).into(), c.into()]));
            }
        });
    })
}
