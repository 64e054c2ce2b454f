//! What the search for a tool yields.

use std::path::PathBuf;

use serde::Serialize;

use crate::Tool;

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
