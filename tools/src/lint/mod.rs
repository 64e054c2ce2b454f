//! Linters over emitted SystemVerilog: every message counts, whether warning or error.

mod icarus;
mod message;
mod run;
mod slang;
mod verible;
mod verilator;
pub(crate) mod yosys;

use std::fmt;
use std::path::PathBuf;

use serde::Serialize;

pub use message::{Message, Severity};
pub use run::{run, run_all};

use crate::Tool;

/// A design to lint.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct LintJob {
    /// The top module.
    pub top: String,
    /// Every file, in compile order.
    pub files: Vec<PathBuf>,
}

impl LintJob {
    /// A job for the module `top`.
    pub fn new(top: impl Into<String>, files: impl IntoIterator<Item = impl Into<PathBuf>>) -> Self {
        Self { top: top.into(), files: files.into_iter().map(Into::into).collect() }
    }
}

/// A way to lint.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Linter {
    /// `verilator --lint-only -Wall`, each Verilator that can be had.
    Verilator,
    /// slang with `-Wextra -Wpedantic`.
    Pyslang,
    /// `verible-verilog-lint` with lowRISC's rules.
    Verible,
    /// `iverilog -g2012 -Wall`.
    Icarus,
    /// Yosys 0.23: `read_verilog -sv`, `check -assert`.
    Yosys,
    /// Yosys 0.70: `read_slang`, `check -assert`.
    YosysSlang,
}

impl Linter {
    /// All of them.
    pub const ALL: &'static [Self] =
        &[Self::Verilator, Self::Pyslang, Self::Verible, Self::Icarus, Self::Yosys, Self::YosysSlang];

    /// The tool behind it.
    pub const fn tool(self) -> Tool {
        match self {
            Self::Verilator => Tool::Verilator,
            Self::Pyslang => Tool::Pyslang,
            Self::Verible => Tool::Verible,
            Self::Icarus => Tool::Icarus,
            Self::Yosys => Tool::Yosys,
            Self::YosysSlang => Tool::Pyosys,
        }
    }
}

/// What one linter did.
#[derive(Clone, Debug, Serialize)]
pub struct LinterRun {
    /// Its name and version.
    pub label: String,
    /// Designs that it read.
    pub jobs: usize,
    /// Seconds of work, summed over processes.
    pub seconds: f64,
    /// Why it did not run.
    pub skipped: Option<String>,
}

/// What the linters say.
#[derive(Clone, Debug, Default, Serialize)]
pub struct LintReport {
    /// The linters, in the order in which they were asked for.
    pub linters: Vec<LinterRun>,
    /// Everything they complain about.
    pub messages: Vec<Message>,
}

impl LintReport {
    /// Whether nothing was complained about.
    pub fn is_clean(&self) -> bool {
        self.messages.is_empty()
    }
}

impl fmt::Display for LintReport {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for message in &self.messages {
            writeln!(f, "{message}")?;
        }
        for run in &self.linters {
            match &run.skipped {
                Some(reason) => writeln!(f, "{:<24} skipped: {reason}", run.label)?,
                None => {
                    let count = self.messages.iter().filter(|message| message.linter == run.label).count();
                    writeln!(f, "{:<24} {:>4} designs, {count} messages, {:.1} s", run.label, run.jobs, run.seconds)?;
                }
            }
        }
        Ok(())
    }
}
