//! Generating and compiling the units that networks run on.

use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};

use indicatif::{ProgressBar, ProgressStyle};
use model::Checkpoint;
use sim::{Build, Sources};
use spec::UnitConfig;
use spec::manifest::Module;
use tb::network::{Compilations, Compiled};

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

/// Generates every unit that the networks need, and compiles those that the cache does not have.
pub fn compile(checkpoints: &[Checkpoint], quiet: bool) -> Result<Compilations> {
    let mut configs: Vec<UnitConfig> = Vec::new();
    for config in checkpoints.iter().flat_map(|checkpoint| checkpoint.quantise().units.configs()) {
        if !configs.contains(&config) {
            configs.push(config);
        }
    }
    let emission = ::units::emit(&configs, "")
        .map_err(|e| Failure::input(e.to_string(), "this is a defect of espalier, not of the model"))?;
    let modules: Vec<&Module> =
        configs.iter().filter_map(|config| emission.manifest.module(&config.module_name())).collect();
    let bar = bar(modules.len(), "compiling units", quiet);
    let (next, results) = (AtomicUsize::new(0), Mutex::new(Vec::new()));
    let work = || {
        while let Some(module) = modules.get(next.fetch_add(1, Ordering::Relaxed)) {
            let files = emission.files.iter().filter(|(file, _)| module.sources.contains(file));
            let sources = files.fold(Sources::new(&module.name), |s, (file, text)| s.text(file, text));
            let built = Build::new(sources).compile();
            bar.set_message(module.name.clone());
            bar.inc(1);
            if let Ok(mut results) = results.lock() {
                results.push((*module, built));
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
