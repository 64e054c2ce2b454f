//! The true functions, for tables. The reference has its own.

use std::f64::consts::{FRAC_1_SQRT_2, PI};

/// exp(min(x, 0)).
pub(super) fn exp(x: f64) -> f64 {
    x.min(0.0).exp()
}

/// x/2·(1 + δ·erf(x/√2)), with erf as Simpson's integral of the Gaussian, good to 12 digits; beyond 6.5, where those do not tell erf from
/// ±1, the next value below that of ±1, for which side of it the function is on decides a rounding.
pub(super) fn gelu(x: f64, delta: f64) -> f64 {
    const HALF_STEPS: u32 = 4096;
    if x.abs() > 6.5 {
        let (most, least) = (x / 2.0 * (1.0 + delta.copysign(x)), x / 2.0);
        return if most > least { most.next_down() } else { least };
    }
    let end = (x.abs() * FRAC_1_SQRT_2).min(7.0);
    let step = end / f64::from(HALF_STEPS);
    let gauss = |i: u32| (-(f64::from(i) * step).powi(2)).exp();
    let inner: f64 = (1..HALF_STEPS).map(|i| gauss(i) * if i % 2 == 1 { 4.0 } else { 2.0 }).sum();
    let erf = 2.0 / PI.sqrt() * step / 3.0 * (gauss(0) + inner + gauss(HALF_STEPS));
    x / 2.0 * (1.0 + delta * erf.copysign(x))
}

/// 1/(1 + exp(−x)).
pub(super) fn sigmoid(x: f64) -> f64 {
    1.0 / (1.0 + (-x).exp())
}
