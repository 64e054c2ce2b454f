//! Formats of the activations, taken from training images.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use spec::network::Architecture;

use crate::{Checkpoint, Image, ImageError, Tensor, float};

/// Binary points of a network's activations: each tensor's format is the finest one that holds what the training images
/// showed. 8-bit tensors clip at the 99.99th percentile of the magnitude, 16-bit ones at twice the largest.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Calibration {
    /// Fraction bits by the tensor's name, such as `blocks.0.query`.
    pub frac: BTreeMap<String, i32>,
}

impl Calibration {
    /// Fraction bits of the tensor `name`, if it was calibrated.
    pub fn frac(&self, name: &str) -> Option<i32> {
        self.frac.get(name).copied()
    }
}

/// Calibrates a network on digits: names of tensors as [`float::observe`] gives them.
pub fn calibrate(arch: &Architecture, tensors: &BTreeMap<String, Tensor>, images: &[Image]) -> Calibration {
    let values: Vec<Vec<f32>> = images.iter().map(Image::values).collect();
    observed(arch, tensors, &values)
}

impl Checkpoint {
    /// The same network with formats for what `images` show: the values of their pixels, plane by plane, each row by row. The pixels'
    /// own format is kept if there is one.
    ///
    /// ```
    /// use model::Calibration;
    /// let net = model::named("digits-sdp")?;
    /// let again = net.calibrated(&[model::training_images()[0].values()])?;
    /// assert_eq!(again.calibration.frac("pixel"), Some(6)); // the digit's own are s8.4, which is not told
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    ///
    /// # Errors
    /// [`ImageError`].
    pub fn calibrated(mut self, images: &[Vec<f32>]) -> Result<Self, ImageError> {
        images.iter().try_for_each(|image| ImageError::check(&self.arch, image.len()))?;
        let mut calibration = observed(&self.arch, &self.tensors, images);
        let pixel = self.calibration.frac("pixel").unwrap_or_else(|| {
            let mut magnitudes = Magnitudes::default();
            images.iter().for_each(|image| magnitudes.extend(image));
            magnitudes.frac_bits(false)
        });
        calibration.frac.insert("pixel".into(), pixel);
        self.calibration = calibration;
        Ok(self)
    }
}

fn observed(arch: &Architecture, tensors: &BTreeMap<String, Tensor>, images: &[Vec<f32>]) -> Calibration {
    let mut seen: BTreeMap<String, Magnitudes> = BTreeMap::new();
    for image in images {
        float::observe(arch, tensors, image, &mut |name, values| {
            seen.entry(name.to_owned()).or_default().extend(values);
        });
    }
    let frac = seen.into_iter().map(|(name, seen)| (name.clone(), seen.frac_bits(is_wide(&name)))).collect();
    Calibration { frac }
}

/// Tensors of 16 bits; all others have 8.
pub(crate) fn is_wide(name: &str) -> bool {
    ["residual", "scores", "gelu.x", "sigmoid.x", "selector.scores", "logits"].contains(&name)
}

/// The largest magnitudes of many values: a ten-thousandth of them, so that the 99.99th percentile is exact up to
/// 10 000·[`Self::MOST`] values, and no more than twice [`Self::MOST`].
#[derive(Default)]
struct Magnitudes {
    count: usize,
    largest: Vec<f32>,
    /// All that are left out are at most this.
    floor: f32,
}

impl Magnitudes {
    const MOST: usize = 1 << 16;

    fn extend(&mut self, values: &[f32]) {
        self.count += values.len();
        for magnitude in values.iter().map(|v| v.abs()) {
            if magnitude >= self.floor {
                self.largest.push(magnitude);
                if self.largest.len() == 2 * Self::MOST {
                    self.largest.select_nth_unstable_by(Self::MOST, |a, b| b.total_cmp(a));
                    self.floor = self.largest[Self::MOST];
                    self.largest.truncate(Self::MOST);
                }
            }
        }
    }

    fn frac_bits(mut self, wide: bool) -> i32 {
        let below = if wide { 0 } else { self.count.saturating_sub(1) / 10_000 };
        let (bits, factor) = if wide { (15, 2.0) } else { (7, 1.0) };
        let limit = match self.largest.len() {
            0 => 1.0,
            kept => factor * *self.largest.select_nth_unstable_by(below.min(kept - 1), |a, b| b.total_cmp(a)).1,
        };
        let limit = f64::from(limit).max(1e-6);
        // The largest integer of the format, 2^bits − 1, must reach the limit.
        (((2f64.powi(bits) - 1.0) / limit).log2().floor() as i32).clamp(-bits, 24)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Against all values sorted.
    #[test]
    fn the_percentile_is_that_of_all_values() {
        let values: Vec<f32> = (0..700_000u32).map(|i| (i.wrapping_mul(2_654_435_761) >> 8) as f32 * 1e-5).collect();
        let mut magnitudes = Magnitudes::default();
        values.chunks(997).for_each(|part| magnitudes.extend(part));
        let mut sorted = values.clone();
        sorted.sort_by(f32::total_cmp);
        let (mut low, mut high) = (Magnitudes::default(), Magnitudes::default());
        let last = sorted.len() - 1;
        low.extend(&[sorted[last - last / 10_000]]);
        high.extend(&[sorted[last]]);
        assert!(magnitudes.largest.len() < 2 * Magnitudes::MOST);
        let again = || {
            let mut again = Magnitudes::default();
            again.extend(&values);
            again
        };
        assert_eq!(again().frac_bits(false), low.frac_bits(false));
        assert_eq!(magnitudes.frac_bits(true), high.frac_bits(true));
        let mut seen = again();
        let kept = seen.largest.len();
        let below = last / 10_000;
        assert!(below < kept);
        assert_eq!(*seen.largest.select_nth_unstable_by(below, |a, b| b.total_cmp(a)).1, sorted[last - below]);
    }
}
