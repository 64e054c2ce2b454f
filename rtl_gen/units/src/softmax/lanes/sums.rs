//! The unnormalised form's row sums.

use std::sync::Arc;

use hdl::{Bundle, Design, Errors, Latency, Module, Ty, prim};
use spec::unit::Softmax;

use super::row_sum::row_sum;
use super::{ROWS, room_for_rows};
use crate::in_turn::in_turn;
use crate::softmax::row_bundle;
use crate::softmax::sums::{SUM, name, reciprocal, set_row};

/// Passes rows of 7-bit entries on and gives each row's sum, with δ2 over it as multiplier and shift.
pub(super) fn sums(config: &Softmax) -> Result<Arc<Design>, Errors> {
    let lanes = config.lanes;
    let reciprocal = reciprocal(config);
    let divider = in_turn(&reciprocal.build()?, config.dividers())?;
    let fifo = prim::fifo(SUM, ROWS)?;
    Module::build(name(config, &format!("_l{lanes}")), |m| {
        m.doc(format!("Passes rows on; per row the sum, and {} / sum as mult * 2^-shift.", config.delta2));
        let bundle = |name: &str| Bundle::new(name).lanes("y", Ty::uint(7), lanes).last().keep(lanes);
        let (from, to) = (m.sink(bundle("in")), m.source(bundle("out")));
        let row = m.source(row_bundle().timing(Latency::Variable, 1));
        let fifo = m.instance("sums", &fifo);
        let divider = m.instance("reciprocals", &divider);

        m.comment("A beat passes only when the sum of its row has a place to go.");
        let row_ends = (from.fire() & from.last()).named("row_ends");
        let row_leaves = (fifo.output("out_valid_o") & divider.output("in_ready_o")).named("row_leaves");
        let room = room_for_rows(m, row_ends, row_leaves).named("room");
        to.valid().set(from.valid() & room);
        from.ready().set(to.ready() & room);
        to.lanes("y").whole().set(from.lanes("y").whole());
        to.last().set(from.last());
        to.keep().set(from.keep());
        let (complete, sum) = row_sum(m, from.lanes("y"), from.fire(), from.last(), &Ty::uint(SUM));
        fifo.input("in_valid_i", complete);
        fifo.input("in_data_i", sum);
        fifo.output_named("in_ready_o", "unused_sums_ready");
        fifo.input("out_ready_i", divider.output("in_ready_o"));
        divider.input("in_valid_i", fifo.output("out_valid_o"));
        let waiting = fifo.output("out_data_o");
        divider.input("in_data_i", m.concat([waiting, waiting]));

        set_row(&row, &reciprocal, divider.output("out_data_o"));
        divider.drive("out_valid_o", row.valid());
        divider.input("out_ready_i", row.ready());
    })
}
