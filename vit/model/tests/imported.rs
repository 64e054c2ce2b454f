//! Checkpoints of other libraries, against what those libraries compute with them (`fixtures/make.py`).

use std::path::{Path, PathBuf};

use model::{Functions, Imported, Naming, Preprocessing, Resize, forward_values, import};
use serde_json::Value;

fn fixture(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures").join(name)
}

fn json(name: &str) -> Value {
    serde_json::from_str(&std::fs::read_to_string(fixture(name)).expect("a fixture")).expect("JSON")
}

fn numbers(value: &Value) -> Vec<f32> {
    value.as_array().expect("a list").iter().map(|v| v.as_f64().expect("a number") as f32).collect()
}

/// The network, and the values of the pixels that the library saw.
fn read(name: &str) -> (Imported, Vec<f32>, Vec<f32>) {
    let imported = import(&fixture(name), None).expect("the fixture is good");
    let expected = json(&format!("{name}/expected.json"));
    let values = match expected.get("bytes") {
        Some(bytes) => numbers(bytes).into_iter().map(|byte| (byte - 128.0) / 256.0).collect(),
        None => numbers(&expected["values"]),
    };
    (imported, values, numbers(&expected["logits"]))
}

#[test]
fn the_float_pass_repeats_the_libraries() {
    for name in ["hf", "timm", "lv_vit"] {
        let (imported, values, expected) = read(name);
        let logits = forward_values(&imported.checkpoint, &values, Functions::Exact).expect("as large").logits;
        let worst = logits.iter().zip(&expected).map(|(a, b)| (a - b).abs()).fold(0.0, f32::max);
        assert!(logits.len() == 5 && worst < 2e-5, "{name}: {logits:?} is not {expected:?}");
    }
}

#[test]
fn what_is_read_is_told() {
    let (hf, ..) = read("hf");
    assert_eq!(hf.naming, Naming::HuggingFace { prefix: "vit.".into() });
    let arch = &hf.checkpoint.arch;
    assert_eq!((arch.image, arch.channels, arch.patch, arch.embed, arch.heads), (16, 3, 4, 24, 3));
    assert_eq!((arch.depth, arch.mlp, arch.classes, arch.epsilon), (2, 48, 5, 1e-12));
    assert_eq!((hf.preprocessing.resize, hf.preprocessing.mean[0]), (Resize::To(16, 16), 0.5));
    assert!(hf.apart.is_empty() && hf.checkpoint.name == "hf");

    let (timm, ..) = read("timm");
    assert_eq!((timm.naming, timm.checkpoint.arch.epsilon), (Naming::Timm, 1e-6));
    assert_eq!(timm.preprocessing.resize, Resize::Shorter(17));
    assert_eq!(timm.checkpoint.name, "deit_tiny_patch16_224");

    let (lv, ..) = read("lv_vit");
    assert_eq!((lv.naming, lv.checkpoint.arch.image, lv.checkpoint.arch.channels), (Naming::LvVit, 8, 8));
    assert_eq!(lv.preprocessing.crop, 16);
    let stem: Vec<&str> = lv.apart.iter().filter(|a| a.reason.contains("stem")).map(|a| a.name.as_str()).collect();
    assert!(stem.contains(&"patch_embed.conv1.weight") && stem.contains(&"patch_embed.bn3.running_var"), "{stem:?}");
    assert!(!stem.contains(&"patch_embed.proj.weight"));
}

#[test]
fn pictures_are_cut_as_pillow_cuts_them() {
    let expected = json("picture.json");
    let shorter = expected["shorter"].as_u64().expect("a number") as usize;
    let cut = Preprocessing { resize: Resize::Shorter(shorter), ..Preprocessing::deit(16) };
    let image = cut.read(&fixture("picture.png")).expect("a picture");
    let bytes = numbers(&expected["bytes"]);
    assert_eq!(image.len(), bytes.len());
    let worst = image.iter().zip(&bytes).map(|(a, b)| (*a + 128 - *b as i32).abs()).max().expect("pixels");
    assert!(worst <= 1, "a byte differs by {worst}");
}
