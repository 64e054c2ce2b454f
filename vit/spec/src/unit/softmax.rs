//! Configuration of `softmax`.

use serde::{Deserialize, Serialize};

use super::exp::{Exp, ExpCoefficients};
use super::lanes;
use super::method::expect_format;
use crate::{ConfigError, Delta, Format};

/// δ2·exp(x̃)/Σ exp(x̃) over rows, x̃ = x − max(x). Source: HeatViT (HPCA 2023), eq. 7 and 8.
///
/// A row has 1 to [`Self::MAX_ROW`] entries and ends with `last`. Rows of 16 and more run back to back without a bubble at the
/// input, whatever their mixture; shorter ones may wait, in the long run no longer than [`Self::SHORT_ROW`] cycles a row.
///
/// | stream | beats | fields |
/// |---|---|---|
/// | `in` (sink) | one per entry, `last` at the end of a row | `x` |
/// | `out` (source) | one per entry, `last` at the end of a row | `y` |
/// | `row` (source, unnormalised form only) | one per row | `sum` (16 bits), `mult` (16 bits), `shift` (6 bits) |
///
/// With `lanes` above 1 a beat of `in` and `out` holds that many entries of one row, and `keep` says which of them count: all but in the
/// last beat of a row. Others come out as 0. The results are those of one lane. A row's beats are at most
/// ⌈[`Self::MAX_ROW`]/`lanes`⌉; rows of [`Self::steady_row`] entries and more run back to back without a bubble, a row of fewer may take
/// 16/[`Self::dividers`] cycles.
///
/// # Arithmetic, exact to the bit
///
/// With F = [`Self::fraction_bits`]:
///
/// 1. x̃ = x − max(x) in the format of [`Self::exp`]`.x`, one bit wider than x; e = the unit `exp` of it, F fraction bits.
///
/// Normalised form:
///
/// 2. S = Σe. n = the number of left shifts, at most 8, that bring S's leading one to bit F + 8; s = ⌊S·2^n / 2^8⌋.
/// 3. D = round(δ2·2^(F−1)), halves up; R = ⌊D·2^(F+2) / s⌋·2^n, which is δ2·2^(2F+9)/S.
/// 4. Products keep twelve bits more than y: t = ⌊e·R / 2^(2F − y.frac − 3)⌋, and what does not fit y is carried to the next entry:
///    a = t + r, y = ⌊a / 2^12⌋ saturated, the next r = a mod 2^12; the first r of a row is half an LSB, 2^11.
///
/// Unnormalised form, for the A·V product of int8 whose requantisation takes δ2/Σ per row:
///
/// 2. y = ⌊(127·e + 2^(F−1)) / 2^F⌋, 0 to 127; the row's maximum gives 127. `sum` = Σy.
/// 3. `mult`·2^(−`shift`) is δ2/`sum` with `mult` in [2^15, 2^16), rounded down: with δ2 = D·2^(−16−j) (D in [2^15, 2^16), rounded
///    halves up) and n = the number of left shifts that bring `sum`'s leading one to bit 14, Q = ⌊D·2^17 / (`sum`·2^(n+2))⌋; `mult`,
///    `shift` = Q, 31 + j − n if Q < 2^16, else ⌊Q/2⌋, 30 + j − n.
///
/// # Error budget of the normalised form
///
/// Cutting S to s makes R too large by less than 2^−F of itself, cutting the quotient makes it too small by less than 2^−F, rounding D
/// adds 2^−F of 1, and cutting the products loses up to 256·2^−12 of an output LSB in a row. The remainder carried along loses
/// nothing more than the last rounding, half an LSB: at 16 bits a row sums to δ2 within 2.6·2^−16 < 2^−14, and within 2^−16 where
/// δ2 has at most 15 binary places. Each entry lies within one LSB of e·R. With δ2 = 1 and no bit before the point, 1.0
/// saturates to the largest y (a row with one outlier): one LSB less, inside the bound.
///
/// ```
/// use spec::{Delta, Format, unit::Softmax};
/// let trained = Softmax { delta2: Delta::HALF, ..Softmax::preset16() };
/// assert_eq!(trained.module_name(), "softmax_s16f12_u16f16_delta0p5");
/// assert_eq!(trained.exp().y, Format::unsigned(17, 16));
/// trained.validate()?;
/// let attention = Softmax::unnormalised(Format::signed(8, 4));
/// assert_eq!(attention.module_name(), "softmax_s8f4_u7f0_unnormalised");
/// let wide = Softmax { lanes: 16, ..Softmax::preset8() };
/// assert_eq!((wide.module_name().as_str(), wide.dividers(), wide.steady_row()), ("softmax_s8f4_u8f8_l16", 2, 128));
/// # Ok::<(), spec::ConfigError>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Softmax {
    /// Format of the input `x`: signed, 2 to 16 bits.
    pub x: Format,
    /// Format of the output `y`: 7 to 16 fraction bits and up to 8 before the point; `u7.0` in the unnormalised form.
    pub y: Format,
    /// The regularisation factor δ2.
    #[serde(default)]
    pub delta2: Delta,
    /// Probabilities, or exponentials and their sum.
    #[serde(default)]
    pub form: SoftmaxForm,
    /// Which parabola stands for exp.
    #[serde(default)]
    pub coefficients: ExpCoefficients,
    /// Entries in a beat, 1 to 64, each with a datapath of its own.
    #[serde(default = "lanes::one", skip_serializing_if = "lanes::is_one")]
    pub lanes: u32,
}

/// What a softmax gives.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SoftmaxForm {
    /// δ2·exp(x̃)/Σ exp(x̃).
    #[default]
    Normalised,
    /// 127·exp(x̃), and per row their sum and δ2 over it as multiplier and shift.
    Unnormalised,
}

const KIND: &str = "softmax";

impl Softmax {
    /// The longest row.
    pub const MAX_ROW: usize = 256;
    /// Cycles that a row of fewer entries may take.
    pub const SHORT_ROW: usize = 12;
    /// Beats that a row needs to be followed by the next one without a bubble, if one divider serves all rows.
    const STEADY_BEATS: u32 = 16;
    /// Format of `y` in the unnormalised form: 127 stands for the row's maximum.
    pub const RELATIVE: Format = Format::unsigned(7, 0);

    /// Normalised, δ2 = 1, the paper's coefficients.
    pub fn new(x: Format, y: Format) -> Self {
        let (delta2, form, coefficients) = (Delta::ONE, SoftmaxForm::Normalised, ExpCoefficients::Paper);
        Self { x, y, delta2, form, coefficients, lanes: 1 }
    }

    /// s16.12 to u16.16.
    pub fn preset16() -> Self {
        Self::new(Format::signed(16, 12), Format::unsigned(16, 16))
    }

    /// s8.4 to u8.8.
    pub fn preset8() -> Self {
        Self::new(Format::signed(8, 4), Format::unsigned(8, 8))
    }

    /// 0 to 127 relative to the row's maximum, and the row's sum, multiplier and shift.
    pub fn unnormalised(x: Format) -> Self {
        Self { form: SoftmaxForm::Unnormalised, ..Self::new(x, Self::RELATIVE) }
    }

    /// F, the fraction bits of the exponentials: four or five more than y's, even, at most 16; 12 in the unnormalised form.
    pub fn fraction_bits(&self) -> i32 {
        match self.form {
            SoftmaxForm::Normalised => ((self.y.frac + 5) / 2 * 2).min(16),
            SoftmaxForm::Unnormalised => 12,
        }
    }

    /// Divisions at a time: as many as let rows of 192 entries follow each other without a bubble.
    pub fn dividers(&self) -> u32 {
        Self::STEADY_BEATS.div_ceil(192u32.div_ceil(self.lanes))
    }

    /// The shortest row that is followed by the next one without a bubble, in entries.
    pub fn steady_row(&self) -> u32 {
        Self::STEADY_BEATS.div_ceil(self.dividers()) * self.lanes
    }

    /// The unit `exp` whose datapath works inside: from x̃'s format to F fraction bits and one before the point.
    pub fn exp(&self) -> Exp {
        let frac = self.fraction_bits();
        let x = Format::signed(self.x.width + 1, self.x.frac);
        let y = Format::unsigned(frac.unsigned_abs() + 1, frac);
        Exp { coefficients: self.coefficients, ..Exp::new(x, y) }
    }

    /// `softmax_s16f12_u16f16`, with what differs from the defaults behind it.
    pub fn module_name(&self) -> String {
        let delta = if self.delta2 == Delta::ONE { String::new() } else { format!("_delta{}", self.delta2.ident()) };
        let coefficients = match self.coefficients {
            ExpCoefficients::Paper => "",
            ExpCoefficients::Minimax => "_minimax",
        };
        let form = match self.form {
            SoftmaxForm::Normalised => "",
            SoftmaxForm::Unnormalised => "_unnormalised",
        };
        let (x, y, lanes) = (self.x.ident(), self.y.ident(), lanes::suffix(self.lanes));
        format!("{KIND}_{x}_{y}{lanes}{form}{delta}{coefficients}")
    }

    /// Refuses formats and factors that the unit cannot be built for.
    pub fn validate(&self) -> Result<(), ConfigError> {
        lanes::validate(KIND, self.lanes)?;
        expect_format(KIND, "x", self.x, Some(true), 2..=16, -16..=self.exp().max_x_frac().min(32))?;
        let refuse = |field, reason: String, remedy: &str| Err(ConfigError::new(KIND, field, reason, remedy));
        if self.form == SoftmaxForm::Unnormalised {
            if self.y != Self::RELATIVE {
                return refuse("y", format!("is {} in the unnormalised form", self.y), "give `u7.0`, for 0 to 127");
            }
            return Ok(());
        }
        let frac = self.y.frac.clamp(7, 16);
        let magnitude = frac.unsigned_abs() + u32::from(self.y.signed);
        expect_format(KIND, "y", self.y, None, magnitude..=magnitude + 8, 7..=16)?;
        if u64::from(self.delta2.millionths()) << frac < 1_000_000 {
            let reason = format!("is {}, less than one LSB of {}", self.delta2, self.y);
            return refuse("delta2", reason, "give a larger factor, or `y` more fraction bits");
        }
        Ok(())
    }
}
