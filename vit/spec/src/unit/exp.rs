//! Configuration of `exp`.

use serde::{Deserialize, Serialize};

use super::method::{Method, expect_format};
use crate::{ConfigError, Flow, Format};

/// exp(x) for x ≤ 0; positive inputs are taken as 0. Source: HeatViT (HPCA 2023), eq. 8.
///
/// # Arithmetic, exact to the bit
///
/// The paper's exp(p) ≈ a·(p + b)² + c over p = −f·ln 2 is written as a parabola in f, with the paper's z as the whole part
/// and f as the fraction of −x·log2(e). With F = [`Self::fraction_bits`] and the coefficients of [`Self::coefficients`]:
///
/// 1. K = round(log2(e)·2^16); z = f = 0 for x ≥ 0, else w = ⌊(−x·K − 1)·2^(F − 16 − x.frac)⌋, z = ⌊w / 2^F⌋, f = w mod 2^F.
/// 2. slope = c1 − ⌊A·f / 2^(F−2)⌋ where A = round(a·ln²2·2^(F−2)) and c1 = round(2·a·b·ln 2·2^F).
/// 3. m = c0 − 1 − ⌊slope·f / 2^F⌋ where c0 = round((a·b² + c)·2^F); the 1 centres the error of the bits cut off.
/// 4. y = m·2^(−z−F), rounded once, halves up, and saturated.
///
/// Steps 1 and 3 hold one DSP each, step 2 is shifts and adds. With [`Method::Table`], y is exp(min(x, 0)), rounded
/// half to even and saturated.
///
/// ```
/// use spec::unit::{Exp, ExpCoefficients};
/// let minimax = Exp { coefficients: ExpCoefficients::Minimax, ..Exp::preset16() };
/// assert_eq!(minimax.module_name(), "exp_s16f12_u16f15_minimax");
/// assert_eq!(minimax.fraction_bits(), 16);
/// minimax.validate()?;
/// # Ok::<(), spec::ConfigError>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Exp {
    /// Format of the input `x`: signed, 2 to 24 bits, −16 to 32 of them fraction bits, and not so many that exp(x) is 1
    /// for all inputs.
    pub x: Format,
    /// Format of the output `y`: 2 to 24 bits, 1 to 16 of them fraction bits.
    pub y: Format,
    /// Which parabola; a table has none.
    #[serde(default)]
    pub coefficients: ExpCoefficients,
    /// Datapath or table.
    #[serde(default)]
    pub method: Method,
    /// How it stalls.
    #[serde(default)]
    pub flow: Flow,
}

/// The parabola a·(p + b)² + c that stands for exp(p) on (−ln 2, 0].
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ExpCoefficients {
    /// a = 0.3585, b = 1.353, c = 0.344, as HeatViT prints them; largest error 2.13e-3.
    #[default]
    Paper,
    /// a = 0.35800, b = 1.34906, c = 0.34722; largest error 1.24e-3.
    Minimax,
}

impl ExpCoefficients {
    /// a, b and c.
    pub const fn values(self) -> (f64, f64, f64) {
        match self {
            Self::Paper => (0.3585, 1.353, 0.344),
            Self::Minimax => (0.35800, 1.34906, 0.34722),
        }
    }
}

const KIND: &str = "exp";

impl Exp {
    /// Fraction bits of the constant log2(e).
    pub const LOG2E_FRAC: i32 = 16;

    /// The datapath of the paper between two formats.
    pub fn new(x: Format, y: Format) -> Self {
        Self { x, y, coefficients: ExpCoefficients::Paper, method: Method::Polynomial, flow: Flow::Stall }
    }

    /// s16.12 to u16.15.
    pub fn preset16() -> Self {
        Self::new(Format::signed(16, 12), Format::unsigned(16, 15))
    }

    /// s8.4 to u8.7.
    pub fn preset8() -> Self {
        Self::new(Format::signed(8, 4), Format::unsigned(8, 7))
    }

    /// F, the bits of the fraction f: one more than the output's fraction, at least 8.
    pub fn fraction_bits(&self) -> i32 {
        (self.y.frac + 1).max(8)
    }

    /// The most fraction bits of `x` for which −x·log2(e) reaches some 20 units of f.
    pub(crate) fn max_x_frac(&self) -> i32 {
        self.x.width as i32 + self.fraction_bits() - 5
    }

    /// `exp_s16f12_u16f15`, with what differs from the defaults behind it.
    pub fn module_name(&self) -> String {
        let coefficients = match self.coefficients {
            ExpCoefficients::Paper => "",
            ExpCoefficients::Minimax => "_minimax",
        };
        let (x, y) = (self.x.ident(), self.y.ident());
        format!("{KIND}_{x}_{y}{coefficients}{}{}", self.method.suffix(), self.flow.suffix())
    }

    /// Refuses formats that the unit cannot be built for.
    pub fn validate(&self) -> Result<(), ConfigError> {
        expect_format(KIND, "x", self.x, Some(true), 2..=24, -16..=32)?;
        expect_format(KIND, "y", self.y, None, 2..=24, 1..=16)?;
        if self.method == Method::Polynomial && self.x.frac > self.max_x_frac() {
            let reason = format!("is {}, so small that exp is 1 as far as y tells", self.x);
            let remedy = format!("give it at most {} fraction bits, or take the table", self.max_x_frac());
            return Err(ConfigError::new(KIND, "x", reason, remedy));
        }
        self.method.validate(KIND, self.x)
    }
}
