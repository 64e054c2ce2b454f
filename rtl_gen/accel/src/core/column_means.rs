//! Means of the array's results over a job's rows.

use std::sync::Arc;

use hdl::{Bundle, Design, Errors, Module, Ty, prim};

use super::shape::Shape;

/// Means of tiles over their rows, rounded half to even.
///
/// Ports: `we_i` with a row of a tile on `y_i`, `first_i` and `last_i` at the tile's first and last row, `rows_i` their
/// number. Nothing waits: all tiles of a row of the residual stream have room. Stream `out`: a tile's means.
pub(super) fn column_means(shape: &Shape) -> Result<Arc<Design>, Errors> {
    let t_o = shape.t_o;
    let (rows, tiles) = (shape.rows(), (shape.core.residual_tiles() / 2).next_power_of_two().max(2));
    let total = 8 + rows.width();
    let sums_design = prim::fifo(t_o * total + rows.width(), tiles)?;
    let divider =
        units::divider::Divider { lanes: t_o, denominator: rows.width(), quotient: 8, signed: true }.build()?;
    Module::build(format!("core_column_means_o{t_o}_t{}_n{tiles}", shape.core.max_tokens), |m| {
        m.doc(format!("Means of tiles of {t_o} columns over their rows, rounded half to even."));
        let enter = m.input("we", Ty::bit());
        let [first, last] = ["first", "last"].map(|name| m.input(name, Ty::bit()));
        let count = m.input("rows", rows.clone());
        let y = m.input_vec("y", t_o, Ty::sint(8));
        let to = m.source(Bundle::new("out").lanes("mean", Ty::sint(8), t_o));

        let sums = m.reg_vec("sum", t_o, Ty::sint(total), None);
        m.for_each("lane", 0..t_o.into(), |lane| {
            let so_far = (sums.at(lane).as_bits() & (!first).repeat(total)).cast(Ty::sint(total)).named("so_far");
            m.clocked(|| m.when(enter, || sums.at(lane).set((so_far + y.at(lane)).wrap(total))));
        });
        let complete = m.reg_init("complete", Ty::bit(), 0);
        let of_rows = m.reg("of_rows", rows.clone());
        m.clocked(|| {
            complete.set(enter & last);
            of_rows.set(count);
        });
        let queue = m.instance("sums", &sums_design);
        queue.input("in_valid_i", complete);
        queue.input("in_data_i", m.concat([of_rows.as_bits(), sums.whole()]));
        queue.output_named("in_ready_o", "unused_sums_ready");

        m.comment("Sign and magnitude for the dividers.");
        let dividers = m.instance("dividers", &divider);
        let held = queue.output("out_data_o");
        let of_tile = m.wire_vec("of_tile", t_o, Ty::sint(total));
        of_tile.whole().set(held.bits(t_o * total - 1, 0));
        let numerators = m.wire_vec("numerator", t_o, Ty::uint(total + 1));
        m.for_each("split", 0..t_o.into(), |lane| {
            let sum = of_tile.at(lane);
            numerators.at(lane).set(m.concat([sum.is_neg(), sum.abs().wrap(total).as_bits()]));
        });
        dividers.input("in_valid_i", queue.output("out_valid_o"));
        let denominator = held.bits(t_o * total + rows.width() - 1, t_o * total);
        dividers.input("in_data_i", m.concat([denominator, numerators.whole()]));
        queue.input("out_ready_i", dividers.output("in_ready_o"));
        to.lanes("mean").whole().set(dividers.output("out_data_o").as_bits());
        dividers.drive("out_valid_o", to.valid());
        dividers.input("out_ready_i", to.ready());
    })
}
