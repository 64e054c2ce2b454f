//! The integer forward pass of a quantised vision transformer.
//!
//! One schedule, [`run`], drives any [`Backend`], which does every job: matrix products, softmax, GELU, sigmoid, layer norm, residual
//! addition, the token classifier's means and scores, token selection, sorting. Three do: [`Reference`], by the models of the units of
//! [`spec::network::Units`] and, between them, the integer arithmetic of [`host`], defined to the bit; [`Core`], by the models of the units
//! of a core, which has one for everything; and verilated units. What a network's results are defined by is its
//! [`spec::network::Arithmetic`]; the two differ in the layer norm alone.
//!
//! What no backend is asked for moves values or is one addition:
//!
//! - cutting the image into patches, splitting and concatenating heads, transposing K, adding a format's difference to a row's shift
//!   before A·V, argmax over the logits;
//! - for token dropping: the sum over the heads of the class token's attention (e·mult/2^shift in u16.15, rounded half to
//!   even), gathering tokens by the sorter's indices, fusing the losers ([`host::weighted_mean`]).

mod attention;
mod backend;
mod core;
mod fit;
pub mod host;
mod layer;
mod prune;
mod reference;
mod schedule;
mod stream;

pub use backend::{AttentionRow, Backend, HeadLogit, Norm};
pub use core::Core;
pub use fit::fit_thresholds;
pub use reference::{Reference, UnitError};
pub use schedule::{Checkpoint, Trace, run};
