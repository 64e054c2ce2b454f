//! Matrix products in `f32`.

/// A matrix somewhere in a slice: rows and columns at any distance from each other.
#[derive(Clone, Copy)]
pub(crate) struct View<'a> {
    data: &'a [f32],
    rows: usize,
    columns: usize,
    row_stride: usize,
    column_stride: usize,
}

impl<'a> View<'a> {
    /// Columns `from` to `from + columns` of a matrix of `width` columns that `data` holds row by row.
    pub fn columns(data: &'a [f32], width: usize, from: usize, columns: usize) -> Self {
        let rows = data.len() / width;
        assert!(from + columns <= width && rows > 0, "the columns are those of the matrix");
        Self { data: &data[from..], rows, columns, row_stride: width, column_stride: 1 }
    }

    /// All of a matrix of `width` columns that `data` holds row by row.
    pub fn rows(data: &'a [f32], width: usize) -> Self {
        Self::columns(data, width, 0, width)
    }

    /// Rows as columns.
    pub fn transposed(self) -> Self {
        Self {
            rows: self.columns,
            columns: self.rows,
            row_stride: self.column_stride,
            column_stride: self.row_stride,
            ..self
        }
    }

    fn last(&self) -> usize {
        (self.rows - 1) * self.row_stride + (self.columns - 1) * self.column_stride
    }
}

/// Adds `factor`·A·B to columns `from` to `from + B.columns` of the matrix of `width` columns in `c`.
pub(crate) fn add_product(factor: f32, a: View<'_>, b: View<'_>, c: &mut [f32], width: usize, from: usize) {
    assert!(a.columns == b.rows && a.rows * width <= c.len() && from + b.columns <= width, "shapes fit");
    assert!(a.last() < a.data.len() && b.last() < b.data.len(), "views end within their slices");
    // SAFETY: element (i, j) of each operand lies at i·row stride + j·column stride, at most at the last one, which is within its
    // slice as just asserted; `c` is borrowed for itself alone.
    unsafe {
        matrixmultiply::sgemm(
            a.rows,
            a.columns,
            b.columns,
            factor,
            a.data.as_ptr(),
            a.row_stride as isize,
            a.column_stride as isize,
            b.data.as_ptr(),
            b.row_stride as isize,
            b.column_stride as isize,
            1.0,
            c.as_mut_ptr().add(from),
            width as isize,
            1,
        );
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Against the definition, on parts of larger matrices.
    #[test]
    fn products_are_those_of_the_definition() {
        let value = |seed: usize| move |i: usize| ((i * 7919 + seed) % 31) as f32 - 15.0;
        let (m, k, n) = (5, 13, 7);
        let a: Vec<f32> = (0..m * (k + 2)).map(value(1)).collect();
        let b: Vec<f32> = (0..n * k).map(value(2)).collect();
        let mut c: Vec<f32> = (0..m * (n + 3)).map(value(3)).collect();
        let before = c.clone();
        add_product(0.5, View::columns(&a, k + 2, 1, k), View::rows(&b, k).transposed(), &mut c, n + 3, 2);
        for i in 0..m {
            for j in 0..n + 3 {
                let inside = (2..n + 2).contains(&j);
                let dot = |j: usize| (0..k).map(|x| a[i * (k + 2) + 1 + x] * b[j * k + x]).sum::<f32>();
                let want = before[i * (n + 3) + j] + if inside { 0.5 * dot(j - 2) } else { 0.0 };
                assert_eq!(c[i * (n + 3) + j], want, "{i}, {j}");
            }
        }
    }
}
