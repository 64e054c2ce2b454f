//! Blocks chosen by their scores.

use spec::block_sparse::Mask;

/// A rate that is no share of something.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
#[error("{what} of {value}: a number from 0 to 1 is possible")]
pub struct RateError {
    /// Which rate.
    pub what: &'static str,
    /// Its value.
    pub value: f64,
}

/// Keeps the ⌈rate·blocks⌉ blocks of highest score; of equal scores the one that comes first, row by row.
///
/// # Errors
/// A rate outside 0…1.
///
/// ```
/// use model::sparsity::keep_best;
/// let mask = keep_best(2, 2, 0.5, |row, col| [[0.1, 0.9], [0.4, 0.4]][row][col])?;
/// assert!(mask.keeps(0, 1) && mask.keeps(1, 0) && mask.kept() == 2);
/// # Ok::<(), model::sparsity::RateError>(())
/// ```
pub fn keep_best(rows: usize, cols: usize, rate: f64, score: impl Fn(usize, usize) -> f64) -> Result<Mask, RateError> {
    if !(0.0..=1.0).contains(&rate) {
        return Err(RateError { what: "a kept share", value: rate });
    }
    let mut order: Vec<usize> = (0..rows * cols).collect();
    order.sort_by(|&a, &b| score(b / cols, b % cols).total_cmp(&score(a / cols, a % cols)));
    order.truncate((rate * (rows * cols) as f64).ceil() as usize);
    order.sort_unstable();
    Ok(Mask::from_fn(rows, cols, |row, col| order.binary_search(&(row * cols + col)).is_ok()))
}

/// The masks of one attention layer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AlternateMasks {
    /// Of W_q, W_k and W_v, D×D each.
    pub query_key_value: [Mask; 3],
    /// Of W_proj.
    pub projection: Mask,
}

/// The alternate pattern: a head is a group of block columns of W_q, W_k and W_v and of block rows of W_proj. Heads that are
/// not in `heads` lose all their blocks in the four matrices together; of the blocks left, each matrix keeps the share `rate`
/// of highest `score(matrix, row, col)`, with matrices 0 to 3 for query, key, value and projection.
///
/// `side` is D/b, the blocks along a side of each matrix.
///
/// # Errors
/// A rate outside 0…1.
///
/// ```
/// use model::sparsity::alternate;
/// let masks = alternate(4, &[true, false], 0.5, |_, row, col| (row * 4 + col) as f64)?;
/// assert_eq!(masks.query_key_value[0].kept_in_column(3), 0);
/// assert!((0..4).all(|col| !masks.projection.keeps(2, col)));
/// assert_eq!(masks.projection.kept(), 4);
/// # Ok::<(), model::sparsity::RateError>(())
/// ```
pub fn alternate(
    side: usize,
    heads: &[bool],
    rate: f64,
    score: impl Fn(usize, usize, usize) -> f64,
) -> Result<AlternateMasks, RateError> {
    let share = heads.iter().filter(|&&kept| kept).count() as f64 / heads.len().max(1) as f64;
    let head_kept = |block: usize| heads.get(block * heads.len() / side).copied().unwrap_or(false);
    let mask =
        |matrix: usize| {
            let of_head = |row: usize, col: usize| head_kept(if matrix == 3 { row } else { col });
            keep_best(side, side, rate * share, |row, col| {
                if of_head(row, col) { score(matrix, row, col) } else { f64::NEG_INFINITY }
            })
        };
    if !(0.0..=1.0).contains(&rate) {
        return Err(RateError { what: "a kept share", value: rate });
    }
    Ok(AlternateMasks { query_key_value: [mask(0)?, mask(1)?, mask(2)?], projection: mask(3)? })
}
