//! Rows of values as beats of several lanes, the last one partly kept.

use crate::Beat;

/// A row's values, `lanes` a beat: `last` on the final one, whose lanes beyond the row are zero and not kept.
///
/// ```
/// let beats = tb::jobs::lanes::row(&[1, 2, 3], 2);
/// assert_eq!((beats.len(), beats[1].last, beats[1].keep), (2, true, 0b01));
/// ```
pub fn row(values: &[i64], lanes: u32) -> Vec<Beat> {
    let lanes = lanes as usize;
    let count = values.len().div_ceil(lanes);
    let beat = |(number, part): (usize, &[i64])| Beat {
        values: part.iter().copied().chain(std::iter::repeat(0)).take(lanes).collect(),
        last: number + 1 == count,
        keep: u128::MAX >> (128 - part.len()),
    };
    values.chunks(lanes).enumerate().map(beat).collect()
}
