//! `systolic_gemm` in RTL against the reference: any shape, stalls on all streams, reset, jobs back to back, exact cycles.

use crate::emitted::unit;
use proptest::prelude::*;
use serde::Serialize;
use sim::Start;
use spec::unit::{Operand, SystolicGemm};
use tb::jobs::systolic_gemm::{Shape, queue, shape};
use tb::{Bench, Check, Pattern};

/// Jobs one after the other, and how the environment behaves meanwhile.
#[derive(Clone, Debug, Serialize)]
struct Case {
    jobs: Vec<Shape>,
    /// Of `cmd`, `weight`, `column`, `act` and `out`.
    patterns: [Pattern; 5],
    reset_after: Option<u32>,
}

/// One array of each kind: square and not, partial blocks, both accumulator memories, both operands and outputs.
fn configs() -> [SystolicGemm; 5] {
    [
        SystolicGemm { max_m: 16, ..SystolicGemm::int8(4, 4) },
        SystolicGemm { max_m: 100, out_bits: Some(16), ..SystolicGemm::int8(8, 6) },
        SystolicGemm { max_m: 5, ..SystolicGemm::int8(2, 16) },
        SystolicGemm { max_m: 20, ..SystolicGemm::int16(12, 4) },
        SystolicGemm { max_m: 33, out_bits: Some(8), ..SystolicGemm::int16(3, 10) },
    ]
}

fn case(config: &SystolicGemm) -> impl Strategy<Value = Case> + use<> {
    let jobs = prop::collection::vec(shape(config), 1..4);
    let patterns = [(); 5].map(|()| Pattern::any());
    let reset = prop::option::weighted(0.3, 1u32..150);
    (jobs, patterns, reset).prop_map(|(jobs, patterns, reset_after)| Case { jobs, patterns, reset_after })
}

#[test]
fn equals_the_reference() {
    for config in configs() {
        let unit = unit(config.clone()).start(Start::Random(3));
        let name = format!("systolic_gemm::{}", config.module_name());
        Check::new(name, &unit).cases(100).run(case(&config), |bench, case| {
            let [cmd, weight, column, act, out] = case.patterns.clone();
            for (stream, pattern) in [("cmd", cmd), ("weight", weight), ("column", column), ("act", act)] {
                bench.gaps(stream, pattern)?;
            }
            bench.stalls("out", out)?;
            if let Some(cycles) = case.reset_after {
                case.jobs.iter().try_for_each(|job| queue(bench, &config, job))?;
                bench.run_for(cycles)?;
                bench.reset()?;
            }
            case.jobs.iter().try_for_each(|job| queue(bench, &config, job))?;
            bench.run()
        });
    }
}

/// Cycles from the first command to the last output when nobody stalls.
fn cycles(bench: &mut Bench, config: &SystolicGemm, jobs: &[Shape]) -> u64 {
    bench.reset().unwrap();
    jobs.iter().try_for_each(|job| queue(bench, config, job)).unwrap();
    let beats = jobs.iter().map(|j| config.out_beats(j.m as u32, j.n as u32)).sum::<u64>();
    let start = bench.cycle();
    bench.run_until("out", beats as usize).unwrap();
    bench.cycle() - start
}

#[test]
fn takes_as_many_cycles_as_it_says() {
    // Besides, the array whose output slots are as few as its latency allows.
    for config in configs().into_iter().chain([SystolicGemm::int16(16, 16)]) {
        let mut bench = unit(config.clone()).bench().unwrap();
        let (rows, cols) = (u64::from(config.rows), u64::from(config.cols));
        let block_cols = (1..=8).rev().find(|b| cols % b == 0).unwrap();
        let foot = u64::from(config.data == Operand::Int16);
        let latency = rows + cols / block_cols + 12 + foot;
        let most = config.max_m as usize;
        for (m, k_tiles, n_tiles) in [(most, 1, 1), (most, 3, 2), (most, 4, 1), (4, 2, 3), (1, 3, 2)] {
            let (k, n) = (k_tiles * rows as usize, n_tiles * cols as usize);
            let jobs = [(); 3].map(|()| Shape::ones(m, k, n));
            let m = m as u64;
            let tile = if m < 4 { rows.max(m + 3) } else { rows.max(m) };
            let tiles = 3 * (k_tiles * n_tiles) as u64;
            // The command, the first tile of weights, all tiles but the last, the last one's rows, the way out.
            // The first tile waits for its column parameters, which may take longer than its weights.
            let least = 1 + rows.max(cols) + (tiles - 1) * tile + m + latency;
            let took = cycles(&mut bench, &config, &jobs);
            let parameters_are_slower = cols > k_tiles as u64 * tile;
            let name = format!("{}: m {m}, {k_tiles} × {n_tiles} tiles", config.module_name());
            assert!(took == least || (parameters_are_slower && took > least), "{name}: {took}, not {least}");
        }
    }
}

#[test]
fn jobs_without_work_are_dropped() {
    let config = configs()[0].clone();
    let mut bench = unit(config.clone()).bench().unwrap();
    for dropped in [[0, 5, 6, 0], [3, 0, 6, 0], [3, 5, 0, 0], [17, 5, 6, 0], [31, 5, 6, 0]] {
        bench.reset().unwrap();
        bench.send("cmd", [dropped]).unwrap();
        queue(&mut bench, &config, &Shape::ones(3, 5, 6)).unwrap();
        bench.run().unwrap_or_else(|error| panic!("{dropped:?}: {error}"));
    }
}

#[test]
fn the_largest_sums_do_not_overflow() {
    for config in [SystolicGemm::int8(8, 2), SystolicGemm::int8(20, 2), SystolicGemm::int16(8, 2)] {
        let least = config.data.format().min() as i32;
        let k = if config.data == Operand::Int8 { SystolicGemm::MAX_DIM as usize } else { 4096 };
        let shift = 2 * config.data.format().width as u8;
        let operands = Shape { a: vec![least; k], w: vec![least; 2 * k], ..Shape::ones(1, k, 2) };
        let job = Shape { bias: vec![1, -1], scales: vec![(1, shift); 2], ..operands };
        let mut bench = unit(config.clone()).bench().unwrap();
        queue(&mut bench, &config, &job).unwrap();
        bench.run().unwrap();
    }
}
