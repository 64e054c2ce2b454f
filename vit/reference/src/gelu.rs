//! GELU.

use std::f64::consts::{FRAC_1_SQRT_2, PI, SQRT_2};

use spec::unit::{Gelu, Method};
use spec::{ConfigError, Format, Overflow, Rounding};

use crate::FunctionUnit;
use crate::num::{fit, quantise, round_shift};

/// The unit `gelu`, bit for bit, by the contract of [`spec::unit::Gelu`].
///
/// ```
/// use reference::{FunctionUnit, GeluModel};
/// let gelu = GeluModel::new(&spec::unit::Gelu::preset16())?;
/// assert_eq!([20000, 0, -20000].map(|x| gelu.eval(x)), [20000, 0, 0]);
/// assert_eq!(gelu.eval(4096), 3429); // 0.837 for GELU(1) = 0.841
/// # Ok::<(), spec::ConfigError>(())
/// ```
#[derive(Clone, Debug)]
pub struct GeluModel {
    config: Gelu,
    vertex: i128,
    coefficient: i128,
    gain_positive: i128,
    gain_negative: i128,
}

impl GeluModel {
    /// Refuses what the configuration refuses.
    pub fn new(config: &Gelu) -> Result<Self, ConfigError> {
        config.validate()?;
        let constant = |value: f64, frac: i32| (value * 2f64.powi(frac)).round() as i128;
        let (delta, precision) = (config.delta1.value(), config.precision());
        Ok(Self {
            vertex: constant(-Gelu::B * SQRT_2, config.vertex_bits()),
            coefficient: constant(-Gelu::A / 4.0 * delta, config.coefficient_bits()),
            gain_positive: constant((1.0 + delta) / 2.0, precision + 4),
            gain_negative: constant((1.0 - delta) / 2.0, precision + 4),
            config: config.clone(),
        })
    }
}

impl FunctionUnit for GeluModel {
    fn x(&self) -> Format {
        self.config.x
    }

    fn y(&self) -> Format {
        self.config.y
    }

    fn eval(&self, x: i64) -> i64 {
        let (config, x) = (&self.config, i128::from(x));
        if config.method == Method::Table {
            return quantise(self.exact(config.x.value(x)), config.y) as i64;
        }
        let (bits, precision) = (config.vertex_bits(), config.precision());
        let aligned = round_shift(x, config.x.frac - bits, Rounding::Floor);
        let t = (self.vertex - if x < 0 { -aligned } else { aligned }).max(0);
        let u = round_shift(t * t, 2 * bits - precision - 1, Rounding::Floor);
        let h = round_shift(self.coefficient * u, config.coefficient_bits() - 3, Rounding::Floor);
        let gain = if x < 0 { self.gain_negative + h } else { self.gain_positive - h };
        fit(x * gain, config.x.frac + precision + 4, config.y, Rounding::HalfEven, Overflow::Saturate) as i64
    }

    fn exact(&self, x: f64) -> f64 {
        let delta = self.config.delta1.value();
        if x.abs() < 8.0 {
            return x / 2.0 * (1.0 + delta * erf(x * FRAC_1_SQRT_2));
        }
        // Less than where erf is ±1, though by less than `f64` tells: which decides where that is half of two values.
        (x / 2.0 * (1.0 + delta.copysign(x))).next_down().max(x / 2.0)
    }

    fn formula(&self, x: f64) -> f64 {
        if self.config.method == Method::Table {
            return self.exact(x);
        }
        let u = x.abs() * FRAC_1_SQRT_2;
        let parabola = Gelu::A * (u.min(-Gelu::B) + Gelu::B).powi(2) + 1.0;
        x / 2.0 * (1.0 + self.config.delta1.value() * parabola.copysign(x))
    }
}

/// The error function by Kummer's series, 2/√π · e^(−x²) · Σ 2^n·x^(2n+1) / (2n+1)!!, whose terms are all of one sign.
fn erf(x: f64) -> f64 {
    if x.abs() > 6.0 {
        return 1f64.copysign(x);
    }
    let mut term = x;
    let mut sum = x;
    for n in 1..200 {
        term *= 2.0 * x * x / f64::from(2 * n + 1);
        sum += term;
    }
    2.0 / PI.sqrt() * (-x * x).exp() * sum
}

#[cfg(test)]
mod tests {
    use spec::Delta;

    use super::*;
    use crate::ErrorReport;

    fn report(config: &Gelu) -> ErrorReport {
        ErrorReport::over_all_inputs(&GeluModel::new(config).unwrap())
    }

    #[test]
    fn presets_add_less_than_one_lsb_to_the_formula() {
        for delta1 in [Delta::ONE, Delta::HALF, Delta::new(0.7).unwrap()] {
            for preset in [Gelu::preset16(), Gelu::preset8()] {
                let report = report(&Gelu { delta1, ..preset });
                assert!(report.formula_max < 0.01816 * delta1.value(), "{report:?}");
                assert!(report.max <= report.formula_max + report.lsb, "{report:?}");
                assert!(report.deviation <= report.lsb, "{report:?}");
            }
        }
    }

    #[test]
    fn the_worst_input_is_where_the_formula_is_worst() {
        let argmax = report(&Gelu::preset16()).argmax;
        assert!((argmax.abs() - 2.35).abs() < 0.15, "{argmax}");
    }

    #[test]
    fn the_table_is_correctly_rounded() {
        let report = report(&Gelu { method: Method::Table, ..Gelu::preset8() });
        assert!(report.max <= report.lsb / 2.0, "{report:?}");
    }

    /// -5·(1 + erf(-10/√2)/2) is less than -2.5, though by less than `f64` tells.
    #[test]
    fn what_is_nearly_a_half_is_none() {
        let (x, y) = ("s7.2".parse().unwrap(), "s3.0".parse().unwrap());
        let config = Gelu { method: Method::Table, delta1: Delta::HALF, ..Gelu::new(x, y) };
        assert_eq!(GeluModel::new(&config).unwrap().eval(-40), -3);
    }

    #[test]
    fn any_format_follows_the_formula() {
        for (x, y) in
            [("s24.20", "s24.12"), ("s24.0", "s24.0"), ("s4.0", "s12.8"), ("s16.12", "s6.4"), ("s20.24", "s16.24")]
        {
            let config = Gelu { delta1: Delta::new(0.3).unwrap(), ..Gelu::new(x.parse().unwrap(), y.parse().unwrap()) };
            let model = GeluModel::new(&config).unwrap();
            let step = ((config.x.max() - config.x.min()) / 5000 + 1) as usize;
            let (low, high) = (config.y.value(config.y.min()), config.y.value(config.y.max()));
            for raw in (config.x.min()..=config.x.max()).step_by(step) {
                let x = config.x.value(raw);
                let formula = model.formula(x).clamp(low, high);
                let y = config.y.value(model.eval(raw as i64).into());
                let gain = x.abs() * 2f64.powi(-config.precision() - 4);
                assert!((y - formula).abs() < config.y.lsb() + gain + 1e-4, "{config:?} at {x}: {y} for {formula}");
            }
        }
    }

    /// Values to fifteen digits from the literature.
    #[test]
    fn erf_is_right() {
        let known =
            [(0.1, 0.112462916018285), (0.5, 0.520499877813047), (1.0, 0.842700792949715), (3.0, 0.999977909503001)];
        for (x, value) in known {
            assert!((erf(x) - value).abs() < 1e-14 && erf(-x) == -erf(x), "{x}");
        }
        assert!((1.0 - erf(5.999)).abs() < 1e-14 && erf(0.0) == 0.0);
    }
}
