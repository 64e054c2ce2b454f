//! Which blocks of a matrix are kept.

/// One bit a block, row by row.
///
/// ```
/// use spec::block_sparse::Mask;
/// let diagonal = Mask::from_fn(3, 3, |row, col| row == col);
/// assert_eq!((diagonal.kept(), diagonal.kept_in_column(2), diagonal.keeps(0, 1)), (3, 1, false));
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mask {
    rows: usize,
    cols: usize,
    keep: Vec<bool>,
}

impl Mask {
    /// A mask of `rows`×`cols` blocks that keeps those for which `keep(row, col)`.
    pub fn from_fn(rows: usize, cols: usize, keep: impl Fn(usize, usize) -> bool) -> Self {
        Self { rows, cols, keep: (0..rows * cols).map(|i| keep(i / cols, i % cols)).collect() }
    }

    /// A mask that keeps every block.
    pub fn full(rows: usize, cols: usize) -> Self {
        Self::from_fn(rows, cols, |_, _| true)
    }

    /// Block rows.
    pub fn rows(&self) -> usize {
        self.rows
    }

    /// Block columns.
    pub fn cols(&self) -> usize {
        self.cols
    }

    /// Whether a block is kept; none beyond the edge is.
    pub fn keeps(&self, row: usize, col: usize) -> bool {
        row < self.rows && col < self.cols && self.keep[row * self.cols + col]
    }

    /// Blocks that are kept.
    pub fn kept(&self) -> usize {
        self.keep.iter().filter(|&&keep| keep).count()
    }

    /// Blocks that are kept in one block column, which is what the column costs.
    pub fn kept_in_column(&self, col: usize) -> usize {
        (0..self.rows).filter(|&row| self.keeps(row, col)).count()
    }
}
