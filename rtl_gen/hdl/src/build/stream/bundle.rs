//! What a stream carries.

use crate::interface::{Field, Flow, Latency};
use crate::ty::Ty;

/// What a stream carries: named fields, first field in the lowest bits, with or without `last` and `keep`.
///
/// ```
/// use hdl::{Bundle, Ty};
/// let bundle = Bundle::new("in").field("x", Ty::sfix(16, 12)).last();
/// assert_eq!(bundle.bits(), 16);
/// ```
#[derive(Clone, Debug)]
pub struct Bundle {
    pub(super) name: String,
    pub(super) fields: Vec<Field>,
    pub(super) last: bool,
    pub(super) keep: Option<u32>,
    pub(super) latency: Latency,
    pub(super) interval: u32,
    pub(super) flow: Flow,
}

impl Bundle {
    /// A stream whose ports are `<name>_valid`, `<name>_ready`, `<name>_data`.
    ///
    /// ```
    /// assert_eq!(hdl::Bundle::new("in").bits(), 0);
    /// ```
    pub fn new(name: &str) -> Self {
        Self {
            name: name.to_owned(),
            fields: vec![],
            last: false,
            keep: None,
            latency: Latency::Variable,
            interval: 1,
            flow: Flow::Stall,
        }
    }

    /// Adds a field.
    ///
    /// ```
    /// assert_eq!(hdl::Bundle::new("in").field("x", hdl::Ty::uint(5)).bits(), 5);
    /// ```
    pub fn field(mut self, name: &str, ty: Ty) -> Self {
        self.fields.push(Field::new(name, ty));
        self
    }

    /// Adds a field of `count` elements.
    ///
    /// ```
    /// assert_eq!(hdl::Bundle::new("in").lanes("x", hdl::Ty::uint(5), 3).bits(), 15);
    /// ```
    pub fn lanes(mut self, name: &str, ty: Ty, count: u32) -> Self {
        self.fields.push(Field::lanes(name, ty, count));
        self
    }

    /// Marks the last beat of each sequence.
    ///
    /// ```
    /// assert_eq!(hdl::Bundle::new("in").last().bits(), 0);
    /// ```
    pub fn last(mut self) -> Self {
        self.last = true;
        self
    }

    /// Marks the lanes in use of each beat.
    ///
    /// ```
    /// assert_eq!(hdl::Bundle::new("in").keep(4).bits(), 0);
    /// ```
    pub fn keep(mut self, lanes: u32) -> Self {
        self.keep = Some(lanes);
        self
    }

    /// States the cycles from cause to beat, and between beats, for the manifest.
    ///
    /// ```
    /// use hdl::{Bundle, Latency};
    /// Bundle::new("out").timing(Latency::Min(40), 1);
    /// ```
    pub fn timing(mut self, latency: Latency, interval: u32) -> Self {
        self.latency = latency;
        self.interval = interval;
        self
    }

    /// States how the stream stalls, for the manifest.
    ///
    /// ```
    /// hdl::Bundle::new("out").flow(hdl::Flow::Credit);
    /// ```
    pub fn flow(mut self, flow: Flow) -> Self {
        self.flow = flow;
        self
    }

    /// The stream's name.
    ///
    /// ```
    /// assert_eq!(hdl::Bundle::new("in").name(), "in");
    /// ```
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Bits of the payload.
    ///
    /// ```
    /// assert_eq!(hdl::Bundle::new("in").bits(), 0);
    /// ```
    pub fn bits(&self) -> u32 {
        self.fields.iter().map(Field::bits).sum()
    }
}
