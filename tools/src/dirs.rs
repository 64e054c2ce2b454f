//! Where tools are installed and results are cached.

use std::env;
use std::path::{Path, PathBuf};

/// The folder that wheels are installed into: `ESPALIER_TOOLS` if set; else `.tools` of the nearest folder upwards
/// that has one or is a checkout of Espalier; else a folder in the user's cache.
pub fn install_dir() -> PathBuf {
    env_dir("ESPALIER_TOOLS")
        .or_else(|| checkout().map(|root| root.join(".tools")))
        .unwrap_or_else(|| user_cache().join("tools"))
}

/// The folder for results that can be computed anew: `ESPALIER_CACHE` if set; else `target/espalier` of the checkout;
/// else a folder in the user's cache.
pub fn cache_dir() -> PathBuf {
    env_dir("ESPALIER_CACHE").or_else(|| checkout().map(|root| root.join("target/espalier"))).unwrap_or_else(user_cache)
}

fn env_dir(name: &str) -> Option<PathBuf> {
    env::var_os(name).filter(|value| !value.is_empty()).map(|value| std::path::absolute(&value).unwrap_or(value.into()))
}

fn checkout() -> Option<PathBuf> {
    let here = env::current_dir().ok()?;
    here.ancestors().find(|dir| is_checkout(dir)).map(Path::to_owned)
}

fn is_checkout(dir: &Path) -> bool {
    dir.join(".tools").is_dir() || (dir.join("Cargo.toml").is_file() && dir.join("rtl_gen/hdl/Cargo.toml").is_file())
}

fn user_cache() -> PathBuf {
    env_dir("XDG_CACHE_HOME")
        .or_else(|| env_dir("HOME").map(|home| home.join(".cache")))
        .unwrap_or_else(env::temp_dir)
        .join("espalier")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_checkout_or_a_tools_folder_is_recognised() {
        let dir = tempfile::tempdir().expect("a temporary folder");
        assert!(!is_checkout(dir.path()));
        std::fs::create_dir(dir.path().join(".tools")).expect("a folder");
        assert!(is_checkout(dir.path()));
        assert!(checkout().is_some_and(|root| root.join("rtl_gen/hdl").is_dir()));
    }
}
