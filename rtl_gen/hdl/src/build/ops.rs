//! Operators: the type of the result is computed from the operands' ranges, so that no bit is lost.

use std::ops::{Add, BitAnd, BitOr, BitXor, Mul, Neg, Not, Shl, Shr, Sub};

use num_bigint::BigInt;
use num_traits::{One, Zero};

use super::{Module, Sig};
use crate::affine::Affine;
use crate::error::{Code, Place};
use crate::ir::{Binary, Node, Unary};
use crate::ty::Ty;

/// The most fraction bits that a real literal may have before it has to be spelled with [`Module::lit_frac`].
const MAX_LITERAL_FRAC: i32 = 24;

/// Anything that can stand where a value is expected: a [`Sig`], a number, a loop index.
///
/// ```
/// # hdl::Module::build("m", |m| {
/// assert_eq!((m.lit(1) + 2).ty().hi(), &3.into());
/// # })?;
/// # Ok::<(), hdl::Errors>(())
/// ```
pub trait IntoExpr<'m> {
    /// The value as an expression of module `m`; `place` is where it was written.
    ///
    /// ```
    /// use hdl::{IntoExpr, Place};
    /// # hdl::Module::build("m", |m| {
    /// assert_eq!(7.into_expr(m, Place::here()).width(), 3);
    /// # })?;
    /// # Ok::<(), hdl::Errors>(())
    /// ```
    fn into_expr(self, m: &'m Module, place: Place) -> Sig<'m>;
}

/// A number that becomes a constant: integers, reals of at most 24 fraction bits, `bool`.
///
/// ```
/// assert_eq!(hdl::Literal::exact(&0.625), Some((5.into(), 3)));
/// ```
pub trait Literal {
    /// The integer and the fraction bits that stand for it exactly.
    ///
    /// ```
    /// assert_eq!(hdl::Literal::exact(&-2), Some(((-2).into(), 0)));
    /// ```
    fn exact(&self) -> Option<(BigInt, i32)>;
}

macro_rules! integer_literals {
    ($($int:ty),*) => {$(
        impl Literal for $int {
            fn exact(&self) -> Option<(BigInt, i32)> {
                Some((BigInt::from(*self), 0))
            }
        }
    )*};
}
integer_literals!(i32, i64, i128, u32, u64, u128, usize, BigRef<'_>, bool);

/// A borrowed big integer as a literal.
#[derive(Clone, Copy, Debug)]
pub(crate) struct BigRef<'a>(pub &'a BigInt);

impl From<BigRef<'_>> for BigInt {
    fn from(value: BigRef<'_>) -> Self {
        value.0.clone()
    }
}

impl Literal for f64 {
    fn exact(&self) -> Option<(BigInt, i32)> {
        if !self.is_finite() {
            return None;
        }
        let frac = (0..=MAX_LITERAL_FRAC).find(|frac| (self * 2f64.powi(*frac)).fract() == 0.0)?;
        let scaled = self * 2f64.powi(frac);
        (scaled.abs() < 2f64.powi(100)).then(|| (BigInt::from(scaled as i128), frac))
    }
}

impl<'m> IntoExpr<'m> for Sig<'m> {
    fn into_expr(self, m: &'m Module, place: Place) -> Sig<'m> {
        if std::ptr::eq(self.m, m) {
            return self;
        }
        let message = "a signal of another module is used".to_owned();
        m.error(Code::NotVisible, place, message, "pass it through a port");
        m.poison(place)
    }
}

macro_rules! literal_into_expr {
    ($($literal:ty),*) => {$(
        impl<'m> IntoExpr<'m> for $literal {
            fn into_expr(self, m: &'m Module, place: Place) -> Sig<'m> {
                m.literal(&self, place)
            }
        }
    )*};
}
literal_into_expr!(i32, i64, i128, u32, u64, u128, usize, f64, bool);

impl<'m> IntoExpr<'m> for BigInt {
    fn into_expr(self, m: &'m Module, place: Place) -> Sig<'m> {
        m.literal(&BigRef(&self), place)
    }
}

impl<'m> IntoExpr<'m> for Affine {
    fn into_expr(self, m: &'m Module, place: Place) -> Sig<'m> {
        if let Some(constant) = self.as_constant() {
            return m.literal(&constant, place);
        }
        let (lo, hi) = m.affine_range(self);
        m.expr(Node::Index(self), Ty::range(lo, hi), None, place)
    }
}

impl Module {
    pub(crate) fn literal(&self, value: &impl Literal, place: Place) -> Sig<'_> {
        match value.exact() {
            Some((integer, frac)) => {
                let ty = Ty::range(integer.clone(), integer.clone()).with_frac(frac);
                self.expr(Node::Const(integer), ty, None, place)
            }
            None => {
                let message = format!("the constant has more than {MAX_LITERAL_FRAC} fraction bits");
                let hint = "say how many it may have: `m.lit_frac(value, frac)` rounds to the nearest";
                self.error(Code::InexactConstant, place, message, hint);
                self.poison(place)
            }
        }
    }

    /// A constant, exactly.
    ///
    /// ```
    /// # hdl::Module::build("m", |m| {
    /// assert_eq!(m.lit(0.84375).ty().frac(), 5);
    /// # })?;
    /// # Ok::<(), hdl::Errors>(())
    /// ```
    #[track_caller]
    pub fn lit(&self, value: impl Literal) -> Sig<'_> {
        self.literal(&value, Place::here())
    }

    /// The constant `value` rounded to the nearest multiple of 2^(−`frac`), halves away from zero.
    ///
    /// ```
    /// # hdl::Module::build("m", |m| {
    /// assert_eq!(m.lit_frac(0.3585, 10).ty().hi(), &367.into());
    /// # })?;
    /// # Ok::<(), hdl::Errors>(())
    /// ```
    #[track_caller]
    pub fn lit_frac(&self, value: f64, frac: i32) -> Sig<'_> {
        let integer = BigInt::from((value * 2f64.powi(frac)).round() as i128);
        self.lit_raw(integer, frac)
    }

    /// The constant `integer` · 2^(−`frac`).
    ///
    /// ```
    /// # hdl::Module::build("m", |m| {
    /// assert_eq!(m.lit_raw(367, 10).ty().width(), 9);
    /// # })?;
    /// # Ok::<(), hdl::Errors>(())
    /// ```
    #[track_caller]
    pub fn lit_raw(&self, integer: impl Into<BigInt>, frac: i32) -> Sig<'_> {
        let integer = integer.into();
        let ty = Ty::range(integer.clone(), integer.clone()).with_frac(frac);
        self.expr(Node::Const(integer), ty, None, Place::here())
    }

    /// The constant `integer` as a value of type `ty`: its width is `ty`'s, whatever the integer needs.
    ///
    /// ```
    /// use hdl::Ty;
    /// # hdl::Module::build("m", |m| {
    /// assert_eq!(m.lit_of(0, Ty::uint(8)).width(), 8);
    /// # })?;
    /// # Ok::<(), hdl::Errors>(())
    /// ```
    #[track_caller]
    pub fn lit_of(&self, integer: impl Into<BigInt>, ty: Ty) -> Sig<'_> {
        let place = Place::here();
        let integer = integer.into();
        if &integer < ty.lo() || &integer > ty.hi() {
            let message = format!("the constant {integer} is not a value of type {ty}");
            self.error(Code::OutOfRange, place, message, "choose a wider type");
            return self.poison(place);
        }
        self.expr(Node::Const(integer), ty, None, place)
    }
}

/// Floor of `value` / 2^`by`.
pub(crate) fn floor_shift(value: &BigInt, by: u32) -> BigInt {
    num_integer::Integer::div_floor(value, &(BigInt::one() << by))
}

impl<'m> Sig<'m> {
    /// Both operands at the later pipe stage, with the same binary point if `aligned`; none if either is poisoned.
    fn operands(self, other: impl IntoExpr<'m>, aligned: bool, place: Place) -> Option<(Sig<'m>, Sig<'m>)> {
        let other = other.into_expr(self.m, place);
        if self.is_poison() || other.is_poison() {
            return None;
        }
        let [a, b] = self.m.align([self, other], place)?;
        if !aligned {
            return Some((a, b));
        }
        let (fa, fb) = (a.ty().frac(), b.ty().frac());
        let frac = fa.max(fb);
        Some((a.shifted((frac - fa) as u32, frac, place), b.shifted((frac - fb) as u32, frac, place)))
    }

    fn binary(self, op: Binary, other: Sig<'m>, ty: Ty, place: Place) -> Sig<'m> {
        let stage = self.stage().or(other.stage());
        self.m.expr(Node::Binary(op, self.id, other.id), ty, stage, place)
    }

    fn arithmetic(self, op: Binary, other: impl IntoExpr<'m>, place: Place) -> Sig<'m> {
        let Some((a, b)) = self.operands(other, op != Binary::Mul, place) else { return self.m.poison(place) };
        if let (Some(x), Some(y)) = (a.as_index(), b.as_index()) {
            match op {
                Binary::Add => return (x + y).into_expr(self.m, place),
                Binary::Sub => return (x - y).into_expr(self.m, place),
                _ => {}
            }
        }
        let (x, y) = (a.ty(), b.ty());
        let ty = match op {
            Binary::Add => Ty::range(x.lo() + y.lo(), x.hi() + y.hi()).with_frac(x.frac()),
            Binary::Sub => Ty::range(x.lo() - y.hi(), x.hi() - y.lo()).with_frac(x.frac()),
            _ => {
                let mut corners = [x.lo() * y.lo(), x.lo() * y.hi(), x.hi() * y.lo(), x.hi() * y.hi()];
                corners.sort();
                let [mut lo, .., hi] = corners;
                if a.id == b.id || (a.node() == b.node() && x == y) {
                    lo = lo.max(BigInt::zero());
                }
                Ty::range(lo, hi).with_frac(x.frac() + y.frac())
            }
        };
        a.binary(op, b, ty, place)
    }

    /// The value as an index, if it is one or a whole constant: sums of those stay indices.
    fn as_index(self) -> Option<Affine> {
        match self.node() {
            Node::Index(index) => Some(index),
            Node::Const(value) if self.ty().frac() == 0 => i64::try_from(value).ok().map(Affine::from),
            _ => None,
        }
    }

    fn bitwise(self, op: Binary, other: impl IntoExpr<'m>, place: Place) -> Sig<'m> {
        let Some((a, b)) = self.operands(other, false, place) else { return self.m.poison(place) };
        let is_constant = |s: Sig<'m>| matches!(s.node(), Node::Const(_));
        let width = a.width().max(b.width());
        let same =
            a.width() == b.width() || (is_constant(a) && width == b.width()) || (is_constant(b) && width == a.width());
        if !same {
            let message = format!("a bitwise operator on {} and {} bits", a.width(), b.width());
            self.m.error(Code::OperandType, place, message, "widen the narrower one: `.resize(width)`");
            return self.m.poison(place);
        }
        a.binary(op, b, Ty::uint(width), place)
    }

    fn compare(self, op: Binary, other: impl IntoExpr<'m>, place: Place) -> Sig<'m> {
        match self.operands(other, true, place) {
            Some((a, b)) => a.binary(op, b, Ty::bit(), place),
            None => self.m.poison(place),
        }
    }

    /// The value in `width` bits: extended by its sign, or cut as [`wrap`](Sig::wrap) does.
    ///
    /// ```
    /// # hdl::Module::build("m", |m| {
    /// assert_eq!(m.lit(5).resize(8).width(), 8);
    /// # })?;
    /// # Ok::<(), hdl::Errors>(())
    /// ```
    #[track_caller]
    pub fn resize(self, width: u32) -> Sig<'m> {
        let ty = self.ty();
        let full = if ty.is_signed() { Ty::sfix(width, ty.frac()) } else { Ty::ufix(width, ty.frac()) };
        if self.is_poison() || ty == full {
            return self;
        }
        self.m.expr(Node::Cast(self.id), full, self.stage(), Place::here())
    }

    /// The integer shifted right by `by`, towards minus infinity; the binary point moves along, so the value is
    /// [`fit`](Sig::fit) by rounding down.
    ///
    /// ```
    /// use hdl::{Module, Ty};
    /// # Module::build("m", |m| {
    /// let x = m.input("x", Ty::sfix(16, 12));
    /// assert_eq!(x.drop_low(4).ty(), Ty::sfix(12, 8));
    /// # m.output("y", Ty::sfix(16, 12)).set(x);
    /// # })?;
    /// # Ok::<(), hdl::Errors>(())
    /// ```
    #[track_caller]
    pub fn drop_low(self, by: u32) -> Sig<'m> {
        let place = Place::here();
        let ty = self.ty();
        if self.is_poison() || by == 0 {
            return self;
        }
        let to = Ty::range(floor_shift(ty.lo(), by), floor_shift(ty.hi(), by)).with_frac(ty.frac() - by as i32);
        if let Node::Const(value) = self.node() {
            return self.m.expr(Node::Const(floor_shift(&value, by)), to, None, place);
        }
        if by >= self.width() {
            let ends = if ty.is_signed() { self.is_neg().repeat(to.width()) } else { self.m.lit(0) };
            return self.m.expr(Node::Cast(ends.id), to, self.stage(), place);
        }
        let high = self.bits(self.width() - 1, by);
        self.m.expr(Node::Cast(high.id), to, self.stage(), place)
    }

    /// The integer shifted left by the unsigned `by`, which widens it by the largest `by`.
    ///
    /// ```
    /// use hdl::{Module, Ty};
    /// Module::build("m", |m| {
    ///     let (x, n) = (m.input("x", Ty::uint(8)), m.input("n", Ty::uint(2)));
    ///     m.output("y", Ty::uint(11)).set(x.shl(n));
    /// })?;
    /// # Ok::<(), hdl::Errors>(())
    /// ```
    #[track_caller]
    #[expect(clippy::should_implement_trait, reason = "`<<` by a number moves the binary point")]
    pub fn shl(self, by: Sig<'m>) -> Sig<'m> {
        let place = Place::here();
        let Some((a, by)) = self.operands(by, false, place) else { return self.m.poison(place) };
        let Some(most) = self.m.shift_amount(by, place) else { return self.m.poison(place) };
        let ty = a.ty();
        let (lo, hi) = (ty.lo() << most, ty.hi() << most);
        let to = Ty::range(lo.min(ty.lo().clone()), hi.max(ty.hi().clone())).with_frac(ty.frac());
        a.binary(Binary::Shl, by, to, place)
    }

    /// The integer shifted right by the unsigned `by`, towards minus infinity; the binary point stays.
    ///
    /// ```
    /// use hdl::{Module, Ty};
    /// Module::build("m", |m| {
    ///     let (x, n) = (m.input("x", Ty::sint(8)), m.input("n", Ty::uint(3)));
    ///     m.output("y", Ty::sint(8)).set(x.shr(n));
    /// })?;
    /// # Ok::<(), hdl::Errors>(())
    /// ```
    #[track_caller]
    #[expect(clippy::should_implement_trait, reason = "`>>` by a number moves the binary point")]
    pub fn shr(self, by: Sig<'m>) -> Sig<'m> {
        let place = Place::here();
        let Some((a, by)) = self.operands(by, false, place) else { return self.m.poison(place) };
        let Some(most) = self.m.shift_amount(by, place) else { return self.m.poison(place) };
        let ty = a.ty();
        let (lo, hi) = (floor_shift(ty.lo(), most), floor_shift(ty.hi(), most));
        let to = Ty::range(lo.min(ty.lo().clone()), hi.max(ty.hi().clone())).with_frac(ty.frac());
        a.binary(Binary::Shr, by, to, place)
    }
}

impl Module {
    fn shift_amount(&self, by: Sig<'_>, place: Place) -> Option<u32> {
        let ty = by.ty();
        let most = u32::try_from(ty.hi().clone()).ok().filter(|most| *most <= 1024);
        if ty.is_signed() || ty.frac() != 0 || most.is_none() {
            let message = format!("a shift by a value of type {ty}");
            self.error(Code::OperandType, place, message, "shift by an unsigned integer of at most 10 bits");
            return None;
        }
        most
    }

    /// The value of the first condition that holds, or `default`.
    ///
    /// ```
    /// use hdl::{Module, Ty};
    /// Module::build("m", |m| {
    ///     let x = m.input("x", Ty::uint(8));
    ///     let class = m.first([(x.ge(100), m.lit(2)), (x.ge(10), m.lit(1))], 0);
    ///     m.output("y", Ty::uint(2)).set(class);
    /// })?;
    /// # Ok::<(), hdl::Errors>(())
    /// ```
    #[track_caller]
    pub fn first<'m, const N: usize>(
        &'m self,
        choices: [(Sig<'m>, Sig<'m>); N],
        default: impl IntoExpr<'m>,
    ) -> Sig<'m> {
        let default = default.into_expr(self, Place::here());
        choices.into_iter().rev().fold(default, |other, (condition, value)| condition.mux(value, other))
    }
}

macro_rules! operators {
    ($($(#[$doc:meta])* $trait:ident :: $method:ident => $kind:ident $op:ident;)*) => {$(
        impl<'m, R: IntoExpr<'m>> $trait<R> for Sig<'m> {
            type Output = Sig<'m>;

            #[track_caller]
            fn $method(self, other: R) -> Sig<'m> {
                self.$kind(Binary::$op, other, Place::here())
            }
        }

        operators!(@left $trait $method $kind $op: i32, i64, u32, f64);
    )*};
    (@left $trait:ident $method:ident $kind:ident $op:ident: $($literal:ty),*) => {$(
        impl<'m> $trait<Sig<'m>> for $literal {
            type Output = Sig<'m>;

            #[track_caller]
            fn $method(self, other: Sig<'m>) -> Sig<'m> {
                let place = Place::here();
                self.into_expr(other.m, place).$kind(Binary::$op, other, place)
            }
        }
    )*};
}
operators! {
    Add::add => arithmetic Add;
    Sub::sub => arithmetic Sub;
    Mul::mul => arithmetic Mul;
    BitAnd::bitand => bitwise And;
    BitOr::bitor => bitwise Or;
    BitXor::bitxor => bitwise Xor;
}

macro_rules! comparisons {
    ($($(#[$doc:meta])* $method:ident => $op:ident),* $(,)?) => {
        impl<'m> Sig<'m> {$(
            $(#[$doc])*
            ///
            /// ```
            /// use hdl::{Module, Ty};
            /// Module::build("m", |m| {
            ///     let x = m.input("x", Ty::sfix(8, 4));
            #[doc = concat!("    m.output(\"y\", Ty::bit()).set(x.", stringify!($method), "(-1.5));")]
            /// })?;
            /// # Ok::<(), hdl::Errors>(())
            /// ```
            #[track_caller]
            pub fn $method(self, other: impl IntoExpr<'m>) -> Sig<'m> {
                self.compare(Binary::$op, other, Place::here())
            }
        )*}
    };
}
comparisons! {
    /// Whether the values are equal.
    eq => Eq,
    /// Whether the values differ.
    ne => Ne,
    /// Whether this value is smaller.
    lt => Lt,
    /// Whether this value is not larger.
    le => Le,
    /// Whether this value is larger.
    gt => Gt,
    /// Whether this value is not smaller.
    ge => Ge,
}

impl<'m> Neg for Sig<'m> {
    type Output = Sig<'m>;

    #[track_caller]
    fn neg(self) -> Sig<'m> {
        let place = Place::here();
        if self.is_poison() {
            return self;
        }
        let ty = self.ty();
        let to = Ty::range(-ty.hi(), -ty.lo()).with_frac(ty.frac());
        match self.node() {
            Node::Const(value) => self.m.expr(Node::Const(-value), to, None, place),
            _ => self.m.expr(Node::Unary(Unary::Neg, self.id), to, self.stage(), place),
        }
    }
}

impl<'m> Not for Sig<'m> {
    type Output = Sig<'m>;

    #[track_caller]
    fn not(self) -> Sig<'m> {
        if self.is_poison() {
            return self;
        }
        self.m.expr(Node::Unary(Unary::Not, self.id), Ty::uint(self.width()), self.stage(), Place::here())
    }
}

impl<'m> Shl<u32> for Sig<'m> {
    type Output = Sig<'m>;

    /// The value times 2^`by`: the binary point moves, no bit does.
    #[expect(clippy::suspicious_arithmetic_impl, reason = "fewer fraction bits make the value larger")]
    fn shl(self, by: u32) -> Sig<'m> {
        self.with_frac(self.ty().frac() - by as i32)
    }
}

impl<'m> Shr<u32> for Sig<'m> {
    type Output = Sig<'m>;

    /// The value divided by 2^`by`: the binary point moves, no bit is lost.
    #[expect(clippy::suspicious_arithmetic_impl, reason = "more fraction bits make the value smaller")]
    fn shr(self, by: u32) -> Sig<'m> {
        self.with_frac(self.ty().frac() + by as i32)
    }
}
