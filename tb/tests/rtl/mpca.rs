//! `mpca` in RTL against the reference: all modes, stalls on all streams, reset, jobs back to back, bad headers, counters.

use crate::emitted::unit;
use proptest::prelude::*;
use reference::MpcaJob;
use serde::Serialize;
use sim::Start;
use spec::unit::{Mpca, MpcaMode};
use tb::jobs::mpca::{self, Memory, Shape, Streams, shape};
use tb::{Bench, Check, Pattern};

/// Jobs one after the other, and how the environment behaves meanwhile.
#[derive(Clone, Debug, Serialize)]
struct Case {
    jobs: Vec<Shape>,
    /// Of `cmd`, `feature`, `weight`, `weight_read` and `out`.
    patterns: [Pattern; 5],
    reset_after: Option<u32>,
}

/// Groups of one lane and of many, one memory of features and many, block RAM and not.
fn configs() -> [Mpca; 4] {
    let base = Mpca { tile: 4, max_n: 20, max_rows: 6, feature_rows: 2, out_rows: 3, ..Mpca::new(1, 3, 2, 4) };
    [
        base.clone(),
        Mpca { p_t: 4, p_c: 1, out_rows: 4, max_rows: 19, feature_rows: 5, max_n: 70, ..base.clone() },
        Mpca { p_t: 4, p_c: 2, out_rows: 2, max_rows: 5, feature_rows: 5, max_n: 17, ..base.clone() },
        Mpca { tile: 8, p_h: 2, p_t: 3, p_c: 2, p_pe: 4, out_rows: 1, ..base },
    ]
}

fn case(config: &Mpca) -> impl Strategy<Value = Case> + use<> {
    let jobs = prop::collection::vec(shape(config), 1..4);
    let patterns = [(); 5].map(|()| Pattern::any());
    let reset = prop::option::weighted(0.3, 1u32..300);
    (jobs, patterns, reset).prop_map(|(jobs, patterns, reset_after)| Case { jobs, patterns, reset_after })
}

#[test]
fn equals_the_reference() {
    for config in configs() {
        let unit = unit(config.clone()).start(Start::Random(3));
        let name = format!("mpca::{}", config.module_name());
        Check::new(name, &unit).cases(40).run(case(&config), |bench, case| {
            for (stream, pattern) in ["cmd", "feature", "weight"].iter().zip(&case.patterns) {
                bench.gaps(stream, pattern.clone())?;
            }
            bench.stalls("weight_read", case.patterns[3].clone())?;
            bench.stalls("out", case.patterns[4].clone())?;
            if let Some(cycles) = case.reset_after {
                mpca::queue(bench, &config, &case.jobs)?;
                bench.run_for(cycles)?;
                bench.reset()?;
            }
            let jobs: Vec<MpcaJob> = case.jobs.iter().map(|job| job.job(&config)).collect();
            mpca::run(bench, &config, &jobs)
        });
    }
}

/// A counter's port.
fn counter(bench: &mut Bench, name: &str) -> u64 {
    let port = bench.model().port(&format!("{name}_o")).unwrap();
    bench.model().get(port)
}

/// Two jobs whose tiles do not fill their last slots.
fn two_jobs() -> [Shape; 2] {
    let mode = MpcaMode::Sparse;
    let one = Shape { mode, double: true, n: 20, k: 21, cols: 18, heads: 2, kept: 60, seed: 5 };
    let mode = MpcaMode::DensePerHead;
    [one.clone(), Shape { mode, double: false, n: 7, k: 7, cols: 5, heads: 3, ..one }]
}

#[test]
fn counters_tell_what_happened() {
    let config = configs()[0].clone();
    let mut bench = unit(config.clone()).bench().unwrap();
    let jobs = two_jobs().map(|shape| shape.job(&config));
    let streams = Streams::new(&config);
    let slots: u64 = jobs.iter().map(|job| (streams.slots(job).len() * job.n) as u64).sum();
    for (stall, blamed) in [("", ""), ("feature", "no_features"), ("weight", "no_weights"), ("out", "no_room")] {
        bench.reset().unwrap();
        let slow = Pattern::Bursts { go: 1, stop: 60 };
        for stream in ["feature", "weight"] {
            bench.gaps(stream, if stall == stream { slow.clone() } else { Pattern::Always }).unwrap();
        }
        bench.stalls("out", if stall == "out" { slow } else { Pattern::Always }).unwrap();
        bench.set_watchdog(20_000);
        let start = bench.cycle();
        mpca::run(&mut bench, &config, &jobs).unwrap();
        let elapsed = bench.cycle() - start;
        let mut get = |name: &str| counter(&mut bench, name);
        assert_eq!(get("macs"), jobs.iter().map(MpcaJob::useful_macs).sum::<u64>(), "{stall}");
        let cycles = get("cycles");
        assert!(cycles < elapsed && cycles + 50 > elapsed, "{stall}: {cycles} of {elapsed}");
        let causes = ["no_job", "no_weights", "no_features", "no_room"];
        let waits = causes.map(&mut get);
        assert_eq!(slots + waits.iter().sum::<u64>(), cycles, "{stall}: {waits:?}");
        let longest = waits.iter().enumerate().max_by_key(|w| w.1).unwrap().0;
        assert!(stall.is_empty() || blamed == causes[longest], "{stall}: {waits:?}");
    }
}

/// Halves of a counter that are added to in turn: none is shown without the other's carry.
#[test]
fn products_counted_never_grow_fewer() {
    let config = configs()[0].clone();
    let mut bench = unit(config.clone()).bench().unwrap();
    let job = Shape { mode: MpcaMode::Dense, double: false, n: 20, k: 24, cols: 64, heads: 1, kept: 100, seed: 1 };
    mpca::queue(&mut bench, &config, &vec![job; 100]).unwrap();
    let (mut before, mut carries) = (0, 0);
    for _ in 0..40_000 {
        bench.run_for(1).unwrap();
        let now = counter(&mut bench, "macs");
        assert!(now >= before, "{now} after {before}");
        carries += u32::from(now >> 20 != before >> 20);
        before = now;
    }
    assert!(carries > 1, "{before}");
}

#[test]
fn jobs_that_cannot_be_done_are_dropped() {
    let config = configs()[0].clone();
    let mut bench = unit(config.clone()).bench().unwrap();
    let streams = Streams::new(&config);
    let [_, good] = two_jobs().map(|shape| shape.job(&config));
    let fields = [(0, 3), (2, 0), (2, 21), (3, 0), (3, 9), (3, 65535), (4, 0), (5, 0), (5, 4), (5, 255), (7, 0)];
    for (index, value) in fields {
        bench.reset().unwrap();
        let mut dropped = streams.command(&good, &mut Memory::new(&config)).beat;
        dropped.values[index] = value;
        bench.send("cmd", [dropped]).unwrap();
        mpca::run(&mut bench, &config, std::slice::from_ref(&good))
            .unwrap_or_else(|error| panic!("field {index}: {error}"));
    }
}

/// Whatever stands in the memory, a job gives each result once and ends, and the next is right.
#[test]
fn bad_headers_do_no_lasting_harm() {
    let config = configs()[0].clone();
    let mut bench = unit(config.clone()).bench().unwrap();
    let streams = Streams::new(&config);
    let [bad, good] = two_jobs().map(|shape| shape.job(&config));
    let words = |count: i64| (0, 0, count);
    // A block too many and far too many, a row that does not exist, beats too few and too many.
    for (word, value, beats) in
        [(0, 4, 0), (0, 65535, 0), (1, 3, 0), (1, 256, 0), words(-1), words(-60), words(1), words(9)]
    {
        let what = format!("word {word} as {value}, {beats} beats more");
        bench.reset().unwrap();
        let mut memory = Memory::new(&config);
        let commands = [&bad, &good].map(|job| streams.command(job, &mut memory));
        let [mut first, second] = commands;
        if beats == 0 {
            memory.damage(first.word + word, value);
        }
        first.beat.values[7] += beats;
        bench.send("cmd", [first.beat, second.beat]).unwrap();
        for job in [&bad, &good] {
            bench.send("feature", streams.features(job)).unwrap();
        }
        let results = mpca::serve(&mut bench, &memory, 2).unwrap_or_else(|error| panic!("{what}: {error}"));
        let seen = streams.collect(&bad, &results[0]).unwrap_or_else(|error| panic!("{what}: {error}"));
        assert!(seen.iter().all(Option::is_some), "{what}");
        streams.check(&good, &results[1]).unwrap_or_else(|error| panic!("{what}: {error}"));
        assert_eq!(counter(&mut bench, "faults"), 1, "{what}");
    }
}

/// A lone job's cycles, as documented: the slots of N tokens, and what comes before the first and after the last.
#[test]
fn tokens_cost_a_cycle_each() {
    let config = configs()[0].clone();
    let mut bench = unit(config.clone()).bench().unwrap();
    let streams = Streams::new(&config);
    let mut constant = None;
    for (cols, kept) in [(8, 100), (40, 100), (18, 40), (31, 70)] {
        let mode = MpcaMode::Sparse;
        let shape = Shape { mode, double: false, n: 20, k: 24, cols, heads: 2, kept, seed: 3 };
        let job = shape.job(&config);
        bench.reset().unwrap();
        mpca::run(&mut bench, &config, std::slice::from_ref(&job)).unwrap();
        let slots = streams.slots(&job).len() as u64;
        let [cycles, weights] = ["cycles", "no_weights"].map(|name| counter(&mut bench, name));
        let features = counter(&mut bench, "no_features");
        let fill = cycles - 20 * slots - weights - features;
        assert_eq!(*constant.get_or_insert(fill), fill, "{cols} columns, {kept} %");
    }
}
