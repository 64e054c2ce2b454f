//! Ready/valid streams as bundles of ports.

mod bundle;
mod connect;
mod ends;

use std::cell::RefCell;

pub use bundle::Bundle;
pub(crate) use ends::Ends;

use super::{Module, Sig, Vector};
use crate::error::{Code, Place};
use crate::interface::Dir;
use crate::ir::{Kind, Name, SignalId};
use crate::ty::Ty;

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
            ///
            /// ```
            /// use hdl::{Bundle, Module, Ty};
            /// Module::build("unit", |m| {
            ///     let from = m.sink(Bundle::new("in").field("x", Ty::uint(8)));
            ///     let to = m.source(Bundle::new("out").field("x", Ty::uint(8)));
            ///     to.valid().set(from.valid());
            ///     from.ready().set(to.ready());
            ///     to.field("x").set(from.field("x"));
            /// })?;
            /// # Ok::<(), hdl::Errors>(())
            /// ```
            pub fn valid(&self) -> Sig<'m> {
                self.ends.valid
            }

            /// Whether a beat would be taken.
            ///
            /// ```
            /// use hdl::{Bundle, Module, Ty};
            /// Module::build("unit", |m| {
            ///     let from = m.sink(Bundle::new("in").field("x", Ty::uint(8)));
            ///     let to = m.source(Bundle::new("out").field("x", Ty::uint(8)));
            ///     from.ready().set(to.ready() | !to.valid());
            ///     to.valid().set(from.valid());
            ///     to.field("x").set(from.field("x"));
            /// })?;
            /// # Ok::<(), hdl::Errors>(())
            /// ```
            pub fn ready(&self) -> Sig<'m> {
                self.ends.ready
            }

            /// The mark of the last beat of a sequence; an error if the bundle has none.
            ///
            /// ```
            /// use hdl::{Bundle, Module, Ty};
            /// Module::build("unit", |m| {
            ///     let from = m.sink(Bundle::new("in").field("x", Ty::uint(8)).last());
            ///     let to = m.source(Bundle::new("out").field("x", Ty::uint(8)).last());
            ///     to.connect(&from);
            ///     m.output("ends", Ty::bit()).set(from.fire() & from.last());
            /// })?;
            /// # Ok::<(), hdl::Errors>(())
            /// ```
            #[track_caller]
            pub fn last(&self) -> Sig<'m> {
                self.mark(self.ends.last, "last")
            }

            /// The mark of the lanes in use; an error if the bundle has none.
            ///
            /// ```
            /// use hdl::{Bundle, Module, Ty};
            /// Module::build("unit", |m| {
            ///     let from = m.sink(Bundle::new("in").lanes("x", Ty::uint(8), 4).keep(4));
            ///     let to = m.source(Bundle::new("out").lanes("x", Ty::uint(8), 4).keep(4));
            ///     to.connect(&from);
            ///     m.output("lanes", Ty::uint(4)).set(from.keep());
            /// })?;
            /// # Ok::<(), hdl::Errors>(())
            /// ```
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
            ///
            /// ```
            /// use hdl::{Bundle, Module, Ty};
            /// Module::build("unit", |m| {
            ///     let from = m.sink(Bundle::new("in").field("x", Ty::uint(8)));
            ///     let to = m.source(Bundle::new("out").field("x", Ty::uint(8)));
            ///     to.connect(&from);
            ///     m.output("passes", Ty::bit()).set(to.fire());
            /// })?;
            /// # Ok::<(), hdl::Errors>(())
            /// ```
            #[track_caller]
            pub fn fire(&self) -> Sig<'m> {
                *self.fire.borrow_mut().get_or_insert_with(|| {
                    (self.ends.valid & self.ends.ready).named(&format!("{}_fire", self.ends.bundle.name))
                })
            }

            ///
            /// ```
            /// use hdl::{Bundle, Module, Ty};
            /// Module::build("unit", |m| {
            ///     let from = m.sink(Bundle::new("in").field("x", Ty::uint(8)));
            ///     let to = m.source(Bundle::new("out").field("x", Ty::uint(8)));
            ///     to.valid().set(from.valid());
            ///     from.ready().set(to.ready());
            ///     to.field("x").set(!from.field("x"));
            /// })?;
            /// # Ok::<(), hdl::Errors>(())
            /// ```
            #[doc = $fields]
            #[track_caller]
            pub fn field(&self, name: &str) -> Sig<'m> {
                let (m, place) = (self.ends.m, Place::here());
                self.field_signal(name, place).map_or_else(|| m.poison(place), |id| m.signal_expr(id, None, place))
            }

            /// The elements of a field made with [`Bundle::lanes`].
            ///
            /// ```
            /// use hdl::{Bundle, Module, Ty};
            /// Module::build("unit", |m| {
            ///     let from = m.sink(Bundle::new("in").lanes("x", Ty::uint(8), 4));
            ///     let to = m.source(Bundle::new("out").lanes("x", Ty::uint(8), 4));
            ///     to.valid().set(from.valid());
            ///     from.ready().set(to.ready());
            ///     m.for_each("lane", 0..4, |lane| to.lanes("x").at(lane).set(!from.lanes("x").at(lane)));
            /// })?;
            /// # Ok::<(), hdl::Errors>(())
            /// ```
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
