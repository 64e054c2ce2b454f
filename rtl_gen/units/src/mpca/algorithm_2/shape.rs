//! The sizes and latencies that follow from a configuration.

use hdl::{Module, Sig, Ty};
use spec::unit::Mpca;

use crate::mpca::DIM;
use crate::requantise;

/// Words of the directory that are held: one more than the block columns of a job.
pub(super) const DIRECTORY: u32 = Mpca::MAX_BLOCK_COLUMNS + 1;

/// Block columns that are asked for ahead of their arrival.
pub(super) const AHEAD: u32 = 16;

/// What an array is made of.
///
/// Stages are cycles from the one in which a step stands at the columns' inputs.
#[derive(Clone, Debug)]
pub(super) struct Shape {
    /// The configuration.
    pub config: Mpca,
    /// Side of a tile.
    pub tile: u32,
    /// Rows and columns of multiply-accumulators of a processing element.
    pub p: u32,
    /// Channels in a word of features, and rows of a tile in a beat of weights.
    pub depth: u32,
    /// Columns of processing elements.
    pub columns: u32,
}

impl Shape {
    /// The stage in which weights come from their buffer, and features from theirs.
    pub const WORDS: usize = 5;
    /// The stage in which the sums of a processing element's first row are complete, if the step was the last of a pass.
    pub const SUMS: usize = 9;
    /// Cycles from a step of the drain to its operands at the requantisation.
    pub const OPERANDS: usize = 5;

    pub fn new(config: &Mpca) -> Self {
        Self {
            config: config.clone(),
            tile: config.tile,
            p: config.p_pe,
            depth: config.tile / Mpca::TILE_BEATS,
            columns: config.p_h * config.p_c,
        }
    }

    /// Bits of the side of a tile.
    pub fn tile_bits(&self) -> u32 {
        self.tile.trailing_zeros()
    }

    /// Bits of the number of a row of a processing element.
    pub fn p_bits(&self) -> u32 {
        self.p.trailing_zeros()
    }

    /// Bits of the number of a channel in a word of features.
    pub fn depth_bits(&self) -> u32 {
        self.depth.trailing_zeros()
    }

    /// Processing elements that a tile is as wide as.
    pub fn across(&self) -> u32 {
        self.tile / self.p
    }

    /// Bits of the number of one of them.
    pub fn across_bits(&self) -> u32 {
        self.across().trailing_zeros()
    }

    /// Words of a beat of weights, and their number's bits.
    pub fn weight_words(&self) -> u32 {
        self.config.weight_words()
    }

    /// Bits of a count or a number of slices: up to one more than there may be, for a block of two.
    pub fn row_bits(&self) -> u32 {
        Ty::range(0, self.config.max_rows + 1).width()
    }

    /// Bits of the number of a tile of a block column of two tile columns.
    pub fn tile_address_bits(&self) -> u32 {
        self.row_bits() + 1
    }

    /// Bits of the address of a beat in a column's buffer, of two.
    pub fn weight_address_bits(&self) -> u32 {
        1 + self.tile_address_bits() + 2
    }

    /// Groups of p tokens that a row of processing elements holds.
    pub fn subrows(&self) -> u32 {
        let of = |b: u32| self.config.max_n.div_ceil(b).div_ceil(self.config.p_t) * (b / self.p);
        of(self.tile).max(of(2 * self.tile))
    }

    /// Bits of the number of a group of p tokens.
    pub fn subrow_bits(&self) -> u32 {
        Ty::range(0, self.subrows().max(2) - 1).width()
    }

    /// Bits of the number of a word of features among those of p tokens.
    pub fn row_word_bits(&self) -> u32 {
        self.row_bits() + 2
    }

    /// Bits of the address of a word of features.
    pub fn feature_address_bits(&self) -> u32 {
        1 + self.subrow_bits() + self.row_word_bits()
    }

    /// Words of the features of a processing element, of both buffers.
    pub fn feature_depth(&self) -> u32 {
        1 << self.feature_address_bits()
    }

    /// Where the features of a buffer and a group of p tokens begin, and a word of them.
    pub fn feature_address<'m>(&self, m: &'m Module, buffer: Sig<'m>, subrow: Sig<'m>, word: Sig<'m>) -> Sig<'m> {
        m.concat([buffer, subrow, word])
    }

    /// Bits of a word of features.
    pub fn feature_word(&self) -> u32 {
        16 * self.p * self.depth
    }

    /// Strips of results that are held: the drain of one, and the passes of those that begin before its buffer is free.
    pub fn strips(&self) -> u32 {
        let late = Self::SUMS as u32 + self.p + 8;
        (2 + late.div_ceil(self.across() * self.tile)).next_power_of_two()
    }

    /// Bits of a number of tokens.
    pub fn n_bits(&self) -> u32 {
        Ty::range(0, self.config.max_n).width()
    }

    /// Bits of a number of columns of a head, of a job that can be done, or one beyond them.
    pub fn cols_bits(&self) -> u32 {
        DIM.min(self.tile_bits() + Ty::range(0, 2 * DIRECTORY).width())
    }

    /// Bits of the number of columns of a block.
    pub fn block_bits(&self) -> u32 {
        Ty::range(0, 2 * self.tile).width()
    }

    /// Bits of the address of a row of results.
    pub fn result_address_bits(&self) -> u32 {
        self.strips().trailing_zeros() + self.p_bits()
    }

    /// Columns of processing elements that share a row of the output.
    pub fn shared(&self) -> u32 {
        self.columns / self.config.out_rows
    }

    /// Bits of a token's number, beyond the last group of rows too.
    pub fn token_bits(&self) -> u32 {
        Ty::range(0, self.config.max_n + 2 * 2 * self.tile * self.config.p_t).width()
    }

    /// Bits of the number of a strip of p tokens.
    pub fn strip_bits(&self) -> u32 {
        self.token_bits() - self.p_bits()
    }

    /// Cycles from a step of the drain to its beat at the output.
    pub fn drain_latency(&self) -> u32 {
        Self::OPERANDS as u32 + requantise::LATENCY as u32 + 2
    }

    /// Output beats that fit into the FIFO.
    pub fn slots(&self) -> u32 {
        (self.drain_latency() + 3).next_power_of_two()
    }
}

/// The sum of two unsigned values, of so many bits.
pub(super) fn plus<'m>(a: Sig<'m>, b: Sig<'m>, bits: u32) -> Sig<'m> {
    (a + b).resize(bits).as_bits()
}
