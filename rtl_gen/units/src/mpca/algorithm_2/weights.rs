//! Block columns on their way into the column buffers.

use hdl::{Module, Sig, Sink, Ty};

use super::fetch::Columns;
use super::shape::Shape;
use crate::mpca::BEATS;

/// What the columns of processing elements are given, and which of their buffers are full.
pub(super) struct Weights<'m> {
    /// One-hot: the column whose tiles are all there.
    pub open: Sig<'m>,
    /// Its buffer, the tiles of a tile column, the slice at which its features begin.
    pub open_buffer: Sig<'m>,
    pub open_tiles: Sig<'m>,
    pub open_offset: Sig<'m>,
    /// One-hot: the column that gets a block row.
    pub row_load: Sig<'m>,
    pub row_address: Sig<'m>,
    pub row_value: Sig<'m>,
    /// One-hot: the column that gets a beat of tiles.
    pub load: Sig<'m>,
    pub address: Sig<'m>,
    pub beat: Sig<'m>,
    /// Whether the block columns of a group are all there.
    pub full: [Sig<'m>; 2],
    /// Tiles of the fullest of them, whole blocks, one at least.
    pub fullest: [Sig<'m>; 2],
    /// A job has ended whose weights were not what they should be.
    pub fault: Sig<'m>,
}

/// Takes block columns, one after the other. `release` is set when the last step of the buffer `of` has been issued.
pub(super) fn weights<'m>(
    m: &'m Module,
    shape: &Shape,
    columns: &Columns<'m>,
    from: &Sink<'m>,
    release: Sig<'m>,
    of: Sig<'m>,
) -> Weights<'m> {
    m.comment("Block columns: header, if there is one, then tiles. Headers are not trusted.");
    let (rows, words) = (shape.row_bits(), shape.weight_words());
    let word_bits = words.trailing_zeros();
    let given = |name: &str| columns.field(name);
    let (state, [idle, take, close]) = m.state_machine("weight_state", ["Idle", "Take", "Close"]);
    let buffer = m.reg_init("weight_buffer", Ty::bit(), 0);
    let full = [0, 1].map(|i| m.reg_init(&format!("weights_full{i}"), Ty::bit(), 0));
    let fullest = [0, 1].map(|i| m.reg(&format!("fullest{i}"), Ty::uint(rows)));
    let slot = m.reg_init("weight_column", Ty::uint(shape.columns), 1);
    let first_slot = slot.bit(0);
    let last_slot = slot.bit(shape.columns - 1);
    let left = m.reg("weight_beats", Ty::uint(BEATS));
    let in_header = m.reg("in_header", Ty::bit());
    let opening = m.reg("header_opening", Ty::bit());
    let more_header = m.reg("header_beats", Ty::uint(rows));
    let blocks = m.reg("blocks", Ty::uint(rows));
    let held = m.reg("block_rows", Ty::uint(16 * words));
    let held_count = m.reg_init("block_rows_held", Ty::range(0, words), 0);
    let rows_left = m.reg_init("block_rows_left", Ty::uint(rows), 0);
    let at = m.reg("weight_at", Ty::uint(shape.tile_address_bits() + 3));
    let row_at = m.reg("block_row_at", Ty::uint(rows));
    let bad = m.reg_init("weights_bad", Ty::bit(), 0);

    let slices = given("slices");
    let half_slices = (slices + 1).drop_low(1).with_frac(0).resize(rows).as_bits();
    let last_row = given("double").mux(half_slices, slices).named("block_row_count");
    let shifting = (rows_left.is_nonzero() & held_count.is_nonzero()).named("rows_shift");
    let wants = (state.eq(take) & !(in_header & shifting)).named("weights_wanted");
    from.ready().set(columns.directory | wants);
    let fire = (wants & from.valid()).named("weight_taken");
    let beat = from.lanes("w").whole();
    let named = beat.bits(15, 0);
    let too_many = named.gt(last_row).named("too_many_blocks");
    let count = too_many.mux(last_row, named.bits(rows - 1, 0)).named("block_count");
    let further =
        if rows > word_bits { count.bits(rows - 1, word_bits).resize(rows) } else { m.lit_of(0, Ty::uint(rows)) };
    let further = further.named("further_beats");
    let header = (fire & in_header).named("header_taken");
    let tiles_taken = (fire & !in_header).named("tiles_taken");
    let row = held.bits(15, 0);
    let wrong_row = (shifting & row.ge(last_row)).named("wrong_row");
    let closes = (state.eq(close) & !shifting).named("column_closes");

    let pair = m.concat([blocks.bits(rows - 2, 0), m.lit_of(0, Ty::bit())]);
    let sparse_tiles = given("double").mux(pair, blocks);
    let exists = given("exists");
    let tiles = (given("sparse").mux(sparse_tiles, slices) & exists.repeat(rows)).named("column_tiles");
    let square = given("double").mux(
        m.concat([blocks, m.lit_of(0, Ty::uint(4))]),
        m.concat([m.lit_of(0, Ty::uint(2)), blocks, m.lit_of(0, Ty::uint(2))]),
    );
    let expected = square + more_blocks(m, blocks, word_bits, rows) + 1;
    let wrong_length = given("sparse") & exists & expected.ne(given("beats"));
    let wrong = (bad | given("bad") | wrong_length).named("weights_wrong");
    let whole = plus_odd(m, tiles, given("double"), rows);
    let least = given("double").mux(m.lit_of(2, Ty::uint(rows)), m.lit_of(1, Ty::uint(rows))).named("least_steps");
    let own = whole.lt(least).mux(least, whole).named("own_steps");
    let so_far = m.reg("steps_so_far", Ty::uint(rows));
    let most = (first_slot | so_far.lt(own)).mux(own, so_far).named("most_steps");
    let group_closes = (closes & last_slot).named("group_closes");
    m.clocked(|| {
        m.when(state.eq(idle), || {
            left.set(given("beats"));
            in_header.set(given("sparse"));
            opening.set(1);
            blocks.set(0);
            at.set(0);
            row_at.set(0);
            m.when(columns.valid & !buffer.mux(full[1], full[0]), || {
                m.when_else(exists, || state.set(take), || state.set(close));
            });
        });
        m.when(shifting, || {
            held.set(held.bits(16 * words - 1, 16));
            held_count.set((held_count - 1).assume_range(0, words));
            rows_left.set((rows_left - 1).wrap(rows).as_bits());
            row_at.set((row_at + 1).wrap(rows));
        });
        m.when(fire, || {
            left.set((left - 1).wrap(BEATS).as_bits());
            m.when(left.eq(1), || state.set(close));
        });
        m.when(header, || {
            opening.set(0);
            held.set(opening.mux(beat.bits(16 * words - 1, 16), beat));
            held_count.set(opening.mux(m.lit(words - 1), m.lit(words)));
            more_header.set(opening.mux(further, (more_header - 1).wrap(rows).as_bits()));
            in_header.set(opening.mux(further, (more_header - 1).wrap(rows).as_bits()).is_nonzero());
            m.when(opening, || {
                blocks.set(count);
                rows_left.set(count);
            });
        });
        m.when(tiles_taken & !at.bit(at.width() - 1), || at.set((at + 1).wrap(at.width())));
        m.when((header & opening & too_many) | wrong_row, || bad.set(1));
        m.when(closes, || {
            state.set(idle);
            rows_left.set(0);
            so_far.set(most);
            bad.set(wrong & !given("last"));
            let next = if shape.columns == 1 { slot } else { m.concat([slot.bits(shape.columns - 2, 0), last_slot]) };
            slot.set(next);
        });
        m.when(group_closes, || buffer.set(!buffer));
        for i in 0..2 {
            let mine = |buffer: Sig<'m>| if i == 1 { buffer } else { !buffer };
            m.when(release & mine(of), || full[i].set(0));
            m.when(group_closes & mine(buffer), || {
                full[i].set(1);
                fullest[i].set(most);
            });
        }
    });
    columns.pop.set(closes);

    let (load, beat_q) = (m.reg_init("weight_load", Ty::uint(shape.columns), 0), m.reg("weight_beat", beat.ty()));
    let address = m.reg("weight_address", Ty::uint(shape.weight_address_bits()));
    m.clocked(|| {
        load.set(slot & (tiles_taken & !at.bit(at.width() - 1)).repeat(shape.columns));
        address.set(m.concat([buffer, at.bits(at.width() - 2, 0)]));
        beat_q.set(beat);
    });
    Weights {
        open: slot & closes.repeat(shape.columns),
        open_buffer: buffer,
        open_tiles: tiles,
        open_offset: given("offset"),
        row_load: slot & shifting.repeat(shape.columns),
        row_address: m.concat([buffer, row_at]),
        row_value: row.bits(rows - 1, 0),
        load,
        address,
        beat: beat_q,
        full,
        fullest,
        fault: (closes & given("last") & wrong).named("job_fault"),
    }
}

/// Beats of a header beyond its first.
fn more_blocks<'m>(m: &'m Module, blocks: Sig<'m>, word_bits: u32, rows: u32) -> Sig<'m> {
    if rows > word_bits { blocks.bits(rows - 1, word_bits) } else { m.lit(0) }
}

/// The tiles of whole blocks.
fn plus_odd<'m>(m: &'m Module, tiles: Sig<'m>, double: Sig<'m>, rows: u32) -> Sig<'m> {
    let pairs = (tiles.bits(rows - 1, 1) + tiles.bit(0)).resize(rows - 1).as_bits();
    double.mux(m.concat([pairs, m.lit_of(0, Ty::bit())]), tiles).named("whole_tiles")
}
