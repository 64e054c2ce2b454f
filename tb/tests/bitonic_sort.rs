//! `bitonic_sort` in RTL against sorting by definition.

mod emitted;

use std::time::Instant;

use emitted::unit;
use proptest::prelude::*;
use reference::Sorted;
use sim::{OptLevel, Start};
use spec::Flow;
use spec::unit::BitonicSort;
use tb::{Beat, Check, Pattern, StreamCase};

/// One vector: keys, payloads, and k where it is a field.
fn vector(config: &BitonicSort, keys: &[i64], payloads: &[i64], k: i64) -> Beat {
    let k = config.top_k.is_none().then_some(k);
    Beat::new(keys.iter().chain(payloads).copied().chain(k).collect::<Vec<_>>())
}

/// What the sorter gives for a vector, by the reference.
fn sorted(config: &BitonicSort, beat: &Beat) -> Beat {
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

/// By the 0-1 principle this decides the network for all keys.
#[test]
fn every_zero_one_vector_up_to_16() {
    for n in 2..=16 {
        let config = BitonicSort { top_k: Some(n / 2), ..BitonicSort::new(n, 1, 0) };
        let mut bench = unit(config.clone()).bench().unwrap();
        let vectors = (0..1i64 << n).map(|bits| (0..n).map(|i| bits >> i & 1).collect::<Vec<_>>());
        let beats: Vec<Beat> = vectors.map(|keys| vector(&config, &keys, &[], 0)).collect();
        let expected: Vec<Beat> = beats.iter().map(|beat| sorted(&config, beat)).collect();
        bench.send("in", &beats).unwrap();
        bench.expect("out", &expected).unwrap();
        bench.run().unwrap_or_else(|failure| panic!("n = {n}: {failure}"));
        let timing = bench.timing("in", "out").unwrap();
        timing.agrees_with(&bench.module().streams[1].clone()).unwrap();
    }
}

/// Vectors whose keys are drawn from few values, so that most are tied, or from all.
fn any_vector(config: &BitonicSort) -> impl Strategy<Value = Beat> + use<> {
    let config = config.clone();
    let n = config.n as usize;
    let (low, high) = match (config.key_signed, config.key_width) {
        (true, width) => (-(1i64 << (width - 1)), (1i64 << (width - 1)) - 1),
        (false, width) => (0, (1i64 << width) - 1),
    };
    let few = move |value: i64| (low.max(-1) + value).min(high);
    let key = prop_oneof![(0..3i64).prop_map(few), Just(low), Just(high), low..=high];
    let keys = prop_oneof![
        2 => prop::collection::vec((0..3i64).prop_map(few), n),
        2 => prop::collection::vec(key, n),
        1 => (low..=high).prop_map(move |key| vec![key; n]),
    ];
    let payloads = match config.payload_width {
        0 => Just(vec![]).boxed(),
        width => prop::collection::vec(0..1i64 << width, n).boxed(),
    };
    (keys, payloads, 0..=i64::from(config.n)).prop_map(move |(keys, payloads, k)| vector(&config, &keys, &payloads, k))
}

fn check(config: &BitonicSort, cases: u32, beats: usize) {
    let unit = unit(config.clone()).start(Start::Random(7)).configure(|build| build.opt_level(OptLevel::O1));
    let name = format!("bitonic_sort::{}", config.module_name());
    let strategy = StreamCase::any(any_vector(config), 0..=beats);
    Check::new(name, &unit).cases(cases).run(strategy, |bench, case| {
        let expected: Vec<Beat> = case.beats.iter().map(|beat| sorted(config, beat)).collect();
        case.run(bench, "in", "out", &expected)
    });
}

#[test]
fn small_sorters_of_every_shape() {
    let shapes =
        [(2, 1, 0, 36), (3, 5, 1, 1), (5, 16, 8, 2), (7, 4, 0, 3), (8, 16, 8, 1), (12, 24, 33, 3), (31, 9, 3, 4)];
    for (n, key_width, payload_width, register_every) in shapes {
        let signed = n % 2 == 1;
        check(
            &BitonicSort { register_every, key_signed: signed, ..BitonicSort::new(n, key_width, payload_width) },
            100,
            30,
        );
    }
}

#[test]
fn every_flow_and_a_constant_k() {
    for flow in [Flow::Stall, Flow::Skid, Flow::Credit] {
        check(&BitonicSort { flow, top_k: Some(4), register_every: 2, ..BitonicSort::new(11, 8, 5) }, 60, 60);
    }
}

#[test]
fn one_bit_signed_keys() {
    check(&BitonicSort { key_signed: true, ..BitonicSort::new(6, 1, 2) }, 60, 30);
}

/// The largest networks, among them one that is far from a power of two; a model builds in seconds.
#[test]
fn large_sorters_with_many_ties() {
    for (n, signed, register_every) in [(197, false, 1), (256, true, 4)] {
        let payload = if n == 197 { 8 } else { 0 };
        let config = BitonicSort { key_signed: signed, register_every, ..BitonicSort::new(n, 16, payload) };
        let start = Instant::now();
        let unit = unit(config.clone()).configure(|build| build.opt_level(OptLevel::O1));
        unit.bench().unwrap();
        println!("{}: {:.1?} to generate and build", config.module_name(), start.elapsed());
        let strategy = prop::collection::vec(any_vector(&config), 60);
        let case = (strategy, Pattern::any(), Pattern::any());
        Check::new(format!("bitonic_sort::large_{n}"), &unit).cases(6).run(case, |bench, (beats, gaps, stalls)| {
            bench.patterns(gaps, stalls);
            bench.send("in", beats)?;
            bench.expect("out", beats.iter().map(|beat| sorted(&config, beat)))?;
            bench.run()
        });
    }
}

/// k may be anything from none to all, and more means all.
#[test]
fn every_k() {
    let config = BitonicSort::new(5, 4, 0);
    let mut bench = unit(config.clone()).bench().unwrap();
    let beats: Vec<Beat> = (0..8).map(|k| vector(&config, &[3, 1, 3, 9, 0], &[], k)).collect();
    bench.send("in", &beats).unwrap();
    bench.expect("out", beats.iter().map(|beat| sorted(&config, beat))).unwrap();
    bench.run().unwrap();
}
