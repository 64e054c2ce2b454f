//! The command `espalier`: generate, check, synthesise and run ViT accelerator hardware.
//!
//! Exit codes: 0 done, 1 a check failed, 2 the user's input (or this machine) does not allow it.

#[macro_use]
mod output;

mod cmd;
mod config;
mod constraints;
mod emit;
mod explain;
mod failure;
mod files;
mod limits;
mod manifest;
mod papers;
mod report;
mod run;
mod suggest;
mod synth_job;

use std::process::ExitCode;

use clap::Parser;

fn main() -> ExitCode {
    match cmd::Espalier::parse().run().and_then(|()| output::finish()) {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => failure.report(),
    }
}
