//! HeatViT's approximations of nonlinear functions in floating point.

use std::f32::consts::{LN_2, SQRT_2};

/// GELU by HeatViT eq. 5–6: x/2·(1 + L_erf(x/√2)), L_erf(u) = sign(u)·δ1·(a·(min(|u|, −b) + b)² + 1).
///
/// ```
/// assert!((model::gelu(1.0, 1.0) - 0.8413).abs() < 0.02);
/// assert_eq!(model::gelu(8.0, 0.5), 6.0);
/// ```
pub fn gelu(x: f32, delta1: f32) -> f32 {
    const A: f32 = -0.2888;
    const B: f32 = -1.769;
    let u = x / SQRT_2;
    let inner = u.abs().min(-B) + B;
    0.5 * x * (1.0 + u.signum() * delta1 * (A * inner * inner + 1.0))
}

/// exp(x) for x ≤ 0 by HeatViT eq. 8: z = ⌊−x/ln 2⌋, p = x + z·ln 2, (0.3585·(p + 1.353)² + 0.344)·2^(−z).
///
/// ```
/// assert!((model::exp(-1.0) - (-1f32).exp()).abs() < 2.2e-3);
/// ```
pub fn exp(x: f32) -> f32 {
    let z = (-x / LN_2).floor();
    let p = x + z * LN_2;
    (0.3585 * (p + 1.353) * (p + 1.353) + 0.344) * (-z).exp2()
}

/// The sigmoid in four lines (PLAN: Amin, Curtis, Hayes-Gill 1997; HeatViT section V-D).
///
/// ```
/// assert_eq!((model::plan_sigmoid(0.0), model::plan_sigmoid(-6.0)), (0.5, 0.0));
/// ```
pub fn plan_sigmoid(x: f32) -> f32 {
    let mag = x.abs();
    let y = if mag >= 5.0 {
        1.0
    } else if mag >= 2.375 {
        mag / 32.0 + 0.84375
    } else if mag >= 1.0 {
        mag / 8.0 + 0.625
    } else {
        mag / 4.0 + 0.5
    };
    if x < 0.0 { 1.0 - y } else { y }
}

/// `delta2`·exp(x̃)/Σ exp(x̃) in place, x̃ relative to the maximum (HeatViT eq. 7).
pub(crate) fn softmax(row: &mut [f32], delta2: f32) {
    let max = row.iter().copied().fold(f32::NEG_INFINITY, f32::max);
    row.iter_mut().for_each(|x| *x = exp(*x - max));
    let sum: f32 = row.iter().sum();
    row.iter_mut().for_each(|x| *x *= delta2 / sum);
}
