//! The folder that a failing check leaves: the case, the waves, views of them, and what went wrong.

use std::{
    fmt, fs, io,
    path::{Path, PathBuf},
};

use serde::Serialize;

use crate::{
    Bench, Failure, Result, Unit, quiet,
    waves::{Recording, write, write_views},
};

/// `ESPALIER_FAILURES`, else `target/failures` of the workspace that the test runs in.
pub(crate) fn base() -> PathBuf {
    if let Some(dir) = std::env::var_os("ESPALIER_FAILURES").filter(|d| !d.is_empty()) {
        return dir.into();
    }
    let here = std::env::current_dir().unwrap_or_default();
    let root = here.ancestors().find(|dir| dir.join("Cargo.lock").is_file()).unwrap_or(&here);
    root.join("target/failures")
}

/// Runs the case once more with waves and writes the folder `base/name`, in place of an older one. Gives the failure of
/// that run.
pub(crate) fn write_folder<C: fmt::Debug + Serialize>(
    base: &Path,
    name: &str,
    unit: &Unit,
    case: &C,
    seen: &Failure,
    run: impl FnOnce(&mut Bench) -> Result<()>,
) -> Result<(Failure, PathBuf)> {
    let cannot = |path: &Path| {
        let path = path.display().to_string();
        move |e: io::Error| Failure::Sim(format!("cannot write {path}: {e}"))
    };
    fs::create_dir_all(base).map_err(cannot(base))?;
    let scratch = tempfile::Builder::new().prefix(".failing-").tempdir_in(base).map_err(cannot(base))?;
    let files = Recording {
        fst: scratch.path().join("waves.fst"),
        gtkwave: scratch.path().join("view.gtkw"),
        surfer: scratch.path().join("view.sucl"),
    };
    let mut bench = unit.traced_bench()?;
    bench.model().open_waves(&files.fst)?;
    let outcome = quiet::while_running(|| bench.reset().and_then(|()| run(&mut bench)));
    bench.model().close_waves();
    let failure = match outcome {
        Err(failure) => failure,
        Ok(()) => Failure::Test(format!(
            "{seen}\n(the smallest case passes on a fresh model, so it depends on what ran before it: state that reset \
             does not clear)"
        )),
    };
    write_views(unit, &files, Some(&failure))?;
    let json = serde_json::to_string_pretty(case).unwrap_or_default();
    write(&scratch.path().join("case.json"), &json)?;
    write(&scratch.path().join("case.txt"), &format!("{case:#?}\n"))?;
    write(&scratch.path().join("failure.txt"), &format!("{name}\nmodule {}\n\n{failure}\n", unit.module().name))?;

    let folder = base.join(file_name(name));
    if folder.exists() {
        fs::remove_dir_all(&folder).map_err(cannot(&folder))?;
    }
    let done = scratch.keep();
    fs::rename(&done, &folder).map_err(cannot(&folder))?;
    Ok((failure, folder.canonicalize().unwrap_or(folder)))
}

fn file_name(name: &str) -> String {
    let plain = |c: char| if c.is_ascii_alphanumeric() || "-_.".contains(c) { c } else { '_' };
    let text: String = name.chars().map(plain).collect();
    if text.trim_matches('.').is_empty() { "check".into() } else { text }
}
