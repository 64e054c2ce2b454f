//! The exponential.

use std::f64::consts::{LN_2, LOG2_E};

use spec::unit::{Exp, Method};
use spec::{ConfigError, Format, Overflow, Rounding};

use crate::FunctionUnit;
use crate::num::{fit, quantise, round_shift};

/// The unit `exp`, bit for bit, by the contract of [`spec::unit::Exp`].
///
/// ```
/// use reference::{ExpModel, FunctionUnit};
/// let exp = ExpModel::new(&spec::unit::Exp::preset16())?;
/// assert_eq!(exp.eval(-4096), 12064); // 0.3682 for exp(-1) = 0.3679
/// assert_eq!(exp.eval(1), exp.eval(0));
/// # Ok::<(), spec::ConfigError>(())
/// ```
#[derive(Clone, Debug)]
pub struct ExpModel {
    config: Exp,
    log2e: i128,
    curvature: i128,
    slope: i128,
    offset: i128,
}

impl ExpModel {
    /// Refuses what the configuration refuses.
    pub fn new(config: &Exp) -> Result<Self, ConfigError> {
        config.validate()?;
        let (a, b, c) = config.coefficients.values();
        let constant = |value: f64, frac: i32| (value * 2f64.powi(frac)).round() as i128;
        let bits = config.fraction_bits();
        Ok(Self {
            log2e: constant(LOG2_E, Exp::LOG2E_FRAC),
            curvature: constant(a * LN_2 * LN_2, bits - 2),
            slope: constant(2.0 * a * b * LN_2, bits),
            offset: constant(a * b * b + c, bits) - 1,
            config: config.clone(),
        })
    }

    /// A z by which every result has long become 0.
    const FAR: i128 = 100;

    /// The paper's z and the fraction f, with [`Exp::fraction_bits`] bits.
    fn reduce(&self, x: i128) -> (i32, i128) {
        if x >= 0 {
            return (0, 0);
        }
        let bits = self.config.fraction_bits();
        let scaled = -x * self.log2e - 1;
        let w = round_shift(scaled, self.config.x.frac + Exp::LOG2E_FRAC - bits, Rounding::Floor);
        ((w >> bits).min(Self::FAR) as i32, w & ((1 << bits) - 1))
    }
}

impl FunctionUnit for ExpModel {
    fn x(&self) -> Format {
        self.config.x
    }

    fn y(&self) -> Format {
        self.config.y
    }

    fn eval(&self, x: i64) -> i64 {
        if self.config.method == Method::Table {
            return quantise(self.exact(self.config.x.value(x.into())), self.config.y) as i64;
        }
        let bits = self.config.fraction_bits();
        let (z, f) = self.reduce(x.into());
        let slope = self.slope - round_shift(self.curvature * f, bits - 2, Rounding::Floor);
        let m = self.offset - round_shift(slope * f, bits, Rounding::Floor);
        fit(m, bits + z, self.config.y, Rounding::HalfUp, Overflow::Saturate) as i64
    }

    fn exact(&self, x: f64) -> f64 {
        x.min(0.0).exp()
    }

    fn formula(&self, x: f64) -> f64 {
        if self.config.method == Method::Table {
            return self.exact(x);
        }
        let (a, b, c) = self.config.coefficients.values();
        let x = x.min(0.0);
        let z = (-x / LN_2).floor();
        let p = x + z * LN_2;
        (a * (p + b).powi(2) + c) * (-z).exp2()
    }
}

#[cfg(test)]
mod tests {
    use spec::unit::ExpCoefficients;

    use super::*;
    use crate::ErrorReport;

    fn report(config: &Exp) -> ErrorReport {
        ErrorReport::over_all_inputs(&ExpModel::new(config).unwrap())
    }

    #[test]
    fn presets_add_less_than_one_lsb_to_the_formula() {
        for coefficients in [ExpCoefficients::Paper, ExpCoefficients::Minimax] {
            let largest = if coefficients == ExpCoefficients::Paper { 2.14e-3 } else { 1.25e-3 };
            for preset in [Exp::preset16(), Exp::preset8()] {
                let report = report(&Exp { coefficients, ..preset });
                assert!(report.formula_max < largest, "{report:?}");
                assert!(report.max <= report.formula_max + report.lsb, "{report:?}");
                // A few inputs next to a multiple of ln 2 fall on the other side of the formula's own step.
                assert!(report.deviation <= 1.4 * report.lsb, "{report:?}");
            }
        }
    }

    #[test]
    fn the_table_is_correctly_rounded_and_monotonic() {
        let report = report(&Exp { method: Method::Table, ..Exp::preset8() });
        assert!(report.max <= report.lsb / 2.0 && report.monotonic, "{report:?}");
    }

    #[test]
    fn positive_inputs_are_zero_and_far_negative_ones_vanish() {
        let wide = Exp::new(Format::signed(24, 8), Format::unsigned(16, 16));
        let model = ExpModel::new(&wide).unwrap();
        assert!((0..1 << 23).step_by(4099).all(|x| model.eval(x) == model.eval(0)));
        assert!((-1 << 23..-20 * 256).step_by(4099).all(|x| model.eval(x) == 0));
    }

    #[test]
    fn any_format_follows_the_formula() {
        for (x, y) in [
            ("s24.-4", "u16.15"),
            ("s24.20", "s24.16"),
            ("s24.-16", "s3.1"),
            ("s5.-2", "u9.8"),
            ("s12.15", "u4.1"),
            ("s17.15", "u16.15"),
        ] {
            let config = Exp::new(x.parse().unwrap(), y.parse().unwrap());
            let model = ExpModel::new(&config).unwrap();
            let step = ((config.x.max() - config.x.min()) / 5000 + 1) as usize;
            for raw in (config.x.min()..=config.x.max()).step_by(step) {
                let formula = model.formula(config.x.value(raw)).min(config.y.value(config.y.max()));
                let y = config.y.value(model.eval(raw as i64).into());
                assert!((y - formula).abs() < 1.2 * config.y.lsb() + 2e-4, "{x} {y} at {raw}: {y} for {formula}");
            }
        }
    }
}
