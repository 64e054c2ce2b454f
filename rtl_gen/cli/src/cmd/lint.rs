//! `espalier lint`.

use std::path::PathBuf;

use clap::ValueEnum;
use toolbox::lint::{self, LintJob, Linter};

use crate::failure::{Failure, Result, tool};
use crate::manifest::Emission;
use crate::output::json;

/// Arguments.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// Units to lint, by kind or module name; all of the folder's if there are none.
    units: Vec<String>,
    /// The emitted folder.
    #[arg(long, default_value = "rtl")]
    rtl: PathBuf,
    /// Only these linters.
    #[arg(long, value_name = "LINTER")]
    linter: Vec<Name>,
    /// Print the report as JSON.
    #[arg(long)]
    json: bool,
}

#[derive(Clone, Copy, Debug, ValueEnum)]
enum Name {
    Verilator,
    Pyslang,
    Verible,
    Icarus,
    Yosys,
    Pyosys,
}

impl Name {
    const fn linter(self) -> Linter {
        match self {
            Self::Verilator => Linter::Verilator,
            Self::Pyslang => Linter::Pyslang,
            Self::Verible => Linter::Verible,
            Self::Icarus => Linter::Icarus,
            Self::Yosys => Linter::Yosys,
            Self::Pyosys => Linter::YosysSlang,
        }
    }
}

/// Lints, prints, and fails on any message.
pub fn run(args: &Args) -> Result {
    let emission = Emission::open(&args.rtl)?;
    let jobs: Vec<LintJob> = emission
        .select(&args.units)?
        .into_iter()
        .map(|module| LintJob::new(&module.name, emission.sources(module)))
        .collect();
    let chosen: Vec<Linter> = args.linter.iter().map(|name| name.linter()).collect();
    let linters = if chosen.is_empty() { Linter::ALL } else { &chosen };
    let report = lint::run_all(linters, &jobs).map_err(tool)?;
    if args.json {
        json(&report)?;
    } else {
        outln!("{}", report.to_string().trim_end());
    }
    if report.is_clean() {
        return Ok(());
    }
    Err(Failure::Check(format!("{} lint messages", report.messages.len())))
}
