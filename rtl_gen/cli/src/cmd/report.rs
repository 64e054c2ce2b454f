//! `espalier report`.

use std::path::PathBuf;

use crate::failure::Result;
use crate::report::{self, Figures, Store};

/// Arguments.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// Folder of the page `index.html`; measured figures are kept in its folder `data`.
    #[arg(long, value_name = "DIR", default_value = "build/report")]
    out: PathBuf,
    /// Leave out what has to be simulated or synthesised, which takes many minutes the first time.
    #[arg(long)]
    quick: bool,
    /// Print no progress.
    #[arg(long)]
    quiet: bool,
}

/// Measures and writes a page that needs no network.
pub fn run(args: &Args) -> Result {
    let page = args.out.join("index.html");
    let figures = Figures::gather(&Store::at(&args.out.join("data")), args.quick, args.quiet)?;
    report::write(&page, &figures.page()?)?;
    outln!("{}", page.display());
    Ok(())
}
