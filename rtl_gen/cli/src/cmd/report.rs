//! `espalier report`.

use std::path::PathBuf;

use crate::failure::Result;
use crate::output::json;
use crate::report::{self, Figures, Measured, Store};

/// Arguments.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// Folder of the page `index.html`; measured figures are kept in its folder `data`.
    #[arg(long, value_name = "DIR", default_value = "build/report")]
    out: PathBuf,
    /// Leave out what has to be simulated or synthesised, which takes many minutes the first time.
    #[arg(long)]
    quick: bool,
    /// Leave out all of that but one section's.
    #[arg(long, value_name = "SECTION", conflicts_with = "quick")]
    only: Option<Measured>,
    /// Print the page's path as JSON, and no progress.
    #[arg(long)]
    json: bool,
}

/// Measures and writes a page that needs no network.
pub fn run(args: &Args) -> Result {
    let page = args.out.join("index.html");
    let wanted = |section| !args.quick && args.only.is_none_or(|only| only == section);
    let figures = Figures::gather(&Store::at(&args.out.join("data")), wanted, args.json)?;
    report::write(&page, &figures.page()?)?;
    if args.json {
        return json(&serde_json::json!({ "page": page }));
    }
    outln!("{}", page.display());
    Ok(())
}
