//! slang, one Python process for a batch of designs.

use super::{LintJob, Message, Severity};
use crate::{Result, Tool, batch, find};

const SCRIPT: &str = include_str!("../../scripts/slang_lint.py");

pub(super) fn lint(jobs: &[LintJob]) -> Result<Vec<Vec<Message>>> {
    find::ensure(Tool::Pyslang)?;
    let logs = batch::batch(Tool::Pyslang, SCRIPT, &serde_json::json!(jobs), jobs.len(), |output| &output.stderr)?;
    Ok(logs.iter().map(messages).collect())
}

fn messages(log: &batch::JobLog) -> Vec<Message> {
    let mut messages: Vec<_> = log.text.lines().filter_map(parse).collect();
    if log.failed && messages.is_empty() {
        messages.push(Message::plain(Severity::Error, log.text.trim()));
    }
    messages
}

/// `FILE:LINE:COLUMN: severity: TEXT [-Wcode]`; notes belong to the message before them.
fn parse(line: &str) -> Option<Message> {
    let message = Message::placed(Severity::Error, line).or_else(|| {
        let text = line.strip_prefix("error: ").or_else(|| line.strip_prefix("warning: "))?;
        Some(Message { text: format!("error: {text}"), ..Message::plain(Severity::Error, "") })
    })?;
    let (word, text) = message.text.split_once(": ")?;
    let severity = match word {
        "warning" => Severity::Warning,
        "error" | "fatal error" => Severity::Error,
        _ => return None,
    };
    let (text, code) = match text.strip_suffix(']').and_then(|text| text.rsplit_once(" [-W")) {
        Some((text, code)) => (text, Some(code.to_owned())),
        None => (text, None),
    };
    Some(Message { severity, code, text: text.to_owned(), ..message })
}
