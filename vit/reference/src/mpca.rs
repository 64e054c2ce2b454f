//! The matrix products that `mpca` computes, block-sparse or dense.

use spec::block_sparse::BlockSparse;
use spec::unit::{Mpca, MpcaMode};

use crate::{Scale, requantise};

/// The weights of a job.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum MpcaWeights {
    /// Of each head, K×`cols` with blocks of one side.
    Sparse(Vec<BlockSparse>),
    /// Of each head, row by row: `heads`·K·`cols` integers.
    Dense(Vec<i16>),
}

/// Products Y = requantise(X·W), one a head.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MpcaJob {
    /// Tokens: rows of X and Y.
    pub n: usize,
    /// Channels: columns of X, rows of W.
    pub k: usize,
    /// Columns of W and Y, of a head.
    pub cols: usize,
    /// Products.
    pub heads: usize,
    /// An X of its own for each head; dense weights only.
    pub per_head: bool,
    /// Blocks of twice a tile's side; where weights are dense, of no influence on the results.
    pub double: bool,
    /// X, row by row: `n`·`k` integers, `heads` times that if each head has its own.
    pub x: Vec<i16>,
    /// W.
    pub weights: MpcaWeights,
    /// Factor of the requantisation.
    pub scale: Scale,
}

/// A job that does not fit its own shape or its array.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MpcaError {
    /// What is wrong, with the values, and what would be right.
    pub reason: String,
}

impl std::fmt::Display for MpcaError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "not a job for this array: {}", self.reason)
    }
}

impl std::error::Error for MpcaError {}

impl MpcaJob {
    /// The mode that its command names.
    pub fn mode(&self) -> MpcaMode {
        match (&self.weights, self.per_head) {
            (MpcaWeights::Sparse(_), _) => MpcaMode::Sparse,
            (MpcaWeights::Dense(_), false) => MpcaMode::Dense,
            (MpcaWeights::Dense(_), true) => MpcaMode::DensePerHead,
        }
    }

    /// W of a head, row by row, with 0 where a block is missing.
    pub fn dense_weights(&self, head: usize) -> Vec<i16> {
        match &self.weights {
            MpcaWeights::Sparse(heads) => heads[head].unpack(),
            MpcaWeights::Dense(all) => all[head * self.k * self.cols..][..self.k * self.cols].to_vec(),
        }
    }

    /// Multiply-accumulates of weights that are there, less what blocks hold beyond the edge of the matrix.
    pub fn useful_macs(&self) -> u64 {
        let of_head = |matrix: &BlockSparse| {
            let b = matrix.block;
            let inside = |side: usize, at: usize| b.min(side.saturating_sub(at * b)) as u64;
            let column = |(c, column): (usize, &spec::block_sparse::BlockColumn)| {
                let height: u64 = column.rows.iter().map(|&r| inside(self.k, r.into())).sum();
                height * inside(self.cols, c)
            };
            matrix.columns.iter().enumerate().map(column).sum::<u64>()
        };
        let weights = match &self.weights {
            MpcaWeights::Sparse(heads) => heads.iter().map(of_head).sum(),
            MpcaWeights::Dense(all) => all.len() as u64,
        };
        weights * self.n as u64
    }
}

/// Y of each head, row by row: `heads`·`n`·`cols` integers of 16 bits.
///
/// Formats and rounding as in [`Mpca`]. An error names a slice of the wrong length, a dimension out of range, or weights that are no
/// block-sparse matrix of the job's shape.
///
/// ```
/// use reference::{MpcaJob, MpcaWeights, Scale, mpca};
/// use spec::block_sparse::{BlockSparse, Mask};
/// use spec::unit::Mpca;
/// let config = Mpca { tile: 4, out_rows: 1, ..Mpca::new(1, 1, 1, 4) };
/// let weights = BlockSparse::pack(8, 1, 4, &[1, 2, 3, 4, 5, 6, 7, 8], &Mask::from_fn(2, 1, |row, _| row == 1)).unwrap();
/// let job = MpcaJob {
///     n: 1, k: 8, cols: 1, heads: 1, per_head: false, double: false,
///     x: vec![9, 9, 9, 9, 1000, 1, 1, 2],
///     weights: MpcaWeights::Sparse(vec![weights]),
///     scale: Scale { mult: 1, shift: 1 },
/// };
/// // The upper block is missing; (5000 + 6 + 7 + 16)/2 = 2514.5, to even.
/// assert_eq!(mpca(&config, &job)?, [2514]);
/// # Ok::<(), reference::MpcaError>(())
/// ```
pub fn mpca(config: &Mpca, job: &MpcaJob) -> Result<Vec<i16>, MpcaError> {
    check(config, job)?;
    let (n, k, cols) = (job.n, job.k, job.cols);
    let mut y = Vec::with_capacity(job.heads * n * cols);
    for head in 0..job.heads {
        let w = job.dense_weights(head);
        let x = &job.x[if job.per_head { head * n * k } else { 0 }..][..n * k];
        for token in x.chunks_exact(k) {
            let mut acc = vec![0i64; cols];
            for (&x, weights) in token.iter().zip(w.chunks_exact(cols)) {
                for (acc, &w) in acc.iter_mut().zip(weights) {
                    *acc += i64::from(x) * i64::from(w);
                }
            }
            y.extend(acc.into_iter().map(|acc| requantise(acc.into(), job.scale, Mpca::DATA) as i16));
        }
    }
    Ok(y)
}

fn check(config: &Mpca, job: &MpcaJob) -> Result<(), MpcaError> {
    let fail = |reason: String| Err(MpcaError { reason });
    let max = Mpca::MAX_DIM as usize;
    for (name, extent, max) in [
        ("n", job.n, config.max_n as usize),
        ("k", job.k, max),
        ("cols", job.cols, max),
        ("heads", job.heads, Mpca::MAX_HEADS as usize),
    ] {
        if extent == 0 || extent > max {
            return fail(format!("{name} is {extent}, give 1 to {max}"));
        }
    }
    let rows = config.rows(job.k as u32, job.heads as u32, job.per_head);
    if rows > config.max_rows {
        return fail(format!("its features have {rows} slices, give at most {}", config.max_rows));
    }
    let wanted = job.n * job.k * if job.per_head { job.heads } else { 1 };
    if job.x.len() != wanted {
        return fail(format!("{} features instead of {wanted}", job.x.len()));
    }
    match &job.weights {
        MpcaWeights::Dense(all) if all.len() != job.heads * job.k * job.cols => {
            fail(format!("{} weights instead of {}", all.len(), job.heads * job.k * job.cols))
        }
        MpcaWeights::Dense(_) => Ok(()),
        MpcaWeights::Sparse(_) if job.per_head => fail("an X for each head goes with dense weights only".to_owned()),
        MpcaWeights::Sparse(heads) => check_sparse(config, job, heads),
    }
}

fn check_sparse(config: &Mpca, job: &MpcaJob, heads: &[BlockSparse]) -> Result<(), MpcaError> {
    let fail = |reason: String| Err(MpcaError { reason });
    if heads.len() != job.heads {
        return fail(format!("{} matrices instead of {}", heads.len(), job.heads));
    }
    let tile = config.tile as usize;
    for (head, matrix) in heads.iter().enumerate() {
        if let Err(error) = matrix.check() {
            return fail(format!("head {head}: {error}"));
        }
        if (matrix.rows, matrix.cols) != (job.k, job.cols) {
            return fail(format!(
                "head {head} has a {}×{} matrix instead of {}×{}",
                matrix.rows, matrix.cols, job.k, job.cols
            ));
        }
        let block = if job.double { 2 * tile } else { tile };
        if matrix.block != block {
            return fail(format!("head {head} has blocks of {} instead of {block}", matrix.block));
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use spec::block_sparse::Mask;

    use super::*;

    fn config() -> Mpca {
        Mpca { tile: 4, out_rows: 1, max_n: 3, max_rows: 2, feature_rows: 1, ..Mpca::new(1, 1, 1, 4) }
    }

    fn job() -> MpcaJob {
        let (x, weights) = (vec![1, 2, 3, 4], MpcaWeights::Dense(vec![1, 10, -1, 7]));
        MpcaJob { n: 1, k: 2, cols: 1, heads: 2, per_head: true, double: false, x, weights, scale: Scale::ONE }
    }

    #[test]
    fn heads_share_their_features_or_not() {
        assert_eq!(mpca(&config(), &job()).unwrap(), [21, 25]);
        let shared = MpcaJob { per_head: false, x: vec![1, 2], ..job() };
        assert_eq!(mpca(&config(), &shared).unwrap(), [21, 13]);
        assert_eq!((job().useful_macs(), shared.mode()), (4, MpcaMode::Dense));
    }

    #[test]
    fn sums_are_exact_and_results_saturate() {
        let weights = MpcaWeights::Dense(vec![-32768; 8]);
        let extreme = MpcaJob { k: 8, heads: 1, per_head: false, x: vec![-32768; 8], weights, ..job() };
        assert_eq!(mpca(&config(), &extreme).unwrap(), [32767]);
        let exact = MpcaJob { scale: Scale { mult: 3, shift: 20 }, ..extreme };
        assert_eq!(mpca(&config(), &exact).unwrap(), [3 << 13]);
    }

    #[test]
    fn padding_is_no_use() {
        let mask = Mask::from_fn(2, 2, |row, col| row != col);
        let sparse = BlockSparse::pack(6, 5, 4, &[1; 30], &mask).unwrap();
        let weights = MpcaWeights::Sparse(vec![sparse]);
        let job = MpcaJob { n: 2, k: 6, cols: 5, heads: 1, per_head: false, x: vec![1; 12], weights, ..job() };
        assert_eq!(job.useful_macs(), 2 * (2 * 4 + 4));
        assert_eq!(mpca(&config(), &job).unwrap()[..5], [2, 2, 2, 2, 4]);
    }

    #[test]
    fn a_job_that_does_not_fit_is_named() {
        let sparse = |block: usize| {
            let matrix = BlockSparse::pack(2, 1, block, &[1, 1], &Mask::full(2usize.div_ceil(block), 1)).unwrap();
            MpcaWeights::Sparse(vec![matrix; 2])
        };
        let shared = MpcaJob { per_head: false, x: vec![1, 2], ..job() };
        for (bad, word) in [
            (MpcaJob { n: 0, ..job() }, "n is 0"),
            (MpcaJob { n: 4, ..job() }, "n is 4"),
            (MpcaJob { k: 5, ..job() }, "4 slices"),
            (MpcaJob { x: vec![1; 3], ..job() }, "3 features instead of 4"),
            (MpcaJob { weights: MpcaWeights::Dense(vec![]), ..job() }, "0 weights instead of 4"),
            (MpcaJob { weights: sparse(4), ..job() }, "dense weights only"),
            (MpcaJob { weights: sparse(2), ..shared.clone() }, "blocks of 2"),
            (MpcaJob { weights: sparse(4), cols: 2, ..shared.clone() }, "2×1 matrix instead of 2×2"),
            (MpcaJob { weights: sparse(4), heads: 3, ..shared }, "2 matrices instead of 3"),
        ] {
            let error = mpca(&config(), &bad).unwrap_err().to_string();
            assert!(error.contains(word), "{error}");
        }
    }
}
