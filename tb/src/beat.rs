//! One transfer on a stream, by the values of its fields.

use serde::{Deserialize, Serialize};

/// One transfer: the elements of all fields, in the manifest's order and lowest element first, as integers (the value
/// is integer · 2^−frac).
///
/// ```
/// use tb::Beat;
/// assert_eq!(Beat::from(-3).values, [-3]);
/// assert!(Beat::new([1, 2, 3]).last().last);
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Beat {
    /// The elements. Unsigned ones of 64 bits stand as their bit pattern.
    pub values: Vec<i64>,
    /// The end of a sequence; without meaning where the stream has no `last`.
    pub last: bool,
    /// One bit a lane; without meaning where the stream has no `keep`.
    pub keep: u128,
}

impl Beat {
    /// A beat that ends no sequence and has all lanes.
    pub fn new(values: impl Into<Vec<i64>>) -> Self {
        Self { values: values.into(), last: false, keep: u128::MAX }
    }

    /// The same beat as the end of a sequence.
    #[must_use]
    pub fn last(self) -> Self {
        Self { last: true, ..self }
    }

    /// The same beat with `last` as given.
    #[must_use]
    pub fn with_last(self, last: bool) -> Self {
        Self { last, ..self }
    }

    /// The same beat with some lanes only.
    #[must_use]
    pub fn with_keep(self, keep: u128) -> Self {
        Self { keep, ..self }
    }

    /// A sequence: the last one of the beats ends it.
    ///
    /// ```
    /// let row = tb::Beat::row([5, 6, 7]);
    /// assert_eq!(row.iter().map(|b| b.last).collect::<Vec<_>>(), [false, false, true]);
    /// ```
    pub fn row(values: impl IntoIterator<Item = impl Into<Self>>) -> Vec<Self> {
        let mut beats: Vec<Self> = values.into_iter().map(Into::into).collect();
        if let Some(end) = beats.last_mut() {
            end.last = true;
        }
        beats
    }
}

impl From<i64> for Beat {
    fn from(value: i64) -> Self {
        Self::new([value])
    }
}

impl From<&i64> for Beat {
    fn from(value: &i64) -> Self {
        Self::new([*value])
    }
}

impl From<Vec<i64>> for Beat {
    fn from(values: Vec<i64>) -> Self {
        Self::new(values)
    }
}

impl<const N: usize> From<[i64; N]> for Beat {
    fn from(values: [i64; N]) -> Self {
        Self::new(values)
    }
}

impl From<&Beat> for Beat {
    fn from(beat: &Beat) -> Self {
        beat.clone()
    }
}
