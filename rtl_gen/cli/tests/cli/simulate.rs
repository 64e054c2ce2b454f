//! `espalier sim` and `espalier waves` on every kind of unit.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use crate::common::{espalier, json, root, succeed};
use spec::manifest::Manifest;
use wellen::simple::read;

#[test]
fn every_kind_equals_its_reference() {
    for kind in spec::UnitConfig::KINDS {
        let result = json(&["sim", kind, "--cases", "8", "--seed", "5", "--json"]);
        assert_eq!(result["equal"], true, "{result}");
        assert!(result["cycles"].as_u64().is_some_and(|cycles| cycles > 0), "{result}");
        if result["inputs"].is_null() {
            assert_eq!((&result["cases"], &result["jobs"], &result["seed"]), (&8.into(), &32.into(), &5.into()));
        }
    }
    assert!(succeed(&["sim", "plan_sigmoid_s8f4_u8f7", "--stalls", "40"]).contains("256 outputs equal the reference"));
}

/// Emits a unit and plants a fault in one of its files.
fn faulty(dir: &Path, words: &[&str], file: &str, from: &str, to: &str) -> String {
    let rtl = dir.join("rtl").display().to_string();
    succeed(&[&["gen"], words, &["--out", &rtl]].concat());
    let path = dir.join("rtl").join(file);
    let text = fs::read_to_string(&path).expect("emitted");
    assert!(text.contains(from), "`{from}` is in {file}");
    fs::write(path, text.replace(from, to)).expect("written");
    rtl
}

#[test]
fn a_planted_fault_fails_the_check() {
    let dir = tempfile::tempdir().expect("a folder");
    let words = ["gelu", "x=s8.4", "y=s8.4"];
    let rtl =
        faulty(dir.path(), &words, "gelu_s8f4_s8f4.sv", "assign negative = in_data_i[7]", "assign negative = 1'b0");
    let output = espalier(&["sim", "gelu", "--rtl", &rtl, "--json"]);
    assert_eq!(output.status.code(), Some(1));
    let result: serde_json::Value = serde_json::from_slice(&output.stdout).expect("JSON");
    assert_eq!(result["equal"], false);
    assert!(result["difference"].as_str().is_some_and(|text| text.contains("`out` diverges")), "{result}");

    let words = ["bitonic_sort", "n=4", "key_width=8"];
    let rtl = faulty(dir.path(), &words, "compare_exchange_r10_p0.sv", " > ", " < ");
    let output = espalier(&["sim", "bitonic_sort", "--rtl", &rtl, "--seed", "9"]);
    assert_eq!(output.status.code(), Some(1));
    assert!(String::from_utf8_lossy(&output.stderr).contains("case 0 of seed 9"));
}

/// The names that a GTKWave save file wants from the waves, without their ranges.
fn gtkwave_names(text: &str) -> Vec<String> {
    let lines = text.lines().filter(|line| !line.starts_with(['[', '*', '@', '-']));
    let words = lines.flat_map(str::split_whitespace).filter(|word| !word.starts_with("#{"));
    let plain = |word: &str| {
        let name = word.split_once(')').map_or(word, |(_, name)| name);
        name.split('[').next().unwrap_or_default().to_owned()
    };
    words.map(plain).collect()
}

#[test]
fn recordings_of_functions_have_named_and_grouped_signals() {
    recordings_have_named_and_grouped_signals(["gelu", "softmax", "layer_norm"]);
}

#[test]
fn recordings_of_arrays_and_selectors_have_named_and_grouped_signals() {
    recordings_have_named_and_grouped_signals(["systolic_gemm", "bitonic_sort", "token_selector"]);
}

fn recordings_have_named_and_grouped_signals(kinds: [&str; 3]) {
    let manifest = fs::read_to_string(root().join("rtl/manifest.json")).expect("emitted");
    let manifest: Manifest = serde_json::from_str(&manifest).expect("a manifest");
    let dir = tempfile::tempdir().expect("a folder");
    let out = dir.path().join("waves").display().to_string();
    for kind in kinds {
        let module =
            manifest.modules.iter().find(|m| m.kind == kind && manifest.tops.contains(&m.name)).expect("a top");
        let files = json(&["waves", kind, "--out", &out, "--json"]);
        let path = |file: &str| files[file].as_str().expect("a path").to_owned();
        let mut waves = read(path("fst")).expect("readable waves");
        let hierarchy = waves.hierarchy();
        let signals: BTreeMap<String, _> = hierarchy
            .all_vars()
            .map(|v| (hierarchy[v].full_name(hierarchy), (hierarchy[v].length(hierarchy), hierarchy[v].signal_ref())))
            .collect();

        let gtkwave = fs::read_to_string(path("gtkwave")).expect("a view");
        let surfer = fs::read_to_string(path("surfer")).expect("a view");
        let added: Vec<&str> = surfer.lines().filter_map(|line| line.strip_prefix("variable_add ")).collect();
        let wanted = gtkwave_names(&gtkwave);
        for name in added.iter().copied().chain(wanted.iter().map(String::as_str)) {
            assert!(signals.contains_key(name), "{kind}: no signal `{name}` in the waves");
        }
        for port in &module.ports {
            let name = added.iter().find(|name| name.ends_with(&format!("{}.{}", module.name, port.name)));
            let name = *name.unwrap_or_else(|| panic!("{kind}: {} is not in the view", port.name));
            assert!(wanted.iter().any(|w| w == name), "{kind}: {name} is not in GTKWave's view");
            assert_eq!(signals[name].0, Some(port.width), "{kind}: bits of {name}");
        }
        for stream in &module.streams {
            assert!(gtkwave.contains(&format!("-stream {}\n", stream.name)), "{kind}: {}", stream.name);
            assert!(surfer.contains(&format!("divider_add stream {}\n", stream.name)), "{kind}: {}", stream.name);
            let valid = added.iter().find(|name| name.contains(&format!(".{}_valid_", stream.name)));
            let signal = signals[*valid.expect("a handshake")].1;
            waves.load_signals(&[signal]);
            let changes = waves.get_signal(signal).expect("loaded").iter_changes().count();
            assert!(changes > 2, "{kind}: nothing moves on {}", stream.name);
        }
    }
}
