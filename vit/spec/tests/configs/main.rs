//! Names, texts and refusals of the units' configurations.

mod core;
mod elementwise;
mod function_units;
mod layer_norm;
mod parts;
mod softmax;
mod tdhm;
mod token_classifier;

use std::collections::BTreeSet;

use spec::{UnitConfig, config_hash};

/// Every configuration has a name and a hash of its own, and a name that a module can have.
fn told_apart(all: &[UnitConfig]) {
    let names: BTreeSet<_> = all.iter().map(UnitConfig::module_name).collect();
    let hashes: BTreeSet<_> = all.iter().map(config_hash).collect();
    assert_eq!((names.len(), hashes.len()), (all.len(), all.len()));
    let identifier = |name: &str| name.len() <= 60 && name.chars().all(|c| c.is_ascii_alphanumeric() || c == '_');
    assert!(names.iter().all(|name| identifier(name)), "{names:?}");
}

/// Every configuration is legal, and the same after being written as JSON and read back.
fn survives_json(all: &[UnitConfig]) {
    for config in all {
        config.validate().unwrap();
        let text = serde_json::to_string(config).unwrap();
        assert_eq!(&serde_json::from_str::<UnitConfig>(&text).unwrap(), config, "{text}");
    }
}

/// Every configuration is refused with its message.
fn refused<C: Into<UnitConfig>>(refusals: impl IntoIterator<Item = (C, &'static str)>) {
    for (config, message) in refusals {
        assert_eq!(config.into().validate().unwrap_err().to_string(), message);
    }
}
