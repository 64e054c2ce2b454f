//! Writes a typed wrapper for every unit of the reference configurations' manifest, and of the hand-written ones that the
//! tests use.

use std::{env, error::Error, fs, path::Path};

use spec::manifest::Manifest;

// The file, not the crate: the crate would be compiled a second time for this script, with zlib and all.
#[path = "../sim/src/codegen.rs"]
mod codegen;

fn main() -> Result<(), Box<dyn Error>> {
    let here = env::var("CARGO_MANIFEST_DIR")?;
    let out = env::var("OUT_DIR")?;
    for (manifest, name) in [("../rtl/manifest.json", "dut.rs"), ("tests/sv/manifest.json", "hand_written.rs")] {
        let path = Path::new(&here).join(manifest);
        println!("cargo::rerun-if-changed={}", path.display());
        fs::write(Path::new(&out).join(name), wrappers(&path)?)?;
    }
    println!("cargo::rerun-if-changed=../sim/src/codegen.rs");
    Ok(())
}

/// The wrappers of the tops: all modules' would be most of what is compiled of this crate. Nothing where no manifest has been
/// emitted yet.
fn wrappers(path: &Path) -> Result<String, Box<dyn Error>> {
    if !path.exists() {
        return Ok(String::new());
    }
    let manifest: Manifest = serde_json::from_str(&fs::read_to_string(path)?)?;
    let tops = manifest.tops.iter().filter_map(|top| manifest.module(top));
    Ok(tops.map(codegen::wrapper).collect::<Vec<_>>().join("\n"))
}
