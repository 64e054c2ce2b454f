//! Hand-written units that the tests of the bench stand on.

use std::path::PathBuf;

use sim::Cache;
use tb::Unit;

/// The folder of the units.
pub fn dir() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/sv")
}

/// A cache that outlives the run, so that a second run is quick.
pub fn cache() -> Cache {
    Cache::at(PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join("tb-cache"))
}

/// A unit of the manifest.
pub fn unit(name: &str) -> Unit {
    Unit::from_manifest(dir().join("manifest.json"), name).expect("a manifest").configure(|b| b.cache(cache()))
}
