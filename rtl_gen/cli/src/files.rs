//! Writing a folder of files so that it is there whole or not at all.

use std::fs;
use std::path::{Component, Path, PathBuf};

use tempfile::TempDir;

use crate::failure::{Failure, Result};

/// Files by name, relative to their folder.
pub type Files = Vec<(String, String)>;

/// Replaces the folder `out` by one with just these files. A folder with anything that espalier did not write is left
/// alone.
pub fn replace_dir(out: &Path, files: &Files, wrote: impl Fn(&str) -> bool) -> Result {
    Staged::write(out, files, wrote)?.replace()
}

/// A folder's new content, near it until it takes its place.
#[derive(Debug)]
pub struct Staged {
    out: PathBuf,
    work: TempDir,
}

impl Staged {
    /// Writes `files` near the folder `out`, which has none but entries that espalier `wrote`, by their names, if any.
    pub fn write(out: &Path, files: &Files, wrote: impl Fn(&str) -> bool) -> Result<Self> {
        let out = resolve(out)?;
        let (Some(parent), Some(name)) = (out.parent(), out.file_name()) else {
            return Err(Failure::input(format!("{} cannot be written to", out.display()), "name a folder"));
        };
        if std::env::current_dir().and_then(|here| here.canonicalize()).is_ok_and(|here| here.starts_with(&out)) {
            let message = format!("{} is the current folder or around it, and would be replaced", out.display());
            return Err(Failure::input(message, "name a folder below this one, such as `out`"));
        }
        refuse_foreign(&out, wrote)?;
        // Parents that are not there yet are left to `replace`, as this may be refused still.
        let home = parent.ancestors().find(|dir| dir.exists()).unwrap_or(parent);
        let hidden = format!(".{}-", name.to_string_lossy());
        let work =
            tempfile::Builder::new().prefix(&hidden).tempdir_in(home).map_err(|e| Failure::io("write to", home, &e))?;
        let fresh = work.path().join("new");
        for (file, text) in files {
            let path = fresh.join(file);
            let dir = path.parent().unwrap_or(&fresh);
            fs::create_dir_all(dir).map_err(|e| Failure::io("create", dir, &e))?;
            fs::write(&path, text).map_err(|e| Failure::io("write", &path, &e))?;
        }
        Ok(Self { out, work })
    }

    /// Puts it in the folder's place.
    pub fn replace(self) -> Result {
        let parent = self.out.parent().unwrap_or(&self.out);
        fs::create_dir_all(parent).map_err(|e| Failure::io("create", parent, &e))?;
        let old = self.work.path().join("old");
        if self.out.exists() {
            fs::rename(&self.out, &old).map_err(|e| Failure::io("replace", &self.out, &e))?;
        }
        fs::rename(self.work.path().join("new"), &self.out).map_err(|e| {
            // The folder that was there would go with the temporary one.
            let _ = fs::rename(&old, &self.out);
            Failure::io("write", &self.out, &e)
        })
    }
}

/// The absolute path without links, of what there is of it; the rest is taken as it is written.
pub fn resolve(path: &Path) -> Result<PathBuf> {
    let io = |e| Failure::io("find", path, &e);
    let mut found = PathBuf::new();
    for part in std::path::absolute(path).map_err(io)?.components() {
        match part {
            Component::ParentDir => drop(found.pop()),
            part => found.push(part),
        }
        if found.exists() {
            found = found.canonicalize().map_err(io)?;
        }
    }
    Ok(found)
}

/// Refuses two folders of which one is, or is in, the other.
pub fn refuse_nested(a: &Path, b: &Path) -> Result {
    let (a, b) = (resolve(a)?, resolve(b)?);
    if !a.starts_with(&b) && !b.starts_with(&a) {
        return Ok(());
    }
    let message = format!("of {} and {} one would replace the other", a.display(), b.display());
    Err(Failure::input(message, "name two folders beside each other"))
}

fn refuse_foreign(out: &Path, wrote: impl Fn(&str) -> bool) -> Result {
    if !out.exists() {
        return Ok(());
    }
    let entries = fs::read_dir(out).map_err(|e| Failure::io("write into", out, &e))?;
    let paths: std::io::Result<Vec<PathBuf>> = entries.map(|entry| entry.map(|entry| entry.path())).collect();
    let mut paths = paths.map_err(|e| Failure::io("read", out, &e))?;
    paths.sort();
    let ours = |path: &&PathBuf| path.is_file() && path.file_name().and_then(|name| name.to_str()).is_some_and(&wrote);
    let Some(foreign) = paths.iter().find(|path| !ours(path)) else { return Ok(()) };
    let name = foreign.file_name().unwrap_or_default().display();
    let message = format!("{} is not empty, and espalier did not write its `{name}`", out.display());
    Err(Failure::input(message, format!("name a new or an empty folder, or move `{name}` out of this one")))
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
