//! Yosys as a linter, in both readers: elaborate, turn processes into logic, then `check -assert`.

use std::path::{Path, PathBuf};
use std::process::Command;

use super::{LintJob, Message, Severity};
use crate::{Error, Result, Tool, batch, exec, find, heap};

const CHECK: &str = "proc; check -assert";

/// Yosys 0.23 with its own reader, one process a design.
pub(super) fn lint(job: &LintJob) -> Result<Vec<Message>> {
    let script = format!("read_verilog -sv {}; hierarchy -check -top {}; {CHECK}", quoted(&job.files), job.top);
    let mut command = Command::new(find::locate(Tool::Yosys)?.path);
    let output = exec::capture(heap::with_quick_heap(&mut command).args(["-q", "-p", &script]))?;
    Ok(messages(&output.text(), !output.success))
}

/// Yosys 0.70 with the slang reader, one Python process for a batch of designs.
pub(super) fn lint_slang(jobs: &[LintJob]) -> Result<Vec<Vec<Message>>> {
    find::ensure(Tool::Pyosys)?;
    let lists = tempfile::tempdir().map_err(Error::io("a temporary folder"))?;
    let mut batch = Vec::new();
    for (number, job) in jobs.iter().enumerate() {
        let read = read_slang(&job.top, &job.files, &lists.path().join(format!("{number}.f")))?;
        let check = format!("hierarchy -check -top {}", job.top);
        batch.push(serde_json::json!({ "commands": [read, check, CHECK] }));
    }
    let logs =
        batch::batch(Tool::Pyosys, batch::PYOSYS, &serde_json::json!(batch), jobs.len(), |output| &output.stdout)?;
    Ok(logs.iter().map(|log| messages(&log.text, log.failed)).collect())
}

/// File names as Yosys's command line takes them.
pub(crate) fn quoted(files: &[PathBuf]) -> String {
    let quote = |file: &PathBuf| format!("\"{}\"", file.display());
    files.iter().map(quote).collect::<Vec<_>>().join(" ")
}

/// The command that reads `files` with slang. They are named in the file `list`, for slang's command line knows no
/// quotes inside Yosys.
pub(crate) fn read_slang(top: &str, files: &[PathBuf], list: &Path) -> Result<String> {
    std::fs::write(list, quoted(files)).map_err(Error::io(list))?;
    Ok(format!("read_slang --top {top} -f {}", list.display()))
}

/// Lines with `Warning:` or `ERROR:`, each with the indented lines that follow it.
fn messages(log: &str, failed: bool) -> Vec<Message> {
    let mut messages: Vec<Message> = Vec::new();
    let mut open = false;
    for line in log.lines() {
        if open && line.starts_with("    ") {
            if let Some(last) = messages.last_mut() {
                last.text = format!("{}; {}", last.text, line.trim());
            }
            continue;
        }
        let found = parse(line);
        open = found.is_some();
        messages.extend(found);
    }
    if failed && messages.is_empty() {
        let tail: Vec<_> = log.lines().rev().take(5).collect();
        messages.push(Message::plain(Severity::Error, tail.into_iter().rev().collect::<Vec<_>>().join("\n")));
    }
    messages
}

fn parse(line: &str) -> Option<Message> {
    for (mark, severity) in [
        ("Warning: ", Severity::Warning),
        ("ERROR: ", Severity::Error),
        (" warning: ", Severity::Warning),
        (" error: ", Severity::Error),
    ] {
        let Some(at) = line.find(mark) else { continue };
        let (place, text) = (&line[..at], &line[at + mark.len()..]);
        let placed = Message::placed(severity, &format!("{} {text}", place.trim()));
        return Some(placed.unwrap_or_else(|| Message::plain(severity, text)));
    }
    None
}
