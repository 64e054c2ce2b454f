//! Python 3 and a pip, whichever way this machine has one.

use std::path::PathBuf;
use std::process::Command;

use crate::{Error, Result, Tool, exec, find, install};

/// The tag of the interpreter that wheels with compiled modules are bound to, such as `cp311`.
pub(crate) fn tag() -> Result<String> {
    let version = find::on_path(Tool::Python)?.version.unwrap_or_default();
    let mut parts = version.split('.');
    match (parts.next(), parts.next()) {
        (Some(major), Some(minor)) => Ok(format!("cp{major}{minor}")),
        _ => Err(Error::Run { program: "python3".into(), reason: format!("its version `{version}` is not a version") }),
    }
}

/// A Python that sees the packages in `dir` and nothing of the user's.
pub(crate) fn with_packages(dir: &std::path::Path) -> Result<Command> {
    let mut command = Command::new(find::on_path(Tool::Python)?.path);
    command.env("PYTHONPATH", dir).env("PYTHONDONTWRITEBYTECODE", "1").env_remove("PYTHONHOME").arg("-s");
    Ok(command)
}

/// A command that behaves as `pip`: the module, a `pip3` on `PATH`, or the copy that Python ships to bootstrap from.
pub(crate) fn pip(tool: Tool) -> Result<Command> {
    let python = find::on_path(Tool::Python)?.path;
    if exec::capture(Command::new(&python).args(["-m", "pip", "--version"]))?.success {
        let mut command = Command::new(python);
        command.args(["-m", "pip"]);
        return Ok(command);
    }
    if let Ok(pip) = which::which("pip3") {
        return Ok(Command::new(pip));
    }
    let wheel = bundled_pip(&python).ok_or(Error::NoPip { tool, python: python.clone() })?;
    let mut command = Command::new(python);
    command.arg(wheel.join("pip"));
    Ok(command)
}

/// A wheel of pip that can be run as it lies: `ensurepip`'s own, or the distribution's.
fn bundled_pip(python: &PathBuf) -> Option<PathBuf> {
    const SEARCH: &str = "import glob, os, sysconfig
try:
    import ensurepip
    dirs = [os.path.join(os.path.dirname(ensurepip.__file__), '_bundled')]
except ImportError:
    dirs = []
dirs += [sysconfig.get_config_var('WHEEL_PKG_DIR') or '', '/usr/share/python-wheels']
print(*[f for d in dirs if d for f in sorted(glob.glob(os.path.join(d, 'pip-*.whl')))], sep='\\n')";
    let output = exec::capture(Command::new(python).args(["-c", SEARCH])).ok()?;
    output.stdout.lines().next().map(PathBuf::from).filter(|wheel| wheel.is_file())
}

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
    let mut command = with_packages(&install::package_dir(tool)?)?;
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
