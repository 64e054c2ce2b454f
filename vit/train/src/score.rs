//! How well a checkpoint does on images.

use std::error::Error;
use std::fmt;

use model::{Checkpoint, Image};
use reference::network::{Reference, run};

/// A checkpoint on a set of images.
#[derive(Clone, Debug, PartialEq)]
pub struct Score {
    /// Share of images that the float network classifies rightly.
    pub float: f64,
    /// Share of images that the quantised network classifies rightly.
    pub integer: f64,
    /// Per pruning, of the quantised network.
    pub kept: Vec<Kept>,
}

/// Image tokens that a pruning keeps.
#[derive(Clone, Debug, PartialEq)]
pub struct Kept {
    /// Mean share of the image tokens.
    pub ratio: f64,
    /// Standard deviation of their number over the images.
    pub deviation: f64,
}

impl fmt::Display for Score {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "accuracy {:.2} % in float, {:.2} % in integers", 100.0 * self.float, 100.0 * self.integer)?;
        let mut kept = self.kept.iter();
        kept.try_for_each(|k| write!(f, ", kept {:.3} (standard deviation {:.2})", k.ratio, k.deviation))
    }
}

fn argmax(values: &[f32]) -> usize {
    (0..values.len()).rev().max_by(|&a, &b| values[a].total_cmp(&values[b])).unwrap_or(0)
}

/// Runs `checkpoint` on `images`, in float and by the integer reference.
pub fn score(checkpoint: &Checkpoint, images: &[Image]) -> Result<Score, Box<dyn Error>> {
    let net = checkpoint.quantise();
    let mut units = Reference::new(&net)?;
    let (mut float, mut integer, mut counts) = (0, 0, Vec::<Vec<f64>>::new());
    for image in images {
        let label = usize::from(image.label);
        float += usize::from(argmax(&model::forward(checkpoint, image).logits) == label);
        let trace = run(&net, &mut units, &image.pixels.map(i32::from))?;
        integer += usize::from(trace.class() == label);
        counts.resize(trace.kept.len(), Vec::new());
        counts.iter_mut().zip(&trace.kept).for_each(|(counts, kept)| counts.push(kept.len() as f64));
    }
    let share = |right: usize| right as f64 / images.len() as f64;
    let kept = counts.iter().map(|counts| kept(counts, net.arch.patches())).collect();
    Ok(Score { float: share(float), integer: share(integer), kept })
}

fn kept(counts: &[f64], patches: usize) -> Kept {
    let mean = counts.iter().sum::<f64>() / counts.len() as f64;
    let variance = counts.iter().map(|c| (c - mean).powi(2)).sum::<f64>() / counts.len() as f64;
    Kept { ratio: mean / patches as f64, deviation: variance.sqrt() }
}
