//! Tools on `PATH`.

use std::path::PathBuf;
use std::process::Command;

use crate::{Error, Found, Origin, Result, Tool, Version, exec};

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
