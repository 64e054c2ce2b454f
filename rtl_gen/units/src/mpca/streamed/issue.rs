//! Tokens: when they may enter, and what goes with them.

use std::sync::Arc;

use hdl::{Design, Errors, Module, Ty};

use super::shape::Shape;

/// `mpca_issue_*`: tokens: when they may enter, and what goes with them.
///
/// The first of a slot takes the waiting tiles (`slot_begins_o`); where columns end, a token needs room for its results. `out_taken_i` is set when an
/// output beat is taken.
pub(super) fn issue(shape: &Shape) -> Result<Arc<Design>, Errors> {
    Module::build(format!("mpca_issue_{}", shape.suffix()), |m| {
        m.doc("Tokens of mpca: the first of a slot takes the waiting tiles; where columns end, a token needs room.");
        let n_of_job = m.input("job_n", shape.tokens());
        let slot_full = m.input("slot_full", Ty::bit());
        let last_slot = m.input("slot_last", Ty::bit());
        let ends_of_slot = m.input("slot_ends", Ty::uint(shape.groups));
        let features_full = m.input_vec("features_full", 2, Ty::bit());
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

        let n = opening.mux(n_of_job, slot_n).named("n_now");
        let ends = opening.mux(ends_of_slot.reduce_or(), slot_ends).named("has_end_now");
        let last = opening.mux(last_slot, slot_last).named("is_last_now");
        let no_weights = (opening & (!slot_full | gap.is_nonzero())).named("without_weights");
        let no_features = (opening & !features_full.pick(buffer)).named("without_features");
        let no_room = (ends & !credit.is_nonzero()).named("no_room");
        let fire = (!no_weights & !no_features & !no_room).named("enters");
        let token_last = (token + 1).eq(n).named("token_last");
        let job_done = (fire & token_last & last).named("job_ends");
        let results = (fire & ends).named("with_results");
        let credit_back = m.input("out_taken", Ty::bit());
        let begin = (fire & opening).named("begins");
        m.clocked(|| {
            m.when_else(
                begin,
                || gap.set(least - 1),
                || m.when(gap.is_nonzero(), || gap.set((gap - 1).wrap(gap.width()).as_bits())),
            );
            m.when(begin, || {
                slot_n.set(n_of_job);
                slot_ends.set(ends);
                slot_last.set(last_slot);
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
        m.output("slot_begins", Ty::bit()).set(begin);
        m.output("token", token.ty()).set(token);
        m.output("buffer", Ty::bit()).set(buffer);
        for (name, value) in [
            ("fire", fire),
            ("job_done", job_done),
            ("has_results", results),
            ("lacks_weights", no_weights),
            ("lacks_features", no_features),
        ] {
            m.output(name, Ty::bit()).set(value);
        }
    })
}
