//! The text of typed wrappers.

use crate::stream_manifest;

#[test]
fn the_checked_in_wrapper_is_what_the_generator_writes() {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/model/wrapper/stream_wrapper.rs");
    let text = sim::codegen::wrapper(&stream_manifest::module());
    if std::env::var_os("UPDATE_EXPECT").is_some() {
        std::fs::write(path, &text).expect("written");
    }
    assert_eq!(std::fs::read_to_string(path).expect("the file"), text, "UPDATE_EXPECT=1 writes it anew");
}

#[test]
fn an_input_and_an_output_of_one_name_keep_their_suffixes() {
    let mut module = stream_manifest::module();
    let at = |name: &str| module.ports.iter().position(|port| port.name == name).expect("a port");
    let (input, output) = (at("in_valid_i"), at("out_valid_o"));
    module.ports[input].name = "sum_i".into();
    module.ports[output].name = "sum_o".into();
    let text = sim::codegen::wrapper(&module);
    assert!(
        text.contains("pub sum_i: ::sim::typed::In<1>") && text.contains("pub sum_o: ::sim::typed::Out<1>"),
        "{text}"
    );
    assert!(text.contains("pub in_ready:") && !text.contains("pub sum:"), "{text}");
}
