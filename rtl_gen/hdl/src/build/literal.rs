//! Numbers, signals and loop indices where a value is expected.

use num_bigint::BigInt;

use super::{Module, Sig};
use crate::affine::Affine;
use crate::error::{Code, Place};
use crate::ir::Node;
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
