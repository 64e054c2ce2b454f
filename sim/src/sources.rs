//! What is to be simulated: a top module and the text it needs.

use std::{
    collections::BTreeMap,
    fs,
    path::{Path, PathBuf},
};

use spec::manifest;

use crate::{Error, Result};

/// A top module and its SystemVerilog, from files or from memory, in compile order.
///
/// ```
/// let sources = sim::Sources::new("inverter")
///     .text("inverter.sv", "module inverter(input wire a_i, output wire y_o); assign y_o = ~a_i; endmodule")
///     .parameter("UNUSED", 3);
/// assert_eq!(sources.top(), "inverter");
/// ```
#[derive(Clone, Debug, Default)]
pub struct Sources {
    pub(crate) top: String,
    pub(crate) units: Vec<Unit>,
    pub(crate) include_dirs: Vec<PathBuf>,
    pub(crate) defines: BTreeMap<String, String>,
    pub(crate) parameters: BTreeMap<String, String>,
}

#[derive(Clone, Debug)]
pub(crate) enum Unit {
    File(PathBuf),
    Text { name: String, text: String },
}

/// A source whose bytes have been read.
#[derive(Clone, Debug)]
pub(crate) struct Loaded {
    /// What Verilator's messages shall call it.
    pub(crate) name: String,
    /// The file itself; none for text that lives in memory.
    pub(crate) path: Option<PathBuf>,
    pub(crate) bytes: Vec<u8>,
}

impl Sources {
    /// No sources yet, of the module `top`.
    pub fn new(top: impl Into<String>) -> Self {
        Self { top: top.into(), ..Self::default() }
    }

    /// The sources of a module of a manifest; `dir` is the folder that the manifest lies in.
    pub fn from_manifest(dir: impl AsRef<Path>, module: &manifest::Module) -> Self {
        let dir = dir.as_ref();
        module.sources.iter().fold(Self::new(&module.name), |sources, file| sources.file(dir.join(file)))
    }

    /// Adds a file.
    #[must_use]
    pub fn file(mut self, path: impl Into<PathBuf>) -> Self {
        self.units.push(Unit::File(path.into()));
        self
    }

    /// Adds a text; `name` is what messages call it.
    #[must_use]
    pub fn text(mut self, name: impl Into<String>, text: impl Into<String>) -> Self {
        self.units.push(Unit::Text { name: name.into(), text: text.into() });
        self
    }

    /// Adds a folder where `` `include `` looks.
    #[must_use]
    pub fn include_dir(mut self, path: impl Into<PathBuf>) -> Self {
        self.include_dirs.push(path.into());
        self
    }

    /// Defines a preprocessor macro.
    #[must_use]
    pub fn define(mut self, name: impl Into<String>, value: impl Into<String>) -> Self {
        self.defines.insert(name.into(), value.into());
        self
    }

    /// Sets a parameter of the top module. Text values need their SystemVerilog quotes.
    #[must_use]
    pub fn parameter(mut self, name: impl Into<String>, value: impl ToString) -> Self {
        self.parameters.insert(name.into(), value.to_string());
        self
    }

    /// The top module.
    pub fn top(&self) -> &str {
        &self.top
    }

    pub(crate) fn load(&self) -> Result<Vec<Loaded>> {
        let fail = |reason: String| Err(Error::Sources { top: self.top.clone(), reason });
        if self.top.is_empty() || !self.top.chars().all(|c| c.is_ascii_alphanumeric() || "_$".contains(c)) {
            return fail("this is not a module name; name the module to simulate".into());
        }
        if self.units.is_empty() {
            return fail("no source was given; add one with `file` or `text`".into());
        }
        let mut loaded: Vec<Loaded> = Vec::with_capacity(self.units.len());
        for unit in &self.units {
            let next = match unit {
                Unit::File(path) => {
                    let err = |source| Error::Source { path: path.clone(), source };
                    let bytes = fs::read(path).map_err(err)?;
                    let path = path.canonicalize().map_err(err)?;
                    let name = path.file_name().map(|n| n.to_string_lossy().into_owned()).unwrap_or_default();
                    Loaded { name, path: Some(path), bytes }
                }
                Unit::Text { name, text } => {
                    if name.is_empty() || name.contains(['/', '\\']) || name.starts_with(['-', '.']) {
                        return fail(format!("`{name}` cannot name a text; use a plain file name such as `unit.sv`"));
                    }
                    if loaded.iter().any(|l| l.path.is_none() && l.name == *name) {
                        return fail(format!("two texts are named `{name}`; give each its own name"));
                    }
                    Loaded { name: name.clone(), path: None, bytes: text.clone().into_bytes() }
                }
            };
            loaded.push(next);
        }
        Ok(loaded)
    }
}
