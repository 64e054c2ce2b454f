//! Scores: the class token's attention, summed over the heads.

use std::sync::Arc;

use hdl::{Bundle, Design, Errors, Module, RamStyle, Ty};
use spec::unit::Tdhm;

use super::widths::Widths;
use crate::convert::ty;

/// Attention of a job, head by head, on `attention`; the sums of all tokens but the first on `key`, while the last head comes
/// in. They can be read until the job after the next comes in: `read_half_i` is 0 for the first job, 1 for the second and so on.
pub(super) fn scores(config: &Tdhm) -> Result<Arc<Design>, Errors> {
    let w = Widths::new(config);
    let (a, t, h) = (config.a.ident(), config.max_tokens, config.max_heads);
    Module::build(format!("tdhm_scores_{a}_t{t}_h{h}"), |m| {
        m.doc("Sums the class token's attention over the heads. The mean would have a common factor 1/heads, which changes neither the");
        m.doc("order of the tokens nor an average that is weighted with it.");
        let job =
            m.sink(Bundle::new("job").field("last_token", Ty::uint(w.token)).field("last_head", Ty::uint(w.head)));
        let from = m.sink(Bundle::new("attention").field("a", ty(config.a)));
        let to = m.source(Bundle::new("key").field("score", Ty::uint(w.score)));
        let read_half = m.input("read_half", Ty::bit());
        let read_token = m.input("read_token", Ty::uint(w.token));

        let token = m.reg_init("token", Ty::uint(w.token), 0);
        let head = m.reg_init("head", Ty::uint(w.head), 0);
        let half = m.reg_init("half", Ty::bit(), 0);
        let key_valid = m.reg_init("key_valid", Ty::bit(), 0);
        let fire = from.fire();
        let final_token = token.eq(job.field("last_token")).named("final_token");
        let final_head = head.eq(job.field("last_head")).named("final_head");
        let row_ends = (fire & final_token).named("row_ends");
        let job_ends = (row_ends & final_head).named("job_ends");
        let summed = (fire & final_head & token.is_nonzero()).named("summed");
        from.ready().set(job.valid() & (!key_valid | to.ready()));
        job.ready().set(job_ends);
        m.comb(|| {
            m.when(to.ready(), || key_valid.set(0));
            m.when(summed, || key_valid.set(1));
            m.when(fire, || token.set((token + 1).wrap(w.token)));
            m.when(row_ends, || {
                token.set(0);
                head.set((head + 1).wrap(w.head));
            });
            m.when(job_ends, || {
                head.set(0);
                half.set(!half);
            });
        });

        let partial = m.memory("partial", 1 << w.token, Ty::uint(w.score), RamStyle::Distributed);
        let whole = m.memory("whole", 2 << w.token, Ty::uint(w.score), RamStyle::Distributed);
        let so_far = (partial.read(token) & head.is_nonzero().repeat(w.score)).named("so_far");
        let sum = (so_far + from.field("a").with_frac(0)).wrap(w.score).named("sum");
        let key = m.reg("key", Ty::uint(w.score));
        m.clocked(|| {
            m.when(fire, || partial.write(token, sum));
            m.when(summed, || {
                whole.write(m.concat([half, token]), sum);
                key.set(sum);
            });
        });
        to.valid().set(key_valid);
        to.field("score").set(key);
        m.output("read_score", Ty::uint(w.score)).set(whole.read(m.concat([read_half, read_token])));
    })
}
