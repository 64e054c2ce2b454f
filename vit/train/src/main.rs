//! Trains the digit classifiers and writes their checkpoints.
//!
//! `cargo run --release -- digits-heatvit digits-sdp` in this folder takes about a minute a model on one core. Everything
//! random comes from the seed, so a run on the same kind of processor writes the same bytes.

mod augment;
mod fit;
mod net;
mod ops;

use std::collections::BTreeMap;
use std::error::Error;
use std::path::PathBuf;
use std::process::ExitCode;

use clap::Parser;
use model::{Checkpoint, Image, Tensor};
use rand::SeedableRng;
use rand_chacha::ChaCha8Rng;
use spec::network::{Architecture, Pruning};

/// Parts of the training images, one of which `--validate` holds back.
const FOLDS: usize = 6;
/// Training images whose class scores are stored beside the weights.
const RECORDED: usize = 8;

/// Trains the digit classifiers and writes their checkpoints.
#[derive(Parser)]
struct Args {
    /// Models to train: digits-heatvit, digits-sdp.
    #[arg(required = true, value_parser = model::KNOWN)]
    models: Vec<String>,
    /// Hold one sixth of the training images back (0 to 5), measure on it, and write nothing: for choosing a recipe.
    #[arg(long, value_name = "FOLD", value_parser = clap::value_parser!(u8).range(0..FOLDS as i64))]
    validate: Option<u8>,
    /// Strength of the images' distortion.
    #[arg(long, default_value_t = 1.0)]
    distortion: f32,
    /// Seed of everything random.
    #[arg(long, default_value_t = 1)]
    seed: u64,
    /// Passes over the images.
    #[arg(long, default_value_t = 150)]
    epochs: usize,
    /// Folder that the checkpoints are written to.
    #[arg(long, default_value = concat!(env!("CARGO_MANIFEST_DIR"), "/../checkpoints"))]
    out: PathBuf,
}

fn main() -> ExitCode {
    let args = Args::parse();
    for name in &args.models {
        if let Err(error) = train(name, &args) {
            eprintln!("error: {name}: {error}");
            return ExitCode::FAILURE;
        }
    }
    ExitCode::SUCCESS
}

fn recipe(arch: &Architecture, args: &Args) -> fit::Recipe {
    let selects = matches!(arch.pruning, Pruning::Heatvit { .. });
    fit::Recipe {
        epochs: args.epochs,
        batch: 50,
        rate: 4e-3,
        decay: 0.05,
        distortion: args.distortion,
        smoothing: 0.05,
        prune_from: if selects { 0.3 } else { 0.1 },
        hard_from: 0.8,
        keep: 0.66,
        ratio_weight: 4.0,
        spread: 1.6,
        seed: args.seed,
    }
}

fn train(name: &str, args: &Args) -> Result<(), Box<dyn Error>> {
    let arch = model::architecture(name).ok_or("no such model")?;
    let recipe = recipe(&arch, args);
    let (images, test) = model::digits();
    let part = |index: usize| args.validate.is_some_and(|fold| index * FOLDS / images.len() == usize::from(fold));
    let (held_back, training): (Vec<_>, Vec<_>) = images.iter().cloned().enumerate().partition(|(i, _)| part(*i));
    let [held_back, training] =
        [held_back, training].map(|set| set.into_iter().map(|(_, image)| image).collect::<Vec<_>>());
    println!("{name}: δ1 = {}, δ2 = {}, {} images, {recipe:?}", arch.delta1, arch.delta2, training.len());
    let net = net::Net::new(arch, &mut ChaCha8Rng::seed_from_u64(args.seed))?;
    fit::fit(&net, &training, &recipe)?;
    report("training", &net, &training)?;
    if args.validate.is_some() {
        return report("held back", &net, &held_back);
    }
    let checkpoint = checkpoint(name, &net, &training, format!("{recipe:?}"))?;
    report("test", &net, &test)?;
    std::fs::create_dir_all(&args.out)?;
    let path = args.out.join(format!("{name}.safetensors"));
    checkpoint.write(&path)?;
    println!("wrote {}", path.display());
    Ok(())
}

fn checkpoint(name: &str, net: &net::Net, training: &[Image], recipe: String) -> Result<Checkpoint, Box<dyn Error>> {
    let mut tensors = BTreeMap::new();
    for (name, var) in &net.vars {
        let data = var.flatten_all()?.to_vec1()?;
        tensors.insert(name.clone(), Tensor { shape: var.dims().to_vec(), data });
    }
    let logits = fit::infer(net, &training[..RECORDED.min(training.len())])?.logits;
    Ok(Checkpoint {
        name: name.to_owned(),
        arch: net.arch.clone(),
        calibration: model::calibrate(&net.arch, &tensors, training),
        training: recipe,
        tensors,
        recorded: Tensor { shape: logits.dims().to_vec(), data: logits.flatten_all()?.to_vec1()? },
    })
}

fn report(what: &str, net: &net::Net, images: &[Image]) -> Result<(), Box<dyn Error>> {
    let score = fit::score(net, images)?;
    print!("  {what}: accuracy {:.2} %", 100.0 * score.accuracy);
    for kept in score.kept {
        let count = kept.len() as f32;
        let mean = kept.iter().sum::<f32>() / count;
        let variance = kept.iter().map(|k| (k - mean) * (k - mean)).sum::<f32>() / count;
        print!(", kept {mean:.2} of {} (standard deviation {:.2})", net.arch.patches(), variance.sqrt());
    }
    println!();
    Ok(())
}
