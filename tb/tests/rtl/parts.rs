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

/// The unit that an emission makes, with `from` replaced by `to` in its top module, or, where that is a wrapper, in
/// the first file that has it; both empty for the unit as it is.
pub fn changed(emission: &Emission, from: &str, to: &str) -> Unit {
    let top = &emission.manifest.tops[0];
    let module = emission.manifest.module(top).expect("the top is among the modules");
    let needed = emission.files.iter().filter(|(name, _)| module.sources.contains(name));
    let mut found = from.is_empty();
    let sources = needed.fold(Sources::new(top), |sources, (name, text)| {
        if found || (*name != module.file && !is_wrapper(&module.kind)) || !text.contains(from) {
            return sources.text(name, text);
        }
        found = true;
        sources.text(name, text.replacen(from, to, 1))
    });
    assert!(found, "`{from}` stands in {top}");
    Unit::new(module.clone(), sources).configure(|build| build.opt_level(sim::OptLevel::O1))
}

/// Whether a module is but another's names, so that its faults are that other's.
fn is_wrapper(kind: &str) -> bool {
    kind.ends_with("_wrapper")
}

/// The unit that the generators make of `config`.
pub fn unit(config: impl Into<PartConfig>) -> Unit {
    changed(&emission(config), "", "")
}
