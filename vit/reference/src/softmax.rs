//! Softmax over rows.

use spec::unit::{Softmax, SoftmaxForm};
use spec::{ConfigError, Format, Rounding};

use crate::num::{round_shift, saturate};
use crate::{ExpModel, FunctionUnit, RowError};

/// The unit `softmax`, bit for bit, by the contract of [`spec::unit::Softmax`].
///
/// ```
/// use reference::SoftmaxModel;
/// use spec::{Format, unit::Softmax};
/// let softmax = SoftmaxModel::new(&Softmax::preset16())?;
/// assert_eq!(softmax.eval_row(&[0, 0, 0])?.y, [21845, 21845, 21846]); // sums to 2^16
/// let attention = SoftmaxModel::new(&Softmax::unnormalised(Format::signed(8, 4)))?.eval_row(&[0, -16])?;
/// assert_eq!((attention.y, attention.sum), (vec![127, 47], 174));
/// assert_eq!((attention.mult, attention.shift), ((1 << 23) / 174, 23));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug)]
pub struct SoftmaxModel {
    config: Softmax,
    exp: ExpModel,
}

/// What the unit gives for a row.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SoftmaxRow {
    /// One entry per input, in the format of the configuration's `y`.
    pub y: Vec<i64>,
    /// Normalised form: Σe with [`Softmax::fraction_bits`] fraction bits; unnormalised form: Σy.
    pub sum: i64,
    /// `mult`·2^(−`shift`) is δ2 over `sum`, `sum` taken as an integer.
    pub mult: i64,
    /// See `mult`.
    pub shift: i32,
}

impl SoftmaxModel {
    /// Refuses what the configuration refuses.
    pub fn new(config: &Softmax) -> Result<Self, ConfigError> {
        config.validate()?;
        Ok(Self { config: config.clone(), exp: ExpModel::new(&config.exp())? })
    }

    /// The row of integers of the format `x`, 1 to [`Softmax::MAX_ROW`] of them.
    pub fn eval_row(&self, x: &[i64]) -> Result<SoftmaxRow, RowError> {
        let max = self.check(x)?;
        let e: Vec<i64> = x.iter().map(|x| self.exp.eval(x - max)).collect();
        Ok(match self.config.form {
            SoftmaxForm::Normalised => self.normalised(&e),
            SoftmaxForm::Unnormalised => self.unnormalised(&e),
        })
    }

    /// The row's maximum.
    fn check(&self, x: &[i64]) -> Result<i64, RowError> {
        let fail = |reason| Err(RowError::new("softmax", reason));
        if let Some((at, x)) = x.iter().enumerate().find(|(_, x)| !self.config.x.contains(i128::from(**x))) {
            return fail(format!(
                "entry {at} is {x}; {} holds {} to {}",
                self.config.x,
                self.config.x.min(),
                self.config.x.max()
            ));
        }
        match x.iter().max() {
            Some(&max) if x.len() <= Softmax::MAX_ROW => Ok(max),
            _ => fail(format!("it has {} entries; give 1 to {}", x.len(), Softmax::MAX_ROW)),
        }
    }

    fn normalised(&self, e: &[i64]) -> SoftmaxRow {
        let (bits, frac) = (self.config.fraction_bits(), self.config.y.frac);
        let sum: i64 = e.iter().sum();
        let shifts = (bits + 8 - sum.ilog2() as i32).min(8);
        let aligned = (sum << shifts) >> 8;
        let mult = ((self.delta(bits - 1) << (bits + 2)) / aligned) << shifts;
        let mut rest = 1 << 11;
        let entry = |&e: &i64| {
            let carried = round_shift(i128::from(e) * i128::from(mult), 2 * bits - frac - 3, Rounding::Floor) + rest;
            rest = carried & 0xfff;
            saturate(carried >> 12, self.config.y) as i64
        };
        SoftmaxRow { y: e.iter().map(entry).collect(), sum, mult, shift: 2 * bits + 9 }
    }

    fn unnormalised(&self, e: &[i64]) -> SoftmaxRow {
        let bits = self.config.fraction_bits();
        let y: Vec<i64> = e.iter().map(|&e| round_shift(i128::from(127 * e), bits, Rounding::HalfUp) as i64).collect();
        let sum: i64 = y.iter().sum();
        let mut exponent = (-1..).find(|j| self.delta(16 + j) >= 1 << 15).unwrap_or(0);
        let mut mantissa = self.delta(16 + exponent);
        if mantissa == 1 << 16 {
            (mantissa, exponent) = (1 << 15, exponent - 1);
        }
        // floor(δ2·2^shift/sum) with the largest shift that keeps it within 16 bits.
        let at = |shift: i32| (i128::from(mantissa) << (shift - 16 - exponent)) / i128::from(sum);
        let mut shift = 16 + exponent;
        while at(shift + 1) < 1 << 16 {
            shift += 1;
        }
        SoftmaxRow { y, sum, mult: at(shift) as i64, shift }
    }

    /// δ2·2^bits to the nearest integer, halves up.
    fn delta(&self, bits: i32) -> i64 {
        let scaled = (i64::from(self.config.delta2.millionths()) << (bits + 1)) / 1_000_000;
        (scaled + 1) >> 1
    }
}

/// How far rows of a softmax are from δ2·exp(x̃)/Σ exp(x̃) in real arithmetic.
///
/// In the unnormalised form an entry is taken as `y`·`mult`·2^(−`shift`), what the product that follows makes of it.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct SoftmaxError {
    /// Largest |y − softmax(x)|.
    pub max: f64,
    /// Mean of |y − softmax(x)|.
    pub mean: f64,
    /// Mean of y − softmax(x).
    pub bias: f64,
    /// Largest |Σy − δ2| of a row.
    pub sum: f64,
    /// Rows whose largest entry is not the largest input's.
    pub argmax_flips: usize,
}

impl SoftmaxError {
    /// Over the given rows.
    ///
    /// ```
    /// use reference::{SoftmaxError, SoftmaxModel};
    /// let softmax = SoftmaxModel::new(&spec::unit::Softmax::preset16())?;
    /// let error = SoftmaxError::over(&softmax, &[vec![0; 197], vec![4096, 0, -4096]])?;
    /// assert!(error.max < 2e-3 && error.sum < 2f64.powi(-14) && error.argmax_flips == 0);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn over(model: &SoftmaxModel, rows: &[Vec<i64>]) -> Result<Self, RowError> {
        let (mut error, mut entries) = (Self::default(), 0usize);
        let delta2 = model.config.delta2.value();
        for x in rows {
            let row = model.eval_row(x)?;
            let y = model.values(&row);
            for (_, difference) in model.differences(x)? {
                error.max = error.max.max(difference.abs());
                error.mean += difference.abs();
                error.bias += difference;
            }
            entries += x.len();
            error.sum = error.sum.max((y.iter().sum::<f64>() - delta2).abs());
            let at_max = x.iter().zip(&row.y).max_by_key(|(x, _)| **x).map(|(_, y)| *y);
            error.argmax_flips += usize::from(at_max < row.y.iter().max().copied());
        }
        error.mean /= entries.max(1) as f64;
        error.bias /= entries.max(1) as f64;
        Ok(error)
    }
}

impl SoftmaxModel {
    /// Of each entry δ2·exp(x̃)/Σ exp(x̃) in real arithmetic, and how far the unit is from it; as in [`SoftmaxError`].
    ///
    /// ```
    /// use reference::SoftmaxModel;
    /// let softmax = SoftmaxModel::new(&spec::unit::Softmax::preset16())?;
    /// let (exact, difference) = softmax.differences(&[0, 0, 0])?[0];
    /// assert!(exact == 1.0 / 3.0 && difference.abs() < 2f64.powi(-16));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn differences(&self, x: &[i64]) -> Result<Vec<(f64, f64)>, RowError> {
        let y = self.values(&self.eval_row(x)?);
        let exact = exact(self.config.x, x).into_iter().map(|exact| self.config.delta2.value() * exact);
        Ok(exact.zip(y).map(|(exact, y)| (exact, y - exact)).collect())
    }

    /// The row's entries as real numbers.
    fn values(&self, row: &SoftmaxRow) -> Vec<f64> {
        let lsb = match self.config.form {
            SoftmaxForm::Normalised => self.config.y.lsb(),
            SoftmaxForm::Unnormalised => row.mult as f64 * 2f64.powi(-row.shift),
        };
        row.y.iter().map(|&y| y as f64 * lsb).collect()
    }
}

fn exact(format: Format, x: &[i64]) -> Vec<f64> {
    let max = x.iter().copied().max().unwrap_or(0);
    let e: Vec<f64> = x.iter().map(|x| format.value(i128::from(x - max)).exp()).collect();
    let sum: f64 = e.iter().sum();
    e.iter().map(|e| e / sum).collect()
}
