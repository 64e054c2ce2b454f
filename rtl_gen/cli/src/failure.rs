//! The two ways to fail, and their exit codes.

use std::io::Write;
use std::path::Path;
use std::process::ExitCode;

use miette::{Diagnostic, MietteDiagnostic, Report, Severity};

/// Why a command did not end well.
#[derive(Debug)]
pub enum Failure {
    /// A check failed: exit code 1. What failed has been printed already; this is the sum.
    Check(String),
    /// The input or this machine is at fault: exit code 2.
    Input(Vec<Report>),
}

/// The result of a command.
pub type Result<T = (), E = Failure> = std::result::Result<T, E>;

impl Failure {
    /// A fault of the input: what, and what to do.
    pub fn input(message: impl Into<String>, help: impl Into<String>) -> Self {
        let diagnostic = MietteDiagnostic::new(message).with_severity(Severity::Error).with_help(help);
        Self::Input(vec![Report::new(diagnostic)])
    }

    /// What no input should bring about.
    pub fn defect(error: impl std::fmt::Display) -> Self {
        Self::input(error.to_string(), "this is a defect of espalier; report it")
    }

    /// A file or folder that cannot be read or written.
    pub fn io(action: &str, path: &Path, error: &std::io::Error) -> Self {
        let help = match error.kind() {
            std::io::ErrorKind::NotFound => "check the path; a folder's parent must exist",
            std::io::ErrorKind::PermissionDenied => "choose a place that you may write to, or change its permissions",
            _ => "choose another place",
        };
        Self::input(format!("cannot {action} {}: {error}", path.display()), help)
    }

    /// Prints it, unless nobody reads standard error, and tells the exit code.
    pub fn report(self) -> ExitCode {
        let mut stderr = std::io::stderr().lock();
        match self {
            Self::Check(sum) => {
                let _ = writeln!(stderr, "failed: {sum}");
                ExitCode::from(1)
            }
            Self::Input(reports) => {
                for report in reports {
                    let _ = writeln!(stderr, "{report:?}");
                }
                ExitCode::from(2)
            }
        }
    }
}

impl<D: Diagnostic + Send + Sync + 'static> From<D> for Failure {
    fn from(diagnostic: D) -> Self {
        Self::Input(vec![Report::new(diagnostic)])
    }
}

/// A toolbox's message names place, reason and remedy in one text, divided by `; remedy: `.
pub fn tool(error: toolbox::Error) -> Failure {
    let text = error.to_string();
    match text.split_once("; remedy: ") {
        Some((message, remedy)) => Failure::input(message, remedy),
        None => Failure::input(text, "`espalier doctor` tells what was found and how to mend it"),
    }
}

/// What went wrong on a bench, as the user's business.
pub fn bench(failure: tb::Failure) -> Failure {
    Failure::input(failure.to_string(), "`espalier doctor` tells which tools are there and how to mend what is missing")
}
