//! Scores and weights of the heads.

use std::sync::Arc;

use hdl::{Design, Errors, Module, prim};
use spec::unit::TokenClassifier;

use super::{logit, pair, score};

/// Weights that may wait for their scores: more than stages on the scores' way.
const AHEAD: u32 = 64;

/// Softmax of a head's two channels and sigmoid of its gate, one head a cycle: the streams `logit` and `score` of
/// [`TokenClassifier`].
///
/// ```
/// let scores = units::token_classifier::scores(&spec::unit::TokenClassifier::int8())?;
/// assert_eq!(scores.streams().len(), 2);
/// # Ok::<(), hdl::Errors>(())
/// ```
///
/// # Errors
/// For formats that no module can be built with.
pub fn scores(config: &TokenClassifier) -> Result<Arc<Design>, Errors> {
    let pair = pair::pair(config)?;
    let sigmoid = crate::function::plan_sigmoid(&config.sigmoid())?;
    let weights = prim::fifo(config.a.width, AHEAD)?;
    let (z, s, a) = (config.logit.ident(), config.s.ident(), config.a.ident());
    let delta = config.softmax().delta2.ident();
    Module::build(format!("token_classifier_scores_{z}_{s}_{a}_delta{delta}"), |m| {
        m.doc("Scores of a head's two channels by softmax, its weight by sigmoid; a weight waits for its scores.");
        let from = m.sink(logit("logit", config));
        let to = m.source(score("score", config));
        let pair = m.instance("pair", &pair);
        let sigmoid = m.instance("sigmoid", &sigmoid);
        let weights = m.instance("weights", &weights);
        let (pair_ready, sigmoid_ready) = (pair.output("in_ready_o"), sigmoid.output("in_ready_o"));
        from.ready().set(pair_ready & sigmoid_ready);
        pair.input("in_valid_i", from.valid() & sigmoid_ready);
        sigmoid.input("in_valid_i", from.valid() & pair_ready);
        pair.input("in_data_i", m.concat([from.field("prune").as_bits(), from.field("keep").as_bits()]));
        sigmoid.input("in_data_i", from.field("gate"));
        weights.input("in_valid_i", sigmoid.output("out_valid_o"));
        weights.input("in_data_i", sigmoid.output("out_data_o").with_frac(0));
        sigmoid.input("out_ready_i", weights.output("in_ready_o"));
        let (scored, weighed) = (pair.output("out_valid_o"), weights.output("out_valid_o"));
        to.valid().set(scored & weighed);
        pair.input("out_ready_i", to.ready() & weighed);
        weights.input("out_ready_i", to.ready() & scored);
        let (width, data) = (config.s.width, pair.output("out_data_o"));
        to.field("s0").set(data.bits(width - 1, 0).with_frac(config.s.frac));
        to.field("s1").set(data.bits(2 * width - 1, width).with_frac(config.s.frac));
        to.field("a").set(weights.output("out_data_o").with_frac(config.a.frac));
    })
}
