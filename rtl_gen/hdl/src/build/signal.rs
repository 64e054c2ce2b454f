//! Ports, wires, registers and vectors of them.

use num_bigint::BigInt;

use super::{Module, Sig};
use crate::affine::Affine;
use crate::error::{Code, Place};
use crate::ir::{Kind, Name, Node, Select, SignalId, SignalRef, Stage};
use crate::ty::Ty;

impl Module {
    #[track_caller]
    fn declare(&self, name: &str, ty: Ty, kind: Kind) -> Sig<'_> {
        let place = Place::here();
        let id = self.add_signal(Name::Given(name.to_owned()), ty, kind, None, place);
        self.signal_expr(id, None, place)
    }

    /// The input port `<name>_i`.
    ///
    /// ```
    /// use hdl::{Module, Ty};
    /// let design = Module::build("m", |m| {
    ///     let a = m.input("a", Ty::uint(3));
    ///     m.output("y", Ty::uint(3)).set(a);
    /// })?;
    /// assert_eq!(design.ports()[0].name, "a_i");
    /// # Ok::<(), hdl::Errors>(())
    /// ```
    #[track_caller]
    pub fn input(&self, name: &str, ty: Ty) -> Sig<'_> {
        self.declare(name, ty, Kind::Input)
    }

    /// The output port `<name>_o`.
    ///
    /// ```
    /// use hdl::{Module, Ty};
    /// let design = Module::build("m", |m| m.output("y", Ty::bit()).set(1))?;
    /// assert_eq!(design.ports()[0].name, "y_o");
    /// # Ok::<(), hdl::Errors>(())
    /// ```
    #[track_caller]
    pub fn output(&self, name: &str, ty: Ty) -> Sig<'_> {
        self.declare(name, ty, Kind::Output)
    }

    /// A wire that is assigned later, with [`Sig::set`].
    ///
    /// ```
    /// use hdl::{Module, Ty};
    /// Module::build("m", |m| {
    ///     let w = m.wire("w", Ty::bit());
    ///     m.output("y", Ty::bit()).set(w);
    ///     w.set(m.input("x", Ty::bit()));
    /// })?;
    /// # Ok::<(), hdl::Errors>(())
    /// ```
    #[track_caller]
    pub fn wire(&self, name: &str, ty: Ty) -> Sig<'_> {
        self.declare(name, ty, Kind::Wire)
    }

    /// A register without reset.
    ///
    /// ```
    /// use hdl::{Module, Ty};
    /// Module::build("delay", |m| {
    ///     let x = m.input("x", Ty::bit());
    ///     let held = m.reg("held", Ty::bit());
    ///     m.clocked(|| held.set(x));
    ///     m.output("y", Ty::bit()).set(held);
    /// })?;
    /// # Ok::<(), hdl::Errors>(())
    /// ```
    #[track_caller]
    pub fn reg(&self, name: &str, ty: Ty) -> Sig<'_> {
        let kind = self.reg_kind(None);
        self.declare(name, ty, kind)
    }

    /// A register that the synchronous reset sets to `reset`.
    ///
    /// ```
    /// use hdl::{Module, Ty};
    /// Module::build("toggle", |m| {
    ///     let state = m.reg_init("state", Ty::bit(), 0);
    ///     m.clocked(|| state.set(!state));
    ///     m.output("y", Ty::bit()).set(state);
    /// })?;
    /// # Ok::<(), hdl::Errors>(())
    /// ```
    #[track_caller]
    pub fn reg_init(&self, name: &str, ty: Ty, reset: impl Into<BigInt>) -> Sig<'_> {
        let reset = reset.into();
        if &reset < ty.lo() || &reset > ty.hi() {
            let message = format!("register `{name}` of type {ty} cannot be reset to {reset}");
            self.error(Code::OutOfRange, Place::here(), message, "choose a reset value of the type");
        }
        let kind = self.reg_kind(Some(reset));
        self.declare(name, ty, kind)
    }

    /// A vector of `count` input values on one flat port.
    ///
    /// ```
    /// use hdl::{Module, Ty};
    /// let design = Module::build("m", |m| {
    ///     let x = m.input_vec("x", 4, Ty::uint(8));
    ///     m.output("y", Ty::uint(8)).set(x.at(3));
    ///     # m.output("z", Ty::uint(24)).set(x.whole().bits(23, 0));
    /// })?;
    /// assert_eq!(design.ports()[0].ty.width(), 32);
    /// # Ok::<(), hdl::Errors>(())
    /// ```
    #[track_caller]
    pub fn input_vec(&self, name: &str, count: u32, ty: Ty) -> Vector<'_> {
        self.vector(Name::Given(name.to_owned()), count, ty, Kind::Input, None)
    }

    /// A vector of `count` output values on one flat port.
    ///
    /// ```
    /// use hdl::{Module, Ty};
    /// Module::build("m", |m| {
    ///     let x = m.input("x", Ty::uint(8));
    ///     let y = m.output_vec("y", 4, Ty::uint(10));
    ///     m.for_each("lane", 0..4, |lane| y.at(lane).set(x + lane));
    /// })?;
    /// # Ok::<(), hdl::Errors>(())
    /// ```
    #[track_caller]
    pub fn output_vec(&self, name: &str, count: u32, ty: Ty) -> Vector<'_> {
        self.vector(Name::Given(name.to_owned()), count, ty, Kind::Output, None)
    }

    /// A vector of `count` wires.
    ///
    /// ```
    /// use hdl::{Module, Ty};
    /// Module::build("m", |m| {
    ///     let x = m.input("x", Ty::uint(8));
    ///     let w = m.wire_vec("w", 2, Ty::uint(8));
    ///     m.for_each("lane", 0..2, |lane| w.at(lane).set(x));
    ///     m.output("y", Ty::uint(9)).set(w.at(0) + w.at(1));
    /// })?;
    /// # Ok::<(), hdl::Errors>(())
    /// ```
    #[track_caller]
    pub fn wire_vec(&self, name: &str, count: u32, ty: Ty) -> Vector<'_> {
        self.vector(Name::Given(name.to_owned()), count, ty, Kind::Wire, None)
    }

    /// A vector of `count` registers, each reset to `reset` if there is one.
    ///
    /// ```
    /// use hdl::{Module, Ty};
    /// Module::build("m", |m| {
    ///     let x = m.input("x", Ty::uint(8));
    ///     let tap = m.reg_vec("tap", 2, Ty::uint(8), None);
    ///     m.clocked(|| {
    ///         tap.at(0).set(x);
    ///         tap.at(1).set(tap.at(0));
    ///     });
    ///     m.output("y", Ty::uint(8)).set(tap.at(1));
    /// })?;
    /// # Ok::<(), hdl::Errors>(())
    /// ```
    #[track_caller]
    pub fn reg_vec(&self, name: &str, count: u32, ty: Ty, reset: Option<i64>) -> Vector<'_> {
        let kind = self.reg_kind(reset.map(BigInt::from));
        self.vector(Name::Given(name.to_owned()), count, ty, kind, None)
    }

    #[track_caller]
    pub(crate) fn vector(&self, name: Name, count: u32, ty: Ty, kind: Kind, stage: Option<Stage>) -> Vector<'_> {
        let place = Place::here();
        if count == 0 {
            let message = "a vector of no elements".to_owned();
            self.error(Code::OutOfRange, place, message, "a vector has at least one element");
        }
        let signal = self.add_signal(name, ty, kind, Some(count.max(1)), place);
        Vector { m: self, signal, stage }
    }
}

/// A vector of values side by side, element 0 in the lowest bits.
///
/// ```
/// use hdl::{Module, Ty};
/// Module::build("m", |m| {
///     let x = m.input_vec("x", 4, Ty::sint(8));
///     let index = m.input("index", Ty::uint(2));
///     assert_eq!(x.len(), 4);
///     m.output("y", Ty::sint(8)).set(x.pick(index));
/// })?;
/// # Ok::<(), hdl::Errors>(())
/// ```
#[derive(Clone, Copy)]
pub struct Vector<'m> {
    pub(crate) m: &'m Module,
    pub(crate) signal: SignalId,
    pub(crate) stage: Option<Stage>,
}

impl<'m> Vector<'m> {
    /// Elements.
    ///
    /// ```
    /// use hdl::{Module, Ty};
    /// # Module::build("m", |m| {
    /// assert_eq!(m.output_vec("y", 3, Ty::bit()).len(), 3);
    /// # });
    /// ```
    pub fn len(self) -> u32 {
        self.m.inner.borrow().rtl.signal(self.signal).count.unwrap_or(1)
    }

    /// Never: a vector has at least one element.
    ///
    /// ```
    /// # hdl::Module::build("m", |m| {
    /// assert!(!m.input_vec("x", 3, hdl::Ty::bit()).is_empty());
    /// # });
    /// ```
    pub fn is_empty(self) -> bool {
        false
    }

    /// The type of an element.
    ///
    /// ```
    /// # hdl::Module::build("m", |m| {
    /// assert_eq!(m.input_vec("x", 3, hdl::Ty::uint(5)).element().width(), 5);
    /// # });
    /// ```
    pub fn element(self) -> Ty {
        self.m.inner.borrow().rtl.signal(self.signal).ty.clone()
    }

    fn select(self, select: Select, ty: Ty, stage: Option<Stage>, place: Place) -> Sig<'m> {
        let SignalRef { signal, iterations, next, .. } = self.m.reference(self.signal);
        self.m.expr(Node::Signal(SignalRef { signal, select, iterations, next }), ty, stage, place)
    }

    /// `element`, or all of the field of one element of a stream, which is declared as no vector.
    fn element_or_all(self, element: Select) -> Select {
        if self.m.inner.borrow().rtl.signal(self.signal).count.is_some() { element } else { Select::Whole }
    }

    /// The element at an index that is a constant or affine in loop variables.
    ///
    /// ```
    /// use hdl::{Code, Module, Ty};
    /// let errors = Module::build("m", |m| {
    ///     let x = m.input_vec("x", 4, Ty::bit());
    ///     m.output("y", Ty::bit()).set(x.at(4));
    /// }).unwrap_err();
    /// assert_eq!(errors.list()[0].code, Code::OutOfRange);
    /// ```
    #[track_caller]
    pub fn at(self, index: impl Into<Affine>) -> Sig<'m> {
        let place = Place::here();
        let index = index.into();
        let (lo, hi) = self.m.affine_range(index);
        if lo < 0 || hi >= i64::from(self.len()) {
            let message = format!("elements {lo} to {hi} of a vector of {}", self.len());
            self.m.error(Code::OutOfRange, place, message, "elements count from 0; narrow the loop's range");
            return self.m.poison(place);
        }
        self.select(self.element_or_all(Select::Element(index)), self.element(), self.stage, place)
    }

    /// The element that the unsigned `index` names; anything beyond the last is undefined.
    ///
    /// ```
    /// use hdl::{Module, Ty};
    /// Module::build("m", |m| {
    ///     let (x, i) = (m.input_vec("x", 3, Ty::uint(12)), m.input("i", Ty::uint(2)));
    ///     m.output("y", Ty::uint(12)).set(x.pick(i));
    /// })?;
    /// # Ok::<(), hdl::Errors>(())
    /// ```
    #[track_caller]
    pub fn pick(self, index: Sig<'m>) -> Sig<'m> {
        let place = Place::here();
        let ty = index.ty();
        if index.is_poison() {
            return index;
        }
        if ty.is_signed() || ty.frac() != 0 {
            let message = format!("an element picked by a value of type {ty}");
            self.m.error(Code::OperandType, place, message, "pick by an unsigned integer");
            return self.m.poison(place);
        }
        let whole = self.whole();
        let Some([_, index]) = self.m.align([whole, index], place) else { return self.m.poison(place) };
        let stage = self.stage.or(index.stage());
        self.select(self.element_or_all(Select::Dynamic(index.id)), self.element(), stage, place)
    }

    /// The vector as bits.
    ///
    /// ```
    /// use hdl::{Module, Ty};
    /// Module::build("m", |m| {
    ///     let x = m.input_vec("x", 4, Ty::uint(8));
    ///     m.output("y", Ty::bit()).set(x.whole().reduce_or());
    /// })?;
    /// # Ok::<(), hdl::Errors>(())
    /// ```
    #[track_caller]
    pub fn whole(self) -> Sig<'m> {
        let bits = self.m.inner.borrow().rtl.signal(self.signal).bits();
        self.select(Select::Whole, Ty::uint(bits), self.stage, Place::here())
    }

    /// Adds an attribute to the declaration.
    ///
    /// ```
    /// # hdl::Module::build("m", |m| {
    /// m.wire_vec("w", 2, hdl::Ty::bit()).attribute("keep", "true");
    /// # });
    /// ```
    pub fn attribute(self, name: &str, value: &str) -> Vector<'m> {
        let mut inner = self.m.inner.borrow_mut();
        inner.rtl.signals[self.signal.index()].attributes.push((name.to_owned(), value.to_owned()));
        drop(inner);
        self
    }
}
