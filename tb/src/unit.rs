//! A unit that can be put on benches.

use std::path::Path;

use sim::{Build, Sources, Start, Waves};
use spec::manifest::{Manifest, Module};

use crate::{Bench, Failure, Result};

/// A manifest entry and how to build a model of it. Models come from the cache of [`sim`], so making benches is cheap.
///
/// The macro `SIMULATION` is defined, so that the module's own assertions are checked.
#[derive(Clone, Debug)]
pub struct Unit {
    module: Module,
    build: Build,
    start: Start,
}

impl Unit {
    /// The unit that `module` describes, in the given sources.
    pub fn new(module: Module, sources: Sources) -> Self {
        Self { module, build: Build::new(sources.define("SIMULATION", "1")), start: Start::Zero }
    }

    /// The unit `name` of the manifest at `path`.
    ///
    /// # Errors
    /// [`Failure::Use`] if the manifest cannot be read or has no such module.
    pub fn from_manifest(path: impl AsRef<Path>, name: &str) -> Result<Self> {
        let path = path.as_ref();
        let fail = |reason: String| Failure::Use(format!("manifest {}: {reason}", path.display()));
        let text = std::fs::read_to_string(path).map_err(|e| fail(e.to_string()))?;
        let manifest: Manifest = serde_json::from_str(&text).map_err(|e| fail(e.to_string()))?;
        let module = manifest.module(name).ok_or_else(|| fail(format!("it has no module `{name}`")))?;
        let dir = path.parent().unwrap_or(Path::new("."));
        Ok(Self::new(module.clone(), Sources::from_manifest(dir, module)))
    }

    /// The same unit, built otherwise: `unit.configure(|build| build.opt_level(OptLevel::O3))`.
    #[must_use]
    pub fn configure(self, change: impl FnOnce(Build) -> Build) -> Self {
        Self { build: change(self.build), ..self }
    }

    /// The same unit, with registers and memories that start from `start` instead of zero.
    #[must_use]
    pub fn start(self, start: Start) -> Self {
        Self { build: self.build.random_state(true), start, ..self }
    }

    /// The manifest entry.
    pub fn module(&self) -> &Module {
        &self.module
    }

    /// A bench with the fastest model.
    ///
    /// # Errors
    /// [`Failure::Sim`] if the model cannot be built, [`Failure::Use`] if the entry does not describe it.
    pub fn bench(&self) -> Result<Bench> {
        Bench::new(self.build.compile()?.model_with(self.start, &[])?, &self.module)
    }

    /// A bench whose model can record an FST.
    ///
    /// # Errors
    /// As [`Unit::bench`].
    pub fn traced_bench(&self) -> Result<Bench> {
        let library = self.build.clone().waves(Waves::Fst).compile()?;
        Bench::new(library.model_with(self.start, &[])?, &self.module)
    }
}
