//! The reciprocal square root of the scaled variance.

/// Segments in each of the two octaves.
const SEGMENTS: usize = 128;

/// A table of chords of 1/√ on [1, 4): c0 and c1 of the contract.
#[derive(Clone, Debug)]
pub(super) struct InverseRoot {
    chords: Vec<(i64, i64)>,
}

impl InverseRoot {
    pub fn new() -> Self {
        let chord = |index: usize| {
            let octave = if index < SEGMENTS { 1.0 } else { 2.0 };
            let start = octave * (1.0 + (index % SEGMENTS) as f64 / SEGMENTS as f64);
            let length = octave / SEGMENTS as f64;
            let at = |part: f64| 1.0 / (start + part * length).sqrt();
            let excess = f64::midpoint(at(0.0), at(1.0)) - at(0.5);
            let scale = 2f64.powi(18);
            let height = (scale * (at(0.0) - excess / 2.0)).round() as i64;
            (height.min((1 << 18) - 3), (scale * (at(0.0) - at(1.0))).round() as i64)
        };
        Self { chords: (0..2 * SEGMENTS).map(chord).collect() }
    }

    /// R and e with R·2^(−16−e) ≈ 1/√`value`; nothing for zero.
    pub fn of(&self, value: i64) -> Option<(i64, i32)> {
        let place = value.checked_ilog2()?;
        // The leading one at bit 62, the segment in the seven bits below it and the way into it in the twelve below those.
        let aligned = value << (62 - place);
        let segment = (aligned >> 55) as usize % SEGMENTS;
        let way = aligned >> 43 & 0xfff;
        let (height, fall) = self.chords[(place % 2) as usize * SEGMENTS + segment];
        Some((((height << 12) - fall * way + (1 << 13)) >> 14, (place / 2) as i32))
    }
}

/// Every v of [1, 4) with 20 fraction bits, and the relative error of 1/√v as `layer_norm` has it: chords of 128 segments an octave,
/// at most 2^(−15.2) off.
///
/// ```
/// let (v, error) = reference::inverse_root_errors().max_by(|a, b| a.1.total_cmp(&b.1)).unwrap_or_default();
/// assert!((1.0..4.0).contains(&v) && error > 2f64.powi(-17) && error < 2f64.powf(-15.2));
/// ```
pub fn inverse_root_errors() -> impl Iterator<Item = (f64, f64)> {
    let root = InverseRoot::new();
    (1i64 << 20..1 << 22).filter_map(move |value| Some((value as f64 * 2f64.powi(-20), relative(&root, value)?)))
}

fn relative(root: &InverseRoot, value: i64) -> Option<f64> {
    let (factor, exponent) = root.of(value)?;
    Some(factor as f64 * 2f64.powi(-16 - exponent) * (value as f64).sqrt() - 1.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_mantissa_is_within_the_stated_bound() {
        let root = InverseRoot::new();
        let bound = 2f64.powf(-15.2);
        let small = 1..1i64 << 21;
        let large = small.clone().map(|value| (value << 29) + (1 << 29) - 1);
        let error = |value| {
            let (factor, _) = root.of(value).unwrap();
            assert!((1 << 15..1 << 16).contains(&factor), "{value}: {factor}");
            relative(&root, value).unwrap().abs()
        };
        let worst = small.chain(large).map(error).fold(0.0, f64::max);
        assert!(worst < bound && worst > bound / 4.0, "{worst:e}");
        assert_eq!(root.of(0), None);
    }
}
