//! How far an image is, on a terminal; nothing where standard error is none.

use indicatif::{ProgressBar, ProgressStyle};
use spec::accel::{Instruction, Rows, VectorJob, VectorOp};

/// Cycles between two looks.
pub const PERIOD: u64 = 2048;

/// A line with network, layer, cycles, and an estimate of the time that is left.
pub struct Progress {
    bar: ProgressBar,
    /// The layer of each of the array's jobs.
    layers: Vec<String>,
}

impl Progress {
    /// For a program of about so many cycles.
    pub fn new(network: &str, program: &[Instruction], cycles: u64) -> Self {
        let bar = ProgressBar::new(cycles);
        if let Ok(style) = ProgressStyle::with_template("{prefix} {bar:30} {msg:18} cycle {pos} of {len}, {eta} left") {
            bar.set_style(style);
        }
        bar.set_prefix(network.to_owned());
        Self { bar, layers: layers(program) }
    }

    /// How many cycles the image is to take.
    pub fn cycles(&self) -> u64 {
        self.bar.length().unwrap_or_default()
    }

    /// In that cycle, with so many of the array's jobs done.
    pub fn at(&self, cycle: u64, matrix_jobs: usize) {
        if let Some(layer) = self.layers.get(matrix_jobs) {
            self.bar.set_message(layer.clone());
        }
        self.bar.set_position(cycle);
    }
}

impl Drop for Progress {
    fn drop(&mut self) {
        self.bar.finish_and_clear();
    }
}

/// The layer of each of the array's jobs, named as the reference's checkpoints: each begins with its vector jobs.
fn layers(program: &[Instruction]) -> Vec<String> {
    let (mut halves, mut layer, mut layers) = (0, "embedding".to_owned(), Vec::new());
    for instruction in program {
        match instruction {
            Instruction::Vector(VectorJob { op: VectorOp::Measure, .. }) => {
                layer = format!("blocks.{}.selected", halves / 2)
            }
            Instruction::Vector(VectorJob { op: VectorOp::LayerNorm, rows: Rows::Even, .. }) => {
                layer = format!("blocks.{}.{}", halves / 2, ["attention", "mlp"][halves % 2]);
                halves += 1;
            }
            Instruction::Vector(VectorJob { op: VectorOp::LayerNorm, rows: Rows::Given(_), .. }) => {
                "logits".clone_into(&mut layer)
            }
            Instruction::Matrix(_) => layers.push(layer.clone()),
            _ => {}
        }
    }
    layers
}
