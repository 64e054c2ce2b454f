//! Block-sparse and dense matrix products in int16.
//!
//! One interface, one submodule for each organisation.

mod algorithm_2;
mod streamed;

use std::sync::Arc;

use hdl::{Bundle, Design, Ty};
use spec::unit::{Mpca, MpcaOrganisation};

use crate::Error;

/// Builds the unit; streams, words of weights and arithmetic are those of [`Mpca`].
///
/// # Cycles of `streamed`
/// The kept tiles of a job, column after column, fill the lanes in order, wherever columns begin and end; each filling is a *slot* of N
/// cycles, in which all tokens stream past all tiles. A slot takes at least 4 cycles a lane and one more, two for each header,
/// in which the next tiles are loaded, and at least `out_rows` + 7 and 12 cycles, until the sums of unfinished columns are back. A group of
/// lanes ends one column a slot: only columns of fewer tiles than a group has lanes leave some of them idle. A block column without any block takes
/// a place as a tile does, two places where blocks are twice as large, and ends there: of a run of them, each leaves the rest of its group
/// idle, so that `out_rows` tile columns fill a slot of N cycles. The features of the
/// next job load behind the present one.
///
/// # Counters of `streamed`
/// Ports, all since reset. `cycles_o`: cycles from a job's command to its last result, overlapping jobs counted once. `macs_o`: products of
/// X and the weights that are there. `faults_o`: jobs whose headers or beats do not fit. A cycle without a token counts once, by its first
/// cause: `no_weights_o` (the next tiles are not all there), `no_features_o`, `no_room_o` (results are not taken), `no_job_o` (all tokens of
/// all jobs are in).
///
/// # Cycles of `algorithm_2`
/// A block takes (b/p_pe)²·b steps of a processing element; a group of p_h heads by p_c block columns takes those of its fullest column for each group of
/// p_t token blocks, and at least those of one block. From a product's first step to its last result it is that and
/// p_pe + p_pe·p_t·p_h·p_c/`out_rows` + 23 cycles, if features and the first group's weights are at hand, if the weights of the
/// next group come while the present one is multiplied, and if a strip of results, p_pe tokens by a tile, leaves while the next one is made:
/// p_pe·p_t·p_h·p_c/`out_rows` cycles against `tile`/p_pe·b for each block of the fullest column. Features and weights of the next job load behind
/// the present one.
///
/// # Counters of `algorithm_2`
/// Ports, since reset, up to ten cycles late. `cycles_o`: cycles from a job's command to its last result, overlapping jobs counted once.
/// `macs_o`: products of X and the weights that are there. `steps_o`: steps. `product_o`: cycles of the job that ended last, from its
/// first step to its last result. `faults_o`: jobs whose headers, lengths or directory do not fit.
///
/// # Errors
/// [`Error::Config`] for a configuration that [`Mpca::validate`] refuses.
///
/// ```
/// use spec::unit::Mpca;
/// let design = units::mpca(&Mpca { tile: 4, out_rows: 2, ..Mpca::new(1, 2, 2, 4) })?;
/// assert_eq!(design.name(), "mpca_streamed_h1_t2_c2_p4_b4_o2");
/// # Ok::<(), units::Error>(())
/// ```
pub fn mpca(config: &Mpca) -> Result<Arc<Design>, Error> {
    config.validate()?;
    match config.organisation {
        MpcaOrganisation::Streamed => streamed::streamed(config),
        MpcaOrganisation::Algorithm2 => algorithm_2::algorithm_2(config),
    }
}

/// Widths of what jobs and results are counted in.
pub(crate) const DIM: u32 = 16;
pub(crate) const HEADS: u32 = 8;
pub(crate) const ADDRESS: u32 = 32;
pub(crate) const BEATS: u32 = 24;
pub(crate) const MULT: u32 = 16;
pub(crate) const SHIFT: u32 = 6;

/// The number of a tile column of a head.
pub(crate) fn column_bits(config: &Mpca) -> u32 {
    DIM - config.tile.trailing_zeros()
}

/// The number of a token.
pub(crate) fn token_ty(config: &Mpca) -> Ty {
    Ty::range(0, config.max_n - 1).full()
}

pub(crate) fn cmd_bundle(config: &Mpca) -> Bundle {
    Bundle::new("cmd")
        .field("mode", Ty::uint(2))
        .field("double", Ty::bit())
        .field("n", Ty::range(0, config.max_n).full())
        .field("k", Ty::uint(DIM))
        .field("cols", Ty::uint(DIM))
        .field("heads", Ty::uint(HEADS))
        .field("address", Ty::uint(ADDRESS))
        .field("beats", Ty::uint(BEATS))
        .field("mult", Ty::uint(MULT))
        .field("shift", Ty::uint(SHIFT))
}

pub(crate) fn feature_bundle(config: &Mpca) -> Bundle {
    Bundle::new("feature").lanes("x", Ty::sint(16), config.feature_rows * config.tile)
}

pub(crate) fn weight_read_bundle() -> Bundle {
    Bundle::new("weight_read").field("address", Ty::uint(ADDRESS)).field("beats", Ty::uint(BEATS))
}

pub(crate) fn weight_bundle(config: &Mpca) -> Bundle {
    Bundle::new("weight").lanes("w", Ty::uint(16), config.weight_words())
}

pub(crate) fn out_bundle(config: &Mpca) -> Bundle {
    let (rows, lanes) = (config.out_rows, config.out_rows * config.tile);
    Bundle::new("out")
        .lanes("y", Ty::sint(16), lanes)
        .lanes("token", token_ty(config), rows)
        .lanes("head", Ty::uint(HEADS), rows)
        .lanes("column", Ty::uint(column_bits(config)), rows)
        .keep(lanes)
        .last()
}
