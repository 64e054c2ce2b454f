//! What took long to measure, as JSON beside the page, by the hash of what was measured.

use std::path::{Path, PathBuf};

use serde::Serialize;
use serde::de::DeserializeOwned;
use sha2::{Digest, Sha256};

use crate::failure::{Failure, Result};

/// A folder of JSON files.
pub struct Store(PathBuf);

impl Store {
    /// The store in the folder `dir`.
    pub fn at(dir: &Path) -> Self {
        Self(dir.to_owned())
    }

    /// What the store has of `name` in this state, or what `make` gives, which it then has. A file that cannot be read counts as none.
    pub fn get_or<T: Serialize + DeserializeOwned>(
        &self,
        name: &str,
        state: &[&str],
        make: impl FnOnce() -> Result<T>,
    ) -> Result<T> {
        let path = self.0.join(format!("{name}-{}.json", hash(state)));
        if let Some(value) = std::fs::read(&path).ok().and_then(|json| serde_json::from_slice(&json).ok()) {
            return Ok(value);
        }
        let value = make()?;
        let json = serde_json::to_string_pretty(&value)
            .map_err(|error| Failure::input(format!("{name} cannot be stored: {error}"), "report this defect"))?;
        super::write(&path, &json)?;
        Ok(value)
    }
}

fn hash(state: &[&str]) -> String {
    let mut hash = Sha256::new();
    for part in state {
        hash.update(part.len().to_le_bytes());
        hash.update(part);
    }
    hash.finalize().iter().take(8).map(|byte| format!("{byte:02x}")).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_value_is_made_once_for_each_state() {
        let dir = tempfile::tempdir().unwrap();
        let store = Store::at(dir.path());
        let get = |state: &[&str], value: u32| store.get_or("n", state, || Ok(value)).unwrap();
        assert_eq!((get(&["a", "b"], 1), get(&["a", "b"], 2), get(&["ab"], 3)), (1, 1, 3));
        for entry in std::fs::read_dir(dir.path()).unwrap() {
            std::fs::write(entry.unwrap().path(), "no JSON").unwrap();
        }
        assert_eq!(get(&["a", "b"], 4), 4);
    }
}
