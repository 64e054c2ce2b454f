//! Configuration of `layer_norm`.

use serde::{Deserialize, Serialize};

use super::lane_dsp;
use super::method::expect_format;
use crate::{ConfigError, Format};

/// y = γ·(x − μ)/√(σ² + ε) + β over rows of channels, μ and σ² the row's mean and variance. Source: Ba, Kiros, Hinton 2016
/// (Layer Normalization); the pre-norm encoder of HeatViT (HPCA 2023), which leaves it to the CPU, and of SDP (IPDPSW 2024).
///
/// A row has D channels, `lanes` a beat, and ends with `last`: D is counted, any multiple of `lanes` up to `max_width`. Rows follow each
/// other without a bubble, one beat a cycle, while the longest is at most [`Self::MIXTURE`] times as long as the shortest.
/// `ready` of both sinks comes from registers alone.
///
/// | stream | beats | fields |
/// |---|---|---|
/// | `affine` (sink, where `gamma` and `beta` are given) | `max_width`/`lanes` or fewer, `last` on the final one | `gamma`, `beta`: `lanes` each |
/// | `in` (sink) | D/`lanes` a row, `last` on the final one | `x`: `lanes` |
/// | `out` (source) | as `in` | `y`: `lanes` |
///
/// `affine` loads γ and β of the channels from 0 on. After reset rows wait for the first load. A later one is taken between rows: rows
/// accepted before its first beat keep the old values, and no row is accepted from then to its last beat.
///
/// # Arithmetic, exact to the bit
///
/// Integers; x without its binary point, ε in units of x's LSB squared.
///
/// 1. S = Σx, Q = Σx² + D·ε, V = D·Q − S². So V = D²·(σ² + ε), and D·x − S over √V is the normalised channel.
/// 2. V = 0 (a constant row, ε = 0): z = 0. Else V = u·2^p with 1 ≤ u < 2, e = ⌊p/2⌋, m = u·2^(p mod 2), 1 ≤ m < 4.
/// 3. i = the 7 bits of V behind its leading one, t = the 12 bits behind those (zeros where V has none); a = 2^(p mod 2)·(1 + i/128),
///    h = 2^(p mod 2)/128. On that segment 1/√ is the chord, lowered by half of its excess in the middle:
///    d = ((1/√a + 1/√(a + h))/2 − 1/√(a + h/2))/2, c0 = round(2^18·(1/√a − d)), at most 2^18 − 3, c1 = round(2^18·(1/√a − 1/√(a + h))).
/// 4. R = ⌊(c0·2^12 − c1·t + 2^13)/2^14⌋, which is 2^16/√m, 16 bits.
/// 5. z = ⌊(D·x − S)·R·2^(5−e) + 1/2⌋, with [`Self::Z_FRAC`] = 21 fraction bits; |z| < 32, for no channel is further than
///    √(D−1) standard deviations from the mean.
/// 6. y = γ·z + β, or z without `gamma` and `beta`, rounded half to even, saturated.
///
/// # Error against real arithmetic
///
/// R is within 2^−15.2 of itself: its rounding (2^−16), the chord (2^−18.4), both coefficients (2^−18 each) and the bits of V behind t
/// (2^−20). It scales a whole row, whose z sum to zero, so it leaves the mean error alone. So y is within
/// 1/2 + |γ·z|·2^(y.frac − 15.2) + |γ|·2^(y.frac − 22) LSB, where |γ·z| is that of the channel: below 1 LSB at 8 bits and below 2 LSB at 16, unless β cancels a
/// γ·z beyond y's range.
///
/// ```
/// use spec::{Format, unit::LayerNorm};
/// let block = LayerNorm { max_width: 384, ..LayerNorm::preset16(8) };
/// assert_eq!(block.module_name(), "layer_norm_s16f10_s16f10_l8_d384_gs16f12_bs16f10");
/// assert_eq!(block.max_beats(), 48);
/// block.validate()?;
/// let plain = LayerNorm::new(Format::signed(8, 4), Format::signed(8, 5), 4);
/// assert_eq!(plain.module_name(), "layer_norm_s8f4_s8f5_l4_d1024");
/// # Ok::<(), spec::ConfigError>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LayerNorm {
    /// Format of the input `x`: signed, 2 to 16 bits.
    pub x: Format,
    /// Format of the output `y`: signed, 2 to 16 bits, 0 to 16 of them fraction bits.
    pub y: Format,
    /// Channels in a beat, 1 to 128.
    pub lanes: u32,
    /// The longest row, in channels: a multiple of `lanes`, at most [`Self::WIDEST`].
    #[serde(default = "widest")]
    pub max_width: u32,
    /// Format of γ: signed, 2 to 18 bits, 0 to 20 of them fraction bits. Given together with `beta`, or neither.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub gamma: Option<Format>,
    /// Format of β: signed, 2 to 24 bits; its binary point within what γ·z has behind it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub beta: Option<Format>,
    /// ε in units of x's LSB squared, at most [`Self::MAX_EPSILON`].
    #[serde(default = "one")]
    pub epsilon: u32,
    /// Whether a channel's products are in DSPs, or in LUTs: the square and the scaling; that with γ, and those of a row, are in DSPs.
    #[serde(default = "lane_dsp::yes", skip_serializing_if = "lane_dsp::is_yes")]
    pub lane_dsp: bool,
}

const KIND: &str = "layer_norm";

fn widest() -> u32 {
    LayerNorm::WIDEST
}

fn one() -> u32 {
    1
}

impl LayerNorm {
    /// The longest row that a unit can be built for, in channels.
    pub const WIDEST: u32 = 1024;
    /// The largest ε.
    pub const MAX_EPSILON: u32 = 32_767;
    /// Fraction bits of z.
    pub const Z_FRAC: i32 = 21;
    /// How many times as long as the shortest row the longest may be, if no row is to wait.
    pub const MIXTURE: u32 = 16;

    /// Without γ and β, rows of up to 1024 channels, ε of one LSB squared.
    pub fn new(x: Format, y: Format, lanes: u32) -> Self {
        Self { x, y, lanes, max_width: Self::WIDEST, gamma: None, beta: None, epsilon: 1, lane_dsp: true }
    }

    /// s16.10 to s16.10, γ in s16.12, β in s16.10: z of any row of 1024 fits y.
    pub fn preset16(lanes: u32) -> Self {
        let (gamma, beta) = (Some(Format::signed(16, 12)), Some(Format::signed(16, 10)));
        Self { gamma, beta, ..Self::new(Format::signed(16, 10), Format::signed(16, 10), lanes) }
    }

    /// s8.4 to s8.4, γ in s8.5, β in s8.4.
    pub fn preset8(lanes: u32) -> Self {
        let (gamma, beta) = (Some(Format::signed(8, 5)), Some(Format::signed(8, 4)));
        Self { gamma, beta, ..Self::new(Format::signed(8, 4), Format::signed(8, 4), lanes) }
    }

    /// Formats of γ and β, if there are any.
    pub fn affine(&self) -> Option<(Format, Format)> {
        self.gamma.zip(self.beta)
    }

    /// Beats of the longest row.
    pub fn max_beats(&self) -> u32 {
        self.max_width / self.lanes
    }

    /// `layer_norm_s16f10_s16f10_l8_d1024`, with the formats of γ and β and an unusual ε behind it.
    pub fn module_name(&self) -> String {
        let affine = [("g", self.gamma), ("b", self.beta)];
        let affine: String =
            affine.iter().filter_map(|(name, format)| Some(format!("_{name}{}", (*format)?.ident()))).collect();
        let epsilon = if self.epsilon == 1 { String::new() } else { format!("_e{}", self.epsilon) };
        let (x, y) = (self.x.ident(), self.y.ident());
        let lut = lane_dsp::suffix(self.lane_dsp);
        format!("{KIND}_{x}_{y}_l{}_d{}{affine}{epsilon}{lut}", self.lanes, self.max_width)
    }

    /// Refuses formats and sizes that the unit cannot be built for.
    pub fn validate(&self) -> Result<(), ConfigError> {
        let refuse = |field, reason: String, remedy: String| Err(ConfigError::new(KIND, field, reason, remedy));
        expect_format(KIND, "x", self.x, Some(true), 2..=16, -16..=32)?;
        expect_format(KIND, "y", self.y, Some(true), 2..=16, 0..=16)?;
        if !(1..=128).contains(&self.lanes) {
            return refuse("lanes", format!("is {}", self.lanes), "give 1 to 128".to_owned());
        }
        if !(1..=Self::WIDEST).contains(&self.max_width) || !self.max_width.is_multiple_of(self.lanes) {
            let remedy = format!("give a multiple of {} (`lanes`), at most {}", self.lanes, Self::WIDEST);
            return refuse("max_width", format!("is {}", self.max_width), remedy);
        }
        if self.epsilon > Self::MAX_EPSILON {
            return refuse("epsilon", format!("is {}", self.epsilon), format!("give at most {}", Self::MAX_EPSILON));
        }
        match (self.gamma, self.beta) {
            (None, None) => Ok(()),
            (Some(gamma), Some(beta)) => {
                expect_format(KIND, "gamma", gamma, Some(true), 2..=18, 0..=20)?;
                let frac = gamma.frac + Self::Z_FRAC;
                expect_format(KIND, "beta", beta, Some(true), 2..=24, -16..=frac)?;
                let whole = 47 - frac;
                if beta.width as i32 - beta.frac > whole {
                    let remedy = format!("give it at most {whole} bits before the point, or `gamma` fewer behind it");
                    return refuse("beta", format!("is {beta} beside γ in {gamma}"), remedy);
                }
                Ok(())
            }
            (Some(_), None) => refuse("beta", "is missing beside `gamma`".to_owned(), "give both, or none".to_owned()),
            (None, Some(_)) => refuse("gamma", "is missing beside `beta`".to_owned(), "give both, or none".to_owned()),
        }
    }
}
