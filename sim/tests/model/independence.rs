//! Who stands on whom: a match between RTL and reference is worth something because these share no code.

use std::{collections::BTreeSet, process::Command};

/// Our own crates that `crate_name` reaches through its dependencies, itself included; other packages do not count.
fn reached(crate_name: &str) -> Vec<String> {
    let output = Command::new(env!("CARGO"))
        .args(["metadata", "--format-version", "1", "--no-deps", "--manifest-path"])
        .arg(concat!(env!("CARGO_MANIFEST_DIR"), "/Cargo.toml"))
        .output()
        .expect("cargo metadata");
    let metadata: serde_json::Value = serde_json::from_slice(&output.stdout).expect("its JSON");
    let array = |value: &serde_json::Value| value.as_array().cloned().unwrap_or_default();
    let own_dependencies = |name: &str| {
        let package = array(&metadata["packages"]).into_iter().find(|p| p["name"] == name).expect("a package");
        let normal = |d: &serde_json::Value| !d["path"].is_null() && d["kind"] != "dev";
        let dependencies = array(&package["dependencies"]).into_iter().filter(normal);
        dependencies.filter_map(|d| d["name"].as_str().map(str::to_owned)).collect::<Vec<_>>()
    };
    let (mut reached, mut waiting) = (BTreeSet::new(), vec![crate_name.to_owned()]);
    while let Some(name) = waiting.pop() {
        waiting.extend(own_dependencies(&name));
        reached.insert(name);
    }
    reached.into_iter().collect()
}

#[test]
fn sim_knows_no_generator() {
    assert_eq!(reached("sim"), ["sim", "spec", "toolbox"]);
}

#[test]
fn the_reference_knows_formats_and_configurations_alone() {
    assert_eq!(reached("reference"), ["reference", "spec"]);
}

#[test]
fn the_construction_library_stands_alone() {
    assert_eq!(reached("hdl"), ["hdl"]);
}

#[test]
fn the_generators_know_no_reference() {
    assert_eq!(reached("units"), ["hdl", "spec", "units"]);
}

#[test]
fn the_accelerator_stands_on_units() {
    assert_eq!(reached("accel"), ["accel", "hdl", "spec", "units"]);
}
