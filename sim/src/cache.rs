//! The cache of compiled models: content-hashed folders, locked while they are built, renamed into place.

use std::{
    fs::{self, File},
    io,
    path::{Path, PathBuf},
};

use sha2::{Digest, Sha256};
use tempfile::TempDir;

use crate::{Error, Result};

/// The folder where compiled models and runtime objects live.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Cache {
    root: PathBuf,
}

impl Default for Cache {
    /// `ESPALIER_CACHE` if set, else a folder of the checkout's build folder, else of the user's cache.
    fn default() -> Self {
        Self { root: toolbox::cache_dir().join("sim") }
    }
}

impl Cache {
    /// A cache in `root`, which is created when something is first built.
    pub fn at(root: impl Into<PathBuf>) -> Self {
        Self { root: root.into() }
    }

    /// The folder.
    pub fn root(&self) -> &Path {
        &self.root
    }

    /// The folder of the entry `key` of the given kind, whether it exists or not.
    pub(crate) fn entry(&self, kind: &str, key: &str) -> PathBuf {
        self.root.join(kind).join(key)
    }

    /// The entry's folder; if there is none yet, `build` fills a temporary folder that then takes its place. One thread
    /// of one process builds; the others wait and find it done. `usable` says whether an existing entry will do.
    pub(crate) fn entry_or_build(
        &self,
        kind: &str,
        key: &str,
        usable: impl Fn(&Path) -> bool,
        build: impl FnOnce(&Path) -> Result<()>,
    ) -> Result<(PathBuf, bool)> {
        let entry = self.entry(kind, key);
        if usable(&entry) {
            return Ok((entry, false));
        }
        let _lock = self.lock(kind, key)?;
        if usable(&entry) {
            return Ok((entry, false));
        }
        let scratch = self.scratch()?;
        build(scratch.path())?;
        let parent = self.root.join(kind);
        fs::create_dir_all(&parent).map_err(cannot("create", &parent))?;
        if entry.exists() {
            // Moved away rather than deleted in place, so that nobody sees half an entry.
            let old = self.scratch()?;
            fs::rename(&entry, old.path().join("old")).map_err(cannot("replace", &entry))?;
        }
        let done = scratch.keep();
        fs::rename(&done, &entry).map_err(cannot("move into place", &entry))?;
        Ok((entry, true))
    }

    fn lock(&self, kind: &str, key: &str) -> Result<File> {
        let dir = self.root.join("locks");
        fs::create_dir_all(&dir).map_err(cannot("create", &dir))?;
        let path = dir.join(format!("{kind}-{key}.lock"));
        let file = File::options().create(true).truncate(false).write(true).open(&path);
        let file = file.map_err(cannot("open", &path))?;
        file.lock().map_err(cannot("lock", &path))?;
        Ok(file)
    }

    fn scratch(&self) -> Result<TempDir> {
        let dir = self.root.join("tmp");
        fs::create_dir_all(&dir).map_err(cannot("create", &dir))?;
        tempfile::Builder::new().prefix("build-").tempdir_in(&dir).map_err(cannot("create a folder in", &dir))
    }
}

/// Turns an I/O error into one that says what was tried.
pub(crate) fn cannot(action: &'static str, path: &Path) -> impl FnOnce(io::Error) -> Error {
    let path = path.to_owned();
    move |source| Error::Cache { action, path, source }
}

/// Writes a file by way of a temporary one beside it.
pub(crate) fn write_atomically(path: &Path, bytes: &[u8]) -> Result<()> {
    let dir = path.parent().unwrap_or(Path::new("."));
    fs::create_dir_all(dir).map_err(cannot("create", dir))?;
    let temporary = tempfile::NamedTempFile::new_in(dir).map_err(cannot("create a file in", dir))?;
    fs::write(temporary.path(), bytes).map_err(cannot("write", path))?;
    temporary.persist(path).map_err(|e| cannot("write", path)(e.error))?;
    Ok(())
}

/// A hash of labelled parts in which no two different lists of parts look alike.
#[derive(Clone, Default)]
pub(crate) struct Key(Sha256);

impl Key {
    pub(crate) fn part(mut self, label: &str, bytes: impl AsRef<[u8]>) -> Self {
        self.add(label, bytes);
        self
    }

    pub(crate) fn add(&mut self, label: &str, bytes: impl AsRef<[u8]>) {
        let bytes = bytes.as_ref();
        self.0.update(format!("{label}:{}:", bytes.len()));
        self.0.update(bytes);
    }

    /// 24 hexadecimal digits.
    pub(crate) fn finish(self) -> String {
        self.0.finalize().iter().take(12).map(|byte| format!("{byte:02x}")).collect()
    }
}

pub(crate) fn hash(bytes: &[u8]) -> String {
    Key::default().part("bytes", bytes).finish()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_failing_build_leaves_nothing_behind() {
        let dir = tempfile::tempdir().expect("a temporary folder");
        let cache = Cache::at(dir.path());
        let fail = |scratch: &Path| {
            fs::write(scratch.join("half"), "x").expect("written");
            Err(Error::NoCompiler { reason: "none".into() })
        };
        assert!(cache.entry_or_build("models", "k", Path::is_dir, fail).is_err());
        assert!(!cache.entry("models", "k").exists());
        assert_eq!(fs::read_dir(dir.path().join("tmp")).expect("a folder").count(), 0);
        let (path, built) = cache.entry_or_build("models", "k", Path::is_dir, |_| Ok(())).expect("built");
        assert!(built && path.is_dir());
    }

    #[test]
    fn keys_tell_where_one_part_ends() {
        let key = |a: &str, b: &str| Key::default().part("x", a).part("x", b).finish();
        assert_ne!(key("ab", "c"), key("a", "bc"));
    }
}
