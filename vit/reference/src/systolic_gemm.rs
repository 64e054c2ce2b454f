//! The matrix product with bias and requantisation that `systolic_gemm` computes.

use spec::unit::{Operand, SystolicGemm};
use spec::{Format, Rounding};

use crate::num::{round_shift, saturate, wrap};
use crate::product::int8_product;

/// Factor of a requantisation: `mult / 2^shift`.
///
/// ```
/// use reference::Scale;
/// let third = Scale::nearest(1.0 / 3.0);
/// assert_eq!((third.mult, third.shift), (43691, 17));
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct Scale {
    /// The multiplier.
    pub mult: u16,
    /// The power of two that it is divided by, 0 to 63.
    pub shift: u8,
}

impl Scale {
    /// The factor 1.
    pub const ONE: Self = Self { mult: 1, shift: 0 };

    /// The scale nearest to a positive factor, normalised so that `mult` has its top bit set where the shift allows.
    /// Factors of 65535 and more, below 2^−63, or not numbers saturate to the ends of the range.
    pub fn nearest(factor: f64) -> Self {
        if factor.is_nan() || factor <= 0.0 {
            return Self { mult: 0, shift: 0 };
        }
        let mut shift = 63;
        let mut mult = (factor * 2f64.powi(shift)).round_ties_even();
        while shift > 0 && mult > 65535.0 {
            shift -= 1;
            mult = (factor * 2f64.powi(shift)).round_ties_even();
        }
        Self { mult: mult.min(65535.0) as u16, shift: shift as u8 }
    }

    /// The factor as a real number.
    pub fn value(self) -> f64 {
        f64::from(self.mult) / 2f64.powi(i32::from(self.shift))
    }
}

/// y = x·mult/2^shift, rounded half to even and saturated to `to`.
///
/// ```
/// use reference::{Scale, requantise};
/// use spec::Format;
/// let half = Scale { mult: 1, shift: 1 };
/// assert_eq!([1, 3, -3, 999].map(|x| requantise(x, half, Format::signed(8, 0))), [0, 2, -2, 127]);
/// ```
pub fn requantise(x: i128, scale: Scale, to: Format) -> i128 {
    saturate(round_shift(x * i128::from(scale.mult), i32::from(scale.shift), Rounding::HalfEven), to)
}

/// Where the factors of a job's requantisation come from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Scales {
    /// One per column of Y.
    Column(Vec<Scale>),
    /// One per row of A and Y.
    Row(Vec<Scale>),
}

/// One matrix product Y = requantise(A·W + bias).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct GemmJob {
    /// Rows of A and Y.
    pub m: usize,
    /// Columns of A, rows of W.
    pub k: usize,
    /// Columns of W and Y.
    pub n: usize,
    /// A, row by row: `m·k` integers.
    pub a: Vec<i32>,
    /// W, row by row: `k·n` integers.
    pub w: Vec<i32>,
    /// One per column of Y.
    pub bias: Vec<i64>,
    /// Factors of the requantisation.
    pub scales: Scales,
    /// Saturate to 8 bits, whatever the width of the output.
    pub narrow: bool,
}

/// A job that does not fit its own shape or its array.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct GemmError {
    /// What is wrong, with the values.
    pub reason: String,
}

impl std::fmt::Display for GemmError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(
            f,
            "not a job for this array: {}; give m·k activations, k·n weights, n biases and m or n scales",
            self.reason
        )
    }
}

impl std::error::Error for GemmError {}

/// Y of the job, row by row: `m·n` integers of the configuration's output format.
///
/// Formats and rounding as in [`SystolicGemm`]. An error names a slice of the wrong length, a dimension out of range or a value
/// outside its format.
///
/// ```
/// use reference::{GemmJob, Scale, Scales, gemm};
/// use spec::unit::SystolicGemm;
/// let job = GemmJob {
///     m: 1, k: 2, n: 2,
///     a: vec![3, -4],
///     w: vec![10, 20, 30, 40],
///     bias: vec![100, 0],
///     scales: Scales::Column(vec![Scale::ONE, Scale { mult: 1, shift: 3 }]),
///     narrow: false,
/// };
/// assert_eq!(gemm(&SystolicGemm::int8(16, 16), &job)?, [10, -12]);
/// # Ok::<(), reference::GemmError>(())
/// ```
pub fn gemm(config: &SystolicGemm, job: &GemmJob) -> Result<Vec<i32>, GemmError> {
    check(config, job)?;
    let accumulator = config.data.accumulator();
    let to = if job.narrow { Format::signed(8, 0) } else { config.out() };
    let mut y = Vec::with_capacity(job.m * job.n);
    for (at, acc) in accumulate(config.data, job).into_iter().enumerate() {
        let (m, n) = (at / job.n, at % job.n);
        let scale = match &job.scales {
            Scales::Column(scales) => scales[n],
            Scales::Row(scales) => scales[m],
        };
        let x = wrap(i128::from(acc) + i128::from(job.bias[n]), accumulator);
        y.push(requantise(x, scale, to) as i32);
    }
    Ok(y)
}

/// Σ_k A\[m, k\]·W\[k, n\], row by row.
fn accumulate(data: Operand, job: &GemmJob) -> Vec<i64> {
    if data == Operand::Int8 {
        let narrow = |values: &[i32]| values.iter().map(|&v| v as i16).collect::<Vec<_>>();
        return int8_product(job.k, job.n, &narrow(&job.a), &narrow(&job.w)).into_iter().map(i64::from).collect();
    }
    let mut all = vec![0i64; job.m * job.n];
    for (row, acc) in job.a.chunks_exact(job.k).zip(all.chunks_exact_mut(job.n)) {
        for (&a, weights) in row.iter().zip(job.w.chunks_exact(job.n)) {
            for (acc, &w) in acc.iter_mut().zip(weights) {
                *acc += i64::from(a) * i64::from(w);
            }
        }
    }
    all
}

fn check(config: &SystolicGemm, job: &GemmJob) -> Result<(), GemmError> {
    let fail = |reason: String| Err(GemmError { reason });
    let max = SystolicGemm::MAX_DIM as usize;
    for (name, extent, max) in [("m", job.m, config.max_m as usize), ("k", job.k, max), ("n", job.n, max)] {
        if extent == 0 || extent > max {
            return fail(format!("{name} is {extent}, not in 1…{max}"));
        }
    }
    let (scale_name, scales, scales_wanted) = match &job.scales {
        Scales::Column(scales) => ("column scales", scales, job.n),
        Scales::Row(scales) => ("row scales", scales, job.m),
    };
    for (name, len, wanted) in [
        ("activations", job.a.len(), job.m * job.k),
        ("weights", job.w.len(), job.k * job.n),
        ("biases", job.bias.len(), job.n),
        (scale_name, scales.len(), scales_wanted),
    ] {
        if len != wanted {
            return fail(format!("{len} {name} instead of {wanted}"));
        }
    }
    let outside = |values: &[i32], format: Format| values.iter().copied().find(|&v| !format.contains(i128::from(v)));
    for (name, values) in [("activation", &job.a), ("weight", &job.w)] {
        if let Some(value) = outside(values, config.data.format()) {
            return fail(format!("{name} {value} does not fit {}", config.data.ident()));
        }
    }
    if let Some(bias) = job.bias.iter().find(|&&b| !config.data.accumulator().contains(i128::from(b))) {
        return fail(format!("bias {bias} does not fit {} bits", config.data.accumulator().width));
    }
    if let Some(scale) = scales.iter().find(|s| s.shift > 63) {
        return fail(format!("shift {} is above 63", scale.shift));
    }
    if config.data == Operand::Int8 && config.out().width == 8 && job.narrow {
        return fail("`narrow` is for arrays with 16-bit outputs".to_owned());
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A reproducible stream of integers in `format`, its ends more likely than chance has it.
    fn draw(state: &mut u64, format: Format) -> i128 {
        *state = state.wrapping_mul(6364136223846793005).wrapping_add(1442695040888963407);
        match *state >> 61 {
            0 => format.min(),
            1 => format.max(),
            _ => format.min() + i128::from(*state >> 8) % (format.max() - format.min() + 1),
        }
    }

    /// Division of exact fractions, with the tie broken by comparing twice the remainder: no shift, no mask.
    fn naive(config: &SystolicGemm, job: &GemmJob, m: usize, n: usize) -> i128 {
        let mut x: i128 = (0..job.k).map(|k| i128::from(job.a[m * job.k + k]) * i128::from(job.w[k * job.n + n])).sum();
        x += i128::from(job.bias[n]);
        let modulus = 1i128 << config.data.accumulator().width;
        x = x.rem_euclid(modulus);
        if x >= modulus / 2 {
            x -= modulus;
        }
        let scale = match &job.scales {
            Scales::Column(s) => s[n],
            Scales::Row(s) => s[m],
        };
        let (numerator, divisor) = (x * i128::from(scale.mult), 2i128.pow(u32::from(scale.shift)));
        let (quotient, twice) = (numerator.div_euclid(divisor), 2 * numerator.rem_euclid(divisor));
        let odd = quotient.rem_euclid(2) == 1;
        let rounded = if twice > divisor || (twice == divisor && odd) { quotient + 1 } else { quotient };
        let bound = if job.narrow || config.out().width == 8 { 127 } else { 32767 };
        rounded.max(-bound - 1).min(bound)
    }

    #[test]
    fn agrees_with_exact_fractions() {
        let mut state = 7;
        let state = &mut state;
        for round in 0..400u32 {
            let mut config = if round % 2 == 0 { SystolicGemm::int8(4, 4) } else { SystolicGemm::int16(4, 4) };
            config.out_bits = Some(if round % 3 == 0 { 16 } else { 8 });
            let small = Format::unsigned(3, 0);
            let [m, k, n] = [(); 3].map(|()| 1 + draw(state, small) as usize);
            let data = config.data.format();
            let scales = |count: usize, state: &mut u64| -> Vec<Scale> {
                let (mult, shift) = (SystolicGemm::MULT, SystolicGemm::SHIFT);
                (0..count).map(|_| Scale { mult: draw(state, mult) as u16, shift: draw(state, shift) as u8 }).collect()
            };
            let job = GemmJob {
                m,
                k,
                n,
                a: (0..m * k).map(|_| draw(state, data) as i32).collect(),
                w: (0..k * n).map(|_| draw(state, data) as i32).collect(),
                bias: (0..n).map(|_| draw(state, config.data.accumulator()) as i64).collect(),
                scales: if round % 5 < 2 { Scales::Row(scales(m, state)) } else { Scales::Column(scales(n, state)) },
                narrow: config.out().width == 16 && round % 7 == 0,
            };
            let y = gemm(&config, &job).unwrap();
            for (index, &y) in y.iter().enumerate() {
                assert_eq!(i128::from(y), naive(&config, &job, index / n, index % n), "round {round}, index {index}");
            }
        }
    }

    #[test]
    fn the_sum_with_the_bias_wraps() {
        let job = GemmJob {
            m: 1,
            k: 1,
            n: 1,
            a: vec![1],
            w: vec![1],
            bias: vec![i64::from(i32::MAX)],
            scales: Scales::Row(vec![Scale::ONE]),
            narrow: false,
        };
        assert_eq!(gemm(&SystolicGemm::int8(2, 2), &job).unwrap(), [-128]);
        assert_eq!(gemm(&SystolicGemm::int16(2, 2), &job).unwrap(), [32767]);
    }

    #[test]
    fn scales_are_as_near_as_sixteen_bits_allow() {
        for factor in [1e-12, 3.7e-5, 0.1, 0.5, 1.0, 255.0, 60000.0] {
            let scale = Scale::nearest(factor);
            assert!((scale.value() / factor - 1.0).abs() <= 2f64.powi(-16), "{factor}: {scale:?}");
        }
        assert_eq!(Scale::nearest(1e9), Scale { mult: 65535, shift: 0 });
        assert_eq!(Scale::nearest(f64::NAN).mult, 0);
    }

    #[test]
    fn a_job_that_does_not_fit_is_named() {
        let good = GemmJob {
            m: 2,
            k: 2,
            n: 1,
            a: vec![1; 4],
            w: vec![1; 2],
            bias: vec![0],
            scales: Scales::Column(vec![Scale::ONE]),
            narrow: false,
        };
        let config = SystolicGemm::int8(2, 2);
        for (bad, word) in [
            (GemmJob { m: 0, ..good.clone() }, "m is 0"),
            (GemmJob { k: 70000, ..good.clone() }, "k is 70000"),
            (GemmJob { a: vec![1; 3], ..good.clone() }, "3 activations instead of 4"),
            (GemmJob { a: vec![128; 4], ..good.clone() }, "activation 128"),
            (GemmJob { bias: vec![1 << 40], ..good.clone() }, "bias"),
            (GemmJob { scales: Scales::Row(vec![Scale::ONE]), ..good.clone() }, "1 row scales instead of 2"),
            (GemmJob { scales: Scales::Column(vec![Scale { mult: 1, shift: 64 }]), ..good.clone() }, "shift 64"),
            (GemmJob { narrow: true, ..good.clone() }, "narrow"),
        ] {
            let error = gemm(&config, &bad).unwrap_err().to_string();
            assert!(error.contains(word), "{error}");
        }
    }
}
