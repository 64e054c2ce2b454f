//! `bitonic_sort` in RTL against sorting by definition.

use std::time::Instant;

use crate::emitted::unit;
use proptest::prelude::*;
use sim::Start;
use spec::Flow;
use spec::unit::BitonicSort;
use tb::jobs::bitonic_sort::{beat, queue, sorted, vector};
use tb::{Beat, Check, Pattern, StreamCase};

/// By the 0-1 principle this decides the network for all keys.
#[test]
fn every_zero_one_vector_up_to_16() {
    for n in 2..=16 {
        let config = BitonicSort { top_k: Some(n / 2), ..BitonicSort::new(n, 1, 0) };
        let mut bench = unit(config.clone()).bench().unwrap();
        let vectors = (0..1i64 << n).map(|bits| (0..n).map(|i| bits >> i & 1).collect::<Vec<_>>());
        let beats: Vec<Beat> = vectors.map(|keys| beat(&config, &keys, &[], 0)).collect();
        queue(&mut bench, &config, &beats).unwrap();
        bench.run().unwrap_or_else(|failure| panic!("n = {n}: {failure}"));
        let timing = bench.timing("in", "out").unwrap();
        timing.agrees_with(&bench.module().streams[1].clone()).unwrap();
    }
}

fn check(config: &BitonicSort, cases: u32, beats: usize) {
    let unit = unit(config.clone()).start(Start::Random(7));
    let name = format!("bitonic_sort::{}", config.module_name());
    let strategy = StreamCase::any(vector(config), 0..=beats);
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
        let unit = unit(config.clone());
        unit.bench().unwrap();
        println!("{}: {:.1?} to generate and build", config.module_name(), start.elapsed());
        let strategy = prop::collection::vec(vector(&config), 60);
        let case = (strategy, Pattern::any(), Pattern::any());
        Check::new(format!("bitonic_sort::large_{n}"), &unit).cases(6).run(case, |bench, (beats, gaps, stalls)| {
            bench.patterns(gaps, stalls);
            queue(bench, &config, beats)?;
            bench.run()
        });
    }
}

/// k may be anything from none to all, and more means all.
#[test]
fn every_k() {
    let config = BitonicSort::new(5, 4, 0);
    let mut bench = unit(config.clone()).bench().unwrap();
    let beats: Vec<Beat> = (0..8).map(|k| beat(&config, &[3, 1, 3, 9, 0], &[], k)).collect();
    queue(&mut bench, &config, &beats).unwrap();
    bench.run().unwrap();
}
