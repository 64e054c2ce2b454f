//! Bits of values: slices, casts, reductions, concatenation.

use num_bigint::BigInt;

use super::{Module, Sig};
use crate::error::{Code, Place};
use crate::ir::{Node, Unary};
use crate::ty::Ty;

impl<'m> Sig<'m> {
    /// One bit, 0 the lowest.
    ///
    /// ```
    /// use hdl::{Module, Ty};
    /// Module::build("m", |m| {
    ///     let x = m.input("x", Ty::uint(8));
    ///     m.output("y", Ty::bit()).set(x.bit(3) ^ x.reduce_xor());
    /// })?;
    /// # Ok::<(), hdl::Errors>(())
    /// ```
    #[track_caller]
    pub fn bit(self, index: u32) -> Sig<'m> {
        self.bits(index, index)
    }

    /// Bits `hi` down to `lo`, as a vector.
    ///
    /// ```
    /// use hdl::{Module, Ty};
    /// Module::build("m", |m| {
    ///     let x = m.input("x", Ty::uint(8));
    ///     assert_eq!(x.bits(6, 3).ty(), Ty::uint(4));
    ///     m.output("y", Ty::uint(4)).set(x.bits(6, 3) + x.bit(7).mux(0, 0));
    ///     # m.output("z", Ty::uint(4)).set(m.concat([x.bits(2, 0), x.bit(7)]));
    /// })?;
    /// # Ok::<(), hdl::Errors>(())
    /// ```
    #[track_caller]
    pub fn bits(self, hi: u32, lo: u32) -> Sig<'m> {
        let place = Place::here();
        if self.is_poison() {
            return self;
        }
        if hi < lo || hi >= self.width() {
            let message = format!("bits {hi} to {lo} of `{}`, which has {} bits", self.describe(), self.width());
            self.m.error(Code::OutOfRange, place, message, "the high bit comes first; bits count from 0");
            return self.m.poison(place);
        }
        if lo == 0 && hi + 1 == self.width() && !self.ty().is_signed() {
            return self.cast(Ty::uint(self.width()));
        }
        self.m.expr(Node::Slice { of: self.id, lsb: lo }, Ty::uint(hi - lo + 1), self.stage(), place)
    }

    /// The same bits read as `ty`, which must have as many.
    ///
    /// ```
    /// use hdl::{Module, Ty};
    /// # Module::build("m", |m| {
    /// assert_eq!(m.lit(200).cast(Ty::sint(8)).ty(), Ty::sint(8));
    /// # })?;
    /// # Ok::<(), hdl::Errors>(())
    /// ```
    #[track_caller]
    pub fn cast(self, ty: Ty) -> Sig<'m> {
        let place = Place::here();
        if self.is_poison() || self.ty() == ty {
            return self;
        }
        if self.width() != ty.width() {
            let message = format!("{} bits read as {ty}", self.width());
            self.m.error(
                Code::OperandType,
                place,
                message,
                "a cast keeps every bit; use `fit`, `wrap` or `bits` first",
            );
            return self.m.poison(place);
        }
        self.m.expr(Node::Cast(self.id), ty, self.stage(), place)
    }

    /// The bits as an unsigned vector.
    ///
    /// ```
    /// use hdl::{Module, Ty};
    /// # Module::build("m", |m| {
    /// assert_eq!(m.lit(-1).as_bits().ty(), Ty::uint(1));
    /// # })?;
    /// # Ok::<(), hdl::Errors>(())
    /// ```
    #[track_caller]
    pub fn as_bits(self) -> Sig<'m> {
        self.cast(Ty::uint(self.width()))
    }

    /// The low `width` bits: arithmetic modulo 2^`width`, sign and binary point kept.
    ///
    /// ```
    /// use hdl::{Module, Ty};
    /// # Module::build("m", |m| {
    /// let x = m.input("x", Ty::uint(8));
    /// assert_eq!((x + 1).wrap(8).ty(), Ty::uint(8));
    /// # m.output("y", Ty::uint(8)).set((x + 1).wrap(8));
    /// # })?;
    /// # Ok::<(), hdl::Errors>(())
    /// ```
    #[track_caller]
    pub fn wrap(self, width: u32) -> Sig<'m> {
        let ty = self.ty();
        let full = if ty.is_signed() { Ty::sfix(width, ty.frac()) } else { Ty::ufix(width, ty.frac()) };
        if self.is_poison() || full.holds(&ty) {
            return self;
        }
        self.m.expr(Node::Cast(self.id), full, self.stage(), Place::here())
    }

    /// The value, promised to lie in the smaller range `lo..=hi` (of integers): its width shrinks accordingly.
    ///
    /// For what the author knows and range tracking does not; wrong promises drop high bits.
    ///
    /// ```
    /// use hdl::{Module, Ty};
    /// # Module::build("m", |m| {
    /// let x = m.input("x", Ty::uint(8));
    /// assert_eq!(x.assume_range(0, 100).width(), 7);
    /// # m.output("y", Ty::uint(8)).set(x);
    /// # })?;
    /// # Ok::<(), hdl::Errors>(())
    /// ```
    #[track_caller]
    pub fn assume_range(self, lo: impl Into<BigInt>, hi: impl Into<BigInt>) -> Sig<'m> {
        let ty = Ty::range(lo, hi).with_frac(self.ty().frac());
        self.m.expr(Node::Cast(self.id), ty, self.stage(), Place::here())
    }

    /// Whether all bits are set.
    ///
    /// ```
    /// # hdl::Module::build("m", |m| {
    /// assert_eq!(m.lit(3).reduce_and().width(), 1);
    /// # })?;
    /// # Ok::<(), hdl::Errors>(())
    /// ```
    #[track_caller]
    pub fn reduce_and(self) -> Sig<'m> {
        self.reduce(Unary::ReduceAnd)
    }

    /// Whether any bit is set.
    ///
    /// ```
    /// # hdl::Module::build("m", |m| {
    /// assert_eq!(m.lit(2).reduce_or().width(), 1);
    /// # })?;
    /// # Ok::<(), hdl::Errors>(())
    /// ```
    #[track_caller]
    pub fn reduce_or(self) -> Sig<'m> {
        self.reduce(Unary::ReduceOr)
    }

    /// Whether an odd number of bits is set.
    ///
    /// ```
    /// # hdl::Module::build("m", |m| {
    /// assert_eq!(m.lit(2).reduce_xor().width(), 1);
    /// # })?;
    /// # Ok::<(), hdl::Errors>(())
    /// ```
    #[track_caller]
    pub fn reduce_xor(self) -> Sig<'m> {
        self.reduce(Unary::ReduceXor)
    }

    #[track_caller]
    fn reduce(self, op: Unary) -> Sig<'m> {
        if self.is_poison() || (self.width() == 1 && !self.ty().is_signed()) {
            return self;
        }
        self.m.expr(Node::Unary(op, self.id), Ty::bit(), self.stage(), Place::here())
    }

    /// `count` copies side by side.
    ///
    /// ```
    /// use hdl::{Module, Ty};
    /// # Module::build("m", |m| {
    /// assert_eq!(m.lit(1).repeat(8).ty(), Ty::uint(8));
    /// # })?;
    /// # Ok::<(), hdl::Errors>(())
    /// ```
    #[track_caller]
    pub fn repeat(self, count: u32) -> Sig<'m> {
        if self.is_poison() || count <= 1 {
            return self;
        }
        self.m.expr(Node::Repeat(count, self.id), Ty::uint(self.width() * count), self.stage(), Place::here())
    }
}

impl Module {
    /// Parts side by side, the first in the most significant bits.
    ///
    /// ```
    /// use hdl::{Module, Ty};
    /// Module::build("m", |m| {
    ///     let x = m.input("x", Ty::uint(8));
    ///     m.output("y", Ty::uint(8)).set(m.concat([x.bits(3, 0), x.bits(7, 4)]));
    /// })?;
    /// # Ok::<(), hdl::Errors>(())
    /// ```
    #[track_caller]
    pub fn concat<'m>(&'m self, parts: impl IntoIterator<Item = Sig<'m>>) -> Sig<'m> {
        let place = Place::here();
        let parts: Vec<Sig<'m>> = parts.into_iter().collect();
        if parts.is_empty() || parts.iter().any(|p| p.is_poison()) {
            if parts.is_empty() {
                let message = "a concatenation of nothing".to_owned();
                self.error(Code::OperandType, place, message, "give it at least one part");
            }
            return self.poison(place);
        }
        if let [only] = parts.as_slice() {
            return only.as_bits();
        }
        let Some(parts) = self.align_all(parts, place) else { return self.poison(place) };
        // Yosys 0.23 fails on a concatenation of one signed wire at an instance's port.
        if let [only] = parts.as_slice() {
            return only.as_bits();
        }
        let width: u32 = parts.iter().map(|p| p.width()).sum();
        let stage = parts.iter().find_map(|p| p.stage());
        let ids = parts.iter().map(|p| p.id).collect();
        self.expr(Node::Concat(ids), Ty::uint(width), stage, place)
    }
}
