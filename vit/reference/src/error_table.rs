//! The errors of the function units at their presets.

use std::fmt;

use spec::unit::{Exp, ExpCoefficients, Gelu, Method, PlanSigmoid};
use spec::{ConfigError, Delta, Format};

use crate::{ErrorReport, ExpModel, FunctionUnit, GeluModel, PlanSigmoidModel};

/// The error of one function unit at one preset.
#[derive(Clone, Debug, PartialEq)]
pub struct ErrorRow {
    /// The unit's kind.
    pub unit: &'static str,
    /// Format of the input.
    pub x: Format,
    /// Format of the output.
    pub y: Format,
    /// Which approximation: the coefficients, δ1, or `table`.
    pub method: String,
    /// Its errors against f64, over all inputs.
    pub report: ErrorReport,
}

/// A function unit whose errors are tabulated.
pub struct ErrorModel {
    /// The unit's kind.
    pub unit: &'static str,
    /// Which approximation: the coefficients, δ1, or `table`.
    pub method: &'static str,
    /// The unit.
    pub model: Box<dyn FunctionUnit>,
}

/// Every function unit at both presets: the paper's formula, its variants, and the table where there is one.
///
/// ```
/// let units: Vec<_> = reference::error_models()?.iter().map(|model| model.unit).collect();
/// assert!(["exp", "gelu", "plan_sigmoid"].iter().all(|unit| units.contains(unit)));
/// # Ok::<(), spec::ConfigError>(())
/// ```
pub fn error_models() -> Result<Vec<ErrorModel>, ConfigError> {
    let mut models = vec![];
    let mut add = |unit, method, model| models.push(ErrorModel { unit, method, model });
    for preset in [Exp::preset16(), Exp::preset8()] {
        for (coefficients, name) in [(ExpCoefficients::Paper, "paper"), (ExpCoefficients::Minimax, "minimax")] {
            add("exp", name, Box::new(ExpModel::new(&Exp { coefficients, ..preset.clone() })?));
        }
    }
    add("exp", "table", Box::new(ExpModel::new(&Exp { method: Method::Table, ..Exp::preset8() })?));
    for preset in [Gelu::preset16(), Gelu::preset8()] {
        for (delta1, name) in [(Delta::ONE, "δ1 = 1"), (Delta::HALF, "δ1 = 0.5")] {
            add("gelu", name, Box::new(GeluModel::new(&Gelu { delta1, ..preset.clone() })?));
        }
    }
    add("gelu", "table", Box::new(GeluModel::new(&Gelu { method: Method::Table, ..Gelu::preset8() })?));
    for preset in [PlanSigmoid::preset16(), PlanSigmoid::preset8()] {
        add("plan_sigmoid", "PLAN", Box::new(PlanSigmoidModel::new(&preset)?));
    }
    let table = PlanSigmoid { method: Method::Table, ..PlanSigmoid::preset8() };
    add("plan_sigmoid", "table", Box::new(PlanSigmoidModel::new(&table)?));
    Ok(models)
}

/// The errors of all [`error_models`].
///
/// ```
/// let rows = reference::error_table()?;
/// assert!(rows.iter().all(|row| row.report.max <= row.report.formula_max + row.report.lsb));
/// # Ok::<(), spec::ConfigError>(())
/// ```
pub fn error_table() -> Result<Vec<ErrorRow>, ConfigError> {
    Ok(error_models()?.iter().map(ErrorModel::row).collect())
}

impl ErrorModel {
    /// Its errors.
    pub fn row(&self) -> ErrorRow {
        let Self { unit, method, model } = self;
        let report = ErrorReport::over_all_inputs(&**model);
        ErrorRow { unit, x: model.x(), y: model.y(), method: (*method).to_owned(), report }
    }
}

impl ErrorRow {
    /// The head of the Markdown table that rows are [displayed](fmt::Display) for.
    pub const HEAD: &str = "| unit | formats | method | max error | at x | mean | bias | formula's own max | output LSB | monotonic |\n\
                            |---|---|---|---|---|---|---|---|---|---|";
}

/// One line of a Markdown table, below [`ErrorRow::HEAD`].
impl fmt::Display for ErrorRow {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { unit, x, y, method, report } = self;
        let ErrorReport { lsb, max, argmax, mean, bias, formula_max, monotonic, .. } = report;
        let monotonic = if *monotonic { "yes" } else { "no" };
        write!(
            f,
            "| `{unit}` | {x} → {y} | {method} | {max:.2e} | {argmax:.4} | {mean:.2e} | {bias:+.2e} | {formula_max:.2e} | {lsb:.2e} | {monotonic} |"
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_have_as_many_cells_as_the_head() {
        let cells = |line: &str| line.matches('|').count();
        let head = ErrorRow::HEAD.lines().map(cells).collect::<Vec<_>>();
        assert_eq!(head, [11, 11]);
        for row in error_table().unwrap() {
            assert_eq!(cells(&row.to_string()), 11, "{row}");
        }
    }
}
