//! `espalier inspect` of checkpoints of all kinds.

use crate::common::{espalier, json, succeed};

const FIXTURES: &str = "vit/model/tests/fixtures";

fn lines(text: &str, part: &str) -> usize {
    text.lines().filter(|line| line.contains(part)).count()
}

#[test]
fn checkpoints_are_told_in_words() {
    let ours = succeed(&["inspect", "vit/checkpoints/digits-heatvit.safetensors"]);
    assert!(
        ours.starts_with("digits-heatvit: checkpoint\n1 planes of 8x8, patches of 2x2: 17 tokens of 48 channels\n")
    );
    assert!(ours.contains("token selectors before blocks [2], delta1 0.5, delta2 0.5"), "{ours}");
    assert_eq!(lines(&ours, "selectors.2.score"), 6);
    let hugging_face = succeed(&["inspect", &format!("{FIXTURES}/hf")]);
    assert!(hugging_face.starts_with("hf: checkpoint of Hugging Face\n3 planes of 16x16"), "{hugging_face}");
    assert_eq!(lines(&hugging_face, "vit.encoder.layer.1."), 16);
    let lv_vit = succeed(&["inspect", &format!("{FIXTURES}/lv_vit/model.safetensors")]);
    assert_eq!((lines(&lv_vit, "convolutional stem"), lines(&lv_vit, "bf16")), (15, 47), "{lv_vit}");
}

#[test]
fn checkpoints_are_told_as_json() {
    let found = json(&["inspect", "--json", &format!("{FIXTURES}/timm")]);
    assert_eq!(found["kind"], "checkpoint of timm");
    assert_eq!((&found["architecture"]["embed"], &found["architecture"]["heads"]), (&24.into(), &3.into()));
    let tensors = found["tensors"].as_array().expect("a list");
    let values: u64 = tensors.iter().map(|tensor| tensor["values"].as_u64().expect("a number")).sum();
    assert_eq!(found["parameters"], values);
    assert!(tensors.iter().all(|tensor| tensor["dtype"] == "f16"));
}

#[test]
fn what_cannot_be_read_is_refused() {
    for (file, part) in [
        ("no/such.safetensors", "cannot read checkpoint no/such.safetensors"),
        ("README.md", "is not a complete safetensors file"),
        ("vit", "cannot read checkpoint vit/model.safetensors"),
    ] {
        let output = espalier(&["inspect", file]);
        let text = String::from_utf8_lossy(&output.stderr);
        let flat = text.split_whitespace().filter(|word| *word != "│").collect::<Vec<_>>().join(" ");
        assert!(output.status.code() == Some(2) && flat.contains(part) && !flat.contains("panicked"), "{text}");
    }
}
