//! `espalier run` on a few of the digits: what it prints, for a person and as JSON.

use std::fs;
use std::path::Path;

use crate::common::{json, root, succeed};
use image::{GrayImage, Luma};
use serde_json::Value;
use tempfile::TempDir;

/// Images that a set has.
const IMAGES: usize = 6;

/// The header and the first rows of the digits, as a file; the labels and pixels of the rows.
fn set(dir: &Path) -> (String, Vec<Vec<u8>>) {
    let text = fs::read_to_string(root().join("vit/data/digits.csv")).expect("the digits");
    let lines: Vec<&str> = text.lines().take(1 + IMAGES).collect();
    let path = dir.join("set.csv");
    fs::write(&path, lines.join("\n") + "\n").expect("written");
    let numbers = |line: &&str| line.split(',').map(|number| number.parse().expect("a number")).collect();
    (path.display().to_string(), lines[1..].iter().map(numbers).collect())
}

/// A row as a picture, 8 pixels a pixel, dark ink on white.
fn picture(dir: &Path, row: &[u8]) -> String {
    let path = dir.join("digit.png");
    let grey = |x: u32, y: u32| Luma([(255 - u32::from(row[1 + (y / 8 * 8 + x / 8) as usize]) * 255 / 16) as u8]);
    GrayImage::from_fn(64, 64, grey).save(&path).expect("written");
    path.display().to_string()
}

fn folder() -> (TempDir, String) {
    let dir = tempfile::tempdir().expect("a folder");
    let out = dir.path().join("out").display().to_string();
    (dir, out)
}

#[test]
fn a_set_and_a_picture_of_one_of_its_digits() {
    let (dir, out) = folder();
    let (csv, rows) = set(dir.path());
    let run = json(&["run", "--data", &csv, "--model", "digits-heatvit", "--out", &out, "--json"]);

    assert_eq!(run["model"], "digits-heatvit");
    assert_eq!(run["images"], IMAGES);
    assert_eq!(run["logits_equal"], true);
    let results = run["results"].as_array().expect("a list");
    let accuracy = |class: &str| {
        let right = results.iter().zip(&rows).filter(|(result, row)| result[class] == row[0]).count();
        right as f64 / IMAGES as f64
    };
    for network in ["float", "reference", "rtl"] {
        assert_eq!(run[format!("accuracy_{network}")], accuracy(&format!("class_{network}")), "{network}");
    }
    assert_eq!(run["accuracy_rtl"], run["accuracy_reference"]);
    let units = run["units"].as_array().expect("a list");
    let kinds: Vec<&Value> = units.iter().map(|unit| &unit["kind"]).collect();
    assert_eq!(kinds, ["accelerator"]);
    for unit in units {
        let cycles = unit["cycles"].as_u64().expect("a number");
        assert!(cycles > 0, "{unit}");
        assert_eq!(unit["cycles_per_image"], cycles as f64 / IMAGES as f64);
    }
    for result in results {
        assert_eq!(result["logits"].as_array().map(Vec::len), Some(10));
    }
    layers(&run);
    let kept: f64 =
        results.iter().map(|r| r["tokens_kept"].as_array().expect("a list")[0].as_f64().expect("a number")).sum();
    assert!((run["tokens_kept"][0]["mean"].as_f64().expect("a number") - kept / IMAGES as f64).abs() < 1e-9);
    assert!(Path::new(&out).join("digits-heatvit.png").is_file());

    // The same digit as a picture gives the same logits; nobody knows its label.
    let png = picture(dir.path(), &rows[2]);
    let alone = json(&["run", "--image", &png, "--model", "digits-heatvit", "--out", &out, "--json"]);
    assert_eq!(alone["results"][0]["logits"], results[2]["logits"]);
    assert!(alone.get("accuracy_rtl").is_none() && alone["logits_equal"] == true);
}

/// Every cycle of a layer is one of its causes', and all layers are shorter than an image. The selector leaves what is kept,
/// the class token and the package.
fn layers(run: &Value) {
    let number = |value: &Value| value.as_f64().expect("a number");
    let layers = run["layers"].as_array().expect("a list");
    let names: Vec<&str> = layers.iter().map(|layer| layer["name"].as_str().expect("a name")).collect();
    assert_eq!((names.len(), names[0], names[10]), (11, "embedding", "logits"));
    for layer in layers {
        let waits = layer["wait_cycles"].as_object().expect("causes").values().map(number);
        let sum = waits.sum::<f64>() + number(&layer["mac_cycles"]) + number(&layer["idle_cycles"]);
        assert!((sum - number(&layer["cycles"])).abs() < 1e-6, "{layer}");
    }
    let whole = number(&run["units"][0]["cycles_per_image"]);
    let cycles: f64 = layers.iter().map(|layer| number(&layer["cycles"])).sum();
    assert!((0.9 * whole..whole).contains(&cycles), "{cycles} of {whole}");
    assert_eq!(number(&layers[0]["tokens"]), 17.0);
    let kept = number(&run["tokens_kept"][0]["mean"]);
    assert!((number(&layers[10]["tokens"]) - kept - 2.0).abs() < 1.0 / IMAGES as f64 + 1e-9, "{kept}");
}

#[test]
fn both_models_for_a_person_and_as_a_list() {
    let (dir, out) = folder();
    let (csv, _) = set(dir.path());
    let text = succeed(&["run", "--data", &csv, "--out", &out, "--layers"]);
    let words = ["digits-heatvit", "digits-sdp", "accuracy  float", "cycles per image", "on the host:", "wall time"];
    for wanted in words.into_iter().chain(["MAC cycles", "blocks.3.mlp", "no_rows"]) {
        assert!(text.contains(wanted), "{wanted} is in\n{text}");
    }
    let all = format!("RTL equals the reference on all {}", 10 * IMAGES);
    assert_eq!(text.matches(&all).count(), 2, "{text}");

    let run = json(&["run", "--data", &csv, "--out", &out, "--json"]);
    assert_eq!(run["logits_equal"], true);
    let models = run["models"].as_array().expect("a list");
    assert_eq!(models.iter().map(|m| &m["model"]).collect::<Vec<_>>(), ["digits-heatvit", "digits-sdp"]);
    let kinds = |model: &Value| -> Vec<String> {
        let units = model["units"].as_array().expect("a list");
        units.iter().map(|unit| unit["kind"].as_str().expect("a kind").to_owned()).collect()
    };
    assert_eq!(kinds(&models[0]), ["accelerator"]);
    for kind in ["systolic_gemm", "softmax", "gelu", "bitonic_sort"] {
        assert!(kinds(&models[1]).iter().any(|k| k == kind), "{kind} is among {:?}", kinds(&models[1]));
    }
}
