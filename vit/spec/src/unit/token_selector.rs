//! Configuration of `token_selector`.

use serde::{Deserialize, Serialize};

use super::lane_dsp;
use crate::{ConfigError, Format};

/// HeatViT's token controller and packager: scores tokens, keeps or prunes them, appends the package token.
///
/// # A job
///
/// One beat on `cmd` starts a job: `tokens` N (1 to `max_tokens`), `heads` h (1 to `max_heads`), `beats` (channels D
/// over `lanes`, 1 to `max_channels / lanes`), `package` (1: the last token is the package token of an earlier
/// selector), `threshold` ([`Self::THRESHOLD`]). A beat with a zero among the first three is taken and does nothing.
/// Jobs run back to back, and the scores of a job may run ahead of its tokens.
///
/// | stream | beats | fields |
/// |---|---|---|
/// | `score` (sink) | h per token, N tokens | `s0`, `s1` (head's score, format `s`), `a` (head's weight, format `a`) |
/// | `in` (sink) | `beats` per token, N tokens | `x`: `lanes` channels, lowest first |
/// | `decision` (source) | one per token, `last` at the end | `id` (0 to N − 1), `keep`, `score` (S̃\[0\], format `s`) |
/// | `status` (source) | one per job, once the last decision is made | `kept`, `pruned`, `packaged` |
/// | `out` (source) | `beats` per token; `last` with the job's last beat | `y`: `lanes` channels |
///
/// # Arithmetic, exact to the bit
///
/// Channel 0 is "keep"; the same channel weighs the package, as eq. 4 prints it. A *weighted mean* is
/// Σ v·w / Σ w rounded half to even once; where every weight is zero it is the plain mean, Σ v / count.
///
/// 1. S̃\[c\] = weighted mean over the heads of `s_c` with weights `a`, in the format `s` (eq. 3).
/// 2. e_c = exp(S̃\[c\] − max(S̃\[0\], S̃\[1\])) by the unit `exp` from [`Self::exp_input`] to [`Self::EXP`] with the
///    paper's coefficients (Fig. 10, step 1).
/// 3. keep ⇔ e_0 / (e_0 + e_1) ≥ threshold, compared as e_0·2^16 ≥ threshold·(e_0 + e_1): no bit is lost (step 2).
/// 4. The first token, the class token, is kept whatever its score. An old package token is never kept (a
///    lone first token is the class token, whatever `package` says).
/// 5. Kept tokens come out in order. The package token follows if a token was not kept: per channel the weighted mean of
///    the tokens not kept, with weights S̃\[0\], in the format `x` (eq. 4; step 3).
///
/// `kept` counts kept tokens (class token among them), `pruned` those this job pruned (an old package token is not among
/// them), `packaged` is 1 if a package token comes: kept + packaged tokens come out.
///
/// Source: HeatViT (HPCA 2023), section IV, eq. 3 and 4, and section V-C, Fig. 10.
///
/// ```
/// use spec::unit::TokenSelector;
/// let config = TokenSelector::int8(384, 8);
/// assert_eq!(config.module_name(), "token_selector_s8f4_u8f7_u8f7_l8_d384_t256_h16");
/// assert_eq!(config.exp_input(), spec::Format::signed(9, 7));
/// config.validate()?;
/// # Ok::<(), spec::ConfigError>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TokenSelector {
    /// Format of a channel of a token, signed, 2 to 16 bits.
    pub x: Format,
    /// Format of a head's score, unsigned, 2 to 16 bits.
    pub s: Format,
    /// Format of a head's weight, unsigned, 1 to 16 bits.
    pub a: Format,
    /// Channels per beat, 1 to 64.
    #[serde(default = "eight")]
    pub lanes: u32,
    /// Most channels of a token, a multiple of `lanes`, to 4096.
    pub max_channels: u32,
    /// Most tokens of a job, 1 to 4096.
    #[serde(default = "tokens")]
    pub max_tokens: u32,
    /// Most heads of a job, 1 to 64.
    #[serde(default = "heads")]
    pub max_heads: u32,
    /// Whether a channel's product with its token's score is in a DSP, or in LUTs; those of a token are in DSPs.
    #[serde(default = "lane_dsp::yes", skip_serializing_if = "lane_dsp::is_yes")]
    pub lane_dsp: bool,
}

fn eight() -> u32 {
    8
}

fn tokens() -> u32 {
    256
}

fn heads() -> u32 {
    16
}

const KIND: &str = "token_selector";

impl TokenSelector {
    /// Format of the job's threshold.
    pub const THRESHOLD: Format = Format::unsigned(16, 16);
    /// The threshold of the paper, 0.5, in [`Self::THRESHOLD`].
    pub const HALF: u32 = 1 << 15;
    /// Format of the exponentials.
    pub const EXP: Format = Format::unsigned(16, 15);

    /// The int8 preset: tokens s8.4, scores and head weights u8.7.
    pub fn int8(max_channels: u32, lanes: u32) -> Self {
        let (x, p) = (Format::signed(8, 4), Format::unsigned(8, 7));
        Self { x, s: p, a: p, lanes, max_channels, max_tokens: tokens(), max_heads: heads(), lane_dsp: true }
    }

    /// The int16 preset: tokens s16.12, scores and head weights u16.15.
    pub fn int16(max_channels: u32, lanes: u32) -> Self {
        let (x, p) = (Format::signed(16, 12), Format::unsigned(16, 15));
        Self { x, s: p, a: p, lanes, max_channels, max_tokens: tokens(), max_heads: heads(), lane_dsp: true }
    }

    /// Format of S̃\[c\] − max(S̃), the exponential's argument.
    pub fn exp_input(&self) -> Format {
        Format::signed(self.s.width + 1, self.s.frac)
    }

    /// `token_selector_s8f4_u8f7_u8f7_l8_d384_t256_h16`: formats x, s, a, then lanes and the largest sizes.
    pub fn module_name(&self) -> String {
        let (x, s, a) = (self.x.ident(), self.s.ident(), self.a.ident());
        let (lanes, channels, lut) = (self.lanes, self.max_channels, lane_dsp::suffix(self.lane_dsp));
        format!("{KIND}_{x}_{s}_{a}_l{lanes}_d{channels}_t{}_h{}{lut}", self.max_tokens, self.max_heads)
    }

    /// Refuses formats and sizes that the unit cannot be built for.
    pub fn validate(&self) -> Result<(), ConfigError> {
        let format = |field, format: Format, signed: bool, low: u32, remedy: &str| {
            if format.signed == signed && (low..=16).contains(&format.width) && (-16..=32).contains(&format.frac) {
                return Ok(());
            }
            Err(ConfigError::new(KIND, field, format!("is {format}"), remedy.to_owned()))
        };
        format("x", self.x, true, 2, "give a signed format of 2 to 16 bits, such as s8.4")?;
        format("s", self.s, false, 2, "give an unsigned format of 2 to 16 bits, such as u8.7")?;
        format("a", self.a, false, 1, "give an unsigned format of 1 to 16 bits, such as u8.7")?;
        if !(0..=self.s.width as i32).contains(&self.s.frac) {
            let remedy = format!("give it 0 to {} fraction bits", self.s.width);
            return Err(ConfigError::new(KIND, "s", format!("is {}", self.s), remedy));
        }
        let range = |field, value: u32, high: u32| {
            if (1..=high).contains(&value) {
                return Ok(());
            }
            Err(ConfigError::new(KIND, field, format!("is {value}"), format!("give a number from 1 to {high}")))
        };
        range("lanes", self.lanes, 64)?;
        range("max_channels", self.max_channels, 4096)?;
        range("max_tokens", self.max_tokens, 4096)?;
        range("max_heads", self.max_heads, 64)?;
        if !self.max_channels.is_multiple_of(self.lanes) {
            let reason = format!("is {}, no multiple of `lanes` = {}", self.max_channels, self.lanes);
            let remedy = format!("round it up to {}", self.max_channels.next_multiple_of(self.lanes));
            return Err(ConfigError::new(KIND, "max_channels", reason, remedy));
        }
        Ok(())
    }
}
