//! Running a network on images, three ways.

use std::sync::Mutex;
use std::time::{Duration, Instant};

use model::{Checkpoint, FloatOutput, Image};
use reference::network::{Backend, Core, Reference, Trace, run};
use spec::network::Network;
use tb::Bench;
use tb::network::{Compilations, RtlBackend, UnitCount};

use super::accelerator::OnAccelerator;
use super::layers::{self, Layer};
use super::target::Hardware;
use super::units::bar;
use super::{Target, Task};
use crate::failure::{self, Failure, Result};

/// What the three networks said about one image.
pub struct Verdict {
    pub float: FloatOutput,
    pub reference: Trace,
    pub rtl: Trace,
}

impl Verdict {
    fn equal(&self) -> bool {
        self.rtl.logits == self.reference.logits && self.rtl.kept == self.reference.kept
    }
}

/// What a model did with all images.
pub struct Outcome {
    pub net: Network,
    /// What is left to the host.
    pub on_host: &'static str,
    /// One per image, in order.
    pub verdicts: Vec<Verdict>,
    /// Work of the units, summed over the images.
    pub counts: Vec<UnitCount>,
    /// What an accelerator counted in each layer, summed over the images.
    pub layers: Vec<Layer>,
    pub time: Duration,
}

impl Outcome {
    /// Whether RTL and reference agree on every logit.
    pub fn equal(&self) -> bool {
        self.verdicts.iter().all(Verdict::equal)
    }

    /// The first image whose logits differ, and the first intermediate value that does.
    pub fn difference(&self) -> Option<String> {
        let at = self.verdicts.iter().position(|verdict| !verdict.equal())?;
        let verdict = &self.verdicts[at];
        let pairs = || verdict.rtl.checkpoints.iter().zip(&verdict.reference.checkpoints);
        let first = pairs().find(|(ours, theirs)| ours != theirs).map_or("logits", |(ours, _)| &ours.name);
        Some(format!("{}: image {at}: RTL and reference differ, first in `{first}`", self.net.name))
    }

    /// Classes by float network, reference and RTL.
    pub fn classes(verdict: &Verdict) -> [usize; 3] {
        let logits = &verdict.float.logits;
        let best = (0..logits.len()).rev().max_by(|&a, &b| logits[a].total_cmp(&logits[b])).unwrap_or(0);
        [best, verdict.reference.class(), verdict.rtl.class()]
    }

    /// Percent of the images classified rightly by float network, reference and RTL.
    pub fn accuracies(&self, images: &[Image]) -> [f64; 3] {
        let mut right = [0usize; 3];
        for (verdict, image) in self.verdicts.iter().zip(images) {
            let classes = Self::classes(verdict);
            right.iter_mut().zip(classes).for_each(|(n, class)| *n += usize::from(class == usize::from(image.label)));
        }
        right.map(|n| 100.0 * n as f64 / images.len().max(1) as f64)
    }

    /// Patches left after each pruning in RTL: mean and standard deviation over the images.
    pub fn kept(&self) -> Vec<(f64, f64)> {
        let stages = self.verdicts.first().map_or(0, |v| v.rtl.kept.len());
        let count = self.verdicts.len() as f64;
        (0..stages)
            .map(|stage| {
                let kept = || self.verdicts.iter().map(|v| v.rtl.kept[stage].len() as f64);
                let mean = kept().sum::<f64>() / count;
                (mean, (kept().map(|k| (k - mean).powi(2)).sum::<f64>() / count).sqrt())
            })
            .collect()
    }
}

/// Runs `checkpoint` on every image, the images shared out among the cores.
pub fn evaluate(
    checkpoint: &Checkpoint,
    target: &Target,
    task: &Task,
    compiled: &Compilations,
    quiet: bool,
) -> Result<Outcome> {
    let started = Instant::now();
    let net = &target.net;
    let workers = std::thread::available_parallelism().map_or(1, usize::from).min(task.images.len()).max(1);
    let bar = bar(task.images.len(), &format!("{}: images in RTL", net.name), quiet);
    let parts: Vec<&[Image]> = task.images.chunks(task.images.len().div_ceil(workers)).collect();
    let results = Mutex::new(vec![]);
    let work = |at: usize, images: &[Image]| {
        let part = part(checkpoint, target, images, compiled, &|| bar.inc(1));
        if let Ok(mut results) = results.lock() {
            results.push((at, part));
        }
    };
    std::thread::scope(|scope| {
        for (at, images) in parts.iter().enumerate() {
            let work = &work;
            scope.spawn(move || work(at, images));
        }
    });
    bar.finish_and_clear();
    let mut results = results.into_inner().unwrap_or_default();
    results.sort_by_key(|(at, _)| *at);
    let (net, on_host, time) = (net.clone(), target.on_host(), Duration::ZERO);
    let mut outcome = Outcome { net, on_host, verdicts: vec![], counts: vec![], layers: vec![], time };
    for (_, part) in results {
        let (verdicts, counts, layers) = part?;
        outcome.verdicts.extend(verdicts);
        layers::add(&mut outcome.layers, layers);
        if outcome.counts.is_empty() {
            outcome.counts = counts;
        } else {
            for (sum, count) in outcome.counts.iter_mut().zip(counts) {
                sum.jobs += count.jobs;
                sum.cycles += count.cycles;
            }
        }
    }
    outcome.time = started.elapsed();
    Ok(outcome)
}

type Part = (Vec<Verdict>, Vec<UnitCount>, Vec<Layer>);

fn part(
    checkpoint: &Checkpoint,
    target: &Target,
    images: &[Image],
    compiled: &Compilations,
    step: &dyn Fn(),
) -> Result<Part> {
    let net = &target.net;
    match &target.hardware {
        Hardware::Units => {
            let mut rtl = RtlBackend::new(net, compiled).map_err(Failure::defect)?;
            let reference = Reference::new(net).map_err(Failure::defect)?;
            let on_rtl = |pixels: &[i32]| run(net, &mut rtl, pixels).map_err(Failure::defect);
            let verdicts = verdicts(checkpoint, net, images, reference, on_rtl, step)?;
            Ok((verdicts, rtl.counts(), vec![]))
        }
        Hardware::Accelerator { config, compiled: network } => {
            let hardware = &compiled[&config.module_name()];
            let model = hardware.library.model().map_err(Failure::defect)?;
            let mut bench = Bench::new(model, &hardware.module).map_err(failure::bench)?;
            let mut on_accelerator = OnAccelerator::new(&mut bench, network)?;
            let reference = Core::new(net).map_err(Failure::defect)?.with_relative_softmax(&config.core);
            let verdicts = verdicts(checkpoint, net, images, reference, |pixels| on_accelerator.run(pixels), step)?;
            let count = on_accelerator.count(config);
            Ok((verdicts, vec![count], on_accelerator.layers()))
        }
    }
}

fn verdicts<B: Backend<Error: std::error::Error>>(
    checkpoint: &Checkpoint,
    net: &Network,
    images: &[Image],
    mut reference: B,
    mut rtl: impl FnMut(&[i32]) -> Result<Trace>,
    step: &dyn Fn(),
) -> Result<Vec<Verdict>> {
    let mut verdicts = Vec::with_capacity(images.len());
    for image in images {
        let pixels = image.pixels.map(i32::from);
        verdicts.push(Verdict {
            float: model::forward(checkpoint, image),
            reference: run(net, &mut reference, &pixels).map_err(Failure::defect)?,
            rtl: rtl(&pixels)?,
        });
        step();
    }
    Ok(verdicts)
}

/// Fails if a logit of RTL is not the reference's.
pub fn judge(outcomes: &[Outcome]) -> Result {
    let differing: Vec<String> = outcomes.iter().filter_map(Outcome::difference).collect();
    if differing.is_empty() { Ok(()) } else { Err(Failure::Check(differing.join("\n"))) }
}

#[cfg(test)]
mod tests {
    use std::process::ExitCode;

    use reference::network::{AttentionRow, UnitError};
    use reference::token_selector::{Job, Selection};
    use reference::{GemmJob, Sorted};
    use spec::unit::{BitonicSort, TokenSelector};

    use super::*;

    /// The reference, but for the lowest bit of one value of the last matrix product: a logit.
    struct Flipped {
        reference: Reference,
        /// Matrix products until then.
        until: usize,
    }

    impl Backend for Flipped {
        type Error = UnitError;

        fn gemm(&mut self, jobs: &[GemmJob]) -> Result<Vec<Vec<i32>>, UnitError> {
            let mut products = self.reference.gemm(jobs)?;
            if self.until == 0 {
                products[0][3] ^= 1;
            }
            self.until = self.until.wrapping_sub(1);
            Ok(products)
        }

        fn attention(&mut self, rows: &[Vec<i32>]) -> Result<Vec<AttentionRow>, UnitError> {
            self.reference.attention(rows)
        }

        fn softmax(&mut self, rows: &[Vec<i32>]) -> Result<Vec<Vec<i32>>, UnitError> {
            self.reference.softmax(rows)
        }

        fn gelu(&mut self, x: &[i32]) -> Result<Vec<i32>, UnitError> {
            self.reference.gelu(x)
        }

        fn sigmoid(&mut self, x: &[i32]) -> Result<Vec<i32>, UnitError> {
            self.reference.sigmoid(x)
        }

        fn select(&mut self, unit: &TokenSelector, job: &Job) -> Result<Selection, UnitError> {
            self.reference.select(unit, job)
        }

        fn sort(&mut self, unit: &BitonicSort, keys: &[i128]) -> Result<Vec<Sorted>, UnitError> {
            self.reference.sort(unit, keys)
        }
    }

    /// `images` with the bit flipped in the matrix product of index `at`; the products that were asked for.
    fn outcome(images: &[Image], at: usize) -> (Outcome, usize) {
        let checkpoint = super::super::checkpoint(model::KNOWN[0]).unwrap();
        let net = checkpoint.quantise();
        let mut backend = Flipped { reference: Reference::new(&net).unwrap(), until: at };
        let rtl = |pixels: &[i32]| run(&net, &mut backend, pixels).map_err(Failure::defect);
        let verdicts = verdicts(&checkpoint, &net, images, Reference::new(&net).unwrap(), rtl, &|| ()).unwrap();
        let asked = at.wrapping_sub(backend.until);
        (Outcome { net, on_host: "", verdicts, counts: vec![], layers: vec![], time: Duration::ZERO }, asked)
    }

    #[test]
    fn one_bit_of_one_logit_fails_the_run() {
        let images = &model::test_images()[..1];
        let (same, products) = outcome(images, usize::MAX);
        assert!(judge(&[same]).is_ok());
        let (differs, _) = outcome(images, products - 1);
        assert!(!differs.equal());
        let failure = judge(&[differs]).expect_err("a logit differs");
        assert!(
            matches!(&failure, Failure::Check(sum) if sum.contains("image 0") && sum.contains("logits")),
            "{failure:?}"
        );
        assert_eq!(format!("{:?}", failure.report()), format!("{:?}", ExitCode::from(1)));
    }
}
