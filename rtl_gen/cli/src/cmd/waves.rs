//! `espalier waves UNIT`.

use std::fs;
use std::path::PathBuf;

use tb::{Pattern, Unit};

use crate::failure::{self, Failure, Result};
use crate::manifest::{self, Emission};
use crate::output;

/// Cycles that are recorded of a unit whose jobs are not known.
const CYCLES: u32 = 400;

/// Arguments.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// The unit, by kind or module name; of a kind, the first one of the folder.
    unit: String,
    /// The emitted folder.
    #[arg(long, default_value = "rtl")]
    rtl: PathBuf,
    /// Where the recording goes.
    #[arg(long, value_name = "DIR", default_value = "build/waves")]
    out: PathBuf,
    /// Jobs to record; a job is a row for softmax, a vector for bitonic_sort, 64 values for a function unit.
    #[arg(long, default_value_t = 1, value_parser = clap::value_parser!(u32).range(1..=10_000))]
    jobs: u32,
    /// Clock cycles to record, even if the jobs take longer or shorter.
    #[arg(long, value_parser = clap::value_parser!(u32).range(1..=1_000_000))]
    cycles: Option<u32>,
    /// Seed of the stimulus.
    #[arg(long, default_value_t = 1)]
    seed: u64,
    /// Print the paths as JSON.
    #[arg(long)]
    json: bool,
}

/// Records the unit at random jobs with gaps and stalls, with view files for GTKWave and Surfer.
pub fn run(args: &Args) -> Result {
    if args.out.exists() && !args.out.is_dir() {
        return Err(Failure::input(format!("--out {} is not a folder", args.out.display()), "name a folder"));
    }
    let unit = unit(&args.rtl, &args.unit)?;
    fs::create_dir_all(&args.out).map_err(|e| Failure::io("create", &args.out, &e))?;
    let files = match manifest::config(unit.module()) {
        Ok(config) => tb::waves::record_with(&unit, &args.out, |bench| {
            let calm = Pattern::Random { percent: 25, seed: args.seed };
            bench.patterns(&calm, &calm);
            tb::jobs::queue(bench, &config, args.jobs as usize, args.seed)?;
            match args.cycles {
                Some(cycles) => bench.run_for(cycles),
                None => bench.run(),
            }
        }),
        // A part, or a unit of the user's: whatever its streams take.
        Err(_) => tb::waves::record(&unit, &args.out, args.cycles.unwrap_or(CYCLES), args.seed),
    };
    let files = files.map_err(failure::bench)?;
    if args.json {
        return output::json(
            &serde_json::json!({ "fst": files.fst, "gtkwave": files.gtkwave, "surfer": files.surfer }),
        );
    }
    outln!("{}", files.fst.display());
    outln!("  gtkwave {}", files.gtkwave.display());
    // Surfer takes the name of the waves in its command file as seen from the folder that it runs in.
    let file = files.surfer.file_name().unwrap_or_default().display();
    outln!("  (cd {} && surfer --command-file {file})", args.out.display());
    Ok(())
}

/// The one unit that `name` means in an emitted folder.
pub fn unit(rtl: &std::path::Path, name: &str) -> Result<Unit> {
    let emission = Emission::open(rtl)?;
    let module = emission.select(&[name.to_owned()])?[0].name.clone();
    Unit::from_manifest(rtl.join("manifest.json"), &module).map_err(failure::bench)
}
