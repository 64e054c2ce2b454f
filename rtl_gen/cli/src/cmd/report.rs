//! `espalier report`.

use std::path::PathBuf;

use crate::failure::Result;
use crate::output::json;
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
    /// Print the page's path as JSON, and no progress.
    #[arg(long)]
    json: bool,
}

/// Measures and writes a page that needs no network.
pub fn run(args: &Args) -> Result {
    let page = args.out.join("index.html");
    let figures = Figures::gather(&Store::at(&args.out.join("data")), args.quick, args.json)?;
    report::write(&page, &figures.page()?)?;
    if args.json {
        return json(&serde_json::json!({ "page": page }));
    }
    outln!("{}", page.display());
    Ok(())
}
