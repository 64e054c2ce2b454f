//! The handle of a value.

use std::fmt;

use num_bigint::BigInt;
use num_traits::{Signed, Zero};

use super::Module;
use super::literal::IntoExpr;
use crate::error::{Code, Place};
use crate::ir::{ExprId, Item, Kind, Name, Node, Reg, Select, Signal, SignalId, SignalRef, Stage};
use crate::ty::Ty;

/// A value of a module under construction: a port, a wire, a register or an expression of them.
///
/// A register reads as its present value; what it is [`set`](Sig::set) to is its next one.
///
/// ```
/// use hdl::{Module, Ty};
/// Module::build("adder", |m| {
///     let (a, b) = (m.input("a", Ty::uint(8)), m.input("b", Ty::uint(8)));
///     assert_eq!((a + b).ty(), Ty::range(0, 510));
///     m.output("sum", Ty::uint(9)).set(a + b);
/// })?;
/// # Ok::<(), hdl::Errors>(())
/// ```
#[derive(Clone, Copy)]
pub struct Sig<'m> {
    pub(crate) m: &'m Module,
    pub(crate) id: ExprId,
}

impl fmt::Debug for Sig<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Sig({}: {})", self.id.0, self.ty())
    }
}

impl<'m> Sig<'m> {
    pub(crate) fn new(m: &'m Module, id: ExprId) -> Self {
        Self { m, id }
    }

    pub(crate) fn node(self) -> Node {
        self.m.inner.borrow().rtl.expr(self.id).node.clone()
    }

    pub(crate) fn stage(self) -> Option<Stage> {
        self.m.inner.borrow().rtl.expr(self.id).stage
    }

    pub(crate) fn is_poison(self) -> bool {
        matches!(self.m.inner.borrow().rtl.expr(self.id).node, Node::Poison)
    }

    pub(crate) fn as_signal_ref(self) -> Option<SignalRef> {
        match self.node() {
            Node::Signal(reference) => Some(reference),
            _ => None,
        }
    }

    /// The type of the value.
    ///
    /// ```
    /// use hdl::{Module, Ty};
    /// # Module::build("m", |m| {
    /// assert_eq!(m.lit(-3).ty().width(), 3);
    /// # })?;
    /// # Ok::<(), hdl::Errors>(())
    /// ```
    pub fn ty(self) -> Ty {
        self.m.inner.borrow().rtl.expr(self.id).ty.clone()
    }

    /// Bits of the value.
    ///
    /// ```
    /// # hdl::Module::build("m", |m| {
    /// assert_eq!(m.lit(7).width(), 3);
    /// # })?;
    /// # Ok::<(), hdl::Errors>(())
    /// ```
    pub fn width(self) -> u32 {
        self.m.inner.borrow().rtl.expr(self.id).ty.width()
    }

    /// Gives the value a name: a wire of that name carries it from here on.
    ///
    /// ```
    /// use hdl::{Module, Ty};
    /// let design = Module::build("m", |m| {
    ///     let a = m.input("a", Ty::uint(4));
    ///     let sum = (a + 1).named("sum");
    ///     m.output("y", Ty::uint(10)).set(sum * sum);
    /// })?;
    /// assert!(design.to_sv(&Default::default()).contains("assign sum = 5'(a_i) + 5'd1;"));
    /// # Ok::<(), hdl::Errors>(())
    /// ```
    #[track_caller]
    pub fn named(self, name: &str) -> Sig<'m> {
        self.wired(Name::Given(name.to_owned()))
    }

    /// As [`named`](Sig::named), called after whatever uses it.
    #[track_caller]
    pub(crate) fn step(self, suffix: &'static str) -> Sig<'m> {
        self.wired(Name::Step(suffix))
    }

    #[track_caller]
    fn wired(self, name: Name) -> Sig<'m> {
        let place = Place::here();
        if self.is_poison() {
            return self;
        }
        let (ty, stage) = (self.ty(), self.stage());
        let signal = self.m.add_signal(name, ty, Kind::Wire, None, place);
        let target = self.m.reference(signal);
        let item = Item::Assign { target: target.clone(), value: self.id, place };
        self.m.inner.borrow_mut().push_item(item, stage);
        let ty = self.m.inner.borrow().rtl.signal(signal).ty.clone();
        self.m.expr(Node::Signal(target), ty, stage, place)
    }

    /// Adds an attribute to the signal's declaration, such as `use_dsp = "yes"`.
    ///
    /// ```
    /// use hdl::{Module, Ty};
    /// Module::build("m", |m| {
    ///     let a = m.input("a", Ty::sint(8));
    ///     let square = (a * a).named("square").attribute("use_dsp", "yes");
    ///     m.output("y", Ty::sint(16)).set(square);
    /// })?;
    /// # Ok::<(), hdl::Errors>(())
    /// ```
    #[track_caller]
    pub fn attribute(self, name: &str, value: &str) -> Sig<'m> {
        if let Some(reference) = self.as_signal_ref() {
            let mut inner = self.m.inner.borrow_mut();
            let signal = &mut inner.rtl.signals[reference.signal.index()];
            signal.attributes.push((name.to_owned(), value.to_owned()));
        } else if !self.is_poison() {
            let message = "an attribute needs a signal that is declared".to_owned();
            self.m.error(Code::Misplaced, Place::here(), message, "name the expression first: `.named(\"...\")`");
        }
        self
    }

    /// The same signal in another iteration of the loop that declares it: `gen_row[index].acc_q`.
    ///
    /// ```
    /// use hdl::{Module, Ty};
    /// let design = Module::build("chain", |m| {
    ///     let x = m.input("x", Ty::uint(4));
    ///     let last = m.for_each("tap", 0..3, |tap| {
    ///         let d = m.reg("d", Ty::uint(4));
    ///         m.if_index(tap, 0..1, "first", || m.clocked(|| d.set(x)), "rest", || m.clocked(|| d.set(d.at(tap - 1))));
    ///         d
    ///     });
    ///     m.output("y", Ty::uint(4)).set(last.at(2));
    /// })?;
    /// assert!(design.to_sv(&Default::default()).contains("d_q <= gen_tap[tap-1].d_q;"));
    /// # Ok::<(), hdl::Errors>(())
    /// ```
    #[track_caller]
    pub fn at(self, iteration: impl Into<crate::Affine>) -> Sig<'m> {
        self.at_all(&[iteration.into()])
    }

    /// As [`at`](Sig::at) for nested loops: the iterations of the innermost loops around the declaration.
    ///
    /// ```
    /// use hdl::{Affine, Module, Ty};
    /// Module::build("grid", |m| {
    ///     let x = m.input("x", Ty::bit());
    ///     let cell = m.for_each("row", 0..2, |_| m.for_each("col", 0..2, |_| {
    ///         let d = m.reg("d", Ty::bit());
    ///         m.clocked(|| d.set(x));
    ///         d
    ///     }));
    ///     let each = |r: i64, c: i64| cell.at_all(&[r.into(), c.into()]);
    ///     m.output("y", Ty::uint(4)).set(m.concat([each(0, 0), each(0, 1), each(1, 0), each(1, 1)]));
    /// })?;
    /// # Ok::<(), hdl::Errors>(())
    /// ```
    #[track_caller]
    pub fn at_all(self, iterations: &[crate::Affine]) -> Sig<'m> {
        let place = Place::here();
        if self.is_poison() {
            return self;
        }
        let depth = |r: &SignalRef| self.m.inner.borrow().rtl.signal(r.signal).scope.len();
        match self.as_signal_ref() {
            Some(mut reference) if depth(&reference) >= iterations.len() => {
                let outer = depth(&reference) - iterations.len();
                reference.iterations = vec![None; outer];
                reference.iterations.extend(iterations.iter().map(|i| Some(*i)));
                self.m.expr(Node::Signal(reference), self.ty(), self.stage(), place)
            }
            _ => {
                let message = format!("`{}` is not declared inside {} loop(s)", self.describe(), iterations.len());
                let hint = "index with one iteration for each loop around the declaration, innermost last";
                self.m.error(Code::NotVisible, place, message, hint);
                self.m.poison(place)
            }
        }
    }

    /// How messages call the value.
    pub(crate) fn describe(self) -> String {
        match self.as_signal_ref() {
            Some(reference) => match &self.m.inner.borrow().rtl.signal(reference.signal).name {
                Name::Given(name) => name.clone(),
                Name::Step(suffix) => (*suffix).to_owned(),
            },
            None => format!("expression of type {}", self.ty()),
        }
    }

    /// The value with the target's binary point, if it fits the target's range; an error otherwise.
    pub(crate) fn converted(self, target: &Ty, place: Place) -> Option<Sig<'m>> {
        let ty = self.ty();
        let is_zero = ty.lo().is_zero() && ty.hi().is_zero();
        if ty.frac() > target.frac() && !is_zero {
            let message = format!("a value of type {ty} has more fraction bits than its target of type {target}");
            let hint = "say how to round: `.fit(ty, Rounding::HalfEven, Overflow::Saturate)`";
            self.m.error(Code::LosesBits, place, message, hint);
            return None;
        }
        let value = self.shifted((target.frac() - ty.frac()).max(0) as u32, target.frac(), place);
        let ty = value.ty();
        if !target.holds(&ty) {
            let message = format!(
                "a value of type {ty} ({} to {}) does not fit its target of type {target} ({} to {})",
                ty.lo(),
                ty.hi(),
                target.lo(),
                target.hi()
            );
            let hint = "say what happens beyond the range: `.fit(ty, rounding, Overflow::Saturate)` or `.wrap(width)`";
            self.m.error(Code::LosesBits, place, message, hint);
            return None;
        }
        Some(value)
    }

    /// The integer shifted left by `by`, its binary point set to `frac`.
    pub(crate) fn shifted(self, by: u32, frac: i32, place: Place) -> Sig<'m> {
        if by == 0 {
            return self.with_frac(frac);
        }
        let ty = self.ty();
        let shifted = Ty::range(ty.lo() << by, ty.hi() << by).with_frac(frac);
        match self.node() {
            Node::Const(value) => self.m.expr(Node::Const(value << by), shifted, self.stage(), place),
            Node::ShiftLeft(inner, more) => {
                self.m.expr(Node::ShiftLeft(inner, more + by), shifted, self.stage(), place)
            }
            Node::Mux { condition, then, other } => {
                let branch = |id| Sig::new(self.m, id).shifted(by, frac, place).id;
                let node = Node::Mux { condition, then: branch(then), other: branch(other) };
                self.m.expr(node, shifted, self.stage(), place)
            }
            _ => self.m.expr(Node::ShiftLeft(self.id, by), shifted, self.stage(), place),
        }
    }

    /// The same bits with the binary point elsewhere; costs nothing.
    ///
    /// ```
    /// use hdl::{Module, Ty};
    /// # Module::build("m", |m| {
    /// assert_eq!(m.lit(200).with_frac(8).ty(), Ty::range(200, 200).with_frac(8));
    /// # })?;
    /// # Ok::<(), hdl::Errors>(())
    /// ```
    pub fn with_frac(self, frac: i32) -> Sig<'m> {
        let expr = self.m.inner.borrow().rtl.expr(self.id).clone();
        if expr.ty.frac() == frac {
            return self;
        }
        self.m.expr(expr.node, expr.ty.with_frac(frac), expr.stage, expr.place)
    }

    /// The absolute value, one bit wider than a signed minimum needs.
    ///
    /// ```
    /// use hdl::{Module, Ty};
    /// Module::build("m", |m| {
    ///     let x = m.input("x", Ty::sint(8));
    ///     m.output("y", Ty::uint(8)).set(x.abs());
    /// })?;
    /// # Ok::<(), hdl::Errors>(())
    /// ```
    #[track_caller]
    pub fn abs(self) -> Sig<'m> {
        let ty = self.ty();
        if self.is_poison() || !ty.is_signed() {
            return self;
        }
        let place = Place::here();
        let hi = ty.lo().abs().max(ty.hi().abs());
        let ty = Ty::range(BigInt::zero(), hi).with_frac(ty.frac());
        let value = if self.needs_name() { self.step("value") } else { self };
        let negated = -value;
        let stage = value.stage();
        let positive = self.m.expr(Node::Cast(value.id), ty.clone(), stage, place);
        let negated = self.m.expr(Node::Cast(negated.id), ty, stage, place);
        value.is_neg().mux(negated, positive)
    }

    /// Whether the value is below zero: its sign bit.
    ///
    /// ```
    /// use hdl::{Module, Ty};
    /// Module::build("m", |m| {
    ///     let x = m.input("x", Ty::sint(8));
    ///     m.output("y", Ty::uint(7)).set(x.is_neg().mux(0, x.bits(6, 0)));
    /// })?;
    /// # Ok::<(), hdl::Errors>(())
    /// ```
    #[track_caller]
    pub fn is_neg(self) -> Sig<'m> {
        let place = Place::here();
        if !self.ty().is_signed() {
            return self.m.expr(Node::Const(BigInt::zero()), Ty::range(0, 0), self.stage(), place);
        }
        self.bit(self.width() - 1)
    }

    /// `then` where this bit is set, `other` where it is not.
    ///
    /// ```
    /// use hdl::{Module, Ty};
    /// Module::build("m", |m| {
    ///     let (c, x) = (m.input("c", Ty::bit()), m.input("x", Ty::uint(4)));
    ///     m.output("y", Ty::uint(5)).set(c.mux(x + 1, x));
    /// })?;
    /// # Ok::<(), hdl::Errors>(())
    /// ```
    #[track_caller]
    pub fn mux(self, then: impl IntoExpr<'m>, other: impl IntoExpr<'m>) -> Sig<'m> {
        let place = Place::here();
        let (then, other) = (then.into_expr(self.m, place), other.into_expr(self.m, place));
        if self.is_poison() || then.is_poison() || other.is_poison() || !self.m.check_condition(self, place) {
            return self.m.poison(place);
        }
        let frac = then.ty().frac().max(other.ty().frac());
        let then = then.shifted((frac - then.ty().frac()) as u32, frac, place);
        let other = other.shifted((frac - other.ty().frac()) as u32, frac, place);
        let Some([condition, then, other]) = self.m.align([self, then, other], place) else {
            return self.m.poison(place);
        };
        let (a, b) = (then.ty(), other.ty());
        let ty = Ty::range(a.lo().min(b.lo()).clone(), a.hi().max(b.hi()).clone()).with_frac(frac);
        let stage = condition.stage().or(then.stage()).or(other.stage());
        self.m.expr(Node::Mux { condition: condition.id, then: then.id, other: other.id }, ty, stage, place)
    }
}

impl Module {
    /// Whether `condition` is one bit; an error otherwise.
    pub(crate) fn check_condition(&self, condition: Sig<'_>, place: Place) -> bool {
        if condition.is_poison() {
            return false;
        }
        if condition.width() != 1 {
            let message = format!("a condition of {} bits", condition.width());
            self.error(Code::OperandType, place, message, "compare it with something, or use `.reduce_or()`");
            return false;
        }
        true
    }

    pub(crate) fn add_signal(&self, name: Name, ty: Ty, kind: Kind, count: Option<u32>, place: Place) -> SignalId {
        let mut inner = self.inner.borrow_mut();
        let is_port = matches!(kind, Kind::Input | Kind::Output);
        let scope = if is_port { vec![] } else { inner.open_loops.clone() };
        let id = SignalId(inner.rtl.signals.len() as u32);
        let branch = if is_port { None } else { inner.open_branch() };
        let signal = Signal { name, ty, kind, count, scope, branch, attributes: vec![], enumeration: None, place };
        inner.rtl.signals.push(signal);
        if is_port {
            inner.rtl.ports.push(id);
        }
        id
    }

    /// A reference to all of a signal, in the iterations that are open now.
    pub(crate) fn reference(&self, signal: SignalId) -> SignalRef {
        let depth = self.inner.borrow().rtl.signal(signal).scope.len();
        SignalRef { signal, select: Select::Whole, iterations: vec![None; depth], next: false }
    }

    pub(crate) fn signal_expr(&self, signal: SignalId, stage: Option<Stage>, place: Place) -> Sig<'_> {
        let ty = self.inner.borrow().rtl.signal(signal).ty.clone();
        self.expr(Node::Signal(self.reference(signal)), ty, stage, place)
    }

    pub(crate) fn reg_kind(&self, reset: Option<BigInt>) -> Kind {
        Kind::Reg(Reg { domain: self.current_domain(), reset })
    }
}
