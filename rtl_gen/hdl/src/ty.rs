//! The type of a value: a fixed-point number with a tracked range, from which its width follows.

use std::fmt;

use num_bigint::{BigInt, Sign};
use num_traits::{One, Signed, Zero};

/// The type of a signal or expression.
///
/// A value is an integer in `lo..=hi`, scaled by 2^(−`frac`). The width and the sign of its bit vector follow from
/// the range, which operators track exactly, so that nothing grows further than its values do. A plain bit vector is
/// an unsigned integer of full range.
///
/// ```
/// use hdl::Ty;
/// let x = Ty::sfix(16, 12);
/// assert_eq!((x.width(), x.is_signed(), x.frac()), (16, true, 12));
/// assert_eq!(Ty::range(0, 196).width(), 8);
/// assert_eq!(Ty::uint(300).width(), 300);
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Ty {
    lo: BigInt,
    hi: BigInt,
    frac: i32,
    width: u32,
}

impl Ty {
    /// An unsigned integer, or a plain bit vector, of `width` bits.
    ///
    /// ```
    /// assert_eq!(hdl::Ty::uint(8).to_string(), "u8");
    /// ```
    pub fn uint(width: u32) -> Self {
        Self::ufix(width, 0)
    }

    /// A two's-complement integer of `width` bits.
    ///
    /// ```
    /// assert_eq!(hdl::Ty::sint(8).to_string(), "s8");
    /// ```
    pub fn sint(width: u32) -> Self {
        Self::sfix(width, 0)
    }

    /// An unsigned fixed-point number of `width` bits, `frac` of them behind the binary point.
    ///
    /// ```
    /// assert_eq!(hdl::Ty::ufix(16, 15).to_string(), "u16.15");
    /// ```
    pub fn ufix(width: u32, frac: i32) -> Self {
        let width = width.max(1);
        Self { lo: BigInt::zero(), hi: (BigInt::one() << width) - 1, frac, width }
    }

    /// A two's-complement fixed-point number of `width` bits, `frac` of them behind the binary point.
    ///
    /// ```
    /// assert_eq!(hdl::Ty::sfix(16, 12).to_string(), "s16.12");
    /// ```
    pub fn sfix(width: u32, frac: i32) -> Self {
        let width = width.max(1);
        let half = BigInt::one() << (width - 1);
        Self { lo: -half.clone(), hi: half - 1, frac, width }
    }

    /// One bit.
    ///
    /// ```
    /// assert_eq!(hdl::Ty::bit().width(), 1);
    /// ```
    pub fn bit() -> Self {
        Self::uint(1)
    }

    /// The integers `lo..=hi` (swapped if they come in the wrong order).
    ///
    /// ```
    /// assert_eq!(hdl::Ty::range(-3, 4).width(), 4);
    /// ```
    pub fn range(lo: impl Into<BigInt>, hi: impl Into<BigInt>) -> Self {
        let (lo, hi) = (lo.into(), hi.into());
        let (lo, hi) = if lo <= hi { (lo, hi) } else { (hi, lo) };
        let width = if lo.is_negative() { signed_width(&lo).max(signed_width(&hi)) } else { unsigned_width(&hi) };
        Self { lo, hi, frac: 0, width }
    }

    /// The same integers with another binary point.
    ///
    /// ```
    /// use hdl::Ty;
    /// assert_eq!(Ty::uint(8).with_frac(4), Ty::ufix(8, 4));
    /// ```
    pub fn with_frac(mut self, frac: i32) -> Self {
        self.frac = frac;
        self
    }

    /// The smallest integer.
    ///
    /// ```
    /// assert_eq!(hdl::Ty::sint(8).lo(), &(-128).into());
    /// ```
    pub fn lo(&self) -> &BigInt {
        &self.lo
    }

    /// The largest integer.
    ///
    /// ```
    /// assert_eq!(hdl::Ty::sint(8).hi(), &127.into());
    /// ```
    pub fn hi(&self) -> &BigInt {
        &self.hi
    }

    /// Bits behind the binary point.
    ///
    /// ```
    /// assert_eq!(hdl::Ty::sfix(8, 4).frac(), 4);
    /// ```
    pub fn frac(&self) -> i32 {
        self.frac
    }

    /// Bits of the vector that holds a value.
    ///
    /// ```
    /// assert_eq!(hdl::Ty::range(0, 8).width(), 4);
    /// ```
    pub fn width(&self) -> u32 {
        self.width
    }

    /// Whether the vector is two's complement.
    ///
    /// ```
    /// assert!(hdl::Ty::range(-1, 5).is_signed());
    /// ```
    pub fn is_signed(&self) -> bool {
        self.lo.is_negative()
    }

    /// Whether every value of `other`, binary point apart, is an integer of this type.
    ///
    /// ```
    /// use hdl::Ty;
    /// assert!(Ty::sint(8).holds(&Ty::uint(7)) && !Ty::sint(8).holds(&Ty::uint(8)));
    /// ```
    pub fn holds(&self, other: &Ty) -> bool {
        self.lo <= other.lo && other.hi <= self.hi
    }

    /// The type of all integers that the bit vector can hold, not just those in range.
    ///
    /// ```
    /// use hdl::Ty;
    /// assert_eq!(Ty::range(0, 196).full(), Ty::uint(8));
    /// ```
    pub fn full(&self) -> Ty {
        if self.is_signed() { Self::sfix(self.width, self.frac) } else { Self::ufix(self.width, self.frac) }
    }
}

impl fmt::Display for Ty {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}{}", if self.is_signed() { 's' } else { 'u' }, self.width)?;
        if self.frac != 0 {
            write!(f, ".{}", self.frac)?;
        }
        Ok(())
    }
}

fn unsigned_width(value: &BigInt) -> u32 {
    (value.bits() as u32).max(1)
}

fn signed_width(value: &BigInt) -> u32 {
    match value.sign() {
        Sign::Minus => (-value - BigInt::one()).bits() as u32 + 1,
        _ => value.bits() as u32 + 1,
    }
}
