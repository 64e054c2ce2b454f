//! Rounding and saturation of integers that carry a binary point. Every model of this crate loses bits through these.

use spec::{Format, Overflow, Rounding};

/// `value / 2^shift`, rounded as asked; a negative `shift` multiplies, exactly.
///
/// Shifts beyond 126 bits are taken as 126, where every value that a model handles has long become 0 or −1.
///
/// ```
/// use reference::num::round_shift;
/// use spec::Rounding::{Floor, HalfEven, HalfUp};
/// assert_eq!(round_shift(-5, 1, Floor), -3);
/// assert_eq!(round_shift(-5, 1, HalfUp), -2);
/// assert_eq!([5, 7, -5].map(|v| round_shift(v, 1, HalfEven)), [2, 4, -2]);
/// assert_eq!(round_shift(3, -2, HalfEven), 12);
/// ```
pub fn round_shift(value: i128, shift: i32, rounding: Rounding) -> i128 {
    if shift <= 0 {
        return value << shift.unsigned_abs();
    }
    let shift = shift.min(126);
    let floor = value >> shift;
    let rest = value & ((1 << shift) - 1);
    let half = 1 << (shift - 1);
    let up = match rounding {
        Rounding::Floor => false,
        Rounding::HalfUp => rest >= half,
        Rounding::HalfEven => rest > half || (rest == half && floor & 1 == 1),
    };
    floor + i128::from(up)
}

/// The nearest integer of the format.
///
/// ```
/// use reference::num::saturate;
/// use spec::Format;
/// assert_eq!([-200, 5, 200].map(|v| saturate(v, Format::signed(8, 0))), [-128, 5, 127]);
/// ```
pub fn saturate(value: i128, format: Format) -> i128 {
    value.clamp(format.min(), format.max())
}

/// The integer of the format that has the same low bits.
///
/// ```
/// use reference::num::wrap;
/// use spec::Format;
/// assert_eq!(wrap(200, Format::signed(8, 0)), -56);
/// assert_eq!(wrap(-1, Format::unsigned(4, 0)), 15);
/// ```
pub fn wrap(value: i128, format: Format) -> i128 {
    let above = 128 - format.width;
    if format.signed { value << above >> above } else { value & format.max() }
}

/// The integer in `to` for the value `value · 2^(−frac)`.
///
/// ```
/// use reference::num::fit;
/// use spec::{Format, Overflow, Rounding};
/// // 2.75 with two fraction bits becomes 3 whole ones.
/// assert_eq!(fit(11, 2, Format::signed(8, 0), Rounding::HalfEven, Overflow::Saturate), 3);
/// ```
pub fn fit(value: i128, frac: i32, to: Format, rounding: Rounding, overflow: Overflow) -> i128 {
    let rounded = round_shift(value, frac - to.frac, rounding);
    match overflow {
        Overflow::Saturate => saturate(rounded, to),
        Overflow::Wrap => wrap(rounded, to),
    }
}

/// The integer in `to` nearest to a real value, halves to even, saturated; not-a-number becomes 0.
///
/// ```
/// use reference::num::quantise;
/// use spec::Format;
/// assert_eq!(quantise(-0.375, Format::signed(8, 4)), -6);
/// assert_eq!(quantise(1e9, Format::unsigned(8, 7)), 255);
/// ```
pub fn quantise(value: f64, to: Format) -> i128 {
    saturate((value * 2f64.powi(to.frac)).round_ties_even() as i128, to)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Against rounding in `f64`, exact for such small numbers.
    #[test]
    fn round_shift_agrees_with_float() {
        for value in -1000i128..=1000 {
            for shift in -3..=12 {
                let real = value as f64 / 2f64.powi(shift);
                assert_eq!(round_shift(value, shift, Rounding::Floor), real.floor() as i128);
                assert_eq!(round_shift(value, shift, Rounding::HalfUp), (real + 0.5).floor() as i128);
                assert_eq!(round_shift(value, shift, Rounding::HalfEven), real.round_ties_even() as i128);
            }
        }
    }

    #[test]
    fn far_shifts_leave_the_sign() {
        assert_eq!(round_shift(-7, 1000, Rounding::Floor), -1);
        assert_eq!(round_shift(-7, 1000, Rounding::HalfEven), 0);
    }

    #[test]
    fn wrap_and_saturate_keep_what_fits() {
        for format in [Format::signed(5, 0), Format::unsigned(5, 0)] {
            for value in -200..200 {
                assert_eq!(saturate(value, format) == value, format.contains(value));
                assert_eq!(wrap(value, format) == value, format.contains(value));
                assert_eq!((wrap(value, format) - value).rem_euclid(32), 0);
            }
        }
    }
}
