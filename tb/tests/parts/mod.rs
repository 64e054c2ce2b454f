//! Parts of the AXI side straight from their generators.

use sim::Sources;
use spec::PartConfig;
use tb::Unit;
use units::Emission;

/// What is emitted of `config`.
pub fn emission(config: impl Into<PartConfig>) -> Emission {
    let mut emitter = units::Emitter::new("");
    accel::emit(&config.into(), &mut emitter).unwrap_or_else(|error| panic!("{error}"));
    emitter.finish()
}

/// The unit that an emission makes, with `from` replaced by `to` in its top module; both empty for the unit as it is.
pub fn changed(emission: &Emission, from: &str, to: &str) -> Unit {
    let top = &emission.manifest.tops[0];
    let own = format!("{top}.sv");
    let sources = emission.files.iter().fold(Sources::new(top), |sources, (name, text)| {
        if *name != own || from.is_empty() {
            return sources.text(name, text);
        }
        assert!(text.contains(from), "`{from}` stands in {name}");
        sources.text(name, text.replacen(from, to, 1))
    });
    Unit::new(emission.manifest.module(top).expect("the top is among the modules").clone(), sources)
        .configure(|build| build.opt_level(sim::OptLevel::O1))
}

/// The unit that the generators make of `config`.
pub fn unit(config: impl Into<PartConfig>) -> Unit {
    changed(&emission(config), "", "")
}
