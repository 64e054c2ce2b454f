//! The exponential.

use std::f64::consts::{LN_2, LOG2_E};
use std::sync::Arc;

use hdl::{Design, Errors, Module, Overflow, Pipe, Rounding, Sig, Ty};
use spec::unit::{Exp, Method};

use super::{Unary, exact, table};
use crate::arith::{product, shift_add, truncate};
use crate::convert;

/// Builds exp(x) for x ≤ 0; [`Exp`] has formats, rounding and source.
///
/// Latency: 12 cycles at 16 bits, 11 at 8, 1 for a table, others in the manifest; one input a cycle.
///
/// ```
/// let design = units::function::exp(&spec::unit::Exp::preset16())?;
/// assert_eq!(design.name(), "exp_s16f12_u16f15");
/// # Ok::<(), hdl::Errors>(())
/// ```
pub fn exp(config: &Exp) -> Result<Arc<Design>, Errors> {
    let (a, b, c) = config.coefficients.values();
    let head = format!("exp(x) for x <= 0, a larger x counting as 0, {} to {}", config.x, config.y);
    let doc = match config.method {
        Method::Polynomial => vec![
            format!("{head}, rounded half up and saturated:"),
            "  x = p - z ln2, z whole, -ln2 < p <= 0,".to_owned(),
            "  y = exp(p) >> z,".to_owned(),
            format!("  exp(p) = {a} (p + {b})^2 + {c}, as a parabola in f = -p/ln2."),
        ],
        Method::Table => vec![format!("{head}, as a table, correctly rounded (half to even) and saturated.")],
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
    unit.build(|m, p, x| exp_pipe(m, p, x, config))
}

/// The datapath of [`exp`] inside a pipe: from `x`, in the configuration's format at any stage, to the register `y`.
pub fn exp_pipe<'m>(m: &'m Module, p: &Pipe<'m>, x: Sig<'m>, config: &Exp) -> Sig<'m> {
    if config.method == Method::Table {
        return table(m, p, x, config.x, config.y, exact::exp);
    }
    let bits = config.fraction_bits();
    let constant = |value: f64, frac: i32| (value * 2f64.powi(frac)).round() as i64;
    let (a, b, c) = config.coefficients.values();

    let x = p.stage("x", x);
    p.comment(x, "x log2(e); with all bits inverted it is negated, less one unit.");
    let excess = (config.x.frac + Exp::LOG2E_FRAC - bits).max(0) as u32;
    let scaled = product(p, "scaled", x, m.lit_frac(LOG2_E, Exp::LOG2E_FRAC), excess);
    let distance = (!scaled).with_frac(scaled.ty().frac()).assume_range(0, -scaled.ty().lo() - 1);
    // Beyond 2^(bits + 2) nothing is left of the result, so z needs no more bits than say so.
    let whole = Ty::range(0, bits + 2).width();
    let distance = distance.fit(Ty::ufix(whole + bits as u32, bits), Rounding::Floor, Overflow::Saturate);
    p.comment(scaled, "-x log2(e) = z + f");
    let distance = p.stage("distance", scaled.is_neg().mux(distance, 0));
    let fraction = (bits as u32).min(distance.width());
    let f = distance.bits(fraction - 1, 0).with_frac(bits).named("f");

    let bend = shift_add(m, p, "bend", f, constant(a * LN_2 * LN_2, bits - 2) as u32) >> (bits - 2) as u32;
    let slope = p.stage("slope", m.lit_frac(2.0 * a * b * LN_2, bits) - truncate(bend, bits));
    let drop = product(p, "drop", slope, f, bits as u32);
    p.comment(drop, "exp(-f ln2) = c0 - f (c1 - a2 f)");
    let mantissa = p.stage("mantissa", m.lit_raw(constant(a * b * b + c, bits) - 1, bits) - drop);
    let shifted = if distance.width() > fraction {
        mantissa.shr(distance.bits(distance.width() - 1, fraction).named("z"))
    } else {
        mantissa
    };
    let shifted = p.stage("shifted", shifted);
    p.stage("y", shifted.fit(convert::ty(config.y), Rounding::HalfUp, Overflow::Saturate))
}
