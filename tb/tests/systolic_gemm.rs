//! `systolic_gemm` in RTL against the reference: any shape, stalls on all streams, reset, jobs back to back, exact cycles.

mod emitted;

use emitted::unit;
use proptest::prelude::*;
use reference::{GemmJob, Scale, Scales, gemm};
use serde::Serialize;
use sim::Start;
use spec::Format;
use spec::unit::{Operand, SystolicGemm};
use tb::{Beat, Bench, Check, Pattern};

/// A job in plain numbers; a scale is (mult, shift).
#[derive(Clone, Debug, Serialize)]
struct Shape {
    m: usize,
    k: usize,
    n: usize,
    a: Vec<i32>,
    w: Vec<i32>,
    bias: Vec<i64>,
    by_row: bool,
    scales: Vec<(u16, u8)>,
    narrow: bool,
}

impl Shape {
    fn job(&self) -> GemmJob {
        let scales = self.scales.iter().map(|&(mult, shift)| Scale { mult, shift }).collect();
        GemmJob {
            m: self.m,
            k: self.k,
            n: self.n,
            a: self.a.clone(),
            w: self.w.clone(),
            bias: self.bias.clone(),
            scales: if self.by_row { Scales::Row(scales) } else { Scales::Column(scales) },
            narrow: self.narrow,
        }
    }

    /// A job of ones.
    fn ones(m: usize, k: usize, n: usize) -> Self {
        let (a, w, bias, scales) = (vec![1; m * k], vec![1; k * n], vec![0; n], vec![(1, 0); n]);
        Self { m, k, n, a, w, bias, by_row: false, scales, narrow: false }
    }
}

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

fn values(format: Format, count: usize) -> impl Strategy<Value = Vec<i64>> {
    let (lo, hi) = (format.min() as i64, format.max() as i64);
    let value = prop_oneof![4 => lo..=hi, 2 => (-3i64).max(lo)..=3, 1 => Just(lo), 1 => Just(hi)];
    prop::collection::vec(value, count)
}

fn shape(config: &SystolicGemm) -> BoxedStrategy<Shape> {
    let (data, acc, wide) = (config.data.format(), config.data.accumulator(), config.out().width > 8);
    let most = config.max_m as usize;
    let around = |lanes: u32| prop_oneof![Just(1), Just(lanes as usize), 1..=3 * lanes as usize + 1];
    let m = prop_oneof![4 => 1..=most.min(12), 1 => Just(most)];
    let sizes = (m, around(config.rows), around(config.cols), any::<bool>());
    sizes
        .prop_flat_map(move |(m, k, n, by_row)| {
            let ints = |v: Vec<i64>| v.into_iter().map(|x| x as i32).collect::<Vec<_>>();
            let bias = prop_oneof![3 => values(Format::signed(acc.width / 2, 0), n), 1 => values(acc, n)];
            let scale = prop_oneof![
                4 => (any::<u16>(), 8..acc.width as u8),
                3 => (Just(1), 0..24u8),
                1 => (any::<u16>(), 0..64u8),
            ];
            let scales = prop::collection::vec(scale, if by_row { m } else { n });
            let (a, w) = (values(data, m * k).prop_map(ints), values(data, k * n).prop_map(ints));
            (a, w, bias, scales, any::<bool>()).prop_map(move |(a, w, bias, scales, narrow)| {
                let narrow = narrow && wide;
                Shape { m, k, n, a, w, bias, by_row, scales, narrow }
            })
        })
        .boxed()
}

fn case(config: &SystolicGemm) -> impl Strategy<Value = Case> + use<> {
    let jobs = prop::collection::vec(shape(config), 1..4);
    let patterns = [(); 5].map(|()| Pattern::any());
    let reset = prop::option::weighted(0.3, 1u32..150);
    (jobs, patterns, reset).prop_map(|(jobs, patterns, reset_after)| Case { jobs, patterns, reset_after })
}

/// Lane i holds `value(i)`, 0 where there is none.
fn lanes(count: u32, from: usize, end: usize, value: impl Fn(usize) -> i32) -> Vec<i64> {
    (from..from + count as usize).map(|i| if i < end { value(i).into() } else { 0 }).collect()
}

/// Queues a job's beats on all streams, and what the reference expects on `out`.
fn load(bench: &mut Bench, config: &SystolicGemm, shape: &Shape) -> tb::Result<()> {
    let (m, k, n) = (shape.m, shape.k, shape.n);
    let y = gemm(config, &shape.job()).unwrap_or_else(|error| panic!("{error}"));
    let mut command = vec![m as i64, k as i64, n as i64, shape.by_row.into()];
    if config.out().width > 8 {
        command.push(shape.narrow.into());
    }
    bench.send("cmd", [command])?;
    let scale = |by_row: bool, index: usize| match by_row == shape.by_row {
        true => [i64::from(shape.scales[index].0), i64::from(shape.scales[index].1)],
        false => [0, 0],
    };
    bench.send("column", (0..n).map(|i| [[shape.bias[i]].as_slice(), &scale(false, i)].concat()))?;
    let mut expected = Vec::new();
    for n0 in (0..n).step_by(config.cols as usize) {
        let weights = |k: usize| lanes(config.cols, n0, n, |i| shape.w[k * n + i]);
        bench.send("weight", (0..k).map(weights))?;
        for k0 in (0..k).step_by(config.rows as usize) {
            let acts = |row: usize| lanes(config.rows, k0, k, |i| shape.a[row * k + i]);
            bench.send("act", (0..m).map(|row| [acts(row), scale(true, row).to_vec()].concat()))?;
        }
        let used = (n - n0).min(config.cols as usize);
        let results = |row: usize| lanes(config.cols, n0, n, |i| y[row * n + i]);
        expected.extend((0..m).map(|row| Beat::new(results(row)).with_keep((1 << used) - 1)));
    }
    expected.last_mut().into_iter().for_each(|beat| beat.last = true);
    bench.expect("out", expected)
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
                case.jobs.iter().try_for_each(|job| load(bench, &config, job))?;
                bench.run_for(cycles)?;
                bench.reset()?;
            }
            case.jobs.iter().try_for_each(|job| load(bench, &config, job))?;
            bench.run()
        });
    }
}

/// Cycles from the first command to the last output when nobody stalls.
fn cycles(bench: &mut Bench, config: &SystolicGemm, jobs: &[Shape]) -> u64 {
    bench.reset().unwrap();
    jobs.iter().try_for_each(|job| load(bench, config, job)).unwrap();
    let beats = jobs.iter().map(|j| config.out_beats(j.m as u32, j.n as u32)).sum::<u64>();
    let start = bench.cycle();
    bench.run_until("out", beats as usize).unwrap();
    bench.cycle() - start
}

#[test]
fn takes_as_many_cycles_as_it_says() {
    for config in configs() {
        let mut bench = unit(config.clone()).bench().unwrap();
        let (rows, cols) = (u64::from(config.rows), u64::from(config.cols));
        let block_cols = (1..=8).rev().find(|b| cols % b == 0).unwrap();
        let latency = rows + cols / block_cols + 12;
        let most = config.max_m as usize;
        for (m, k_tiles, n_tiles) in [(most, 1, 1), (most, 3, 2), (most, 4, 1), (4, 2, 3), (1, 3, 2)] {
            let (k, n) = (k_tiles * rows as usize, n_tiles * cols as usize);
            let jobs = [(); 3].map(|()| Shape::ones(m, k, n));
            let m = m as u64;
            let tile = if m < 4 { rows.max(m + 3) } else { rows.max(m) };
            let tiles = 3 * (k_tiles * n_tiles) as u64;
            // The command, the first tile of weights, all tiles but the last, the last one's rows, the way out.
            // Its outputs wait for the first set of column parameters, which may take longer than its weights.
            let loaded = rows + (k_tiles as u64 - 1) * tile;
            let least = 1 + rows + (tiles - 1) * tile + m + latency + cols.saturating_sub(loaded);
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
        load(&mut bench, &config, &Shape::ones(3, 5, 6)).unwrap();
        bench.run().unwrap_or_else(|error| panic!("{dropped:?}: {error}"));
    }
}

#[test]
fn the_largest_sums_do_not_overflow() {
    for config in [SystolicGemm::int8(8, 2), SystolicGemm::int16(8, 2)] {
        let least = config.data.format().min() as i32;
        let k = if config.data == Operand::Int8 { SystolicGemm::MAX_DIM as usize } else { 4096 };
        let shift = 2 * config.data.format().width as u8;
        let operands = Shape { a: vec![least; k], w: vec![least; 2 * k], ..Shape::ones(1, k, 2) };
        let job = Shape { bias: vec![1, -1], scales: vec![(1, shift); 2], ..operands };
        let mut bench = unit(config.clone()).bench().unwrap();
        load(&mut bench, &config, &job).unwrap();
        bench.run().unwrap();
    }
}
