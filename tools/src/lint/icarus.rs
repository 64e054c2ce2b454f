//! `iverilog -g2012 -Wall`, one process a design.

use std::process::Command;

use super::{LintJob, Message, Severity};
use crate::{Result, Tool, exec, find};

pub(super) fn lint(job: &LintJob) -> Result<Vec<Message>> {
    let mut command = Command::new(find::locate(Tool::Icarus)?.path);
    command.args(["-g2012", "-Wall", "-t", "null", "-s", &job.top]).args(&job.files);
    let output = exec::capture(&mut command)?;
    let text = output.text();
    let mut messages: Vec<_> = text.lines().filter_map(parse).collect();
    if !output.success && messages.is_empty() {
        messages.push(Message::plain(Severity::Error, output.tail(5)));
    }
    Ok(messages)
}

/// `FILE:LINE: error: TEXT`, `warning:`, `sorry:` or a bare `syntax error`; the closing count has no place.
fn parse(line: &str) -> Option<Message> {
    let message = Message::placed(Severity::Error, line)?;
    let severity = if message.text.starts_with("warning:") { Severity::Warning } else { Severity::Error };
    let text = message.text.trim_start_matches("warning: ").trim_start_matches("error: ").to_owned();
    (!text.starts_with(':')).then_some(Message { severity, text, ..message })
}
