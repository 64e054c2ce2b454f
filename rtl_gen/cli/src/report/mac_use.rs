//! What is told of how busy an engine is.

use serde::{Deserialize, Serialize};
use sim::{OptLevel, Sources};
use tb::Unit;

use crate::failure::{Failure, Result};

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

/// The engine as fast as it simulates.
pub fn unit(name: &str, emission: &units::Emission) -> Result<Unit> {
    let module = emission.manifest.module(name);
    let module = module.ok_or_else(|| Failure::input(format!("{name} was not emitted"), "report this defect"))?;
    let sources = emission.files.iter().fold(Sources::new(name), |sources, (file, text)| sources.text(file, text));
    Ok(Unit::new(module.clone(), sources).configure(|build| build.opt_level(OptLevel::O3).native(true)))
}
