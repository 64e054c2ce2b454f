//! Configuration of `elementwise`.

use serde::{Deserialize, Serialize};

use super::lanes;
use super::method::expect_format;
use crate::{ConfigError, Flow, Format};

/// Scaling, and the residual addition with requantisation, lane by lane. Source: SDP (IPDPSW 2024), element-wise module: scaling by
/// 1/√D′ and of softmax rows, residual adds; HeatViT (HPCA 2023), section V.
///
/// A job is a sequence of beats that ends with `last`, under one scale; jobs of any length follow each other without a bubble, one beat a
/// cycle, where their commands are there.
///
/// | stream | beats | fields |
/// |---|---|---|
/// | `cmd` (sink) | one a job | `mult` (16 bits), `shift` (6 bits) |
/// | `in` (sink) | one or more a job, `last` on the final one | `x`: `lanes` |
/// | `residual` (sink, `residual_add` only) | as many as `in`, without marks | `r`: `lanes`, in the format `y` |
/// | `out` (source) | as `in` | `y`: `lanes` |
///
/// With two lanes or more `in` and `out` have `keep`, which passes through: all lanes are computed, whichever are kept.
///
/// # Arithmetic, exact to the bit
///
/// Integers, whatever binary points the formats have: `mult`·2^(−`shift`) is the factor times 2^(y.frac − x.frac).
///
/// - `scale`: y = x·`mult`/2^`shift`,
/// - `residual_add`: y = r + x·`mult`/2^`shift`,
///
/// rounded once, half to even, and saturated. One DSP a lane, x times `mult`·2^(7 − `shift` mod 8): what is left of the shift is 7 bits
/// more than a whole number of bytes.
///
/// ```
/// use spec::{Format, unit::{Elementwise, Operation}};
/// let scores = Elementwise::scale(Format::signed(16, 9), Format::signed(8, 4), 8);
/// assert_eq!(scores.module_name(), "elementwise_scale_s16f9_s8f4_l8");
/// let stream = Elementwise::residual_add(Format::signed(8, 4), Format::signed(16, 10), 16);
/// assert_eq!(stream.module_name(), "elementwise_residual_add_s8f4_s16f10_l16");
/// assert_eq!(stream.operation, Operation::ResidualAdd);
/// stream.validate()?;
/// # Ok::<(), spec::ConfigError>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Elementwise {
    /// What is computed.
    pub operation: Operation,
    /// Format of the input `x`: signed, 2 to 16 bits.
    pub x: Format,
    /// Format of the output `y` and of the residual `r`: signed, 2 to 16 bits.
    pub y: Format,
    /// Values in a beat, 1 to 64.
    #[serde(default = "lanes::one", skip_serializing_if = "lanes::is_one")]
    pub lanes: u32,
    /// How it stalls. From some 16 lanes on take `credit`, which has no enable that reaches every register.
    #[serde(default)]
    pub flow: Flow,
}

/// What an [`Elementwise`] computes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Operation {
    /// y = x·mult/2^shift.
    Scale,
    /// y = r + x·mult/2^shift.
    ResidualAdd,
}

impl Operation {
    /// As configurations and module names have it.
    pub const fn ident(self) -> &'static str {
        match self {
            Self::Scale => "scale",
            Self::ResidualAdd => "residual_add",
        }
    }
}

const KIND: &str = "elementwise";

impl Elementwise {
    /// Format of a job's `mult`.
    pub const MULT: Format = Format::unsigned(16, 0);
    /// Format of a job's `shift`.
    pub const SHIFT: Format = Format::unsigned(6, 0);

    /// y = x·mult/2^shift.
    pub fn scale(x: Format, y: Format, lanes: u32) -> Self {
        Self { operation: Operation::Scale, x, y, lanes, flow: Flow::Stall }
    }

    /// y = r + x·mult/2^shift.
    pub fn residual_add(x: Format, y: Format, lanes: u32) -> Self {
        Self { operation: Operation::ResidualAdd, ..Self::scale(x, y, lanes) }
    }

    /// `elementwise_scale_s16f9_s8f4_l8`, with what differs from the defaults behind it.
    pub fn module_name(&self) -> String {
        let (operation, x, y) = (self.operation.ident(), self.x.ident(), self.y.ident());
        format!("{KIND}_{operation}_{x}_{y}{}{}", lanes::suffix(self.lanes), self.flow.suffix())
    }

    /// Refuses formats and sizes that the unit cannot be built for.
    pub fn validate(&self) -> Result<(), ConfigError> {
        expect_format(KIND, "x", self.x, Some(true), 2..=16, -16..=32)?;
        expect_format(KIND, "y", self.y, Some(true), 2..=16, -16..=32)?;
        lanes::validate(KIND, self.lanes)
    }
}
