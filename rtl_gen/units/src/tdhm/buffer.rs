//! The tokens as they came in, and the way to any of them.

use std::sync::Arc;

use hdl::{Bundle, Design, Errors, Module, RamStyle, Ty, prim};
use spec::unit::Tdhm;

use super::widths::Widths;
use crate::convert::ty;

/// Cycles from the request of a beat to the beat.
pub(super) const READ: u32 = 3;

/// Tokens of a job on `in`, in the order of their old indices; `loaded_o` is set with the last beat. A beat that is asked for by half,
/// token and beat is at `x_o` three cycles later. Two jobs fit: `half_i` is 0 for the first job, 1 for the second and so on.
pub(super) fn buffer(config: &Tdhm) -> Result<Arc<Design>, Errors> {
    let w = Widths::new(config);
    let (lanes, width) = (config.lanes, config.x.width);
    let half_depth = config.max_tokens * config.max_beats();
    let ram = prim::held_ram(lanes * width, 2 * half_depth)?;
    let (x, t, b) = (config.x.ident(), config.max_tokens, config.max_beats());
    Module::build(format!("tdhm_buffer_{x}_l{lanes}_b{b}_t{t}"), |m| {
        m.doc(format!("Buffer of two jobs of up to {t} tokens of {b} beats of {lanes} channels."));
        m.doc("Tokens stand one behind the other; a table has where each begins, so that they may be of any length.");
        let job = m.sink(w.token_job());
        let from = m.sink(Bundle::new("in").lanes("x", ty(config.x), lanes));
        let address = Ty::uint(Ty::range(0, 2 * half_depth - 1).width());

        let half = m.reg_init("half", Ty::bit(), 0);
        let token = m.reg_init("token", Ty::uint(w.token), 0);
        let beat = m.reg_init("beat", Ty::uint(w.beat), 0);
        let write = m.reg_init("write", address.clone(), 0);
        let fire = from.fire();
        let token_ends = (fire & beat.eq(job.field("last_beat"))).named("token_ends");
        let job_ends = (token_ends & token.eq(job.field("last_token"))).named("job_ends");
        from.ready().set(job.valid());
        job.ready().set(job_ends);
        let bits = address.width();
        m.comb(|| {
            m.when(fire, || {
                beat.set((beat + 1).wrap(w.beat));
                write.set((write + 1).wrap(bits));
            });
            m.when(token_ends, || {
                beat.set(0);
                token.set((token + 1).wrap(w.token));
            });
            m.when(job_ends, || {
                token.set(0);
                half.set(!half);
                write.set(half.mux(0, half_depth));
            });
        });
        m.output("loaded", Ty::bit()).set(job_ends);
        let begins = m.memory("begins", 2 << w.token, address.clone(), RamStyle::Distributed);
        m.clocked(|| m.when(fire & beat.eq(0), || begins.write(m.concat([half, token]), write)));

        m.comment("A beat takes three cycles: where it is, the memory, the memory's output register.");
        let read_half = m.input("half", Ty::bit());
        let read_token = m.input("token", Ty::uint(w.token));
        let read_beat = m.input("beat", Ty::uint(w.beat));
        let read = m.reg("read", address);
        let words = m.instance("words", &ram);
        let channels = m.reg_vec("channel", lanes, ty(config.x), None);
        m.clocked(|| {
            read.set((begins.read(m.concat([read_half, read_token])) + read_beat).wrap(bits));
            channels.whole().set(words.output("rdata_o"));
        });
        words.input("we_i", fire);
        words.input("waddr_i", write);
        words.input("wdata_i", from.lanes("x").whole());
        words.input("re_i", 1);
        words.input("raddr_i", read);
        m.output_vec("x", lanes, ty(config.x)).whole().set(channels.whole());
    })
}
