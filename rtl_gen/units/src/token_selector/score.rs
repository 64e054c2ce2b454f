//! The head-weighted score of a token (eq. 3).

use std::sync::Arc;

use hdl::{Bundle, Design, Errors, Module, Ty};
use spec::unit::TokenSelector;

use super::widths::Widths;
use crate::arith::{IN_PARTS, add_in_parts};
use crate::divider::Divider;
use crate::in_turn::in_turn;

/// One beat on `head` per head of a token, the weighted means of both channels on `mean`.
pub(super) fn score(config: &TokenSelector) -> Result<Arc<Design>, Errors> {
    let w = Widths::new(config);
    let (s, a) = (Ty::uint(config.s.width), Ty::uint(config.a.width));
    let division = Divider { lanes: 2, denominator: w.head_sum, quotient: config.s.width, signed: false };
    let division = in_turn(&division.build()?, 2)?;
    let name = format!("token_score_s{}_a{}_h{}", config.s.width, config.a.width, config.max_heads);
    Module::build(name, |m| {
        m.doc("Score of a token: the mean over its heads of both channels' scores, weighted by the heads' weights, rounded half to");
        m.doc("even. Weights that are all zero count as ones.");
        m.doc("");
        m.doc("Source: HeatViT (HPCA 2023), eq. 3.");
        let head = m.sink(
            Bundle::new("head")
                .field("s0", s.clone())
                .field("s1", s.clone())
                .field("a", a)
                .field("first", Ty::bit())
                .field("last", Ty::bit()),
        );
        let to = m.source(Bundle::new("mean").lanes("score", s.clone(), 2));
        let (first, last, a) = (head.field("first"), head.field("last"), head.field("a"));

        m.comment("Zero weights count as ones until the first other weight, which starts the sums anew.");
        let seen = m.reg("seen", Ty::bit());
        let weighted = (seen & !first).named("weighted");
        let zero = (!a.is_nonzero()).named("zero");
        let factor = (zero & !weighted).mux(1, a).named("factor");
        let restart = (first | (!zero & !weighted)).named("restart");

        let [multiplying, adding] = ["multiplying", "adding"].map(|name| m.reg_init(name, Ty::bit(), 0));
        let [held_last, ending] = ["held_last", "ending"].map(|name| m.reg(name, Ty::bit()));
        let full = m.reg_init("full", Ty::bit(), 0);
        let [restarting, starting] = ["restarting", "starting"].map(|name| m.reg(name, Ty::bit()));
        let [held_factor, addend] = ["held_factor", "addend"].map(|name| m.reg(name, factor.ty()));
        let dividers = m.instance("dividers", &division);
        m.comment("Sums that the dividers do not take yet hold back all heads behind them.");
        let moves = (!full | dividers.output("in_ready_o")).named("moves");
        head.ready().set(moves);
        let fire = head.fire();
        m.clocked(|| {
            m.when(fire, || seen.set(weighted | !zero));
            m.when(moves, || {
                multiplying.set(fire);
                held_last.set(last);
                restarting.set(restart);
                held_factor.set(factor);
                adding.set(multiplying);
                ending.set(held_last);
                starting.set(restarting);
                addend.set(held_factor);
                full.set(adding & ending);
            });
        });
        m.comment(IN_PARTS);
        let weights = m.reg("weights", Ty::uint(w.head_sum));
        let total = config.s.width + w.head_sum;
        let sums_move = (moves & adding).named("sums_move");
        let sums = m.wire_vec("sum", 2, Ty::uint(total));
        for (index, channel) in ["s0", "s1"].into_iter().enumerate() {
            let held = m.reg(&format!("held_{channel}"), s.clone());
            let value = held * held_factor;
            let product = m.reg(&format!("{channel}_product"), value.ty());
            let sum = m.reg(&format!("{channel}_sum"), Ty::uint(total));
            let so_far = (sum & (!starting).repeat(total)).named(&format!("{channel}_so_far"));
            m.clocked(|| {
                m.when(moves, || {
                    held.set(head.field(channel));
                    product.set(value);
                });
                m.when(sums_move, || sum.set(add_in_parts(m, so_far, product.resize(total))));
            });
            sums.at(index).set(sum);
        }
        let so_far = (weights & (!starting).repeat(w.head_sum)).named("weights_so_far");
        m.clocked(|| m.when(sums_move, || weights.set(add_in_parts(m, so_far, addend.resize(w.head_sum)))));

        dividers.input("in_valid_i", full);
        dividers.input("in_data_i", m.concat([weights, sums.whole()]));
        dividers.drive("out_valid_o", to.valid());
        dividers.input("out_ready_i", to.ready());
        to.lanes("score").whole().set(dividers.output("out_data_o"));
    })
}
