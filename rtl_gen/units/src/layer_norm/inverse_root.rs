//! The chords of the reciprocal square root, from integer square roots.

use super::widths::SEGMENT;

/// Bits of c0 + 2.
pub(super) const HEIGHT: u32 = 18;
/// Bits of c1.
pub(super) const FALL: u32 = 10;

/// Fraction bits of what a chord is computed with.
const FRACTION: u32 = 48;

/// c0 + 2 and c1 of each segment: the octave from 1 on, then the octave from 2 on. The former is in the upper bits; its 2 is
/// half a unit of R.
pub(super) fn chords() -> Vec<u64> {
    let segments = 1u128 << SEGMENT;
    (0..2 * segments)
        .map(|index| {
            let octave = if index < segments { 1 } else { 2 };
            // Twice the number of steps of 1/2^SEGMENT, so that the middle of a segment is a whole one.
            let start = 2 * octave * (segments + index % segments);
            let [left, middle, right] = [start, start + octave, start + 2 * octave].map(inverse_root);
            // The excess is (left + right)/2 - middle, and half of it goes off.
            let height = rounded(4 * left - (left + right - 2 * middle), FRACTION + 2 - HEIGHT);
            let fall = rounded(left - right, FRACTION - HEIGHT);
            let height = height.min((1 << HEIGHT) - 3);
            (height + 2) << FALL | fall
        })
        .collect()
}

/// 1/√(`steps`/2^(SEGMENT + 1)) with [`FRACTION`] fraction bits, rounded down.
fn inverse_root(steps: u128) -> u128 {
    ((1 << (2 * FRACTION + SEGMENT + 1)) / steps).isqrt()
}

fn rounded(value: u128, shift: u32) -> u64 {
    ((value + (1 << (shift - 1))) >> shift) as u64
}
