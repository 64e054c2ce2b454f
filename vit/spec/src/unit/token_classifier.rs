//! Configuration of `token_classifier`.

use serde::{Deserialize, Serialize};

use super::method::expect_format;
use super::{PlanSigmoid, Softmax};
use crate::{ConfigError, Delta, Format};

/// What HeatViT's multi-head token classifier does between its matrix products. Source: HeatViT (HPCA 2023), section IV-A and eq. 3.
///
/// The products run on `gemm_engine`, tokens × channels each, GELU behind all but the last of either branch:
///
/// | product | left operand | from |
/// |---|---|---|
/// | local, per head d → d/2 | x of the head's channels | the residual stream |
/// | score 1, per head d → d/2 | \[local, global\] | **`feature`** |
/// | score 2 and 3, per head d/2 → d/4 → 2 | | the one before |
/// | branch 1, h → h | channel means of each head | **`mean`** |
/// | branch 2, h → h | | the one before |
///
/// This unit makes the operands in bold, and of the results of score 3 and branch 2 the scores and weights of the heads, as
/// `token_selector` takes them on its stream `score`; eq. 3 itself, threshold and packager are there.
///
/// # A job
///
/// One beat on `cmd` starts a job: `tokens` N (1 to `max_tokens`), `heads` h (1 to `max_heads`). The three paths take their jobs
/// independently of each other, and run back to back. A command with a zero, or with more than the configuration has, is
/// taken and does nothing.
///
/// | stream | beats | fields |
/// |---|---|---|
/// | `in` (sink) | d/`x_lanes` a head, h heads a token, N tokens | `x`: `x_lanes` channels, lowest first |
/// | `mean` (source) | h a token, N tokens, `last` with a token's last head | `m` |
/// | `local` (sink) | d/2/`lanes` a token, N tokens, h heads | `f`: `lanes` features, lowest first |
/// | `feature` (source) | as `local`, `last` with a token's last beat | `local`, `global`: `lanes` features each |
/// | `logit` (sink) | h a token, N tokens | `keep`, `prune` (score 3), `gate` (branch 2) |
/// | `score` (source) | as `logit` | `s0`, `s1`, `a` |
///
/// One beat a cycle on each. Features of a head leave once all of its tokens are in and their means are divided,
/// [`Self::local_beats`]·(`feature`.width + 4) cycles; the next head comes in meanwhile.
///
/// # Arithmetic, exact to the bit
///
/// 1. `m` = mean of the head's d channels of x, rounded half to even once from x's binary point to m's, saturated.
/// 2. global = mean over the tokens of each local feature, rounded half to even.
/// 3. (s0, s1) = [`Softmax`] of the row (keep, prune), [`Self::softmax`]; a = [`PlanSigmoid`] of gate, [`Self::sigmoid`].
///
/// ```
/// use spec::unit::TokenClassifier;
/// let config = TokenClassifier::int8();
/// assert_eq!(config.module_name(), "token_classifier_s16f10_s8f5_s8f4_s16f12_u8f7_u8f7");
/// assert_eq!((config.x_beats(), config.local_beats()), (8, 4));
/// config.validate()?;
/// # Ok::<(), spec::ConfigError>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TokenClassifier {
    /// Format of a channel of the residual stream: signed, 2 to 16 bits.
    pub x: Format,
    /// Format of a channel mean: signed, 2 to 16 bits, no more than 8 fraction bits less or more than x.
    pub mean: Format,
    /// Format of a feature: signed, 2 to 16 bits.
    pub feature: Format,
    /// Format of the results of score 3 and branch 2: signed, 2 to 16 bits, at least one of them a fraction bit.
    pub logit: Format,
    /// Format of a head's score: unsigned, 7 to 16 fraction bits and one before the point.
    pub s: Format,
    /// Format of a head's weight: unsigned, 2 to 16 bits.
    pub a: Format,
    /// The softmax's δ2.
    #[serde(default)]
    pub delta2: Delta,
    /// Channels d of a head: a power of two, 4 to 256.
    #[serde(default = "sixty_four")]
    pub head_width: u32,
    /// Channels of a beat of `in`: a power of two up to d.
    #[serde(default = "eight")]
    pub x_lanes: u32,
    /// Features of a beat: a power of two up to d/2.
    #[serde(default = "eight")]
    pub lanes: u32,
    /// Most tokens of a job, 2 to 4096.
    #[serde(default = "tokens")]
    pub max_tokens: u32,
    /// Most heads of a job, 1 to 64.
    #[serde(default = "heads")]
    pub max_heads: u32,
}

fn sixty_four() -> u32 {
    64
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

const KIND: &str = "token_classifier";

impl TokenClassifier {
    /// int8 features, scores and weights u8.7, heads of 64 channels.
    pub fn int8() -> Self {
        let (x, mean) = (Format::signed(16, 10), Format::signed(8, 5));
        let (feature, logit, p) = (Format::signed(8, 4), Format::signed(16, 12), Format::unsigned(8, 7));
        Self {
            x,
            mean,
            feature,
            logit,
            s: p,
            a: p,
            delta2: Delta::ONE,
            head_width: sixty_four(),
            x_lanes: eight(),
            lanes: eight(),
            max_tokens: tokens(),
            max_heads: heads(),
        }
    }

    /// int8 features, scores and weights u16.15.
    pub fn int16() -> Self {
        let p = Format::unsigned(16, 15);
        Self { s: p, a: p, ..Self::int8() }
    }

    /// Beats of a head's channels.
    pub fn x_beats(&self) -> u32 {
        self.head_width / self.x_lanes
    }

    /// Beats of a token's local features, and of its head's global ones.
    pub fn local_beats(&self) -> u32 {
        self.head_width / 2 / self.lanes
    }

    /// The softmax over a head's two channels.
    pub fn softmax(&self) -> Softmax {
        Softmax { delta2: self.delta2, ..Softmax::new(self.logit, self.s) }
    }

    /// The sigmoid of the head-evaluation branch.
    pub fn sigmoid(&self) -> PlanSigmoid {
        PlanSigmoid::new(self.logit, self.a)
    }

    /// Formats x, mean, feature, logit, s, a, then what differs from the defaults of the sizes.
    pub fn module_name(&self) -> String {
        let formats = [self.x, self.mean, self.feature, self.logit, self.s, self.a].map(|f| f.ident()).join("_");
        let delta = if self.delta2 == Delta::ONE { String::new() } else { format!("_delta{}", self.delta2.ident()) };
        let sizes = [
            ("c", self.head_width, sixty_four()),
            ("x", self.x_lanes, eight()),
            ("l", self.lanes, eight()),
            ("t", self.max_tokens, tokens()),
            ("h", self.max_heads, heads()),
        ];
        let sizes = sizes.iter().filter(|(_, value, default)| value != default);
        let sizes: String = sizes.map(|(letter, value, _)| format!("_{letter}{value}")).collect();
        format!("{KIND}_{formats}{sizes}{delta}")
    }

    /// Refuses formats and sizes that the unit cannot be built for.
    pub fn validate(&self) -> Result<(), ConfigError> {
        let refuse =
            |field, value: u32, remedy: String| Err(ConfigError::new(KIND, field, format!("is {value}"), remedy));
        expect_format(KIND, "x", self.x, Some(true), 2..=16, -16..=32)?;
        expect_format(KIND, "mean", self.mean, Some(true), 2..=16, self.x.frac - 8..=self.x.frac + 8)?;
        expect_format(KIND, "feature", self.feature, Some(true), 2..=16, -16..=32)?;
        expect_format(KIND, "logit", self.logit, Some(true), 2..=16, 1..=24)?;
        expect_format(KIND, "s", self.s, Some(false), 8..=17, self.s.width as i32 - 1..=self.s.width as i32 - 1)?;
        expect_format(KIND, "a", self.a, Some(false), 2..=16, 1..=24)?;
        for (field, value, low, high) in [
            ("head_width", self.head_width, 4, 256),
            ("x_lanes", self.x_lanes, 1, self.head_width),
            ("lanes", self.lanes, 1, self.head_width / 2),
        ] {
            if !value.is_power_of_two() || !(low..=high).contains(&value) {
                return refuse(field, value, format!("give a power of two from {low} to {high}"));
            }
        }
        if !(2..=4096).contains(&self.max_tokens) {
            return refuse("max_tokens", self.max_tokens, "give 2 to 4096".to_owned());
        }
        if !(1..=64).contains(&self.max_heads) {
            return refuse("max_heads", self.max_heads, "give 1 to 64".to_owned());
        }
        let part = |field, error: ConfigError| ConfigError::new(KIND, field, error.reason, error.remedy);
        self.softmax().validate().map_err(|error| part("logit", error))?;
        self.sigmoid().validate().map_err(|error| part("a", error))
    }
}
