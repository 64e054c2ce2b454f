//! The words of weights: headers become lists of tiles, tiles go to lanes.

use std::sync::Arc;

use hdl::{Design, Errors, Module, Ty};

use super::mac::CASCADE;
use super::shape::Shape;
use crate::mpca::{BEATS, DIM, HEADS, column_bits};

/// `mpca_walk_*`: walks through the words of each job.
///
/// A tile, or a column without any, is offered to the slot as an entry (`entry_*_o`), in the cycle of `entry_commit_o` it takes its place. A
/// beat of a tile is taken with `tile_fire_o`, for the lane at which the slot stands; `tile_beat_o` says which of the tile, one-hot.
/// The beat at `beat_waits_i` is taken where `takes_beat_o` is set. `header_write_o` takes a beat of a header into the list of blocks, `list_*_o` name the tile of which `tile_there_i` and `tile_astray_i` tell,
/// when its last beat comes. `slot_begins_i` starts the slot that was filled.
pub(super) fn walk(shape: &Shape) -> Result<Arc<Design>, Errors> {
    Module::build(format!("mpca_walk_{}", shape.suffix()), |m| {
        m.doc("The words of weights of mpca: headers say which tiles follow; a tile takes four beats.");
        let bit = |name: &str| m.input(name, Ty::bit());
        let (beat_waits, first_word) = (bit("beat_waits"), m.input("first_word", Ty::uint(16)));
        let (waits, sparse, per_head) = (bit("job_valid"), bit("job_sparse"), bit("job_per_head"));
        let double = (sparse & bit("job_double")).named("double");
        let job_tiles = m.input("job_tiles", shape.rows());
        let job_cols = m.input("job_cols", Ty::uint(DIM));
        let job_heads = m.input("job_heads", Ty::uint(HEADS));
        let job_beats = m.input("job_beats", Ty::uint(BEATS));
        let (slot_full, slot_ended, begin) = (bit("slot_full"), bit("slot_ended"), bit("slot_begins"));
        let (there, astray) = (bit("tile_there"), bit("tile_astray"));
        let words = shape.config.weight_words();
        let tile = shape.tile;
        let (state, [idle, header, list_rows, tiles, empty, skip, finish]) =
            m.state_machine("state", ["Idle", "Header", "List", "Tiles", "Empty", "Skip", "Finish"]);
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
        let may_load = (loading & !slot_full & !(is_end & slot_ended)).named("may_load");
        let draining = (state.eq(skip) | state.eq(finish)).named("drains");
        let takes = (!out_of_beats & (is_header | may_load | draining)).named("takes");
        let fire = (beat_waits & takes).named("fire");

        let beats = shape.header_beats();
        let header_beat = m.reg_init("header_beat", Ty::uint(beats), 1);
        let size = (bits + 1).max(words.ilog2() + 2);
        let words_behind = m.reg("header_words_behind", Ty::uint(size));
        let opens = header_beat.bit(0);
        let block_rows = m.reg("job_block_rows", Ty::uint(bits));
        let too_many = first_word.gt(block_rows).named("too_many_blocks");
        let given = too_many.mux(block_rows, first_word.bits(bits - 1, 0)).named("given_blocks");
        let lists = state.eq(list_rows).named("lists");
        let header_ends = words_behind.lt(words).named("header_ends");
        m.clocked(|| {
            m.when(fire & is_header, || {
                m.when(opens, || words_behind.set(given.resize(size).as_bits()));
                let next = match beats {
                    1 => header_beat,
                    _ => m.concat([header_beat.bits(beats - 2, 0), m.lit_of(0, Ty::bit())]),
                };
                header_beat.set(next);
            });
            m.when(lists, || {
                words_behind.set((words_behind - words).wrap(size).as_bits());
                m.when(header_ends, || header_beat.set(1));
            });
            m.when(is_header & out_of_beats, || header_beat.set(1));
        });
        let cols_full = cols_left.ge(tile).named("column_is_full");
        let cols_used = cols_full.mux(m.lit(tile), cols_left.bits(shape.used().width() - 1, 0)).named("cols_used");

        let tile_done = (fire & beat.bit(CASCADE - 1)).named("tile_done");
        let commit_tile = (tile_done & loading).named("commit_tile");
        let commit_empty = (state.eq(empty) & !slot_full & !slot_ended).named("commit_empty");
        let ends = (commit_empty | (commit_tile & is_end)).named("column_done");
        m.comment("Known with the columns that are left, for a comparison takes as long as the rest.");
        let head_ends = m.reg("head_ends", Ty::bit());
        let is_narrow = job_cols.le(tile).named("head_is_narrow");
        let job_ends = (head_ends & heads_left.eq(1)).named("job_ends");
        let second = (double & !half).named("second_follows");
        let skipped = (state.eq(skip) & tile_done & is_end).named("skip_done");
        let cut = (out_of_beats & (is_header | loading)).named("beats_end_early");
        let skip_cut = (out_of_beats & state.eq(skip)).named("skip_cut");
        let next_head = m.wire("next_head", Ty::bit());
        let done = (state.eq(finish) & out_of_beats & !slot_full).named("job_done");
        let doubled = m.concat([count, m.lit_of(0, Ty::bit())]);
        let again = double.mux(doubled, count.resize(bits + 1).as_bits()).named("tiles_again");
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
            m.when(state.eq(idle) & waits, || {
                head.set(0);
                heads_left.set(job_heads);
                base.set(0);
                column.set(0);
                cols_left.set(job_cols);
                head_ends.set(is_narrow);
                beats_left.set(job_beats);
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
                    head_ends.set(cols_left.le(2 * tile));
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
                base.set(per_head.mux((base + job_tiles).wrap(bits), 0));
                column.set(0);
                cols_left.set(job_cols);
                head_ends.set(is_narrow);
                half.set(0);
                index.set(0);
                lower.set(0);
                m.when_else(heads_left.eq(1), || state.set(finish), start_column);
            });
            m.when(fire & state.eq(finish), || bad.set(1));
            m.when(done, || state.set(idle));
        });
        let valid = commit_tile & there;
        for (name, value) in [
            ("takes_beat", takes),
            ("job_pop", done),
            ("job_fault", done & bad),
            ("first_slot", first_slot),
            ("tile_fire", fire & loading),
            ("header_write", fire & is_header),
            ("list_double", double),
            ("list_lower", lower),
            ("entry_commit", commit_tile | commit_empty),
            ("entry_waits", loading | state.eq(empty)),
            ("entry_valid", valid),
            ("entry_end", state.eq(empty) | is_end),
            ("entry_last", ends & job_ends),
        ] {
            m.output(name, Ty::bit()).set(value);
        }
        for (name, value) in [
            ("tile_beat", beat),
            ("header_beat", header_beat),
            ("list_index", index),
            ("list_base", base.bits(shape.base_bits() - 1, 0)),
            ("entry_head", head),
            ("entry_column", column),
            ("entry_used", cols_used),
        ] {
            m.output(name, value.ty()).set(value);
        }
    })
}
