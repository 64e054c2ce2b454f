//! Integer matrix products, fast enough for whole images of DeiT.

/// Columns of W that are transposed at a time: with K of some thousand they stay in the second-level cache.
const TILE: usize = 64;

/// Σ_k A\[m, k\]·W\[k, n\] of values of 8 bits, row by row. K is at most 65535, so that 32 bits hold every sum.
///
/// Both operands come as 16 bits and W is transposed tile by tile, for then a sum is a plain dot product, which processors have an
/// instruction for.
pub(crate) fn int8_product(k: usize, n: usize, a: &[i16], w: &[i16]) -> Vec<i32> {
    let rows = a.len() / k;
    let mut acc = vec![0; rows * n];
    let mut tile = vec![0i16; TILE * k];
    for from in (0..n).step_by(TILE) {
        let columns = TILE.min(n - from);
        for (row, weights) in w.chunks_exact(n).enumerate() {
            for (column, &weight) in weights[from..from + columns].iter().enumerate() {
                tile[column * k + row] = weight;
            }
        }
        for (a, acc) in a.chunks_exact(k).zip(acc.chunks_exact_mut(n)) {
            for (acc, w) in acc[from..].iter_mut().zip(tile.chunks_exact(k).take(columns)) {
                *acc = a.iter().zip(w).map(|(&a, &w)| i32::from(a) * i32::from(w)).sum();
            }
        }
    }
    acc
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Against the definition, with more columns than a tile and the largest sums.
    #[test]
    fn products_are_those_of_the_definition() {
        for (m, k, n) in [(1, 1, 1), (3, 17, 5), (4, 40, 130)] {
            let value = |seed: usize| move |i: usize| ((i * 7919 + seed * 104_729) % 256) as i16 - 128;
            let a: Vec<i16> = (0..m * k).map(value(1)).collect();
            let w: Vec<i16> = (0..k * n).map(value(2)).collect();
            let dot = |i: usize, j: usize| (0..k).map(|x| i32::from(a[i * k + x]) * i32::from(w[x * n + j])).sum();
            let want: Vec<i32> = (0..m * n).map(|at| dot(at / n, at % n)).collect();
            assert_eq!(int8_product(k, n, &a, &w), want);
        }
        let low = vec![-128; 65_535];
        assert_eq!(int8_product(65_535, 1, &low, &low), [65_535 << 14]);
    }
}
