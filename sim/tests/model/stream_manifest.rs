//! The manifest entry of `stream.sv`.

use spec::{Flow, manifest::*};

/// The entry.
pub fn module() -> Module {
    let port = |name: &str, dir, width, role, stream: Option<&str>| Port {
        name: name.into(),
        dir,
        width,
        role,
        stream: stream.map(Into::into),
        clock: (role != Role::Clock).then(|| "clk_i".into()),
        active_low: false,
        fields: Vec::new(),
    };
    let field = |name: &str, lsb, width, signed, count| Field {
        name: name.into(),
        lsb,
        width,
        signed,
        frac: 0,
        count,
        stride: width,
    };
    let stream = |name: &str, role| Stream {
        name: name.into(),
        role,
        latency: Latency::Fixed(1),
        interval: 1,
        flow: Flow::Stall,
    };
    let mut ports = vec![
        port("clk_i", Dir::In, 1, Role::Clock, None),
        port("rst_i", Dir::In, 1, Role::Reset, None),
        port("in_valid_i", Dir::In, 1, Role::Valid, Some("in")),
        port("in_ready_o", Dir::Out, 1, Role::Ready, Some("in")),
        port("in_data_i", Dir::In, 20, Role::Data, Some("in")),
        port("out_valid_o", Dir::Out, 1, Role::Valid, Some("out")),
        port("out_ready_i", Dir::In, 1, Role::Ready, Some("out")),
        port("out_data_o", Dir::Out, 10, Role::Data, Some("out")),
    ];
    ports[4].fields = vec![field("x", 0, 8, true, 1), field("k", 8, 6, false, 2)];
    ports[7].fields = vec![field("y", 0, 10, true, 1)];
    Module {
        name: "stream".into(),
        file: "stream.sv".into(),
        kind: "stream".into(),
        config_hash: "0123456789abcdef".into(),
        params: Default::default(),
        source: "a sum".into(),
        sources: vec!["stream.sv".into()],
        submodules: Vec::new(),
        ports,
        streams: vec![stream("in", StreamRole::Sink), stream("out", StreamRole::Source)],
    }
}
