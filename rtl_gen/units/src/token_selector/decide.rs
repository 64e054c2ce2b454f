//! Softmax over the two channels of a score, compared with the threshold.

use std::sync::Arc;

use hdl::{Bundle, Design, Errors, Module, Ty, prim};
use spec::unit::{Exp, TokenSelector};

use crate::convert::ty;

/// Tokens that may be on their way.
const FLYING: u32 = 8;

/// A score on `mean`; whether it passes the `threshold`, with channel 0, on `out`.
///
/// Both channels go through one `exp`, one after the other. The quotient of softmax is not formed:
/// e0 / (e0 + e1) ≥ t is decided as e0 ≥ t · (e0 + e1), which loses no bit. Interval: 4 cycles.
pub(super) fn decide(config: &TokenSelector) -> Result<Arc<Design>, Errors> {
    let width = config.s.width;
    let exp = crate::function::exp(&Exp::new(config.exp_input(), TokenSelector::EXP))?;
    let (exponential, threshold) = (Ty::uint(TokenSelector::EXP.width), ty(TokenSelector::THRESHOLD));
    let (scores, verdicts) = (prim::fifo(width, FLYING)?, prim::fifo(1, FLYING)?);
    Module::build(format!("token_decide_{}", config.s.ident()), |m| {
        m.doc("Softmax over the two channels of a token's score, compared with the threshold.");
        m.doc("e0 / (e0 + e1) >= threshold is decided as e0 >= threshold * (e0 + e1): no division, no bit lost.");
        m.doc("");
        m.doc("Source: HeatViT (HPCA 2023), section V-C and Fig. 10, steps 1 and 2.");
        let mean = m.sink(Bundle::new("mean").lanes("score", Ty::uint(width), 2));
        let threshold = m.input("threshold", threshold.clone());
        let to = m.source(Bundle::new("out").field("passes", Ty::bit()).field("score", Ty::uint(width)));
        let unit = m.instance("exp", &exp);

        let states = ["Idle", "Keep", "Prune", "Rest"];
        let (state, [idle, keep, prune, rest]) = m.state_machine("state", states);
        let taken = unit.output("in_ready_o");
        let given = unit.output("out_valid_o");
        let second = m.reg_init("second", Ty::bit(), 0);
        let flying = m.reg_init("flying", Ty::range(0, FLYING), 0);
        mean.ready().set(state.eq(idle) & !flying.bit(FLYING.trailing_zeros()));
        let (enters, leaves) = (mean.fire(), to.fire());
        m.comment("The exponentials of a token stay until they are compared: hence the rest after each.");
        m.comb(|| {
            m.when(enters & !leaves, || flying.set((flying + 1).assume_range(0, FLYING)));
            m.when(leaves & !enters, || flying.set((flying - 1).assume_range(0, FLYING)));
            m.switch(state, |cases| {
                cases.case(idle, || m.when(enters, || state.set(keep)));
                cases.case(keep, || m.when(taken, || state.set(prune)));
                cases.case(prune, || m.when(taken, || state.set(rest)));
                cases.default(|| state.set(idle));
            });
        });
        m.clocked(|| m.when(given, || second.set(!second)));

        m.comment("Both channels relative to the larger one.");
        let channels = mean.lanes("score");
        let difference = m.reg("difference", Ty::sint(width + 1));
        let loading = state.eq(idle).named("loading");
        m.clocked(|| {
            m.when(loading, || difference.set(channels.at(0) - channels.at(1)));
        });
        let magnitude = difference.abs().named("magnitude");
        let lower = difference.is_neg().mux(state.eq(keep), state.eq(prune)).named("lower");
        let argument = lower.mux(-magnitude, 0);
        unit.input("in_valid_i", state.eq(keep) | state.eq(prune));
        unit.input("in_data_i", argument.with_frac(config.s.frac));
        unit.input("out_ready_i", 1);

        m.comment("The exponentials, channel 0 first.");
        let e = unit.output("out_data_o").with_frac(0);
        let keep_exp = m.reg("keep_exp", exponential.clone());
        let prune_exp = m.reg("prune_exp", exponential);
        m.clocked(|| {
            m.when(given & !second, || keep_exp.set(e));
            m.when(given & second, || prune_exp.set(e));
        });
        let sum = m.reg("sum", (keep_exp + prune_exp).ty());
        let bound = m.reg("bound", (threshold.with_frac(0) * sum).ty());
        m.clocked(|| {
            sum.set(keep_exp + prune_exp);
            bound.set(threshold.with_frac(0) * sum);
        });
        let passes = m.reg("passes", Ty::bit());
        let zeros = m.lit_of(0, Ty::uint(TokenSelector::THRESHOLD.width));
        let scaled = m.concat([keep_exp, zeros]);
        m.clocked(|| passes.set(scaled.ge(bound)));

        m.comment("Sum, product and comparison are done; the verdict waits for its score.");
        let progress = m.reg_init("progress", Ty::uint(4), 0);
        m.clocked(|| progress.set(m.concat([progress.bits(2, 0), given & second])));
        let scores = m.instance("scores", &scores);
        scores.input("in_valid_i", enters);
        scores.input("in_data_i", channels.at(0));
        scores.input("out_ready_i", leaves);
        scores.output_named("in_ready_o", "unused_scores_ready");
        scores.output_named("out_valid_o", "unused_scores_valid");
        let verdicts = m.instance("verdicts", &verdicts);
        verdicts.input("in_valid_i", progress.bit(3));
        verdicts.input("in_data_i", passes);
        verdicts.input("out_ready_i", to.ready());
        verdicts.output_named("in_ready_o", "unused_verdicts_ready");
        to.valid().set(verdicts.output("out_valid_o"));
        to.field("passes").set(verdicts.output("out_data_o"));
        to.field("score").set(scores.output("out_data_o"));
    })
}
