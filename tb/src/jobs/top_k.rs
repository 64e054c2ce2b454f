//! Jobs of `top_k`.

use std::ops::RangeInclusive;

use proptest::prelude::*;
use serde::Serialize;
use spec::unit::{Organisation, TopK};

use crate::{Beat, Bench, Result};

/// The keys of one job, and how many of them are kept.
#[derive(Clone, Debug, Serialize)]
pub struct Job {
    /// One key a token.
    pub keys: Vec<i64>,
    /// Tokens to keep.
    pub k: usize,
}

/// Jobs of every size, whose keys are drawn from few values, so that most are tied, or from all.
pub fn job(config: &TopK) -> impl Strategy<Value = Job> + use<> {
    let n = config.n as usize;
    let most = config.most_kept() as usize;
    let (low, high) = crate::case::range(config.key_width, config.key_signed);
    let few = move |value: i64| (low.max(-1) + value).min(high);
    let key = prop_oneof![(0..3i64).prop_map(few), Just(low), Just(high), low..=high];
    let size = prop_oneof![2 => Just(n), 3 => 1..=n];
    (size, 0..3u8)
        .prop_flat_map(move |(size, spread)| {
            let keys = match spread {
                0 => prop::collection::vec((0..3i64).prop_map(few), size).boxed(),
                1 => prop::collection::vec(key.clone(), size).boxed(),
                _ => prop::collection::vec(low..=high, size).boxed(),
            };
            (keys, 1..=most.min(size))
        })
        .prop_map(|(keys, k)| Job { keys, k })
}

/// What leaves the selector for a job, by the reference.
pub fn selected(config: &TopK, job: &Job) -> Vec<Beat> {
    let tokens = reference::top_k::top_k(config, &job.keys, job.k);
    Beat::row(tokens.iter().zip(0i64..).map(|(token, id_new)| [token.id_old as i64, id_new, token.keep.into()]))
}

/// Queues jobs and what must come of them.
///
/// # Errors
/// [`Failure::Use`](crate::Failure::Use) if the bench is not the configuration's.
pub fn queue(bench: &mut Bench, config: &TopK, jobs: &[Job]) -> Result<()> {
    bench.expect("out", Vec::<Beat>::new())?;
    for job in jobs {
        bench.send("cmd", [[job.keys.len() as i64, job.k as i64]])?;
        bench.send("in", job.keys.iter().copied())?;
        bench.expect("out", selected(config, job))?;
    }
    Ok(())
}

/// What a job takes, if nothing stalls.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Cycles {
    /// From its last key to its first token.
    pub latency: RangeInclusive<u64>,
    /// From job to job, back to back.
    pub interval: RangeInclusive<u64>,
}

/// Cycles of jobs of `tokens` tokens; those of `radix_select` depend on the keys.
pub fn cycles(config: &TopK, tokens: u32) -> Cycles {
    let n = u64::from(tokens);
    if config.organisation == Organisation::RadixSelect {
        let digits = u64::from(config.key_width.div_ceil(TopK::DIGIT));
        let (least, most) = (digits * (n + 2), digits * (n + 17));
        return Cycles { latency: least + 2..=most + 2, interval: least + n + 2..=most + n + 2 };
    }
    if config.organisation == Organisation::BitonicShared {
        let levels = u64::from(u32::BITS - (tokens - 1).leading_zeros()).max(1);
        let exchanges = ((1 << levels) / 2 / u64::from(config.shared_units())).max(1);
        let sorting = levels * (levels + 1) / 2 * (exchanges + 2);
        return Cycles { latency: sorting + 5..=sorting + 5, interval: sorting + n + 3..=sorting + n + 3 };
    }
    let levels = u64::from(u32::BITS - (config.n - 1).leading_zeros());
    let stages = levels * (levels + 1) / 2;
    let latency = stages.div_ceil(config.register_every.into()) + 3;
    // Two jobs are between the first stage and the last token; each is there for latency − 2 + n cycles.
    let interval = |half: u64| half.max(n + 1);
    let busy = latency - 2 + n;
    Cycles { latency: latency..=latency, interval: interval(busy / 2)..=interval(busy.div_ceil(2)) }
}
