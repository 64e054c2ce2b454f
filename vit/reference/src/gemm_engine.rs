//! The matrix products that `gemm_engine` computes.

use spec::Format;
use spec::unit::GemmEngine;

use crate::num::wrap;
use crate::product::int8_product;
use crate::{FunctionUnit, GeluModel, GemmError, Scale, requantise};

/// Where bias and factor of a job's requantisation come from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum EngineScales {
    /// Of each column of each head: `heads·n` biases and scales.
    Column(Vec<(i32, Scale)>),
    /// Of each row of each head: `heads·m` scales; no bias.
    Row(Vec<Scale>),
    /// Of the job; no bias.
    Job(Scale),
}

/// Products Y = requantise(A·W + bias) of one shape, one a head.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EngineJob {
    /// Rows of A and Y.
    pub m: usize,
    /// Columns of A, rows of W.
    pub k: usize,
    /// Columns of W and Y.
    pub n: usize,
    /// Products; 1 unless grouped.
    pub heads: usize,
    /// Each head for itself on a group of the array, or one product over all groups.
    pub grouped: bool,
    /// A of each head, row by row: `heads·m·k` integers.
    pub a: Vec<i8>,
    /// W of each head, row by row: `heads·k·n` integers.
    pub w: Vec<i8>,
    /// Bias and factor.
    pub scales: EngineScales,
    /// Saturate to 8 bits, whatever the width of the output.
    pub narrow: bool,
    /// Pass the results through GELU.
    pub gelu: bool,
}

/// Y of each head, row by row: `heads·m·n` integers of the configuration's output format.
///
/// Formats and rounding as in [`GemmEngine`]. An error names a slice of the wrong length, a dimension out of range, or a flag that the
/// configuration does not have.
///
/// ```
/// use reference::{EngineJob, EngineScales, Scale, gemm_engine};
/// use spec::unit::GemmEngine;
/// let job = EngineJob {
///     m: 1, k: 2, n: 2, heads: 1, grouped: false,
///     a: vec![3, -4],
///     w: vec![10, 20, 30, -128],
///     scales: EngineScales::Column(vec![(100, Scale::ONE), (0, Scale { mult: 1, shift: 3 })]),
///     narrow: false,
///     gelu: false,
/// };
/// // −128 counts as −127: (3·20 + 4·127)/8 = 71.
/// assert_eq!(gemm_engine(&GemmEngine::zcu102(), &job)?, [10, 71]);
/// # Ok::<(), reference::GemmError>(())
/// ```
pub fn gemm_engine(config: &GemmEngine, job: &EngineJob) -> Result<Vec<i32>, GemmError> {
    check(config, job)?;
    let gelu = match &config.gelu {
        Some(gelu) if job.gelu => Some(GeluModel::new(gelu).map_err(|error| GemmError { reason: error.to_string() })?),
        _ => None,
    };
    let to = if job.narrow { Format::signed(8, 0) } else { config.out() };
    let (m, k, n) = (job.m, job.k, job.n);
    let mut y = Vec::with_capacity(job.heads * m * n);
    for (head, (a, w)) in job.a.chunks_exact(m * k).zip(job.w.chunks_exact(k * n)).enumerate() {
        let a: Vec<i16> = a.iter().map(|&a| a.into()).collect();
        let w: Vec<i16> = w.iter().map(|&w| w.max(-127).into()).collect();
        for (at, acc) in int8_product(k, n, &a, &w).into_iter().enumerate() {
            let (row, column) = (at / n, at % n);
            let (bias, scale) = match &job.scales {
                EngineScales::Column(columns) => columns[head * n + column],
                EngineScales::Row(rows) => (0, rows[head * m + row]),
                EngineScales::Job(scale) => (0, *scale),
            };
            let x = wrap(i128::from(acc) + i128::from(bias), GemmEngine::ACCUMULATOR);
            let value = requantise(x, scale, to) as i64;
            y.push(gelu.as_ref().map_or(value, |gelu| gelu.eval(value)) as i32);
        }
    }
    Ok(y)
}

fn check(config: &GemmEngine, job: &EngineJob) -> Result<(), GemmError> {
    let fail = |reason: String| Err(GemmError { reason });
    let max = GemmEngine::MAX_DIM as usize;
    let heads = if job.grouped { GemmEngine::MAX_HEADS as usize } else { 1 };
    let extents =
        [("m", job.m, config.max_m as usize), ("k", job.k, max), ("n", job.n, max), ("heads", job.heads, heads)];
    for (name, extent, max) in extents {
        if extent == 0 || extent > max {
            return fail(format!("{name} is {extent}, not in 1…{max}"));
        }
    }
    let scales = match &job.scales {
        EngineScales::Column(columns) => ("biases and column scales", columns.len(), job.heads * job.n),
        EngineScales::Row(rows) => ("row scales", rows.len(), job.heads * job.m),
        EngineScales::Job(_) => ("scale", 1, 1),
    };
    for (name, len, wanted) in [
        ("activations", job.a.len(), job.heads * job.m * job.k),
        ("weights", job.w.len(), job.heads * job.k * job.n),
        scales,
    ] {
        if len != wanted {
            return fail(format!("{len} {name} instead of {wanted}"));
        }
    }
    if job.narrow && config.out_bits == 8 {
        return fail("`narrow` is for engines with 16-bit results".to_owned());
    }
    if job.gelu && (job.grouped || config.gelu.is_none()) {
        return fail("GELU is for summed jobs of engines that have it".to_owned());
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn job() -> EngineJob {
        EngineJob {
            m: 2,
            k: 2,
            n: 1,
            heads: 1,
            grouped: false,
            a: vec![1; 4],
            w: vec![1; 2],
            scales: EngineScales::Job(Scale::ONE),
            narrow: false,
            gelu: false,
        }
    }

    #[test]
    fn heads_are_products_of_their_own() {
        let config = GemmEngine::new(8, 2, 2);
        let (a, w) = (vec![1, 2, 3, 4, 5, 6], vec![1, 10, -1, 7, 2, -2]);
        let both = EngineJob { m: 1, k: 3, n: 1, heads: 2, grouped: true, a, w, ..job() };
        assert_eq!(gemm_engine(&config, &both).unwrap(), [18, 28 + 10 - 12]);
        let rows = EngineScales::Row(vec![Scale::ONE, Scale { mult: 1, shift: 1 }]);
        assert_eq!(gemm_engine(&config, &EngineJob { scales: rows, ..both }).unwrap(), [18, 13]);
    }

    #[test]
    fn gelu_follows_the_requantisation() {
        let config = GemmEngine::zcu102();
        let model = GeluModel::new(config.gelu.as_ref().unwrap()).unwrap();
        for value in [-128i8, -100, -3, 0, 50, 127] {
            let scales = EngineScales::Job(Scale { mult: 100, shift: 0 });
            let one = EngineJob { m: 1, k: 1, a: vec![value], w: vec![1], scales, gelu: true, ..job() };
            assert_eq!(i64::from(gemm_engine(&config, &one).unwrap()[0]), model.eval(100 * i64::from(value)));
        }
    }

    #[test]
    fn a_job_that_does_not_fit_is_named() {
        let config = GemmEngine::new(8, 2, 2);
        for (bad, word) in [
            (EngineJob { m: 0, ..job() }, "m is 0"),
            (EngineJob { k: 70000, ..job() }, "k is 70000"),
            (EngineJob { heads: 2, ..job() }, "heads is 2"),
            (EngineJob { a: vec![1; 3], ..job() }, "3 activations instead of 4"),
            (EngineJob { scales: EngineScales::Row(vec![]), ..job() }, "0 row scales instead of 2"),
            (EngineJob { gelu: true, ..job() }, "GELU"),
        ] {
            let error = gemm_engine(&config, &bad).unwrap_err().to_string();
            assert!(error.contains(word), "{error}");
        }
    }
}
