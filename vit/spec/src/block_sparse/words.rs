//! The image of a matrix of weights in memory.

use super::{BlockColumn, BlockSparse, SparseError, shape, size};

/// How words are arranged: blocks as tiles, everything at multiples of so many words.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Layout {
    /// Side of a tile, a divisor of the blocks' side.
    pub tile: usize,
    /// Headers are filled up to a multiple of so many words, a divisor of tile².
    pub align: usize,
}

impl Layout {
    /// Blocks whole, row by row; every row begins at a multiple of b.
    pub const fn rows(block: usize) -> Self {
        Self { tile: block, align: block }
    }

    fn header(self, blocks: usize) -> usize {
        (1 + blocks).next_multiple_of(self.align)
    }
}

impl BlockSparse {
    /// The matrix as 16-bit words. Column after column: a header of the number of its blocks and the row of each, filled with
    /// 0 to a multiple of [`Layout::align`]; then its blocks as tiles, each row by row: the tiles of the first tile
    /// column of the block column from top to bottom, over all its blocks, then those of the second.
    ///
    /// ```
    /// use spec::block_sparse::{BlockSparse, Layout, Mask};
    /// let packed = BlockSparse::pack(4, 4, 2, &[7; 16], &Mask::from_fn(2, 2, |row, _| row == 1))?;
    /// assert_eq!(packed.to_words(Layout::rows(2))?, [1, 1, 7, 7, 7, 7, 1, 1, 7, 7, 7, 7]);
    /// let packed = BlockSparse::pack(2, 2, 2, &[1, 2, 3, 4], &Mask::full(1, 1))?;
    /// assert_eq!(packed.to_words(Layout { tile: 1, align: 1 })?, [1, 0, 1, 3, 2, 4]);
    /// # Ok::<(), spec::block_sparse::SparseError>(())
    /// ```
    ///
    /// # Errors
    /// [`SparseError::Layout`] if tiles do not divide blocks.
    pub fn to_words(&self, layout: Layout) -> Result<Vec<u16>, SparseError> {
        let order = self.tile_order(layout)?;
        let b = self.block;
        let mut words = vec![];
        for column in &self.columns {
            words.push(column.rows.len() as u16);
            words.extend(&column.rows);
            words.resize(words.len().next_multiple_of(layout.align), 0);
            for tiles in order.chunks(b * layout.tile) {
                for block in column.weights.chunks(b * b) {
                    words.extend(tiles.iter().map(|&i| block[i] as u16));
                }
            }
        }
        Ok(words)
    }

    /// Words of each block column in [`Self::to_words`].
    pub fn column_words(&self, layout: Layout) -> Vec<usize> {
        let of = |blocks: usize| layout.header(blocks) + blocks * self.block * self.block;
        self.columns.iter().map(|column| of(column.rows.len())).collect()
    }

    /// The matrix whose [`to_words`](Self::to_words) is `words`.
    ///
    /// # Errors
    /// [`SparseError::Size`] if the words end early or go on behind the last column; else as [`check`](Self::check) and
    /// [`to_words`](Self::to_words).
    ///
    /// ```
    /// use spec::block_sparse::{BlockSparse, Layout};
    /// let error = BlockSparse::from_words(4, 4, 2, Layout::rows(2), &[1, 1, 7, 7]).unwrap_err();
    /// assert_eq!(error.to_string(), "words of block column 0: 4 instead of 6");
    /// ```
    pub fn from_words(
        rows: usize,
        cols: usize,
        block: usize,
        layout: Layout,
        words: &[u16],
    ) -> Result<Self, SparseError> {
        shape(rows, cols, block)?;
        let mut matrix = Self { rows, cols, block, columns: vec![] };
        let order = matrix.tile_order(layout)?;
        let mut rest = words;
        for c in 0..cols.div_ceil(block) {
            matrix.columns.push(column(c, layout, &order, &mut rest)?);
        }
        size("words behind the last block column", rest.len(), 0)?;
        matrix.check()?;
        Ok(matrix)
    }

    /// Where each weight of a block stands among the block's rows, in the order of its tiles.
    fn tile_order(&self, layout: Layout) -> Result<Vec<usize>, SparseError> {
        let (b, Layout { tile, align }) = (self.block, layout);
        if tile == 0 || align == 0 || b % tile != 0 || tile * tile % align != 0 {
            return Err(SparseError::Layout { block: b, tile, align });
        }
        let place = |i: usize| {
            let (across, down) = (i / (b * tile), i % (b * tile));
            down / tile * b + across * tile + i % tile
        };
        Ok((0..b * b).map(place).collect())
    }
}

/// Takes block column `c` off the front of `words`.
fn column(c: usize, layout: Layout, order: &[usize], words: &mut &[u16]) -> Result<BlockColumn, SparseError> {
    let blocks = words.first().copied().map_or(0, usize::from);
    let header = layout.header(blocks);
    let area = order.len();
    let wanted = header + blocks * area;
    if words.len() < wanted {
        size(&format!("words of block column {c}"), words.len(), wanted)?;
    }
    let (head, body) = words[..wanted].split_at(header);
    if head[1 + blocks..].iter().any(|&word| word != 0) {
        return Err(SparseError::Padding { column: c, what: "a word behind its header" });
    }
    *words = &words[wanted..];
    let across = area.isqrt() / layout.tile;
    let strip = area / across;
    let mut weights = vec![0; blocks * area];
    for (i, &word) in body.iter().enumerate() {
        let (half, block, at) = (i / (strip * blocks), i / strip % blocks, i % strip);
        weights[block * area + order[half * strip + at]] = word as i16;
    }
    Ok(BlockColumn { rows: head[1..1 + blocks].to_vec(), weights })
}

/// A dense matrix of `rows`×`cols` weights, row by row, as words: tiles alone, tile column by tile column, from top to bottom, each row by row,
/// with 0 beyond the edge.
///
/// ```
/// use spec::block_sparse::dense_words;
/// assert_eq!(dense_words(3, 2, 2, &[1, 2, 3, 4, 5, 6]), [1, 2, 3, 4, 5, 6, 0, 0]);
/// assert_eq!(dense_words(1, 2, 1, &[1, 2]), [1, 2]);
/// ```
pub fn dense_words(rows: usize, cols: usize, tile: usize, weights: &[i16]) -> Vec<u16> {
    let at = |row: usize, col: usize| if row < rows && col < cols { weights[row * cols + col] as u16 } else { 0 };
    let column = |col: usize| (0..rows.next_multiple_of(tile) * tile).map(move |i| at(i / tile, col + i % tile));
    (0..cols).step_by(tile).flat_map(column).collect()
}
