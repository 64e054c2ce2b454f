//! Trained networks in safetensors files.

use std::collections::{BTreeMap, HashMap};
use std::path::{Path, PathBuf};

use safetensors::tensor::{Dtype, SafeTensors, TensorView};
use serde::{Deserialize, Serialize};
use spec::network::Architecture;

use crate::{Calibration, known, parameters};

/// The version of the checkpoints' contents.
pub const VERSION: u32 = 1;
pub(crate) const KEY: &str = "espalier";
const RECORDED: &str = "recorded.logits";

/// A tensor of `f32`, row by row.
#[derive(Clone, Debug, PartialEq)]
pub struct Tensor {
    /// Its dimensions.
    pub shape: Vec<usize>,
    /// Its values.
    pub data: Vec<f32>,
}

/// A trained network: float parameters, architecture, calibrated activation formats, and the class scores that the
/// training program computed for the first training images.
#[derive(Clone, Debug, PartialEq)]
pub struct Checkpoint {
    /// Its name; those that start with `digits-` are the known models'.
    pub name: String,
    /// The network's shape, with δ1 and δ2.
    pub arch: Architecture,
    /// Formats of the activations.
    pub calibration: Calibration,
    /// How it was trained, in words.
    pub training: String,
    /// Parameters by name, as [`parameters`] lists them.
    pub tensors: BTreeMap<String, Tensor>,
    /// Images × classes: the training program's own scores of the first training images.
    pub recorded: Tensor,
}

/// A checkpoint that can't be used.
#[derive(Debug, thiserror::Error)]
pub enum CheckpointError {
    /// The file can't be read or written.
    #[error("cannot {verb} checkpoint {}: {source}; check the path and its permissions", path.display())]
    File {
        /// `read` or `write`.
        verb: &'static str,
        /// The path.
        path: PathBuf,
        /// What the system said.
        source: std::io::Error,
    },
    /// Not a whole safetensors file.
    #[error(
        "{place} is not a complete safetensors file ({reason}); it may be truncated: fetch it again, or train anew"
    )]
    Container {
        /// The file.
        place: String,
        /// What is wrong.
        reason: String,
    },
    /// The metadata is missing or of another shape.
    #[error("{place}: metadata `{KEY}` {reason}; write checkpoints with the training program of this version")]
    Metadata {
        /// The file.
        place: String,
        /// What is wrong.
        reason: String,
    },
    /// A tensor is not as the architecture wants it.
    #[error("{place}: tensor `{tensor}` {reason}; expected {expected}")]
    Tensor {
        /// The file.
        place: String,
        /// Its name.
        tensor: String,
        /// What is wrong.
        reason: String,
        /// What would be right.
        expected: String,
    },
    /// A quantised network's metadata is missing, of another shape or contradicted by its tensors.
    #[error("{place}: metadata `espalier-network` {reason}; quantise the network anew with this version")]
    Network {
        /// The file.
        place: String,
        /// What is wrong.
        reason: String,
    },
    /// A configuration beside a checkpoint is wrong, or one is missing.
    #[error("{place}: {reason}; {remedy}")]
    Config {
        /// The file.
        place: String,
        /// What is wrong.
        reason: String,
        /// What would be right.
        remedy: String,
    },
    /// A network that is none of ours.
    #[error("{place} {reason}; {remedy}")]
    Unsupported {
        /// The file.
        place: String,
        /// What it is.
        reason: String,
        /// What to give instead.
        remedy: String,
    },
    /// A shape that no units compute.
    #[error("{place}: {source}")]
    Architecture {
        /// The file.
        place: String,
        /// What is wrong with it.
        source: spec::ConfigError,
    },
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Metadata {
    version: u32,
    model: String,
    architecture: Architecture,
    calibration: Calibration,
    training: String,
}

impl Checkpoint {
    /// Reads a checkpoint file.
    ///
    /// # Errors
    /// [`CheckpointError`]: unreadable, truncated, unknown model, a tensor missing or of another shape or type.
    pub fn read(path: &Path) -> Result<Self, CheckpointError> {
        let bytes = std::fs::read(path).map_err(|source| CheckpointError::File {
            verb: "read",
            path: path.to_owned(),
            source,
        })?;
        Self::from_bytes(&path.display().to_string(), &bytes)
    }

    /// Reads a checkpoint from memory; `place` names it in errors.
    ///
    /// ```
    /// let error = model::Checkpoint::from_bytes("my.safetensors", b"too short").unwrap_err();
    /// assert!(error.to_string().starts_with("my.safetensors is not a complete safetensors file"));
    /// ```
    ///
    /// # Errors
    /// As [`Checkpoint::read`].
    pub fn from_bytes(place: &str, bytes: &[u8]) -> Result<Self, CheckpointError> {
        let container = |e: safetensors::SafeTensorError| CheckpointError::Container {
            place: place.to_owned(),
            reason: e.to_string(),
        };
        let metadata = |reason: String| CheckpointError::Metadata { place: place.to_owned(), reason };
        let (_, header) = SafeTensors::read_metadata(bytes).map_err(container)?;
        let file = SafeTensors::deserialize(bytes).map_err(container)?;
        let text = header.metadata().as_ref().and_then(|m| m.get(KEY)).ok_or_else(|| metadata("is missing".into()))?;
        let head: Metadata = serde_json::from_str(text).map_err(|e| metadata(format!("cannot be understood ({e})")))?;
        if head.version != VERSION {
            return Err(metadata(format!("is of version {}, not {VERSION}", head.version)));
        }
        known::expected(&head.model, &head.architecture).map_err(&metadata)?;
        let refused = |source| CheckpointError::Architecture { place: place.to_owned(), source };
        head.architecture.validate().map_err(refused)?;

        let mut tensors = BTreeMap::new();
        for (name, shape) in parameters(&head.architecture) {
            let tensor = tensor(place, &file, &name, &shape)?;
            tensors.insert(name, tensor);
        }
        let images = file.tensor(RECORDED).ok().and_then(|t| t.shape().first().copied()).unwrap_or(1);
        let recorded = tensor(place, &file, RECORDED, &[images, head.architecture.classes])?;
        if let Some(name) = file.names().into_iter().find(|n| !tensors.contains_key(*n) && *n != RECORDED) {
            return Err(CheckpointError::Tensor {
                place: place.to_owned(),
                tensor: name.to_owned(),
                reason: "belongs to no layer".into(),
                expected: format!("only the tensors of `{}`", head.model),
            });
        }
        Ok(Self {
            name: head.model,
            arch: head.architecture,
            calibration: head.calibration,
            training: head.training,
            tensors,
            recorded,
        })
    }

    /// The file's bytes; equal checkpoints give equal bytes.
    ///
    /// # Errors
    /// [`CheckpointError::Container`] if a tensor's shape does not fit its data.
    pub fn to_bytes(&self) -> Result<Vec<u8>, CheckpointError> {
        let container = |reason: String| CheckpointError::Container { place: self.name.clone(), reason };
        let head = Metadata {
            version: VERSION,
            model: self.name.clone(),
            architecture: self.arch.clone(),
            calibration: self.calibration.clone(),
            training: self.training.clone(),
        };
        let text = serde_json::to_string(&head).map_err(|e| container(e.to_string()))?;
        let all = self.tensors.iter().map(|(name, tensor)| (name.as_str(), tensor));
        let bytes: Vec<(&str, &[usize], Vec<u8>)> = all
            .chain([(RECORDED, &self.recorded)])
            .map(|(name, tensor)| {
                let data = tensor.data.iter().flat_map(|value| value.to_le_bytes()).collect();
                (name, tensor.shape.as_slice(), data)
            })
            .collect();
        let views: Vec<(&str, TensorView<'_>)> = bytes
            .iter()
            .map(|(name, shape, data)| Ok((*name, TensorView::new(Dtype::F32, shape.to_vec(), data)?)))
            .collect::<Result<_, safetensors::SafeTensorError>>()
            .map_err(|e| container(e.to_string()))?;
        safetensors::serialize(views, Some(HashMap::from([(KEY.to_owned(), text)])))
            .map_err(|e| container(e.to_string()))
    }

    /// Writes the file, beside its place first and then by renaming.
    ///
    /// # Errors
    /// [`CheckpointError::File`].
    pub fn write(&self, path: &Path) -> Result<(), CheckpointError> {
        let bytes = self.to_bytes()?;
        let part = path.with_extension("safetensors.part");
        let written = std::fs::write(&part, &bytes).and_then(|()| std::fs::rename(&part, path));
        written.map_err(|source| CheckpointError::File { verb: "write", path: path.to_owned(), source })
    }

    /// The parameter `name`. The constructors have checked that every parameter of the architecture is there.
    pub(crate) fn tensor(&self, name: &str) -> &Tensor {
        &self.tensors[name]
    }
}

fn tensor(place: &str, file: &SafeTensors<'_>, name: &str, shape: &[usize]) -> Result<Tensor, CheckpointError> {
    let error = |reason: String| CheckpointError::Tensor {
        place: place.to_owned(),
        tensor: name.to_owned(),
        reason,
        expected: format!("f32 of shape {shape:?}"),
    };
    let view = file.tensor(name).map_err(|_| error("is missing".into()))?;
    if view.dtype() != Dtype::F32 {
        return Err(error(format!("holds {:?}", view.dtype())));
    }
    if view.shape() != shape {
        return Err(error(format!("has shape {:?}", view.shape())));
    }
    let data: Vec<f32> = view.data().chunks_exact(4).map(|b| f32::from_le_bytes([b[0], b[1], b[2], b[3]])).collect();
    if let Some(index) = data.iter().position(|value| !value.is_finite()) {
        return Err(error(format!("is not finite at element {index}")));
    }
    Ok(Tensor { shape: shape.to_vec(), data })
}
