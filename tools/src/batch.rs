//! Batches of jobs in one Python process.

use crate::{Error, Result, Tool, exec, install, python};

/// The script that runs Yosys commands through pyosys.
pub(crate) const PYOSYS: &str = include_str!("../scripts/pyosys_run.py");

/// What a batch script said about one of its jobs.
#[derive(Debug, Default)]
pub(crate) struct JobLog {
    pub text: String,
    pub failed: bool,
}

/// Runs a batch script of this crate on `jobs` and takes its log apart at the lines `@job N` and `@failed N`.
pub(crate) fn batch(
    tool: Tool,
    script: &str,
    jobs: &serde_json::Value,
    count: usize,
    log: impl Fn(&exec::Output) -> &String,
) -> Result<Vec<JobLog>> {
    let dir = tempfile::tempdir().map_err(Error::io("a temporary folder"))?;
    let (program, input) = (dir.path().join("batch.py"), dir.path().join("jobs.json"));
    std::fs::write(&program, script).map_err(Error::io(&program))?;
    std::fs::write(&input, jobs.to_string()).map_err(Error::io(&input))?;
    let mut command = python::with_packages(&install::package_dir(tool)?)?;
    let output = exec::capture(command.arg(&program).arg(&input))?;
    if !output.success {
        let program = format!("{} (in Python)", tool.name());
        return Err(Error::Failed { program, status: output.status.clone(), message: output.tail(20) });
    }
    let mut logs: Vec<JobLog> = Vec::new();
    for line in log(&output).lines() {
        if line.starts_with("@job ") {
            logs.push(JobLog::default());
        } else if let Some(last) = logs.last_mut() {
            if line.starts_with("@failed ") {
                last.failed = true;
            } else {
                last.text.push_str(line);
                last.text.push('\n');
            }
        }
    }
    if logs.len() != count {
        let reason = format!("its log speaks of {} jobs, not {count}", logs.len());
        return Err(Error::Run { program: tool.name().into(), reason });
    }
    Ok(logs)
}
