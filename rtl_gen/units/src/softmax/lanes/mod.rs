//! Softmax over rows that come several entries a beat.

mod normalise;
mod row_exp;
mod row_max;
mod row_sum;
mod scale;
mod sums;

use std::sync::Arc;

use hdl::{Bundle, Design, Flow, Latency, Module, Sig, Ty};
use spec::unit::{Softmax, SoftmaxForm};

use super::ROWS;
use crate::{Error, convert};

/// Beats of the longest row.
fn beats(config: &Softmax) -> u32 {
    (Softmax::MAX_ROW as u32).div_ceil(config.lanes)
}

/// Builds softmax over rows of several lanes.
pub(super) fn softmax(config: &Softmax) -> Result<Arc<Design>, Error> {
    let lanes = config.lanes;
    let row_max = row_max::row_max(config)?;
    let row_exp = row_exp::row_exp(config)?;
    let unnormalised = config.form == SoftmaxForm::Unnormalised;
    let finish = if unnormalised { sums::sums(config)? } else { normalise::normalise(config)? };
    Ok(Module::build(config.module_name(), |m| {
        super::doc(m, config);
        m.doc(format!(
            "{lanes} entries a beat; one that is not kept does not count, and comes out as 0. Rows of {} entries and more pass",
            config.steady_row()
        ));
        m.doc("without a bubble.");
        let from = Bundle::new("in").lanes("x", convert::ty(config.x), lanes).last().keep(lanes);
        let from = m.sink(from.timing(Latency::Fixed(0), 1).flow(Flow::Credit));
        let to = Bundle::new("out").lanes("y", convert::ty(config.y), lanes).last().keep(lanes);
        let to = m.source(to.timing(Latency::Variable, 1).flow(Flow::Credit));
        let row_max = m.instance("row_max", &row_max);
        let row_exp = m.instance("row_exp", &row_exp);
        let finish = m.instance(if unnormalised { "sums" } else { "normalise" }, &finish);
        row_max.feed("in", &from);
        row_exp.feed_from("in", row_max, "out");
        finish.feed_from("in", row_exp, "out");
        finish.drain("out", &to);
        if unnormalised {
            finish.drain("row", &m.source(super::row_bundle().timing(Latency::Variable, 1)));
        }
    })?)
}

/// Whether a row more may be accepted: those on their way, from the beat with `last` until they leave, are at most [`ROWS`].
fn room_for_rows<'m>(m: &'m Module, arrives: Sig<'m>, leaves: Sig<'m>) -> Sig<'m> {
    let rows = m.reg_init("rows", Ty::range(0, ROWS), 0);
    m.clocked(|| {
        m.when_else(
            arrives & !leaves,
            || rows.set((rows + 1).assume_range(0, ROWS)),
            || m.when(leaves & !arrives, || rows.set((rows - 1).assume_range(0, ROWS))),
        );
    });
    !rows.bit(ROWS.trailing_zeros())
}
