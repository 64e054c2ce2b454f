//! From configurations to the files of a folder.

use std::collections::HashSet;
use std::fs;
use std::path::Path;

use serde_json::Value;
use units::Emission;

use crate::config::UnitSet;
use crate::constraints;
use crate::failure::{Failure, Result};
use crate::files::Files;

/// The name of the manifest in an emitted folder.
pub const MANIFEST: &str = "manifest.json";

/// Generates a set: the files of its folder, the manifest last.
pub fn emit(set: &UnitSet) -> Result<Emission> {
    let mut emitter = units::Emitter::new(set.prefix.as_deref().unwrap_or_default());
    let units = set.units.iter().try_for_each(|unit| emitter.unit(unit));
    let all = units.and_then(|()| set.parts.iter().try_for_each(|part| accel::emit(part, &mut emitter)));
    all.map(|()| emitter.finish()).map_err(|error| {
        let help = match &error {
            units::Error::Config(_) | units::Error::Clash { .. } => "change the configuration",
            units::Error::Build(_) => "this is a defect of espalier, not of the configuration",
        };
        Failure::input(error.to_string(), help)
    })
}

/// The SystemVerilog files and the manifest.
pub fn rtl(emission: &Emission) -> Result<Files> {
    let mut files = emission.files.clone();
    let mut manifest = serde_json::to_string_pretty(&emission.manifest)
        .map_err(|e| Failure::input(format!("the manifest cannot be written: {e}"), "report the configuration"))?;
    manifest.push('\n');
    files.push((MANIFEST.to_owned(), manifest));
    Ok(files)
}

/// Tells which entries of the folder `dir` this command once emitted, by the manifest in it.
pub fn wrote(dir: &Path) -> impl Fn(&str) -> bool {
    let names = emitted(dir).unwrap_or_default();
    move |name| names.contains(name)
}

/// The files of an emitted folder, whichever version of espalier emitted it.
fn emitted(dir: &Path) -> Option<HashSet<String>> {
    let manifest: Value = serde_json::from_str(&fs::read_to_string(dir.join(MANIFEST)).ok()?).ok()?;
    if manifest["generator"]["name"] != "espalier" {
        return None;
    }
    let mut names = HashSet::from([MANIFEST.to_owned()]);
    for module in manifest["modules"].as_array()? {
        names.insert(module["file"].as_str()?.to_owned());
        // The manifest does not list the renderings of an accelerator's registers.
        if module["kind"] == "accelerator" {
            let name = module["name"].as_str()?;
            names.extend(["h", "md", "rs", "svd"].map(|suffix| format!("{name}_registers.{suffix}")));
        }
    }
    Some(names)
}

/// Per top, the out-of-context constraints and the Vivado script; `rtl` is the emitted folder as seen from theirs.
pub fn constraints(emission: &Emission, rtl: &str) -> Files {
    constraints::files(&emission.manifest, rtl)
}
