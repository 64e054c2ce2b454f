//! Python 3 and a pip, whichever way this machine has one.

use std::path::PathBuf;
use std::process::Command;

use crate::{Error, Result, Tool, exec, heap, path};

/// The tag of the interpreter that wheels with compiled modules are bound to, such as `cp311`.
pub(crate) fn tag() -> Result<String> {
    let version = path::on_path(Tool::Python)?.version.unwrap_or_default();
    let mut parts = version.split('.');
    match (parts.next(), parts.next()) {
        (Some(major), Some(minor)) => Ok(format!("cp{major}{minor}")),
        _ => Err(Error::Run { program: "python3".into(), reason: format!("its version `{version}` is not a version") }),
    }
}

/// A Python that sees the packages in `dir` and nothing of the user's.
pub(crate) fn with_packages(dir: &std::path::Path) -> Result<Command> {
    let mut command = Command::new(path::on_path(Tool::Python)?.path);
    command.env("PYTHONPATH", dir).env("PYTHONDONTWRITEBYTECODE", "1").env_remove("PYTHONHOME").arg("-s");
    heap::with_quick_heap(&mut command);
    Ok(command)
}

/// A command that behaves as `pip`: the module, a `pip3` on `PATH`, or the copy that Python ships to bootstrap from.
pub(crate) fn pip(tool: Tool) -> Result<Command> {
    let python = path::on_path(Tool::Python)?.path;
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
