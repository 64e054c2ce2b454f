//! Jobs of `systolic_gemm`.

use proptest::prelude::*;
use reference::{GemmJob, Scale, Scales, gemm};
use serde::Serialize;
use spec::Format;
use spec::unit::SystolicGemm;

use crate::{Beat, Bench, Failure, Result};

/// A job in plain numbers; a scale is (mult, shift).
#[derive(Clone, Debug, Serialize)]
pub struct Shape {
    /// Rows of A and of the result.
    pub m: usize,
    /// Columns of A, rows of W.
    pub k: usize,
    /// Columns of W and of the result.
    pub n: usize,
    /// The left operand, row by row.
    pub a: Vec<i32>,
    /// The weights, row by row.
    pub w: Vec<i32>,
    /// Per column.
    pub bias: Vec<i64>,
    /// Whether scales belong to rows instead of columns.
    pub by_row: bool,
    /// One per column, or one per row.
    pub scales: Vec<(u16, u8)>,
    /// Whether results saturate to 8 bits.
    pub narrow: bool,
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
    pub fn ones(m: usize, k: usize, n: usize) -> Self {
        let (a, w, bias, scales) = (vec![1; m * k], vec![1; k * n], vec![0; n], vec![(1, 0); n]);
        Self { m, k, n, a, w, bias, by_row: false, scales, narrow: false }
    }
}

fn values(format: Format, count: usize) -> impl Strategy<Value = Vec<i64>> {
    let (lo, hi) = (format.min() as i64, format.max() as i64);
    let value = prop_oneof![4 => lo..=hi, 2 => (-3i64).max(lo)..=3, 1 => Just(lo), 1 => Just(hi)];
    prop::collection::vec(value, count)
}

/// Jobs of any size up to a few tiles, with extremes.
pub fn shape(config: &SystolicGemm) -> BoxedStrategy<Shape> {
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

/// Lane i holds `value(i)`, 0 where there is none.
fn lanes(count: u32, from: usize, end: usize, value: impl Fn(usize) -> i32) -> Vec<i64> {
    (from..from + count as usize).map(|i| if i < end { value(i).into() } else { 0 }).collect()
}

/// Queues a job's beats on all streams, and what the reference expects on `out`.
///
/// # Errors
/// [`Failure::Use`] if the bench or the job is not the configuration's.
pub fn queue(bench: &mut Bench, config: &SystolicGemm, shape: &Shape) -> Result<()> {
    let (m, k, n) = (shape.m, shape.k, shape.n);
    let y = gemm(config, &shape.job()).map_err(Failure::wrong)?;
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
