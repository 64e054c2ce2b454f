//! An emitted folder, by its manifest.

use std::fs;
use std::path::{Path, PathBuf};

use serde_json::{Map, Value};
use spec::UnitConfig;
use spec::manifest::{Manifest, Module, SCHEMA};

use crate::failure::{Failure, Result};
use crate::suggest;

/// An emitted folder.
#[derive(Debug)]
pub struct Emission {
    /// The folder.
    pub dir: PathBuf,
    /// What is in it.
    pub manifest: Manifest,
}

impl Emission {
    /// Reads `manifest.json` of a folder and makes sure that its files exist.
    pub fn open(dir: &Path) -> Result<Self> {
        let path = dir.join("manifest.json");
        let text = fs::read_to_string(&path).map_err(|error| {
            let help = "name a folder that `espalier gen --out` wrote; in a checkout, run from its root";
            Failure::input(format!("cannot read {}: {error}", path.display()), help)
        })?;
        let manifest: Manifest = serde_json::from_str(&text).map_err(|error| {
            Failure::input(
                format!("{} is no manifest: {error}", path.display()),
                "emit the folder anew with `espalier gen`",
            )
        })?;
        if manifest.schema != SCHEMA {
            let message = format!("{} has schema {}, not {SCHEMA}", path.display(), manifest.schema);
            return Err(Failure::input(message, "emit the folder anew with this version of espalier"));
        }
        let emission = Self { dir: dir.to_owned(), manifest };
        for module in &emission.manifest.modules {
            if let Some(file) = emission.sources(module).into_iter().find(|file| !file.is_file()) {
                let message = format!("{} names {}, which is not there", path.display(), file.display());
                return Err(Failure::input(message, "emit the folder anew with `espalier gen`"));
            }
        }
        Ok(emission)
    }

    /// The files of a module, in compile order.
    pub fn sources(&self, module: &Module) -> Vec<PathBuf> {
        module.sources.iter().map(|file| self.dir.join(file)).collect()
    }

    /// The tops that are meant by `names` (modules or kinds); all tops if there are none.
    pub fn select(&self, names: &[String]) -> Result<Vec<&Module>> {
        let tops: Vec<&Module> = self.manifest.tops.iter().filter_map(|top| self.manifest.module(top)).collect();
        if names.is_empty() {
            return Ok(tops);
        }
        let mut chosen: Vec<&Module> = Vec::new();
        for name in names {
            let of_kind: Vec<&Module> = tops.iter().copied().filter(|top| top.kind == *name).collect();
            let found = if of_kind.is_empty() { self.manifest.module(name).into_iter().collect() } else { of_kind };
            if found.is_empty() {
                let mut known: Vec<&str> = tops.iter().map(|top| top.kind.as_str()).collect();
                known.dedup();
                known.extend(tops.iter().map(|top| top.name.as_str()));
                let message = format!("{} has no unit `{name}`", self.dir.display());
                return Err(Failure::input(message, suggest::nearest(name, known)));
            }
            for module in found {
                if !chosen.iter().any(|other| other.name == module.name) {
                    chosen.push(module);
                }
            }
        }
        Ok(chosen)
    }
}

/// The configuration that a module was generated from.
pub fn config(module: &Module) -> Result<UnitConfig> {
    let mut fields: Map<String, Value> = module.params.clone().into_iter().collect();
    fields.insert("kind".to_owned(), module.kind.clone().into());
    serde_json::from_value(Value::Object(fields)).map_err(|error| {
        let message = format!("{} is not a unit whose jobs are known: {error}", module.name);
        Failure::input(message, format!("name one of the kinds {}", UnitConfig::KINDS.join(", ")))
    })
}
