//! Where the block columns of a job lie.

use std::sync::Arc;

use hdl::{Design, Module, Sig, Ty};

use super::jobs::{Queue, column_count_bits};
use super::shape::{DIRECTORY, Shape};
use crate::mpca::BEATS;

/// What writes the directory, and what reads it.
pub(super) struct Directory<'m> {
    /// The last entry is being written.
    pub done: Sig<'m>,
    /// A beat of entries can be taken.
    pub takes: Sig<'m>,
    /// The entry asked for in the cycle before.
    pub word: Sig<'m>,
}

/// What the directory is told.
pub(super) struct Control<'m> {
    /// Begin with entry 0.
    pub restart: Sig<'m>,
    /// Count the entries of dense weights, one a cycle.
    pub counts: Sig<'m>,
    /// Take the entries of sparse weights.
    pub reads: Sig<'m>,
    /// A beat of entries comes.
    pub fire: Sig<'m>,
    /// The beat.
    pub beat: Sig<'m>,
    /// The entry wanted.
    pub column: Sig<'m>,
}

impl<'m> Directory<'m> {
    pub fn new(m: &'m Module, shape: &Shape, design: &Arc<Design>, job: &Queue<'m>, control: &Control<'m>) -> Self {
        m.comment("The directory: where each block column begins, in beats; 16 bits of it come with sparse weights, which ascend.");
        let (count, words) = (column_count_bits(), shape.weight_words());
        let given = |name: &str| job.field(name);
        let entry = m.reg("entry", Ty::uint(count));
        let at = m.reg("entry_at", Ty::uint(BEATS));
        let in_head = m.reg("entry_column", Ty::uint(count));
        let held = m.reg("entry_words", Ty::uint(16 * words));
        let left = m.reg_init("entry_words_left", Ty::range(0, words), 0);

        let head_end = (in_head + 1).eq(given("columns")).named("entry_head_end");
        let tiles = m.concat([given("slices"), m.lit_of(0, Ty::uint(2))]);
        let single = !given("double") | (head_end & given("odd"));
        let next = single.mux(tiles + at, m.concat([tiles, m.lit_of(0, Ty::bit())]) + at).resize(BEATS).as_bits();
        let low = held.bits(15, 0);
        let wraps = low.lt(at.bits(15, 0)).named("entry_wraps");
        let high = (at.bits(BEATS - 1, 16) + wraps).wrap(BEATS - 16).as_bits();
        let read = m.concat([high, low]).named("entry_read");
        let shifts = (control.reads & left.is_nonzero()).named("entry_shifts");
        let write = (control.counts | shifts).named("entry_write");
        let done = (write & entry.eq(given("all_columns"))).named("directory_done");
        m.clocked(|| {
            m.when(control.restart, || [entry, at, in_head].iter().for_each(|register| register.set(0)));
            m.when(control.counts, || {
                at.set(next);
                in_head.set(head_end.mux(m.lit(0), (in_head + 1).wrap(count)));
            });
            m.when(shifts, || {
                at.set(read);
                left.set((left - 1).assume_range(0, words));
                held.set(held.bits(16 * words - 1, 16));
            });
            m.when(control.fire, || {
                held.set(control.beat);
                left.set(words);
            });
            m.when(write, || entry.set((entry + 1).wrap(count)));
            m.when(done, || left.set(0));
        });
        let places = DIRECTORY.trailing_zeros();
        let memory = m.instance("directory", design);
        memory.input("we_i", write);
        memory.input("waddr_i", entry.bits(places - 1, 0));
        memory.input("wdata_i", control.counts.mux(at, read));
        memory.input("raddr_i", control.column);
        let word = memory.output_named("rdata_o", "directory_word");
        let takes = (control.reads & !left.is_nonzero()).named("directory_takes");
        Self { done, takes, word }
    }
}
