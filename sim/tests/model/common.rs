//! What all tests of the link share.

use std::path::PathBuf;

use sim::{Build, Cache, Sources, Verilator};

/// A cache that outlives the run, so that a second run is quick.
pub fn cache() -> Cache {
    Cache::at(PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join("sim-cache"))
}

/// A file of `tests/sv`.
pub fn sv(name: &str) -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/sv").join(name)
}

/// A build of `tests/sv/<top>.sv` in the shared cache.
pub fn build(top: &str) -> Build {
    Build::new(Sources::new(top).file(sv(&format!("{top}.sv")))).cache(cache())
}

/// Every Verilator of this machine.
pub fn verilators() -> Vec<Verilator> {
    let all = Verilator::all().expect("a Verilator");
    assert!(!all.is_empty());
    all
}
