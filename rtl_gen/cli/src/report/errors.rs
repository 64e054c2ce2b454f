//! How far the approximations are from their functions.

use reference::{ErrorModel, ErrorRow, error_curve, error_models};

use super::row_errors;
use crate::failure::{Failure, Result};
use crate::run::bar;

/// Ranges of inputs that a curve has.
const BINS: u32 = 512;

/// The approximations of a function in the same formats.
pub struct Group {
    /// `exp, s16.12 → u16.15`.
    pub title: String,
    /// The approximations.
    pub curves: Vec<Curve>,
}

/// The error of a unit: output less function.
pub struct Curve {
    /// The group's title.
    pub title: String,
    /// Which approximation.
    pub method: String,
    /// One unit in the last place of the output; none where it differs from row to row.
    pub lsb: Option<f64>,
    /// Mean of the distances.
    pub mean: f64,
    /// Largest error of the formula in exact arithmetic, where there is one.
    pub formula_max: Option<f64>,
    /// Input and error where the distance is largest.
    pub worst: (f64, f64),
    /// First input, smallest and largest error of each range.
    pub bins: Vec<(f64, f64, f64)>,
}

/// Measures function units over all inputs, those that take rows over random ones.
pub fn measure(quiet: bool) -> Result<Vec<Group>> {
    let mut groups: Vec<Group> = Vec::new();
    for curve in curves(quiet)?.into_iter().chain(row_errors::curves()?) {
        match groups.iter_mut().find(|group| group.title == curve.title) {
            Some(group) => group.curves.push(curve),
            None => groups.push(Group { title: curve.title.clone(), curves: vec![curve] }),
        }
    }
    Ok(groups)
}

fn curves(quiet: bool) -> Result<Vec<Curve>> {
    let models = error_models()
        .map_err(|error| Failure::input(error.to_string(), "this is a defect of espalier, not of the configuration"))?;
    let bar = bar(models.len(), "errors", quiet);
    let curve = |model: &ErrorModel| {
        let ErrorRow { unit, x, y, method, report } = model.row();
        bar.inc(1);
        // exp is for x ≤ 0, and holds its value at 0 beyond.
        let shown = |x: f64| unit != "exp" || x <= 0.0;
        let raw = (report.argmax / x.lsb()).round() as i64;
        let format = y;
        let exact = model.model.exact(report.argmax).clamp(format.value(format.min()), format.value(format.max()));
        let error = format.value(model.model.eval(raw).into()) - exact;
        let bins = error_curve(&*model.model, BINS).into_iter().filter(|bin| shown(bin.x));
        Curve {
            title: format!("{unit}, {x} → {y}"),
            lsb: Some(report.lsb),
            mean: report.mean,
            formula_max: (method != "table").then_some(report.formula_max),
            method,
            worst: (report.argmax, error),
            bins: bins.map(|bin| (bin.x, bin.low, bin.high)).collect(),
        }
    };
    let curves = models.iter().map(curve).collect();
    bar.finish_and_clear();
    Ok(curves)
}
