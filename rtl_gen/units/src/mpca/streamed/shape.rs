//! The sizes and latencies that follow from a configuration.

use hdl::Ty;
use spec::unit::Mpca;

use super::mac::{CASCADE, SUM};
use super::parts::Accumulator;
use crate::{convert, requantise};

/// Slices among which the first stage of the selection chooses.
pub(super) const CHUNK: u32 = 16;

/// What an array is made of.
///
/// Cycles are counted from the one in which a token enters group 0: its features come from memory at 2, are selected at 3 and 4, and
/// meet the weights at 5; in group g all of that but the memory is g cycles later.
#[derive(Clone, Debug)]
pub(super) struct Shape {
    /// The configuration.
    pub config: Mpca,
    /// Side of a tile.
    pub tile: u32,
    /// Tiles that are multiplied at a time.
    pub lanes: u32,
    /// Groups of them.
    pub groups: u32,
}

impl Shape {
    /// The cycle in which features come to the first multipliers of a cascade.
    pub const X: u32 = 4;

    pub fn new(config: &Mpca) -> Self {
        Self { config: config.clone(), tile: config.tile, lanes: config.lanes(), groups: config.out_rows }
    }

    /// What the names of the unit's parts end in.
    pub fn suffix(&self) -> String {
        self.config.module_name().trim_start_matches("mpca_streamed_").to_owned()
    }

    /// Lanes of a group.
    pub fn group_lanes(&self) -> u32 {
        self.lanes / self.groups
    }

    /// Rows of a tile in a beat of weights: a cascade has one of each beat.
    pub fn beat_rows(&self) -> u32 {
        self.tile / CASCADE
    }

    /// Bits of a slice of features.
    pub fn slice(&self) -> u32 {
        16 * self.tile
    }

    /// Adders between the cascades of a lane.
    pub fn tree_levels(&self) -> u32 {
        self.beat_rows().trailing_zeros()
    }

    /// Adders between the lanes of a group.
    pub fn group_levels(&self) -> u32 {
        self.group_lanes().next_power_of_two().trailing_zeros().max(1)
    }

    /// Bits of the two parts of the sum of a tile's column.
    pub fn lane_bits(&self) -> u32 {
        SUM + 2 * self.tree_levels()
    }

    /// Bits of the two parts of the sum of some lanes of a group.
    pub fn group_bits(&self) -> u32 {
        SUM + 2 * (self.tree_levels() + self.group_levels())
    }

    /// The format of the sum of a column.
    pub fn accumulator(&self) -> Ty {
        convert::ty(Mpca::ACCUMULATOR)
    }

    /// Bits of carries of each part of the sums that go from group to group.
    pub fn chain_carries(&self) -> u32 {
        (self.groups + 1).next_power_of_two().trailing_zeros()
    }

    /// The parts of the sums that go from group to group.
    pub fn chain(&self) -> [(&'static str, Ty); 3] {
        Accumulator::formats(self.accumulator().width(), self.chain_carries())
    }

    /// The cycle in which the lanes of group 0 are added up.
    pub fn lanes_at(&self) -> u32 {
        Self::X + CASCADE + 2 + self.tree_levels()
    }

    /// The cycle in which group 0 meets the sums of the slot before.
    pub fn chain_at(&self) -> u32 {
        self.lanes_at() + self.group_levels() + 1
    }

    /// The cycle in which the sums of unfinished columns are stored.
    pub fn store_at(&self) -> u32 {
        self.chain_at() + self.groups + 2
    }

    /// The cycle in which results go into the FIFO.
    pub fn results_at(&self) -> u32 {
        self.chain_at() + 3 + requantise::LATENCY as u32 + self.groups
    }

    /// Cycles from a token to its results.
    pub fn latency(&self) -> u32 {
        self.results_at() + 1
    }

    /// The least cycles of a slot: until its sums may be read again, and what belongs to a slot has gone its way.
    pub fn least_slot(&self) -> u32 {
        (self.groups + 7).max(12)
    }

    /// Output beats that fit into the FIFO, enough to cover the latency.
    pub fn slots(&self) -> u32 {
        (self.latency() + 3).next_power_of_two()
    }

    /// Memories of features, each as wide as a beat.
    pub fn memories(&self) -> u32 {
        self.config.max_rows.div_ceil(self.config.feature_rows)
    }

    /// Slices that can be selected in one stage.
    pub fn chunk(&self) -> u32 {
        CHUNK.min((self.memories() * self.config.feature_rows).next_power_of_two()).max(2)
    }

    /// Chunks of slices.
    pub fn chunks(&self) -> u32 {
        (self.memories() * self.config.feature_rows).div_ceil(self.chunk())
    }

    /// The number of a slice of features.
    pub fn bank(&self) -> Ty {
        Ty::range(0, self.chunk() * self.chunks().next_power_of_two() - 1).full()
    }

    /// Beats of the longest header.
    pub fn header_beats(&self) -> u32 {
        (self.config.max_rows + 1).div_ceil(self.config.weight_words())
    }

    /// Bits of the number of a head's first slice.
    pub fn base_bits(&self) -> u32 {
        self.rows().width().min(self.bank().width())
    }

    /// A count of slices.
    pub fn rows(&self) -> Ty {
        Ty::range(0, self.config.max_rows.max(self.config.feature_rows + 1)).full()
    }

    pub fn token(&self) -> Ty {
        super::super::token_ty(&self.config)
    }

    /// A count of tokens.
    pub fn tokens(&self) -> Ty {
        Ty::range(0, self.config.max_n).full()
    }

    /// A count of columns or rows of a tile.
    pub fn used(&self) -> Ty {
        Ty::range(0, self.tile).full()
    }
}
