//! What is in a file.

use std::collections::BTreeMap;
use std::path::Path;

use safetensors::SafeTensors;
use serde::Serialize;
use spec::network::{Architecture, Arithmetic, Network};

use crate::calibration::is_wide;
use crate::{Checkpoint, CheckpointError, checkpoint, import, network_file, network_from_bytes, network_layers};

/// What a checkpoint or quantised network holds.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Inspection {
    /// `checkpoint`, `quantised network`, or `checkpoint of …` with the library's name.
    pub kind: String,
    /// The network's name.
    pub name: String,
    /// Its shape.
    pub architecture: Architecture,
    /// Numbers that were learned, or integers in their place.
    pub parameters: usize,
    /// `host` or `core`, of a quantised network.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub arithmetic: Option<&'static str>,
    /// Modules of the units, of a quantised network.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub units: Vec<String>,
    /// Formats of activations by name.
    pub formats: BTreeMap<String, String>,
    /// Every tensor, sorted by name.
    pub tensors: Vec<TensorLine>,
}

/// One tensor.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct TensorLine {
    /// Its name.
    pub name: String,
    /// Type of its values, such as `f32` or `i8`.
    pub dtype: String,
    /// Its dimensions.
    pub shape: Vec<usize>,
    /// Number of its values.
    pub values: usize,
    /// Why it is not computed, if it is not.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub apart: Option<&'static str>,
}

/// Looks into the file at `path`: a checkpoint of ours or of another library (or its folder), or a quantised network. Everything is read and
/// checked as for use.
///
/// ```
/// let file = concat!(env!("CARGO_MANIFEST_DIR"), "/../checkpoints/digits-sdp.safetensors");
/// let found = model::inspect(file.as_ref())?;
/// assert_eq!((found.kind.as_str(), found.parameters), ("checkpoint", 77_530));
/// assert_eq!(found.formats["residual"], "s16.10");
/// # Ok::<(), model::CheckpointError>(())
/// ```
///
/// # Errors
/// [`CheckpointError`].
pub fn inspect(path: &Path) -> Result<Inspection, CheckpointError> {
    let file = if path.is_dir() { path.join("model.safetensors") } else { path.to_owned() };
    let bytes =
        std::fs::read(&file).map_err(|source| CheckpointError::File { verb: "read", path: file.clone(), source })?;
    let place = file.display().to_string();
    let container =
        |e: safetensors::SafeTensorError| CheckpointError::Container { place: place.clone(), reason: e.to_string() };
    let (_, header) = SafeTensors::read_metadata(&bytes).map_err(container)?;
    let ours = |key: &str| header.metadata().as_ref().is_some_and(|metadata| metadata.contains_key(key));
    let tensors = lines(&SafeTensors::deserialize(&bytes).map_err(container)?);
    if ours(network_file::KEY) {
        return Ok(of_network(&network_from_bytes(&place, &bytes)?, tensors));
    }
    if ours(checkpoint::KEY) {
        return Ok(of_checkpoint("checkpoint".into(), &Checkpoint::from_bytes(&place, &bytes)?, tensors));
    }
    let imported = import(path, None)?;
    let kind = format!("checkpoint of {}", imported.naming.library());
    let mut found = of_checkpoint(kind, &imported.checkpoint, tensors);
    for line in &mut found.tensors {
        line.apart = imported.apart.iter().find(|apart| apart.name == line.name).map(|apart| apart.reason);
    }
    Ok(found)
}

fn lines(file: &SafeTensors<'_>) -> Vec<TensorLine> {
    let mut lines: Vec<TensorLine> = file
        .iter()
        .map(|(name, view)| TensorLine {
            name: name.to_owned(),
            dtype: format!("{:?}", view.dtype()).to_lowercase(),
            shape: view.shape().to_vec(),
            values: view.shape().iter().product(),
            apart: None,
        })
        .collect();
    lines.sort_by(|a, b| a.name.cmp(&b.name));
    lines
}

fn of_checkpoint(kind: String, net: &Checkpoint, tensors: Vec<TensorLine>) -> Inspection {
    let format = |(name, frac): (&String, &i32)| {
        (name.clone(), spec::Format::signed(if is_wide(name) { 16 } else { 8 }, *frac).to_string())
    };
    Inspection {
        kind,
        name: net.name.clone(),
        architecture: net.arch.clone(),
        parameters: net.tensors.values().map(|tensor| tensor.data.len()).sum(),
        arithmetic: None,
        units: vec![],
        formats: net.calibration.frac.iter().map(format).collect(),
        tensors,
    }
}

fn of_network(net: &Network, tensors: Vec<TensorLine>) -> Inspection {
    let mut formats: BTreeMap<String, String> = [("pixel", net.pixel), ("residual", net.residual), ("norm", net.norm)]
        .map(|(name, format)| (name.to_owned(), format.to_string()))
        .into();
    let layers = network_layers(net);
    formats.extend(layers.iter().map(|(name, layer)| (name.clone(), format!("{} to {}", layer.x, layer.y))));
    let blocks = net.blocks.iter().enumerate();
    formats.extend(blocks.map(|(index, block)| (format!("blocks.{index}.context"), block.context.to_string())));
    let (arithmetic, units) = match &net.arithmetic {
        Arithmetic::Host => ("host", net.units.configs()),
        Arithmetic::Core(core) => ("core", core.configs()),
    };
    let integers = layers.iter().map(|(_, layer)| layer.weight.len() + layer.bias.len()).sum::<usize>();
    Inspection {
        kind: "quantised network".into(),
        name: net.name.clone(),
        architecture: net.arch.clone(),
        parameters: integers + net.class_token.len() + net.position.len(),
        arithmetic: Some(arithmetic),
        units: units.iter().map(spec::UnitConfig::module_name).collect(),
        formats,
        tensors,
    }
}
