//! Copies the headers and static libraries of zlib and lz4 out of their crates' build folders, so that `sim` can carry
//! them inside itself: models are compiled long after those folders may be gone.

use std::{env, error::Error, fs, path::PathBuf};

fn main() -> Result<(), Box<dyn Error>> {
    let out = PathBuf::from(env::var("OUT_DIR")?);
    let z = PathBuf::from(env::var("DEP_Z_ROOT")?);
    let lz4 = PathBuf::from(env::var("DEP_LZ4_ROOT")?);
    let files = [
        (PathBuf::from(env::var("DEP_Z_INCLUDE")?).join("zlib.h"), "zlib.h"),
        (PathBuf::from(env::var("DEP_Z_INCLUDE")?).join("zconf.h"), "zconf.h"),
        (PathBuf::from(env::var("DEP_LZ4_INCLUDE")?).join("lz4.h"), "lz4.h"),
        (first_of(&[z.join("lib/libz.a"), z.join("libz.a"), z.join("build/libz.a")])?, "libz.a"),
        (first_of(&[lz4.join("liblz4.a"), lz4.join("lib/liblz4.a")])?, "liblz4.a"),
    ];
    for (from, name) in files {
        fs::copy(&from, out.join(name)).map_err(|e| format!("{}: {e}", from.display()))?;
    }
    println!("cargo::rustc-env=SIM_TARGET={}", env::var("TARGET")?);
    println!("cargo::rustc-env=SIM_HOST={}", env::var("HOST")?);
    println!("cargo::rerun-if-changed=build.rs");
    Ok(())
}

fn first_of(candidates: &[PathBuf]) -> Result<PathBuf, String> {
    candidates.iter().find(|p| p.is_file()).cloned().ok_or_else(|| format!("none of {candidates:?} exists"))
}
