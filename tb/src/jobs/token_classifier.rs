//! Jobs of `token_classifier`.

use proptest::prelude::*;
use reference::TokenClassifierModel;
use serde::Serialize;
use spec::Format;
use spec::unit::TokenClassifier;

use crate::{Beat, Bench, Failure, Result};

/// A job in plain numbers.
#[derive(Clone, Debug, Serialize)]
pub struct Job {
    /// Channels of the residual stream, tokens × heads × d.
    pub x: Vec<i32>,
    /// Local features of each head, tokens × d/2.
    pub local: Vec<Vec<i32>>,
    /// Per token, per head: keep, prune, gate.
    pub logits: Vec<Vec<[i64; 3]>>,
}

/// A job of up to `most_tokens` tokens and `most_heads` heads, of any values or of small ones.
pub fn job(config: &TokenClassifier, most_tokens: usize, most_heads: usize) -> impl Strategy<Value = Job> + use<> {
    let config = config.clone();
    let tokens = 1..=most_tokens.min(config.max_tokens as usize);
    (tokens, 1..=most_heads.min(config.max_heads as usize))
        .prop_flat_map(move |(tokens, heads)| job_of(&config, tokens, heads))
}

/// A job of so many tokens and heads.
pub fn job_of(config: &TokenClassifier, tokens: usize, heads: usize) -> impl Strategy<Value = Job> + use<> {
    let width = config.head_width as usize;
    let x = values(config.x, tokens * heads * width);
    let local = prop::collection::vec(values(config.feature, tokens * width / 2), heads);
    let logits = values(config.logit, 3 * tokens * heads);
    (x, local, logits).prop_map(move |(x, local, logits)| {
        let logits: Vec<[i64; 3]> = logits.chunks(3).map(|z| [z[0].into(), z[1].into(), z[2].into()]).collect();
        Job { x, local, logits: logits.chunks(heads).map(<[_]>::to_vec).collect() }
    })
}

/// Values around a centre, at the ends of the format now and then.
fn values(format: Format, count: usize) -> impl Strategy<Value = Vec<i32>> + use<> {
    let (lo, hi) = (format.min() as i32, format.max() as i32);
    let spread = prop_oneof![Just(1), Just(hi / 9 + 1), Just(hi), Just(2 * hi)];
    (spread, lo..=hi).prop_flat_map(move |(spread, centre)| {
        let value = (centre - spread)..=(centre + spread);
        prop::collection::vec(value.prop_map(move |v| v.clamp(lo, hi)), count)
    })
}

/// Queues jobs and what must come of them.
///
/// # Errors
/// [`Failure::Use`] if the bench or a job is not the configuration's.
pub fn queue(bench: &mut Bench, config: &TokenClassifier, jobs: &[Job]) -> Result<()> {
    let model = TokenClassifierModel::new(config).map_err(Failure::wrong)?;
    let wide = |values: &[i32]| -> Vec<i64> { values.iter().map(|&v| v.into()).collect() };
    for job in jobs {
        let (tokens, heads) = (job.logits.len(), job.local.len());
        bench.send("cmd", [[tokens as i64, heads as i64]])?;
        bench.send("in", job.x.chunks(config.x_lanes as usize).map(wide))?;
        let means = wide(&model.means(&job.x));
        bench.expect("mean", means.chunks(heads).flat_map(Beat::row))?;
        let lanes = config.lanes as usize;
        for local in &job.local {
            bench.send("local", local.chunks(lanes).map(wide))?;
            for row in model.features(local) {
                let (local, global) = row.split_at(row.len() / 2);
                let pairs = local.chunks(lanes).zip(global.chunks(lanes));
                bench.expect("feature", Beat::row(pairs.map(|(local, global)| wide(&[local, global].concat()))))?;
            }
        }
        let all = job.logits.iter().flatten();
        bench.send("logit", all.clone().copied())?;
        for &[keep, prune, gate] in all {
            let score = model.score(keep, prune, gate).map_err(Failure::wrong)?;
            bench.expect("score", [[score.s0, score.s1, score.a].map(i64::from)])?;
        }
    }
    Ok(())
}
