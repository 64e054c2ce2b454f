//! GELU.

use std::f64::consts::SQRT_2;
use std::sync::Arc;

use hdl::{Design, Errors, Module, Overflow, Pipe, Rounding, Sig, Ty};
use spec::unit::{Gelu, Method};

use super::{Unary, exact, table};
use crate::arith::{complement_unless, product, shift_add, truncate};
use crate::{convert, lut_product};

/// Builds GELU; [`Gelu`] has formats, rounding and source.
///
/// Latency: 9 cycles at 16 bits, 8 at 8, 1 for a table, others in the manifest; one input a cycle, or one beat of `lanes`.
///
/// ```
/// let design = units::function::gelu(&spec::unit::Gelu::preset8())?;
/// assert_eq!(design.name(), "gelu_s8f4_s8f4");
/// # Ok::<(), hdl::Errors>(())
/// ```
pub fn gelu(config: &Gelu) -> Result<Arc<Design>, Errors> {
    let delta = config.delta1;
    let scale = if delta.value() == 1.0 { String::new() } else { format!("{delta} ") };
    let doc = match config.method {
        Method::Polynomial => vec![
            format!("GELU, {} to {}, rounded half to even and saturated:", config.x, config.y),
            "  y = x/2 (1 + L(x/sqrt2)),".to_owned(),
            format!("  L(u) = {scale}sign(u) (1 - {} (min(|u|, {}) - {1})^2),", -Gelu::A, -Gelu::B),
            "computed as x times the gain (1 + L)/2.".to_owned(),
        ],
        Method::Table => vec![
            format!("GELU as a table, {} to {}, correctly rounded (half to even) and saturated:", config.x, config.y),
            format!("  y = x/2 (1 + {scale}erf(x/sqrt2))."),
        ],
    };
    let unit = Unary {
        name: config.module_name(),
        x: config.x,
        y: config.y,
        flow: config.flow,
        lanes: config.lanes,
        // In LUTs products switch whatever comes.
        gated: !config.lane_dsp,
        doc: &doc,
    };
    unit.build(|m, p, x| gelu_pipe(m, p, x, config))
}

/// The datapath of [`gelu`] inside a pipe: from `x`, in the configuration's format at any stage, to the register `y`.
pub fn gelu_pipe<'m>(m: &'m Module, p: &Pipe<'m>, x: Sig<'m>, config: &Gelu) -> Sig<'m> {
    let delta = config.delta1.value();
    let product = if config.lane_dsp { product } else { lut_product::pipe_product };
    if config.method == Method::Table {
        return table(m, p, x, config.x, config.y, |x| exact::gelu(x, delta));
    }
    let (bits, precision) = (config.vertex_bits(), config.precision());
    let constant = |value: f64, frac: i32| (value * 2f64.powi(frac)).round() as i64;

    p.comment(x, "Distance of |x| from the parabola's vertex, 0 beyond it.");
    let negative = x.is_neg().named("negative");
    let vertex = constant(-Gelu::B * SQRT_2, bits);
    let near = truncate(x, bits);
    // Inverted bits are one unit of `near` short of the negative.
    let unit = 1 << (bits - near.ty().frac());
    let start = negative.mux(m.lit_raw(vertex, bits), m.lit_raw(vertex + unit, bits));
    let difference = start + complement_unless(negative, near);
    let difference = difference.assume_range(difference.ty().lo().clone(), vertex).named("difference");
    let t = p.stage("t", at_least_zero(difference));

    // The integer C·u loses these bits; a power of two only moves the point, so the square may lose them at once.
    let cut = config.coefficient_bits() as u32 - 3;
    let square_cut = (2 * bits - precision - 1) as u32;
    let coefficient = constant(-Gelu::A / 4.0 * delta, config.coefficient_bits()) as u32;
    let h = if coefficient.is_power_of_two() {
        product(p, "h", t, t, square_cut + cut - coefficient.trailing_zeros()).with_frac(precision + 4)
    } else {
        let square = product(p, "square", t, t, square_cut);
        let scaled = shift_add(m, p, "h", square, coefficient) >> config.coefficient_bits() as u32;
        p.stage("h", truncate(scaled, precision + 4))
    };
    p.comment(h, "The gain, (1 - delta1)/2 + h or (1 + delta1)/2 - h by the sign of x.");
    let (high, low) = (constant((1.0 + delta) / 2.0, precision + 4), constant((1.0 - delta) / 2.0, precision + 4));
    let negative = p.beside(negative, h);
    let rest = negative.mux(m.lit_raw(low, precision + 4), m.lit_raw(high + 1, precision + 4));
    let step = complement_unless(negative, h).named("step");
    let gain = p.stage("gain", (rest + step).assume_range(0, high));

    let y = product(p, "product", x, gain, 0);
    p.stage("y", y.fit(convert::ty(config.y), Rounding::HalfEven, Overflow::Saturate))
}

/// max(0, `value`), all of whose bits count.
fn at_least_zero(value: Sig<'_>) -> Sig<'_> {
    let ty = value.ty();
    if !ty.is_signed() {
        return value;
    }
    let positive = Ty::range(0, ty.hi().clone()).with_frac(ty.frac());
    let width = positive.width();
    let low = value.bits(width - 1, 0).with_frac(ty.frac()).assume_range(0, ty.hi().clone());
    value.bits(value.width() - 1, width).reduce_or().mux(0, low)
}
