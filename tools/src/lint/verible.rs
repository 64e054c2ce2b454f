//! `verible-verilog-lint` with lowRISC's rules, one process for many files.

use std::fs;
use std::path::PathBuf;
use std::process::Command;

use super::{Message, Severity};
use crate::{Error, Result, Tool, exec, find};

/// The rules; no file in SystemVerilog is exempt.
const RULES: &str = include_str!("../../rules/verible.rules");
/// The rule that a file in plain Verilog is exempt from: a wrapper has the names of the bus that it stands on.
const NAMES: &str = "port-name-suffix\n";

pub(super) fn lint(files: &[PathBuf]) -> Result<Vec<Message>> {
    let is_plain = |file: &&PathBuf| file.extension().is_some_and(|extension| extension == "v");
    let (plain, own): (Vec<&PathBuf>, Vec<&PathBuf>) = files.iter().partition(is_plain);
    let mut messages = lint_by(RULES, &own)?;
    messages.extend(lint_by(&RULES.replace(NAMES, &format!("-{NAMES}")), &plain)?);
    Ok(messages)
}

fn lint_by(text: &str, files: &[&PathBuf]) -> Result<Vec<Message>> {
    if files.is_empty() {
        return Ok(vec![]);
    }
    let binary = find::ensure(Tool::Verible)?.path;
    let rules = tempfile::NamedTempFile::new().map_err(Error::io("a temporary file"))?;
    fs::write(rules.path(), text).map_err(Error::io(rules.path()))?;
    let mut command = Command::new(binary);
    command.arg("--rules_config").arg(rules.path()).args(files);
    let output = exec::capture(&mut command)?;
    let text = output.text();
    let mut messages: Vec<_> = text.lines().filter_map(parse).collect();
    if !output.success && messages.is_empty() {
        messages.push(Message::plain(Severity::Error, output.tail(5)));
    }
    Ok(messages)
}

/// `FILE:LINE:COLUMN: TEXT [rule]`.
fn parse(line: &str) -> Option<Message> {
    let message = Message::placed(Severity::Warning, line)?;
    let code = message.text.strip_suffix(']').and_then(|text| text.rsplit_once('[')).map(|(_, rule)| rule.to_owned());
    Some(Message { code, ..message })
}
