//! Indices that are affine in loop variables, so that a loop over them can be printed as a loop.

use std::ops::{Add, Mul, Sub};

use crate::id::LoopId;

const MAX_TERMS: usize = 4;

/// `offset + Σ factor · variable` over the variables of the enclosing loops.
///
/// ```
/// use hdl::Affine;
/// assert_eq!((Affine::from(3) * 2 + 1).as_constant(), Some(7));
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Affine {
    terms: [(LoopId, i64); MAX_TERMS],
    len: usize,
    offset: i64,
}

impl Affine {
    pub(crate) fn variable(id: LoopId) -> Self {
        let mut index = Self::from(0);
        index.push(id, 1);
        index
    }

    fn push(&mut self, id: LoopId, factor: i64) {
        if let Some(term) = self.terms[..self.len].iter_mut().find(|t| t.0 == id) {
            term.1 += factor;
        } else if self.len < MAX_TERMS {
            self.terms[self.len] = (id, factor);
            self.len += 1;
        }
    }

    /// The variables with their factors, zero factors left out.
    pub(crate) fn terms(&self) -> impl Iterator<Item = (LoopId, i64)> + '_ {
        self.terms[..self.len].iter().copied().filter(|t| t.1 != 0)
    }

    /// The part that does not depend on a variable.
    ///
    /// ```
    /// assert_eq!((hdl::Affine::from(2) + 1).offset(), 3);
    /// ```
    pub fn offset(&self) -> i64 {
        self.offset
    }

    /// The value, if it depends on no variable.
    ///
    /// ```
    /// assert_eq!(hdl::Affine::from(5).as_constant(), Some(5));
    /// ```
    pub fn as_constant(&self) -> Option<i64> {
        self.terms().next().is_none().then_some(self.offset)
    }

    /// The value with `value` giving each variable's.
    pub(crate) fn eval(&self, value: impl Fn(LoopId) -> i64) -> i64 {
        self.offset + self.terms().map(|(id, factor)| factor * value(id)).sum::<i64>()
    }
}

macro_rules! from_int {
    ($($int:ty),*) => {$(
        impl From<$int> for Affine {
            fn from(offset: $int) -> Self {
                Self { terms: [(LoopId(0), 0); MAX_TERMS], len: 0, offset: offset as i64 }
            }
        }
    )*};
}
from_int!(i32, i64, u32, usize);

impl<T: Into<Affine>> Add<T> for Affine {
    type Output = Affine;

    fn add(mut self, other: T) -> Affine {
        let other = other.into();
        for (id, factor) in other.terms() {
            self.push(id, factor);
        }
        self.offset += other.offset;
        self
    }
}

impl<T: Into<Affine>> Sub<T> for Affine {
    type Output = Affine;

    fn sub(self, other: T) -> Affine {
        self + other.into() * -1
    }
}

impl Mul<i64> for Affine {
    type Output = Affine;

    fn mul(mut self, factor: i64) -> Affine {
        for term in &mut self.terms[..self.len] {
            term.1 *= factor;
        }
        self.offset *= factor;
        self
    }
}
