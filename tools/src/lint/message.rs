//! One complaint of one linter, and how it is read from the tool's text.

use std::fmt;
use std::path::{Path, PathBuf};

use serde::Serialize;

/// How bad the tool finds it. Both fail a lint.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Severity {
    /// A warning.
    Warning,
    /// An error.
    Error,
}

/// One complaint.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Message {
    /// The linter's label.
    pub linter: String,
    /// The design's top module; empty where files are read without one.
    pub top: String,
    /// The file, where one is named.
    pub file: Option<PathBuf>,
    /// The line, from 1.
    pub line: Option<u32>,
    /// The column, from 1.
    pub column: Option<u32>,
    /// Warning or error.
    pub severity: Severity,
    /// The tool's name for it, such as `WIDTHTRUNC`.
    pub code: Option<String>,
    /// The text.
    pub text: String,
}

impl Message {
    /// A message without a place.
    pub(crate) fn plain(severity: Severity, text: impl Into<String>) -> Self {
        Self {
            linter: String::new(),
            top: String::new(),
            file: None,
            line: None,
            column: None,
            severity,
            code: None,
            text: text.into(),
        }
    }

    /// Reads `FILE:LINE[:COLUMN[-COLUMN]]: REST`; the text becomes the rest. `None` if no place stands in front.
    pub(crate) fn placed(severity: Severity, text: &str) -> Option<Self> {
        let mut at = 0;
        loop {
            at += text.get(at..)?.find(':')? + 1;
            let rest = &text[at..];
            let digits = rest.len() - rest.trim_start_matches(|c: char| c.is_ascii_digit()).len();
            if digits == 0 || !rest[digits..].starts_with(':') {
                continue;
            }
            let file = Path::new(&text[..at - 1]).to_owned();
            let line = rest[..digits].parse().ok();
            let (column, rest) = column(&rest[digits + 1..]);
            let text = rest.trim().to_owned();
            return Some(Self { file: Some(file), line, column, ..Self::plain(severity, text) });
        }
    }
}

fn column(text: &str) -> (Option<u32>, &str) {
    let Some((head, rest)) = text.split_once(':') else { return (None, text) };
    match head.split('-').next().and_then(|number| number.parse().ok()) {
        Some(column) => (Some(column), rest),
        None => (None, text),
    }
}

impl fmt::Display for Message {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(file) = &self.file {
            write!(f, "{}:", file.display())?;
            for number in [self.line, self.column].into_iter().flatten() {
                write!(f, "{number}:")?;
            }
            write!(f, " ")?;
        }
        let severity = if self.severity == Severity::Error { "error" } else { "warning" };
        write!(f, "{severity}: {}", self.text)?;
        if let Some(code) = &self.code {
            write!(f, " [{code}]")?;
        }
        write!(f, " ({}", self.linter)?;
        if !self.top.is_empty() {
            write!(f, ", top {}", self.top)?;
        }
        write!(f, ")")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn places_of_all_forms_are_read() {
        for (text, file, line, column, rest) in [
            ("a/b.sv:4:17: text: more", "a/b.sv", 4, Some(17), "text: more"),
            ("a.sv:4: error: text", "a.sv", 4, None, "error: text"),
            ("a.sv:8:20-23: Remove", "a.sv", 8, Some(20), "Remove"),
            ("c:/x.sv:8: y", "c:/x.sv", 8, None, "y"),
        ] {
            let message = Message::placed(Severity::Error, text).expect(text);
            assert_eq!(message.file.as_deref(), Some(Path::new(file)));
            assert_eq!((message.line, message.column, message.text.as_str()), (Some(line), column, rest));
        }
        assert_eq!(Message::placed(Severity::Error, "no place: here"), None);
    }
}
