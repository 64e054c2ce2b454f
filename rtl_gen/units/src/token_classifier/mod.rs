//! What HeatViT's token classifier does between its matrix products.

mod features;
mod means;
mod pair;
mod scores;

use std::sync::Arc;

use hdl::{Bundle, Design, Flow, Latency, Module, Ty};
use spec::unit::TokenClassifier;

pub use means::means;
pub use scores::scores;

use crate::Error;
use crate::convert::ty;

/// Jobs whose commands may wait on each path.
const JOBS: u32 = 2;

/// Builds the classifier's unit; see [`TokenClassifier`] for its streams and arithmetic.
///
/// Three paths beside each other: channel means, features with their means over the tokens, scores. One DSP-free adder tree, `lanes`
/// dividers of one bit a cycle, and a divider of one pair a cycle. Most loads has the address of the feature memory's words.
///
/// ```
/// let design = units::token_classifier(&spec::unit::TokenClassifier::int8())?;
/// assert_eq!(design.streams().len(), 7);
/// # Ok::<(), units::Error>(())
/// ```
///
/// # Errors
/// [`Error::Config`] for formats or sizes that it cannot be built for.
pub fn token_classifier(config: &TokenClassifier) -> Result<Arc<Design>, Error> {
    config.validate()?;
    let (means, features, scores) = (means(config)?, features::features(config)?, scores(config)?);
    Ok(Module::build(config.module_name(), |m| {
        m.doc("Between the token classifier's matrix products: channel means of each head, features with their means over the tokens,");
        m.doc("scores and weights of the heads.");
        let (lanes, steady) = (config.lanes, |name: &str| Bundle::new(name).timing(Latency::Variable, 1));
        let entry = |name: &str| Bundle::new(name).timing(Latency::Fixed(0), 1).flow(Flow::Credit);
        let cmd = m.sink(job("cmd", config));
        let x = m.sink(entry("in").lanes("x", ty(config.x), config.x_lanes));
        let local = m.sink(entry("local").lanes("f", ty(config.feature), lanes));
        let logit = m.sink(logit("logit", config));
        let mean = m.source(steady("mean").field("m", ty(config.mean)).last());
        let feature = steady("feature").lanes("local", ty(config.feature), lanes);
        let feature = m.source(feature.lanes("global", ty(config.feature), lanes).last());
        let score = m.source(score("score", config).timing(Latency::Variable, 1));

        m.comment("A command goes to the two paths that count; one of a size that they cannot do goes to neither.");
        let fits = |field: &str, most: u32| {
            let count = cmd.field(field);
            let whole = (1u64 << count.width()) - 1 == u64::from(most);
            if whole { count.is_nonzero() } else { count.is_nonzero() & count.le(most) }
        };
        let sized = (fits("tokens", config.max_tokens) & fits("heads", config.max_heads)).named("sized");
        let (a, b) = (m.instance("means", &means), m.instance("features", &features));
        let (a_ready, b_ready) = (a.output("cmd_ready_o"), b.output("cmd_ready_o"));
        cmd.ready().set(a_ready & b_ready);
        let command = m.concat([cmd.field("heads"), cmd.field("tokens")]);
        a.input("cmd_valid_i", cmd.valid() & sized & b_ready);
        b.input("cmd_valid_i", cmd.valid() & sized & a_ready);
        a.input("cmd_data_i", command);
        b.input("cmd_data_i", command);
        a.feed("in", &x);
        a.drain("mean", &mean);
        b.feed("local", &local);
        b.drain("feature", &feature);
        let c = m.instance("scores", &scores);
        c.feed("logit", &logit);
        c.drain("score", &score);
    })?)
}

fn tokens(config: &TokenClassifier) -> Ty {
    Ty::range(0, config.max_tokens).full()
}

fn heads(config: &TokenClassifier) -> Ty {
    Ty::range(0, config.max_heads).full()
}

fn job(name: &str, config: &TokenClassifier) -> Bundle {
    Bundle::new(name).field("tokens", tokens(config)).field("heads", heads(config))
}

fn logit(name: &str, config: &TokenClassifier) -> Bundle {
    ["keep", "prune", "gate"].into_iter().fold(Bundle::new(name), |bundle, field| bundle.field(field, ty(config.logit)))
}

fn score(name: &str, config: &TokenClassifier) -> Bundle {
    Bundle::new(name).field("s0", ty(config.s)).field("s1", ty(config.s)).field("a", ty(config.a))
}
