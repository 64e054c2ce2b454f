//! Sigmoid by straight lines.

use std::sync::Arc;

use num_bigint::BigInt;

use hdl::{Design, Errors, Module, Overflow, Pipe, Rounding, Sig};
use spec::Format;
use spec::unit::{Method, PlanSigmoid};

use super::{Unary, exact, table};
use crate::convert;

/// Builds the PLAN sigmoid; [`PlanSigmoid`] has formats, rounding and source.
///
/// Latency: 2 cycles, 1 for a table; one input a cycle.
///
/// ```
/// let design = units::function::plan_sigmoid(&spec::unit::PlanSigmoid::preset16())?;
/// assert_eq!(design.name(), "plan_sigmoid_s16f12_u16f15");
/// # Ok::<(), hdl::Errors>(())
/// ```
pub fn plan_sigmoid(config: &PlanSigmoid) -> Result<Arc<Design>, Errors> {
    let doc = match config.method {
        Method::Polynomial => vec![
            format!(
                "Sigmoid by straight lines (PLAN), {} to {}, rounded half to even and saturated:",
                config.x, config.y
            ),
            "  y = 1                for x >= 5,".to_owned(),
            "  y = x/32 + 0.84375   for 2.375 <= x < 5,".to_owned(),
            "  y = x/8 + 0.625      for 1 <= x < 2.375,".to_owned(),
            "  y = x/4 + 0.5        for 0 <= x < 1,".to_owned(),
            "  y(x) = 1 - y(-x)     for x < 0.".to_owned(),
        ],
        Method::Table => vec![format!(
            "Sigmoid, 1 / (1 + exp(-x)), {} to {}, as a table, correctly rounded (half to even) and saturated.",
            config.x, config.y
        )],
    };
    let unit = Unary {
        name: config.module_name(),
        x: config.x,
        y: config.y,
        flow: config.flow,
        lanes: 1,
        gated: false,
        doc: &doc,
    };
    unit.build(|m, p, x| plan_sigmoid_pipe(m, p, x, config))
}

/// The datapath of [`plan_sigmoid`] inside a pipe: from `x`, in the configuration's format at any stage, to the
/// register `y`.
///
/// 1 − (|x|·slope + offset) is x·slope + (1 − offset) for negative x: the sign only picks the offset, and no |x| is made.
pub fn plan_sigmoid_pipe<'m>(m: &'m Module, p: &Pipe<'m>, x: Sig<'m>, config: &PlanSigmoid) -> Sig<'m> {
    if config.method == Method::Table {
        return table(m, p, x, config.x, config.y, exact::sigmoid);
    }
    // What x has beyond |x| = 5 is told by `flat` alone.
    let whole = x;
    let flat = beyond(x, config.x, 5.0).map(|flat| p.stage("flat", flat));
    let x = p.stage("x", within(whole, 5.0));
    let negative = if flat.is_some() { p.stage("negative", whole.is_neg()) } else { x.is_neg() };
    let offset = |positive: f64| negative.mux(1.0 - positive, positive);

    let (mut slope, mut start) = (within(x, 1.0) >> 2, m.lit(0.5));
    for (name, from, to, shift, positive) in [("middle", 1.0, 2.375, 3, 0.625), ("shallow", 2.375, 5.0, 5, 0.84375)] {
        if let Some(reached) = beyond(whole, config.x, from) {
            let reached = p.stage(name, reached);
            slope = reached.mux(within(x, to) >> shift, slope);
            start = reached.mux(offset(positive), start);
        }
    }
    if let Some(flat) = flat {
        slope = flat.mux(0, slope);
        start = flat.mux(offset(1.0), start);
    }
    let line = start.named("start") + slope.named("slope");
    let one = 1i64 << line.ty().frac();
    p.stage("y", line.assume_range(0, one).fit(convert::ty(config.y), Rounding::HalfEven, Overflow::Saturate))
}

/// Whether |x| ≥ `limit`; none if the format does not get there.
fn beyond<'m>(x: Sig<'m>, format: Format, limit: f64) -> Option<Sig<'m>> {
    let below = format.value(format.min()) <= -limit;
    let above = format.value(format.max()) >= limit;
    match (below, above) {
        (true, true) => Some(x.le(-limit) | x.ge(limit)),
        (true, false) => Some(x.le(-limit)),
        _ => None,
    }
}

/// `x`, known to be within ±`limit`, neither end among them.
fn within(x: Sig<'_>, limit: f64) -> Sig<'_> {
    let ty = x.ty();
    let end = BigInt::from((limit * 2f64.powi(ty.frac())).ceil() as i64 - 1);
    x.assume_range(ty.lo().max(&-&end).clone(), ty.hi().min(&end).clone())
}
