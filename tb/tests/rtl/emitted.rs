//! Units straight from their generators.

use sim::Sources;
use spec::UnitConfig;
use tb::Unit;

/// The unit that the generators make of `config`.
pub fn unit(config: impl Into<UnitConfig>) -> Unit {
    let emission = units::emit(&[config.into()], "").unwrap_or_else(|error| panic!("{error}"));
    let top = &emission.manifest.tops[0];
    let module = emission.manifest.module(top).expect("the top is among the modules").clone();
    let sources = emission.files.iter().fold(Sources::new(top), |sources, (name, text)| sources.text(name, text));
    Unit::new(module, sources)
}
