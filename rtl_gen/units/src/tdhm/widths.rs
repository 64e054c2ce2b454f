//! Bits of the module's counters and sums.

use hdl::{Bundle, Ty};
use spec::unit::Tdhm;

/// Widths that follow from a configuration.
pub(super) struct Widths {
    /// Bits of a token's index, or of a number of tokens less one.
    pub token: u32,
    /// Bits of a number of tokens.
    pub tokens: u32,
    /// Bits of a number of heads.
    pub heads: u32,
    /// Bits of a number of beats.
    pub beats: u32,
    /// Bits of a head's index.
    pub head: u32,
    /// Bits of a beat's index within a token.
    pub beat: u32,
    /// Bits of a token's score, the sum over the heads.
    pub score: u32,
    /// Bits of the sum of a job's scores, or of a number of tokens.
    pub score_sum: u32,
    /// Bits of a channel's weighted sum.
    pub total: u32,
}

impl Widths {
    pub fn new(config: &Tdhm) -> Self {
        let bits = |largest: u64| Ty::range(0, largest).width();
        let (most, heads, beats) = (u64::from(config.max_tokens), config.max_heads, config.max_beats());
        let score_sum = bits((most - 1) * u64::from(heads) * ((1 << config.a.width) - 1));
        Self {
            token: bits(most - 1),
            tokens: bits(most),
            heads: bits(heads.into()),
            beats: bits(beats.into()),
            head: bits(u64::from(heads - 1)),
            beat: bits(u64::from(beats - 1)),
            score: config.score_width(),
            score_sum,
            total: config.x.width + score_sum,
        }
    }

    /// What the tokens of a job are: index of the last one, index of its last beat.
    pub fn token_job(&self) -> Bundle {
        Bundle::new("job").field("last_token", Ty::uint(self.token)).field("last_beat", Ty::uint(self.beat))
    }

    /// An entry of the order: the old index of a token, and its score.
    pub fn entry(&self) -> u32 {
        self.token + self.score
    }
}
