//! Sigmoid by straight lines.

use spec::unit::{Method, PlanSigmoid};
use spec::{ConfigError, Format, Overflow, Rounding};

use crate::FunctionUnit;
use crate::num::{fit, quantise};

/// The unit `plan_sigmoid`, bit for bit, by the contract of [`spec::unit::PlanSigmoid`].
///
/// ```
/// use reference::{FunctionUnit, PlanSigmoidModel};
/// let sigmoid = PlanSigmoidModel::new(&spec::unit::PlanSigmoid::preset16())?;
/// assert_eq!([0, 4096, -4096, 32767].map(|x| sigmoid.eval(x)), [16384, 24576, 8192, 32768]);
/// # Ok::<(), spec::ConfigError>(())
/// ```
#[derive(Clone, Debug)]
pub struct PlanSigmoidModel {
    config: PlanSigmoid,
}

/// One line, in 32nds: from |x| ≥ `from`, y = (|x|·`slope` + `offset`) / 32; eighths in `from`, so that 2.375 is whole.
struct Line {
    from: i128,
    slope: i128,
    offset: i128,
}

const LINES: [Line; 4] = [
    Line { from: 40, slope: 0, offset: 32 },
    Line { from: 19, slope: 1, offset: 27 },
    Line { from: 8, slope: 4, offset: 20 },
    Line { from: 0, slope: 8, offset: 16 },
];

impl PlanSigmoidModel {
    /// Refuses what the configuration refuses.
    pub fn new(config: &PlanSigmoid) -> Result<Self, ConfigError> {
        config.validate()?;
        Ok(Self { config: config.clone() })
    }
}

impl FunctionUnit for PlanSigmoidModel {
    fn x(&self) -> Format {
        self.config.x
    }

    fn y(&self) -> Format {
        self.config.y
    }

    fn eval(&self, x: i64) -> i64 {
        let PlanSigmoid { x: x_format, y: y_format, method, .. } = self.config;
        if method == Method::Table {
            return quantise(self.exact(x_format.value(x.into())), y_format) as i64;
        }
        let magnitude = i128::from(x).abs();
        let one = 1i128 << x_format.frac;
        let mut y = 32 * one;
        for line in LINES {
            if 8 * magnitude >= line.from * one {
                y = line.slope * magnitude + line.offset * one;
                break;
            }
        }
        if x < 0 {
            y = 32 * one - y;
        }
        fit(y, x_format.frac + 5, y_format, Rounding::HalfEven, Overflow::Saturate) as i64
    }

    fn exact(&self, x: f64) -> f64 {
        1.0 / (1.0 + (-x).exp())
    }

    fn formula(&self, x: f64) -> f64 {
        if self.config.method == Method::Table {
            return self.exact(x);
        }
        let y = match x.abs() {
            m if m >= 5.0 => 1.0,
            m if m >= 2.375 => m / 32.0 + 0.84375,
            m if m >= 1.0 => m / 8.0 + 0.625,
            m => m / 4.0 + 0.5,
        };
        if x < 0.0 { 1.0 - y } else { y }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ErrorReport;

    fn report(config: &PlanSigmoid) -> ErrorReport {
        ErrorReport::over_all_inputs(&PlanSigmoidModel::new(config).unwrap())
    }

    #[test]
    fn only_the_last_rounding_adds_to_the_formula() {
        for config in [PlanSigmoid::preset16(), PlanSigmoid::preset8()] {
            let report = report(&config);
            assert!(report.formula_max < 0.01895, "{report:?}");
            assert!(report.max <= report.formula_max + report.lsb, "{report:?}");
            assert!(report.deviation <= report.lsb / 2.0, "{report:?}");
        }
    }

    #[test]
    fn the_table_is_correctly_rounded_and_monotonic() {
        let report = report(&PlanSigmoid { method: Method::Table, ..PlanSigmoid::preset8() });
        assert!(report.max <= report.lsb / 2.0 && report.monotonic, "{report:?}");
    }

    #[test]
    fn odd_formats_are_the_rounded_formula() {
        for (x, y) in [("s24.20", "u16.15"), ("s8.0", "u8.8"), ("s6.1", "s9.7"), ("s10.2", "u3.2"), ("s8.7", "u24.24")]
        {
            let config = PlanSigmoid::new(x.parse().unwrap(), y.parse().unwrap());
            let model = PlanSigmoidModel::new(&config).unwrap();
            for raw in (config.x.min()..=config.x.max()).step_by(if config.x.width > 16 { 997 } else { 1 }) {
                let y = quantise(model.formula(config.x.value(raw)), config.y);
                assert_eq!(i128::from(model.eval(raw as i64)), y, "{config:?} at {raw}");
            }
        }
    }
}
