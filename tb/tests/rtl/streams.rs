//! Driving, watching and comparing streams, with units known to be right.

use std::time::Instant;

use crate::common::{self, unit};
use proptest::prelude::*;
use sim::Start;
use tb::{Beat, Check, Failure, Pattern, StreamCase, any_beat};

fn triple(x: i64) -> i64 {
    (3 * x).clamp(-32768, 32767)
}

#[test]
fn all_inputs_go_through() {
    let mut bench = unit("triple_s16").bench().expect("a bench");
    let start = Instant::now();
    bench.send("in", -32768i64..=32767).expect("queued");
    bench.expect("out", (-32768..=32767).map(triple)).expect("queued");
    bench.run().expect("all equal");
    let timing = bench.timing("in", "out").expect("beats");
    timing.agrees_with(&bench.module().streams[1].clone()).expect("latency 2, interval 1");
    assert!(bench.cycle() < 65536 + 20, "one a cycle: {}", bench.cycle());
    println!("{:.2e} cycles/s", bench.cycle() as f64 / start.elapsed().as_secs_f64());
}

#[test]
fn a_thousand_random_cases_take_seconds() {
    let unit = unit("triple_s16").start(Start::Random(3));
    let strategy = StreamCase::any(any_beat(&[(16, true)]), 0..=100);
    let stats = Check::new("tb::triple", &unit).cases(1000).run(strategy, |bench, case| {
        let expected: Vec<Beat> = case.beats.iter().map(|b| triple(b.values[0]).into()).collect();
        case.run(bench, "in", "out", &expected)
    });
    println!("{stats:?}: {:.2e} cycles/s", stats.cycles as f64 / stats.time.as_secs_f64());
    assert!(stats.cases == 1000 && stats.time.as_secs() < 20, "{stats:?}");
}

/// What `rows` computes.
fn sums(beats: &[Beat]) -> Vec<Beat> {
    let (mut sum, mut count, mut out) = (0, 0, Vec::new());
    for beat in beats {
        for (_, value) in beat.values.iter().enumerate().filter(|(i, _)| beat.keep >> i & 1 == 1) {
            (sum, count) = (sum + value, count + 1);
        }
        if beat.last {
            out.push(Beat::new([sum, count]));
            (sum, count) = (0, 0);
        }
    }
    out
}

#[test]
fn last_keep_arrays_and_padding_are_respected() {
    let unit = unit("rows").start(Start::Random(9));
    let beat = (any_beat(&[(18, true); 4]), 0u128..16).prop_map(|(beat, keep)| beat.with_keep(keep));
    Check::new("tb::rows", &unit)
        .cases(300)
        .run(StreamCase::any(beat, 0..=60), |bench, case| case.run(bench, "in", "out", &sums(&case.beats)));
}

#[test]
fn patterns_slow_things_down_and_lose_nothing() {
    let mut bench = unit("triple_s16").bench().expect("a bench");
    let mut cycles = |gaps: Pattern, stalls: Pattern| {
        bench.reset().expect("reset");
        bench.patterns(&gaps, &stalls);
        let before = bench.cycle();
        bench.send("in", 0i64..100).expect("queued");
        bench.run_until("out", 100).expect("all come");
        assert_eq!(bench.received("out").expect("beats"), (0..100).map(|x| Beat::from(triple(x))).collect::<Vec<_>>());
        bench.cycle() - before
    };
    let free = cycles(Pattern::Always, Pattern::Always);
    assert_eq!(free, 102);
    assert_eq!(cycles(Pattern::Listed(vec![false; 50]), Pattern::Always), free + 50);
    let half = cycles(Pattern::Bursts { go: 1, stop: 1 }, Pattern::Always);
    assert!((199..=204).contains(&half), "{half}");
    assert!(cycles(Pattern::Always, Pattern::AfterValid) >= 199);
    assert!(cycles(Pattern::Random { percent: 50, seed: 1 }, Pattern::Random { percent: 50, seed: 1 }) > 250);
}

#[test]
fn wrong_use_is_told() {
    let mut bench = unit("triple_s16").bench().expect("a bench");
    let text = |outcome: Result<(), Failure>| outcome.unwrap_err().to_string();
    assert!(text(bench.send("out", [1])).contains("it has in"));
    assert!(text(bench.expect("in", [1])).contains("it has out"));
    assert!(text(bench.send("in", [40000])).contains("40000 does not fit `x`"));
    assert!(text(bench.send("in", [[1, 2]])).contains("takes 1: x"));
    assert!(text(bench.stalls("on", Pattern::Always)).contains("`on`"));
    let mut module = unit("triple_s16").module().clone();
    module.ports[4].width = 17;
    let sources = sim::Sources::new("triple_s16").file(common::dir().join("triple_s16.sv"));
    let other = tb::Unit::new(module, sources).configure(|b| b.cache(common::cache()));
    assert!(other.bench().unwrap_err().to_string().contains("16-bit"));
    assert!(tb::Unit::from_manifest("nowhere.json", "x").unwrap_err().to_string().contains("nowhere.json"));
    let manifest = common::dir().join("manifest.json");
    assert!(tb::Unit::from_manifest(manifest, "x").unwrap_err().to_string().contains("no module `x`"));
}
