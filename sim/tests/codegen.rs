//! The text of typed wrappers.

#[path = "support/stream_manifest.rs"]
mod stream_manifest;

#[test]
fn the_checked_in_wrapper_is_what_the_generator_writes() {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/support/stream_wrapper.rs");
    let text = sim::codegen::wrapper(&stream_manifest::module());
    if std::env::var_os("UPDATE_EXPECT").is_some() {
        std::fs::write(path, &text).expect("written");
    }
    assert_eq!(std::fs::read_to_string(path).expect("the file"), text, "UPDATE_EXPECT=1 writes it anew");
}
