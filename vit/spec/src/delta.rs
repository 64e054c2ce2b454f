//! The regularisation factor of HeatViT.

use std::fmt;

use serde::{Deserialize, Serialize};

/// A regularisation factor δ of HeatViT, in (0, 1], with at most six decimals; written as a number.
///
/// Held as a whole number of millionths, so that equality, names and hashes are exact.
///
/// ```
/// use spec::Delta;
/// let half = Delta::new(0.5)?;
/// assert_eq!((half.value(), half.millionths(), half.to_string()), (0.5, 500_000, "0.5".to_owned()));
/// assert!(Delta::new(1.5).is_err());
/// # Ok::<(), spec::DeltaError>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "f64", into = "f64")]
pub struct Delta(u32);

impl Delta {
    /// δ = 1: the plain approximation.
    pub const ONE: Self = Self(1_000_000);
    /// δ = 0.5: the paper's choice.
    pub const HALF: Self = Self(500_000);

    pub(crate) const fn of_millionths(millionths: u32) -> Self {
        Self(millionths)
    }

    /// Refuses what is not in (0, 1] or has more than six decimals.
    pub fn new(value: f64) -> Result<Self, DeltaError> {
        let millionths = value * 1e6;
        let whole = millionths.round();
        if (1.0..=1e6).contains(&whole) && (millionths - whole).abs() < 1e-6 {
            Ok(Self(whole as u32))
        } else {
            Err(DeltaError(value))
        }
    }

    /// The factor.
    pub fn value(self) -> f64 {
        f64::from(self.0) / 1e6
    }

    /// The factor times a million.
    pub const fn millionths(self) -> u32 {
        self.0
    }

    /// The smallest n for which δ·2^n is above one half.
    pub const fn halvings(self) -> i32 {
        let mut n = 0;
        while (self.0 as u64) << n <= 500_000 {
            n += 1;
        }
        n
    }

    /// The factor as a part of an identifier: `0p5`.
    pub fn ident(self) -> String {
        self.to_string().replace('.', "p")
    }
}

impl Default for Delta {
    fn default() -> Self {
        Self::ONE
    }
}

impl fmt::Display for Delta {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.value())
    }
}

impl TryFrom<f64> for Delta {
    type Error = DeltaError;

    fn try_from(value: f64) -> Result<Self, DeltaError> {
        Self::new(value)
    }
}

impl From<Delta> for f64 {
    fn from(delta: Delta) -> Self {
        delta.value()
    }
}

/// A number that is not a [`Delta`].
#[derive(Clone, Copy, Debug, PartialEq, thiserror::Error)]
#[error("{0} is no regularisation factor; give a number above 0 and at most 1, with at most six decimals, such as 0.5")]
pub struct DeltaError(f64);
