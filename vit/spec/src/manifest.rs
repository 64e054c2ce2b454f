//! `rtl/manifest.json`: what was emitted, for tools that will not parse SystemVerilog.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

/// The version of the manifest's shape.
pub const SCHEMA: u32 = 1;

/// All that one run of the generator emitted.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Manifest {
    /// [`SCHEMA`].
    pub schema: u32,
    /// Who emitted it.
    pub generator: Generator,
    /// The modules that nobody in this set instantiates, in order of emission.
    pub tops: Vec<String>,
    /// Every module, submodules before their users.
    pub modules: Vec<Module>,
}

impl Manifest {
    /// The module of that name.
    pub fn module(&self, name: &str) -> Option<&Module> {
        self.modules.iter().find(|m| m.name == name)
    }
}

/// The program that emitted the files.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Generator {
    /// Its name.
    pub name: String,
    /// Its version.
    pub version: String,
}

/// One emitted module.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Module {
    /// The SystemVerilog module name.
    pub name: String,
    /// Its file, relative to the manifest.
    pub file: String,
    /// The unit's plain name: `gelu`, `softmax`, `systolic_gemm`, …
    pub kind: String,
    /// [`crate::config_hash`] of its configuration.
    pub config_hash: String,
    /// The configuration's fields.
    pub params: BTreeMap<String, serde_json::Value>,
    /// Paper and equation, such as `HeatViT eq. 8`.
    pub source: String,
    /// Every file that the module needs, in compile order, relative to the manifest.
    pub sources: Vec<String>,
    /// Modules instantiated directly.
    pub submodules: Vec<String>,
    /// The ports, in the order of the module's header.
    pub ports: Vec<Port>,
    /// The ready/valid streams that the ports make up.
    pub streams: Vec<Stream>,
}

impl Module {
    /// The port of that name.
    pub fn port(&self, name: &str) -> Option<&Port> {
        self.ports.iter().find(|p| p.name == name)
    }

    /// The port that plays `role` in the stream `stream`.
    pub fn stream_port(&self, stream: &str, role: Role) -> Option<&Port> {
        self.ports.iter().find(|p| p.role == role && p.stream.as_deref() == Some(stream))
    }
}

/// The way a port points.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Dir {
    /// Driven by the environment.
    In,
    /// Driven by the module.
    Out,
}

/// What a port is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Role {
    /// A clock.
    Clock,
    /// A reset.
    Reset,
    /// A stream's `valid`.
    Valid,
    /// A stream's `ready`.
    Ready,
    /// A stream's payload.
    Data,
    /// A stream's end-of-sequence mark.
    Last,
    /// A stream's per-lane mark of a partial last beat.
    Keep,
    /// Anything else.
    Other,
}

/// One port.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Port {
    /// The port's name, with its `_i` or `_o`.
    pub name: String,
    /// Its direction.
    pub dir: Dir,
    /// Its width in bits.
    pub width: u32,
    /// Its part in a stream, or none.
    pub role: Role,
    /// The stream that it belongs to.
    pub stream: Option<String>,
    /// The clock that it is synchronous to; none for clocks.
    pub clock: Option<String>,
    /// Whether 0 means asserted.
    pub active_low: bool,
    /// How the bits of a payload are named.
    pub fields: Vec<Field>,
}

/// A named part of a payload: `count` elements of `width` bits, `stride` bits apart, the first at `lsb`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Field {
    /// The field's name.
    pub name: String,
    /// Its lowest bit in the payload.
    pub lsb: u32,
    /// Bits of one element.
    pub width: u32,
    /// Whether elements are two's complement.
    pub signed: bool,
    /// Bits behind the binary point.
    pub frac: i32,
    /// Number of elements; 1 for a scalar.
    pub count: u32,
    /// Distance between elements, in bits.
    pub stride: u32,
}

/// One ready/valid stream.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Stream {
    /// The name that its ports begin with.
    pub name: String,
    /// Whether the module takes or gives.
    pub role: StreamRole,
    /// Cycles from an input beat to the output beat it causes.
    pub latency: Latency,
    /// Cycles between two beats when nobody stalls.
    pub interval: u32,
    /// How it stalls.
    pub flow: crate::Flow,
}

/// Which end of a stream the module is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum StreamRole {
    /// The module consumes it.
    Sink,
    /// The module produces it.
    Source,
}

/// Cycles from cause to effect when nobody stalls: `{"fixed": 5}`, `{"min": 40}` or `"variable"`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Latency {
    /// Always so many.
    Fixed(u32),
    /// At least so many.
    Min(u32),
    /// Depends on the data or the job.
    Variable,
}
