//! The last 300 images of the file are for the final test alone: neither the training set nor the training program has them.

use std::path::Path;

use model::{Image, TEST_IMAGES, parse_csv, test_images, training_images};

#[test]
fn the_training_set_ends_before_the_last_300_lines() {
    let file = include_str!("../../data/digits.csv");
    let lines: Vec<&str> = file.lines().skip(1).collect();
    assert_eq!((lines.len(), TEST_IMAGES), (1500, 300));
    let image = |line: &&str| parse_csv("one line", line.as_bytes()).expect("an image").remove(0);
    let (training, test): (Vec<Image>, Vec<Image>) =
        (lines[..1200].iter().map(image).collect(), lines[1200..].iter().map(image).collect());
    assert!(training_images() == training && test_images() == test);
    assert!(test.iter().all(|image| !training.contains(image)), "a test image that is a training image too");
    assert!((0..10).all(|digit| test.iter().any(|image| image.label == digit)));
}

#[test]
fn the_training_program_cannot_name_the_test_images() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../train");
    let read = |path: &Path| std::fs::read_to_string(path).expect("readable");
    let manifest = read(&folder.join("Cargo.toml"));
    assert!(manifest.contains(r#"model = { path = "../model", default-features = false }"#));
    let sources: Vec<_> =
        folder.join("src").read_dir().expect("a folder").map(|e| e.expect("an entry").path()).collect();
    assert!(sources.iter().any(|path| read(path).contains("model::training_images()")));
    for path in sources {
        let text = read(&path);
        for way in ["digits.csv", "read_csv", "parse_csv", "read_picture", "test_images", "File::open", "fs::read"] {
            assert!(!text.contains(way), "{}: `{way}`", path.display());
        }
    }
}
