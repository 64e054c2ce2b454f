//! Images on an accelerator.

use compile::Compiled;
use reference::network::Trace;
use spec::accel::Accelerator;
use tb::Bench;
use tb::axi::{Board, Stalls, Timing, failure};
use tb::network::UnitCount;

use super::layers::{self, Layer};
use crate::failure::{Result, bench};

/// Memory of the accelerator.
const BYTES: u64 = 1 << 24;

/// A network on an accelerator whose memory is the ZCU102's.
pub struct OnAccelerator<'a> {
    board: Board<'a>,
    images: u64,
    cycles: u64,
    layers: Vec<Layer>,
}

impl<'a> OnAccelerator<'a> {
    /// Loads the network.
    pub fn new(on: &'a mut Bench, network: &Compiled) -> Result<Self> {
        let mut board = Board::new(on, BYTES, &Timing::zcu102(), &Stalls::default()).map_err(bench)?;
        board.accelerator.load(network).map_err(|error| bench(failure(error)))?;
        Ok(Self { board, images: 0, cycles: 0, layers: vec![] })
    }

    /// What the accelerator tells of an image.
    pub fn run(&mut self, pixels: &[i32]) -> Result<Trace> {
        let run = self.board.accelerator.run(pixels).map_err(|error| bench(failure(error)))?;
        (self.images, self.cycles) = (self.images + 1, self.cycles + run.counters.cycles);
        layers::add(
            &mut self.layers,
            run.layers.iter().map(|(name, counts)| Layer::new(name.clone(), counts)).collect(),
        );
        Ok(Trace { logits: run.logits, kept: run.kept, ..Trace::default() })
    }

    /// What was counted in each layer, summed over the images so far.
    pub fn layers(self) -> Vec<Layer> {
        self.layers
    }

    /// Images so far, and their cycles from start to interrupt.
    pub fn count(&self, config: &Accelerator) -> UnitCount {
        let (module, kind) = (config.module_name(), "accelerator".to_owned());
        UnitCount { module, kind, jobs: self.images, cycles: self.cycles }
    }
}
