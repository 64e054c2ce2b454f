//! `mpca` by Algorithm 2 in RTL against the reference, which `streamed` equals too: all modes, stalls on all streams, reset, jobs back to
//! back, bad headers; and its cycles against the paper's formula.

use crate::emitted::brief;
use proptest::prelude::*;
use reference::MpcaJob;
use serde::Serialize;
use sim::{Sources, Start};
use spec::unit::{Mpca, MpcaMode, MpcaOrganisation};
use tb::jobs::algorithm_2::{algorithm_2, fill, queue};
use tb::jobs::mpca::{self, Memory, Shape, Streams, shape};
use tb::{Beat, Bench, Check, Failure, Pattern, Unit};

/// Jobs one after the other, and how the environment behaves meanwhile.
#[derive(Clone, Debug, Serialize)]
struct Case {
    jobs: Vec<Shape>,
    /// Of `cmd`, `feature`, `weight`, `weight_read` and `out`.
    patterns: [Pattern; 5],
    reset_after: Option<u32>,
}

fn config(tile: u32, [p_h, p_t, p_c, p_pe]: [u32; 4], out_rows: u32) -> Mpca {
    let organisation = MpcaOrganisation::Algorithm2;
    Mpca { organisation, tile, max_n: 20, max_rows: 6, feature_rows: 2, out_rows, ..Mpca::new(p_h, p_t, p_c, p_pe) }
}

/// The array, straight from its generator.
fn unit(config: Mpca) -> Unit {
    let design = units::mpca(&config).unwrap_or_else(|error| panic!("{error}"));
    let emission = units::emit_design(&design, "mpca", "").unwrap_or_else(|error| panic!("{error}"));
    let top = design.name();
    let module = emission.manifest.module(top).expect("the top is among the modules").clone();
    brief(module, emission.files.iter().fold(Sources::new(top), |sources, (name, text)| sources.text(name, text)))
}

/// A row of the output for each column of processing elements and for several; elements as wide as a tile and not; one of everything.
fn configs() -> [Mpca; 4] {
    [
        config(8, [2, 2, 2, 2], 4),
        config(4, [1, 1, 1, 4], 1),
        Mpca { max_n: 70, max_rows: 19, feature_rows: 5, ..config(4, [1, 2, 3, 2], 1) },
        Mpca { max_n: 40, ..config(16, [2, 3, 2, 4], 2) },
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
        let streams = Streams::new(&config);
        let name = format!("mpca::{}", config.module_name());
        Check::new(name, &unit).cases(20).run(case(&config), |bench, case| {
            for (stream, pattern) in ["cmd", "feature", "weight"].iter().zip(&case.patterns) {
                bench.gaps(stream, pattern.clone())?;
            }
            bench.stalls("weight_read", case.patterns[3].clone())?;
            bench.stalls("out", case.patterns[4].clone())?;
            let jobs: Vec<MpcaJob> = case.jobs.iter().map(|job| job.job(&config)).collect();
            if let Some(cycles) = case.reset_after {
                let mut memory = Memory::new(&config);
                for job in &jobs {
                    bench.send("cmd", [streams.command(job, &mut memory).beat])?;
                    bench.send("feature", streams.features(job))?;
                }
                bench.send("weight", vec![Beat::new(vec![3i64; config.weight_words() as usize]); 50])?;
                bench.run_for(cycles)?;
                bench.reset()?;
            }
            mpca::run(bench, &config, &jobs)
        });
    }
}

#[test]
fn asks_and_answers_in_the_order_of_algorithm_2() {
    for config in [configs()[0].clone(), configs()[2].clone()] {
        let unit = unit(config.clone());
        let name = format!("mpca::{}_order", config.module_name());
        let cases = (prop::collection::vec(shape(&config), 1..4), Pattern::any());
        Check::new(name, &unit).cases(10).run(cases, |bench, (jobs, pattern)| {
            bench.stalls("out", pattern.clone())?;
            queue(bench, &config, jobs)?;
            bench.run()
        });
    }
}

/// Cycles until counters know of a result.
const COUNTING: u32 = 10;

/// A counter's port.
fn counter(bench: &mut Bench, name: &str) -> u64 {
    let port = bench.model().port(&format!("{name}_o")).unwrap();
    bench.model().get(port)
}

#[test]
fn cycles_are_those_of_algorithm_2() {
    // Weights come faster than they are used, and results leave faster than they are made, even with one block a column.
    let configs = [
        Mpca { max_n: 70, max_rows: 9, ..config(8, [2, 2, 2, 2], 4) },
        Mpca { max_n: 150, ..config(16, [2, 3, 2, 4], 2) },
        Mpca { max_n: 100, max_rows: 11, ..config(16, [1, 2, 1, 8], 1) },
    ];
    for config in configs {
        let unit = unit(config.clone());
        let name = format!("mpca::{}_cycles", config.module_name());
        Check::new(name, &unit).cases(20).run(shape(&config), |bench, shape| {
            let job = shape.job(&config);
            mpca::run(bench, &config, std::slice::from_ref(&job))?;
            bench.run_for(COUNTING)?;
            let (steps, cycles) = (counter(bench, "steps"), counter(bench, "product"));
            let (wanted, fill) = (algorithm_2(&config, &job) as u64, fill(&config) as u64);
            if (steps, cycles) == (wanted, wanted + fill) {
                return Ok(());
            }
            Err(Failure::Test(format!("{steps} steps, {cycles} cycles instead of {wanted} and {fill} more")))
        });
    }
}

/// Useful products, and the cycles from the first command to the last result, with nothing in the way and with each stream slow.
#[test]
fn counters_tell_what_happened() {
    let config = config(8, [2, 2, 2, 2], 4);
    let mut bench = unit(config.clone()).bench().unwrap();
    let sparse = Shape { mode: MpcaMode::Sparse, double: true, n: 20, k: 21, cols: 18, heads: 3, kept: 60, seed: 5 };
    let shapes = [
        sparse.clone(),
        // As many tokens as a group of block rows has.
        Shape { double: false, n: 16, k: 44, cols: 24, ..sparse.clone() },
        Shape { mode: MpcaMode::DensePerHead, double: false, n: 7, k: 7, cols: 5, ..sparse.clone() },
        Shape { mode: MpcaMode::Dense, k: 40, cols: 16, heads: 1, ..sparse },
    ];
    let jobs = shapes.map(|shape| shape.job(&config));
    let steps: u64 = jobs.iter().map(|job| algorithm_2(&config, job) as u64).sum();
    for stall in ["", "feature", "weight", "out"] {
        bench.reset().unwrap();
        let slow = Pattern::Bursts { go: 1, stop: 9 };
        for stream in ["feature", "weight"] {
            bench.gaps(stream, if stall == stream { slow.clone() } else { Pattern::Always }).unwrap();
        }
        bench.stalls("out", if stall == "out" { slow } else { Pattern::Always }).unwrap();
        bench.set_watchdog(20_000);
        let start = bench.cycle();
        mpca::run(&mut bench, &config, &jobs).unwrap();
        let elapsed = bench.cycle() - start;
        bench.run_for(COUNTING).unwrap();
        let mut get = |name: &str| counter(&mut bench, name);
        assert_eq!(get("macs"), jobs.iter().map(MpcaJob::useful_macs).sum::<u64>(), "{stall}");
        assert_eq!((get("steps"), get("faults")), (steps, 0), "{stall}");
        let cycles = get("cycles");
        assert!(cycles <= elapsed && cycles + 50 > elapsed, "{stall}: {cycles} of {elapsed}");
    }
}

/// Halves of a counter that are added to in turn: none is shown without the other's carry.
#[test]
fn cycles_counted_never_grow_fewer() {
    let config = config(8, [2, 2, 2, 2], 4);
    let mut bench = unit(config.clone()).bench().unwrap();
    let sparse = Shape { mode: MpcaMode::Sparse, double: true, n: 20, k: 21, cols: 18, heads: 3, kept: 60, seed: 5 };
    // Neither features nor weights come, so that the job goes on.
    let command = Streams::new(&config).command(&sparse.job(&config), &mut Memory::new(&config));
    bench.send("cmd", [command.beat]).unwrap();
    let mut before = 0;
    for _ in 0..66_000 {
        bench.run_for(1).unwrap();
        let now = counter(&mut bench, "cycles");
        assert!(now >= before, "{now} after {before}");
        before = now;
    }
    assert!(before > 1 << 16, "{before}");
}

/// Groups and jobs of four steps: a buffer that has just been used up is not full, though it may still be read.
#[test]
fn the_shortest_products_follow_each_other() {
    let config = Mpca { max_n: 8, ..config(4, [1, 1, 1, 4], 1) };
    let mut bench = unit(config.clone()).bench().unwrap();
    let shape = |mode, cols, seed| Shape { mode, double: false, n: 3, k: 4, cols, heads: 1, kept: 100, seed };
    let long = Shape { n: 8, k: 24, ..shape(MpcaMode::Dense, 4, 1) };
    for mode in [MpcaMode::Sparse, MpcaMode::Dense] {
        let short = (2..8).map(|seed| shape(mode, 4 * (seed as usize % 3 + 1), seed));
        let jobs: Vec<MpcaJob> =
            [long.clone()].into_iter().chain(short).map(|shape: Shape| shape.job(&config)).collect();
        bench.reset().unwrap();
        mpca::run(&mut bench, &config, &jobs).unwrap();
    }
}

/// One token of the largest blocks on the smallest array: its results are followed by those of 31 rows that do not count, for more than
/// 10 000 cycles, before the job's last beat.
#[test]
fn nothing_moves_while_rows_are_computed_that_do_not_count() {
    let config = config(16, [1, 1, 1, 2], 1);
    let unit = unit(config.clone());
    let shape = Shape { mode: MpcaMode::Dense, double: true, n: 1, k: 64, cols: 16, heads: 1, kept: 0, seed: 5 };
    let job = shape.job(&config);
    assert!(algorithm_2(&config, &job) > 10_000);
    let mut bench = unit.bench().unwrap();
    queue(&mut bench, &config, &[shape]).unwrap();
    bench.run().unwrap();
    let mut bench = unit.bench().unwrap();
    mpca::run(&mut bench, &config, std::slice::from_ref(&job)).unwrap();
    bench.run_for(COUNTING).unwrap();
    let wanted = algorithm_2(&config, &job) as u64;
    assert_eq!((counter(&mut bench, "steps"), counter(&mut bench, "product")), (wanted, wanted + fill(&config) as u64));
}

/// A job whose weights are damaged, and a good one behind it.
#[test]
fn damaged_weights_are_counted_and_survived() {
    let config = config(8, [2, 2, 2, 2], 4);
    let mut bench = unit(config.clone()).bench().unwrap();
    let streams = Streams::new(&config);
    let mode = MpcaMode::Sparse;
    let shape = Shape { mode, double: false, n: 5, k: 41, cols: 30, heads: 2, kept: 60, seed: 3 };
    let job = shape.job(&config);
    let (words, beats) = streams.weights(&job);
    let directory = beats * config.weight_words() as usize;
    for (word, value) in
        [(0, 500), (0, 0), (1, 6), (1, 0xffff), (directory, 9), (directory + 1, 0), (directory + 2, 0xffff)]
    {
        assert_ne!(words[word], value);
        bench.reset().unwrap();
        let mut memory = Memory::new(&config);
        let damaged = streams.command(&job, &mut memory);
        memory.damage(damaged.word + word, value);
        let good = streams.command(&job, &mut memory);
        bench.send("cmd", [damaged.beat, good.beat]).unwrap();
        bench.send("feature", [streams.features(&job), streams.features(&job)].concat()).unwrap();
        let results = mpca::serve(&mut bench, &memory, 2).unwrap_or_else(|error| panic!("word {word}: {error}"));
        assert!(streams.collect(&job, &results[0]).unwrap().iter().all(Option::is_some), "word {word}");
        streams.check(&job, &results[1]).unwrap();
        bench.run_for(COUNTING).unwrap();
        assert_eq!(counter(&mut bench, "faults"), 1, "word {word}");
    }
}

#[test]
fn jobs_that_cannot_be_done_are_dropped() {
    let config = config(8, [2, 2, 2, 2], 4);
    let mut bench = unit(config.clone()).bench().unwrap();
    let streams = Streams::new(&config);
    let mode = MpcaMode::DensePerHead;
    let job = Shape { mode, double: true, n: 5, k: 20, cols: 9, heads: 2, kept: 0, seed: 3 }.job(&config);
    for (field, value) in [(0, 3), (2, 0), (2, 21), (3, 0), (3, 49), (4, 0), (4, 65535), (5, 0), (5, 3), (7, 0)] {
        bench.reset().unwrap();
        let mut memory = Memory::new(&config);
        let mut dropped = streams.command(&job, &mut memory).beat;
        dropped.values[field] = value;
        let good = streams.command(&job, &mut memory);
        bench.send("cmd", [dropped, good.beat]).unwrap();
        bench.send("feature", streams.features(&job)).unwrap();
        let results = mpca::serve(&mut bench, &memory, 1).unwrap_or_else(|error| panic!("field {field}: {error}"));
        streams.check(&job, &results[0]).unwrap();
    }
}
