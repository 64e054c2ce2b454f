//! The models that are checked in.

use std::path::Path;

use spec::Delta;
use spec::network::{Architecture, Pruning};

use crate::{Checkpoint, CheckpointError};

/// Names of the models that come with the project.
pub const KNOWN: [&str; 2] = ["digits-heatvit", "digits-sdp"];

const HEATVIT: &[u8] = include_bytes!("../../checkpoints/digits-heatvit.safetensors");
const SDP: &[u8] = include_bytes!("../../checkpoints/digits-sdp.safetensors");

/// A name that is no model's.
#[derive(Debug, thiserror::Error)]
pub enum UnknownModel {
    /// Neither a known model nor a checkpoint file.
    #[error("unknown model `{0}`; write digits-heatvit, digits-sdp or the path of a .safetensors file")]
    Name(String),
    /// A checkpoint that can't be used.
    #[error(transparent)]
    Checkpoint(#[from] CheckpointError),
}

/// The architecture of a known model.
///
/// `digits-heatvit` has δ1 = δ2 = 0.5, as HeatViT uses them, and one token selector, before the third of its four
/// blocks: the paper never selects before the fourth of twelve blocks, and half-way keeps the same caution at this depth.
/// `digits-sdp` has δ1 = δ2 = 1 (SDP knows no δ) and drops tokens in its second and third block with r_t = 0.7.
///
/// ```
/// let arch = model::architecture("digits-sdp").unwrap();
/// assert_eq!((arch.delta1.value(), arch.depth), (1.0, 4));
/// ```
pub fn architecture(name: &str) -> Option<Architecture> {
    match name {
        "digits-heatvit" => Some(Architecture {
            delta1: Delta::HALF,
            delta2: Delta::HALF,
            ..Architecture::digits(Pruning::Heatvit { before: vec![2] })
        }),
        "digits-sdp" => Some(Architecture::digits(Pruning::Sdp { inside: vec![1, 2], keep_permille: 700 })),
        _ => None,
    }
}

/// The model of that name, or the checkpoint at that path.
///
/// ```
/// let error = model::named("digits-hetvit").unwrap_err();
/// assert!(error.to_string().starts_with("unknown model `digits-hetvit`; write digits-heatvit"));
/// ```
///
/// # Errors
/// [`UnknownModel`].
pub fn named(name: &str) -> Result<Checkpoint, UnknownModel> {
    match name {
        "digits-heatvit" => Ok(Checkpoint::from_bytes(name, HEATVIT)?),
        "digits-sdp" => Ok(Checkpoint::from_bytes(name, SDP)?),
        _ if Path::new(name).extension().is_some_and(|e| e == "safetensors") => Ok(Checkpoint::read(Path::new(name))?),
        _ => Err(UnknownModel::Name(name.to_owned())),
    }
}

/// Refuses a digit classifier's name if it is unknown, or its architecture if it is not that model's.
pub(crate) fn expected(name: &str, arch: &Architecture) -> Result<(), String> {
    match architecture(name) {
        None if !name.starts_with("digits-") => Ok(()),
        None => Err(format!("names the unknown model `{name}` (known: {})", KNOWN.join(", "))),
        Some(known) if known != *arch => Err(format!("gives `{name}` another architecture than that model has")),
        Some(_) => Ok(()),
    }
}
