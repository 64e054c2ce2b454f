//! HeatViT's token controller and packager.

mod decide;
mod packager;
mod score;
mod widths;

use std::sync::Arc;

use hdl::{Bundle, Design, Errors, Latency, Module, Ty, prim};
use spec::unit::TokenSelector;

use crate::convert::ty;
use widths::Widths;

/// Tokens whose decision may be made before their channels pass.
const AHEAD: u32 = 4;

/// Builds the selector; see [`TokenSelector`] for its streams and arithmetic.
///
/// A token takes as many cycles as the slowest of: its beats, its heads, s.width/2 + 1 (quotients, by two dividers in turn), 4. The package token
/// takes x.width + 2 cycles per beat, and about as many before its first. A decision leaves s.width + 25 cycles
/// after its token's last head.
///
/// ```no_run
/// let design = units::token_selector(&spec::unit::TokenSelector::int8(48, 8))?;
/// assert_eq!(design.streams().len(), 6);
/// # Ok::<(), hdl::Errors>(())
/// ```
pub fn token_selector(config: &TokenSelector) -> Result<Arc<Design>, Errors> {
    let w = Widths::new(config);
    let (score, decide, packager) = (score::score(config)?, decide::decide(config)?, packager::packager(config)?);
    let entry_bits = w.entry(config, "token").bits();
    let queue = prim::fifo(entry_bits, AHEAD)?;
    Module::build(config.module_name(), |m| {
        doc(m, config);
        let cmd = m.sink(
            Bundle::new("cmd")
                .field("tokens", Ty::uint(w.tokens))
                .field("heads", Ty::uint(w.heads))
                .field("beats", Ty::uint(w.beats))
                .field("package", Ty::bit())
                .field("threshold", ty(TokenSelector::THRESHOLD)),
        );
        let heads_in =
            m.sink(Bundle::new("score").field("s0", ty(config.s)).field("s1", ty(config.s)).field("a", ty(config.a)));
        let tokens_in = m.sink(Bundle::new("in").lanes("x", ty(config.x), config.lanes));
        let decision = m.source(
            Bundle::new("decision")
                .field("id", Ty::uint(w.token))
                .field("keep", Ty::bit())
                .field("score", ty(config.s))
                .last()
                .timing(Latency::Variable, (config.s.width + 2).div_ceil(2).max(4)),
        );
        let status = m.source(
            Bundle::new("status")
                .field("kept", Ty::uint(w.tokens))
                .field("pruned", Ty::uint(w.tokens))
                .field("packaged", Ty::bit()),
        );
        let out = m.source(Bundle::new("out").lanes("y", ty(config.x), config.lanes).last());

        m.comment("The job: sizes as the index of their last element.");
        let running = m.reg_init("running", Ty::bit(), 0);
        let last_token = m.reg("last_token", Ty::uint(w.token));
        let last_head = m.reg("last_head", Ty::uint(w.heads));
        let last_beat = m.reg("last_beat", Ty::uint(w.beat));
        let package = m.reg("package", Ty::bit());
        let threshold = m.reg("threshold", ty(TokenSelector::THRESHOLD));
        cmd.ready().set(!running);
        let (tokens, heads, beats) = (cmd.field("tokens"), cmd.field("heads"), cmd.field("beats"));
        let sized = tokens.is_nonzero() & heads.is_nonzero() & beats.is_nonzero();
        let start = (cmd.fire() & sized).named("start");
        m.clocked(|| {
            m.when(start, || {
                last_token.set((tokens - 1).wrap(w.tokens).bits(w.token - 1, 0));
                last_head.set((heads - 1).bits(w.heads - 1, 0));
                last_beat.set((beats - 1).bits(w.beat - 1, 0));
                package.set(cmd.field("package"));
                threshold.set(cmd.field("threshold"));
            });
        });

        m.comment("Heads come in while their job runs, up to the last one of its last token.");
        let heads_open = m.reg_init("heads_open", Ty::bit(), 0);
        let head = m.reg_init("head", Ty::uint(w.heads), 0);
        let scored = m.reg_init("scored", Ty::uint(w.token), 0);
        let first_head = head.eq(0).named("first_head");
        let final_head = head.eq(last_head).named("final_head");
        let final_scored = scored.eq(last_token).named("final_scored");
        let scorer = m.instance("score", &score);
        let head_fire = heads_in.fire();
        heads_in.ready().set(heads_open & scorer.output("head_ready_o"));
        scorer.input("head_valid_i", heads_in.valid() & heads_open);
        let [s0, s1, a] = ["s0", "s1", "a"].map(|name| heads_in.field(name).as_bits());
        scorer.input("head_data_i", m.concat([final_head, first_head, a, s1, s0]));
        m.comb(|| {
            m.when(head_fire, || head.set((head + 1).wrap(w.heads)));
            m.when(head_fire & final_head, || {
                head.set(0);
                scored.set((scored + 1).wrap(w.token));
                m.when(final_scored, || heads_open.set(0));
            });
            m.when(start, || {
                heads_open.set(1);
                scored.set(0);
            });
        });

        let decider = m.instance("decide", &decide);
        decider.feed_from("mean", scorer, "mean");
        decider.input("threshold_i", threshold);
        let decided = decider.output("out_data_o");
        let passes = decided.bit(0);
        let weight = decided.bits(config.s.width, 1);

        m.comment("The class token is kept; an older package token, last in the job, is not.");
        let id = m.reg_init("id", Ty::uint(w.token), 0);
        let first = id.eq(0).named("first");
        let last = id.eq(last_token).named("last");
        let repackaged = (package & last & !first).named("repackaged");
        let keep = (first | (passes & !repackaged)).named("keep");

        m.comment("A decision leaves towards the consumer and the packager in the same cycle.");
        let kept = m.reg_init("kept", Ty::uint(w.tokens), 0);
        let pruned = m.reg_init("pruned", Ty::uint(w.tokens), 0);
        let packaged = m.reg_init("packaged", Ty::bit(), 0);
        let status_held = m.reg_init("status_held", Ty::bit(), 0);
        let entries = m.instance("entries", &queue);
        let able = ((!last | !status_held) & entries.output("in_ready_o")).named("able");
        let offered = (decider.output("out_valid_o") & able).named("offered");
        decision.valid().set(offered);
        decision.field("id").set(id);
        decision.field("keep").set(keep);
        decision.field("score").set(weight.with_frac(config.s.frac));
        decision.last().set(last);
        let decision_fire = decision.fire();
        decider.input("out_ready_i", able & decision.ready());
        entries.input("in_valid_i", decision_fire);
        entries.input("in_data_i", m.concat([last_beat, weight, last, keep]));

        m.comment("Counters, handed over with the last decision.");
        let next_kept = (kept + keep).wrap(w.tokens).named("next_kept");
        let next_pruned = (pruned + (!keep & !repackaged)).wrap(w.tokens).named("next_pruned");
        let next_packaged = (packaged | !keep).named("next_packaged");
        let job_done = (decision_fire & last).named("job_done");
        let [status_kept, status_pruned] =
            ["status_kept_held", "status_pruned_held"].map(|n| m.reg(n, Ty::uint(w.tokens)));
        let status_packaged = m.reg("status_packaged_held", Ty::bit());
        m.comb(|| {
            m.when(decision_fire, || {
                id.set((id + 1).wrap(w.token));
                kept.set(next_kept);
                pruned.set(next_pruned);
                packaged.set(next_packaged);
            });
            m.when(status.fire(), || status_held.set(0));
            m.when(job_done, || {
                running.set(0);
                status_held.set(1);
                [id, kept, pruned, packaged].into_iter().for_each(|counter| counter.set(0));
            });
            m.when(start, || running.set(1));
        });
        m.clocked(|| {
            m.when(job_done, || {
                status_kept.set(next_kept);
                status_pruned.set(next_pruned);
                status_packaged.set(next_packaged);
            });
        });
        status.valid().set(status_held);
        status.field("kept").set(status_kept);
        status.field("pruned").set(status_pruned);
        status.field("packaged").set(status_packaged);

        let pack = m.instance("packager", &packager);
        pack.input("token_valid_i", entries.output("out_valid_o"));
        pack.input("token_data_i", entries.output("out_data_o"));
        entries.input("out_ready_i", pack.output("token_ready_o"));
        pack.feed("in", &tokens_in);
        pack.drain("out", &out);
    })
}

fn doc(m: &Module, config: &TokenSelector) {
    m.doc(format!(
        "Token selector: scores tokens {} by head scores {} and head weights {}, keeps those whose softmax reaches the threshold,",
        config.x, config.s, config.a
    ));
    m.doc("packages the others into one token at the end. Channel 0 is \"keep\" and weighs the package. The first token, the class");
    m.doc("token, is kept; an older package token (cmd.package: the last token) is merged into the new one.");
    m.doc("");
    m.doc(format!(
        "{} channels a beat, up to {} channels, {} tokens and {} heads a job.",
        config.lanes, config.max_channels, config.max_tokens, config.max_heads
    ));
    m.doc("Both means are rounded half to even. Decisions leave as soon as a token's heads are in.");
}
