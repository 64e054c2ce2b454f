//! Softmax over rows.

mod lanes;
mod normalise;
mod reciprocal;
mod row_exp;
mod row_max;
mod sums;

use std::sync::Arc;

use hdl::{Bundle, Design, Flow, Latency, Module, Ty};
use spec::Delta;
use spec::unit::{Softmax, SoftmaxForm};

pub(crate) use normalise::GUARD;
pub use sums::delta2_mantissa;

use crate::{Error, convert};

/// Words of a row memory: two of the longest rows, so that one fills while the other is read.
const ENTRIES: u32 = 2 * Softmax::MAX_ROW as u32;
/// Rows between two steps; rows of 16 entries need 17 and those on their way through the pipes.
const ROWS: u32 = 32;

/// Builds softmax over rows; [`Softmax`] has formats, rounding, error budget and source.
///
/// Three rows are on their way at once: one arrives while the one before is exponentiated and the one before that is
/// multiplied. One entry a cycle, or one beat of `lanes`: then no stage waits for another but through buffers, and the largest fan-outs are a
/// row's maximum and factor, each bit of which reaches every lane.
///
/// ```
/// let design = units::softmax(&spec::unit::Softmax::preset16())?;
/// assert_eq!(design.name(), "softmax_s16f12_u16f16");
/// # Ok::<(), units::Error>(())
/// ```
///
/// # Errors
/// [`Error::Config`] for formats or factors that it cannot be built for.
pub fn softmax(config: &Softmax) -> Result<Arc<Design>, Error> {
    config.validate()?;
    if config.lanes > 1 {
        return lanes::softmax(config);
    }
    let row_max = row_max::row_max(config.x)?;
    let row_exp = row_exp::row_exp(config)?;
    let unnormalised = config.form == SoftmaxForm::Unnormalised;
    let finish = if unnormalised { sums::sums(config)? } else { normalise::normalise(config)? };
    let design = Module::build(config.module_name(), |m| {
        doc(m, config);
        m.doc("Rows of 16 and more pass without a bubble.");
        let from = Bundle::new("in").field("x", convert::ty(config.x)).last();
        let from = m.sink(from.timing(Latency::Fixed(0), 1).flow(Flow::Credit));
        let to = m.source(Bundle::new("out").field("y", convert::ty(config.y)).last().timing(Latency::Variable, 1));

        let row_max = m.instance("row_max", &row_max);
        let row_exp = m.instance("row_exp", &row_exp);
        let finish = m.instance(if unnormalised { "sums" } else { "normalise" }, &finish);
        row_max.feed("in", &from);
        row_exp.feed_from("in", row_max, "out");
        finish.feed_from("in", row_exp, "out");
        finish.drain("out", &to);
        if unnormalised {
            finish.drain("row", &m.source(row_bundle().timing(Latency::Variable, 1)));
        }
    })?;
    Ok(design)
}

fn doc(m: &Module, config: &Softmax) {
    let rows = format!("over rows of 1 to {} entries, {} to {}", Softmax::MAX_ROW, config.x, config.y);
    if config.form == SoftmaxForm::Unnormalised {
        m.doc(format!("y = 127 exp(x - max(x)) {rows}, rounded half up."));
        m.doc(format!("Per row its sum, and {} / sum = mult * 2^-shift, rounded down.", config.delta2));
    } else {
        m.doc(format!("y = {}exp(x - max(x)) / sum {rows}.", delta2_text(config)));
        m.doc("Rounded, the remainder carried along the row, saturated.");
    }
}

/// A row's sum, and δ2 over it.
fn row_bundle() -> Bundle {
    Bundle::new("row").field("sum", Ty::uint(16)).field("mult", Ty::uint(16)).field("shift", Ty::uint(6))
}

/// δ2·2^`bits` to the nearest integer, halves up.
pub(crate) fn delta2(config: &Softmax, bits: i32) -> u64 {
    let millionths = u64::from(config.delta2.millionths());
    ((millionths << (bits + 1)) + 1_000_000) / 2_000_000
}

/// δ2 as a factor in a formula: nothing for 1.
fn delta2_text(config: &Softmax) -> String {
    if config.delta2 == Delta::ONE { String::new() } else { format!("{} ", config.delta2) }
}
