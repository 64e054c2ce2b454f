//! Operators: the type of the result is computed from the operands' ranges, so that no bit is lost.

use std::ops::{Add, BitAnd, BitOr, BitXor, Mul, Neg, Not, Shl, Shr, Sub};

use num_bigint::BigInt;
use num_traits::Zero;

use super::literal::IntoExpr;
use super::{Module, Sig};
use crate::affine::Affine;
use crate::error::{Code, Place};
use crate::ir::{Binary, Node, Unary};
use crate::ty::Ty;

impl<'m> Sig<'m> {
    /// Both operands at the later pipe stage, with the same binary point if `aligned`; none if either is poisoned.
    pub(super) fn operands(self, other: impl IntoExpr<'m>, aligned: bool, place: Place) -> Option<(Sig<'m>, Sig<'m>)> {
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

    pub(super) fn binary(self, op: Binary, other: Sig<'m>, ty: Ty, place: Place) -> Sig<'m> {
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
}

impl Module {
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
        let ty = Ty::uint(self.width());
        match self.node() {
            Node::Unary(Unary::Not, twice) if self.m.inner.borrow().rtl.expr(twice).ty == ty => Sig::new(self.m, twice),
            _ => self.m.expr(Node::Unary(Unary::Not, self.id), ty, self.stage(), Place::here()),
        }
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
