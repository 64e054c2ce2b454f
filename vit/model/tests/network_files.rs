//! Files of quantised networks, whole and broken, and what is told of files.

use model::{inspect, named, network_from_bytes, network_to_bytes, read_network, write_network};
use spec::unit::GemmEngine;

fn bytes() -> Vec<u8> {
    network_to_bytes(&named("digits-heatvit").expect("known").quantise()).expect("it fits")
}

fn message(bytes: &[u8]) -> String {
    network_from_bytes("net.safetensors", bytes).expect_err("it is broken").to_string()
}

fn replaced(from: &str, to: &str) -> String {
    let mut bytes = bytes();
    let at = bytes.windows(from.len()).position(|w| w == from.as_bytes()).expect("in the header");
    assert_eq!(from.len(), to.len());
    bytes[at..at + from.len()].copy_from_slice(to.as_bytes());
    message(&bytes)
}

#[test]
fn networks_survive_a_round_trip() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let path = folder.path().join("net.safetensors");
    let digits = named("digits-heatvit").expect("known");
    let core = digits.core_units(GemmEngine { max_m: 32, ..GemmEngine::new(16, 8, 3) });
    for net in [digits.quantise(), digits.quantise_for(&core).expect("it fits")] {
        write_network(&net, &path).expect("writable");
        assert_eq!(read_network(&path).expect("readable"), net);
    }
    let found = inspect(&path).expect("readable");
    assert_eq!((found.kind.as_str(), found.arithmetic), ("quantised network", Some("core")));
    assert!(found.units.contains(&core.layer_norm.module_name()));
    assert_eq!(found.formats["blocks.0.fc1"], format!("{} to {}", core.layer_norm.y, core.engine.gelu.expect("one").x));
    let weight = found.tensors.iter().find(|line| line.name == "selectors.2.score3.1.weight").expect("it is there");
    assert_eq!((weight.dtype.as_str(), weight.shape.as_slice()), ("i8", &[4, 2][..]));
    assert!(serde_json::to_string(&found).expect("JSON").contains("\"arithmetic\":\"core\""));
}

#[test]
fn broken_networks_are_refused() {
    let whole = bytes();
    for length in [0, 9, 3000, whole.len() - 1] {
        assert!(message(&whole[..length]).contains("not a complete safetensors file"));
    }
    for (from, to, part) in [
        ("\\\"version\\\":1", "\\\"version\\\":2", "metadata `espalier-network` is of version 2, not 1"),
        ("espalier-network", "espalier-netwurk", "metadata `espalier-network` is missing"),
        ("\\\"depth\\\":4", "\\\"depth\\\":3", "has other blocks or selectors than its architecture"),
        ("\\\"patch\\\":2", "\\\"patch\\\":3", "`patch` is 3, which does not divide `image` = 8"),
        ("\\\"residual\\\":\\\"s16.10\\\"", "\\\"residual\\\":\\\"x16.10\\\"", "cannot be understood"),
        ("\\\"blocks.0.query\\\"", "\\\"blocks.0.kuery\\\"", "has no formats of the layer `blocks.0.query`"),
        ("\"head.bias\"", "\"heed.bias\"", "tensor `head.bias` is missing; expected I32 of shape [10]"),
        (
            "\"dtype\":\"I16\",\"shape\":[48]",
            "\"dtype\":\"U16\",\"shape\":[48]",
            "`class_token` holds U16 of shape [48]; expected I16",
        ),
    ] {
        let text = replaced(from, to);
        assert!(text.contains(part), "{text}");
    }
    let mut net = named("digits-sdp").expect("known").quantise();
    net.blocks[1].proj.weight[5] = -128;
    let text = message(&network_to_bytes(&net).expect("it fits"));
    assert!(
        text.contains("tensor `blocks.1.proj.weight` is -128 at element 5; expected weights from -127 to 127"),
        "{text}"
    );
    net.blocks[1].proj.weight[5] = 0;
    net.head.shift[2] = 64;
    let text = message(&network_to_bytes(&net).expect("it fits"));
    assert!(text.contains("tensor `head.shift` is 64 at element 2; expected shifts from 0 to 63"), "{text}");
}
