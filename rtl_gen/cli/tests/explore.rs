//! `espalier explore`: cores by predicted speed.

mod common;

use common::{espalier, json, succeed};

#[test]
fn the_front_has_no_core_that_another_beats() {
    let cores = json(&["explore", "--model", "deit-s", "--fps", "40", "--json"]);
    let cores = cores.as_array().expect("a list");
    let figure = |core: &serde_json::Value, name: &str| core[name].as_f64().expect("a number");
    assert!(cores.len() > 2 && cores.iter().all(|core| figure(core, "fps") >= 40.0 && figure(core, "dsp") <= 2520.0));
    for a in cores {
        let better =
            |b: &&serde_json::Value| ["dsp", "bram36", "cycles"].iter().all(|name| figure(b, name) < figure(a, name));
        assert_eq!(cores.iter().find(better), None, "{a}");
    }
    let text = succeed(&["explore", "--model", "deit-t"]);
    assert!(text.starts_with("core ") && text.contains("cycles are predicted"), "{text}");
}

#[test]
fn what_there_is_not_is_refused_with_a_remedy() {
    for (words, part) in [
        (["--model", "deit-x"], "did you mean `deit-"),
        (["--part", "zcu103"], "did you mean `zcu10"),
        (["--fps", "100000"], "the fastest that fits reaches"),
        (["--mhz", "0"], "give a positive number"),
    ] {
        let output = espalier(&["explore", words[0], words[1]]);
        let text = String::from_utf8_lossy(&output.stderr);
        let flat = text.split_whitespace().filter(|word| *word != "│").collect::<Vec<_>>().join(" ");
        assert!(output.status.code() == Some(2) && flat.contains(part) && !flat.contains("panicked"), "{text}");
    }
}
