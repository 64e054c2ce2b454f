//! Bits of the selector's counters and sums.

use hdl::{Bundle, Ty};
use spec::unit::TokenSelector;

/// Widths that follow from a configuration.
pub(super) struct Widths {
    /// Bits of a token's index.
    pub token: u32,
    /// Bits of a number of tokens.
    pub tokens: u32,
    /// Bits of a number of heads.
    pub heads: u32,
    /// Bits of a number of beats.
    pub beats: u32,
    /// Bits of a beat's index within a token.
    pub beat: u32,
    /// Bits of the sum of a token's head weights, or of their number.
    pub head_sum: u32,
    /// Bits of the sum of a job's package weights, or of their number.
    pub weight_sum: u32,
    /// Bits of a channel's weighted sum.
    pub total: u32,
}

impl Widths {
    pub fn new(config: &TokenSelector) -> Self {
        let bits = |largest: u128| Ty::range(0, largest).width();
        let sum = |count: u32, width: u32| bits(u128::from(count) * ((1 << width) - 1));
        let beats = config.max_channels / config.lanes;
        let weight_sum = sum(config.max_tokens, config.s.width);
        Self {
            token: bits(u128::from(config.max_tokens - 1)),
            tokens: bits(u128::from(config.max_tokens)),
            heads: bits(u128::from(config.max_heads)),
            beats: bits(u128::from(beats)),
            beat: bits(u128::from(beats - 1)),
            head_sum: sum(config.max_heads, config.a.width),
            weight_sum,
            total: config.x.width + weight_sum,
        }
    }

    /// What the packager is told of a token.
    pub fn entry(&self, config: &TokenSelector, stream: &str) -> Bundle {
        Bundle::new(stream)
            .field("keep", Ty::bit())
            .field("last", Ty::bit())
            .field("weight", Ty::uint(config.s.width))
            .field("last_beat", Ty::uint(self.beat))
    }
}
