//! The usual case of a stream unit: data, gaps, stalls, a reset in the middle.

use std::ops::RangeInclusive;

use proptest::prelude::*;
use serde::{Deserialize, Serialize};

use crate::{Beat, Bench, Pattern, Result};

/// Beats for one sink stream and how the environment behaves meanwhile.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct StreamCase {
    /// What is sent.
    pub beats: Vec<Beat>,
    /// When it is offered.
    pub gaps: Pattern,
    /// When results are taken.
    pub stalls: Pattern,
    /// After so many cycles the unit is reset and everything is sent again.
    pub reset_after: Option<u32>,
}

impl StreamCase {
    /// A strategy over cases with `count` beats drawn from `beat`. It shrinks towards few beats, no gaps, no stalls and
    /// no reset.
    pub fn any(beat: impl Strategy<Value = Beat> + 'static, count: RangeInclusive<usize>) -> BoxedStrategy<Self> {
        let beats = proptest::collection::vec(beat, count);
        let reset = proptest::option::weighted(0.3, 1u32..100);
        (beats, Pattern::any(), Pattern::any(), reset)
            .prop_map(|(beats, gaps, stalls, reset_after)| Self { beats, gaps, stalls, reset_after })
            .boxed()
    }

    /// Sends the beats into `sink` and compares what `source` gives with `expected`, after the reset, if there is one.
    /// The cycles before the reset are compared too, as far as they get.
    ///
    /// # Errors
    /// Whatever goes wrong first.
    pub fn run(&self, bench: &mut Bench, sink: &str, source: &str, expected: &[Beat]) -> Result<()> {
        bench.patterns(&self.gaps, &self.stalls);
        if let Some(cycles) = self.reset_after {
            bench.send(sink, &self.beats)?;
            bench.expect(source, expected)?;
            bench.run_for(cycles)?;
            bench.reset()?;
        }
        bench.send(sink, &self.beats)?;
        bench.expect(source, expected)?;
        bench.run()
    }
}

/// A strategy over beats with values of the given formats (width, signed), as [`Bench::formats`] tells them. Extremes
/// come more often than chance has it.
///
/// ```
/// use proptest::strategy::{Strategy, ValueTree};
/// let mut runner = proptest::test_runner::TestRunner::deterministic();
/// let beat = tb::any_beat(&[(8, true), (4, false)]).new_tree(&mut runner).expect("a tree").current();
/// assert!((-128..128).contains(&beat.values[0]) && (0..16).contains(&beat.values[1]));
/// ```
pub fn any_beat(formats: &[(u32, bool)]) -> BoxedStrategy<Beat> {
    let values: Vec<BoxedStrategy<i64>> = formats.iter().map(|(width, signed)| any_value(*width, *signed)).collect();
    (values, any::<bool>()).prop_map(|(values, last)| Beat::new(values).with_last(last)).boxed()
}

fn any_value(width: u32, signed: bool) -> BoxedStrategy<i64> {
    let (low, high) = range(width, signed);
    prop_oneof![8 => low..=high, 1 => Just(low), 1 => Just(high), 1 => Just(0)].boxed()
}

/// The least and the greatest integer of a format. Unsigned formats of 64 bits stand as their bit patterns.
pub(crate) fn range(width: u32, signed: bool) -> (i64, i64) {
    match (width, signed) {
        (64.., _) => (i64::MIN, i64::MAX),
        (width, true) => (-(1 << (width - 1)), (1 << (width - 1)) - 1),
        (width, false) => (0, (1 << width) - 1),
    }
}
