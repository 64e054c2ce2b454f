//! What the models of function units have in common, and how far they are from the truth.

use spec::Format;

/// A unit that computes y = f(x), one scalar at a time.
pub trait FunctionUnit {
    /// Format of the input.
    fn x(&self) -> Format;
    /// Format of the output.
    fn y(&self) -> Format;
    /// The integer that the unit gives for the integer `x` of the input format, bit for bit.
    fn eval(&self, x: i64) -> i64;
    /// The function that the unit stands for.
    fn exact(&self, x: f64) -> f64;
    /// The approximation that the unit computes, before any rounding; the function itself for a table.
    fn formula(&self, x: f64) -> f64;
}

/// How far a function unit is from the function it stands for, over all its inputs.
///
/// ```
/// use reference::{ErrorReport, PlanSigmoidModel};
/// use spec::unit::PlanSigmoid;
/// let report = ErrorReport::over_all_inputs(&PlanSigmoidModel::new(&PlanSigmoid::preset16())?);
/// assert_eq!(report.argmax.abs(), 1.0);
/// assert!(report.max <= report.formula_max + report.lsb);
/// assert!(!report.monotonic);
/// # Ok::<(), spec::ConfigError>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct ErrorReport {
    /// One unit in the last place of the output.
    pub lsb: f64,
    /// Largest |y − f(x)|.
    pub max: f64,
    /// The input where that is.
    pub argmax: f64,
    /// Mean of |y − f(x)|.
    pub mean: f64,
    /// Mean of y − f(x).
    pub bias: f64,
    /// Largest error of the formula itself, in exact arithmetic, over the same inputs.
    pub formula_max: f64,
    /// Largest |y − formula(x)|: what rounding adds, at most.
    pub deviation: f64,
    /// Whether y never moves against f between neighbouring inputs.
    pub monotonic: bool,
}

impl ErrorReport {
    /// Measures the unit on every integer of its input format (seconds at 24 bits). Inputs whose exact result is
    /// beyond the output format are compared with the nearest value that the format has.
    pub fn over_all_inputs(unit: &(impl FunctionUnit + ?Sized)) -> Self {
        let (x_format, y_format) = (unit.x(), unit.y());
        let (low, high) = (y_format.value(y_format.min()), y_format.value(y_format.max()));
        let mut report = Self {
            lsb: y_format.lsb(),
            max: 0.0,
            argmax: 0.0,
            mean: 0.0,
            bias: 0.0,
            formula_max: 0.0,
            deviation: 0.0,
            monotonic: true,
        };
        let mut before: Option<(f64, f64)> = None;
        for raw in x_format.min()..=x_format.max() {
            let x = x_format.value(raw);
            let y = y_format.value(unit.eval(raw as i64).into());
            let (exact, formula) = (unit.exact(x).clamp(low, high), unit.formula(x).clamp(low, high));
            let error = y - exact;
            if error.abs() > report.max {
                (report.max, report.argmax) = (error.abs(), x);
            }
            report.mean += error.abs();
            report.bias += error;
            report.formula_max = report.formula_max.max((formula - exact).abs());
            report.deviation = report.deviation.max((y - formula).abs());
            if let Some((y_before, exact_before)) = before {
                report.monotonic &= (y - y_before) * (exact - exact_before) >= 0.0;
            }
            before = Some((y, exact));
        }
        let inputs = 2f64.powi(x_format.width as i32);
        report.mean /= inputs;
        report.bias /= inputs;
        report
    }
}

/// The errors y − f(x) over a range of neighbouring inputs.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct ErrorBin {
    /// The first input.
    pub x: f64,
    /// The smallest error.
    pub low: f64,
    /// The largest error.
    pub high: f64,
}

/// How the error runs over all inputs, in at most `bins` ranges of equal width; inputs beyond the output format as in
/// [`ErrorReport::over_all_inputs`].
///
/// ```
/// use reference::{PlanSigmoidModel, error_curve};
/// use spec::unit::PlanSigmoid;
/// let curve = error_curve(&PlanSigmoidModel::new(&PlanSigmoid::preset16())?, 256);
/// assert_eq!((curve.len(), curve[0].x), (256, -8.0));
/// assert!(curve.iter().all(|bin| bin.low <= bin.high && bin.high < 0.02));
/// # Ok::<(), spec::ConfigError>(())
/// ```
pub fn error_curve(unit: &(impl FunctionUnit + ?Sized), bins: u32) -> Vec<ErrorBin> {
    let (x_format, y_format) = (unit.x(), unit.y());
    let (low, high) = (y_format.value(y_format.min()), y_format.value(y_format.max()));
    let inputs = x_format.max() - x_format.min() + 1;
    let step = (inputs as usize).div_ceil(bins.max(1) as usize);
    let raws: Vec<i128> = (x_format.min()..=x_format.max()).collect();
    let error = |raw: &i128| {
        let y = y_format.value(unit.eval(*raw as i64).into());
        y - unit.exact(x_format.value(*raw)).clamp(low, high)
    };
    let bin = |raws: &[i128]| {
        let start = ErrorBin { x: x_format.value(raws[0]), low: f64::INFINITY, high: f64::NEG_INFINITY };
        raws.iter().map(error).fold(start, |bin, error| ErrorBin {
            low: bin.low.min(error),
            high: bin.high.max(error),
            ..bin
        })
    };
    raws.chunks(step).map(bin).collect()
}
