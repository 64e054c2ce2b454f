//! The products of a pruned transformer's encoder block, back to back on an `mpca`, with all inputs at hand.

use reference::{MpcaJob, MpcaWeights, Scale};
use sim::Model;
use spec::block_sparse::{BlockSparse, Mask, SparseError};
use spec::manifest::Module;
use spec::unit::Mpca;

use super::encoder::Encoder;
use super::mpca::{Memory, Streams};
use crate::codec::Codec;
use crate::pattern::mix;
use crate::{Failure, Result};

/// Cycles without a result after which a run counts as stuck.
const WATCHDOG: u64 = 1_000_000;

/// An encoder block whose weights are pruned in blocks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SparseEncoder {
    /// Heads and tokens; neurons of the MLP that are left.
    pub encoder: Encoder,
    /// Side of a block.
    pub block: usize,
}

impl SparseEncoder {
    /// An encoder block of DeiT that has a share of `rate` of its MLP's neurons, for masks of blocks of that side.
    pub fn deit(heads: usize, tokens: usize, rate: f64, block: usize) -> Self {
        let dense = Encoder::deit(heads, tokens);
        Self { encoder: Encoder { mlp: (dense.mlp as f64 * rate) as usize, ..dense }, block }
    }

    /// What a block of weights is worth by chance, for a mask that is drawn by score.
    pub fn score(matrix: usize, row: usize, col: usize) -> f64 {
        (mix(((matrix * 97 + row) * 101 + col) as u64 + 1) >> 11) as f64
    }

    /// Queries, keys and values, QKᵀ, A·V, projection, both layers of the MLP. `masks` are those of W_q, W_k, W_v and W_proj; features are
    /// left out, for a run that offers noise.
    ///
    /// # Errors
    /// If a mask is not of the matrix's shape.
    pub fn products(
        &self,
        config: &Mpca,
        masks: [&Mask; 4],
    ) -> std::result::Result<Vec<(&'static str, MpcaJob)>, SparseError> {
        let Encoder { heads, mlp, tokens } = self.encoder;
        let (embed, head) = (heads * Encoder::HEAD, Encoder::HEAD);
        let job = |k, cols, heads, per_head, weights| MpcaJob {
            n: tokens,
            k,
            cols,
            heads,
            per_head,
            double: self.block > config.tile as usize,
            x: vec![],
            weights,
            scale: Scale { mult: 1, shift: 20 },
        };
        let dense = |k: usize, cols: usize, heads: usize, per_head| {
            job(k, cols, heads, per_head, MpcaWeights::Dense(noise(heads * k * cols)))
        };
        let sparse = |mask: &Mask| -> std::result::Result<MpcaJob, SparseError> {
            let blocks = head / self.block;
            let of_head = |h: usize| {
                let mask = Mask::from_fn(embed / self.block, blocks, |row, col| mask.keeps(row, h * blocks + col));
                BlockSparse::pack(embed, head, self.block, &noise(embed * head), &mask)
            };
            let weights = (0..heads).map(of_head).collect::<std::result::Result<_, _>>()?;
            Ok(job(embed, head, heads, false, MpcaWeights::Sparse(weights)))
        };
        Ok(vec![
            ("Q", sparse(masks[0])?),
            ("K", sparse(masks[1])?),
            ("V", sparse(masks[2])?),
            ("QK^T", dense(head, tokens, heads, true)),
            ("A.V", dense(tokens, head, heads, true)),
            ("projection", sparse(masks[3])?),
            ("MLP 1", dense(embed, mlp, 1, false)),
            ("MLP 2", dense(mlp, embed, 1, false)),
        ])
    }
}

fn noise(count: usize) -> Vec<i16> {
    (0..count as u64).map(|i| mix(i) as i16).collect()
}

/// The counters of an `mpca`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Counters {
    /// Cycles from the first command to the last result.
    pub cycles: u64,
    /// Multiply-accumulates of features and the weights that are there.
    pub macs: u64,
    /// Jobs whose headers or beats did not fit.
    pub faults: u64,
}

impl Counters {
    /// Reads them.
    ///
    /// # Errors
    /// If the model is no `mpca`.
    pub fn read(model: &Model) -> Result<Self> {
        let get = |name: &str| -> Result<u64> { Ok(model.get(model.port(&format!("{name}_o"))?)) };
        Ok(Self { cycles: get("cycles")?, macs: get("macs")?, faults: get("faults")? })
    }

    /// MAC use: useful products over what the array could have done in these cycles.
    pub fn mac_use(&self, config: &Mpca) -> f64 {
        self.macs as f64 / (self.cycles as f64 * f64::from(config.macs()))
    }
}

/// Jobs that follow each other from reset: every stream offers a beat in every cycle, weights those that were asked for. Features are
/// noise, and results are not looked at.
pub struct BackToBack<'a> {
    config: &'a Mpca,
    codec: Codec,
    commands: Vec<u64>,
    memory: Memory,
    jobs: usize,
}

impl<'a> BackToBack<'a> {
    /// Commands and packed weights of `jobs`, for `module`.
    ///
    /// # Errors
    /// If `module` is no `mpca` of that configuration.
    pub fn new(module: &Module, config: &'a Mpca, jobs: &[MpcaJob]) -> Result<Self> {
        let (streams, codec, mut memory) = (Streams::new(config), Codec::new(module, "cmd"), Memory::new(config));
        let mut commands = Vec::new();
        for job in jobs {
            codec.pack(&streams.command(job, &mut memory).beat, &mut commands)?;
        }
        Ok(Self { config, codec, commands, memory, jobs: jobs.len() })
    }

    /// Runs them on `model`.
    ///
    /// # Errors
    /// If nothing comes out of it for a million cycles.
    pub fn run(&self, model: &mut Model) -> Result<Counters> {
        let clock = model.clock("clk_i")?;
        let ports =
            ["rst_i", "cmd_data_i", "cmd_valid_i", "cmd_ready_o", "feature_data_i", "out_valid_o", "out_last_o"];
        let [reset, command, offer, taken, feature, valid, last] = ports.map(|name| model.port(name));
        let (reset, command, offer, taken, feature) = (reset?, command?, offer?, taken?, feature?);
        let (valid, last) = (valid?, last?);
        let ports = ["weight_read_valid_o", "weight_read_data_o", "weight_valid_i", "weight_ready_o", "weight_data_i"];
        let [asks, request, weight_offer, weight_taken, weight] = ports.map(|name| model.port(name));
        let (asks, request, weight_offer, weight_taken, weight) =
            (asks?, request?, weight_offer?, weight_taken?, weight?);
        for name in ["feature_valid_i", "weight_read_ready_i", "out_ready_i"] {
            let port = model.port(name)?;
            model.set(port, 1);
        }
        model.set(offer, 0);
        model.set(weight_offer, 0);
        model.set(reset, 1);
        let halted = |cycle: u64| move |halt| Failure::Halt { cycle, halt };
        for cycle in 0..2 {
            model.tick(clock).map_err(halted(cycle))?;
        }
        model.set(reset, 0);
        let slices = u64::from(self.config.feature_rows * self.config.tile / 4);
        let mut queue = std::collections::VecDeque::<usize>::new();
        let mut words = vec![0u64; (self.config.weight_words() as usize).div_ceil(4)];
        let (mut next, mut done, mut quiet) = (0, 0, 0);
        for cycle in 1.. {
            let offered = next < self.jobs;
            model.set(offer, offered.into());
            if offered {
                model.set_words(command, &self.commands[next * self.codec.words()..(next + 1) * self.codec.words()]);
            }
            model.set_slice(feature, 64 * (cycle % slices) as u32, 64, mix(cycle));
            if let Some(beat) = queue.front().and_then(|&beat| self.memory.read(beat, 1)) {
                for (word, four) in words.iter_mut().zip(beat.chunks(4)) {
                    *word = four.iter().rev().fold(0, |word, &w| word << 16 | u64::from(w));
                }
                model.set_words(weight, &words);
            }
            model.set(weight_offer, (!queue.is_empty()).into());
            next += usize::from(offered && model.get(taken) != 0);
            if !queue.is_empty() && model.get(weight_taken) != 0 {
                queue.pop_front();
            }
            if model.get(asks) != 0 {
                let (address, beats) = (model.get_slice(request, 0, 32), model.get_slice(request, 32, 24));
                queue.extend((address..address + beats).map(|beat| beat as usize));
            }
            let result = model.get(valid) != 0;
            done += usize::from(result && model.get(last) != 0);
            quiet = if result { 0 } else { quiet + 1 };
            model.tick(clock).map_err(halted(cycle))?;
            if done == self.jobs {
                break;
            }
            if quiet > WATCHDOG {
                let what = format!("`out` has given {done} of {} jobs' results", self.jobs);
                return Err(Failure::Stuck { limit: WATCHDOG, cycle, what });
            }
        }
        // The counters are a few cycles behind.
        for cycle in 0..16 {
            model.tick(clock).map_err(halted(cycle))?;
        }
        Counters::read(model)
    }
}
