//! The words of weights: headers become lists of tiles, tiles go to lanes.

use hdl::{Module, Sig, Sink, Ty};

use super::jobs::Queue;
use super::mac::CASCADE;
use super::place::{Entry, Slot};
use super::shape::Shape;
use crate::mpca::{BEATS, DIM, HEADS, column_bits};

/// What is known of the tiles that are being loaded.
pub(super) struct Load<'m> {
    /// A beat of a tile is taken, for the lane at which the slot stands.
    pub fire: Sig<'m>,
    /// Which beat of the tile: one-hot.
    pub beat: Sig<'m>,
    /// The tile or empty column that takes its place in the slot.
    pub entry: Entry<'m>,
    /// A tile with weights took its place; rows and columns of it within the matrix.
    pub counted: Sig<'m>,
    pub rows_used: Sig<'m>,
    pub cols_used: Sig<'m>,
    /// A job ended whose headers or beats did not fit.
    pub fault: Sig<'m>,
    /// The job's first slot is being filled, or waits.
    pub first_slot: Sig<'m>,
}

/// Bits of the row of a block in a header, and one more for rows that no array has.
const ROW: u32 = 9;

/// Walks through the words of each job. `begin` starts the slot that was filled.
pub(super) fn load<'m>(
    m: &'m Module,
    shape: &Shape,
    job: &Queue<'m>,
    slot: &Slot<'m>,
    from: &Sink<'m>,
    begin: Sig<'m>,
) -> Load<'m> {
    m.comment("Weights: headers say which tiles follow; a tile takes four beats.");
    let words = shape.config.weight_words();
    let tile = shape.tile;
    let (state, [idle, header, list_rows, tiles, empty, skip, finish]) =
        m.state_machine("load", ["Idle", "Header", "List", "Tiles", "Empty", "Skip", "Finish"]);
    let (sparse, double) = (job.field("sparse"), (job.field("sparse") & job.field("double")).named("load_double"));
    let job_tiles = job.field("tiles");
    let count_ty = shape.rows();
    let bits = count_ty.width();

    let head = m.reg("head", Ty::uint(HEADS));
    let heads_left = m.reg("heads_left", Ty::uint(HEADS));
    let base = m.reg("head_base", Ty::uint(bits));
    let column = m.reg("tile_column", Ty::uint(column_bits(&shape.config)));
    let cols_left = m.reg("cols_left", Ty::uint(DIM));
    let beats_left = m.reg("beats_left", Ty::uint(BEATS));
    let left = m.reg("tiles_left", Ty::uint(bits + 1));
    let count = m.reg("block_count", Ty::uint(bits));
    let half = m.reg("second_half", Ty::bit());
    let index = m.reg("tile_index", Ty::uint(bits));
    let lower = m.reg("lower_tile", Ty::bit());
    let beat = m.reg_init("tile_beat", Ty::uint(CASCADE), 1);
    let bad = m.reg_init("job_bad", Ty::bit(), 0);
    let first_slot = m.reg("first_slot", Ty::bit());

    let out_of_beats = m.reg_init("out_of_beats", Ty::bit(), 0);
    let is_end = left.eq(1).named("column_ends");
    let (loading, is_header) = (state.eq(tiles).named("loading"), state.eq(header).named("reads_header"));
    let may_load = (loading & slot.may_take(is_end)).named("may_load");
    let draining = (state.eq(skip) | state.eq(finish)).named("drains");
    from.ready().set(!out_of_beats & (is_header | may_load | draining));
    let fire = from.fire();
    let word = from.lanes("w");

    m.comment("Headers: the number of blocks and their rows, over as many beats as they need, and a cycle each to look at them.");
    let beats = (shape.config.max_rows + 1).div_ceil(words);
    let list = m.reg_vec("block_rows", beats * words, Ty::uint(ROW), None);
    let header_beat = m.reg_init("header_beat", Ty::uint(beats), 1);
    let size = (bits + 1).max(words.ilog2() + 2);
    let words_left = m.reg("header_words_left", Ty::uint(size));
    let opens = header_beat.bit(0);
    let block_rows = m.reg("job_block_rows", Ty::uint(bits));
    let too_many = word.at(0).gt(block_rows).named("too_many_blocks");
    let given = too_many.mux(block_rows, word.at(0).bits(bits - 1, 0)).named("given_blocks");
    let lists = state.eq(list_rows).named("lists");
    let header_ends = words_left.le(words).named("header_ends");
    m.clocked(|| {
        m.when(fire & is_header, || {
            m.when(opens, || words_left.set((given + 1).resize(size).as_bits()));
            let next = match beats {
                1 => header_beat,
                _ => m.concat([header_beat.bits(beats - 2, 0), m.lit_of(0, Ty::bit())]),
            };
            header_beat.set(next);
        });
        m.when(lists, || {
            words_left.set((words_left - words).wrap(size).as_bits());
            m.when(header_ends, || header_beat.set(1));
        });
        m.when(is_header & out_of_beats, || header_beat.set(1));
    });
    let at_beat = m.wire_vec("at_header_beat", beats, Ty::bit());
    at_beat.whole().set(header_beat);
    m.for_each("header", 0..beats.into(), |b| {
        let mine = (fire & is_header & at_beat.at(b)).named("header_write");
        m.for_each("entry", 0..words.into(), |w| {
            let value = word.at(w);
            m.clocked(|| {
                m.when(mine, || {
                    let beyond = value.bits(15, ROW - 1).reduce_or();
                    list.at(b * i64::from(words) + w).set(m.concat([beyond, value.bits(ROW - 2, 0)]));
                });
            });
        });
    });

    m.comment("Which slice of features a tile multiplies: known when its last beat comes, three cycles or more after its number.");
    let entry = m.reg("block_row", Ty::uint(ROW));
    let row = m.reg("tile_row", Ty::uint(ROW + 1));
    let bank = m.reg("tile_bank", shape.bank());
    let there = m.reg("tile_there", Ty::bit());
    let astray = m.reg("tile_astray", Ty::bit());
    let last_row = m.reg("tile_last_row", Ty::bit());
    let place = (index + 1).wrap((bits + 1).min(list.len().next_power_of_two().trailing_zeros())).named("list_place");
    let listed = list.pick(place);
    let low = double & lower;
    m.clocked(|| {
        entry.set(sparse.mux(listed, index.resize(ROW).as_bits()));
        row.set(double.mux(m.concat([entry, low]), entry.resize(ROW + 1).as_bits()));
        bank.set((base + row).wrap(bank.width()));
        there.set(row.lt(job_tiles));
        astray.set(m.concat([row.bits(ROW, 1), row.bit(0) & !double]).ge(job_tiles));
        last_row.set((row + 1).eq(job_tiles));
    });
    let rows_used = last_row.mux(job.field("k_rest"), tile).named("rows_used");
    let cols_full = cols_left.ge(tile).named("column_is_full");
    let cols_used = cols_full.mux(m.lit(tile), cols_left.bits(shape.used().width() - 1, 0)).named("cols_used");

    let tile_done = (fire & beat.bit(CASCADE - 1)).named("tile_done");
    let commit_tile = (tile_done & loading).named("commit_tile");
    let commit_empty = (state.eq(empty) & slot.may_take(m.lit_of(1, Ty::bit()))).named("commit_empty");
    let ends = (commit_empty | (commit_tile & is_end)).named("column_done");
    let head_ends = cols_left.le(tile).named("head_ends");
    let job_ends = (head_ends & heads_left.eq(1)).named("job_ends");
    let second = (double & !half).named("second_follows");
    let skipped = (state.eq(skip) & tile_done & is_end).named("skip_done");
    let cut = (out_of_beats & (is_header | loading)).named("beats_end_early");
    let skip_cut = (out_of_beats & state.eq(skip)).named("skip_cut");
    let next_head = m.wire("next_head", Ty::bit());
    let twice = |blocks: Sig<'m>| {
        let wide = double.mux(m.concat([blocks, m.lit_of(0, Ty::bit())]), blocks.resize(bits + 1).as_bits());
        wide.wrap(bits + 1)
    };
    let again = twice(count).named("tiles_again");
    next_head.set((ends & head_ends & !(second & count.is_nonzero())) | skipped | skip_cut);
    let start_column = || {
        m.when_else(
            sparse,
            || state.set(header),
            || {
                state.set(tiles);
                left.set(job_tiles.resize(bits + 1).as_bits());
            },
        );
    };
    m.clocked(|| {
        m.when(fire, || {
            beats_left.set((beats_left - 1).wrap(BEATS).as_bits());
            out_of_beats.set(beats_left.eq(1));
        });
        m.when(fire & !is_header & !state.eq(finish), || {
            beat.set(m.concat([beat.bits(CASCADE - 2, 0), beat.bit(CASCADE - 1)]))
        });
        m.when(begin, || first_slot.set(0));
        m.when(state.eq(idle) & job.valid, || {
            head.set(0);
            heads_left.set(job.field("heads"));
            base.set(0);
            column.set(0);
            cols_left.set(job.field("cols"));
            beats_left.set(job.field("beats"));
            out_of_beats.set(0);
            block_rows.set(double.mux((job_tiles + 1).bits(bits, 1), job_tiles));
            beat.set(1);
            half.set(0);
            index.set(0);
            lower.set(0);
            bad.set(0);
            first_slot.set(1);
            start_column();
        });
        m.when(fire & is_header, || {
            m.when(opens, || {
                count.set(given);
                bad.set(bad | too_many);
            });
            state.set(list_rows);
        });
        m.when(lists, || {
            left.set(again);
            index.set(0);
            lower.set(0);
            m.when_else(
                header_ends,
                || m.when_else(count.is_nonzero(), || state.set(tiles), || state.set(empty)),
                || state.set(header),
            );
        });
        m.when(commit_tile | (state.eq(skip) & tile_done), || {
            left.set((left - 1).wrap(bits + 1).as_bits());
            lower.set(!lower);
            m.when(lower | !double, || index.set((index + 1).wrap(bits)));
        });
        m.when(commit_tile & astray & sparse, || bad.set(1));
        m.when(cut, || {
            bad.set(1);
            beat.set(1);
            m.when(is_header, || count.set(0));
            state.set(empty);
        });
        m.when(skip_cut, || {
            bad.set(1);
            beat.set(1);
        });
        m.when(ends, || {
            index.set(0);
            lower.set(0);
            left.set(again);
            half.set(second);
            m.when(!head_ends, || {
                column.set((column + 1).wrap(column.width()));
                cols_left.set((cols_left - tile).wrap(DIM).as_bits());
                m.when_else(
                    second,
                    || m.when_else(count.is_nonzero(), || state.set(tiles), || state.set(empty)),
                    start_column,
                );
            });
            m.when(head_ends & second & count.is_nonzero(), || state.set(skip));
        });
        m.when(next_head, || {
            head.set((head + 1).wrap(HEADS));
            heads_left.set((heads_left - 1).wrap(HEADS).as_bits());
            base.set(job.field("per_head").mux((base + job_tiles).wrap(bits), 0));
            column.set(0);
            cols_left.set(job.field("cols"));
            half.set(0);
            index.set(0);
            lower.set(0);
            m.when_else(heads_left.eq(1), || state.set(finish), start_column);
        });
        m.when(fire & state.eq(finish), || bad.set(1));
        m.when(state.eq(finish) & out_of_beats & !slot.full, || state.set(idle));
    });
    job.pop.set(state.eq(finish) & out_of_beats & !slot.full);
    let fault = (job.pop & bad).named("job_fault");
    let valid = (commit_tile & there).named("entry_valid");
    Load {
        fire: (fire & loading).named("tile_fire"),
        beat,
        entry: Entry {
            commit: (commit_tile | commit_empty).named("entry_commit"),
            waits: (loading | state.eq(empty)).named("entry_waits"),
            valid,
            end: (state.eq(empty) | is_end).named("entry_end"),
            last: (ends & job_ends).named("entry_last"),
            bank,
            head,
            column,
            cols_used,
        },
        counted: valid,
        rows_used,
        cols_used,
        fault,
        first_slot,
    }
}
