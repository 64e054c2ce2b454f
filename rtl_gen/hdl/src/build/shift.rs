//! Wider, narrower and shifted values.

use num_bigint::BigInt;
use num_traits::One;

use super::{Module, Sig};
use crate::error::{Code, Place};
use crate::ir::{Binary, Node};
use crate::ty::Ty;

/// Floor of `value` / 2^`by`.
pub(crate) fn floor_shift(value: &BigInt, by: u32) -> BigInt {
    num_integer::Integer::div_floor(value, &(BigInt::one() << by))
}

impl<'m> Sig<'m> {
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
}
