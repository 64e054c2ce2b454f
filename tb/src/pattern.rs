//! When the environment offers beats, and when it takes them.

use proptest::prelude::*;
use serde::{Deserialize, Serialize};

/// In which cycles the environment holds back: a sink stream's gaps between offers, a source stream's stalls.
///
/// Offering is a promise: once a beat is offered, `valid` stays up until it is taken, whatever the pattern says.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub enum Pattern {
    /// Never holds back.
    #[default]
    Always,
    /// Holds back in about `percent` of the cycles.
    Random {
        /// 0 to 95; more counts as 95, so that every run ends.
        percent: u8,
        /// Where the random sequence starts.
        seed: u64,
    },
    /// Goes for some cycles, then holds back for some, and so on.
    Bursts {
        /// Cycles that go; 0 counts as 1.
        go: u16,
        /// Cycles that do not.
        stop: u16,
    },
    /// Takes a beat only in the cycle after it was first seen: finds a `valid` that waits for `ready`. On a sink stream
    /// it is like `Always`.
    AfterValid,
    /// Goes as listed, one entry a cycle, then always.
    Listed(Vec<bool>),
}

impl Pattern {
    /// A strategy over all patterns; it shrinks towards [`Pattern::Always`].
    pub fn any() -> BoxedStrategy<Self> {
        prop_oneof![
            3 => Just(Self::Always),
            6 => (1u8..=90, any::<u64>()).prop_map(|(percent, seed)| Self::Random { percent, seed }),
            3 => (1u16..20, 0u16..20).prop_map(|(go, stop)| Self::Bursts { go, stop }),
            1 => Just(Self::AfterValid),
            3 => proptest::collection::vec(any::<bool>(), 0..40).prop_map(Self::Listed),
        ]
        .boxed()
    }
}

/// A pattern that is being played.
#[derive(Clone, Debug)]
pub(crate) struct Player {
    pattern: Pattern,
    state: u64,
    position: usize,
}

impl Player {
    pub(crate) fn new(pattern: Pattern, salt: u64) -> Self {
        let seed = match &pattern {
            Pattern::Random { seed, .. } => *seed,
            _ => 0,
        };
        Self { pattern, state: mix(seed ^ salt.wrapping_mul(0x9e37_79b9_7f4a_7c15)), position: 0 }
    }

    /// Whether to go in this cycle; `waiting` says that the other side has been waiting since the last one.
    #[inline]
    pub(crate) fn go(&mut self, waiting: bool) -> bool {
        match &self.pattern {
            Pattern::Always => true,
            Pattern::Random { percent, .. } => {
                self.state = self.state.wrapping_add(0x9e37_79b9_7f4a_7c15);
                mix(self.state) % 100 >= u64::from(*percent).min(95)
            }
            Pattern::Bursts { go, stop } => {
                let (go, stop) = (usize::from(*go).max(1), usize::from(*stop));
                let position = self.position;
                self.position = (position + 1) % (go + stop);
                position < go
            }
            Pattern::AfterValid => waiting,
            Pattern::Listed(list) => {
                let go = list.get(self.position).copied().unwrap_or(true);
                self.position += 1;
                go
            }
        }
    }
}

/// The finaliser of SplitMix64: every bit of the result depends on every bit of the argument.
pub(crate) fn mix(mut z: u64) -> u64 {
    z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    z ^ (z >> 31)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn patterns_go_as_they_say() {
        let played = |pattern: Pattern, n: usize| {
            let mut player = Player::new(pattern, 0);
            (0..n).map(|_| player.go(false)).collect::<Vec<_>>()
        };
        assert_eq!(played(Pattern::Bursts { go: 2, stop: 1 }, 6), [true, true, false, true, true, false]);
        assert_eq!(played(Pattern::Listed(vec![false, true, false]), 5), [false, true, false, true, true]);
        let went = played(Pattern::Random { percent: 30, seed: 5 }, 10_000).iter().filter(|go| **go).count();
        assert!((6800..7200).contains(&went), "{went}");
        assert!(played(Pattern::Random { percent: 255, seed: 5 }, 1000).contains(&true));
    }
}
