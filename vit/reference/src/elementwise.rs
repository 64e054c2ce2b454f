//! Scaling and residual addition.

use spec::unit::{Elementwise, Operation};
use spec::{ConfigError, Rounding};

use crate::num::{round_shift, saturate};

/// The unit `elementwise`, bit for bit, by the contract of [`spec::unit::Elementwise`].
///
/// ```
/// use reference::ElementwiseModel;
/// use spec::{Format, unit::Elementwise};
/// let scale = ElementwiseModel::new(&Elementwise::scale(Format::signed(16, 9), Format::signed(8, 4), 1))?;
/// assert_eq!([24, 40, 9000].map(|x| scale.eval(x, 0, 1, 4)), [2, 2, 127]); // 1.5 and 2.5 to the even 2
/// let add = ElementwiseModel::new(&Elementwise::residual_add(Format::signed(8, 4), Format::signed(16, 10), 1))?;
/// assert_eq!([100, 101].map(|r| add.eval(24, r, 1, 4)), [102, 102]);
/// # Ok::<(), spec::ConfigError>(())
/// ```
#[derive(Clone, Debug)]
pub struct ElementwiseModel {
    config: Elementwise,
}

impl ElementwiseModel {
    /// Refuses what the configuration refuses.
    pub fn new(config: &Elementwise) -> Result<Self, ConfigError> {
        config.validate()?;
        Ok(Self { config: config.clone() })
    }

    /// The integer in the format `y` for the integers `x` and, in an addition, `r`, under a job's scale.
    pub fn eval(&self, x: i64, r: i64, mult: u16, shift: u8) -> i64 {
        let product = i128::from(x) * i128::from(mult);
        let exact = match self.config.operation {
            Operation::Scale => product,
            Operation::ResidualAdd => (i128::from(r) << shift) + product,
        };
        saturate(round_shift(exact, shift.into(), Rounding::HalfEven), self.config.y) as i64
    }
}
