//! Configuration of `tdhm`.

use serde::{Deserialize, Serialize};

use super::method::expect_format;
use super::{Organisation, TopK};
use crate::{ConfigError, Format};

/// Token dropping hardware module: keeps the tokens to which the class token attends most and fuses the others into one, so that
/// the next layer sees a dense matrix.
///
/// # A job
///
/// One beat on `cmd` starts a job: `tokens` N (2 to `max_tokens`, the class token among them), `k` (tokens to keep beside the class
/// token, ⌈(N−1)·r_t⌉; more than there are means all), `heads` H (1 to `max_heads`), `beats` (channels D over `lanes`, 1 to
/// `max_channels / lanes`). A beat with any other size is taken and does nothing. Jobs run back to back: while the tokens of one leave,
/// those of the next come in.
///
/// | stream | beats | fields |
/// |---|---|---|
/// | `attention` (sink) | H rows of N, head by head | `a`: the class token's attention to each token, itself first (ignored) |
/// | `in` (sink) | `beats` per token, N tokens | `x`: `lanes` channels, lowest first |
/// | `decision` (source) | one per token but the class token, `last` at the end | `id_old`, `id_new` (1 to N − 1), `keep` |
/// | `out` (source) | `beats` per token; `last` with the job's last beat | `y`: `lanes` channels |
///
/// `attention` and `in` of a job may come in any order and at once. `decision` comes in the order of `id_new`.
///
/// # What comes out
///
/// The class token, the k kept tokens in the order of `id_new` (that of the organisation, see [`TopK`]), and the fused token: 1 + k + 1
/// rows. Where all are kept (k ≥ N − 1) there is no fused token, and 1 + (N − 1) rows come out; with k = 0 class token and fused token do.
///
/// # Arithmetic, exact to the bit
///
/// 1. S = Σ a over the heads. The paper's mean is S/H: a common factor changes neither the order nor a weighted average, so it is never formed.
/// 2. The k highest S are kept, of equal ones those of lower index; the class token takes no part.
/// 3. A channel of the fused token is Σ S·x / Σ S over the tokens that are not kept, rounded half to even once. Where all their S
///    are 0 it is their plain mean.
///
/// With `selector = "merge_exchange"` and a `k_max`, jobs must not ask for more than `k_max`.
///
/// Source: "Accelerating ViT Inference on FPGA through Static and Dynamic Pruning" (IPDPSW 2024), sections IV-B and V.
///
/// ```
/// use spec::unit::{Organisation, Tdhm};
/// let config = Tdhm { max_heads: 6, max_tokens: 197, ..Tdhm::int16(384, 8) };
/// assert_eq!(config.module_name(), "tdhm_s16f12_u16f15_l8_d384_t197_h6_radix_select");
/// assert_eq!(config.selector(), spec::unit::TopK::new(196, 19, Organisation::RadixSelect));
/// config.validate()?;
/// # Ok::<(), spec::ConfigError>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Tdhm {
    /// Format of a channel of a token, signed, 2 to 16 bits.
    pub x: Format,
    /// Format of a head's attention, unsigned, 1 to 16 bits.
    pub a: Format,
    /// Channels per beat, 1 to 64.
    #[serde(default = "eight")]
    pub lanes: u32,
    /// Most channels of a token, a multiple of `lanes`, to 4096.
    pub max_channels: u32,
    /// Most tokens of a job, 3 to 256.
    #[serde(default = "tokens")]
    pub max_tokens: u32,
    /// Most heads of a job, 1 to 64.
    #[serde(default = "heads")]
    pub max_heads: u32,
    /// How the tokens to keep are found.
    #[serde(default = "radix")]
    pub organisation: Organisation,
    /// Comparators of `bitonic_shared`, see [`TopK::units`].
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub units: Option<u32>,
    /// The largest k of a job, for `merge_exchange` only, see [`TopK::k_max`].
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub k_max: Option<u32>,
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

fn radix() -> Organisation {
    Organisation::RadixSelect
}

const KIND: &str = "tdhm";

impl Tdhm {
    /// Tokens s16.12, attention u16.15, radix select.
    pub fn int16(max_channels: u32, lanes: u32) -> Self {
        Self {
            x: Format::signed(16, 12),
            a: Format::unsigned(16, 15),
            lanes,
            max_channels,
            max_tokens: tokens(),
            max_heads: heads(),
            organisation: radix(),
            units: None,
            k_max: None,
        }
    }

    /// Tokens s8.4, attention u16.15, radix select.
    pub fn int8(max_channels: u32, lanes: u32) -> Self {
        Self { x: Format::signed(8, 4), ..Self::int16(max_channels, lanes) }
    }

    /// Beats of the longest token.
    pub fn max_beats(&self) -> u32 {
        self.max_channels / self.lanes
    }

    /// Bits of a token's score, the sum over the heads.
    pub fn score_width(&self) -> u32 {
        let largest = u64::from(self.max_heads) * ((1 << self.a.width) - 1);
        u64::BITS - largest.leading_zeros()
    }

    /// The selector inside: of all tokens but the class token.
    pub fn selector(&self) -> TopK {
        let plain = TopK::new(self.max_tokens - 1, self.score_width(), self.organisation);
        TopK { units: self.units, k_max: self.k_max, ..plain }
    }

    /// `tdhm_s16f12_u16f15_l8_d384_t197_h6_radix_select`: formats x and a, lanes, the largest sizes, the selector with what differs
    /// from its defaults.
    pub fn module_name(&self) -> String {
        let (x, a, organisation) = (self.x.ident(), self.a.ident(), self.organisation.name());
        let (lanes, d, t, h) = (self.lanes, self.max_channels, self.max_tokens, self.max_heads);
        let mut name = format!("{KIND}_{x}_{a}_l{lanes}_d{d}_t{t}_h{h}_{organisation}");
        let choices = [("_p", self.units), ("_top", self.k_max)];
        name.extend(choices.iter().filter_map(|(what, n)| Some(format!("{what}{}", (*n)?))));
        name
    }

    /// Refuses formats and sizes that the unit cannot be built for.
    pub fn validate(&self) -> Result<(), ConfigError> {
        expect_format(KIND, "x", self.x, Some(true), 2..=16, -16..=32)?;
        expect_format(KIND, "a", self.a, Some(false), 1..=16, -16..=32)?;
        let range = |field, value: u32, low: u32, high: u32| {
            if (low..=high).contains(&value) {
                return Ok(());
            }
            Err(ConfigError::new(KIND, field, format!("is {value}"), format!("give {low} to {high}")))
        };
        range("lanes", self.lanes, 1, 64)?;
        range("max_tokens", self.max_tokens, 3, 256)?;
        range("max_heads", self.max_heads, 1, 64)?;
        range("max_channels", self.max_channels, 1, 4096)?;
        if !self.max_channels.is_multiple_of(self.lanes) {
            let reason = format!("is {}, which is no multiple of `lanes` = {}", self.max_channels, self.lanes);
            let remedy = format!("round it up to {}", self.max_channels.next_multiple_of(self.lanes));
            return Err(ConfigError::new(KIND, "max_channels", reason, remedy));
        }
        self.selector().validate().map_err(|error| ConfigError { kind: KIND, ..error })
    }
}
