//! The layer normalisation model against real arithmetic, against its promises and against itself.

mod measured;

use measured::measured;
use reference::rows::{Random, of_layer_norm};
use reference::{LayerNormError, LayerNormModel};
use spec::Format;
use spec::unit::LayerNorm;

const ROWS: usize = 5_000;

fn model(config: &LayerNorm) -> LayerNormModel {
    LayerNormModel::new(config).unwrap()
}

#[test]
fn rows_of_all_scales_are_within_the_bounds() {
    for (config, bound) in measured() {
        let (model, mut random, mut error) = (model(&config), Random(7), LayerNormError::default());
        for _ in 0..ROWS {
            let (x, affine) = of_layer_norm(&config, &mut random);
            error.add(&model, &x, &affine).unwrap();
        }
        assert!(error.max <= bound && error.mean().abs() <= 0.02, "{}: {error:?}", config.module_name());
        assert!(error.max >= 0.49, "nothing was rounded: {error:?}");
    }
}

/// The contract's own bound, channel by channel, where γ and β are not small and y has no bit to spare.
#[test]
fn every_channel_keeps_the_stated_bound() {
    let (gamma, beta) = (Some(Format::signed(18, 12)), Some(Format::signed(24, 14)));
    let config = LayerNorm { y: Format::signed(16, 14), gamma, beta, ..LayerNorm::preset16(1) };
    let (model, mut random) = (model(&config), Random(3));
    for _ in 0..300 {
        let (x, affine) = of_layer_norm(&config, &mut random);
        for (at, &x_at) in x.iter().enumerate().take(4) {
            // One channel measured, the others there for its mean and variance.
            let mut only: Vec<(i64, i64)> = vec![(0, 0); x.len()];
            only[at] = affine[at];
            let mut error = LayerNormError::default();
            error.add(&model, &x, &only).unwrap();
            let g = affine[at].0 as f64 / 4096.0;
            let mean = x.iter().sum::<i64>() as f64 / x.len() as f64;
            let variance = x.iter().map(|&x| (x as f64 - mean).powi(2)).sum::<f64>() / x.len() as f64 + 1.0;
            let scaled = g * (x_at as f64 - mean) / variance.sqrt();
            let bound = 0.5 + scaled.abs() * 2f64.powf(14.0 - 15.2) + g.abs() * 2f64.powi(14 - 22);
            assert!(error.max <= bound + 1e-9, "channel {at}: {} > {bound}", error.max);
        }
    }
}

#[test]
fn a_constant_row_is_beta() {
    for epsilon in [0, 1, LayerNorm::MAX_EPSILON] {
        let model = model(&LayerNorm { epsilon, ..LayerNorm::preset16(2) });
        for (width, x) in [(2, 0), (6, -32768), (1024, 32767), (1024, -32768), (384, 1)] {
            let affine: Vec<(i64, i64)> = (0..width).map(|i| (30_000, i * 31 - 16_000)).collect();
            let beta: Vec<i64> = affine.iter().map(|a| a.1).collect();
            assert_eq!(model.eval_row(&vec![x; width as usize], &affine).unwrap(), beta);
        }
    }
}

#[test]
fn a_shift_of_all_channels_changes_nothing() {
    let model = model(&LayerNorm::new(Format::signed(16, 10), Format::signed(16, 10), 1));
    let row: Vec<i64> = (0..384).map(|i| (i * i * 37) % 9000 - 4500).collect();
    let shifted: Vec<i64> = row.iter().map(|x| x + 12_345).collect();
    assert_eq!(model.eval_row(&row, &[]), model.eval_row(&shifted, &[]));
}

#[test]
fn the_largest_outlier_of_the_widest_row_fits() {
    let config = LayerNorm { epsilon: 0, ..LayerNorm::new(Format::signed(16, 0), Format::signed(16, 10), 1) };
    let model = model(&config);
    let mut row = vec![-32768; 1024];
    row[77] = 32767;
    let y = model.eval_row(&row, &[]).unwrap();
    assert!((y[77] as f64 / 1024.0 - 1023f64.sqrt()).abs() < 1.0 / 1024.0, "{}", y[77]);
    row[77] = -32767;
    assert_eq!(model.eval_row(&row, &[]).unwrap(), y);
}

#[test]
fn rows_that_the_unit_does_not_take_are_refused() {
    let affine = vec![(1, 1); 16];
    let norm = model(&LayerNorm { max_width: 16, ..LayerNorm::preset8(4) });
    let refused = |row: &[i64], affine: &[(i64, i64)]| norm.eval_row(row, affine).unwrap_err().to_string();
    let of_width = "channels; give a multiple of 4, at most 16";
    assert_eq!(refused(&[], &affine), format!("not a row for this layer_norm: it has 0 {of_width}"));
    assert_eq!(refused(&[0; 6], &affine), format!("not a row for this layer_norm: it has 6 {of_width}"));
    assert_eq!(refused(&[0; 20], &affine), format!("not a row for this layer_norm: it has 20 {of_width}"));
    let row = [0, 128, 0, 0];
    assert_eq!(refused(&row, &affine), "not a row for this layer_norm: channel 1 is 128; s8.4 holds -128 to 127");
    let message = "not a row for this layer_norm: γ and β are given for 3 of 4 channels";
    assert_eq!(refused(&[0; 4], &affine[..3]), message);
    let message = "not a row for this layer_norm: β 0 is -129; s8.4 holds -128 to 127";
    assert_eq!(refused(&[0; 4], &[(0, -129); 4]), message);
    let plain = model(&LayerNorm::new(Format::signed(8, 4), Format::signed(8, 4), 4));
    assert!(plain.eval_row(&[0; 4], &affine).is_err());
}
