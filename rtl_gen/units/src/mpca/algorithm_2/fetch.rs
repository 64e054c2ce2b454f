//! The requests for block columns, in the order of Algorithm 2.

use std::sync::Arc;

use hdl::{Design, Errors, Module, RamStyle, Sig, Sink, Source, Ty, prim};

use super::directory::{Control, Directory};
use super::jobs::{Fields, Queue, column_count_bits, field};
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
        let bits = fields.iter().map(|field: &(&str, u32)| field.1).sum();
        let directory = prim::ram(BEATS, DIRECTORY, RamStyle::Block, 1)?;
        Ok(Self { directory, columns: prim::fifo(bits, AHEAD)?, fields })
    }
}

/// Block columns that have been asked for, in the order in which the array takes them: of each column of processing elements one,
/// which need not exist.
pub(super) struct Columns<'m> {
    /// Whether there is one.
    pub valid: Sig<'m>,
    /// Set when its last beat has been taken.
    pub pop: Sig<'m>,
    /// The next beat belongs to the directory.
    pub directory: Sig<'m>,
    word: Sig<'m>,
    fields: Fields,
}

impl<'m> Columns<'m> {
    /// What is known of the block column.
    pub fn field(&self, name: &str) -> Sig<'m> {
        field(self.word, &self.fields, name)
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
    let names = ["Idle", "Count", "Ask", "Take", "Begin", "End", "Compare", "Request"];
    let (state, [idle, counting, ask, take, begin, end, compare, request]) = m.state_machine("fetch_state", names);
    let queue = m.instance("block_columns", &parts.columns);
    let room = queue.output_named("in_ready_o", "columns_room");
    let valid = queue.output_named("out_valid_o", "columns_valid");

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
    let from_directory = (directory.takes & !valid).named("from_directory");
    fire.set(from_directory & weight.valid());

    m.comment("Groups of block columns: p_c of each of p_h heads.");
    let head = m.reg("fetch_head", Ty::uint(HEADS + 1));
    let column = m.reg("fetch_column", Ty::uint(count + 1));
    let across = m.reg("fetch_across", Ty::range(0, p_c.max(2) - 1).full());
    let chm = m.reg("fetch_chm", Ty::range(0, p_h.max(2) - 1).full());
    let starts = ["head_entry", "group_entry", "chm_entry"].map(|name| m.reg(name, Ty::uint(count)));
    let [head_entry, group_entry, chm_entry] = starts;
    let (head_offset, offset) = (m.reg("head_offset", Ty::uint(rows)), m.reg("fetch_offset", Ty::uint(rows)));
    let (from, length) = (m.reg("column_from", Ty::uint(BEATS)), m.reg("column_length", Ty::uint(BEATS)));
    let sound = m.reg("column_sound", Ty::bit());
    let exists = ((head + chm).lt(given("heads")) & (column + across).lt(given("columns"))).named("column_exists");
    let next_column = (column + p_c).named("next_column");
    let next_head = (head + p_h).named("next_head");
    let across_last = across.eq(p_c - 1).named("across_last");
    let chm_last = (across_last & chm.eq(p_h - 1)).named("chm_last");
    let columns_last = (chm_last & next_column.ge(given("columns"))).named("columns_last");
    let job_last = (columns_last & next_head.ge(given("heads"))).named("fetch_last");

    let asks = (exists & sound).named("column_asked");
    let first_beats = (given("all_columns") + shape.weight_words()).drop_low(shape.weight_words().trailing_zeros());
    let asks_directory = state.eq(ask);
    read.valid().set(asks_directory | (state.eq(request) & room & asks));
    let base = asks_directory.mux(given("beats"), from);
    read.field("address").set((given("address") + base).wrap(ADDRESS));
    read.field("beats").set(asks_directory.mux(first_beats.with_frac(0).resize(BEATS).as_bits(), length));
    let push = (state.eq(request) & room & (read.ready() | !asks)).named("column_pushed");
    job.pop.set(push & job_last);

    let per_head = |sum: Sig<'m>| sum & given("per_head").repeat(rows);
    let next_entry = (entry + 1).wrap(count).as_bits();
    let next_chm = plus(chm_entry, given("columns"), count).named("next_chm_entry");
    let next_group = (group_entry + p_c).wrap(count).as_bits().named("next_group_entry");
    let next_heads = plus(head_entry, given("columns") * p_h, count).named("next_heads_entry");
    let next_offset = per_head(plus(offset, given("slices"), rows));
    let next_head_offset = per_head(plus(head_offset, given("slices") * p_h, rows)).named("next_head_offset");
    m.clocked(|| {
        m.when(state.eq(idle), || {
            [head, column, across, chm, entry, head_entry, group_entry, chm_entry, head_offset, offset]
                .iter()
                .for_each(|register| register.set(0));
            m.when(job.valid, || m.when_else(given("sparse"), || state.set(ask), || state.set(counting)));
        });
        m.when(asks_directory & read.ready(), || state.set(take));
        m.when(directory.done, || state.set(begin));
        m.when(state.eq(begin), || state.set(end));
        m.when(state.eq(end), || {
            from.set(directory.word);
            state.set(compare);
        });
        m.when(state.eq(compare), || {
            length.set((directory.word - from).wrap(BEATS).as_bits());
            sound.set(directory.word.gt(from) & directory.word.le(given("beats")));
            state.set(request);
        });
        m.when(push, || {
            m.when_else(job_last, || state.set(idle), || state.set(begin));
            entry.set(next_entry);
            across.set(across_last.mux(m.lit(0), (across + 1).wrap(across.width())));
            m.when(across_last, || {
                chm.set((chm + 1).wrap(chm.width()));
                chm_entry.set(next_chm);
                entry.set(next_chm);
                offset.set(next_offset);
            });
            m.when(chm_last, || {
                chm.set(0);
                column.set(next_column.wrap(count + 1));
                [group_entry, chm_entry, entry].iter().for_each(|register| register.set(next_group));
                offset.set(head_offset);
            });
            m.when(columns_last, || {
                column.set(0);
                head.set(next_head.wrap(HEADS + 1));
                [head_entry, group_entry, chm_entry, entry].iter().for_each(|register| register.set(next_heads));
                head_offset.set(next_head_offset);
                offset.set(next_head_offset);
            });
        });
    });

    let word = |name: &str| match name {
        "exists" => asks,
        "bad" => exists & !sound,
        "last" => job_last,
        "offset" => offset,
        "beats" => length,
        name => given(name),
    };
    queue.input("in_valid_i", push);
    queue.input("in_data_i", m.concat(parts.fields.iter().rev().map(|field| word(field.0))));
    let pop = m.wire("columns_pop", Ty::bit());
    queue.input("out_ready_i", pop);
    let word = queue.output_named("out_data_o", "block_column");
    Columns { valid, pop, directory: from_directory, word, fields: parts.fields.clone() }
}
