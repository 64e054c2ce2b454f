//! `espalier run`.

use std::path::PathBuf;

use serde_json::json;

use crate::failure::Result;
use crate::output;
use crate::run::{self, Outcome, Target, Task};

/// Arguments.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// The model: digits-heatvit, digits-sdp or a .safetensors file; both models if not given.
    #[arg(long, value_name = "NAME")]
    model: Vec<String>,
    /// Classify one picture of a digit: a square PNG, grey or colour, dark on bright or bright on dark.
    #[arg(long, value_name = "FILE.png", conflicts_with = "data")]
    image: Option<PathBuf>,
    /// Classify a set in the form of digits.csv; the 300 test images of the project's own if not given.
    #[arg(long, value_name = "FILE.csv")]
    data: Option<PathBuf>,
    /// Folder that the pictures of pruned tokens are written to.
    #[arg(long, value_name = "DIR", default_value = "build/run")]
    out: PathBuf,
    /// Print what the accelerator counts in each layer too, as means of an image.
    #[arg(long, conflicts_with = "json")]
    layers: bool,
    /// Print the result as JSON: one object for one model, else a list under `models`.
    #[arg(long)]
    json: bool,
}

/// Classifies in float, in the integer reference and in RTL; fails if a logit of the last two differs.
pub fn run(args: &Args) -> Result {
    let names: Vec<String> =
        if args.model.is_empty() { model::KNOWN.map(str::to_owned).to_vec() } else { args.model.clone() };
    let checkpoints = names.iter().map(|name| run::checkpoint(name)).collect::<Result<Vec<_>>>()?;
    let task = Task::read(args.image.as_deref(), args.data.as_deref())?;
    let targets = checkpoints.iter().map(Target::new).collect::<Result<Vec<_>>>()?;
    let compiled = run::compile(&targets, args.json)?;
    let mut outcomes = Vec::new();
    for (checkpoint, target) in checkpoints.iter().zip(&targets) {
        let outcome = run::evaluate(checkpoint, target, &task, &compiled, args.json)?;
        let picture = run::draw(&outcome, &task, &args.out)?;
        if !args.json {
            run::print(&outcome, &task, &picture, args.layers);
        }
        outcomes.push(outcome);
    }
    if args.json {
        let mut objects: Vec<_> = outcomes.iter().map(|outcome| run::object(outcome, &task)).collect();
        match objects.len() {
            1 => output::json(&objects.remove(0))?,
            _ => output::json(&json!({ "logits_equal": outcomes.iter().all(Outcome::equal), "models": objects }))?,
        }
    }
    run::judge(&outcomes)
}
