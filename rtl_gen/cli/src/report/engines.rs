//! How busy the engines are, by the counters in the RTL.

use serde::{Deserialize, Serialize};
use sim::{OptLevel, Sources};
use spec::unit::GemmEngine;
use tb::Unit;
use tb::jobs::encoder::{Counters, Encoder};

use super::{Store, mpca};
use crate::failure::{self, Failure, Result};
use crate::run::bar;

/// Tokens of a block: all, and what is left of them behind HeatViT's selectors.
const TOKENS: [usize; 4] = [197, 139, 99, 42];

/// An engine and the models that it serves.
#[derive(Serialize, Deserialize)]
pub struct Engine {
    /// The unit.
    pub kind: String,
    /// The preset.
    pub name: String,
    /// Multiply-accumulates in a cycle.
    pub macs: u32,
    /// DSPs, as designed.
    pub dsps: u32,
    /// Which blocks are wanted to reach the higher of two levels of MAC use, and which the lower.
    pub wanted: [String; 2],
    /// What it does with each model.
    pub models: Vec<Model>,
}

/// An encoder block of a model.
#[derive(Serialize, Deserialize)]
pub struct Model {
    /// The model, and how it is pruned.
    pub name: String,
    /// With fewer and fewer tokens.
    pub blocks: Vec<Block>,
}

/// The products of a block with so many tokens.
#[derive(Serialize, Deserialize)]
pub struct Block {
    /// Tokens.
    pub tokens: usize,
    /// Cycles of all products back to back.
    pub cycles: u64,
    /// MAC use in per cent, all products back to back.
    pub mac_use: f64,
    /// Each product by itself.
    pub products: Vec<(String, f64)>,
}

type Preset = (&'static str, fn() -> GemmEngine, &'static [(&'static str, usize)]);

/// The presets with the models that they serve, by their heads.
const PRESETS: [Preset; 2] = [
    ("zcu102", GemmEngine::zcu102, &[("DeiT-T", 3), ("DeiT-S", 6), ("DeiT-B", 12)]),
    ("deit_b", GemmEngine::deit_b, &[("DeiT-B", 12)]),
];

/// Simulates the engines over the blocks of their models, unless the store has the result.
pub fn measure(store: &Store, quiet: bool) -> Result<Vec<Engine>> {
    let mut engines = gemm_engines(store, quiet)?;
    engines.push(mpca::measure(store, quiet)?);
    Ok(engines)
}

fn gemm_engines(store: &Store, quiet: bool) -> Result<Vec<Engine>> {
    PRESETS
        .iter()
        .map(|(name, config, models)| {
            let config = config();
            let emission = units::emit(&[config.clone().into()], "")
                .map_err(|error| Failure::input(error.to_string(), "this is a defect of espalier"))?;
            let mut state: Vec<&str> = emission.files.iter().map(|(_, text)| text.as_str()).collect();
            state.push("v2");
            store.get_or(&format!("mac_use_{name}"), &state, || {
                let unit = unit(&config.module_name(), &emission)?;
                let bar = bar(models.len() * TOKENS.len() + 1, &format!("MAC use of {name}"), quiet);
                bar.set_message("compiling");
                let mut bench = unit.bench().map_err(failure::bench)?;
                let mut blocks = |model: &str, heads: usize| {
                    let block = |tokens| {
                        bar.inc(1);
                        bar.set_message(format!("{model}, {tokens} tokens"));
                        let encoder = Encoder::deit(heads, tokens);
                        let measured =
                            encoder.measure(bench.model(), unit.module(), &config).map_err(failure::bench)?;
                        let percent = |counters: &Counters| 100.0 * counters.mac_use(&config);
                        let products = measured.products.iter().map(|(name, c)| ((*name).to_owned(), percent(c)));
                        let (cycles, mac_use) = (measured.block.cycles, percent(&measured.block));
                        Ok(Block { tokens, cycles, mac_use, products: products.collect() })
                    };
                    TOKENS.into_iter().map(block).collect::<Result<Vec<_>>>()
                };
                let models = models
                    .iter()
                    .map(|(model, heads)| Ok(Model { name: (*model).to_owned(), blocks: blocks(model, *heads)? }))
                    .collect::<Result<_>>()?;
                bar.finish_and_clear();
                let wanted = ["at 197 tokens", "at fewer"].map(str::to_owned);
                let (kind, name) = ("gemm_engine".to_owned(), (*name).to_owned());
                Ok(Engine { kind, name, macs: config.macs(), dsps: config.dsps(), wanted, models })
            })
        })
        .collect()
}

/// The engine as fast as it simulates.
pub fn unit(name: &str, emission: &units::Emission) -> Result<Unit> {
    let module = emission.manifest.module(name);
    let module = module.ok_or_else(|| Failure::input(format!("{name} was not emitted"), "report this defect"))?;
    let sources = emission.files.iter().fold(Sources::new(name), |sources, (file, text)| sources.text(file, text));
    Ok(Unit::new(module.clone(), sources).configure(|build| build.opt_level(OptLevel::O3).native(true)))
}
