//! Networks with random weights, for measuring: their statistics are like a trained network's, their classes mean nothing.

use std::collections::BTreeMap;
use std::f32::consts::TAU;

use spec::ConfigError;
use spec::network::Architecture;

use crate::{Calibration, Checkpoint, Tensor, parameters};

/// A network of that shape with random weights, the same ones for the same seed, calibrated on [`generated_image`] of that seed.
///
/// Weights are near to normally distributed and as large as trained ones relative to their inputs: queries times keys spread the attention
/// scores by some 1.7, each block adds about a third to the residual stream, GELU sees values of deviation one. Pictures are bytes as
/// an imported network takes them; where the image has more than three planes, they are a stem's results, which are not negative.
///
/// The integer network's selectors decide by chance; `reference::network::fit_thresholds` makes them keep given numbers of tokens.
///
/// ```
/// use spec::network::{Architecture, Pruning};
/// let tiny = Architecture { image: 32, depth: 2, ..Architecture::deit(3, Pruning::Heatvit { before: vec![1] }) };
/// let net = model::generated("tiny", tiny.clone(), 7)?;
/// assert_eq!((net.tensors.len(), net.calibration.frac("pixel")), (model::parameters(&tiny).len(), Some(8)));
/// assert_eq!(net, model::generated("tiny", tiny, 7)?);
/// # Ok::<(), spec::ConfigError>(())
/// ```
///
/// # Errors
/// [`ConfigError`] of the architecture.
pub fn generated(name: &str, arch: Architecture, seed: u64) -> Result<Checkpoint, ConfigError> {
    arch.validate()?;
    let tensors: BTreeMap<String, Tensor> = parameters(&arch)
        .into_iter()
        .enumerate()
        .map(|(at, (name, shape))| {
            let mut random = Random::new(seed.wrapping_mul(1 << 16).wrapping_add(at as u64));
            let (centre, deviation) = statistics(&name, &shape, arch.mlp);
            let count = shape.iter().product();
            let data = (0..count).map(|_| centre + deviation * random.normal()).collect();
            (name, Tensor { shape, data })
        })
        .collect();
    let mut calibration = Calibration::default();
    if arch.channels <= 3 {
        calibration.frac.insert("pixel".into(), 8);
    }
    let (name, training) = (name.to_owned(), format!("random weights of seed {seed}"));
    let recorded = Tensor { shape: vec![0, arch.classes], data: vec![] };
    let image = generated_image(&arch, seed);
    let net = Checkpoint { name, arch, calibration, training, tensors, recorded };
    // The image is as large as the architecture asks.
    Ok(net.clone().calibrated(&[image]).unwrap_or(net))
}

/// The values of an image of waves and noise, the same ones for the same seed: within ±1/2 as bytes less 128 are in s8.8, or from 0
/// where there are more than three planes.
///
/// ```
/// use spec::network::{Architecture, Pruning};
/// let digits = Architecture::digits(Pruning::None);
/// let image = model::generated_image(&digits, 1);
/// assert!(image.len() == 64 && image.iter().all(|v| v.abs() <= 0.5) && image != model::generated_image(&digits, 2));
/// ```
pub fn generated_image(arch: &Architecture, seed: u64) -> Vec<f32> {
    let mut random = Random::new(seed ^ 0x9e37_79b9);
    let mut values = Vec::with_capacity(arch.pixels());
    for _ in 0..arch.channels {
        let mut waves = [[0f32; 3]; 3];
        waves.as_flattened_mut().iter_mut().for_each(|w| *w = 4.0 * random.normal());
        for at in 0..arch.image * arch.image {
            let (x, y) = ((at % arch.image) as f32 / arch.image as f32, (at / arch.image) as f32 / arch.image as f32);
            let wave = |[a, b, c]: &[f32; 3]| (TAU * (a * x + b * y) + c).sin();
            let value = 0.13 * waves.iter().map(wave).sum::<f32>() + 0.05 * random.normal();
            let value = if arch.channels > 3 { (2.0 * value).max(0.0) } else { (value * 256.0).round() / 256.0 };
            values.push(value.clamp(-0.5, if arch.channels > 3 { 2.0 } else { 127.0 / 256.0 }));
        }
    }
    values
}

/// Centre and deviation of a parameter's values.
fn statistics(name: &str, shape: &[usize], mlp: usize) -> (f32, f32) {
    if name == "class_token" || name == "position" {
        return (0.0, 0.5);
    }
    if name.contains("norm") {
        return if name.ends_with("weight") { (1.0, 0.1) } else { (0.0, 0.1) };
    }
    if name.ends_with("bias") {
        return (0.0, 0.1);
    }
    let layer = name.trim_end_matches(".weight").rsplit('.').next().unwrap_or_default();
    let gain = match layer {
        "patch" => 4.0,
        "query" | "key" => 1.3,
        "proj" => 0.9,
        "fc2" => 0.5,
        "score1" | "score2" | "score3" => 1.5,
        _ => 1.0,
    };
    let inputs = if layer == "fc2" { mlp } else { shape[shape.len() - 2] };
    (0.0, gain / (inputs as f32).sqrt())
}

/// Vigna's splitmix64.
struct Random(u64);

impl Random {
    /// Seeds that follow each other start far from each other.
    fn new(seed: u64) -> Self {
        let mut random = Self(seed);
        Self(random.next())
    }

    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    /// Of mean 0 and deviation 1: the sum of four uniform values.
    fn normal(&mut self) -> f32 {
        let bits = self.next();
        let sum = (0..4).map(|i| (bits >> (16 * i)) as u16).map(i32::from).sum::<i32>();
        // Deviation of the sum: √(4/12)·2^16.
        (sum - 131_070) as f32 / 37_837.23
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_have_mean_zero_and_deviation_one() {
        let mut random = Random::new(1);
        let values: Vec<f64> = (0..100_000).map(|_| random.normal().into()).collect();
        let mean = values.iter().sum::<f64>() / 1e5;
        let variance = values.iter().map(|v| v * v).sum::<f64>() / 1e5;
        assert!(mean.abs() < 0.02 && (variance - 1.0).abs() < 0.02, "{mean} {variance}");
    }
}
