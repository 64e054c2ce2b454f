//! What `sim` stands on: no generator and no model, or a match between RTL and reference would be worth less.

use std::{collections::BTreeSet, process::Command};

#[test]
fn sim_depends_on_no_generator() {
    let output = Command::new(env!("CARGO"))
        .args(["metadata", "--format-version", "1", "--no-deps", "--manifest-path"])
        .arg(concat!(env!("CARGO_MANIFEST_DIR"), "/Cargo.toml"))
        .output()
        .expect("cargo metadata");
    let metadata: serde_json::Value = serde_json::from_slice(&output.stdout).expect("its JSON");
    let array = |value: &serde_json::Value| value.as_array().cloned().unwrap_or_default();
    let own_dependencies = |name: &str| {
        let package = array(&metadata["packages"]).into_iter().find(|p| p["name"] == name).expect("a package");
        let dependencies = array(&package["dependencies"]).into_iter().filter(|d| !d["path"].is_null());
        dependencies.filter_map(|d| d["name"].as_str().map(str::to_owned)).collect::<Vec<_>>()
    };
    let (mut reached, mut waiting) = (BTreeSet::new(), vec!["sim".to_owned()]);
    while let Some(name) = waiting.pop() {
        waiting.extend(own_dependencies(&name));
        reached.insert(name);
    }
    assert_eq!(reached.into_iter().collect::<Vec<_>>(), ["sim", "spec", "toolbox"]);
}
