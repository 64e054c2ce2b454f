//! The subcommands, one file each.

mod check;
mod completions;
mod doctor;
mod explore;
mod generate;
mod inspect;
mod lint;
mod list;
mod new;
mod report;
mod run;
mod sim;
mod synth;
mod waves;

use clap::{Parser, Subcommand};

use crate::failure::Result;

/// Vision-transformer accelerator units as SystemVerilog: generate, check, synthesise, simulate, run.
#[derive(Debug, Parser)]
#[command(name = "espalier", version, arg_required_else_help = true)]
#[command(after_help = "Exit codes: 0 done, 1 a check failed, 2 wrong input or a missing tool.")]
pub struct Espalier {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Generate a unit, or the set of a TOML file, with its manifest.
    Gen(generate::Args),
    /// List the units and the reference configurations.
    List(list::Args),
    /// Tell what a checkpoint or quantised network holds: architecture, formats, tensors.
    Inspect(inspect::Args),
    /// Write a unit of your own to start from: generator, reference and exhaustive test.
    New(new::Args),
    /// Classify digits with the units in RTL, the integer reference and float; fail if a logit differs.
    Run(run::Args),
    /// Drive a unit's RTL, with every input or with random jobs, and compare with the reference.
    Sim(sim::Args),
    /// Record a unit at work: an FST with view files for GTKWave and Surfer.
    Waves(waves::Args),
    /// Lint emitted SystemVerilog with every linter; any warning fails.
    Lint(lint::Args),
    /// Synthesise units for UltraScale+ and compare with what the papers' cost.
    Synth(synth::Args),
    /// Search for cores: the best by DSPs, block RAMs and predicted speed for a network on a part.
    Explore(explore::Args),
    /// Write a page of figures: MAC use, resources beside the papers', errors, selectors.
    Report(report::Args),
    /// Generate the reference configurations anew and fail if the checked-in files differ.
    Check(check::Args),
    /// Tell which tools are there, where, at which version, and how to mend what is missing.
    Doctor(doctor::Args),
    /// Print a shell's completion script.
    Completions(completions::Args),
}

impl Espalier {
    /// Does what the command line asks for.
    pub fn run(self) -> Result {
        match self.command {
            Command::Gen(args) => generate::run(&args),
            Command::Explore(args) => explore::run(&args),
            Command::Report(args) => report::run(&args),
            Command::Check(args) => check::run(&args),
            Command::List(args) => list::run(&args),
            Command::Inspect(args) => inspect::run(&args),
            Command::New(args) => new::run(&args),
            Command::Run(args) => run::run(&args),
            Command::Sim(args) => sim::run(&args),
            Command::Waves(args) => waves::run(&args),
            Command::Lint(args) => lint::run(&args),
            Command::Synth(args) => synth::run(&args),
            Command::Doctor(args) => doctor::run(&args),
            Command::Completions(args) => completions::run(&args),
        }
    }
}
