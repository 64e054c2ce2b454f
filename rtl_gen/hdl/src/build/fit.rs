//! The one place where a value loses bits on purpose.

use num_bigint::BigInt;
use num_traits::{One, Zero};

use super::shift::floor_shift;
use super::{Module, Sig};
use crate::error::Place;
use crate::ir::Node;
use crate::ty::Ty;

/// What becomes of fraction bits that the target does not have.
///
/// ```
/// assert_ne!(hdl::Rounding::Floor, hdl::Rounding::HalfEven);
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Rounding {
    /// Cut off: towards minus infinity.
    Floor,
    /// To the nearest, halves up.
    HalfUp,
    /// To the nearest, halves to the even neighbour.
    HalfEven,
}

/// What becomes of values beyond the target's range.
///
/// ```
/// assert_ne!(hdl::Overflow::Saturate, hdl::Overflow::Wrap);
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Overflow {
    /// The nearest value in range.
    Saturate,
    /// High bits cut off.
    Wrap,
}

impl<'m> Sig<'m> {
    /// The value as `to`: fraction bits dropped as `rounding` says, range kept as `overflow` says.
    ///
    /// What is not needed is not built: no rounding where no bit is dropped, no saturation where the range fits.
    ///
    /// ```
    /// use hdl::{Module, Overflow, Rounding, Ty};
    /// Module::build("m", |m| {
    ///     let x = m.input("x", Ty::sfix(16, 12));
    ///     let y = x.fit(Ty::sfix(8, 4), Rounding::HalfEven, Overflow::Saturate);
    ///     m.output("y", Ty::sfix(8, 4)).set(y);
    /// })?;
    /// # Ok::<(), hdl::Errors>(())
    /// ```
    #[track_caller]
    pub fn fit(self, to: Ty, rounding: Rounding, overflow: Overflow) -> Sig<'m> {
        let place = Place::here();
        if self.is_poison() {
            return self;
        }
        let drop = self.ty().frac() - to.frac();
        if drop <= 0 {
            return self.shifted(drop.unsigned_abs(), to.frac(), place).bounded(&to, overflow, place);
        }
        self.rounded(drop as u32, rounding, place).bounded(&to, overflow, place)
    }

    /// The integer divided by 2^`drop`, rounded.
    #[track_caller]
    fn rounded(self, drop: u32, rounding: Rounding, place: Place) -> Sig<'m> {
        let half = BigInt::one() << (drop - 1);
        let raw = self.with_frac(0);
        let sum = match rounding {
            Rounding::Floor => return self.drop_low(drop),
            Rounding::HalfUp => raw + self.m.lit_raw(half.clone(), 0),
            Rounding::HalfEven => {
                let named = raw.needs_name();
                let raw = if named { raw.step("raw") } else { raw };
                let odd = if drop < raw.width() { raw.bit(drop) } else { raw.is_neg() };
                raw + self.m.lit_raw(&half - 1, 0) + odd
            }
        };
        let ty = self.ty();
        let offset = if rounding == Rounding::HalfUp { half } else { &half - BigInt::one() };
        let even = |edge: &BigInt| {
            let quotient = floor_shift(edge, drop);
            let odd = rounding == Rounding::HalfEven && quotient.bit(0);
            floor_shift(&(edge + &offset + BigInt::from(u8::from(odd))), drop)
        };
        let to = Ty::range(even(ty.lo()), even(ty.hi())).with_frac(ty.frac() - drop as i32);
        let dropped = sum.drop_low(drop).with_frac(to.frac());
        self.m.expr(Node::Cast(dropped.id), to, self.stage(), place)
    }

    /// Whether slicing or repeating the expression would need a name for it first.
    pub(crate) fn needs_name(self) -> bool {
        !matches!(self.node(), Node::Signal(_) | Node::Const(_))
    }

    #[track_caller]
    fn bounded(self, to: &Ty, overflow: Overflow, place: Place) -> Sig<'m> {
        let ty = self.ty();
        if to.holds(&ty) {
            return self;
        }
        let full = to.full();
        if overflow == Overflow::Wrap || self.is_poison() {
            return self.m.expr(Node::Cast(self.id), full, self.stage(), place);
        }
        if *to == full { self.saturated_by_bits(to, place) } else { self.saturated_by_comparison(to, place) }
    }

    /// Saturation to a whole format: the bits above the target's decide.
    #[track_caller]
    fn saturated_by_bits(self, to: &Ty, place: Place) -> Sig<'m> {
        let value = if self.needs_name() { self.step("wide") } else { self };
        let ty = value.ty();
        let (width, top) = (to.width(), value.width() - 1);
        let low = value.m.expr(Node::Cast(value.id), to.clone(), value.stage(), place);
        let constant = |integer: &BigInt| value.m.lit_of(integer.clone(), to.clone());
        let over = &ty.hi().clone() > to.hi();
        let under = &ty.lo().clone() < to.lo();
        if to.is_signed() {
            let head = value.bits(top, width - 1);
            let fits = head.eq(value.bit(top).repeat(top + 2 - width));
            return match (over, under) {
                (true, true) => {
                    let sign = value.bit(top);
                    let rest = (width > 1).then(|| (!sign).repeat(width - 1));
                    let edge = value.m.concat(std::iter::once(sign).chain(rest)).cast(to.clone());
                    fits.mux(low, edge)
                }
                (true, false) if ty.is_signed() => ((!value.bit(top)) & head.reduce_or()).mux(constant(to.hi()), low),
                (true, false) => head.reduce_or().mux(constant(to.hi()), low),
                _ => (value.bit(top) & !head.reduce_and()).mux(constant(to.lo()), low),
            };
        }
        let limit = constant(to.hi());
        let zero = constant(&BigInt::zero());
        match (over, under) {
            (true, true) => {
                let high = value.bits(top - 1, width).reduce_or();
                value.bit(top).mux(zero, high.mux(limit, low))
            }
            (true, false) => value.bits(top, width).reduce_or().mux(limit, low),
            _ => value.bit(top).mux(zero, low),
        }
    }

    /// Saturation to any other range.
    #[track_caller]
    fn saturated_by_comparison(self, to: &Ty, place: Place) -> Sig<'m> {
        let value = if self.needs_name() { self.step("wide") } else { self };
        let ty = value.ty();
        let bound = |integer: &BigInt| value.m.lit_raw(integer.clone(), to.frac());
        let mut result = value.m.expr(Node::Cast(value.id), to.clone(), value.stage(), place);
        if ty.lo() < to.lo() {
            result = value.lt(bound(to.lo())).mux(bound(to.lo()), result);
        }
        if ty.hi() > to.hi() {
            result = value.gt(bound(to.hi())).mux(bound(to.hi()), result);
        }
        result
    }
}

impl Module {
    /// The larger of two values.
    ///
    /// ```
    /// use hdl::{Module, Ty};
    /// Module::build("m", |m| {
    ///     let (a, b) = (m.input("a", Ty::sint(8)), m.input("b", Ty::sint(8)));
    ///     m.output("y", Ty::sint(8)).set(m.max(a, b));
    /// })?;
    /// # Ok::<(), hdl::Errors>(())
    /// ```
    #[track_caller]
    pub fn max<'m>(&'m self, a: Sig<'m>, b: Sig<'m>) -> Sig<'m> {
        a.gt(b).mux(a, b)
    }

    /// The smaller of two values.
    ///
    /// ```
    /// use hdl::{Module, Ty};
    /// Module::build("m", |m| {
    ///     let a = m.input("a", Ty::uint(8));
    ///     m.output("y", Ty::uint(8)).set(m.min(a, m.lit(100)));
    /// })?;
    /// # Ok::<(), hdl::Errors>(())
    /// ```
    #[track_caller]
    pub fn min<'m>(&'m self, a: Sig<'m>, b: Sig<'m>) -> Sig<'m> {
        a.lt(b).mux(a, b)
    }
}
