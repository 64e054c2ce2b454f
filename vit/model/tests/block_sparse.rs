//! Block-sparse weights: there and back, refused where they are wrong, and shared out evenly.

use model::sparsity::{alternate, balance};
use proptest::prelude::*;
use proptest::test_runner::RngSeed;
use spec::block_sparse::{BlockSparse, Layout, Mask, SparseError};

/// A matrix, its block side, and a mask that keeps about half.
fn matrices() -> impl Strategy<Value = (usize, usize, usize, Vec<i16>, Mask)> {
    (1usize..40, 1usize..40, prop_oneof![Just(1), Just(3), Just(8), Just(16), Just(32)]).prop_flat_map(
        |(rows, cols, block)| {
            let (down, across) = (rows.div_ceil(block), cols.div_ceil(block));
            let weights = prop::collection::vec(any::<i16>(), rows * cols);
            let keep = prop::collection::vec(any::<bool>(), down * across);
            let mask = keep.prop_map(move |keep| Mask::from_fn(down, across, |r, c| keep[r * across + c]));
            (Just(rows), Just(cols), Just(block), weights, mask)
        },
    )
}

/// Whole blocks, and tiles that divide them.
fn layouts(block: usize) -> Vec<Layout> {
    let halves = Layout { tile: block / 2, align: block / 2 * (block / 2) / 4 };
    let tiles = (block >= 8).then_some(halves);
    [Layout::rows(block)].into_iter().chain(tiles).collect()
}

proptest! {
    #![proptest_config(ProptestConfig { rng_seed: RngSeed::Fixed(1), failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn a_matrix_comes_back_from_its_words((rows, cols, block, weights, mask) in matrices()) {
        let packed = BlockSparse::pack(rows, cols, block, &weights, &mask).unwrap();
        prop_assert_eq!(packed.check(), Ok(()));
        prop_assert_eq!(&packed.mask(), &mask);
        let masked: Vec<i16> = (0..rows * cols)
            .map(|i| if mask.keeps(i / cols / block, i % cols / block) { weights[i] } else { 0 })
            .collect();
        prop_assert_eq!(&packed.unpack(), &masked);
        for layout in layouts(block) {
            let words = packed.to_words(layout).unwrap();
            let headers = |c| (1 + mask.kept_in_column(c)).next_multiple_of(layout.align);
            prop_assert_eq!(words.len(), (0..mask.cols()).map(headers).sum::<usize>() + mask.kept() * block * block);
            prop_assert_eq!(packed.column_words(layout).iter().sum::<usize>(), words.len());
            prop_assert_eq!(&BlockSparse::from_words(rows, cols, block, layout, &words).unwrap(), &packed);
            let tiles = words.iter().filter(|&&word| word != 0).count();
            let header = packed.columns.iter().flat_map(|c| c.rows.iter().copied().chain([c.rows.len() as u16]));
            let weights = masked.iter().filter(|&&w| w != 0).count();
            prop_assert_eq!(tiles, weights + header.filter(|&word| word != 0).count());
        }
    }

    #[test]
    fn damaged_words_are_refused_or_are_another_matrix(
        (rows, cols, block, weights, mask) in matrices(),
        at in any::<prop::sample::Index>(),
        flip in 1u16..,
        cut in any::<bool>(),
    ) {
        let layout = *layouts(block).last().unwrap();
        let mut words = BlockSparse::pack(rows, cols, block, &weights, &mask).unwrap().to_words(layout).unwrap();
        let at = at.index(words.len());
        if cut {
            words.truncate(at);
            let refused = BlockSparse::from_words(rows, cols, block, layout, &words);
            prop_assert!(matches!(refused, Err(SparseError::Size { .. })), "{:?}", refused);
        } else {
            words[at] ^= flip;
            if let Ok(matrix) = BlockSparse::from_words(rows, cols, block, layout, &words) {
                prop_assert_eq!(matrix.to_words(layout).unwrap(), words);
            }
        }
    }

    #[test]
    fn the_longest_first_is_near_the_best(loads in prop::collection::vec(0usize..20, 0..8), lanes in 1usize..4) {
        let assignment = balance(&loads, lanes);
        let mut seen: Vec<usize> = assignment.lanes.concat();
        seen.sort_unstable();
        prop_assert_eq!(seen, (0..loads.len()).collect::<Vec<_>>());
        for (columns, &load) in assignment.lanes.iter().zip(&assignment.balance.loads) {
            prop_assert_eq!(columns.iter().map(|&c| loads[c]).sum::<usize>(), load);
        }
        let best = best_makespan(&loads, lanes);
        let fullest = assignment.balance.fullest();
        prop_assert!(fullest >= best);
        prop_assert!(3 * lanes * fullest <= (4 * lanes - 1) * best, "{fullest} against {best}");
    }
}

/// The fullest lane of the best of all assignments.
fn best_makespan(loads: &[usize], lanes: usize) -> usize {
    let fullest = |mut code: usize| {
        let mut sums = vec![0; lanes];
        for load in loads {
            sums[code % lanes] += load;
            code /= lanes;
        }
        sums.into_iter().max().unwrap()
    };
    (0..lanes.pow(loads.len() as u32)).map(fullest).min().unwrap()
}

#[test]
fn a_head_goes_from_all_four_matrices_together() {
    let heads = [true, true, false, true, true, true];
    let score =
        |matrix: usize, row: usize, col: usize| ((matrix * 7919 + row * 104_729 + col * 1_299_709) % 1009) as f64;
    let masks = alternate(24, &heads, 0.7, score).unwrap();
    let lost = 8..12;
    for mask in &masks.query_key_value {
        assert!(lost.clone().all(|col| mask.kept_in_column(col) == 0));
        assert_eq!(mask.kept(), (0.7f64 * 480.0).ceil() as usize);
    }
    assert!(lost.into_iter().all(|row| (0..24).all(|col| !masks.projection.keeps(row, col))));
    assert_eq!(masks.projection.kept(), 336);
}

#[test]
fn impossible_shapes_are_refused() {
    let full = Mask::full(1, 1);
    for (rows, cols, block) in [(0, 4, 4), (4, 0, 4), (4, 4, 0), (4, 4, 65), (65536, 4, 4)] {
        let refused = BlockSparse::pack(rows, cols, block, &[], &full);
        assert!(matches!(refused, Err(SparseError::Shape { .. })), "{refused:?}");
    }
    assert!(BlockSparse::pack(4, 4, 4, &[0; 15], &full).unwrap_err().to_string().contains("15 instead of 16"));
    let packed = BlockSparse::pack(4, 4, 4, &[1; 16], &full).unwrap();
    for (tile, align) in [(3, 1), (0, 1), (4, 3), (2, 0)] {
        assert!(matches!(packed.to_words(Layout { tile, align }), Err(SparseError::Layout { .. })));
    }
    assert!(alternate(4, &[true], 1.5, |_, _, _| 0.0).is_err());
}
