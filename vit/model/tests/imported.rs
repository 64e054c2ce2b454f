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
        let near = logits.iter().zip(&expected).all(|(a, b)| (a - b).abs() < 2e-5);
        assert!(logits.len() == 5 && near, "{name}: {logits:?} is not {expected:?}");
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

#[test]
fn pictures_of_other_kinds_are_read_too() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let picture = image::RgbImage::from_fn(40, 30, |x, y| image::Rgb([6 * x as u8, 8 * y as u8, 90]));
    let cut = Preprocessing { resize: Resize::Not, ..Preprocessing::deit(16) };
    let [png, jpeg] = ["picture.png", "picture.jpg"].map(|name| {
        let path = folder.path().join(name);
        picture.save(&path).expect("written");
        cut.read(&path).expect("a picture")
    });
    // The square of side 16 begins at column 12 and row 7.
    assert_eq!((png[0], png[1], png[256], png[2 * 256]), (6 * 12 - 128, 6 * 13 - 128, 8 * 7 - 128, 90 - 128));
    assert!(png.iter().zip(&jpeg).all(|(a, b)| (a - b).abs() <= 12), "JPEG loses little");
    let grey = Preprocessing { mean: vec![0.5], deviation: vec![0.5], ..cut.clone() };
    assert_eq!(grey.read(&folder.path().join("picture.png")).expect("a picture").len(), 256);
    let clear = image::RgbaImage::from_pixel(16, 16, image::Rgba([0, 0, 0, 0]));
    let clear = cut.image(&image::DynamicImage::ImageRgba8(clear)).expect("large enough");
    assert!(clear.iter().all(|&value| value == 127), "transparency lies on white");
}

#[test]
fn pictures_that_cannot_be_cut_are_refused() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let path = folder.path().join("picture.png");
    let cut = Preprocessing { resize: Resize::Not, ..Preprocessing::deit(64) };
    let message = |path: &Path| cut.read(path).expect_err("it is no such picture").to_string();
    assert!(message(&path).contains("cannot read"));
    std::fs::write(&path, "no picture").expect("written");
    assert!(message(&path).contains("is no picture that can be read"), "{}", message(&path));
    let whole = std::fs::read(fixture("picture.png")).expect("a fixture");
    std::fs::write(&path, &whole[..whole.len() / 2]).expect("written");
    assert!(message(&path).contains("is no picture that can be read"), "{}", message(&path));
    std::fs::write(&path, &whole).expect("written");
    assert!(message(&path).ends_with("it is 37×29 pixels; give at least 64×64"), "{}", message(&path));
}
