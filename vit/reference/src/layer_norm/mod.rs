//! Layer normalisation over rows.

mod error;
mod inverse_root;

use spec::unit::LayerNorm;
use spec::{ConfigError, Format, Rounding};

pub use error::LayerNormError;
use inverse_root::InverseRoot;
pub use inverse_root::inverse_root_errors;

use crate::RowError;
use crate::num::{fit, round_shift};

/// The unit `layer_norm`, bit for bit, by the contract of [`spec::unit::LayerNorm`].
///
/// ```
/// use reference::LayerNormModel;
/// use spec::{Format, unit::LayerNorm};
/// let s = |frac| Format::signed(16, frac);
/// let norm = LayerNormModel::new(&LayerNorm { epsilon: 0, ..LayerNorm::new(s(0), s(10), 2) })?;
/// assert_eq!(norm.eval_row(&[500, 300], &[])?, [1024, -1024]); // one standard deviation each
/// assert_eq!(norm.eval_row(&[7; 6], &[])?, [0; 6]);
/// let affine = LayerNormModel::new(&LayerNorm::preset16(1))?;
/// assert_eq!(affine.eval_row(&[9, 9], &[(4096, 5), (4096, -5)])?, [5, -5]); // γ = 1: β alone is left
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug)]
pub struct LayerNormModel {
    config: LayerNorm,
    inverse_root: InverseRoot,
}

/// What is the same for all channels of a row.
struct Statistics {
    width: i64,
    sum: i64,
    /// R, 0 where the variance is.
    factor: i64,
    /// e.
    exponent: i32,
}

impl LayerNormModel {
    /// Refuses what the configuration refuses.
    pub fn new(config: &LayerNorm) -> Result<Self, ConfigError> {
        config.validate()?;
        Ok(Self { config: config.clone(), inverse_root: InverseRoot::new() })
    }

    /// The row of integers of the format `x`, with (γ, β) of each of its channels and, if need be, of more; none where the
    /// configuration has no `gamma` and `beta`.
    pub fn eval_row(&self, x: &[i64], affine: &[(i64, i64)]) -> Result<Vec<i64>, RowError> {
        self.check(x, affine)?;
        let row = self.statistics(x);
        let y = |(channel, &x): (usize, &i64)| {
            let z = round_shift(
                i128::from(row.width * x - row.sum) * i128::from(row.factor),
                row.exponent - 5,
                Rounding::HalfUp,
            );
            let (scaled, frac) = match (self.config.affine(), affine.get(channel)) {
                (Some((gamma, beta)), Some(&(g, b))) => {
                    let frac = LayerNorm::Z_FRAC + gamma.frac;
                    (z * i128::from(g) + (i128::from(b) << (frac - beta.frac)), frac)
                }
                _ => (z, LayerNorm::Z_FRAC),
            };
            fit(scaled, frac, self.config.y, Rounding::HalfEven, spec::Overflow::Saturate) as i64
        };
        Ok(x.iter().enumerate().map(y).collect())
    }

    fn statistics(&self, x: &[i64]) -> Statistics {
        let width = x.len() as i64;
        let sum: i64 = x.iter().sum();
        let squares = x.iter().map(|x| x * x).sum::<i64>() + width * i64::from(self.config.epsilon);
        let (factor, exponent) = self.inverse_root.of(width * squares - sum * sum).unwrap_or((0, 0));
        Statistics { width, sum, factor, exponent }
    }

    fn check(&self, x: &[i64], affine: &[(i64, i64)]) -> Result<(), RowError> {
        let fail = |reason| Err(RowError::new("layer_norm", reason));
        let (lanes, most) = (self.config.lanes as usize, self.config.max_width as usize);
        if x.is_empty() || x.len() > most || !x.len().is_multiple_of(lanes) {
            return fail(format!("it has {} channels; give a multiple of {lanes}, at most {most}", x.len()));
        }
        let outside = |name: &str, index: usize, value: i64, format: Format| {
            let (min, max) = (format.min(), format.max());
            fail(format!("{name} {index} is {value}; {format} holds {min} to {max}"))
        };
        let beyond = |format: Format, value: i64| !format.contains(i128::from(value));
        if let Some((at, &x)) = x.iter().enumerate().find(|(_, x)| beyond(self.config.x, **x)) {
            return outside("channel", at, x, self.config.x);
        }
        let Some((gamma, beta)) = self.config.affine() else {
            return if affine.is_empty() {
                Ok(())
            } else {
                fail("it comes with γ and β, which the unit has not".into())
            };
        };
        if affine.len() < x.len() {
            return fail(format!("γ and β are given for {} of {} channels", affine.len(), x.len()));
        }
        for (at, &(g, b)) in affine.iter().enumerate() {
            if beyond(gamma, g) {
                return outside("γ", at, g, gamma);
            }
            if beyond(beta, b) {
                return outside("β", at, b, beta);
            }
        }
        Ok(())
    }
}
