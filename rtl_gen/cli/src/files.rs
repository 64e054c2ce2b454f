//! Writing a folder of files so that it is there whole or not at all.

use std::fs;
use std::path::{Path, PathBuf};

use crate::failure::{Failure, Result};

/// Files by name, relative to their folder.
pub type Files = Vec<(String, String)>;

/// Replaces the folder `out` by one with just these files. A folder that holds anything else than what this command
/// once wrote (it has no `marker`) is left alone.
pub fn replace_dir(out: &Path, files: &Files, marker: impl Fn(&str) -> bool) -> Result {
    let out = std::path::absolute(out).map_err(|e| Failure::io("write", out, &e))?;
    let (Some(parent), Some(name)) = (out.parent(), out.file_name()) else {
        return Err(Failure::input(format!("{} cannot be written to", out.display()), "name a folder"));
    };
    refuse_foreign(&out, marker)?;
    fs::create_dir_all(parent).map_err(|e| Failure::io("create", parent, &e))?;
    let hidden = format!(".{}-", name.to_string_lossy());
    let work =
        tempfile::Builder::new().prefix(&hidden).tempdir_in(parent).map_err(|e| Failure::io("write to", parent, &e))?;
    let fresh = work.path().join("new");
    for (file, text) in files {
        let path = fresh.join(file);
        let dir = path.parent().unwrap_or(&fresh);
        fs::create_dir_all(dir).map_err(|e| Failure::io("create", dir, &e))?;
        fs::write(&path, text).map_err(|e| Failure::io("write", &path, &e))?;
    }
    if out.exists() {
        fs::rename(&out, work.path().join("old")).map_err(|e| Failure::io("replace", &out, &e))?;
    }
    fs::rename(&fresh, &out).map_err(|e| Failure::io("write", &out, &e))
}

fn refuse_foreign(out: &Path, marker: impl Fn(&str) -> bool) -> Result {
    if !out.exists() {
        return Ok(());
    }
    let entries = fs::read_dir(out).map_err(|e| Failure::io("write into", out, &e))?;
    let names: Vec<String> = entries.flatten().map(|entry| entry.file_name().to_string_lossy().into_owned()).collect();
    if names.is_empty() || names.iter().any(|name| marker(name)) {
        return Ok(());
    }
    let message = format!("{} is not empty and was not written by espalier", out.display());
    Err(Failure::input(message, "name a new or an empty folder"))
}

/// How a folder differs from what it should be.
#[derive(Debug, Default, serde::Serialize)]
pub struct Drift {
    /// Files that differ.
    pub changed: Vec<PathBuf>,
    /// Files that are not there.
    pub missing: Vec<PathBuf>,
    /// Files that should not be there.
    pub extra: Vec<PathBuf>,
}

impl Drift {
    /// Compares the folder `dir` with `files`.
    pub fn between(dir: &Path, files: &Files) -> Self {
        let mut drift = Self::default();
        for (name, text) in files {
            let path = dir.join(name);
            match fs::read(&path) {
                Ok(found) if found == text.as_bytes() => {}
                Ok(_) => drift.changed.push(path),
                Err(_) => drift.missing.push(path),
            }
        }
        for entry in fs::read_dir(dir).into_iter().flatten().flatten() {
            let name = entry.file_name().to_string_lossy().into_owned();
            if !files.iter().any(|(file, _)| *file == name) {
                drift.extra.push(entry.path());
            }
        }
        drift.extra.sort();
        drift
    }

    /// How many files differ in any way.
    pub fn count(&self) -> usize {
        self.changed.len() + self.missing.len() + self.extra.len()
    }

    /// Each difference with its kind.
    pub fn lines(&self) -> impl Iterator<Item = String> {
        let kinds = [("changed", &self.changed), ("missing", &self.missing), ("extra", &self.extra)];
        kinds
            .into_iter()
            .flat_map(|(kind, paths)| paths.iter().map(move |path| format!("{kind:<8} {}", path.display())))
    }
}
