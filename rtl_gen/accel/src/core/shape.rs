//! Sizes and types that the core's parts share.

use hdl::Ty;
use spec::accel::Core;

/// Cycles from a read request to a word of activations.
pub(super) const WORD_LATENCY: u32 = 2;
/// Cycles from a read request to a row of keys or values.
pub(super) const OPERAND_LATENCY: u32 = 4;
/// Bits of the counts of jobs that are done.
pub(super) const COUNT: u32 = 16;

/// Bits that tell `values` values apart.
pub(super) fn bits(values: u32) -> u32 {
    values.next_power_of_two().trailing_zeros()
}

/// What follows from the core's configuration.
#[derive(Clone, Debug)]
pub(super) struct Shape {
    pub core: Core,
    /// Channels of a head, results of a tile, heads at a time.
    pub t_i: u32,
    pub t_o: u32,
    pub t_h: u32,
    /// Tiles of a head's channels.
    pub head_tiles: u32,
    /// Beats of weights of a pass.
    pub weight_beats: u32,
}

impl Shape {
    pub fn new(core: &Core) -> Self {
        let (t_i, t_o, t_h) = (core.t_i, core.t_o, core.t_h);
        Self { core: core.clone(), t_i, t_o, t_h, head_tiles: core.head_tiles(), weight_beats: t_i / core.load_rows }
    }

    /// A row's index.
    pub fn row(&self) -> Ty {
        Ty::uint(bits(self.core.max_tokens))
    }

    /// A number of rows or tokens.
    pub fn rows(&self) -> Ty {
        Ty::uint(bits(self.core.max_tokens) + 1)
    }

    /// A segment of a row of scores.
    pub fn segment(&self) -> Ty {
        Ty::uint(bits(self.core.segments()).max(1))
    }

    /// A tile of a head's channels, or of a segment's scores.
    pub fn head_tile(&self) -> Ty {
        Ty::uint(bits(self.head_tiles).max(1))
    }

    /// A head of a group.
    pub fn head(&self) -> Ty {
        Ty::uint(bits(self.core.group_heads()).max(1))
    }

    /// A tile of tokens.
    pub fn token_tile(&self) -> Ty {
        Ty::uint(bits(self.core.max_tokens / self.t_o))
    }

    /// A tile of results, and their number.
    pub fn tiles(&self) -> Ty {
        Ty::uint(13)
    }

    /// A pass, and their number.
    pub fn passes(&self) -> Ty {
        Ty::uint(6)
    }

    /// An address of a normalised word.
    pub fn norm_word(&self) -> Ty {
        Ty::uint(bits(self.core.norm_words()))
    }

    /// An address of a word of activations.
    pub fn act_word(&self) -> Ty {
        Ty::uint(bits(self.core.act_words()))
    }

    /// An address that a left operand is read from.
    pub fn source(&self) -> Ty {
        Ty::uint(self.norm_word().width().max(self.act_word().width()))
    }

    /// An address that a result is written to.
    pub fn destination(&self) -> Ty {
        Ty::uint(self.act_word().width().max(self.residual().width()))
    }

    /// An address of a tile of the residual stream, in one of its banks.
    pub fn residual(&self) -> Ty {
        Ty::range(0, self.core.max_tokens / 2 * self.core.residual_tiles() - 1).full()
    }
}
