//! The requests for block columns, in the order of Algorithm 2.

use std::sync::Arc;

use hdl::{Design, Errors, Module, RamStyle, Sig, Sink, Source, Ty, prim};

use super::count::{Fields, Queue, bits_of, known};
use super::directory::{Control, Directory};
use super::jobs::column_count_bits;
use super::shape::{AHEAD, DIRECTORY, Shape, plus};
use crate::mpca::{ADDRESS, BEATS, HEADS};

/// The directory's memory and the queue of block columns.
pub(super) struct Parts {
    directory: Arc<Design>,
    columns: Arc<Design>,
    fields: Fields,
}

impl Parts {
    pub fn new(shape: &Shape) -> Result<Self, Errors> {
        let rows = shape.row_bits();
        let mut fields = vec![("exists", 1), ("bad", 1), ("last", 1), ("sparse", 1), ("double", 1)];
        fields.extend([("slices", rows), ("offset", rows), ("beats", BEATS)]);
        fields.extend([("last_rows", shape.tile_bits()), ("missing", 2)]);
        fields.extend([("width", shape.block_bits()), ("n", shape.n_bits())]);
        let directory = prim::ram(BEATS, DIRECTORY, RamStyle::Block, 2)?;
        Ok(Self { directory, columns: prim::fifo(bits_of(&fields), AHEAD)?, fields })
    }
}

/// Block columns that have been asked for, in the order in which the array takes them: of each column of processing elements one,
/// which need not exist.
pub(super) struct Columns<'m> {
    /// The block columns; the next is popped when its last beat has been taken.
    pub queue: Queue<'m>,
    /// The next beat belongs to the directory.
    pub directory: Sig<'m>,
}

/// Where a block column lies, and whether it can.
struct Place<'m> {
    address: Sig<'m>,
    length: Sig<'m>,
    sound: Sig<'m>,
    /// The sums are complete after this cycle.
    last: Sig<'m>,
}

/// The first value and the ends of a [`Place`].
struct Ends<'m> {
    /// `from`, a beat counted from the beginning of the job's weights, is given.
    first: (Sig<'m>, Sig<'m>),
    /// `to` is given.
    second: (Sig<'m>, Sig<'m>),
    /// Their sums are made.
    sums: Sig<'m>,
    base: Sig<'m>,
    limit: Sig<'m>,
}

/// Bits that are added in a cycle.
const PART: u32 = 8;

impl<'m> Place<'m> {
    /// `from` + base, `to` − `from`, `to` against the limit, in four cycles.
    fn new(m: &'m Module, ends: &Ends<'m>) -> Self {
        m.comment(
            "Address and length of a block column: the lowest 8 bits of all words are added, then the words move on.",
        );
        let word = |name: &str| m.reg(&format!("place_{name}"), Ty::uint(ADDRESS));
        let [from, to, base, limit] = ["from", "to", "base", "limit"].map(word);
        let [address, length] = ["address", "length"].map(word);
        let bit = |name: &str| m.reg(&format!("place_{name}"), Ty::bit());
        let [carry, ascends, fits, any] = ["carry", "ascends", "fits", "any"].map(bit);
        let count = m.reg_init("place_count", Ty::uint(2), 0);
        let low = |word: Sig<'m>| word.bits(PART - 1, 0);
        let sum = |a: Sig<'m>, b: Sig<'m>, carry: Sig<'m>, name: &str| {
            (a + b + carry).resize(PART + 1).as_bits().named(&format!("place_{name}_sum"))
        };
        let address_sum = sum(low(base), low(from), carry, "address");
        let length_sum = sum(low(to), !low(from), ascends, "length");
        let still_fits = (low(limit) + !low(to) + fits).resize(PART + 1).bits(PART, PART);
        let wide = |value: Sig<'m>| value.resize(ADDRESS).as_bits();
        m.clocked(|| {
            m.when(ends.first.0, || {
                from.set(wide(ends.first.1));
                base.set(ends.base);
                carry.set(0);
            });
            m.when(ends.second.0, || {
                to.set(wide(ends.second.1));
                limit.set(wide(ends.limit));
                [length, any].iter().for_each(|register| register.set(0));
                [ascends, fits].iter().for_each(|register| register.set(1));
            });
            m.when(ends.sums, || {
                let none = m.lit_of(0, Ty::uint(PART));
                for word in [from, to, base, limit] {
                    word.set(m.concat([none, word.bits(ADDRESS - 1, PART)]));
                }
                for (word, sum) in [(address, address_sum), (length, length_sum)] {
                    word.set(m.concat([low(sum), word.bits(ADDRESS - 1, PART)]));
                }
                carry.set(address_sum.bit(PART));
                ascends.set(length_sum.bit(PART));
                fits.set(still_fits);
                any.set(any | length.bits(ADDRESS - 1, ADDRESS - PART).is_nonzero());
                count.set((count + 1).wrap(2));
            });
        });
        let sound = (ascends & fits & any).named("place_sound");
        Self { address, length: length.bits(BEATS - 1, 0), sound, last: ends.sums & count.eq(3) }
    }
}

/// Fetches the weights of a job: first its directory, then a block column for each column of processing elements, group by group.
pub(super) fn fetch<'m>(
    m: &'m Module,
    shape: &Shape,
    parts: &Parts,
    job: &Queue<'m>,
    weight: &Sink<'m>,
    read: &Source<'m>,
) -> Columns<'m> {
    let (p_h, p_c) = (shape.config.p_h, shape.config.p_c);
    let (rows, count) = (shape.row_bits(), column_count_bits());
    let given = |name: &str| job.field(name);
    let names = ["Idle", "Count", "Sum", "Ask", "Take", "Begin", "End", "From", "To", "Request", "Step"];
    let (state, states) = m.state_machine("fetch_state", names);
    let [idle, counting, sum, ask, take, begin, end, first, second, request, step] = states;

    let entry = m.reg("fetch_entry", Ty::uint(count));
    let fire = m.wire("directory_fire", Ty::bit());
    let places = DIRECTORY.trailing_zeros();
    let control = Control {
        restart: state.eq(idle),
        counts: state.eq(counting),
        reads: state.eq(take),
        fire,
        beat: weight.lanes("w").whole(),
        column: state.eq(end).mux((entry + 1).wrap(places), entry.bits(places - 1, 0)),
    };
    let directory = Directory::new(m, shape, &parts.directory, job, &control);
    let asking = m.reg_init("fetch_asking", Ty::bit(), 0);
    let place = Place::new(
        m,
        &Ends {
            first: ((state.eq(idle) | state.eq(first)), state.eq(idle).mux(given("beats"), directory.word)),
            second: (state.eq(second), directory.word),
            sums: state.eq(sum),
            base: given("address"),
            limit: given("beats"),
        },
    );

    m.comment("Groups of block columns: p_c of each of p_h heads. What follows from where the loops are is known before it is needed.");
    let head = m.reg("fetch_head", Ty::uint(HEADS + 1));
    let column = m.reg("fetch_column", Ty::uint(count + 1));
    let across = m.reg("fetch_across", Ty::range(0, p_c.max(2) - 1).full());
    let chm = m.reg("fetch_chm", Ty::range(0, p_h.max(2) - 1).full());
    let [group_entry, chm_entry, heads_entry] =
        ["group_entry", "chm_entry", "heads_entry"].map(|name| m.reg(name, Ty::uint(count)));
    let [head_offset, heads_offset, offset] =
        ["head_offset", "heads_offset", "fetch_offset"].map(|name| m.reg(name, Ty::uint(rows)));
    let first_group = m.reg("first_group", Ty::bit());
    let wrapped = |value: Sig<'m>, bits: u32| value.wrap(bits).as_bits();
    let own_head = known(m, "own_head", wrapped(head + chm, HEADS + 1));
    let own_column = known(m, "own_column", wrapped(column + across, count + 1));
    let behind = known(m, "own_column_next", wrapped(own_column + 1, count + 1));
    let exists = known(m, "column_exists", own_head.lt(given("heads")) & own_column.lt(given("columns")));
    let ends_head = known(m, "column_ends_head", behind.eq(given("columns")));
    let next_column = known(m, "next_column", wrapped(column + p_c, count + 1));
    let next_head = known(m, "next_head", wrapped(head + p_h, HEADS + 1));
    let columns_end = known(m, "columns_end", next_column.ge(given("columns")));
    let heads_end = known(m, "heads_end", next_head.ge(given("heads")));
    let across_last = known(m, "across_last", across.eq(p_c - 1));
    let chm_last = known(m, "chm_last", across.eq(p_c - 1) & chm.eq(p_h - 1));
    let columns_last = known(m, "columns_last", chm_last & columns_end);
    let job_last = known(m, "fetch_last", chm_last & columns_end & heads_end);
    let next_chm = known(m, "next_chm_entry", plus(chm_entry, given("columns"), count));
    let next_group = known(m, "next_group_entry", wrapped(group_entry + p_c, count));
    let next_offset = known(m, "next_offset", plus(offset, given("slices"), rows) & given("per_head").repeat(rows));

    let words = shape.weight_words();
    let directory_beats = (given("all_columns") + words).drop_low(words.trailing_zeros());
    let directory_beats = directory_beats.with_frac(0).resize(BEATS).as_bits();
    let asks = (exists & place.sound).named("column_asked");
    let push = m.wire("column_pushed", Ty::bit());
    let side = given("double").mux(m.lit(2 * shape.tile), m.lit(shape.tile));
    let word = |name: &str| match name {
        "exists" => asks,
        "bad" => exists & !place.sound,
        "last" => job_last,
        "offset" => offset,
        "beats" => place.length,
        "width" => ends_head.mux(given("last_width"), side.resize(shape.block_bits()).as_bits()),
        name => given(name),
    };
    let word = m.concat(parts.fields.iter().rev().map(|field| word(field.0)));
    let queue = Queue::new(m, "columns", &parts.columns, &parts.fields, push, word);
    push.set(state.eq(request) & queue.room & (read.ready() | !asks));
    read.valid().set(state.eq(ask) | (state.eq(request) & queue.room & asks));
    read.field("address").set(place.address);
    read.field("beats").set(state.eq(ask).mux(directory_beats, place.length));
    job.pop.set(state.eq(step) & job_last);
    let from_directory = (directory.takes & !queue.valid).named("from_directory");
    fire.set(from_directory & weight.valid());
    m.clocked(|| {
        m.switch(state, |cases| {
            cases.case(idle, || {
                [head, column, across, chm, entry, group_entry, chm_entry, head_offset, offset]
                    .iter()
                    .for_each(|register| register.set(0));
                first_group.set(1);
                asking.set(1);
                m.when(job.valid, || m.when_else(given("sparse"), || state.set(sum), || state.set(counting)));
            });
            cases.case(counting, || m.when(directory.done, || state.set(begin)));
            cases.case(ask, || m.when(read.ready(), || state.set(take)));
            cases.case(take, || m.when(directory.done, || state.set(begin)));
            cases.case(begin, || {
                asking.set(0);
                state.set(end);
            });
            cases.case(end, || state.set(first));
            cases.case(first, || state.set(second));
            cases.case(second, || state.set(sum));
            cases.case(sum, || m.when(place.last, || m.when_else(asking, || state.set(ask), || state.set(request))));
            cases.case(request, || m.when(push, || state.set(step)));
            cases.default(|| {
                m.when_else(job_last, || state.set(idle), || state.set(begin));
                m.when_else(
                    across_last,
                    || {
                        across.set(0);
                        chm.set((chm + 1).wrap(chm.width()));
                        [chm_entry, entry].iter().for_each(|register| register.set(next_chm));
                        offset.set(next_offset);
                    },
                    || {
                        across.set((across + 1).wrap(across.width()));
                        entry.set((entry + 1).wrap(count).as_bits());
                    },
                );
                m.when(chm_last, || {
                    chm.set(0);
                    column.set(next_column);
                    [group_entry, chm_entry, entry].iter().for_each(|register| register.set(next_group));
                    offset.set(head_offset);
                    first_group.set(0);
                    m.when(first_group, || {
                        heads_entry.set(next_chm);
                        heads_offset.set(next_offset);
                    });
                });
                m.when(columns_last, || {
                    column.set(0);
                    head.set(next_head);
                    first_group.set(1);
                    let entries = first_group.mux(next_chm, heads_entry).named("heads_entry_next");
                    [group_entry, chm_entry, entry].iter().for_each(|register| register.set(entries));
                    let offsets = first_group.mux(next_offset, heads_offset).named("heads_offset_next");
                    [head_offset, offset].iter().for_each(|register| register.set(offsets));
                });
            });
        });
    });
    Columns { queue, directory: from_directory }
}
