//! What the headers of emitted files say.

use std::sync::Arc;

use hdl::{Bundle, Design, Latency, Module, Ty};
use units::{About, Emission, Emitter};

/// A source that takes as long as it likes, then `out`, which does not; fields, lanes, and a stream of one field.
fn two_sources() -> Arc<Design> {
    let limits = |name: &str| {
        let bundle = Bundle::new(name).field("m", Ty::uint(9)).field("go", Ty::bit());
        (0..8).fold(bundle, |bundle, index| bundle.field(&format!("limit_{index}"), Ty::uint(16)))
    };
    let act = |name: &str| Bundle::new(name).lanes("a", Ty::sint(8), 4).field("shift", Ty::uint(6));
    let built = Module::build("two_sources", |m| {
        m.source(limits("early").timing(Latency::Variable, 1)).connect(&m.sink(limits("cmd")));
        m.source(act("out").timing(Latency::Fixed(0), 1)).connect(&m.sink(act("act")));
        let word = |name: &str| Bundle::new(name).field("x", Ty::uint(8));
        m.source(word("word_out")).connect(&m.sink(word("word")));
    });
    built.unwrap_or_else(|errors| panic!("{errors}"))
}

/// The text before the module.
fn header(emission: &Emission) -> &str {
    let (_, text) = &emission.files[0];
    text.split("\n`default_nettype").next().unwrap_or_default()
}

const DATA: &str = "\
// Bits of the streams' data, lane 0 in the lowest:
//   early: m[8:0], go[9], limit_0[25:10], limit_1[41:26], limit_2[57:42], limit_3[73:58],
//       limit_4[89:74], limit_5[105:90], limit_6[121:106], limit_7[137:122]
//   cmd: m[8:0], go[9], limit_0[25:10], limit_1[41:26], limit_2[57:42], limit_3[73:58],
//       limit_4[89:74], limit_5[105:90], limit_6[121:106], limit_7[137:122]
//   out: a[31:0] (4 x 8), shift[37:32]
//   act: a[31:0] (4 x 8), shift[37:32]
//
";

#[test]
fn headers_say_where_fields_are() -> Result<(), units::Error> {
    let part = units::emit_design(&two_sources(), "two_sources", "")?;
    assert!(header(&part).contains(&format!("{DATA}// Emitted by ")), "{}", header(&part));
    Ok(())
}

#[test]
fn the_latency_is_that_of_the_stream_out() -> Result<(), units::Error> {
    let mut emitter = Emitter::new("");
    emitter.design(&two_sources(), &About::new("two_sources", "folklore", &()))?;
    let unit = emitter.finish();
    let facts = "// Source: folklore.\n// Latency: 0 cycles, one beat every cycle.\n";
    assert!(header(&unit).contains(&format!("{DATA}{facts}")), "{}", header(&unit));
    Ok(())
}
