//! Units straight from their generators.

use sim::{OptLevel, Sources};
use spec::UnitConfig;
use spec::manifest::Module;
use tb::Unit;

/// The unit that the generators make of `config`.
pub fn unit(config: impl Into<UnitConfig>) -> Unit {
    let emission = units::emit(&[config.into()], "").unwrap_or_else(|error| panic!("{error}"));
    let top = &emission.manifest.tops[0];
    let module = emission.manifest.module(top).expect("the top is among the modules").clone();
    let sources = emission.files.iter().fold(Sources::new(top), |sources, (name, text)| sources.text(name, text));
    brief(module, sources)
}

/// A unit whose model is simulated for less time than a compiler takes to optimise it.
pub fn brief(module: Module, sources: Sources) -> Unit {
    Unit::new(module, sources).configure(|build| build.opt_level(OptLevel::O0))
}
