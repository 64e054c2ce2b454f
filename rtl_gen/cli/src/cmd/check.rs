//! `espalier check`.

use std::path::PathBuf;

use serde::Serialize;

use crate::config::UnitSet;
use crate::emit;
use crate::failure::{Failure, Result};
use crate::files::Drift;
use crate::output;

/// Arguments.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// The configurations; the reference configurations if there is none.
    #[arg(long, value_name = "FILE")]
    config: Option<PathBuf>,
    /// The emitted folder.
    #[arg(long, default_value = "rtl")]
    rtl: PathBuf,
    /// The folder of constraints.
    #[arg(long, default_value = "constraints")]
    constraints: PathBuf,
    /// Print the differences as JSON.
    #[arg(long)]
    json: bool,
}

#[derive(Serialize)]
struct Report {
    files: usize,
    rtl: Drift,
    constraints: Drift,
}

/// Generates anew and fails if a folder is not what comes out.
pub fn run(args: &Args) -> Result {
    let set = match &args.config {
        Some(path) => UnitSet::read(path)?,
        None => UnitSet::reference()?,
    };
    for dir in [&args.rtl, &args.constraints] {
        if !dir.is_dir() {
            return Err(Failure::input(
                format!("there is no folder {}", dir.display()),
                "run from the checkout's root",
            ));
        }
    }
    let emission = emit::emit(&set)?;
    let rtl = emit::rtl(&emission)?;
    let constraints = emit::constraints(&emission, &super::generate::relative(&args.rtl, &args.constraints)?);
    let report = Report {
        files: rtl.len() + constraints.len(),
        rtl: Drift::between(&args.rtl, &rtl),
        constraints: Drift::between(&args.constraints, &constraints),
    };
    if args.json {
        output::json(&report)?;
    } else {
        for line in report.rtl.lines().chain(report.constraints.lines()) {
            outln!("{line}");
        }
    }
    match report.rtl.count() + report.constraints.count() {
        0 if args.json => Ok(()),
        0 => {
            outln!("{} files are as their configurations give them", report.files);
            Ok(())
        }
        count => Err(Failure::Check(format!(
            "{count} files are not what is generated; run `make rtl` and look at the difference"
        ))),
    }
}
