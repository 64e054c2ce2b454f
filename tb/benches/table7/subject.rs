//! A network with an image: what the accelerator and the reference make of it.

use compile::Compiled;
use model::{generated, generated_image};
use predict::{Prediction, predict, start_up};
use reference::network::{Core as Reference, Trace, fit_thresholds, run};
use spec::accel::Core;
use spec::network::{Architecture, CoreUnits};
use tb::axi::Timing;

use crate::Outcome;
use crate::image::{Board, Ran};
use crate::progress::Progress;

/// A network with random weights, compiled, an image, and what the reference computed.
pub struct Subject {
    name: String,
    pub compiled: Compiled,
    pub trace: Trace,
    predicted: Prediction,
    pixels: Vec<i32>,
}

impl Subject {
    /// Its selectors keep so many patches each; with `checkpoints` it stores the residual stream behind every layer.
    pub fn new(name: &str, arch: Architecture, keep: &[usize], core: &Core, checkpoints: bool) -> Outcome<Self> {
        let checkpoint = generated(name, arch, 1)?;
        let pixels = checkpoint.integers(&generated_image(&checkpoint.arch, 1));
        let mut network = checkpoint.quantise_for(&CoreUnits::new(core.array(), core.max_embed, core.t_i))?;
        if !keep.is_empty() {
            let mut backend = Reference::new(&network)?.with_relative_softmax(core);
            fit_thresholds(&mut network, &mut backend, &pixels, keep)?;
        }
        let trace = run(&network, &mut Reference::new(&network)?.with_relative_softmax(core), &pixels)?;
        let compiled = compile::compile(core, &network, checkpoints)?;
        let tokens: Vec<u32> = trace.kept.iter().map(|kept| kept.len() as u32 + 2).collect();
        let latency = Timing::zcu102().latency;
        let mut predicted = predict(core, &compiled.program, &tokens, latency);
        predicted.cycles += start_up(core, compiled.program.len(), latency);
        Ok(Self { name: name.to_owned(), compiled, trace, predicted, pixels })
    }

    /// Simulates the image, beside its prediction; an error if anything differs from the reference.
    pub fn run(&self, board: &mut Board) -> Outcome<(Ran, &Prediction)> {
        let progress = Progress::new(&self.name, &self.compiled.program, self.predicted.cycles);
        let ran = board.run(&self.compiled, &self.pixels, &progress)?;
        drop(progress);
        match ran.compare(&self.trace) {
            Some(wrong) => Err(format!("{}: {wrong}", self.name).into()),
            None => Ok((ran, &self.predicted)),
        }
    }
}
