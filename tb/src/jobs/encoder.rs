//! The products of a transformer's encoder block, back to back on a `gemm_engine`, with all inputs at hand.

use sim::Model;
use spec::accel::Counts;
use spec::manifest::Module;
use spec::unit::GemmEngine;

use super::gemm_engine::{Shape, Streams};
use crate::codec::Codec;
use crate::pattern::mix;
use crate::{Failure, Result};

/// Cycles without a result after which a run counts as stuck.
const WATCHDOG: u64 = 1_000_000;

/// The sizes of an encoder block; the dimension of a head is 64.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Encoder {
    /// Heads.
    pub heads: usize,
    /// Neurons between the two layers of the MLP.
    pub mlp: usize,
    /// Tokens.
    pub tokens: usize,
}

impl Encoder {
    /// Channels of a head.
    pub const HEAD: usize = 64;

    /// A block of DeiT with that many heads: 3 (T), 6 (S) or 12 (B).
    pub const fn deit(heads: usize, tokens: usize) -> Self {
        Self { heads, mlp: 4 * heads * Self::HEAD, tokens }
    }

    /// Q, K and V as one product, QKᵀ, A·V, projection, both layers of the MLP, the first with GELU if there is one.
    pub fn products(self, gelu: bool) -> [(&'static str, Shape); 6] {
        let Self { heads, mlp, tokens: m } = self;
        let (embed, head) = (heads * Self::HEAD, Self::HEAD);
        let layer = |k, n| Shape { m, k, n, heads: 1, grouped: false, scale: 0, narrow: true, gelu: false, seed: 1 };
        let attention = |k, n, scale| Shape { heads, grouped: true, scale, narrow: false, ..layer(k, n) };
        [
            ("QKV", layer(embed, 3 * embed)),
            ("QK^T", attention(head, m, 2)),
            ("A.V", attention(m, head, 1)),
            ("projection", layer(embed, embed)),
            ("MLP 1", Shape { gelu, narrow: !gelu, ..layer(embed, mlp) }),
            ("MLP 2", layer(mlp, embed)),
        ]
    }
}

/// What an engine made of a block's products.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BlockUse {
    /// All products back to back.
    pub block: Counters,
    /// Each product by itself.
    pub products: Vec<(&'static str, Counters)>,
}

impl Encoder {
    /// Runs the block's products back to back, then each by itself.
    ///
    /// # Errors
    /// As [`back_to_back`].
    pub fn measure(self, model: &mut Model, module: &Module, config: &GemmEngine) -> Result<BlockUse> {
        let products = self.products(config.gelu.is_some());
        let jobs: Vec<Shape> = products.iter().map(|(_, job)| job.clone()).collect();
        let block = back_to_back(model, module, config, &jobs)?;
        let alone = |(name, job)| Ok((name, back_to_back(model, module, config, &[job])?));
        Ok(BlockUse { block, products: products.into_iter().map(alone).collect::<Result<_>>()? })
    }
}

/// The counters of a `gemm_engine`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Counters {
    /// Cycles from the first command to the last result.
    pub cycles: u64,
    /// Multiply-accumulates of W and A.
    pub macs: u64,
    /// Cycles without a row of A, in the order of [`Counters::CAUSES`].
    pub waits: [u64; 6],
}

impl Counters {
    /// Why no row of A entered.
    pub const CAUSES: [&str; 6] = Counts::CAUSES;

    /// Reads them.
    ///
    /// # Errors
    /// If the model is no `gemm_engine`.
    pub fn read(model: &Model) -> Result<Self> {
        let get = |name: &str| -> Result<u64> { Ok(model.get(model.port(&format!("{name}_o"))?)) };
        let mut waits = [0; 6];
        for (wait, cause) in waits.iter_mut().zip(Self::CAUSES) {
            *wait = get(cause)?;
        }
        Ok(Self { cycles: get("cycles")?, macs: get("macs")?, waits })
    }

    /// MAC use: useful products over what the array could have done in these cycles.
    pub fn mac_use(&self, config: &GemmEngine) -> f64 {
        self.macs as f64 / (self.cycles as f64 * f64::from(config.macs()))
    }
}

/// Runs jobs back to back from reset: every stream offers a beat in every cycle. Operands are noise, and results are not looked at.
///
/// # Errors
/// If `module` is no `gemm_engine` of that configuration, or nothing comes out of it for a million cycles.
pub fn back_to_back(model: &mut Model, module: &Module, config: &GemmEngine, jobs: &[Shape]) -> Result<Counters> {
    let (streams, codec) = (Streams::new(config), Codec::new(module, "cmd"));
    let mut commands = Vec::new();
    for job in jobs {
        codec.pack(&streams.command_of(job), &mut commands)?;
    }
    let clock = model.clock("clk_i")?;
    let [reset, command, act] = ["rst_i", "cmd_data_i", "act_data_i"].map(|name| model.port(name));
    let [offer, taken, valid, last] =
        ["cmd_valid_i", "cmd_ready_o", "out_valid_o", "out_last_o"].map(|n| model.port(n));
    let (reset, command, act, offer) = (reset?, command?, act?, offer?);
    let (taken, valid, last) = (taken?, valid?, last?);
    for name in ["weight_valid_i", "column_valid_i", "act_valid_i", "out_ready_i"] {
        let port = model.port(name)?;
        model.set(port, 1);
    }
    model.set(offer, 0);
    model.set(reset, 1);
    let halted = |cycle: u64| move |halt| Failure::Halt { cycle, halt };
    model.tick(clock).map_err(halted(0))?;
    model.set(reset, 0);
    let (mut next, mut done, mut quiet) = (0, 0, 0);
    for cycle in 1.. {
        let offered = next < jobs.len();
        model.set(offer, offered.into());
        if offered {
            model.set_words(command, &commands[next * codec.words()..(next + 1) * codec.words()]);
        }
        model.set_slice(act, 64 * (cycle % u64::from(config.t_i * config.t_h / 8)) as u32, 64, mix(cycle));
        next += usize::from(offered && model.get(taken) != 0);
        let result = model.get(valid) != 0;
        done += usize::from(result && model.get(last) != 0);
        quiet = if result { 0 } else { quiet + 1 };
        model.tick(clock).map_err(halted(cycle))?;
        if done == jobs.len() {
            break;
        }
        if quiet > WATCHDOG {
            let what = format!("`out` has given {done} of {} jobs' results", jobs.len());
            return Err(Failure::Stuck { limit: WATCHDOG, cycle, what });
        }
    }
    for cycle in 0..GemmEngine::COUNTED.into() {
        model.tick(clock).map_err(halted(cycle))?;
    }
    Counters::read(model)
}
