//! Generating and compiling what networks run on.

use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};

use indicatif::{ProgressBar, ProgressStyle};
use sim::{Build, Sources};
use spec::manifest::Module;
use tb::network::{Compilations, Compiled};

use super::Target;
use crate::failure::{Failure, Result};

/// Compiles at a time: each takes a core.
const WORKERS: usize = 2;

/// A bar on the terminal, hidden where the output is for a script.
pub fn bar(length: usize, what: &str, hidden: bool) -> ProgressBar {
    let bar = if hidden { ProgressBar::hidden() } else { ProgressBar::new(length as u64) };
    if let Ok(style) = ProgressStyle::with_template("{prefix:32} {bar:30} {pos}/{len} {msg}") {
        bar.set_style(style);
    }
    bar.set_prefix(what.to_owned());
    bar
}

/// Generates what the networks run on, and compiles what the cache does not have.
pub fn compile(targets: &[Target], quiet: bool) -> Result<Compilations> {
    let mut modules: Vec<(Module, Sources)> = Vec::new();
    for target in targets {
        for (module, sources) in target.modules()? {
            if !modules.iter().any(|(known, _)| known.name == module.name) {
                modules.push((module, sources));
            }
        }
    }
    let bar = bar(modules.len(), "compiling hardware", quiet);
    let (next, results) = (AtomicUsize::new(0), Mutex::new(Vec::new()));
    let work = || {
        while let Some((module, sources)) = modules.get(next.fetch_add(1, Ordering::Relaxed)) {
            let built = Build::new(sources.clone()).compile();
            bar.set_message(module.name.clone());
            bar.inc(1);
            if let Ok(mut results) = results.lock() {
                results.push((module, built));
            }
        }
    };
    std::thread::scope(|scope| (0..WORKERS).for_each(|_| drop(scope.spawn(work))));
    bar.finish_and_clear();
    let mut compiled = Compilations::new();
    for (module, built) in results.into_inner().unwrap_or_default() {
        let library =
            built.map_err(|e| Failure::input(e.to_string(), "`espalier doctor` tells which tools are found"))?;
        compiled.insert(module.name.clone(), Compiled { library, module: module.clone() });
    }
    Ok(compiled)
}
