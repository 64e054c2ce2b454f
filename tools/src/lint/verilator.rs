//! `verilator --lint-only -Wall`, one process a design.

use super::{LintJob, Message, Severity};
use crate::{Result, Verilator, exec};

pub(super) fn lint(verilator: &Verilator, job: &LintJob) -> Result<Vec<Message>> {
    let mut command = verilator.command();
    command.args(["--lint-only", "-Wall", "--top-module", &job.top]).args(&job.files);
    let output = exec::capture(&mut command)?;
    let mut messages: Vec<_> = output.text().lines().filter_map(parse).collect();
    if !output.success && messages.is_empty() {
        messages.push(Message::plain(Severity::Error, output.tail(5)));
    }
    Ok(messages)
}

/// `%Warning-CODE: FILE:LINE:COLUMN: TEXT` or `%Error…`; lines that only sum up are dropped.
fn parse(line: &str) -> Option<Message> {
    let (severity, rest) = match line.strip_prefix("%Warning") {
        Some(rest) => (Severity::Warning, rest),
        None => (Severity::Error, line.strip_prefix("%Error")?),
    };
    let (code, text) = match rest.strip_prefix('-') {
        Some(rest) => rest.split_once(": ").map(|(code, text)| (Some(code.to_owned()), text))?,
        None => (None, rest.strip_prefix(':')?.trim_start()),
    };
    if text.starts_with("Exiting due to") || text.starts_with("Command Failed") {
        return None;
    }
    let message = Message::placed(severity, text).unwrap_or_else(|| Message::plain(severity, text));
    Some(Message { code, ..message })
}
