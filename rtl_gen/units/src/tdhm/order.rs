//! The order that the selector gives, kept for the shuffle.

use std::sync::Arc;

use hdl::{Bundle, Design, Errors, Module, RamStyle, Ty};
use spec::unit::Tdhm;

use super::widths::Widths;

/// The selector's tokens on `selected`, counted without the class token; the decisions leave on `decision`, counted with it.
/// After the last one the sum of the scores that are not kept stands on `total`, and the order can be read until the job after the next.
pub(super) fn order(config: &Tdhm) -> Result<Arc<Design>, Errors> {
    let w = Widths::new(config);
    let id = Ty::uint(config.selector().id_width());
    Module::build(format!("tdhm_order_{}_t{}_h{}", config.a.ident(), config.max_tokens, config.max_heads), |m| {
        m.doc("Old index and score of each token by its new index, for two jobs; and the sum of the scores that are not kept.");
        let selected = Bundle::new("selected").field("id_old", id.clone()).field("id_new", id).field("keep", Ty::bit());
        let from = m.sink(selected.last());
        let token = Ty::uint(w.token);
        let decision = Bundle::new("decision").field("id_old", token.clone()).field("id_new", token.clone());
        let to = m.source(decision.field("keep", Ty::bit()).last());
        let total = m.source(Bundle::new("total").field("score_sum", Ty::uint(w.score_sum)));
        let score = m.input("score", Ty::uint(w.score));
        let read_half = m.input("read_half", Ty::bit());
        let read_place = m.input("read_place", token.clone());

        m.comment("The class token has index 0, the others count from 1.");
        let [old, new] =
            ["id_old", "id_new"].map(|name| (from.field(name) + 1).wrap(w.token).named(&format!("{name}_row")));
        let keep = from.field("keep");
        to.field("id_old").set(old);
        to.field("id_new").set(new);
        to.field("keep").set(keep);
        to.last().set(from.last());
        let held = m.reg_init("total_held", Ty::bit(), 0);
        let promised = m.reg_init("total_promised", Ty::bit(), 0);
        m.comment("The sum of the job before has to be taken.");
        let able = (!promised | !from.last()).named("able");
        to.valid().set(from.valid() & able);
        from.ready().set(to.ready() & able);
        let fire = from.fire();

        let half = m.reg_init("half", Ty::bit(), 0);
        let ends = (fire & from.last()).named("ends");
        let entry_half = m.reg("entry_half", Ty::bit());
        let entry_valid = m.reg_init("entry_valid", Ty::bit(), 0);
        let entry_last = m.reg("entry_last", Ty::bit());
        let entry_lost = m.reg("entry_lost", Ty::bit());
        let entry_old = m.reg("entry_old", token.clone());
        let entry_new = m.reg("entry_new", token);
        m.clocked(|| {
            entry_valid.set(fire);
            entry_half.set(half);
            entry_last.set(from.last());
            entry_lost.set(!keep);
            entry_old.set(old);
            entry_new.set(new);
        });
        let order = m.memory("order", 2 << w.token, Ty::uint(w.entry()), RamStyle::Distributed);
        let so_far = m.reg_init("so_far", Ty::uint(w.score_sum), 0);
        let addend = (score & entry_lost.repeat(w.score)).named("addend");
        let sum = (so_far + addend).wrap(w.score_sum).named("sum");
        let summed = (entry_valid & entry_last).named("summed");
        let total_sum = m.reg("total_sum", Ty::uint(w.score_sum));
        m.comb(|| {
            m.when(total.fire(), || {
                held.set(0);
                promised.set(0);
            });
            m.when(entry_valid, || so_far.set(sum));
            m.when(ends, || {
                half.set(!half);
                promised.set(1);
            });
            m.when(summed, || {
                so_far.set(0);
                held.set(1);
            });
        });
        m.clocked(|| {
            m.when(entry_valid, || order.write(m.concat([entry_half, entry_new]), m.concat([score, entry_old])));
            m.when(summed, || total_sum.set(sum));
        });
        total.valid().set(held);
        total.field("score_sum").set(total_sum);
        m.output("score_half", Ty::bit()).set(entry_half);
        m.output("score_token", Ty::uint(w.token)).set(entry_old);
        m.output("read_entry", Ty::uint(w.entry())).set(order.read(m.concat([read_half, read_place])));
    })
}
