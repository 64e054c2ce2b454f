//! `espalier sim UNIT`.

use std::path::PathBuf;

use reference::{ExpModel, FunctionUnit, GeluModel, PlanSigmoidModel};
use serde_json::{Map, Value, json};
use spec::UnitConfig;
use spec::manifest::Module;
use tb::Pattern;

use super::waves::{bench_failure, unit};
use crate::failure::{Failure, Result};
use crate::output;

/// The widest input of which every value is tried; of wider ones, evenly spaced values.
const MAX_INPUTS: i128 = 1 << 16;

/// Arguments.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// A function unit (exp, gelu, plan_sigmoid), by kind or module name; of a kind, the first one of the folder.
    unit: String,
    /// The emitted folder.
    #[arg(long, default_value = "rtl")]
    rtl: PathBuf,
    /// Percentage of cycles in which the producer pauses and the consumer is not ready.
    #[arg(long, default_value_t = 0, value_parser = clap::value_parser!(u8).range(0..=90))]
    stalls: u8,
    /// Seed of the pauses.
    #[arg(long, default_value_t = 1)]
    seed: u64,
    /// Print the result as JSON.
    #[arg(long)]
    json: bool,
}

/// Drives a unit's RTL with every input and fails if an output is not the reference's.
pub fn run(args: &Args) -> Result {
    let unit = unit(&args.rtl, &args.unit)?;
    let model = model(unit.module())?;
    let format = model.x();
    let step = ((format.max() - format.min() + 1) / MAX_INPUTS).max(1);
    let inputs: Vec<i64> = (format.min()..=format.max()).step_by(step as usize).map(|x| x as i64).collect();
    let mut bench = unit.bench().map_err(bench_failure)?;
    let pattern = match args.stalls {
        0 => Pattern::Always,
        percent => Pattern::Random { percent, seed: args.seed },
    };
    bench.patterns(&pattern, &pattern);
    let outputs: Vec<i64> = inputs.iter().map(|x| model.eval(*x)).collect();
    bench.send("in", inputs.iter().copied()).map_err(bench_failure)?;
    bench.expect("out", outputs).map_err(bench_failure)?;
    let outcome = bench.run();
    let (name, count, cycles) = (&unit.module().name, inputs.len(), bench.cycle());
    if args.json {
        let difference = outcome.as_ref().err().map(ToString::to_string);
        output::json(
            &json!({ "unit": name, "inputs": count, "cycles": cycles, "equal": outcome.is_ok(), "difference": difference }),
        )?;
    } else if outcome.is_ok() {
        outln!("{name}: {count} outputs equal the reference, {cycles} cycles");
    }
    outcome.map_err(|difference| Failure::Check(format!("{name}: {difference}")))
}

/// The reference of the module's unit.
fn model(module: &Module) -> Result<Box<dyn FunctionUnit>> {
    let mut fields: Map<String, Value> = module.params.clone().into_iter().collect();
    fields.insert("kind".to_owned(), module.kind.clone().into());
    let config = serde_json::from_value::<UnitConfig>(Value::Object(fields)).map_err(|error| {
        Failure::input(
            format!("the manifest's entry of {} cannot be read: {error}", module.name),
            "emit the folder anew with `espalier gen`",
        )
    })?;
    let invalid =
        |error: spec::ConfigError| Failure::input(error.to_string(), "emit the folder anew with `espalier gen`");
    Ok(match config {
        UnitConfig::Exp(config) => Box::new(ExpModel::new(&config).map_err(invalid)?),
        UnitConfig::Gelu(config) => Box::new(GeluModel::new(&config).map_err(invalid)?),
        UnitConfig::PlanSigmoid(config) => Box::new(PlanSigmoidModel::new(&config).map_err(invalid)?),
        other => {
            let kind = other.kind();
            let message = format!("{kind} takes jobs, not single values");
            let help = format!(
                "`espalier waves {kind}` records it under random traffic; `cargo test -p tb --test {kind}` compares it"
            );
            return Err(Failure::input(message, help));
        }
    })
}
