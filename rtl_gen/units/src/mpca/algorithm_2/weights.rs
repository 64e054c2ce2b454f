//! Block columns on their way into the column buffers.

use hdl::{Module, Sig, Sink, Ty};

use super::count::{Count, known};
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
    /// The block columns of a group are all there.
    pub group: Sig<'m>,
    /// Of each buffer the number of the last tile of the fullest of them, whole blocks, one at least.
    pub last_tile: [Sig<'m>; 2],
    /// A block column has come; its job ends; its weights, or those of a column before, were not what they should be.
    pub counted: Sig<'m>,
    pub ends: Sig<'m>,
    pub wrong: Sig<'m>,
    /// Rows and columns of weights that it has within the matrix.
    pub rows: Sig<'m>,
    pub width: Sig<'m>,
}

/// Cycles until everything is known of a block column whose last beat has come.
const SETTLING: u32 = 4;

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
    let given = |name: &str| columns.queue.field(name);
    let (double, sparse, exists) = (given("double"), given("sparse"), given("exists"));
    let names = ["Idle", "Open", "Count", "More", "Take", "Close", "Settle"];
    let (state, [idle, open, counting, more, take, close, settle]) = m.state_machine("weight_state", names);
    let buffer = m.reg_init("weight_buffer", Ty::bit(), 0);
    let full = [0, 1].map(|i| m.reg_init(&format!("weights_full{i}"), Ty::bit(), 0));
    let slot = m.reg_init("weight_column", Ty::uint(shape.columns), 1);
    let [left, left_high] = ["weight_beats", "weight_beats_high"].map(|name| m.reg(name, Ty::uint(BEATS / 2)));
    let (last, gone) = (m.reg("weight_last", Ty::bit()), m.reg("weights_gone", Ty::bit()));
    let named = m.reg("blocks_named", Ty::uint(16));
    let more_header = m.reg("header_beats", Ty::uint(rows));
    let blocks = m.reg("blocks", Ty::uint(rows));
    let held = m.reg("block_rows", Ty::uint(16 * words));
    let held_count = Count::new(m, "block_rows_held", words, 0);
    let rows_left = m.reg("block_rows_left", Ty::uint(rows));
    let rows_any = m.reg_init("block_rows_any", Ty::bit(), 0);
    let at = m.reg("weight_at", Ty::uint(shape.tile_address_bits() + 3));
    let row_at = m.reg("block_row_at", Ty::uint(rows));
    let settling = m.reg("weight_settling", Ty::range(0, SETTLING - 1).full());

    let slices = given("slices");
    let half_slices = (slices.bits(rows - 1, 1) + slices.bit(0)).resize(rows).as_bits();
    let block_rows = known(m, "block_row_count", double.mux(half_slices, slices));
    let shifting = (rows_any & held_count.any).named("rows_shift");
    let header = (state.eq(more) & more_header.is_nonzero() & !gone).named("header_goes_on");
    let wants = state.eq(open) | (header & !held_count.any) | (state.eq(take) & !gone);
    let wants = wants.named("weights_wanted");
    from.ready().set(columns.directory | wants);
    let fire = (wants & from.valid()).named("weight_taken");
    let beat = from.lanes("w").whole();
    let tiles_taken = (fire & state.eq(take)).named("tiles_taken");
    let too_many = named.gt(block_rows).named("too_many_blocks");
    let count = too_many.mux(block_rows, named.bits(rows - 1, 0)).named("block_count");
    let row = held.bits(15, 0);
    let wrong_row = known(m, "wrong_row", shifting & row.ge(block_rows));
    let has_last = m.reg("has_last_row", Ty::bit());
    let last_row = known(m, "last_block_row", (block_rows - 1).wrap(rows).as_bits());
    let last_seen = known(m, "last_row_seen", shifting & row.eq(last_row));

    m.comment("What is known of a block column once it is there, each a cycle after what it follows from.");
    let none = |bits: u32| m.lit_of(0, Ty::uint(bits));
    let pair = m.concat([blocks.bits(rows - 2, 0), none(1)]);
    let own_tiles = sparse.mux(double.mux(pair, blocks), slices) & exists.repeat(rows);
    let tiles = known(m, "column_tiles", own_tiles);
    let whole = known(m, "whole_tiles", whole_tiles(m, tiles, double));
    let least = double.mux(m.lit_of(2, Ty::uint(rows)), m.lit_of(1, Ty::uint(rows))).named("least_tiles");
    let own = known(m, "own_last_tile", (whole.lt(least).mux(least, whole) - 1).wrap(rows).as_bits());
    let so_far = m.reg("last_tile_so_far", Ty::uint(rows));
    let most = known(m, "last_tile", (slot.bit(0) | so_far.lt(own)).mux(own, so_far));
    let square = double.mux(m.concat([blocks, none(4)]), m.concat([none(2), blocks, none(2)]));
    let header_beats = match rows > word_bits {
        true => (blocks.bits(rows - 1, word_bits) + 1).resize(rows).as_bits(),
        false => m.lit_of(1, Ty::uint(rows)),
    };
    let header_beats = known(m, "column_header_beats", header_beats);
    let expected = known(m, "column_beats", (square + header_beats).resize(BEATS).as_bits());
    let wrong_length = known(m, "wrong_length", sparse & exists & expected.ne(given("beats")));
    let lacks = (has_last | !sparse).named("lacks_rows");
    let missing = given("missing") & lacks.repeat(2);
    let short = given("last_rows") & lacks.repeat(shape.tile_bits());
    let tiles_within = (tiles - missing).wrap(rows).as_bits();
    let rows_within = known(m, "rows_within", m.concat([tiles_within, short]));
    let bad = m.reg_init("weights_bad", Ty::bit(), 0);
    let wrong = (bad | wrong_length).named("weights_wrong");
    let settled = (state.eq(settle) & settling.eq(SETTLING - 1)).named("column_settled");
    let group = (settled & slot.bit(shape.columns - 1)).named("group_settled");
    columns.queue.pop.set(settled);

    m.clocked(|| {
        m.when(shifting, || {
            held.set(held.bits(16 * words - 1, 16));
            rows_left.set((rows_left - 1).wrap(rows).as_bits());
            rows_any.set(rows_left.ne(1));
            row_at.set((row_at + 1).wrap(rows));
        });
        m.when(last_seen, || has_last.set(1));
        m.when(wrong_row, || bad.set(1));
        m.when(fire, || {
            left.set((left - 1).wrap(BEATS / 2).as_bits());
            m.when(left.eq(0), || left_high.set((left_high - 1).wrap(BEATS / 2).as_bits()));
            last.set(left.eq(2) & left_high.eq(0));
            gone.set(last);
        });
        m.when(tiles_taken & !at.bit(at.width() - 1), || at.set((at + 1).wrap(at.width())));
        m.switch(state, |cases| {
            cases.case(idle, || {
                left.set(given("beats").bits(BEATS / 2 - 1, 0));
                left_high.set(given("beats").bits(BEATS - 1, BEATS / 2));
                last.set(given("beats").eq(1));
                gone.set(!exists);
                [blocks, at, row_at, has_last, settling].iter().for_each(|register| register.set(0));
                rows_any.set(0);
                let opens = || m.when_else(sparse & exists, || state.set(open), || state.set(take));
                m.when(columns.queue.valid & !buffer.mux(full[1], full[0]), opens);
            });
            cases.case(open, || {
                m.when(fire, || {
                    named.set(beat.bits(15, 0));
                    held.set(beat.bits(16 * words - 1, 16).resize(16 * words).as_bits());
                    state.set(counting);
                });
            });
            cases.case(counting, || {
                blocks.set(count);
                rows_left.set(count);
                rows_any.set(named.is_nonzero());
                more_header.set(if rows > word_bits {
                    count.bits(rows - 1, word_bits).resize(rows)
                } else {
                    none(rows)
                });
                m.when(too_many, || bad.set(1));
                state.set(more);
            });
            cases.case(more, || {
                m.when_else(
                    header,
                    || {
                        m.when(fire, || {
                            held.set(beat);
                            more_header.set((more_header - 1).wrap(rows).as_bits());
                        });
                    },
                    || state.set(take),
                );
            });
            cases.case(take, || m.when(gone | (fire & last), || state.set(close)));
            cases.case(close, || m.when(!shifting, || state.set(settle)));
            cases.default(|| {
                settling.set((settling + 1).wrap(settling.width()));
                m.when(given("bad"), || bad.set(1));
                m.when(settled, || {
                    state.set(idle);
                    so_far.set(most);
                    bad.set(wrong & !given("last"));
                    slot.set(rotated(m, slot));
                });
            });
        });
        m.when(group, || buffer.set(!buffer));
    });
    held_count.load(m, [(state.eq(counting), words - 1), (state.eq(more) & fire, words)], shifting, state.eq(idle));
    let last_tile = [0u32, 1].map(|i| {
        let full = full[i as usize];
        let last_tile = m.reg(&format!("last_tile{i}"), Ty::uint(rows));
        m.clocked(|| {
            m.when(release & of.eq(i), || full.set(0));
            m.when(group & buffer.eq(i), || {
                full.set(1);
                last_tile.set(most);
            });
        });
        last_tile
    });

    let (load, beat_q) = (m.reg_init("weight_load", Ty::uint(shape.columns), 0), m.reg("weight_beat", beat.ty()));
    let address = m.reg("weight_address", Ty::uint(shape.weight_address_bits()));
    m.clocked(|| {
        load.set(slot & (tiles_taken & !at.bit(at.width() - 1)).repeat(shape.columns));
        address.set(m.concat([buffer, at.bits(at.width() - 2, 0)]));
        beat_q.set(beat);
    });
    Weights {
        open: slot & settled.repeat(shape.columns),
        open_buffer: buffer,
        open_tiles: tiles,
        open_offset: given("offset"),
        row_load: slot & shifting.repeat(shape.columns),
        row_address: m.concat([buffer, row_at]),
        row_value: row.bits(rows - 1, 0),
        load,
        address,
        beat: beat_q,
        group,
        last_tile,
        counted: settled & exists,
        ends: settled & given("last"),
        wrong,
        rows: rows_within,
        width: given("width"),
    }
}

/// The tiles of whole blocks.
fn whole_tiles<'m>(m: &'m Module, tiles: Sig<'m>, double: Sig<'m>) -> Sig<'m> {
    let rows = tiles.width();
    let pairs = (tiles.bits(rows - 1, 1) + tiles.bit(0)).resize(rows - 1).as_bits();
    double.mux(m.concat([pairs, m.lit_of(0, Ty::bit())]), tiles)
}

/// The next of a one-hot word.
pub(super) fn rotated<'m>(m: &'m Module, hot: Sig<'m>) -> Sig<'m> {
    match hot.width() {
        1 => hot,
        bits => m.concat([hot.bits(bits - 2, 0), hot.bit(bits - 1)]),
    }
}
