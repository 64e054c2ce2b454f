//! The page of figures: what the units cost, how busy the engines are, how far the approximations are off.

mod chart;
mod errors;
mod function_errors;
mod gantt;
mod gemm_engine;
mod layers;
mod mac_use;
mod mpca;
mod page;
mod patches;
mod row_errors;
mod store;
mod synthesis;
mod timeline;

use std::path::Path;

pub use store::Store;

use crate::failure::{Failure, Result};

/// Sections that take long to measure.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
pub enum Measured {
    /// How busy the engines are.
    MacUse,
    /// An image on the core.
    Timeline,
    /// What the token selectors drop.
    Patches,
    /// What units and engines cost.
    Resources,
}

/// Everything that the page shows; none where it was left out.
pub struct Figures {
    engines: Option<Vec<mac_use::Engine>>,
    timeline: Option<timeline::Timeline>,
    patches: Option<patches::Patches>,
    synthesis: Option<synthesis::Synthesis>,
    errors: Vec<errors::Group>,
}

impl Figures {
    /// Measures what the store does not have, of the sections that are `wanted`.
    pub fn gather(store: &Store, wanted: impl Fn(Measured) -> bool, quiet: bool) -> Result<Self> {
        let errors = function_errors::curves(quiet)?.into_iter().chain(row_errors::curves()?);
        let synthesis = wanted(Measured::Resources).then(|| synthesis::run(quiet)).transpose()?;
        let engines = wanted(Measured::MacUse).then(|| engines(store, quiet)).transpose()?;
        let timeline = wanted(Measured::Timeline).then(|| timeline::measure(store, quiet)).transpose()?;
        let patches = wanted(Measured::Patches).then(|| patches::measure(quiet)).transpose()?;
        Ok(Self { engines, timeline, patches, synthesis, errors: errors::grouped(errors) })
    }

    /// The page, whole.
    pub fn page(&self) -> Result<String> {
        page::page(self)
            .map_err(|error| Failure::input(format!("a chart cannot be drawn: {error}"), "report this defect"))
    }
}

fn engines(store: &Store, quiet: bool) -> Result<Vec<mac_use::Engine>> {
    let mut engines = gemm_engine::measure(store, quiet)?;
    engines.push(mpca::measure(store, quiet)?);
    Ok(engines)
}

/// Writes a file whole or not at all.
pub fn write(path: &Path, text: &str) -> Result {
    let dir = path.parent().unwrap_or(Path::new("."));
    let failure = |error: std::io::Error| Failure::io("write", path, &error);
    std::fs::create_dir_all(dir).map_err(failure)?;
    // In a folder of its own: a named temporary file would be its user's alone.
    let work = tempfile::Builder::new().prefix(".new-").tempdir_in(dir).map_err(failure)?;
    let fresh = work.path().join("file");
    std::fs::write(&fresh, text).map_err(failure)?;
    std::fs::rename(&fresh, path).map_err(failure)
}
