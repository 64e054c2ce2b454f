//! The accelerator's core: its configuration, the sizes that follow from it, and the program that it runs.

mod accelerator;
mod beside;
mod counts;
mod fault;
mod header;
mod program;
mod validate;

pub use accelerator::Accelerator;
pub use counts::Counts;
pub use fault::{Fault, Response};
pub use header::Header;
pub use program::{
    Destination, FieldLayout, Instruction, Layout, MatrixJob, Rows, Source, VectorJob, VectorOp, Weights,
};

use serde::{Deserialize, Serialize};

use crate::network::CoreUnits;
use crate::unit::lane_dsp;
use crate::unit::{Elementwise, Gelu, GemmEngine, LayerNorm, Softmax, TokenClassifier, TokenSelector};
use crate::{Delta, Format, config_hash};

/// What one core can hold, and the formats that its units are built for. A network of any shape within the maxima runs on it.
///
/// The array's T_i is the width of an attention head, and its groups work on a head each, so that the keys, values and scores of
/// a head belong to one group and need no crossbar.
///
/// # Softmax
///
/// Scores x are 16-bit integers with [`Self::score_frac`] fraction bits. With M the row's maximum:
///
/// 1. u = min(round(32·(M − x)), 255), halves up: the distance in [`Self::DISTANCE`], saturated.
/// 2. e = round(127·exp(−u/32)), a table of 256 entries.
/// 3. `mult`, `shift` = δ2/Σe as [`Softmax`] has it in its unnormalised form.
///
/// Source: HeatViT (HPCA 2023), eq. 7, with the exponential itself in the table in place of its parabola.
///
/// ```
/// use spec::accel::Core;
/// let core = Core::small();
/// core.validate()?;
/// assert_eq!((core.word_bytes(), core.chunk_bytes(), core.segments()), (48, 4, 2));
/// # Ok::<(), spec::ConfigError>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Core {
    /// T_i, T_o, T_h: width of a head, columns of a tile, groups.
    pub t_i: u32,
    /// Columns of a tile: a power of two from 4 to 16, at most half of `t_i`.
    pub t_o: u32,
    /// Groups, and heads that attention works on at a time.
    pub t_h: u32,
    /// Rows of weights that a group loads in a cycle.
    pub load_rows: u32,
    /// Most tokens, a power of two up to 256.
    pub max_tokens: u32,
    /// Most channels of a token: a multiple of `t_i`·`t_h`, at most [`Self::GROUP_HEADS`] of it.
    pub max_embed: u32,
    /// Most channels of a hidden layer: a multiple of `t_i`·`t_h`, at most [`Self::ROW_WORDS`] of it.
    pub max_mlp: u32,
    /// Format of the residual stream: 16 bits.
    pub residual: Format,
    /// Format of a normalised channel: 8 bits.
    pub norm: Format,
    /// ε of the layer norm in units of the residual's LSB squared.
    pub epsilon: u32,
    /// GELU behind the array: 16 bits to 8.
    pub gelu: Gelu,
    /// Whether what a lane multiplies beside the array is in DSPs, or in LUTs: scaling of results, GELU, layer norm, token selector.
    #[serde(default = "lane_dsp::yes", skip_serializing_if = "lane_dsp::is_yes")]
    pub lane_dsp: bool,
    /// Fraction bits of an attention score, 5 to 15.
    pub score_frac: i32,
    /// δ2 of the softmax.
    #[serde(default)]
    pub delta2: Delta,
    /// Format of a channel mean in the token classifier: 8 bits.
    #[serde(default = "mean")]
    pub mean: Format,
    /// Format of the token classifier's logits: 16 bits.
    #[serde(default = "logit")]
    pub logit: Format,
    /// Bits of an address in memory, 32 to 64.
    pub address_bits: u32,
}

fn mean() -> Format {
    Format::signed(8, 5)
}

fn logit() -> Format {
    Format::signed(16, 12)
}

const KIND: &str = "core";

impl Core {
    /// Format of a score's distance from its row's maximum, as the table of exponentials takes it.
    pub const DISTANCE: Format = Format::unsigned(8, 5);

    /// Most heads of a group: what an instruction's index tells apart.
    pub const GROUP_HEADS: u32 = 16;

    /// Words of the longest row of activations: what an instruction's stride can say.
    pub const ROW_WORDS: u32 = 63;

    /// Cycles between the last weights of a pass and the first of the next.
    const PASS_SLACK: u32 = 4;

    /// The digit classifiers' size: heads of 16 channels, D = 48.
    pub fn small() -> Self {
        Self {
            t_i: 16,
            t_o: 4,
            t_h: 3,
            load_rows: 2,
            max_tokens: 32,
            max_embed: 48,
            max_mlp: 96,
            residual: Format::signed(16, 10),
            norm: Format::signed(8, 5),
            epsilon: 1,
            gelu: Gelu::new(Format::signed(16, 11), Format::signed(8, 4)),
            lane_dsp: true,
            score_frac: 9,
            delta2: Delta::ONE,
            mean: mean(),
            logit: logit(),
            address_bits: 40,
        }
    }

    /// HeatViT on the ZCU102: DeiT-T, -S, -B and LV-ViT-S, 3072 multiply-accumulates a cycle. Beside the array lanes multiply in LUTs, so that 99 in 100 DSPs are the array's.
    pub fn zcu102() -> Self {
        let sizes = Self { t_i: 64, t_o: 16, max_tokens: 256, max_embed: 768, max_mlp: 3072, ..Self::small() };
        Self { lane_dsp: false, score_frac: 11, ..sizes }
    }

    /// HeatViT on the ZCU102 for DeiT-B, the number of whose heads four divides: 4096 multiply-accumulates a cycle.
    pub fn zcu102_wide() -> Self {
        Self { t_h: 4, ..Self::zcu102() }
    }

    /// The array.
    pub fn array(&self) -> GemmEngine {
        let gelu = Some(Gelu { lane_dsp: self.lane_dsp, ..self.gelu.clone() });
        let base = GemmEngine::new(self.t_i, self.t_o, self.t_h);
        GemmEngine { load_rows: self.load_rows, gelu, max_m: self.max_tokens, requantise_dsp: self.lane_dsp, ..base }
    }

    /// The layer norm, T_o channels a beat.
    pub fn layer_norm(&self) -> LayerNorm {
        let base = LayerNorm::new(self.residual, self.norm, self.t_o);
        LayerNorm { max_width: self.max_embed, epsilon: self.epsilon, lane_dsp: self.lane_dsp, ..base }
    }

    /// The softmax whose unnormalised form defines `mult` and `shift` of a row.
    pub fn softmax(&self) -> Softmax {
        Softmax { delta2: self.delta2, ..Softmax::unnormalised(Format::signed(16, self.score_frac)) }
    }

    /// The token classifier's arithmetic between its products.
    pub fn classifier(&self) -> TokenClassifier {
        TokenClassifier {
            x: self.residual,
            mean: self.mean,
            logit: self.logit,
            feature: self.gelu.y,
            head_width: self.t_i,
            x_lanes: self.t_o,
            lanes: self.t_o.min(self.t_i / 2),
            max_tokens: self.max_tokens,
            max_heads: self.max_heads(),
            ..TokenClassifier::int16()
        }
    }

    /// The token selector, T_o channels a beat.
    pub fn selector(&self) -> TokenSelector {
        let (x, s, a) = (self.residual, self.classifier().s, self.classifier().a);
        let base = TokenSelector::int16(self.max_embed, self.t_o);
        TokenSelector {
            x,
            s,
            a,
            max_tokens: self.max_tokens,
            max_heads: self.max_heads(),
            lane_dsp: self.lane_dsp,
            ..base
        }
    }

    /// What a network for this core is quantised for.
    ///
    /// ```
    /// let units = spec::accel::Core::small().units();
    /// units.validate()?;
    /// assert_eq!(units.engine.macs(), 192);
    /// # Ok::<(), spec::ConfigError>(())
    /// ```
    pub fn units(&self) -> CoreUnits {
        let base = CoreUnits::new(self.array(), self.max_embed, self.t_i);
        let (x, y) = (self.residual, self.residual);
        CoreUnits {
            softmax: Softmax { x: self.softmax().x, delta2: self.delta2, ..base.softmax },
            layer_norm: self.layer_norm(),
            residual_add: Elementwise { x, y, ..base.residual_add },
            scale: Elementwise { x, ..base.scale },
            classifier: self.classifier(),
            selector: self.selector(),
            ..base
        }
    }

    /// Most heads.
    pub const fn max_heads(&self) -> u32 {
        self.max_embed / self.t_i
    }

    /// Bytes of a word of activations: T_h heads.
    pub const fn word_bytes(&self) -> u32 {
        self.t_i * self.t_h
    }

    /// Bytes that are written at a time: a tile's columns.
    pub const fn chunk_bytes(&self) -> u32 {
        self.t_o
    }

    /// Tiles of a head's channels.
    pub const fn head_tiles(&self) -> u32 {
        self.t_i / self.t_o
    }

    /// Segments of T_i scores in the longest row.
    pub const fn segments(&self) -> u32 {
        self.max_tokens.div_ceil(self.t_i)
    }

    /// Heads of a group.
    pub const fn group_heads(&self) -> u32 {
        self.max_embed / self.word_bytes()
    }

    /// Words of normalised rows: besides the rows one for the means of a row's heads, and the features' means.
    pub const fn norm_words(&self) -> u32 {
        self.max_tokens * (self.group_heads() + 1) + self.group_heads()
    }

    /// Word of the first heads' feature means among the normalised rows.
    pub const fn feature_means(&self) -> u32 {
        self.norm_words() - self.group_heads()
    }

    /// Words of activations: queries and context, or a hidden layer.
    pub const fn act_words(&self) -> u32 {
        let attention = 2 * self.max_embed;
        let most = if attention > self.max_mlp { attention } else { self.max_mlp };
        self.max_tokens * most / self.word_bytes()
    }

    /// Tiles of a row of the residual stream.
    pub const fn residual_tiles(&self) -> u32 {
        self.max_embed / self.t_o
    }

    /// The fewest tokens of which [`Rows::Even`] and [`Rows::Odd`] are halves. With fewer, a pass over a half would be done before
    /// the next one's weights are there: all rows are even then. With keys or values as weights, a row of which comes a
    /// cycle, it is more.
    ///
    /// ```
    /// let core = spec::accel::Core::zcu102();
    /// assert_eq!((core.halved_from(false), core.halved_from(true)), (72, 136));
    /// ```
    pub const fn halved_from(&self, operands: bool) -> u32 {
        let cycles = if operands { self.t_i } else { self.t_i / self.load_rows };
        2 * (cycles + Self::PASS_SLACK)
    }

    /// Bits of a beat on each of the core's ports to memory: what a group's weights take in a cycle.
    pub const fn beat_bits(&self) -> u32 {
        8 * self.load_rows * self.t_o
    }

    /// `i16_o4_h3_t32_d48_m96`: the array, most tokens, channels and hidden channels, and `_lut` where lanes multiply in LUTs.
    pub fn ident(&self) -> String {
        let Self { t_i, t_o, t_h, max_tokens, max_embed, max_mlp, .. } = self;
        let lut = lane_dsp::suffix(self.lane_dsp);
        format!("i{t_i}_o{t_o}_h{t_h}_t{max_tokens}_d{max_embed}_m{max_mlp}{lut}")
    }

    /// What tells its programs from those of other cores: the first 64 bits of its configuration's hash, as
    /// [`config_hash`] has it.
    ///
    /// ```
    /// use spec::{accel::Core, config_hash};
    /// assert_eq!(format!("{:016x}", Core::small().hash()), config_hash(&Core::small()));
    /// ```
    pub fn hash(&self) -> u64 {
        u64::from_str_radix(&config_hash(self), 16).unwrap_or_default()
    }

    /// `core_` and [`Self::ident`].
    pub fn module_name(&self) -> String {
        format!("{KIND}_{}", self.ident())
    }
}
