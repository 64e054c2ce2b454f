//! Counters: those that several parts have alike, and what becomes of the array's.

use std::sync::Arc;

use hdl::{Design, Errors, Module, Sig, Ty};
use spec::accel::{Counts, Layout};
use spec::unit::GemmEngine;

use super::shape::{COUNT, Shape, bits};
use super::softmax::late;

/// Bits of a number among counts.
const WORD: u32 = 32;

/// Places that are left of `most`: one less when `takes`, one more when `gives`.
pub(super) fn places_left<'m>(m: &'m Module, name: &str, most: u32, takes: Sig<'m>, gives: Sig<'m>) -> Sig<'m> {
    let left = m.reg_init(name, Ty::range(0, most), most);
    m.clocked(|| {
        m.when_else(
            takes & !gives,
            || left.set((left - 1).assume_range(0, most)),
            || m.when(gives & !takes, || left.set((left + 1).assume_range(0, most))),
        );
    });
    left
}

/// Jobs that are done since `restart_i`, on `done_o`.
pub(super) fn jobs_done<'m>(m: &'m Module, ends: Sig<'m>) {
    let done = m.reg_init("done", Ty::uint(COUNT), 0);
    let restart = m.input("restart", Ty::bit());
    m.clocked(|| {
        m.when_else(restart, || done.set(0), || m.when(ends, || done.set((done + 1).wrap(COUNT).as_bits())));
    });
    m.output("done", Ty::uint(COUNT)).set(done);
}

/// The totals of the array and the clock's, on `counts_o`: those that a job kept, until they are stored; else those of now.
///
/// `keeps_i` pulses in the cycle whose counts are kept, `counting_i` tells that they are being stored, `counted_i` pulses with
/// the last beat. Their order is that of [`Layout::COUNTS`].
pub(super) fn kept_counts(shape: &Shape) -> Result<Arc<Design>, Errors> {
    Module::build(format!("core_counts_{}", shape.core.ident()), |m| {
        m.doc("Holds the totals of a cycle until they are stored.");
        let [restart, keeps, counting, counted] =
            ["restart", "keeps", "counting", "counted"].map(|name| m.input(name, Ty::bit()));
        let clock = m.reg_init("clock", Ty::uint(WORD), 0);
        m.clocked(|| clock.set((clock + 1).wrap(WORD)));
        let totals = Layout::COUNTS.fields().filter(|field| field.name != "tokens").map(|field| match field.name {
            "cycles" => clock,
            name => m.input(name, Ty::uint(WORD)),
        });
        let totals = m.concat(totals.collect::<Vec<_>>().into_iter().rev()).named("totals");
        m.comment("The totals have a cycle's events later.");
        let now = late(m, "keeps", keeps, GemmEngine::COUNTED, true).named("keeps_now");
        m.comment("The last beat is a long way off; no job keeps its counts before the vector unit's job is over.");
        let stored = late(m, "counted", counted, 1, true).named("counts_stored");
        let held = m.reg_init("held", Ty::bit(), 0);
        let kept = m.reg("kept", totals.ty());
        m.clocked(|| {
            m.when_else(now, || held.set(1), || m.when(stored | restart, || held.set(0)));
            m.when(now | (!held & !counting), || kept.set(totals));
        });
        m.output("counts", totals.ty()).set(kept);
    })
}

/// The beat of counts that is stored next, and whether it is the last and taken.
pub(super) fn count_beats<'m>(
    m: &'m Module,
    shape: &Shape,
    tokens: Sig<'m>,
    counting: Sig<'m>,
    ready: Sig<'m>,
) -> (Sig<'m>, Sig<'m>) {
    let (width, beats) = (shape.core.beat_bits(), shape.core.count_beats());
    m.comment("Counts are stored beat by beat, the number of tokens last.");
    let counts = m.input("counts", Ty::uint(8 * Counts::BYTES as u32 - WORD));
    let words = m.wire_vec("count_beat", beats, Ty::uint(width));
    words.whole().set(m.concat([tokens.resize(beats * width - counts.width()).as_bits(), counts]));
    let number = m.reg_init("count_number", Ty::uint(bits(beats).max(1)), 0);
    let last = number.eq(beats - 1).named("count_last");
    m.clocked(|| {
        m.when(counting & ready, || number.set(last.mux(0, (number + 1).wrap(number.width()).as_bits())));
    });
    let counted = (counting & ready & last).named("counted");
    m.output("counting", Ty::bit()).set(counting);
    m.output("counted", Ty::bit()).set(counted);
    (if beats == 1 { words.at(0) } else { words.pick(number) }, counted)
}
