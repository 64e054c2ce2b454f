//! The mean over a head's channels.

use std::sync::Arc;

use hdl::{Bundle, Design, Errors, Module, Overflow, Rounding, Ty, prim};
use spec::unit::TokenClassifier;

use super::{JOBS, heads, job, tokens};
use crate::convert;
use crate::tree::{levels, marks, sum, tree};

/// Means on their way and at the output.
const MEANS: u32 = 16;

/// `m` of each head of each token, one beat of channels a cycle: the streams `cmd`, `in` and `mean` of [`TokenClassifier`].
///
/// ```
/// let means = units::token_classifier::means(&spec::unit::TokenClassifier::int8())?;
/// assert_eq!(means.streams().len(), 3);
/// # Ok::<(), hdl::Errors>(())
/// ```
///
/// # Errors
/// For sizes that no module can be built with.
pub fn means(config: &TokenClassifier) -> Result<Arc<Design>, Errors> {
    let (lanes, beats) = (config.x_lanes, config.x_beats());
    let (x, mean) = (convert::ty(config.x).with_frac(0), convert::ty(config.mean));
    let (command_bits, halvings) = (job("cmd", config).bits(), config.head_width.trailing_zeros());
    let (commands, means) = (prim::fifo(command_bits, JOBS)?, prim::fifo(config.mean.width + 1, MEANS)?);
    let ends = prim::fifo(1, MEANS)?;
    let name = format!(
        "token_classifier_means_{}_{}_c{}_x{lanes}_t{}_h{}",
        config.x.ident(),
        config.mean.ident(),
        config.head_width,
        config.max_tokens,
        config.max_heads
    );
    Module::build(name, |m| {
        m.doc(format!("Mean over {} channels, {lanes} a beat, rounded half to even and saturated.", config.head_width));
        let cmd = m.sink(job("cmd", config));
        let from = m.sink(Bundle::new("in").lanes("x", convert::ty(config.x), lanes));
        let to = m.source(Bundle::new("mean").field("m", mean.clone()).last());
        let commands = m.instance("commands", &commands);
        let ends = m.instance("ends", &ends);
        let means = m.instance("means", &means);
        commands.feed("in", &cmd);
        let command = commands.output("out_data_o");
        let (token_bits, head_bits) = (tokens(config).width(), heads(config).width());
        let last_token = (command.bits(token_bits - 1, 0) - 1).wrap(token_bits).as_bits().named("last_token");
        let last_head = (command.bits(token_bits + head_bits - 1, token_bits) - 1).wrap(head_bits);

        m.comment("Beat, head and token that come next.");
        let beat = m.reg_init("beat", Ty::range(0, beats.max(2) - 1).full(), 0);
        let head = m.reg_init("head", heads(config), 0);
        let token = m.reg_init("token", tokens(config), 0);
        let ends_head = beat.eq(beats - 1).named("ends_head");
        let ends_token = (ends_head & head.eq(last_head.as_bits())).named("ends_token");
        let room = m.reg_init("room", Ty::range(0, MEANS), MEANS);
        from.ready().set(commands.output("out_valid_o") & room.is_nonzero());
        let fire = from.fire();
        commands.input("out_ready_i", fire & ends_token & token.eq(last_token));
        let (enters, leaves) = ((fire & ends_head).named("enters"), to.fire());
        m.clocked(|| {
            m.when(fire, || beat.set(ends_head.mux(0, (beat + 1).wrap(beat.width()).as_bits())));
            m.when(enters, || head.set(ends_token.mux(0, (head + 1).wrap(head_bits).as_bits())));
            m.when(fire & ends_token, || {
                token.set(token.eq(last_token).mux(0, (token + 1).wrap(token_bits).as_bits()));
            });
            m.when_else(
                enters & !leaves,
                || room.set((room - 1).assume_range(0, MEANS)),
                || m.when(leaves & !enters, || room.set((room + 1).assume_range(0, MEANS))),
            );
        });
        ends.input("in_valid_i", enters);
        ends.input("in_data_i", ends_token);
        ends.output_named("in_ready_o", "unused_ends_ready");
        ends.output_named("out_valid_o", "unused_ends_valid");

        m.comment("Sums of a beat, of a head; the mean has the sum's bits.");
        let held = m.reg_vec("held", lanes, x.clone(), None);
        m.clocked(|| held.whole().set(from.lanes("x").whole()));
        let of = |terms: u32| Ty::range(terms * x.lo(), terms * x.hi());
        let beat_sum = tree(m, "beat_sum", held, of, |a, b, ty| sum(m, a, b, ty));
        let (here, ends_here) = marks(m, fire, ends_head, 1 + levels(lanes));
        let first = m.reg_init("first", Ty::bit(), 1);
        let total = m.reg("total", of(config.head_width));
        let complete = m.reg_init("complete", Ty::bit(), 0);
        let so_far = (total.as_bits() & (!first).repeat(total.width())).cast(total.ty()).named("so_far");
        let next = sum(m, so_far, beat_sum, &total.ty());
        let rounded = m.reg("rounded", mean.clone());
        let done = m.reg_init("done", Ty::bit(), 0);
        let whole = total.with_frac(config.x.frac + halvings as i32);
        m.clocked(|| {
            m.when(here, || {
                first.set(ends_here);
                total.set(next);
            });
            complete.set(here & ends_here);
            done.set(complete);
            rounded.set(whole.fit(mean.clone(), Rounding::HalfEven, Overflow::Saturate));
        });
        means.input("in_valid_i", done);
        means.input("in_data_i", m.concat([ends.output("out_data_o"), rounded.as_bits()]));
        means.output_named("in_ready_o", "unused_means_ready");
        ends.input("out_ready_i", done);
        means.drive("out_valid_o", to.valid());
        means.input("out_ready_i", to.ready());
        let out = means.output("out_data_o");
        to.field("m").set(out.bits(config.mean.width - 1, 0).cast(mean.clone()));
        to.last().set(out.bit(config.mean.width));
    })
}
