//! Broken checkpoint files, each with its message.

use model::{Checkpoint, Tensor, named};

fn message(bytes: &[u8]) -> String {
    Checkpoint::from_bytes("net.safetensors", bytes).expect_err("the file is broken").to_string()
}

fn good() -> Checkpoint {
    named("digits-heatvit").expect("the checked-in model loads")
}

fn bytes(checkpoint: &Checkpoint) -> Vec<u8> {
    checkpoint.to_bytes().expect("shapes fit")
}

#[test]
fn files_survive_a_round_trip() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let path = folder.path().join("again.safetensors");
    good().write(&path).expect("writable");
    assert_eq!(Checkpoint::read(&path).expect("readable"), good());
    assert_eq!(std::fs::read(&path).expect("readable"), bytes(&good()));
    assert!(bytes(&good()).len() < 1 << 20);
    assert_eq!(named(path.to_str().expect("plain")).expect("a path is a model too").name, "digits-heatvit");
}

#[test]
fn truncated_files_are_refused_at_every_length() {
    let whole = bytes(&good());
    for length in [0, 4, 8, 100, 2000, whole.len() / 2, whole.len() - 1] {
        let text = message(&whole[..length]);
        assert!(text.contains("not a complete safetensors file") && text.contains("truncated"), "{length}: {text}");
    }
}

#[test]
fn missing_misshapen_and_foreign_tensors_are_named() {
    let mut missing = good();
    missing.tensors.remove("blocks.2.fc1.weight");
    let text = message(&bytes(&missing));
    assert!(text.contains("tensor `blocks.2.fc1.weight` is missing; expected f32 of shape [48, 96]"), "{text}");

    let mut misshapen = good();
    misshapen.tensors.insert("head.bias".into(), Tensor { shape: vec![11], data: vec![0.0; 11] });
    let text = message(&bytes(&misshapen));
    assert!(text.contains("tensor `head.bias` has shape [11]; expected f32 of shape [10]"), "{text}");

    let mut foreign = good();
    foreign.tensors.insert("blocks.9.fc1.weight".into(), Tensor { shape: vec![1], data: vec![0.0] });
    let text = message(&bytes(&foreign));
    assert!(text.contains("tensor `blocks.9.fc1.weight` belongs to no layer"), "{text}");

    let mut infinite = good();
    infinite.tensors.get_mut("head.bias").expect("it is there").data[3] = f32::NAN;
    let text = message(&bytes(&infinite));
    assert!(text.contains("tensor `head.bias` is not finite at element 3"), "{text}");
}

#[test]
fn another_type_is_named() {
    let mut other = bytes(&good());
    let header = b"{\"dtype\":\"F32\",\"shape\":[10]";
    // I32 has the same size, so that only the type is wrong.
    let at = other.windows(header.len()).position(|w| w == header).expect("a tensor of ten values");
    other[at + 10..at + 13].copy_from_slice(b"I32");
    assert!(message(&other).contains("holds I32; expected f32 of shape [10]"), "{}", message(&other));
}

#[test]
fn unknown_models_and_versions_are_refused() {
    let replaced = |from: &str, to: &str| {
        let mut bytes = bytes(&good());
        let at = bytes.windows(from.len()).position(|w| w == from.as_bytes()).expect("in the metadata");
        assert_eq!(from.len(), to.len());
        bytes[at..at + from.len()].copy_from_slice(to.as_bytes());
        message(&bytes)
    };
    assert!(replaced("digits-heatvit", "digits-hotvit2").contains("names the unknown model `digits-hotvit2`"));
    assert!(replaced("\\\"version\\\":1", "\\\"version\\\":7").contains("is of version 7, not 1"));
    assert!(replaced("\\\"depth\\\":4", "\\\"depth\\\":3").contains("another architecture"));
    assert!(replaced("\"espalier\"", "\"espelier\"").contains("metadata `espalier` is missing"));
    assert!(replaced("\\\"depth\\\":4", "\\\"depht\\\":4").contains("cannot be understood"));

    let text = named("resnet").unwrap_err().to_string();
    assert!(text.contains("unknown model `resnet`; write digits-heatvit, digits-sdp"), "{text}");
    let text = named("no/such.safetensors").unwrap_err().to_string();
    assert!(text.contains("cannot read checkpoint no/such.safetensors"), "{text}");
}
