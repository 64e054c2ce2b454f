//! Softmax in the unnormalised form, its exponentials from a table: see [`spec::accel::Core`].

use spec::accel::Core;

/// What the row's maximum is in e.
const TOP: f64 = 127.0;

/// Exponentials relative to the row's maximum, and δ2 over their sum.
///
/// ```
/// let model = reference::RelativeSoftmax::new(&spec::accel::Core::small());
/// let row = model.eval_row(&[0, -1 << 9, -20 << 9]);
/// assert_eq!(row.e, [127, 47, 0]);
/// let factor = f64::from(row.mult) / f64::from(row.shift).exp2();
/// assert!((factor * 174.0 - 1.0).abs() < 1e-4);
/// ```
#[derive(Clone, Debug)]
pub struct RelativeSoftmax {
    score_frac: i32,
    delta2: f64,
}

/// A row of [`RelativeSoftmax`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RelativeRow {
    /// round(127·exp(x − max)), x − max rounded to 1/32.
    pub e: Vec<i32>,
    /// δ2/Σe = mult/2^shift, 16 significant bits, rounded down.
    pub mult: u16,
    /// Its shift.
    pub shift: u8,
}

impl RelativeSoftmax {
    /// The softmax of a core.
    pub fn new(core: &Core) -> Self {
        Self { score_frac: core.score_frac, delta2: core.delta2.value() }
    }

    /// A row of one score or more.
    pub fn eval_row(&self, x: &[i32]) -> RelativeRow {
        let max = x.iter().copied().max().unwrap_or(0);
        let exponential = |&x: &i32| {
            let distance = (f64::from(max - x) / f64::from(self.score_frac).exp2() * 32.0 + 0.5).floor().min(255.0);
            (TOP * (-distance / 32.0).exp()).round() as i32
        };
        let e: Vec<i32> = x.iter().map(exponential).collect();
        let (mult, shift) = self.scale(e.iter().sum());
        RelativeRow { e, mult, shift }
    }

    /// δ2 over `sum` by definition: the largest mantissa of 16 bits that does not exceed it.
    fn scale(&self, sum: i32) -> (u16, u8) {
        let mut places = 15;
        let mantissa = |places: i32| (self.delta2 * f64::from(places).exp2() + 0.5).floor() as u128;
        while mantissa(places) < 1 << 15 {
            places += 1;
        }
        let (dividend, places) = match mantissa(places) {
            0x1_0000 => (1u128 << 15, places - 1),
            dividend => (dividend, places),
        };
        let mut shift = 0;
        let quotient = |shift: i32| (dividend << shift) / u128::from(sum.max(1).unsigned_abs());
        while quotient(shift) < 1 << 15 {
            shift += 1;
        }
        (quotient(shift) as u16, (shift + places) as u8)
    }
}
