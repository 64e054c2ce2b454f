//! Vectors of `bitonic_sort`.

use proptest::prelude::*;
use reference::Sorted;
use spec::unit::BitonicSort;

use crate::{Beat, Bench, Result};

/// One vector: keys, payloads, and k where it is a field.
pub fn beat(config: &BitonicSort, keys: &[i64], payloads: &[i64], k: i64) -> Beat {
    let k = config.top_k.is_none().then_some(k);
    Beat::new(keys.iter().chain(payloads).copied().chain(k).collect::<Vec<_>>())
}

/// What the sorter gives for a vector, by the reference.
pub fn sorted(config: &BitonicSort, beat: &Beat) -> Beat {
    let n = config.n as usize;
    let (keys, rest) = beat.values.split_at(n);
    let (payloads, k) = rest.split_at(if config.payload_width > 0 { n } else { 0 });
    let keys: Vec<i128> = keys.iter().map(|&key| key.into()).collect();
    let payloads: Vec<u64> = payloads.iter().map(|&payload| payload as u64).collect();
    let sorted = reference::bitonic_sort(config, &keys, &payloads, k.first().map_or(0, |&k| k as usize));
    let field = |of: fn(&Sorted) -> i64| sorted.iter().map(of).collect::<Vec<_>>();
    let mut values = field(|s| s.key as i64);
    if config.payload_width > 0 {
        values.extend(field(|s| s.payload as i64));
    }
    values.extend(field(|s| s.id_old as i64));
    values.extend(field(|s| s.id_new as i64));
    values.extend(field(|s| s.flag.into()));
    Beat::new(values)
}

/// Vectors whose keys are drawn from few values, so that most are tied, or from all.
pub fn vector(config: &BitonicSort) -> impl Strategy<Value = Beat> + use<> {
    let config = config.clone();
    let n = config.n as usize;
    let (low, high) = crate::case::range(config.key_width, config.key_signed);
    let few = move |value: i64| (low.max(-1) + value).min(high);
    let key = prop_oneof![(0..3i64).prop_map(few), Just(low), Just(high), low..=high];
    let keys = prop_oneof![
        2 => prop::collection::vec((0..3i64).prop_map(few), n),
        2 => prop::collection::vec(key, n),
        1 => (low..=high).prop_map(move |key| vec![key; n]),
    ];
    let payloads = match config.payload_width {
        0 => Just(vec![]).boxed(),
        width => prop::collection::vec(0..=crate::case::range(width, false).1, n).boxed(),
    };
    (keys, payloads, 0..=i64::from(config.n)).prop_map(move |(keys, payloads, k)| beat(&config, &keys, &payloads, k))
}

/// Queues vectors and what must come of them.
///
/// # Errors
/// [`Failure::Use`](crate::Failure::Use) if the bench is not the configuration's.
pub fn queue(bench: &mut Bench, config: &BitonicSort, vectors: &[Beat]) -> Result<()> {
    bench.send("in", vectors)?;
    bench.expect("out", vectors.iter().map(|vector| sorted(config, vector)))
}
