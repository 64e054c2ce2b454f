//! Where the block columns of a job lie.

use std::sync::Arc;

use hdl::{Design, Module, Sig, Ty};

use super::count::{Count, Queue, known};
use super::jobs::column_count_bits;
use super::shape::{DIRECTORY, Shape};
use crate::delay_line::delayed;
use crate::mpca::BEATS;

/// Bits that are added in a cycle.
const PART: u32 = 8;

/// What writes the directory, and what reads it.
pub(super) struct Directory<'m> {
    /// All entries have been written.
    pub done: Sig<'m>,
    /// A beat of entries can be taken.
    pub takes: Sig<'m>,
    /// The entry asked for two cycles before.
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
        let going = m.reg_init("entries_going", Ty::bit(), 0);
        let left = m.reg("entries_left", Ty::uint(count));
        let last = m.reg("entries_last", Ty::bit());
        let held = m.reg("entry_words", Ty::uint(16 * words));
        let words_left = Count::new(m, "entry_words_left", words, 0);
        let shifts = (control.reads & going & words_left.any).named("entry_shifts");
        let counts = (control.counts & going).named("entry_counts");
        let step = (counts | shifts).named("entry_step");
        m.clocked(|| {
            m.when_else(
                control.restart,
                || {
                    going.set(1);
                    left.set(given("all_columns"));
                    last.set(0);
                },
                || {
                    m.when(step, || {
                        left.set((left - 1).wrap(count).as_bits());
                        last.set(left.eq(1));
                        going.set(!last);
                    });
                },
            );
            m.when(shifts, || held.set(held.bits(16 * words - 1, 16)));
            m.when(control.fire, || held.set(control.beat));
        });
        words_left.load(m, [(control.fire, words)], shifts, control.restart);
        let dense = Self::dense(m, job, control.restart, counts);
        let sparse = Self::sparse(m, control.restart, shifts, held.bits(15, 0));
        let steps = delayed(m, "entry_stepped", step, 4, true);
        let entry = m.reg("entry", Ty::uint(DIRECTORY.trailing_zeros()));
        let word = known(m, "entry_word", control.counts.mux(dense, sparse));
        m.clocked(|| {
            m.when_else(
                control.restart,
                || entry.set(0),
                || m.when(steps[4], || entry.set((entry + 1).wrap(entry.width()))),
            );
        });
        let memory = m.instance("directory", design);
        memory.input("we_i", steps[4]);
        memory.input("waddr_i", entry);
        memory.input("wdata_i", word);
        memory.input("raddr_i", control.column);
        let word = memory.output_named("rdata_o", "directory_word");
        let takes = (control.reads & going & !words_left.any).named("directory_takes");
        let done = delayed(m, "directory_done", step & last, 5, true)[5];
        Self { done, takes, word }
    }

    /// Sums of the lengths of block columns, 8 bits a cycle, three cycles behind the step.
    fn dense(m: &'m Module, job: &Queue<'m>, restart: Sig<'m>, step: Sig<'m>) -> Sig<'m> {
        let count = column_count_bits();
        let given = |name: &str| job.field(name);
        let left = m.reg("entry_columns_left", Ty::uint(count));
        let head_end = m.reg("entry_head_end", Ty::bit());
        let single = !given("double") | (head_end & given("odd"));
        let tiles = m.concat([given("slices"), m.lit_of(0, Ty::uint(2))]).resize(2 * PART).as_bits();
        let pair = m.concat([tiles.bits(2 * PART - 2, 0), m.lit_of(0, Ty::bit())]);
        let length = single.mux(tiles, pair).named("entry_length");
        let steps = delayed(m, "entry_counted", step, 2, true);
        let lengths = known(m, "entry_length_high", length.bits(2 * PART - 1, PART));
        let at = [0, 1, 2].map(|i| m.reg(&format!("entry_at{i}"), Ty::uint(PART)));
        let carries = [0, 1].map(|i| m.reg(&format!("entry_carry{i}"), Ty::bit()));
        let low = (at[0] + length.bits(PART - 1, 0)).named("entry_low");
        let middle = (at[1] + lengths + carries[0]).resize(PART + 1).as_bits().named("entry_middle");
        let high = (at[2] + carries[1]).wrap(PART);
        m.clocked(|| {
            m.when_else(
                restart,
                || {
                    left.set(given("columns"));
                    head_end.set(given("columns").eq(1));
                    at.iter().for_each(|part| part.set(0));
                },
                || {
                    m.when(step, || {
                        left.set(head_end.mux(given("columns"), (left - 1).wrap(count).as_bits()));
                        head_end.set(head_end.mux(given("columns").eq(1), left.eq(2)));
                        at[0].set(low.wrap(PART));
                    });
                    m.when(steps[1], || at[1].set(middle.bits(PART - 1, 0)));
                    m.when(steps[2], || at[2].set(high));
                },
            );
            carries[0].set(low.bit(PART));
            carries[1].set(middle.bit(PART));
        });
        let low = delayed(m, "entry_at_low", at[0], 2, false)[2];
        let middle = known(m, "entry_at_middle", at[1]);
        known(m, "entry_counted_word", m.concat([at[2], middle, low]))
    }

    /// Entries whose upper bits count how often the lower ones have become less, three cycles behind the step.
    fn sparse(m: &'m Module, restart: Sig<'m>, step: Sig<'m>, entry: Sig<'m>) -> Sig<'m> {
        let steps = delayed(m, "entry_shifted", step, 2, true);
        let (low, before) = (m.reg("entry_read", Ty::uint(16)), m.reg("entry_before", Ty::uint(16)));
        let wraps = known(m, "entry_wraps", low.lt(before));
        let high = m.reg("entry_high", Ty::uint(BEATS - 16));
        let lows = delayed(m, "entry_read_late", low, 2, false);
        m.clocked(|| {
            m.when_else(
                restart,
                || {
                    [low, high].iter().for_each(|register| register.set(0));
                },
                || {
                    m.when(step, || {
                        low.set(entry);
                        before.set(low);
                    });
                    m.when(steps[2], || high.set((high + wraps).wrap(BEATS - 16)));
                },
            );
        });
        m.concat([high, lows[2]])
    }
}
