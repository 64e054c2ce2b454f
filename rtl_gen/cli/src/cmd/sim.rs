//! `espalier sim UNIT`.

use std::path::PathBuf;

use reference::{ExpModel, FunctionUnit, GeluModel, PlanSigmoidModel};
use serde_json::json;
use spec::UnitConfig;
use tb::{Bench, Pattern};

use super::waves::unit;
use crate::failure::{self, Failure, Result};
use crate::{manifest, output};

/// The widest input of which every value is tried; of wider ones, evenly spaced values.
const MAX_INPUTS: i128 = 1 << 16;
/// Jobs in a case.
const JOBS: usize = 4;

/// Arguments.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// The unit, by kind or module name; of a kind, the first one of the folder.
    unit: String,
    /// The emitted folder.
    #[arg(long, default_value = "rtl")]
    rtl: PathBuf,
    /// Cases of random jobs for units other than function units, each after a reset.
    #[arg(long, default_value_t = 50, value_parser = clap::value_parser!(u32).range(1..=100_000))]
    cases: u32,
    /// Percentage of cycles in which producers pause and consumers are not ready; if not given, none for function units
    /// and another one in every case for the others.
    #[arg(long, value_parser = clap::value_parser!(u8).range(0..=90))]
    stalls: Option<u8>,
    /// Seed of jobs and pauses.
    #[arg(long, default_value_t = 1)]
    seed: u64,
    /// Print the result as JSON.
    #[arg(long)]
    json: bool,
}

/// Drives a unit's RTL, a function unit with every input, another one with random jobs, and fails if an output is not
/// the reference's.
pub fn run(args: &Args) -> Result {
    let unit = unit(&args.rtl, &args.unit)?;
    let name = unit.module().name.clone();
    let config = manifest::config(unit.module())?;
    let mut bench = unit.bench().map_err(failure::bench)?;
    let start = bench.cycle();
    let (outcome, driven, mut facts) = match function(&config)? {
        Some(model) => {
            let inputs = inputs(&*model);
            let outcome = every_input(&mut bench, &*model, &inputs, args);
            (outcome, format!("{} outputs", inputs.len()), json!({ "inputs": inputs.len() }))
        }
        None => {
            let outcome = (0..args.cases).try_for_each(|case| {
                jobs(&mut bench, &config, case, args).map_err(|e| format!("case {case} of seed {}: {e}", args.seed))
            });
            let jobs = args.cases as usize * JOBS;
            let driven = format!("{jobs} jobs in {} cases of seed {}", args.cases, args.seed);
            (outcome, driven, json!({ "cases": args.cases, "jobs": jobs, "seed": args.seed }))
        }
    };
    let cycles = bench.cycle() - start;
    if args.json {
        facts["unit"] = json!(name);
        facts["cycles"] = json!(cycles);
        facts["equal"] = json!(outcome.is_ok());
        facts["difference"] = json!(outcome.as_ref().err());
        output::json(&facts)?;
    } else if outcome.is_ok() {
        outln!("{name}: {driven} equal the reference, {cycles} cycles");
    }
    outcome.map_err(|difference| Failure::Check(format!("{name}: {difference}")))
}

/// All inputs of a format, or as many as there is time for.
fn inputs(model: &dyn FunctionUnit) -> Vec<i64> {
    let format = model.x();
    let step = ((format.max() - format.min() + 1) / MAX_INPUTS).max(1);
    (format.min()..=format.max()).step_by(step as usize).map(|x| x as i64).collect()
}

fn every_input(bench: &mut Bench, model: &dyn FunctionUnit, inputs: &[i64], args: &Args) -> Result<(), String> {
    stall(bench, args.stalls.unwrap_or(0), args.seed);
    let outputs: Vec<i64> = inputs.iter().map(|x| model.eval(*x)).collect();
    let drive = || {
        bench.send("in", inputs.iter().copied())?;
        bench.expect("out", outputs)?;
        bench.run()
    };
    drive().map_err(|difference: tb::Failure| difference.to_string())
}

/// Random jobs back to back, after a reset.
fn jobs(bench: &mut Bench, config: &UnitConfig, case: u32, args: &Args) -> tb::Result<()> {
    let seed = args.seed ^ u64::from(case) << 32;
    bench.reset()?;
    stall(bench, args.stalls.unwrap_or((case * 17 % 61) as u8), seed);
    tb::jobs::queue(bench, config, JOBS, seed)?;
    bench.run()
}

fn stall(bench: &mut Bench, percent: u8, seed: u64) {
    let pattern = if percent == 0 { Pattern::Always } else { Pattern::Random { percent, seed } };
    bench.patterns(&pattern, &pattern);
}

/// The reference of a function unit.
fn function(config: &UnitConfig) -> Result<Option<Box<dyn FunctionUnit>>> {
    let invalid =
        |error: spec::ConfigError| Failure::input(error.to_string(), "emit the folder anew with `espalier gen`");
    Ok(match config {
        UnitConfig::Exp(config) => Some(Box::new(ExpModel::new(config).map_err(invalid)?)),
        UnitConfig::Gelu(config) if config.lanes == 1 => Some(Box::new(GeluModel::new(config).map_err(invalid)?)),
        UnitConfig::PlanSigmoid(config) => Some(Box::new(PlanSigmoidModel::new(config).map_err(invalid)?)),
        _ => None,
    })
}
