//! The training loop.

use std::collections::BTreeMap;

use candle_core::{D, Device, Result, Tensor};
use candle_nn::{AdamW, Optimizer, ParamsAdamW};
use indicatif::{ProgressBar, ProgressStyle};
use model::Image;
use rand::SeedableRng;
use rand::seq::SliceRandom;
use rand_chacha::ChaCha8Rng;

use crate::augment;
use crate::ink::Ink;
use crate::net::{Decisions, Net, Output};
use crate::recipe::{Distortion, Recipe};

/// AdamW's second decay: a run has too few steps for the usual 0.999.
const BETA2: f64 = 0.98;

/// Temperature that softens the class scores of teachers and student (Hinton et al., Distilling the Knowledge in a Neural
/// Network, 2015; SDP names no value).
const TEMPERATURE: f64 = 3.0;
/// Weight of the distillation beside the labels' 1 − this.
const DISTILLATION: f64 = 0.7;

/// Parameters by name, row by row.
pub type Weights = BTreeMap<String, Vec<f32>>;

/// Mean of the weights at the ends of the last epochs.
struct Average {
    /// First epoch that counts.
    from: usize,
    count: usize,
    sums: BTreeMap<String, Vec<f64>>,
}

impl Average {
    /// Over the last `share` of the epochs, and over the last one at least.
    fn new(share: f64, epochs: usize) -> Self {
        let count = ((share * epochs as f64).round() as usize).max(1);
        Self { from: epochs.saturating_sub(count), count: 0, sums: BTreeMap::new() }
    }

    fn add(&mut self, epoch: usize, net: &Net) -> Result<()> {
        if epoch < self.from {
            return Ok(());
        }
        self.count += 1;
        for (name, var) in &net.vars {
            let values = var.flatten_all()?.to_vec1::<f32>()?;
            let sums = self.sums.entry(name.clone()).or_insert_with(|| vec![0.0; values.len()]);
            sums.iter_mut().zip(values).for_each(|(sum, value)| *sum += f64::from(value));
        }
        Ok(())
    }

    fn mean(self) -> Weights {
        let mean = |sums: Vec<f64>| sums.into_iter().map(|sum| (sum / self.count as f64) as f32).collect();
        self.sums.into_iter().map(|(name, sums)| (name, mean(sums))).collect()
    }
}

fn batch(images: &[[f32; model::PIXELS]], patch: usize) -> Result<Tensor> {
    let data: Vec<f32> = images.iter().flat_map(|pixels| augment::patches(pixels, patch)).collect();
    let pixels = patch * patch;
    Tensor::from_vec(data, (images.len(), model::PIXELS / pixels, pixels), &Device::Cpu)
}

/// Mean of the teachers' softened class probabilities, batch × classes; nothing without teachers.
fn taught(teachers: &[Net], batch: &Tensor, rng: &mut ChaCha8Rng) -> Result<Option<Tensor>> {
    let mut sum: Option<Tensor> = None;
    for teacher in teachers {
        let logits = teacher.forward(batch, Decisions::Dense, rng)?.logits.detach();
        let softened = candle_nn::ops::softmax(&(logits / TEMPERATURE)?, D::Minus1)?;
        sum = Some(match sum {
            Some(sum) => (sum + softened)?,
            None => softened,
        });
    }
    sum.map(|sum| sum / teachers.len() as f64).transpose()
}

/// T²·KL(teacher‖student) at temperature T, mean over the batch.
fn divergence(logits: &Tensor, taught: &Tensor) -> Result<Tensor> {
    let log = candle_nn::ops::log_softmax(&(logits / TEMPERATURE)?, D::Minus1)?;
    let surprise = ((taught.clamp(1e-20f32, 1.0)?.log()? - log)? * taught)?;
    surprise.sum_all()? * (TEMPERATURE * TEMPERATURE / logits.dim(0)? as f64)
}

fn loss(output: &Output, labels: &[u8], taught: Option<&Tensor>, recipe: &Recipe) -> Result<Tensor> {
    let log = candle_nn::ops::log_softmax(&output.logits, D::Minus1)?;
    let classes = log.dim(1)?;
    let floor = recipe.smoothing / classes as f64;
    let target: Vec<f32> = labels
        .iter()
        .flat_map(|&label| {
            (0..classes).map(move |c| (floor + if c == label as usize { 1.0 - recipe.smoothing } else { 0.0 }) as f32)
        })
        .collect();
    let target = Tensor::from_vec(target, log.shape(), &Device::Cpu)?;
    let mut total = ((log * target)?.sum_all()? * (-1.0 / labels.len() as f64))?;
    if let Some(taught) = taught {
        let distilled = divergence(&output.logits, taught)?;
        total = ((total * (1.0 - DISTILLATION))? + (distilled * DISTILLATION)?)?;
    }
    for kept in &output.kept {
        let miss = (kept.mean_all()? - recipe.keep)?;
        total = (total + (miss.sqr()? * recipe.ratio_weight)?)?;
    }
    for counts in &output.counts {
        let variance = counts.broadcast_sub(&counts.mean_all()?)?.sqr()?.mean_all()?;
        let shortfall = (recipe.spread - (variance + 1e-3)?.sqrt()?)?.relu()?;
        total = (total + (shortfall.sqr()? * 0.5)?)?;
    }
    Ok(total)
}

/// Trains `net` on `images` and on what `teachers` make of them, and gives the weights of each of `recipes`, which share
/// this run; order, distortions and noise come from `seed`.
pub fn fit(net: &Net, teachers: &[Net], images: &[Image], recipes: &[Recipe], seed: u64) -> Result<Vec<Weights>> {
    let Some(recipe) = recipes.first() else { return Ok(Vec::new()) };
    let mut averages: Vec<_> = recipes.iter().map(|recipe| Average::new(recipe.average, recipe.epochs)).collect();
    let mut rng = ChaCha8Rng::seed_from_u64(seed);
    let params = ParamsAdamW { lr: recipe.rate, weight_decay: recipe.decay, beta2: BETA2, ..ParamsAdamW::default() };
    let mut optimiser = AdamW::new(net.vars.values().cloned().collect(), params)?;
    let steps = recipe.epochs * images.len().div_ceil(recipe.batch);
    let bar = ProgressBar::new(recipe.epochs as u64);
    if let Ok(style) = ProgressStyle::with_template("{elapsed_precise} {wide_bar} epoch {pos}/{len} {msg}") {
        bar.set_style(style);
    }
    let inks: Vec<Ink> = images.iter().map(Ink::of).collect();
    let mut order: Vec<(&Image, &Ink)> = images.iter().zip(&inks).collect();
    let mut step = 0;
    for epoch in 0..recipe.epochs {
        let progress = epoch as f64 / recipe.epochs as f64;
        let decisions = match progress {
            p if p < recipe.prune_from => Decisions::Dense,
            p if p < recipe.hard_from => Decisions::Noisy,
            _ => Decisions::Hard,
        };
        order.shuffle(&mut rng);
        let mut sum = 0.0;
        for chunk in order.chunks(recipe.batch) {
            let t = step as f64 / steps as f64;
            let rise = (t / 0.05).min(1.0);
            optimiser.set_learning_rate(recipe.rate * rise * (0.5 + 0.5 * (std::f64::consts::PI * t).cos()).max(0.01));
            let mut distort = |(image, ink): &(&Image, &Ink)| match recipe.distortion {
                Distortion::Resampled(strength) => augment::distort(image, strength, &mut rng),
                Distortion::Redrawn(strength) => ink.redraw(strength, &mut rng),
            };
            let pixels: Vec<_> = chunk.iter().map(&mut distort).collect();
            let labels: Vec<u8> = chunk.iter().map(|(image, _)| image.label).collect();
            let batch = batch(&pixels, net.arch.patch)?;
            let taught = taught(teachers, &batch, &mut rng)?;
            let output = net.forward(&batch, decisions, &mut rng)?;
            let loss = loss(&output, &labels, taught.as_ref(), recipe)?;
            optimiser.backward_step(&loss)?;
            sum += f64::from(loss.to_scalar::<f32>()?) * chunk.len() as f64;
            step += 1;
        }
        averages.iter_mut().try_for_each(|average| average.add(epoch, net))?;
        bar.set_message(format!("loss {:.4}", sum / images.len() as f64));
        bar.inc(1);
    }
    bar.finish();
    Ok(averages.into_iter().map(Average::mean).collect())
}

/// Class scores of `images`, images × classes, as the hardware decides about tokens.
pub fn infer(net: &Net, images: &[Image]) -> Result<Tensor> {
    let pixels: Vec<_> = images.iter().map(augment::plain).collect();
    Ok(net.forward(&batch(&pixels, net.arch.patch)?, Decisions::Hard, &mut ChaCha8Rng::seed_from_u64(0))?.logits)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Mean of the class token over the epochs 0… that end with the weights 0, 1, 2…
    fn mean(share: f64, epochs: usize) -> std::result::Result<f32, Box<dyn std::error::Error>> {
        let arch = model::architecture("digits-sdp").ok_or("no such model")?;
        let net = Net::new(arch, &mut ChaCha8Rng::seed_from_u64(1))?;
        let mut average = Average::new(share, epochs);
        for epoch in 0..epochs {
            let token = &net.vars["class_token"];
            token.set(&(token.zeros_like()? + epoch as f64)?)?;
            average.add(epoch, &net)?;
        }
        Ok(average.mean()["class_token"][0])
    }

    #[test]
    fn labels_and_teachers_share_the_loss() -> std::result::Result<(), Box<dyn std::error::Error>> {
        // Softmax gives the student 3 : 1 at temperature 3, and so 27 : 1 at temperature 1.
        let logits = Tensor::new(&[[3.0 * 3f32.ln(), 0.0]], &Device::Cpu)?;
        let output = Output { logits, kept: Vec::new(), counts: Vec::new() };
        let recipe = Recipe { smoothing: 0.0, ..crate::recipe::chosen("digits-sdp") };
        let loss = |taught: Option<&Tensor>| loss(&output, &[0], taught, &recipe)?.to_scalar::<f32>();
        let labels = (28f32 / 27.0).ln();
        assert!((loss(None)? - labels).abs() < 1e-5);

        let even = Tensor::new(&[[0.5f32, 0.5]], &Device::Cpu)?;
        let divergence = 0.5 * (4f32 / 3.0).ln();
        assert!((loss(Some(&even))? - (0.3 * labels + 0.7 * 9.0 * divergence)).abs() < 1e-5);
        let agreed = Tensor::new(&[[0.75f32, 0.25]], &Device::Cpu)?;
        assert!((loss(Some(&agreed))? - 0.3 * labels).abs() < 1e-5);
        Ok(())
    }

    #[test]
    fn an_average_takes_in_the_last_epochs() -> std::result::Result<(), Box<dyn std::error::Error>> {
        assert_eq!(mean(0.0, 9)?, 8.0);
        assert_eq!(mean(1.0 / 3.0, 9)?, 7.0);
        assert_eq!(mean(1.0, 9)?, 4.0);
        Ok(())
    }
}
