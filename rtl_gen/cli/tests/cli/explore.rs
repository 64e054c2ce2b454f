//! `espalier explore`: cores by predicted speed.

use crate::common::{espalier, json, succeed};
use serde_json::Value;

fn figure(core: &Value, name: &str) -> f64 {
    core[name].as_f64().expect("a number")
}

fn keep(core: &Value) -> &str {
    core["keep"].as_str().expect("a keep setting")
}

#[test]
fn the_front_of_a_keep_setting_has_no_core_that_another_beats() {
    let cores = json(&["explore", "--model", "deit-s", "--fps", "40", "--json"]);
    let cores = cores.as_array().expect("a list");
    let mut keeps: Vec<&str> = cores.iter().map(keep).collect();
    keeps.dedup();
    assert_eq!(keeps, ["dense", "0.90/0.84/0.61", "0.70/0.39/0.21", "0.42/0.21/0.13"]);
    assert!(cores.iter().all(|core| figure(core, "fps") >= 40.0 && figure(core, "dsp") <= 2520.0));
    for a in cores {
        let better = |b: &&Value| {
            keep(a) == keep(b) && ["dsp", "bram36", "cycles"].iter().all(|name| figure(b, name) < figure(a, name))
        };
        assert_eq!(cores.iter().find(better), None, "{a}");
    }
    let text = succeed(&["explore", "--model", "deit-t"]);
    assert!(text.starts_with("keep ") && text.contains("cycles are predicted"), "{text}");
}

/// At 150 MHz a dense DeiT-S of 150 frames a second would need more multiply-accumulates than the part has DSPs for.
#[test]
fn a_pruned_network_reaches_what_a_dense_one_does_not() {
    let asked = ["explore", "--part", "zcu102", "--model", "deit-s", "--fps", "150", "--json"];
    let cores = json(&asked);
    let cores = cores.as_array().expect("a list");
    assert!(!cores.is_empty());
    assert!(cores.iter().all(|core| figure(core, "fps") >= 150.0 && keep(core) != "dense"), "{cores:?}");

    // One setting alone is what the search over all has of it; a share that drops more is faster.
    let alone = |keep: &str| json(&[&asked[..], &["--keep", keep]].concat());
    let middle = alone("0.70/0.39/0.21");
    let of_middle: Vec<&Value> = cores.iter().filter(|core| keep(core) == "0.70/0.39/0.21").collect();
    assert_eq!(middle.as_array().expect("a list").iter().collect::<Vec<_>>(), of_middle);
    let fastest =
        |cores: &Value| cores.as_array().expect("a list").iter().map(|c| figure(c, "fps")).fold(0.0, f64::max);
    assert!(fastest(&alone("0.5/0.3/0.2")) > fastest(&middle));

    let output = espalier(&[&asked[..], &["--keep", "dense"]].concat());
    assert_eq!(output.status.code(), Some(2));
}

#[test]
fn what_there_is_not_is_refused_with_a_remedy() {
    for (words, part) in [
        (["--model", "deit-x"], "did you mean `deit-"),
        (["--part", "zcu103"], "did you mean `zcu10"),
        (["--fps", "100000"], "the fastest that fits reaches"),
        (["--part", "kv260"], "no core that runs"),
        (["--mhz", "0"], "give a positive number"),
        (["--keep", "0.39/0.70/0.21"], "write `dense`, or three shares that do not rise"),
    ] {
        let output = espalier(&["explore", words[0], words[1]]);
        let text = String::from_utf8_lossy(&output.stderr);
        let flat = text.split_whitespace().filter(|word| *word != "│").collect::<Vec<_>>().join(" ");
        assert!(output.status.code() == Some(2) && flat.contains(part) && !flat.contains("panicked"), "{text}");
    }
}
