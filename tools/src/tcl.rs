//! Running a script for Vivado under `tclsh`, with Vivado's commands recorded instead of done.

use std::ffi::OsString;
use std::fs;
use std::path::PathBuf;
use std::process::Command;

use crate::{Error, Result, Tool, exec, find};

const STUB: &str = include_str!("../scripts/vivado_stub.tcl");

/// A script and what the pretended Vivado answers it.
#[derive(Clone, Debug)]
pub struct Script {
    /// The script.
    pub path: PathBuf,
    /// The folder that it runs in.
    pub dir: PathBuf,
    /// Its arguments (`$argv`).
    pub args: Vec<OsString>,
    /// The worst slack in nanoseconds; `None` where there is no timing path.
    pub slack: Option<f64>,
    /// How many latches `get_cells` finds.
    pub latches: u32,
    /// How many messages `get_msg_config -count` tells of.
    pub messages: u32,
    /// The interfaces that the packager finds; `None` for all that are asked for.
    pub interfaces: Option<Vec<String>>,
}

impl Script {
    /// A script that meets timing, has no latch and no message, and all interfaces.
    pub fn new(path: impl Into<PathBuf>, dir: impl Into<PathBuf>) -> Self {
        let (path, dir) = (path.into(), dir.into());
        Self { path, dir, args: Vec::new(), slack: Some(1.0), latches: 0, messages: 0, interfaces: None }
    }
}

/// What a script did.
#[derive(Clone, Debug)]
pub struct Record {
    /// Every command of Vivado's with its words, in order.
    pub commands: Vec<Vec<String>>,
    /// Whether the script ended without an error and with exit code 0.
    pub success: bool,
    /// What it printed, and its error.
    pub text: String,
}

impl Record {
    /// The calls of the command `name`.
    pub fn calls<'a>(&'a self, name: &'a str) -> impl Iterator<Item = &'a [String]> + 'a {
        self.commands.iter().filter(move |words| words.first().is_some_and(|word| word == name)).map(Vec::as_slice)
    }
}

/// Runs a script to its end.
///
/// # Errors
/// `tclsh` is missing. A script that fails is not an error here: see [`Record::success`].
///
/// ```no_run
/// use toolbox::tcl::{Script, record};
/// let run = record(&Script::new("constraints/gelu.tcl", "."))?;
/// assert!(run.success, "{}", run.text);
/// assert_eq!(run.calls("synth_design").count(), 1);
/// # Ok::<(), toolbox::Error>(())
/// ```
pub fn record(script: &Script) -> Result<Record> {
    let tclsh = find::locate(Tool::Tclsh)?.path;
    let work = tempfile::tempdir().map_err(Error::io("a temporary folder"))?;
    let (stub, log) = (work.path().join("stub.tcl"), work.path().join("record.txt"));
    fs::write(&stub, STUB).map_err(Error::io(&stub))?;
    let path = std::path::absolute(&script.path).map_err(Error::io(&script.path))?;
    let mut command = Command::new(tclsh);
    command.arg(&stub).arg(&log).arg(path).args(&script.args).current_dir(&script.dir);
    command.env("STUB_SLACK", script.slack.map_or("none".to_owned(), |slack| slack.to_string()));
    command.env("STUB_LATCHES", script.latches.to_string());
    command.env("STUB_MESSAGES", script.messages.to_string());
    command.env("STUB_INTERFACES", script.interfaces.as_ref().map_or("all".to_owned(), |names| names.join(" ")));
    let output = exec::capture(&mut command)?;
    let log = fs::read_to_string(&log).unwrap_or_default();
    let commands = log.lines().map(|line| line.split('\t').map(unescape).collect()).collect();
    Ok(Record { commands, success: output.success, text: output.text() })
}

fn unescape(word: &str) -> String {
    let mut out = String::with_capacity(word.len());
    let mut chars = word.chars();
    while let Some(c) = chars.next() {
        match (c, if c == '\\' { chars.next() } else { None }) {
            (_, Some('t')) => out.push('\t'),
            (_, Some('n')) => out.push('\n'),
            (_, Some(escaped)) => out.push(escaped),
            (plain, None) => out.push(plain),
        }
    }
    out
}
