//! Networks as plain data: the architecture that is trained, and the integers that run on the units.

mod architecture;
mod units;

pub use architecture::{Architecture, Pruning};
pub use units::{Arithmetic, CoreUnits, Units};

use crate::Format;

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

impl Linear {
    /// A layer of that shape and those formats that has no weights: for what only asks how large it is.
    pub fn unweighted(inputs: usize, outputs: usize, x: Format, y: Format) -> Self {
        Self { inputs, outputs, weight: vec![], bias: vec![], mult: vec![], shift: vec![], x, y }
    }
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
    /// The share of "keep" in the softmax of a token's score from which on it stays, in [`TokenSelector::THRESHOLD`].
    ///
    /// [`TokenSelector::THRESHOLD`]: crate::unit::TokenSelector::THRESHOLD
    pub threshold: u32,
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
    /// ε of the layer norms in squared LSBs of the residual stream; that of [`Arithmetic::Core`] is its unit's own.
    pub norm_epsilon: u64,
    /// Values of a patch → D, into the residual format.
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
    /// The arithmetic that its results are defined by.
    pub arithmetic: Arithmetic,
}
