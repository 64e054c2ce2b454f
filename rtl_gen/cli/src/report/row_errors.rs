//! How far the units that take rows are from their functions, over random rows.

use reference::rows::{Random, of_layer_norm, of_softmax};
use reference::{LayerNormModel, SoftmaxModel, inverse_root_errors};
use spec::Format;
use spec::unit::{LayerNorm, Softmax};

use super::errors::Curve;
use crate::failure::{Failure, Result};

/// Rows that a curve is measured over.
pub const ROWS: usize = 4000;

/// Ranges of the axis that a curve has.
const BINS: usize = 256;

/// A curve of points (x, error) with x between `first` and `last`.
fn curve(title: &str, method: &str, lsb: Option<f64>, [first, last]: [f64; 2], points: &[(f64, f64)]) -> Curve {
    let width = (last - first) / BINS as f64;
    let mut bins: Vec<(f64, f64, f64)> =
        (0..BINS).map(|at| (first + width * at as f64, f64::INFINITY, f64::NEG_INFINITY)).collect();
    for &(x, error) in points {
        let (_, low, high) = &mut bins[(((x - first) / width).max(0.0) as usize).min(BINS - 1)];
        (*low, *high) = (low.min(error), high.max(error));
    }
    bins.retain(|(_, low, high)| low <= high);
    let worst = points.iter().copied().max_by(|a, b| a.1.abs().total_cmp(&b.1.abs())).unwrap_or_default();
    let mean = points.iter().map(|(_, error)| error.abs()).sum::<f64>() / points.len().max(1) as f64;
    Curve { title: title.to_owned(), method: method.to_owned(), lsb, mean, formula_max: None, worst, bins }
}

/// The curves of `softmax`, `layer_norm` and its reciprocal square root.
pub fn curves() -> Result<Vec<Curve>> {
    let mut curves = Vec::new();
    for preset in [Softmax::preset16(), Softmax::preset8()] {
        curves.push(softmax(&preset, "normalised")?);
        curves.push(softmax(&Softmax::unnormalised(preset.x), "relative to the maximum")?);
    }
    for preset in [LayerNorm::preset16(1), LayerNorm::preset8(1)] {
        curves.push(layer_norm(&LayerNorm { gamma: None, beta: None, ..preset.clone() }, "without γ, β")?);
        curves.push(layer_norm(&preset, "with γ, β")?);
    }
    let points: Vec<(f64, f64)> = inverse_root_errors().collect();
    curves.push(curve("1/√v of layer_norm, relative, by v", "128 chords an octave", None, [1.0, 4.0], &points));
    Ok(curves)
}

/// By the exact result.
fn softmax(config: &Softmax, method: &str) -> Result<Curve> {
    let model = SoftmaxModel::new(config).map_err(Failure::defect)?;
    let mut random = Random(1);
    let mut points = Vec::new();
    for _ in 0..ROWS {
        points.extend(model.differences(&of_softmax(config, &mut random)).map_err(Failure::defect)?);
    }
    let lsb = (method == "normalised").then_some(config.y.lsb());
    Ok(curve(&format!("softmax, {}, by exact result", config.x), method, lsb, [0.0, 1.0], &points))
}

/// By log₂ of the row's standard deviation; rows that are constant have none.
fn layer_norm(config: &LayerNorm, method: &str) -> Result<Curve> {
    let model = LayerNormModel::new(config).map_err(Failure::defect)?;
    let mut random = Random(1);
    let mut points = Vec::new();
    for _ in 0..ROWS {
        let (x, affine) = of_layer_norm(config, &mut random);
        let deviation = standard_deviation(&x, config.x);
        if deviation > 0.0 {
            let differences = model.differences(&x, &affine).map_err(Failure::defect)?;
            points.extend(differences.into_iter().map(|lsb| (deviation.log2(), lsb * config.y.lsb())));
        }
    }
    let first = points.iter().map(|point| point.0).fold(f64::INFINITY, f64::min);
    let last = points.iter().map(|point| point.0).fold(f64::NEG_INFINITY, f64::max);
    let title = format!("layer_norm, {} → {}, by log₂ σ", config.x, config.y);
    Ok(curve(&title, method, Some(config.y.lsb()), [first, last], &points))
}

fn standard_deviation(x: &[i64], format: Format) -> f64 {
    let count = x.len() as f64;
    let mean = x.iter().sum::<i64>() as f64 / count;
    let variance = x.iter().map(|&x| (x as f64 - mean).powi(2)).sum::<f64>() / count;
    variance.sqrt() * format.lsb()
}
