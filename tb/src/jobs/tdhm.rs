//! Jobs of `tdhm`.

use proptest::prelude::*;
use reference::tdhm::{DropJob, tdhm};
use serde::Serialize;
use spec::unit::Tdhm;

use crate::{Beat, Bench, Failure, Result};

/// A job in plain numbers.
#[derive(Clone, Debug, Serialize)]
pub struct Shape {
    /// Per head the class token's attention to every token.
    pub attention: Vec<Vec<u32>>,
    /// Per token its channels.
    pub tokens: Vec<Vec<i32>>,
    /// Tokens to keep.
    pub k: usize,
}

impl Shape {
    fn job(&self) -> DropJob {
        DropJob { attention: self.attention.clone(), tokens: self.tokens.clone(), k: self.k }
    }
}

/// Jobs of every size up to `most_tokens` tokens and `most_beats` beats a token, with ties, extremes and zero scores.
pub fn shape(config: &Tdhm, most_tokens: usize, most_beats: usize) -> BoxedStrategy<Shape> {
    let config = config.clone();
    let lanes = config.lanes as usize;
    let tokens = 2..=most_tokens.min(config.max_tokens as usize);
    let beats = 1..=most_beats.min(config.max_beats() as usize);
    (tokens, 1..=config.max_heads as usize, beats)
        .prop_flat_map(move |(tokens, heads, beats)| {
            let largest = config.a.max() as u32;
            let a = prop_oneof![3 => 0..=largest, 2 => 0..=largest.min(2), 1 => Just(0), 1 => Just(largest)];
            let attention = prop_oneof![
                8 => prop::collection::vec(prop::collection::vec(a, tokens), heads),
                1 => Just(vec![vec![0; tokens]; heads]),
            ];
            let (low, high) = (config.x.min() as i32, config.x.max() as i32);
            let x = prop_oneof![6 => low..=high, 1 => Just(low), 1 => Just(high)];
            let rows = prop::collection::vec(prop::collection::vec(x, beats * lanes), tokens);
            let most = config.k_max.map_or(tokens, |k| tokens.min(k as usize));
            (attention, rows, prop_oneof![6 => 0..=most, 1 => Just(most)])
        })
        .prop_map(|(attention, tokens, k)| Shape { attention, tokens, k })
        .boxed()
}

fn channels(tokens: &[Vec<i32>], lanes: u32) -> Vec<Beat> {
    let beats = tokens.iter().flat_map(|token| token.chunks(lanes as usize));
    Beat::row(beats.map(|lanes| lanes.iter().map(|&x| x.into()).collect::<Vec<i64>>()))
}

/// Queues jobs and what must come of them.
///
/// # Errors
/// [`Failure::Use`] if the bench or a job is not the configuration's.
pub fn queue(bench: &mut Bench, config: &Tdhm, jobs: &[Shape]) -> Result<()> {
    for job in jobs.iter().map(Shape::job) {
        let dropped = tdhm(config, &job).map_err(Failure::wrong)?;
        let beats = job.tokens[0].len() as i64 / i64::from(config.lanes);
        bench.send("cmd", [[job.tokens.len() as i64, job.k as i64, job.attention.len() as i64, beats]])?;
        bench.send("attention", job.attention.iter().flatten().map(|&a| i64::from(a)))?;
        bench.send("in", channels(&job.tokens, config.lanes))?;
        let decisions = dropped.decisions.iter().zip(1i64..);
        bench.expect("decision", Beat::row(decisions.map(|(d, id_new)| [d.id_old as i64, id_new, d.keep.into()])))?;
        bench.expect("out", channels(&dropped.tokens, config.lanes))?;
    }
    Ok(())
}
