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

/// Which functions a forward pass computes GELU and softmax by.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Functions {
    /// HeatViT's approximations, which the units compute.
    HeatVit,
    /// The functions themselves, with which other libraries' checkpoints were trained; δ1 and δ2 as with the approximations.
    Exact,
}

impl Functions {
    /// x/2·(1 + δ1·erf(x/√2)).
    ///
    /// ```
    /// use model::Functions;
    /// assert!((Functions::Exact.gelu(1.0, 1.0) - 0.841345).abs() < 1e-6);
    /// assert_eq!(Functions::HeatVit.gelu(1.0, 0.5), model::gelu(1.0, 0.5));
    /// ```
    pub fn gelu(self, x: f32, delta1: f32) -> f32 {
        match self {
            Self::HeatVit => gelu(x, delta1),
            Self::Exact => 0.5 * x * (1.0 + delta1 * erf(x / SQRT_2)),
        }
    }
}

/// erf within 1.5·10^−7 (Abramowitz and Stegun, 7.1.26).
fn erf(x: f32) -> f32 {
    let u = f64::from(x.abs());
    let t = 1.0 / (1.0 + 0.3275911 * u);
    let polynomial = t * (0.254829592 + t * (-0.284496736 + t * (1.421413741 + t * (-1.453152027 + t * 1.061405429))));
    ((1.0 - polynomial * (-u * u).exp()) as f32).copysign(x)
}

/// `delta2`·exp(x̃)/Σ exp(x̃) in place, x̃ relative to the maximum (HeatViT eq. 7).
pub(crate) fn softmax(row: &mut [f32], delta2: f32, functions: Functions) {
    let max = row.iter().copied().fold(f32::NEG_INFINITY, f32::max);
    match functions {
        Functions::HeatVit => row.iter_mut().for_each(|x| *x = exp(*x - max)),
        Functions::Exact => row.iter_mut().for_each(|x| *x = (*x - max).exp()),
    }
    let sum: f32 = row.iter().sum();
    row.iter_mut().for_each(|x| *x *= delta2 / sum);
}
