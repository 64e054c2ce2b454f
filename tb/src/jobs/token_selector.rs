//! Jobs of `token_selector`.

use proptest::prelude::*;
use reference::token_selector::{HeadScore, Job, Selection, Token, TokenSelectorModel};
use serde::Serialize;
use spec::unit::TokenSelector;

use crate::{Beat, Bench, Failure, Result};

/// A job in plain numbers.
#[derive(Clone, Debug, Serialize)]
pub struct Shape {
    /// Per token: (s0, s1, a) of each head, and the channels.
    pub tokens: Vec<(Vec<[u32; 3]>, Vec<i32>)>,
    /// Whether the last token is an earlier package.
    pub package: bool,
    /// What a token's score must reach, in 1/65536.
    pub threshold: u32,
}

impl Shape {
    fn job(&self) -> Job {
        let token = |(heads, x): &(Vec<[u32; 3]>, Vec<i32>)| Token {
            heads: heads.iter().map(|&[s0, s1, a]| HeadScore { s0, s1, a }).collect(),
            x: x.clone(),
        };
        Job { tokens: self.tokens.iter().map(token).collect(), package: self.package, threshold: self.threshold }
    }
}

/// Jobs of up to `most_tokens` tokens, with extremes and zero weights.
pub fn shape(config: &TokenSelector, most_tokens: usize) -> BoxedStrategy<Shape> {
    let config = config.clone();
    let (lanes, most) = (config.lanes as usize, (config.max_channels / config.lanes) as usize);
    let tokens = 1..=most_tokens.min(config.max_tokens as usize);
    (tokens, 1..=config.max_heads as usize, 1..=most)
        .prop_flat_map(move |(tokens, heads, beats)| {
            let one = 1u32 << config.s.frac.min(config.s.width as i32 - 1);
            let (low, high) = (config.x.min() as i32, config.x.max() as i32);
            let score = prop_oneof![4 => 0..=one, 1 => Just(0), 1 => Just(one / 2), 1 => Just(one)];
            let pair = prop_oneof![
                6 => score.prop_map(move |s0| (s0, one - s0)),
                1 => (0..=config.s.max() as u32, 0..=config.s.max() as u32),
            ];
            let weight = prop_oneof![3 => 0..=config.a.max() as u32, 1 => Just(0)];
            let head = (pair, weight).prop_map(|((s0, s1), a)| [s0, s1, a]);
            let x = prop_oneof![6 => low..=high, 1 => Just(low), 1 => Just(high)];
            let token = (prop::collection::vec(head, heads), prop::collection::vec(x, beats * lanes));
            let threshold =
                prop_oneof![4 => Just(TokenSelector::HALF), 1 => 0u32..65536, 1 => Just(0), 1 => Just(65535)];
            let blank = prop_oneof![6 => Just(None), 1 => Just(Some(0)), 1 => Just(Some(2))];
            (prop::collection::vec(token, tokens), any::<bool>(), threshold, blank)
        })
        .prop_map(|(mut tokens, package, threshold, blank)| {
            // Zero weights throughout: of the package or of the heads.
            if let Some(zero) = blank {
                tokens.iter_mut().flat_map(|(heads, _)| heads).for_each(|head| head[zero] = 0);
            }
            Shape { tokens, package, threshold }
        })
        .boxed()
}

fn channels(tokens: &[Vec<i32>], lanes: u32) -> Vec<Beat> {
    let beats = tokens.iter().flat_map(|token| token.chunks(lanes as usize));
    Beat::row(beats.map(|lanes| lanes.iter().map(|&x| x.into()).collect::<Vec<i64>>()))
}

fn decisions(selection: &Selection) -> Vec<Beat> {
    Beat::row(selection.decisions.iter().map(|d| [d.id as i64, d.keep.into(), d.score.into()]))
}

/// Queues jobs and what must come of them.
///
/// # Errors
/// [`Failure::Use`] if the bench or a job is not the configuration's.
pub fn queue(bench: &mut Bench, config: &TokenSelector, jobs: &[Shape]) -> Result<()> {
    let model = TokenSelectorModel::new(config).map_err(Failure::wrong)?;
    let (mut expected_decisions, mut expected_status, mut expected_out) = (vec![], vec![], vec![]);
    for job in jobs.iter().map(Shape::job) {
        let selection = model.run(&job).map_err(Failure::wrong)?;
        let (tokens, heads) = (job.tokens.len() as i64, job.tokens[0].heads.len() as i64);
        let beats = job.tokens[0].x.len() as i64 / i64::from(config.lanes);
        bench.send("cmd", [[tokens, heads, beats, job.package.into(), job.threshold.into()]])?;
        let heads = job.tokens.iter().flat_map(|token| &token.heads);
        bench.send("score", heads.map(|h| [h.s0, h.s1, h.a].map(i64::from)))?;
        let x: Vec<Vec<i32>> = job.tokens.iter().map(|token| token.x.clone()).collect();
        bench.send("in", channels(&x, config.lanes))?;
        expected_decisions.extend(decisions(&selection));
        expected_status.push([selection.kept as i64, selection.pruned as i64, selection.packaged.into()]);
        expected_out.extend(channels(&selection.tokens, config.lanes));
    }
    bench.expect("decision", expected_decisions)?;
    bench.expect("status", expected_status)?;
    bench.expect("out", expected_out)
}
