//! Selectors that keep given numbers of tokens.

use spec::Format;
use spec::network::Network;
use spec::unit::{BitonicSort, TokenSelector};

use super::backend::{AttentionRow, Backend, HeadLogit, Norm};
use super::schedule::{Trace, run};
use crate::token_selector::{HeadScore, Job as SelectJob, Selection};
use crate::{GemmJob, Sorted};

/// Chooses the thresholds of the network's selectors so that, on that image, selector i keeps `keep[i]` image tokens, class and package
/// token apart: the highest threshold that keeps as many. More are kept only where scores are equal, fewer only where fewer are left.
/// Selectors beyond the list keep their thresholds. Gives what the network does with the image then.
///
/// # Errors
/// Whatever the backend's units report.
pub fn fit_thresholds<B: Backend>(
    net: &mut Network,
    backend: &mut B,
    pixels: &[i32],
    keep: &[usize],
) -> Result<Trace, B::Error> {
    let mut fitting = Fitting { backend, keep, thresholds: vec![] };
    let trace = run(net, &mut fitting, pixels)?;
    let thresholds = fitting.thresholds;
    net.classifiers.iter_mut().zip(thresholds).for_each(|(classifier, threshold)| classifier.threshold = threshold);
    Ok(trace)
}

/// A backend that chooses every selection's threshold.
struct Fitting<'a, B> {
    backend: &'a mut B,
    keep: &'a [usize],
    thresholds: Vec<u32>,
}

impl<B: Backend> Backend for Fitting<'_, B> {
    type Error = B::Error;

    fn select(&mut self, unit: &TokenSelector, job: &SelectJob) -> Result<Selection, B::Error> {
        let Some(&keep) = self.keep.get(self.thresholds.len()) else {
            self.thresholds.push(job.threshold);
            return self.backend.select(unit, job);
        };
        let mut at = |threshold: u32| self.backend.select(unit, &SelectJob { threshold, ..job.clone() });
        // The number that stays falls with the threshold; 0 keeps all. The class token stays in any case.
        let (mut low, mut high) = (0, TokenSelector::THRESHOLD.max() as u32 + 1);
        while high - low > 1 {
            let middle = low.midpoint(high);
            let kept = at(middle)?.decisions.iter().filter(|decision| decision.keep).count();
            if kept > keep { low = middle } else { high = middle }
        }
        self.thresholds.push(low);
        at(low)
    }

    fn gemm(&mut self, jobs: &[GemmJob]) -> Result<Vec<Vec<i32>>, B::Error> {
        self.backend.gemm(jobs)
    }

    fn gemm_gelu(&mut self, jobs: &[GemmJob]) -> Result<Vec<Vec<i32>>, B::Error> {
        self.backend.gemm_gelu(jobs)
    }

    fn attention(&mut self, rows: &[Vec<i32>]) -> Result<Vec<AttentionRow>, B::Error> {
        self.backend.attention(rows)
    }

    fn softmax(&mut self, rows: &[Vec<i32>]) -> Result<Vec<Vec<i32>>, B::Error> {
        self.backend.softmax(rows)
    }

    fn gelu(&mut self, x: &[i32]) -> Result<Vec<i32>, B::Error> {
        self.backend.gelu(x)
    }

    fn sigmoid(&mut self, x: &[i32]) -> Result<Vec<i32>, B::Error> {
        self.backend.sigmoid(x)
    }

    fn sort(&mut self, unit: &BitonicSort, keys: &[i128]) -> Result<Vec<Sorted>, B::Error> {
        self.backend.sort(unit, keys)
    }

    fn layer_norm(&mut self, x: &[i32], norm: &Norm) -> Result<Vec<i32>, B::Error> {
        self.backend.layer_norm(x, norm)
    }

    fn residual_add(&mut self, residual: &[i32], x: &[i32], format: Format) -> Result<Vec<i32>, B::Error> {
        self.backend.residual_add(residual, x, format)
    }

    fn rescale(&mut self, x: &[i32], from: Format, to: Format) -> Result<Vec<i32>, B::Error> {
        self.backend.rescale(x, from, to)
    }

    fn channel_means(&mut self, x: &[i32], width: usize, from: Format, to: Format) -> Result<Vec<i32>, B::Error> {
        self.backend.channel_means(x, width, from, to)
    }

    fn features(&mut self, local: &[i32], width: usize) -> Result<Vec<i32>, B::Error> {
        self.backend.features(local, width)
    }

    fn head_scores(&mut self, logits: &[HeadLogit]) -> Result<Vec<HeadScore>, B::Error> {
        self.backend.head_scores(logits)
    }
}
