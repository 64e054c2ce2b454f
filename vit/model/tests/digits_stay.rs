//! The digit classifiers' integers, held fast: whatever else a network may become, theirs do not move by a bit.

use model::{named, test_images};
use reference::network::{Reference, run};

/// FNV-1a of all intermediate values of all test images.
fn fingerprint(name: &str) -> u64 {
    let net = named(name).expect("a known model").quantise();
    let mut units = Reference::new(&net).expect("its units");
    let mut hash = 0xcbf2_9ce4_8422_2325u64;
    for image in test_images() {
        let trace = run(&net, &mut units, &image.pixels.map(i32::from)).expect("the units fit");
        for value in trace.checkpoints.iter().flat_map(|checkpoint| &checkpoint.values) {
            for byte in value.to_le_bytes() {
                hash = (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3);
            }
        }
    }
    hash
}

#[test]
fn every_value_of_every_test_image_is_as_it_was() {
    let fingerprints = ["digits-heatvit", "digits-sdp"].map(fingerprint);
    assert_eq!(fingerprints.map(|hash| format!("{hash:016x}")), ["32220cda6b95f131", "0497031ce85c57f1"]);
}
