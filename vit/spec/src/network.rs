//! Networks as plain data: the architecture that is trained, and the integers that run on the units.

use serde::{Deserialize, Serialize};

use crate::unit::{BitonicSort, Gelu, PlanSigmoid, Softmax, SystolicGemm, TokenSelector, UnitConfig};
use crate::{Delta, Format};

/// The shape of a vision transformer, its nonlinear functions' δ and where it prunes tokens. Pre-norm encoder:
/// X′ = MSA(LN(X)) + X; X = MLP(LN(X′)) + X′.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Architecture {
    /// Side of the square grey image, in pixels.
    pub image: usize,
    /// Side of a square patch, in pixels.
    pub patch: usize,
    /// Width D of a token.
    pub embed: usize,
    /// Attention heads h; a head is D/h wide.
    pub heads: usize,
    /// Encoder blocks.
    pub depth: usize,
    /// Width of the MLP's hidden layer.
    pub mlp: usize,
    /// Classes.
    pub classes: usize,
    /// δ1 of the GELU approximation (HeatViT eq. 5).
    pub delta1: Delta,
    /// δ2 of the softmax approximation (HeatViT eq. 7).
    pub delta2: Delta,
    /// How tokens are pruned.
    pub pruning: Pruning,
}

impl Architecture {
    /// Image patches, without the class token.
    ///
    /// ```
    /// let digits = spec::network::Architecture::digits(spec::network::Pruning::None);
    /// assert_eq!((digits.patches(), digits.tokens(), digits.head_width()), (16, 17, 16));
    /// ```
    pub fn patches(&self) -> usize {
        (self.image / self.patch) * (self.image / self.patch)
    }

    /// Tokens that enter the first block: the class token and the patches.
    pub fn tokens(&self) -> usize {
        self.patches() + 1
    }

    /// Width of a head, d = D/h.
    pub fn head_width(&self) -> usize {
        self.embed / self.heads
    }

    /// The digit classifiers' shape: 8×8 images, 2×2 patches, D = 48, three heads, four blocks, δ1 = δ2 = 1.
    pub fn digits(pruning: Pruning) -> Self {
        Self {
            image: 8,
            patch: 2,
            embed: 48,
            heads: 3,
            depth: 4,
            mlp: 96,
            classes: 10,
            delta1: Delta::ONE,
            delta2: Delta::ONE,
            pruning,
        }
    }
}

/// How a network prunes tokens. Blocks count from 0.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub enum Pruning {
    /// Not at all.
    None,
    /// HeatViT's token selectors, each before one of the blocks `before`.
    Heatvit {
        /// The blocks that a selector precedes, ascending; never 0.
        before: Vec<usize>,
    },
    /// SDP's token dropping by the class token's attention, between MSA and MLP of the blocks `inside`.
    Sdp {
        /// The blocks that drop tokens, ascending.
        inside: Vec<usize>,
        /// r_t in thousandths: ⌈(N−1)·r_t⌉ tokens stay beside the class token.
        keep_permille: usize,
    },
}

/// A fully connected layer in integers: Y = requantise(X·W + b).
///
/// y = saturate(round_half_even((acc + bias) · mult / 2^shift)), `mult` and `shift` per output.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Linear {
    /// Columns of X.
    pub inputs: usize,
    /// Columns of Y.
    pub outputs: usize,
    /// W, `inputs` × `outputs` row by row, −127…127, scaled per output.
    pub weight: Vec<i8>,
    /// One bias per output, in the accumulator's LSB.
    pub bias: Vec<i32>,
    /// One multiplier per output.
    pub mult: Vec<u16>,
    /// One shift per output, 0…63.
    pub shift: Vec<u8>,
    /// Format of X, 8 bits.
    pub x: Format,
    /// Format of Y, 8 or 16 bits.
    pub y: Format,
}

/// One encoder block. The affine part of each layer norm is folded into the layer that follows it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Block {
    /// D → D.
    pub query: Linear,
    /// D → D.
    pub key: Linear,
    /// D → D.
    pub value: Linear,
    /// Multiplier that takes Q·Kᵀ/√d into the softmax's input format.
    pub score_mult: u16,
    /// Its shift.
    pub score_shift: u8,
    /// Format of A·V, 8 bits.
    pub context: Format,
    /// D → D, into the residual format.
    pub proj: Linear,
    /// D → MLP width, into the GELU's input format.
    pub fc1: Linear,
    /// MLP width → D, into the residual format.
    pub fc2: Linear,
}

/// HeatViT's multi-head token classifier with head-evaluation branch (section IV-A), in integers. Score channel 0 is
/// "keep".
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Classifier {
    /// The block that it precedes, from 0.
    pub before: usize,
    /// Format that the residual stream enters the classifier in, 8 bits.
    pub x: Format,
    /// Format of the per-head channel mean, 8 bits.
    pub mean: Format,
    /// Per head d → d/2 (GELU follows): local features.
    pub local: Vec<Linear>,
    /// Per head d → d/2 (GELU follows) on [local, global].
    pub score1: Vec<Linear>,
    /// Per head d/2 → d/4 (GELU follows).
    pub score2: Vec<Linear>,
    /// Per head d/4 → 2 (softmax follows).
    pub score3: Vec<Linear>,
    /// h → h (GELU follows) on the per-head channel means.
    pub branch1: Linear,
    /// h → h (sigmoid follows).
    pub branch2: Linear,
}

/// The units that a network's jobs run on.
#[derive(Clone, Debug, PartialEq)]
pub struct Units {
    /// Every matrix product.
    pub gemm: SystolicGemm,
    /// Attention rows, unnormalised form.
    pub softmax: Softmax,
    /// Every GELU.
    pub gelu: Gelu,
    /// The head-evaluation branch's sigmoid.
    pub sigmoid: Option<PlanSigmoid>,
    /// The token classifier's softmax over two channels, normalised form.
    pub classifier_softmax: Option<Softmax>,
    /// Score, threshold and packager.
    pub token_selector: Option<TokenSelector>,
    /// One sorter per token-dropping block, in order.
    pub sorters: Vec<BitonicSort>,
}

impl Units {
    /// All of them, without repetition, in the order of the fields.
    pub fn configs(&self) -> Vec<UnitConfig> {
        let mut configs: Vec<UnitConfig> =
            vec![self.gemm.clone().into(), self.softmax.clone().into(), self.gelu.clone().into()];
        configs.extend(self.sigmoid.clone().map(UnitConfig::from));
        configs.extend(self.classifier_softmax.clone().map(UnitConfig::from));
        configs.extend(self.token_selector.clone().map(UnitConfig::from));
        for sorter in self.sorters.iter().cloned().map(UnitConfig::from) {
            if !configs.contains(&sorter) {
                configs.push(sorter);
            }
        }
        configs
    }
}

/// A quantised network.
#[derive(Clone, Debug, PartialEq)]
pub struct Network {
    /// Its name, such as `digits-heatvit`.
    pub name: String,
    /// The architecture that it was trained as.
    pub arch: Architecture,
    /// Format of pixels, 8 bits.
    pub pixel: Format,
    /// Format of the residual stream, 16 bits.
    pub residual: Format,
    /// Format of a layer norm's output, 8 bits.
    pub norm: Format,
    /// ε of the layer norms in squared LSBs of the residual stream.
    pub norm_epsilon: u64,
    /// Pixels of a patch, row by row → D, into the residual format.
    pub patch: Linear,
    /// The class token, position added: D values in the residual format.
    pub class_token: Vec<i16>,
    /// Position embeddings of the patches, patches × D, in the residual format.
    pub position: Vec<i16>,
    /// The encoder blocks.
    pub blocks: Vec<Block>,
    /// HeatViT's classifiers, ascending by `before`; empty for other networks.
    pub classifiers: Vec<Classifier>,
    /// D → classes on the class token after the last layer norm; 16-bit logits.
    pub head: Linear,
    /// The units that it runs on.
    pub units: Units,
}
