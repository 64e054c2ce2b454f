//! The integer forward pass of a quantised vision transformer.
//!
//! One schedule, [`run`], drives any [`Backend`]: the reference models ([`Reference`]) or verilated units. Every matrix
//! product, softmax, GELU, sigmoid, token selection and sort is a job of the backend. What stays on the host is integer
//! arithmetic too, defined to the bit in [`host`]:
//!
//! - cutting the image into patches; adding positions (saturating) and residuals (saturating);
//! - layer norm without its affine part ([`host::layer_norm`]), which is folded into the following layer's weights;
//! - splitting and concatenating heads, transposing K, adding a format's difference to a row's shift before A·V;
//! - for the token classifier: residual stream to 8 bits ([`host::requantise`]), per-head channel means
//!   ([`host::means`]), mean of the local features over the tokens ([`host::row_mean`]), concatenation;
//! - for token dropping: the sum over the heads of the class token's attention (e·mult/2^shift in u16.15, rounded half to
//!   even), gathering tokens by the sorter's indices, fusing the losers ([`host::weighted_mean`]);
//! - argmax over the logits.

mod attention;
mod backend;
pub mod host;
mod layer;
mod prune;
mod reference;
mod schedule;
mod stream;

pub use backend::{AttentionRow, Backend};
pub use reference::{Reference, UnitError};
pub use schedule::{Checkpoint, Trace, run};
