#![doc = include_str!("../README.md")]

mod augment;
mod fit;
mod ink;
mod net;
mod ops;
mod recipe;
mod score;
mod select;
mod train;

use std::error::Error;
use std::path::PathBuf;
use std::process::ExitCode;

use clap::{Parser, Subcommand};

/// Trains the digit classifiers on the training images alone.
#[derive(Parser)]
struct Args {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Compare recipes by cross-validation and print a table; write nothing.
    Select {
        /// Models: digits-heatvit, digits-sdp; both if not given.
        #[arg(value_parser = model::KNOWN)]
        models: Vec<String>,
    },
    /// Train on all training images and write the checkpoints.
    Fit {
        /// Models: digits-heatvit, digits-sdp; both if not given.
        #[arg(value_parser = model::KNOWN)]
        models: Vec<String>,
        /// Folder that the checkpoints are written to.
        #[arg(long, default_value = concat!(env!("CARGO_MANIFEST_DIR"), "/../checkpoints"))]
        out: PathBuf,
    },
}

fn main() -> ExitCode {
    let args = Args::parse();
    let (Command::Select { models } | Command::Fit { models, .. }) = &args.command;
    let all = model::KNOWN.map(str::to_owned);
    for name in if models.is_empty() { &all[..] } else { models } {
        let done = match &args.command {
            Command::Select { .. } => select::select(name),
            Command::Fit { out, .. } => fit(name, out),
        };
        if let Err(error) = done {
            eprintln!("error: {name}: {error}");
            return ExitCode::FAILURE;
        }
    }
    ExitCode::SUCCESS
}

fn fit(name: &str, out: &std::path::Path) -> Result<(), Box<dyn Error>> {
    let (recipe, images) = (recipe::chosen(name), model::training_images());
    println!("{name}: {} images, {recipe:?}", images.len());
    let checkpoint = train::train(name, &recipe, recipe::SEED, &images)?;
    println!("  on the training images: {}", score::score(&checkpoint, &images)?);
    std::fs::create_dir_all(out)?;
    let path = out.join(format!("{name}.safetensors"));
    checkpoint.write(&path)?;
    println!("wrote {}", path.display());
    Ok(())
}
