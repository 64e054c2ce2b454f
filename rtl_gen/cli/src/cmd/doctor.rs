//! `espalier doctor`.

use toolbox::{Finding, Tool};

use crate::failure::{Failure, Result, tool};
use crate::output::json;
use crate::suggest;

/// Arguments.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// Install these tools first, where a wheel exists (`all` for every one).
    #[arg(long, value_name = "TOOL")]
    install: Vec<String>,
    /// Print the report as JSON.
    #[arg(long)]
    json: bool,
}

/// Prints the report. What is missing and can't install itself fails the check.
pub fn run(args: &Args) -> Result {
    for name in &args.install {
        install(name)?;
    }
    let findings = toolbox::doctor();
    if args.json {
        json(&findings)?;
    } else {
        for finding in &findings {
            print(finding);
        }
        outln!("wheels are installed into {}", toolbox::install_dir().display());
    }
    let missing: Vec<&str> = findings.iter().filter(|f| !f.found && !f.installs_itself).map(|f| f.name).collect();
    if missing.is_empty() { Ok(()) } else { Err(Failure::Check(format!("missing: {}", missing.join(", ")))) }
}

fn install(name: &str) -> Result {
    let wheels = || Tool::ALL.iter().copied().filter(|tool| tool.has_wheel());
    if name == "all" {
        return wheels().try_for_each(|tool| toolbox::ensure(tool).map(drop)).map_err(tool);
    }
    let wanted = Tool::from_name(name).ok_or_else(|| {
        Failure::input(format!("no tool is called `{name}`"), suggest::nearest(name, wheels().map(Tool::name)))
    })?;
    if !wanted.has_wheel() {
        return Err(Failure::input(format!("{name} has no wheel that could be installed"), wanted.remedy()));
    }
    toolbox::ensure(wanted).map(drop).map_err(tool)
}

fn print(finding: &Finding) {
    let version = finding.version.as_deref().unwrap_or("");
    match (&finding.path, &finding.problem) {
        (Some(path), _) => outln!("ok       {:<10} {version:<20} {}", finding.name, path.display()),
        (None, problem) => {
            let state = if finding.installs_itself { "on need" } else { "missing" };
            let remedy = finding.remedy.unwrap_or_default();
            let problem = problem.as_deref().unwrap_or_default();
            outln!("{state:<8} {:<10} {problem}; for {}: {remedy}", finding.name, finding.purpose);
        }
    }
}
