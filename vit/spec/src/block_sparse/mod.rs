//! Weights of which only some b×b blocks are kept (SDP, section IV-B): column-major by block, each block column headed by
//! the number of its blocks and the row index of each.

mod mask;
mod words;

use serde::{Deserialize, Serialize};

pub use mask::Mask;
pub use words::{Layout, dense_words};

/// The largest side of a block.
pub const MAX_BLOCK: usize = 64;

/// A matrix of int16 weights, cut into b×b blocks of which only those of a [`Mask`] are there. Where a side is no multiple of
/// b, the last blocks reach beyond it; the weights there are 0.
///
/// ```
/// use spec::block_sparse::{BlockSparse, Mask};
///
/// let weights: Vec<i16> = (0..32).collect();
/// let mask = Mask::from_fn(2, 4, |row, col| row == col % 2);
/// let packed = BlockSparse::pack(4, 8, 2, &weights, &mask)?;
/// assert_eq!((packed.blocks(), packed.columns[1].rows.as_slice()), (4, &[1][..]));
/// assert_eq!(packed.columns[1].weights, [18, 19, 26, 27]);
/// assert_eq!(packed.unpack()[..8], [0, 1, 0, 0, 4, 5, 0, 0]);
/// # Ok::<(), spec::block_sparse::SparseError>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct BlockSparse {
    /// Rows of the matrix, which are the inputs of its layer.
    pub rows: usize,
    /// Columns of the matrix, which are the outputs of its layer.
    pub cols: usize,
    /// Side b of a block.
    pub block: usize,
    /// The block columns, ⌈cols/b⌉ of them.
    pub columns: Vec<BlockColumn>,
}

/// The kept blocks of one block column.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct BlockColumn {
    /// The block row of each, ascending.
    pub rows: Vec<u16>,
    /// Their weights: block after block, each row by row.
    pub weights: Vec<i16>,
}

/// Why weights are not block-sparse weights.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum SparseError {
    /// The side of the blocks, or of the matrix, is out of range.
    #[error(
        "a {rows}×{cols} matrix in blocks of {block}: sides from 1 to 65535 and blocks from 1 to {MAX_BLOCK} are possible"
    )]
    Shape {
        /// Rows of the matrix.
        rows: usize,
        /// Columns of the matrix.
        cols: usize,
        /// Side of a block.
        block: usize,
    },
    /// Blocks cannot be cut into such tiles.
    #[error(
        "blocks of {block} in tiles of {tile}, aligned to {align} words: tiles divide blocks, and the alignment tile²"
    )]
    Layout {
        /// Side of a block.
        block: usize,
        /// Side of a tile.
        tile: usize,
        /// Words of which headers are multiples.
        align: usize,
    },
    /// Something has another size than the matrix asks for.
    #[error("{what}: {found} instead of {wanted}")]
    Size {
        /// What was counted.
        what: String,
        /// How many there are.
        found: usize,
        /// How many there should be.
        wanted: usize,
    },
    /// A block column names a block row that does not exist.
    #[error("block column {column} has a block in row {row}, but the last row is {last}")]
    Row {
        /// The block column.
        column: usize,
        /// The row named.
        row: u16,
        /// The last row that exists.
        last: usize,
    },
    /// The block rows of a column do not ascend.
    #[error("block column {column} names row {row} after row {before}; rows ascend, each once")]
    Order {
        /// The block column.
        column: usize,
        /// The row named.
        row: u16,
        /// The row before it.
        before: u16,
    },
    /// A weight beyond the edge of the matrix, or padding of a header, is not 0.
    #[error("block column {column} has {what} that is not 0")]
    Padding {
        /// The block column.
        column: usize,
        /// Which padding.
        what: &'static str,
    },
}

impl BlockSparse {
    /// Packs a dense matrix of `rows`×`cols` weights, row by row.
    ///
    /// # Errors
    /// [`SparseError::Shape`], or [`SparseError::Size`] if weights or mask belong to another shape.
    pub fn pack(rows: usize, cols: usize, block: usize, weights: &[i16], mask: &Mask) -> Result<Self, SparseError> {
        shape(rows, cols, block)?;
        size("weights", weights.len(), rows * cols)?;
        size("block rows of the mask", mask.rows(), rows.div_ceil(block))?;
        size("block columns of the mask", mask.cols(), cols.div_ceil(block))?;
        let weight = |row: usize, col: usize| if row < rows && col < cols { weights[row * cols + col] } else { 0 };
        let column = |c: usize| {
            let kept: Vec<u16> = (0..mask.rows()).filter(|&r| mask.keeps(r, c)).map(|r| r as u16).collect();
            let inside = |&r: &u16| {
                let (top, left) = (usize::from(r) * block, c * block);
                (0..block * block).map(move |i| weight(top + i / block, left + i % block))
            };
            BlockColumn { weights: kept.iter().flat_map(inside).collect(), rows: kept }
        };
        Ok(Self { rows, cols, block, columns: (0..mask.cols()).map(column).collect() })
    }

    /// The dense matrix, row by row, with 0 where a block is missing. Of a matrix that does not pass [`check`](Self::check) it
    /// makes no sense.
    pub fn unpack(&self) -> Vec<i16> {
        let mut weights = vec![0; self.rows * self.cols];
        let b = self.block;
        for (c, column) in self.columns.iter().enumerate() {
            for (&r, block) in column.rows.iter().zip(column.weights.chunks(b * b)) {
                for (i, row) in block.chunks(b).enumerate().take(self.rows.saturating_sub(usize::from(r) * b)) {
                    let width = b.min(self.cols - c * b);
                    let from = (usize::from(r) * b + i) * self.cols + c * b;
                    weights[from..from + width].copy_from_slice(&row[..width]);
                }
            }
        }
        weights
    }

    /// Which blocks are there.
    pub fn mask(&self) -> Mask {
        Mask::from_fn(self.block_rows(), self.columns.len(), |row, col| {
            self.columns[col].rows.binary_search(&(row as u16)).is_ok()
        })
    }

    /// Block rows of the matrix, ⌈rows/b⌉.
    pub fn block_rows(&self) -> usize {
        self.rows.div_ceil(self.block)
    }

    /// Blocks that are there.
    pub fn blocks(&self) -> usize {
        self.columns.iter().map(|column| column.rows.len()).sum()
    }

    /// Checks what a matrix from elsewhere has to hold: sizes, ascending rows, zeros beyond the edge.
    ///
    /// # Errors
    /// The first that does not hold.
    ///
    /// ```
    /// use spec::block_sparse::{BlockSparse, Mask};
    /// let mut packed = BlockSparse::pack(4, 4, 2, &[1; 16], &Mask::full(2, 2))?;
    /// packed.columns[1].rows = vec![1, 0];
    /// let error = packed.check().unwrap_err();
    /// assert_eq!(error.to_string(), "block column 1 names row 0 after row 1; rows ascend, each once");
    /// # Ok::<(), spec::block_sparse::SparseError>(())
    /// ```
    pub fn check(&self) -> Result<(), SparseError> {
        shape(self.rows, self.cols, self.block)?;
        size("block columns", self.columns.len(), self.cols.div_ceil(self.block))?;
        self.columns.iter().enumerate().try_for_each(|(c, column)| self.check_column(c, column))
    }

    fn check_column(&self, c: usize, column: &BlockColumn) -> Result<(), SparseError> {
        let (b, last) = (self.block, self.block_rows() - 1);
        size(&format!("weights of block column {c}"), column.weights.len(), column.rows.len() * b * b)?;
        if let Some(pair) = column.rows.windows(2).find(|pair| pair[0] >= pair[1]) {
            return Err(SparseError::Order { column: c, row: pair[1], before: pair[0] });
        }
        if let Some(&row) = column.rows.iter().find(|&&row| usize::from(row) > last) {
            return Err(SparseError::Row { column: c, row, last });
        }
        let beyond = |(i, r): (usize, u16)| {
            let (row, col) = (usize::from(r) * b + i / b, c * b + i % b);
            row >= self.rows || col >= self.cols
        };
        let places = column.rows.iter().flat_map(|&r| (0..b * b).map(move |i| (i, r)));
        if places.zip(&column.weights).any(|(place, &weight)| weight != 0 && beyond(place)) {
            return Err(SparseError::Padding { column: c, what: "a weight beyond the edge of the matrix" });
        }
        Ok(())
    }
}

fn shape(rows: usize, cols: usize, block: usize) -> Result<(), SparseError> {
    let legal = (1..=65535).contains(&rows) && (1..=65535).contains(&cols) && (1..=MAX_BLOCK).contains(&block);
    if legal { Ok(()) } else { Err(SparseError::Shape { rows, cols, block }) }
}

fn size(what: &str, found: usize, wanted: usize) -> Result<(), SparseError> {
    if found == wanted { Ok(()) } else { Err(SparseError::Size { what: what.to_owned(), found, wanted }) }
}
