//! Ready/valid streams as bundles of ports.

use std::cell::RefCell;
use std::collections::HashMap;

use super::{Instance, Module, Sig, Vector};
use crate::design::{Dir, Field, Flow, Latency, Role, Stream};
use crate::error::{Code, Place};
use crate::ir::{Item, Kind, Name, SignalId};
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
    name: String,
    fields: Vec<Field>,
    last: bool,
    keep: Option<u32>,
    latency: Latency,
    interval: u32,
    flow: Flow,
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

/// The ports of one stream inside a module, whichever way it points.
#[derive(Clone)]
pub(crate) struct Ends<'m> {
    pub m: &'m Module,
    pub bundle: Bundle,
    pub valid: Sig<'m>,
    pub ready: Sig<'m>,
    pub last: Option<Sig<'m>>,
    pub keep: Option<Sig<'m>>,
    pub data: Option<SignalId>,
    /// Wires that carry single fields, by name.
    pub wires: RefCell<HashMap<String, SignalId>>,
}

impl<'m> Ends<'m> {
    #[track_caller]
    fn new(m: &'m Module, bundle: Bundle, dir: Dir) -> Self {
        let place = Place::here();
        let (forward, backward) = match dir {
            Dir::In => (Kind::Input, Kind::Output),
            Dir::Out => (Kind::Output, Kind::Input),
        };
        let port = |part: &str, ty: Ty, count: Option<u32>, kind: &Kind, role: Role| {
            let name = Name::Given(format!("{}_{part}", bundle.name));
            let id = m.add_signal(name, ty, kind.clone(), count, place);
            m.inner.borrow_mut().rtl.roles.insert(id, (role, Some(bundle.name.clone())));
            id
        };
        let valid = m.signal_expr(port("valid", Ty::bit(), None, &forward, Role::Valid), None, place);
        let ready = m.signal_expr(port("ready", Ty::bit(), None, &backward, Role::Ready), None, place);
        let data = match bundle.fields.as_slice() {
            [] => None,
            [only] if only.count == 1 => Some(port("data", only.ty.clone(), None, &forward, Role::Data)),
            [only] => Some(port("data", only.ty.clone(), Some(only.count), &forward, Role::Data)),
            _ => Some(port("data", Ty::uint(bundle.bits()), None, &forward, Role::Data)),
        };
        let keep = bundle.keep.map(|lanes| {
            let id = port("keep", Ty::uint(lanes), None, &forward, Role::Keep);
            m.signal_expr(id, None, place)
        });
        let last = bundle.last.then(|| m.signal_expr(port("last", Ty::bit(), None, &forward, Role::Last), None, place));
        m.inner.borrow_mut().rtl.streams.push(Stream {
            name: bundle.name.clone(),
            dir,
            fields: bundle.fields.clone(),
            latency: bundle.latency,
            interval: bundle.interval,
            flow: bundle.flow,
        });
        Self { m, bundle, valid, ready, last, keep, data, wires: RefCell::default() }
    }

    fn position(&self, name: &str, place: Place) -> Option<(Field, u32)> {
        let mut lsb = 0;
        for field in &self.bundle.fields {
            if field.name == name {
                return Some((field.clone(), lsb));
            }
            lsb += field.bits();
        }
        let names: Vec<&str> = self.bundle.fields.iter().map(|f| f.name.as_str()).collect();
        let message = format!("stream `{}` has no field `{name}`", self.bundle.name);
        self.m.error(Code::Connection, place, message, &format!("its fields are {}", names.join(", ")));
        None
    }

    /// The signal of a field: the data port itself if it is the only one, else a wire `<stream>_<field>`.
    fn signal(&self, name: &str, place: Place, made: impl FnOnce(SignalId, u32)) -> Option<SignalId> {
        let (field, lsb) = self.position(name, place)?;
        if self.bundle.fields.len() == 1 {
            return self.data;
        }
        if let Some(known) = self.wires.borrow().get(name) {
            return Some(*known);
        }
        let wire = Name::Given(format!("{}_{name}", self.bundle.name));
        let count = (field.count > 1).then_some(field.count);
        let id = self.m.add_signal(wire, field.ty.clone(), Kind::Wire, count, place);
        self.wires.borrow_mut().insert(name.to_owned(), id);
        made(id, lsb);
        Some(id)
    }

    fn unpack(&self, name: &str, place: Place) -> Option<SignalId> {
        self.signal(name, place, |id, lsb| {
            let Some(data) = self.data else { return };
            let whole = Vector { m: self.m, signal: id, stage: None }.whole();
            let data = self.m.signal_expr(data, None, place);
            let bits = data.bits(lsb + whole.width() - 1, lsb);
            let ty = self.m.inner.borrow().rtl.signal(id).ty.clone();
            let is_vector = self.m.inner.borrow().rtl.signal(id).count.is_some();
            let value = if is_vector { bits } else { bits.cast(ty) };
            let item = Item::Assign { target: self.m.reference(id), value: value.id, place };
            self.m.inner.borrow_mut().push_item(item, None);
        })
    }

    /// Wires for all fields of an output, packed into its data port.
    fn pack(&self, place: Place) {
        if self.bundle.fields.len() < 2 {
            return;
        }
        let names: Vec<String> = self.bundle.fields.iter().map(|f| f.name.clone()).collect();
        let wires = names.iter().filter_map(|name| self.signal(name, place, |_, _| {}));
        let mut parts: Vec<Sig<'m>> = wires.map(|signal| Vector { m: self.m, signal, stage: None }.whole()).collect();
        parts.reverse();
        let value = self.m.concat(parts);
        if let Some(data) = self.data {
            let item = Item::Assign { target: self.m.reference(data), value: value.id, place };
            self.m.inner.borrow_mut().tail.push(item);
        }
    }
}

/// The consuming end of a stream: `valid` and the payload are inputs, `ready` is an output to be set.
///
/// ```
/// use hdl::{Bundle, Module, Ty};
/// Module::build("swallow", |m| {
///     let from = m.sink(Bundle::new("in").field("x", Ty::uint(8)));
///     from.ready().set(1);
///     let sum = m.reg_init("sum", Ty::uint(8), 0);
///     m.clocked(|| m.when(from.fire(), || sum.set((sum + from.field("x")).wrap(8))));
///     m.output("sum", Ty::uint(8)).set(sum);
/// })?;
/// # Ok::<(), hdl::Errors>(())
/// ```
#[derive(Clone)]
pub struct Sink<'m> {
    pub(crate) ends: Ends<'m>,
    fire: RefCell<Option<Sig<'m>>>,
}

/// The producing end of a stream: `valid` and the payload are outputs to be set, `ready` is an input.
///
/// ```
/// use hdl::{Bundle, Module, Ty};
/// Module::build("ones", |m| {
///     let to = m.source(Bundle::new("out").field("y", Ty::uint(8)));
///     to.valid().set(1);
///     to.field("y").set(1);
///     m.output("taken", Ty::bit()).set(to.ready());
/// })?;
/// # Ok::<(), hdl::Errors>(())
/// ```
#[derive(Clone)]
pub struct Source<'m> {
    pub(crate) ends: Ends<'m>,
    fire: RefCell<Option<Sig<'m>>>,
}

macro_rules! accessors {
    ($end:ident, $fields:literal) => {
        impl<'m> $end<'m> {
            /// Whether a beat is offered.
            pub fn valid(&self) -> Sig<'m> {
                self.ends.valid
            }

            /// Whether a beat would be taken.
            pub fn ready(&self) -> Sig<'m> {
                self.ends.ready
            }

            /// The mark of the last beat of a sequence; an error if the bundle has none.
            #[track_caller]
            pub fn last(&self) -> Sig<'m> {
                self.mark(self.ends.last, "last")
            }

            /// The mark of the lanes in use; an error if the bundle has none.
            #[track_caller]
            pub fn keep(&self) -> Sig<'m> {
                self.mark(self.ends.keep, "keep")
            }

            #[track_caller]
            fn mark(&self, mark: Option<Sig<'m>>, what: &str) -> Sig<'m> {
                mark.unwrap_or_else(|| {
                    let (m, place) = (self.ends.m, Place::here());
                    let message = format!("stream `{}` has no `{what}`", self.ends.bundle.name);
                    m.error(Code::Connection, place, message, &format!("declare it: `Bundle::new(...).{what}(...)`"));
                    m.poison(place)
                })
            }

            /// Whether a beat passes in this cycle: `valid && ready`, on a wire `<stream>_fire`.
            #[track_caller]
            pub fn fire(&self) -> Sig<'m> {
                *self.fire.borrow_mut().get_or_insert_with(|| {
                    (self.ends.valid & self.ends.ready).named(&format!("{}_fire", self.ends.bundle.name))
                })
            }

            #[doc = $fields]
            #[track_caller]
            pub fn field(&self, name: &str) -> Sig<'m> {
                let (m, place) = (self.ends.m, Place::here());
                self.field_signal(name, place).map_or_else(|| m.poison(place), |id| m.signal_expr(id, None, place))
            }

            /// The elements of a field made with [`Bundle::lanes`].
            #[track_caller]
            pub fn lanes(&self, name: &str) -> Vector<'m> {
                let (m, place) = (self.ends.m, Place::here());
                match self.field_signal(name, place) {
                    Some(signal) => Vector { m, signal, stage: None },
                    None => m.vector(Name::Given(name.to_owned()), 1, Ty::bit(), Kind::Wire, None),
                }
            }
        }
    };
}
accessors!(Sink, "The value of a field.");
accessors!(Source, "A field of the payload, to be set.");

impl<'m> Sink<'m> {
    fn field_signal(&self, name: &str, place: Place) -> Option<SignalId> {
        self.ends.unpack(name, place)
    }
}

impl<'m> Source<'m> {
    fn field_signal(&self, name: &str, place: Place) -> Option<SignalId> {
        self.ends.signal(name, place, |_, _| {})
    }

    /// Passes the beats of `from` on: handshake, and every field of the same name.
    ///
    /// ```
    /// use hdl::{Bundle, Module, Ty};
    /// Module::build("pass", |m| {
    ///     let from = m.sink(Bundle::new("in").field("x", Ty::uint(4)).last());
    ///     m.source(Bundle::new("out").field("x", Ty::uint(4)).last()).connect(&from);
    /// })?;
    /// # Ok::<(), hdl::Errors>(())
    /// ```
    #[track_caller]
    pub fn connect(&self, from: &Sink<'m>) {
        self.valid().set(from.valid());
        from.ready().set(self.ready());
        for field in &self.ends.bundle.fields {
            if field.count == 1 {
                self.field(&field.name).set(from.field(&field.name));
            } else {
                let (to, from) = (self.lanes(&field.name), from.lanes(&field.name));
                to.whole().set(from.whole());
            }
        }
        if let (Some(to), Some(from)) = (self.ends.last, from.ends.last) {
            to.set(from);
        }
        if let (Some(to), Some(from)) = (self.ends.keep, from.ends.keep) {
            to.set(from);
        }
    }
}

impl Module {
    /// The ports of a stream that the module consumes.
    ///
    /// ```
    /// use hdl::{Bundle, Module, Ty};
    /// let design = Module::build("m", |m| {
    ///     let from = m.sink(Bundle::new("in").field("x", Ty::uint(8)));
    ///     m.source(Bundle::new("out").field("x", Ty::uint(8))).connect(&from);
    /// })?;
    /// let names: Vec<&str> = design.ports().iter().map(|p| p.name.as_str()).collect();
    /// assert_eq!(names[..3], ["in_valid_i", "in_ready_o", "in_data_i"]);
    /// # Ok::<(), hdl::Errors>(())
    /// ```
    #[track_caller]
    pub fn sink(&self, bundle: Bundle) -> Sink<'_> {
        Sink { ends: Ends::new(self, bundle, Dir::In), fire: RefCell::default() }
    }

    /// The ports of a stream that the module produces.
    ///
    /// ```
    /// use hdl::{Bundle, Module, Ty};
    /// Module::build("m", |m| {
    ///     let from = m.sink(Bundle::new("in").field("x", Ty::uint(8)));
    ///     m.source(Bundle::new("out").field("x", Ty::uint(8))).connect(&from);
    /// })?;
    /// # Ok::<(), hdl::Errors>(())
    /// ```
    #[track_caller]
    pub fn source(&self, bundle: Bundle) -> Source<'_> {
        let source = Source { ends: Ends::new(self, bundle, Dir::Out), fire: RefCell::default() };
        source.ends.pack(Place::here());
        source
    }
}

impl<'m> Instance<'m> {
    /// Connects a stream of the surrounding module to this instance's input stream.
    ///
    /// ```
    /// use hdl::{prim, Bundle, Module, Ty};
    /// let skid = prim::skid(8)?;
    /// Module::build("m", |m| {
    ///     let from = m.sink(Bundle::new("in").field("x", Ty::uint(8)));
    ///     let to = m.source(Bundle::new("out").field("x", Ty::uint(8)));
    ///     let buffer = m.instance("skid", &skid);
    ///     buffer.feed("in", &from);
    ///     buffer.drain("out", &to);
    /// })?;
    /// # Ok::<(), hdl::Errors>(())
    /// ```
    #[track_caller]
    pub fn feed(self, stream: &str, from: &Sink<'m>) {
        self.input(&format!("{stream}_valid_i"), from.valid());
        if let Some(data) = from.ends.data {
            let is_vector = from.ends.m.inner.borrow().rtl.signal(data).count.is_some();
            let whole = Vector { m: from.ends.m, signal: data, stage: None }.whole();
            let value = if is_vector { whole } else { from.ends.m.signal_expr(data, None, Place::here()) };
            self.input(&format!("{stream}_data_i"), value);
        }
        for (part, mark) in [("last", from.ends.last), ("keep", from.ends.keep)] {
            if let Some(mark) = mark {
                self.input(&format!("{stream}_{part}_i"), mark);
            }
        }
        self.drive(&format!("{stream}_ready_o"), from.ready());
    }

    /// Connects this instance's output stream to a stream of the surrounding module.
    ///
    /// ```
    /// use hdl::{prim, Bundle, Module, Ty};
    /// let skid = prim::skid(8)?;
    /// Module::build("m", |m| {
    ///     let buffer = m.instance("skid", &skid);
    ///     buffer.feed("in", &m.sink(Bundle::new("in").field("x", Ty::uint(8))));
    ///     buffer.drain("out", &m.source(Bundle::new("out").field("x", Ty::uint(8))));
    /// })?;
    /// # Ok::<(), hdl::Errors>(())
    /// ```
    #[track_caller]
    pub fn drain(self, stream: &str, to: &Source<'m>) {
        self.drive(&format!("{stream}_valid_o"), to.valid());
        if to.ends.bundle.fields.len() > 1 {
            // The fields of the source have wires of their own, which its data port is made of.
            let data = self.output(&format!("{stream}_data_o"));
            let mut lsb = 0;
            for field in &to.ends.bundle.fields {
                let bits = data.bits(lsb + field.bits() - 1, lsb);
                lsb += field.bits();
                if field.count == 1 {
                    to.field(&field.name).set(bits.cast(field.ty.clone()));
                } else {
                    to.lanes(&field.name).whole().set(bits);
                }
            }
        } else if let Some(data) = to.ends.data {
            self.drive(&format!("{stream}_data_o"), Vector { m: to.ends.m, signal: data, stage: None }.whole());
        }
        for (part, mark) in [("last", to.ends.last), ("keep", to.ends.keep)] {
            if let Some(mark) = mark {
                self.drive(&format!("{stream}_{part}_o"), mark);
            }
        }
        self.input(&format!("{stream}_ready_i"), to.ready());
    }
}

impl<'m> Sig<'m> {
    /// Whether the value is anything but zero.
    ///
    /// ```
    /// # hdl::Module::build("m", |m| {
    /// assert_eq!(m.lit(4).is_nonzero().width(), 1);
    /// # });
    /// ```
    #[track_caller]
    pub fn is_nonzero(self) -> Sig<'m> {
        self.as_bits().reduce_or()
    }
}
