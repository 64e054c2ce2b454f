//! The integer arithmetic of jobs that a backend has no unit for.

use spec::{Format, Rounding};

use crate::num::{round_shift, saturate};

/// `num / den` rounded half to even; `den` is positive.
///
/// ```
/// use reference::network::host::divide;
/// assert_eq!([5, 7, -5].map(|n| divide(n, 2)), [2, 4, -2]);
/// ```
pub fn divide(num: i128, den: i128) -> i128 {
    let (floor, rest) = (num.div_euclid(den), num.rem_euclid(den));
    floor + i128::from(2 * rest > den || (2 * rest == den && floor & 1 == 1))
}

/// Values of one format in another: round half to even, saturate.
///
/// ```
/// use reference::network::host::requantise;
/// use spec::Format;
/// assert_eq!(requantise(&[24, -5000], Format::signed(16, 8), Format::signed(8, 4)), [2, -128]);
/// ```
pub fn requantise(values: &[i32], from: Format, to: Format) -> Vec<i32> {
    let shift = from.frac - to.frac;
    values.iter().map(|&v| saturate(round_shift(v.into(), shift, Rounding::HalfEven), to) as i32).collect()
}

/// Sum of two tensors of one format, saturated.
///
/// ```
/// use reference::network::host::add;
/// assert_eq!(add(&[30000, 1], &[30000, 2], spec::Format::signed(16, 10)), [32767, 3]);
/// ```
pub fn add(x: &[i32], y: &[i32], format: Format) -> Vec<i32> {
    x.iter().zip(y).map(|(&x, &y)| saturate(i128::from(x) + i128::from(y), format) as i32).collect()
}

/// Layer norm of one row without its affine part (which is folded into the layer behind it): mean 0, variance 1, in the
/// format `to`.
///
/// With c_i = D·x_i − Σx and V = Σc² + ε·D³ (both exact) it gives c_i·2^(frac + 16) / ⌊2^16·√(V/D)⌋, rounded half to even,
/// saturated. `epsilon` counts squared LSBs of `x`. The root is exact to one part in 2^16 or better as soon as one value
/// differs from the mean by one LSB, so the error against real arithmetic is below 1/2 + |y|·2^(−15) LSB: at 8 bits no
/// more than 0.504 LSB before saturation.
///
/// ```
/// use reference::network::host::layer_norm;
/// use spec::Format;
/// assert_eq!(layer_norm(&[100, -100, 100, -100], 0, Format::signed(8, 5)), [32, -32, 32, -32]);
/// assert_eq!(layer_norm(&[7; 4], 0, Format::signed(8, 5)), [0; 4]);
/// ```
pub fn layer_norm(x: &[i32], epsilon: u64, to: Format) -> Vec<i32> {
    let d = x.len() as i128;
    let sum: i128 = x.iter().map(|&x| i128::from(x)).sum();
    let centred: Vec<i128> = x.iter().map(|&x| d * i128::from(x) - sum).collect();
    let energy = centred.iter().map(|c| c * c).sum::<i128>() + i128::from(epsilon) * d * d * d;
    let root = (((energy << 32) / d.max(1)).isqrt()).max(1);
    centred.iter().map(|c| saturate(divide(c << (to.frac + 16), root), to) as i32).collect()
}

/// Mean of `width` values at a time, from one format into another, rounded half to even once, saturated.
///
/// ```
/// use reference::network::host::means;
/// use spec::Format;
/// assert_eq!(means(&[1, 2, 4, 6], 2, Format::signed(16, 4), Format::signed(8, 4)), [2, 5]);
/// ```
pub fn means(x: &[i32], width: usize, from: Format, to: Format) -> Vec<i32> {
    let down = (from.frac - to.frac).max(0);
    let up = (to.frac - from.frac).max(0);
    let mean = |part: &[i32]| {
        let sum: i128 = part.iter().map(|&x| i128::from(x)).sum();
        saturate(divide(sum << up, (part.len() as i128) << down), to) as i32
    };
    x.chunks(width).map(mean).collect()
}

/// Mean over the rows of a matrix of `width` columns, rounded half to even.
///
/// ```
/// assert_eq!(reference::network::host::row_mean(&[1, 10, 2, 20, 2, 30], 2), [2, 20]);
/// ```
pub fn row_mean(x: &[i32], width: usize) -> Vec<i32> {
    let rows = (x.len() / width) as i128;
    let column = |c: usize| x.iter().skip(c).step_by(width).map(|&x| i128::from(x)).sum::<i128>();
    (0..width).map(|c| divide(column(c), rows.max(1)) as i32).collect()
}

/// Mean of rows with `weights`, rounded half to even once; the plain mean where every weight is 0.
///
/// ```
/// use reference::network::host::weighted_mean;
/// assert_eq!(weighted_mean(&[&[10, 0], &[20, 4]], &[3, 1]), [12, 1]);
/// assert_eq!(weighted_mean(&[&[10, 0], &[20, 4]], &[0, 0]), [15, 2]);
/// ```
pub fn weighted_mean(rows: &[&[i32]], weights: &[i128]) -> Vec<i32> {
    let total: i128 = weights.iter().sum();
    let width = rows.first().map_or(0, |row| row.len());
    let weight = |row: usize| if total == 0 { 1 } else { weights[row] };
    let total = if total == 0 { rows.len() as i128 } else { total };
    let column = |c: usize| rows.iter().enumerate().map(|(r, row)| weight(r) * i128::from(row[c])).sum::<i128>();
    (0..width).map(|c| divide(column(c), total) as i32).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Against `f64`, over rows from one LSB to full range.
    #[test]
    fn layer_norm_stays_within_its_bound() {
        let to = Format::signed(8, 5);
        let mut state = 1u64;
        let mut next = move || {
            state = state.wrapping_mul(6364136223846793005).wrapping_add(1442695040888963407);
            (state >> 33) as i32 - (1 << 30)
        };
        let mut worst = 0f64;
        for case in 0..20_000 {
            let shift = 15 + case % 16;
            let row: Vec<i32> = (0..48).map(|_| next() >> shift).collect();
            let epsilon = (case % 3) as u64 * 42;
            let mean = row.iter().map(|&x| f64::from(x)).sum::<f64>() / 48.0;
            let variance = row.iter().map(|&x| (f64::from(x) - mean).powi(2)).sum::<f64>() / 48.0 + epsilon as f64;
            for (x, y) in row.iter().zip(layer_norm(&row, epsilon, to)) {
                let exact = if variance == 0.0 { 0.0 } else { (f64::from(*x) - mean) / variance.sqrt() * 32.0 };
                worst = worst.max((exact.clamp(-128.0, 127.0) - f64::from(y)).abs());
            }
        }
        assert!(worst <= 0.504, "{worst}");
    }

    #[test]
    fn means_saturate_and_round_once() {
        let wide = Format::signed(16, 8);
        assert_eq!(means(&[32767, 32767], 2, wide, Format::signed(8, 4)), [127]);
        assert_eq!(means(&[3, 0], 2, Format::signed(16, 4), Format::signed(8, 6)), [6]);
        assert_eq!(means(&[8, 16], 2, wide, Format::signed(8, 4)), [1]);
        assert_eq!(means(&[8, 8], 2, wide, Format::signed(8, 4)), [0]);
    }
}
