//! Tokens: when they may enter, and what goes with them.

use hdl::{Module, Sig, Ty};

use super::features::Loaded;
use super::jobs::Queue;
use super::place::Slot;
use super::shape::Shape;

/// What enters in a cycle, and why nothing does.
pub(super) struct Issue<'m> {
    /// A token enters.
    pub fire: Sig<'m>,
    /// It is the first of its slot.
    pub begin: Sig<'m>,
    /// Its number.
    pub token: Sig<'m>,
    /// The buffer of features it is read from.
    pub buffer: Sig<'m>,
    /// It is the last of its job.
    pub job_done: Sig<'m>,
    /// It has results; they are the last of its job.
    pub results: Sig<'m>,
    /// The next tiles are not there.
    pub no_weights: Sig<'m>,
    /// The job's features are not there.
    pub no_features: Sig<'m>,
    /// Set when an output beat is taken.
    pub credit_back: Sig<'m>,
}

/// The sequencer of tokens.
pub(super) fn issue<'m>(
    m: &'m Module,
    shape: &Shape,
    job: &Queue<'m>,
    slot: &Slot<'m>,
    loaded: &Loaded<'m>,
    begin: Sig<'m>,
) -> Issue<'m> {
    m.comment(
        "Tokens: the first of a slot takes the waiting tiles; where columns end, a token needs room for its results.",
    );
    let least = shape.least_slot();
    let slots = shape.slots();
    let opening = m.reg_init("opening", Ty::bit(), 1);
    let token = m.reg_init("token", shape.token(), 0);
    let buffer = m.reg_init("buffer", Ty::bit(), 0);
    let gap = m.reg_init("gap", Ty::range(0, least - 1).full(), 0);
    let credit = m.reg_init("credit", Ty::range(0, slots), slots);
    let slot_n = m.reg("slot_n", shape.tokens());
    let slot_ends = m.reg("slot_has_end", Ty::bit());
    let slot_last = m.reg("slot_is_last", Ty::bit());

    let n = opening.mux(job.field("n"), slot_n).named("n_now");
    let ends = opening.mux(slot.end.whole().reduce_or(), slot_ends).named("has_end_now");
    let last = opening.mux(slot.last, slot_last).named("is_last_now");
    let no_weights = (opening & (!slot.full | gap.is_nonzero())).named("no_weights");
    let no_features = (opening & !buffer.mux(loaded.full[1], loaded.full[0])).named("no_features");
    let no_room = (ends & !credit.is_nonzero()).named("no_room");
    let fire = (!no_weights & !no_features & !no_room).named("fire");
    let token_last = (token + 1).eq(n).named("token_last");
    let job_done = (fire & token_last & last).named("job_done");
    let results = (fire & ends).named("has_results");
    let credit_back = m.wire("credit_back", Ty::bit());
    begin.set(fire & opening);
    m.clocked(|| {
        m.when_else(
            begin,
            || gap.set(least - 1),
            || m.when(gap.is_nonzero(), || gap.set((gap - 1).wrap(gap.width()).as_bits())),
        );
        m.when(begin, || {
            slot_n.set(job.field("n"));
            slot_ends.set(ends);
            slot_last.set(slot.last);
        });
        m.when(fire, || {
            opening.set(token_last);
            token.set(token_last.mux(m.lit(0), (token + 1).wrap(token.width())));
        });
        m.when(job_done, || buffer.set(!buffer));
        m.when_else(
            credit_back & !results,
            || credit.set((credit + 1).assume_range(0, slots)),
            || m.when(results & !credit_back, || credit.set((credit - 1).assume_range(0, slots))),
        );
    });
    Issue { fire, begin, token, buffer, job_done, results, no_weights, no_features, credit_back }
}
