//! `gemm_engine` in RTL against the reference: any job, stalls on all streams, reset, jobs back to back, counters.

use crate::emitted::unit;
use proptest::prelude::*;
use reference::EngineJob;
use serde::Serialize;
use sim::Start;
use spec::unit::{Gelu, GemmEngine};
use tb::jobs::gemm_engine::{Shape, Streams, shape};
use tb::{Bench, Check, Pattern};

/// Jobs one after the other, and how the environment behaves meanwhile.
#[derive(Clone, Debug, Serialize)]
struct Case {
    jobs: Vec<Shape>,
    /// Of `cmd`, `weight`, `column`, `act` and `out`.
    patterns: [Pattern; 5],
    reset_after: Option<u32>,
}

/// One engine of each kind: one group and many, one port and many, block RAM and not, GELU and not.
fn configs() -> [GemmEngine; 5] {
    let wide = Gelu::new(spec::Format::signed(16, 11), spec::Format::signed(8, 4));
    [
        GemmEngine { load_rows: 2, max_m: 20, gelu: Some(wide), ..GemmEngine::new(16, 4, 2) },
        GemmEngine { max_m: 9, out_bits: 8, ..GemmEngine::new(8, 2, 1) },
        GemmEngine { load_rows: 4, max_m: 70, requantise_dsp: false, ..GemmEngine::new(32, 6, 3) },
        GemmEngine { max_m: 33, out_bits: 8, gelu: Some(Gelu::preset8()), ..GemmEngine::new(24, 2, 5) },
        GemmEngine { load_rows: 8, max_m: 12, ..GemmEngine::new(64, 2, 4) },
    ]
}

fn case(config: &GemmEngine) -> impl Strategy<Value = Case> + use<> {
    let jobs = prop::collection::vec(shape(config), 1..4);
    let patterns = [(); 5].map(|()| Pattern::any());
    let reset = prop::option::weighted(0.3, 1u32..200);
    (jobs, patterns, reset).prop_map(|(jobs, patterns, reset_after)| Case { jobs, patterns, reset_after })
}

#[test]
fn equals_the_reference() {
    for config in configs() {
        let unit = unit(config.clone()).start(Start::Random(3));
        let streams = Streams::new(&config);
        let name = format!("gemm_engine::{}", config.module_name());
        Check::new(name, &unit).cases(40).run(case(&config), |bench, case| {
            for (stream, pattern) in ["cmd", "weight", "column", "act"].iter().zip(&case.patterns) {
                bench.gaps(stream, pattern.clone())?;
            }
            bench.stalls("out", case.patterns[4].clone())?;
            let jobs: Vec<EngineJob> = case.jobs.iter().map(Shape::job).collect();
            if let Some(cycles) = case.reset_after {
                jobs.iter().try_for_each(|job| streams.send(bench, job))?;
                bench.run_for(cycles)?;
                bench.reset()?;
            }
            jobs.iter().try_for_each(|job| streams.send(bench, job))?;
            bench.run()
        });
    }
}

/// Every number of rows, one job after the other.
#[test]
fn every_number_of_rows() {
    let config = GemmEngine::new(8, 2, 2);
    let mut bench = unit(config.clone()).bench().unwrap();
    let streams = Streams::new(&config);
    for m in 1..=config.max_m as usize {
        let job =
            Shape { m, k: 17, n: 3, heads: 1, grouped: false, scale: 0, narrow: false, gelu: false, seed: m as u64 };
        streams.send(&mut bench, &job.job()).unwrap();
    }
    bench.run().unwrap();
}

/// A counter's port.
fn counter(bench: &mut Bench, name: &str) -> u64 {
    let port = bench.model().port(&format!("{name}_o")).unwrap();
    bench.model().get(port)
}

#[test]
fn counters_tell_what_happened() {
    let config = configs()[0].clone();
    let mut bench = unit(config.clone()).bench().unwrap();
    let streams = Streams::new(&config);
    let one = Shape { m: 20, k: 40, n: 9, heads: 1, grouped: false, scale: 0, narrow: false, gelu: false, seed: 5 };
    let two = Shape { m: 7, k: 19, n: 5, heads: 3, grouped: true, scale: 1, ..one.clone() };
    for stall in ["", "act", "weight", "column", "out"] {
        bench.reset().unwrap();
        let slow = Pattern::Bursts { go: 1, stop: 60 };
        for stream in ["act", "weight", "column"] {
            bench.gaps(stream, if stall == stream { slow.clone() } else { Pattern::Always }).unwrap();
        }
        bench.stalls("out", if stall == "out" { slow } else { Pattern::Always }).unwrap();
        let start = bench.cycle();
        for shape in [&one, &two] {
            streams.send(&mut bench, &shape.job()).unwrap();
        }
        let beats: usize = [&one, &two].iter().map(|s| streams.results(&s.job()).unwrap().len()).sum();
        bench.run_until("out", beats).unwrap();
        let cycles = bench.cycle() - start;
        bench.run_for(GemmEngine::COUNTED).unwrap();
        let mut get = |name: &str| counter(&mut bench, name);
        assert_eq!(get("macs"), (20 * 40 * 9 + 7 * 19 * 5 * 3) as u64, "{stall}");
        assert_eq!(get("cycles"), cycles, "{stall}");
        let rows: u64 = [&one, &two].iter().map(|s| streams.acts(&s.job()).len() as u64).sum();
        let waits = ["draining", "no_job", "no_weights", "no_columns", "no_rows", "no_room"].map(&mut get);
        assert_eq!(rows + waits.iter().sum::<u64>(), cycles, "{stall}: {waits:?}");
        let longest = waits.iter().enumerate().max_by_key(|w| w.1).unwrap().0;
        let blamed = ["out", "", "weight", "column", "act", "out"][longest];
        assert!(stall.is_empty() || stall == blamed, "{stall}: {waits:?}");
    }
}

#[test]
fn jobs_that_cannot_be_done_are_dropped() {
    let config = configs()[0].clone();
    let mut bench = unit(config.clone()).bench().unwrap();
    let streams = Streams::new(&config);
    let good = Shape { m: 3, k: 5, n: 6, heads: 2, grouped: true, scale: 2, narrow: false, gelu: false, seed: 1 };
    for (index, value) in [(0, 0), (0, 21), (0, 31), (1, 0), (2, 0), (3, 0), (9, 1)] {
        bench.reset().unwrap();
        let mut dropped = streams.command(&good.job());
        dropped.values[index] = value;
        bench.send("cmd", [dropped]).unwrap();
        streams.send(&mut bench, &good.job()).unwrap();
        bench.run().unwrap_or_else(|error| panic!("field {index}: {error}"));
    }
}
