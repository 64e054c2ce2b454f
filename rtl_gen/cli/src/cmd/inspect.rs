//! `espalier inspect`.

use std::path::PathBuf;

use model::Inspection;
use spec::network::{Architecture, Pruning};

use crate::failure::{Failure, Result};
use crate::output::{json, table};

/// Arguments.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// A checkpoint (ours, Hugging Face, timm, LV-ViT) or quantised network: a safetensors file, or the folder of a
    /// `model.safetensors`.
    file: PathBuf,
    /// Print what was found as JSON.
    #[arg(long)]
    json: bool,
}

/// Prints architecture, units, formats and tensors.
pub fn run(args: &Args) -> Result {
    let found = model::inspect(&args.file).map_err(|error| {
        let text = error.to_string();
        match text.rsplit_once("; ") {
            Some((message, remedy)) => Failure::input(message, remedy),
            None => Failure::input(text, "give the path of a safetensors file"),
        }
    })?;
    if args.json {
        return json(&found);
    }
    outln!("{}: {}", found.name, found.kind);
    outln!("{}", shape(&found));
    if let Some(arithmetic) = found.arithmetic {
        outln!("arithmetic: {arithmetic}\nunits: {}", found.units.join(", "));
    }
    outln!("");
    let rows: Vec<Vec<String>> =
        found.formats.iter().map(|(name, format)| vec![name.clone(), format.clone()]).collect();
    if !rows.is_empty() {
        table(&["activation or layer", "format"], &rows);
        outln!("");
    }
    let dimensions = |shape: &[usize]| shape.iter().map(usize::to_string).collect::<Vec<_>>().join("x");
    let tensor = |line: &model::TensorLine| {
        let apart = line.apart.unwrap_or("").to_owned();
        vec![line.name.clone(), line.dtype.clone(), dimensions(&line.shape), line.values.to_string(), apart]
    };
    let rows: Vec<Vec<String>> = found.tensors.iter().map(tensor).collect();
    table(&["tensor", "type", "shape", "values", "not computed"], &rows);
    Ok(())
}

fn shape(found: &Inspection) -> String {
    let Architecture { image, channels, patch, embed, heads, depth, mlp, classes, epsilon, .. } = found.architecture;
    let tokens = found.architecture.tokens();
    let pruning = match &found.architecture.pruning {
        Pruning::None => "no pruning".to_owned(),
        Pruning::Heatvit { before } => format!("token selectors before blocks {before:?}"),
        Pruning::Sdp { inside, keep_permille } => {
            format!("tokens dropped in blocks {inside:?}, {}.{} % kept", keep_permille / 10, keep_permille % 10)
        }
    };
    format!(
        "{channels} planes of {image}x{image}, patches of {patch}x{patch}: {tokens} tokens of {embed} channels\n\
         {depth} blocks, {heads} heads, MLP {mlp}, {classes} classes, {} parameters, epsilon {epsilon}\n\
         {pruning}, delta1 {}, delta2 {}",
        found.parameters, found.architecture.delta1, found.architecture.delta2
    )
}
