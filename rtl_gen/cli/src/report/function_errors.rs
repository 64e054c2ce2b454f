//! How far the function units are from their functions, over all inputs.

use reference::{ErrorModel, ErrorRow, error_curve, error_models};

use super::errors::Curve;
use crate::failure::{Failure, Result};
use crate::run::bar;

/// Ranges of inputs that a curve has.
const BINS: u32 = 512;

/// The curves of all approximations.
pub fn curves(quiet: bool) -> Result<Vec<Curve>> {
    let models = error_models().map_err(Failure::defect)?;
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
