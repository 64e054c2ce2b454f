//! SDP's token dropping hardware module.

mod buffer;
mod order;
mod scores;
mod shuffle;
mod widths;

use std::sync::Arc;

use hdl::{Bundle, Design, Errors, Latency, Module, Sig, Ty, prim};
use spec::unit::Tdhm;

use crate::convert::ty;
use widths::Widths;

/// Jobs that may be in the module: one comes in while the one before goes out.
const JOBS: u32 = 2;

/// Builds the module; see [`Tdhm`] for its streams, arithmetic and source.
///
/// Jobs of N tokens of B beats come back to back every N·B cycles and some 30 more, unless attention (H·N cycles) and selector take
/// longer: every token is fetched once, whether kept or fused. A beat of the fused token takes x.width + 2 cycles where fewer tokens
/// than that are fused.
///
/// ```
/// let design = units::tdhm(&spec::unit::Tdhm { max_tokens: 17, ..spec::unit::Tdhm::int16(48, 8) })?;
/// assert_eq!(design.streams().len(), 5);
/// # Ok::<(), hdl::Errors>(())
/// ```
pub fn tdhm(config: &Tdhm) -> Result<Arc<Design>, Errors> {
    let w = Widths::new(config);
    let selector = crate::top_k(&config.selector())?;
    let (scores, order) = (scores::scores(config)?, order::order(config)?);
    let (buffer, shuffle) = (buffer::buffer(config)?, shuffle::shuffle(config)?);
    let score_jobs = prim::fifo(w.token + w.head, JOBS)?;
    let selector_jobs = prim::fifo(2 * w.token, JOBS)?;
    let token_jobs = prim::fifo(w.token + w.beat, JOBS)?;
    let shuffle_jobs = prim::fifo(2 * w.token + w.beat, JOBS)?;
    Module::build(config.module_name(), |m| {
        doc(m, config);
        let cmd = m.sink(
            Bundle::new("cmd")
                .field("tokens", Ty::uint(w.tokens))
                .field("k", Ty::uint(w.tokens))
                .field("heads", Ty::uint(w.heads))
                .field("beats", Ty::uint(w.beats)),
        );
        let attention = m.sink(Bundle::new("attention").field("a", ty(config.a)));
        let tokens_in = m.sink(Bundle::new("in").lanes("x", ty(config.x), config.lanes));
        let token = Ty::uint(w.token);
        let decision = Bundle::new("decision").field("id_old", token.clone()).field("id_new", token.clone());
        let decision = decision.field("keep", Ty::bit()).last().timing(Latency::Variable, 1);
        let decision = m.source(decision);
        let out = Bundle::new("out").lanes("y", ty(config.x), config.lanes).last().timing(Latency::Variable, 1);
        let out = m.source(out);

        m.comment("A job is told to all parts at once, by the indices of its last elements.");
        let jobs = m.reg_init("jobs", Ty::range(0, JOBS), 0);
        cmd.ready().set(jobs.ne(JOBS));
        let [tokens, k, heads, beats] = ["tokens", "k", "heads", "beats"].map(|name| cmd.field(name));
        let some = tokens.bits(w.tokens - 1, 1).is_nonzero() & heads.is_nonzero() & beats.is_nonzero();
        let few = at_most(m, tokens, config.max_tokens)
            & at_most(m, heads, config.max_heads)
            & at_most(m, beats, config.max_beats());
        let start = (cmd.fire() & some & few).named("start");
        let last_token = (tokens - 1).wrap(w.tokens).bits(w.token - 1, 0).named("last_token");
        let last_head = (heads - 1).wrap(w.heads).bits(w.head - 1, 0).named("last_head");
        let last_beat = (beats - 1).wrap(w.beats).bits(w.beat - 1, 0).named("last_beat");
        let kept = k.lt(tokens).mux(k.bits(w.token - 1, 0), last_token).named("kept");

        let queue = |name: &str, design: &Arc<Design>, data: &[Sig<'_>]| {
            let fifo = m.instance(name, design);
            fifo.input("in_valid_i", start);
            fifo.input("in_data_i", m.concat(data.iter().copied()));
            fifo.output_named("in_ready_o", &format!("unused_{name}_ready"));
            fifo
        };
        let score_jobs = queue("score_jobs", &score_jobs, &[last_head, last_token]);
        let selector_jobs = queue("selector_jobs", &selector_jobs, &[kept, last_token]);
        let token_jobs = queue("token_jobs", &token_jobs, &[last_beat, last_token]);
        let shuffle_jobs = queue("shuffle_jobs", &shuffle_jobs, &[last_beat, kept, last_token]);

        m.comment("Attention to scores, scores to an order.");
        let sums = m.instance("scores", &scores);
        sums.feed_from("job", score_jobs, "out");
        sums.feed("attention", &attention);
        let select = m.instance("selector", &selector);
        select.feed_from("cmd", selector_jobs, "out");
        select.feed_from("in", sums, "key");
        let ordered = m.instance("order", &order);
        ordered.feed_from("selected", select, "out");
        ordered.drain("decision", &decision);
        ordered.input("score_i", sums.output("read_score_o"));
        sums.input("read_half_i", ordered.output("score_half_o"));
        sums.input("read_token_i", ordered.output("score_token_o"));

        m.comment("Tokens in their old order to tokens in the new one.");
        let stored = m.instance("buffer", &buffer);
        stored.feed_from("job", token_jobs, "out");
        stored.feed("in", &tokens_in);
        let shuffled = m.instance("shuffle", &shuffle);
        shuffled.feed_from("job", shuffle_jobs, "out");
        shuffled.feed_from("total", ordered, "total");
        shuffled.input("loaded_i", stored.output("loaded_o"));
        shuffled.input("entry_i", ordered.output("read_entry_o"));
        ordered.input("read_half_i", shuffled.output("entry_half_o"));
        ordered.input("read_place_i", shuffled.output("entry_place_o"));
        for port in ["half", "token", "beat"] {
            stored.input(&format!("{port}_i"), shuffled.output(&format!("{port}_o")));
        }
        shuffled.input("x_i", stored.output("x_o"));
        shuffled.drain("out", &out);

        let done = shuffled.output("done_o");
        m.comb(|| {
            m.when(start & !done, || jobs.set((jobs + 1).assume_range(0, JOBS)));
            m.when(done & !start, || jobs.set((jobs - 1).assume_range(0, JOBS)));
        });
    })
}

/// Whether a value is at most `most`, said only where it could be more.
fn at_most<'m>(m: &'m Module, value: Sig<'m>, most: u32) -> Sig<'m> {
    let every = (1u64 << value.width()) - 1 <= u64::from(most);
    if every { m.lit_of(1, Ty::bit()) } else { value.le(most) }
}

fn doc(m: &Module, config: &Tdhm) {
    m.doc(format!(
        "Token dropping: of up to {} tokens {}, {} channels a beat and up to {} in all, keeps the class token and the k to which it",
        config.max_tokens, config.x, config.lanes, config.max_channels
    ));
    m.doc(format!(
        "attends most by up to {} heads ({}), and fuses the others into their average, weighted by that attention and rounded half",
        config.max_heads, config.a
    ));
    m.doc("to even. Out come class token, kept tokens by new index, fused token (none if all are kept).");
    m.doc("");
    m.doc(format!("The selector is {}.", config.organisation.name()));
}
