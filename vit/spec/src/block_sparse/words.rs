//! The image of a block-sparse matrix in memory.

use super::{BlockColumn, BlockSparse, SparseError, shape, size};

impl BlockSparse {
    /// The matrix as 16-bit words. Column after column: a header of the number of its blocks and the row of each, filled with
    /// 0 to a multiple of b words; then its blocks, row by row, so that every row of a block starts at a multiple of b.
    ///
    /// ```
    /// use spec::block_sparse::{BlockSparse, Mask};
    /// let packed = BlockSparse::pack(4, 4, 2, &[7; 16], &Mask::from_fn(2, 2, |row, _| row == 1))?;
    /// assert_eq!(packed.to_words(), [1, 1, 7, 7, 7, 7, 1, 1, 7, 7, 7, 7]);
    /// # Ok::<(), spec::block_sparse::SparseError>(())
    /// ```
    pub fn to_words(&self) -> Vec<u16> {
        let mut words = vec![];
        for column in &self.columns {
            words.push(column.rows.len() as u16);
            words.extend(&column.rows);
            words.resize(words.len().next_multiple_of(self.block), 0);
            words.extend(column.weights.iter().map(|&weight| weight as u16));
        }
        words
    }

    /// The matrix whose [`to_words`](Self::to_words) is `words`.
    ///
    /// # Errors
    /// [`SparseError::Size`] if the words end early or go on behind the last column; else as [`check`](Self::check).
    ///
    /// ```
    /// use spec::block_sparse::BlockSparse;
    /// let error = BlockSparse::from_words(4, 4, 2, &[1, 1, 7, 7]).unwrap_err();
    /// assert_eq!(error.to_string(), "words of block column 0: 4 instead of 6");
    /// ```
    pub fn from_words(rows: usize, cols: usize, block: usize, words: &[u16]) -> Result<Self, SparseError> {
        shape(rows, cols, block)?;
        let mut rest = words;
        let columns = (0..cols.div_ceil(block)).map(|c| column(c, block, &mut rest)).collect::<Result<_, _>>()?;
        size("words behind the last block column", rest.len(), 0)?;
        let matrix = Self { rows, cols, block, columns };
        matrix.check()?;
        Ok(matrix)
    }
}

/// Takes block column `c` off the front of `words`.
fn column(c: usize, block: usize, words: &mut &[u16]) -> Result<BlockColumn, SparseError> {
    let blocks = words.first().copied().map_or(0, usize::from);
    let header = (1 + blocks).next_multiple_of(block);
    let wanted = header + blocks * block * block;
    if words.len() < wanted {
        size(&format!("words of block column {c}"), words.len(), wanted)?;
    }
    let (head, body) = words[..wanted].split_at(header);
    if head[1 + blocks..].iter().any(|&word| word != 0) {
        return Err(SparseError::Padding { column: c, what: "a word behind its header" });
    }
    *words = &words[wanted..];
    Ok(BlockColumn { rows: head[1..1 + blocks].to_vec(), weights: body.iter().map(|&word| word as i16).collect() })
}
