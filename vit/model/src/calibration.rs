//! Formats of the activations, taken from training images.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use spec::network::Architecture;

use crate::{Image, Tensor, float};

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

/// Calibrates a network on `images`: names of tensors as [`float::observe`] gives them.
pub fn calibrate(arch: &Architecture, tensors: &BTreeMap<String, Tensor>, images: &[Image]) -> Calibration {
    let mut seen: BTreeMap<String, Vec<f32>> = BTreeMap::new();
    for image in images {
        float::observe(arch, tensors, image, &mut |name, values| {
            seen.entry(name.to_owned()).or_default().extend(values.iter().map(|v| v.abs()));
        });
    }
    let frac = seen.into_iter().map(|(name, values)| (name.clone(), frac_bits(&name, values))).collect();
    Calibration { frac }
}

/// Tensors of 16 bits; all others have 8.
pub(crate) fn is_wide(name: &str) -> bool {
    ["residual", "scores", "gelu.x", "sigmoid.x", "selector.scores", "logits"].contains(&name)
}

fn frac_bits(name: &str, mut values: Vec<f32>) -> i32 {
    let last = values.len().saturating_sub(1);
    let (bits, rank, factor) = if is_wide(name) { (15, last, 2.0) } else { (7, last - last / 10_000, 1.0) };
    let limit = if values.is_empty() { 1.0 } else { factor * *values.select_nth_unstable_by(rank, f32::total_cmp).1 };
    let limit = f64::from(limit).max(1e-6);
    // The largest integer of the format, 2^bits − 1, must reach the limit.
    (((2f64.powi(bits) - 1.0) / limit).log2().floor() as i32).clamp(-bits, 24)
}
