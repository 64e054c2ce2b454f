//! What a module shows: ports, streams, and how they behave.

use crate::ty::Ty;

/// Which way a port points.
///
/// ```
/// assert_ne!(hdl::Dir::In, hdl::Dir::Out);
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Dir {
    /// Into the module.
    In,
    /// Out of the module.
    Out,
}

/// What a port is for.
///
/// ```
/// assert_eq!(hdl::Role::default(), hdl::Role::Other);
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
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
    /// A stream's mark of the last beat of a sequence.
    Last,
    /// A stream's mark of the lanes in use.
    Keep,
    /// Anything else.
    #[default]
    Other,
}

/// A port of a finished module.
///
/// ```
/// use hdl::{Bundle, Flow, Module, Ty};
/// let design = Module::build("delay", |m| {
///     let p = m.pipe(&m.sink(Bundle::new("in").field("x", Ty::sint(8))));
///     let y = p.stage("y", p.field("x"));
///     p.finish(Bundle::new("out"), [("y", y)], Flow::Stall);
/// })?;
/// let port = &design.ports()[4];
/// assert_eq!((port.name.as_str(), port.stream.as_deref()), ("in_data_i", Some("in")));
/// # Ok::<(), hdl::Errors>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Port {
    /// Its name, with `_i` or `_o`.
    pub name: String,
    /// Its direction.
    pub dir: Dir,
    /// Its type; for a vector, of the whole as bits.
    pub ty: Ty,
    /// What it is for.
    pub role: Role,
    /// The stream that it belongs to.
    pub stream: Option<String>,
    /// The clock that it is synchronous to.
    pub clock: Option<String>,
}

/// A named part of a stream's payload.
///
/// ```
/// use hdl::{Bundle, Flow, Module, Ty};
/// let design = Module::build("delay", |m| {
///     let p = m.pipe(&m.sink(Bundle::new("in").field("x", Ty::sint(8))));
///     let y = p.stage("y", p.field("x"));
///     p.finish(Bundle::new("out"), [("y", y)], Flow::Stall);
/// })?;
/// assert_eq!(design.streams()[1].fields, [hdl::Field::new("y", Ty::sint(8))]);
/// # Ok::<(), hdl::Errors>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Field {
    /// Its name.
    pub name: String,
    /// The type of one element.
    pub ty: Ty,
    /// Elements side by side, the first in the lowest bits.
    pub count: u32,
}

impl Field {
    /// A field with one element.
    ///
    /// ```
    /// assert_eq!(hdl::Field::new("x", hdl::Ty::uint(8)).bits(), 8);
    /// ```
    pub fn new(name: &str, ty: Ty) -> Self {
        Self { name: name.to_owned(), ty, count: 1 }
    }

    /// A field with `count` elements.
    ///
    /// ```
    /// assert_eq!(hdl::Field::lanes("x", hdl::Ty::uint(8), 4).bits(), 32);
    /// ```
    pub fn lanes(name: &str, ty: Ty, count: u32) -> Self {
        Self { name: name.to_owned(), ty, count }
    }

    /// Bits of all elements.
    ///
    /// ```
    /// assert_eq!(hdl::Field::lanes("x", hdl::Ty::uint(3), 5).bits(), 15);
    /// ```
    pub fn bits(&self) -> u32 {
        self.ty.width() * self.count
    }
}

/// Cycles from a beat to its effect.
///
/// ```
/// use hdl::{Bundle, Flow, Latency, Module, Ty};
/// let design = Module::build("delay", |m| {
///     let p = m.pipe(&m.sink(Bundle::new("in").field("x", Ty::sint(8))));
///     let y = p.stage("y", p.field("x"));
///     p.finish(Bundle::new("out"), [("y", y)], Flow::Stall);
/// })?;
/// assert_eq!(design.streams()[1].latency, Latency::Fixed(1));
/// # Ok::<(), hdl::Errors>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Latency {
    /// Always so many.
    Fixed(u32),
    /// At least so many.
    Min(u32),
    /// Depends on the data or the job.
    Variable,
}

/// How a pipe of fixed latency meets a consumer that is not ready.
///
/// ```
/// use hdl::{Bundle, Flow, Module, Ty};
/// let design = Module::build("delay", |m| {
///     let p = m.pipe(&m.sink(Bundle::new("in").field("x", Ty::sint(8))));
///     let y = p.stage("y", p.field("x"));
///     p.finish(Bundle::new("out"), [("y", y)], Flow::Stall);
/// })?;
/// assert_eq!(design.streams()[1].flow, Flow::Stall);
/// # Ok::<(), hdl::Errors>(())
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Flow {
    /// Every stage holds; `ready` passes through combinationally.
    #[default]
    Stall,
    /// As `Stall`, with a skid buffer at the input that registers `ready`.
    Skid,
    /// The pipe never holds; an output FIFO and a credit counter admit only what fits.
    Credit,
}

/// A ready/valid stream of a finished module.
///
/// ```
/// use hdl::{Bundle, Flow, Module, Ty};
/// let design = Module::build("delay", |m| {
///     let p = m.pipe(&m.sink(Bundle::new("in").field("x", Ty::sint(8))));
///     let y = p.stage("y", p.field("x"));
///     p.finish(Bundle::new("out"), [("y", y)], Flow::Stall);
/// })?;
/// assert_eq!(design.streams()[1].name, "out");
/// # Ok::<(), hdl::Errors>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Stream {
    /// The name that its ports begin with.
    pub name: String,
    /// [`Dir::In`] for a sink.
    pub dir: Dir,
    /// The payload, first field in the lowest bits.
    pub fields: Vec<Field>,
    /// Cycles from an input beat to the output beat it causes.
    pub latency: Latency,
    /// Cycles between two beats when nobody stalls.
    pub interval: u32,
    /// How it stalls.
    pub flow: Flow,
}
