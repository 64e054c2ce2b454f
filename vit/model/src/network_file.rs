//! Quantised networks in safetensors files.

use std::collections::{BTreeMap, HashMap};
use std::path::Path;

use safetensors::tensor::{Dtype, SafeTensors, TensorView};
use serde::{Deserialize, Serialize};
use spec::Format;
use spec::network::{Architecture, Arithmetic, Block, Classifier, Linear, Network, Pruning, Units};

use crate::CheckpointError;

/// The version of the files' contents.
const VERSION: u32 = 1;
/// The metadata's key.
pub(crate) const KEY: &str = "espalier-network";

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Head {
    version: u32,
    name: String,
    architecture: Architecture,
    pixel: Format,
    residual: Format,
    norm: Format,
    norm_epsilon: u64,
    /// Formats of each layer's inputs and outputs.
    layers: BTreeMap<String, [Format; 2]>,
    blocks: Vec<BlockHead>,
    classifiers: Vec<ClassifierHead>,
    units: Units,
    arithmetic: Arithmetic,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct BlockHead {
    score_mult: u16,
    score_shift: u8,
    context: Format,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct ClassifierHead {
    before: usize,
    threshold: u32,
    x: Format,
    mean: Format,
}

/// All layers by name, in the order in which they are computed; a selector's by head: `selectors.3.local.0`.
///
/// ```
/// let net = model::named("digits-heatvit")?.quantise();
/// let names: Vec<String> = model::network_layers(&net).into_iter().map(|(name, _)| name).collect();
/// assert_eq!((names[0].as_str(), names[1].as_str(), names.last().unwrap().as_str()), ("patch", "blocks.0.query", "head"));
/// # Ok::<(), model::UnknownModel>(())
/// ```
pub fn network_layers(net: &Network) -> Vec<(String, &Linear)> {
    let mut layers = vec![("patch".to_owned(), &net.patch)];
    for (index, b) in net.blocks.iter().enumerate() {
        if let Some(c) = net.classifiers.iter().find(|c| c.before == index) {
            let name = |part: &str| format!("selectors.{index}.{part}");
            layers.extend([(name("branch1"), &c.branch1), (name("branch2"), &c.branch2)]);
            for (part, heads) in
                [("local", &c.local), ("score1", &c.score1), ("score2", &c.score2), ("score3", &c.score3)]
            {
                layers.extend(heads.iter().enumerate().map(|(h, layer)| (name(&format!("{part}.{h}")), layer)));
            }
        }
        let parts = [
            ("query", &b.query),
            ("key", &b.key),
            ("value", &b.value),
            ("proj", &b.proj),
            ("fc1", &b.fc1),
            ("fc2", &b.fc2),
        ];
        layers.extend(parts.map(|(part, layer)| (format!("blocks.{index}.{part}"), layer)));
    }
    layers.push(("head".to_owned(), &net.head));
    layers
}

/// The bytes of the file of a quantised network; equal networks give equal bytes.
///
/// ```
/// let net = model::named("digits-heatvit")?.quantise();
/// let bytes = model::network_to_bytes(&net)?;
/// assert_eq!(model::network_from_bytes("net.safetensors", &bytes)?, net);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// # Errors
/// [`CheckpointError::Container`] if a layer's sizes do not fit its weights.
pub fn network_to_bytes(net: &Network) -> Result<Vec<u8>, CheckpointError> {
    let container = |reason: String| CheckpointError::Container { place: net.name.clone(), reason };
    let layers = network_layers(net);
    let head = Head {
        version: VERSION,
        name: net.name.clone(),
        architecture: net.arch.clone(),
        pixel: net.pixel,
        residual: net.residual,
        norm: net.norm,
        norm_epsilon: net.norm_epsilon,
        layers: layers.iter().map(|(name, layer)| (name.clone(), [layer.x, layer.y])).collect(),
        blocks: net.blocks.iter().map(BlockHead::of).collect(),
        classifiers: net.classifiers.iter().map(ClassifierHead::of).collect(),
        units: net.units.clone(),
        arithmetic: net.arithmetic.clone(),
    };
    let text = serde_json::to_string(&head).map_err(|e| container(e.to_string()))?;
    let short = |values: &[i16]| values.iter().flat_map(|v| v.to_le_bytes()).collect::<Vec<u8>>();
    let d = net.arch.embed;
    let mut tensors: Vec<(String, Dtype, Vec<usize>, Vec<u8>)> = vec![
        ("class_token".into(), Dtype::I16, vec![d], short(&net.class_token)),
        ("position".into(), Dtype::I16, vec![net.arch.patches(), d], short(&net.position)),
    ];
    for (name, layer) in layers {
        let n = layer.outputs;
        let weight = layer.weight.iter().map(|&w| w as u8).collect();
        let bias = layer.bias.iter().flat_map(|v| v.to_le_bytes()).collect();
        let mult = layer.mult.iter().flat_map(|v| v.to_le_bytes()).collect();
        tensors.push((format!("{name}.weight"), Dtype::I8, vec![layer.inputs, n], weight));
        tensors.push((format!("{name}.bias"), Dtype::I32, vec![n], bias));
        tensors.push((format!("{name}.mult"), Dtype::U16, vec![n], mult));
        tensors.push((format!("{name}.shift"), Dtype::U8, vec![n], layer.shift.clone()));
    }
    let views: Vec<(&str, TensorView<'_>)> = tensors
        .iter()
        .map(|(name, dtype, shape, data)| Ok((name.as_str(), TensorView::new(*dtype, shape.clone(), data)?)))
        .collect::<Result<_, safetensors::SafeTensorError>>()
        .map_err(|e| container(e.to_string()))?;
    safetensors::serialize(views, Some(HashMap::from([(KEY.to_owned(), text)]))).map_err(|e| container(e.to_string()))
}

/// Writes the file of a quantised network, beside its place first and then by renaming.
///
/// # Errors
/// [`CheckpointError::File`].
pub fn write_network(net: &Network, path: &Path) -> Result<(), CheckpointError> {
    let bytes = network_to_bytes(net)?;
    let part = path.with_extension("safetensors.part");
    let written = std::fs::write(&part, &bytes).and_then(|()| std::fs::rename(&part, path));
    written.map_err(|source| CheckpointError::File { verb: "write", path: path.to_owned(), source })
}

/// Reads the file of a quantised network.
///
/// # Errors
/// [`CheckpointError`]: unreadable, truncated, of another version, a tensor missing, of another shape or type, or with a value that the units
/// do not take.
pub fn read_network(path: &Path) -> Result<Network, CheckpointError> {
    let bytes =
        std::fs::read(path).map_err(|source| CheckpointError::File { verb: "read", path: path.to_owned(), source })?;
    network_from_bytes(&path.display().to_string(), &bytes)
}

/// As [`read_network`], from memory; `place` names it in errors.
///
/// # Errors
/// As [`read_network`].
pub fn network_from_bytes(place: &str, bytes: &[u8]) -> Result<Network, CheckpointError> {
    let container =
        |e: safetensors::SafeTensorError| CheckpointError::Container { place: place.to_owned(), reason: e.to_string() };
    let metadata = |reason: String| CheckpointError::Network { place: place.to_owned(), reason };
    let (_, header) = SafeTensors::read_metadata(bytes).map_err(container)?;
    let file = SafeTensors::deserialize(bytes).map_err(container)?;
    let text = header.metadata().as_ref().and_then(|m| m.get(KEY)).ok_or_else(|| metadata("is missing".into()))?;
    let head: Head = serde_json::from_str(text).map_err(|e| metadata(format!("cannot be understood ({e})")))?;
    if head.version != VERSION {
        return Err(metadata(format!("is of version {}, not {VERSION}", head.version)));
    }
    let arch = head.architecture.clone();
    arch.validate().map_err(|source| CheckpointError::Architecture { place: place.to_owned(), source })?;
    let selectors = match &arch.pruning {
        Pruning::Heatvit { before } => before.clone(),
        _ => vec![],
    };
    if head.blocks.len() != arch.depth || !head.classifiers.iter().map(|c| c.before).eq(selectors) {
        return Err(metadata("has other blocks or selectors than its architecture".into()));
    }
    let mut reader = Reader { place, file, layers: &head.layers, taken: 0 };
    let net = reader.network(&head)?;
    if reader.taken != reader.file.len() {
        return Err(metadata(format!("tells of {} tensors, the file has {}", reader.taken, reader.file.len())));
    }
    Ok(net)
}

impl BlockHead {
    fn of(block: &Block) -> Self {
        Self { score_mult: block.score_mult, score_shift: block.score_shift, context: block.context }
    }
}

impl ClassifierHead {
    fn of(c: &Classifier) -> Self {
        Self { before: c.before, threshold: c.threshold, x: c.x, mean: c.mean }
    }
}

struct Reader<'a> {
    place: &'a str,
    file: SafeTensors<'a>,
    layers: &'a BTreeMap<String, [Format; 2]>,
    taken: usize,
}

impl Reader<'_> {
    fn network(&mut self, head: &Head) -> Result<Network, CheckpointError> {
        let arch = &head.architecture;
        let (d, h, w) = (arch.embed, arch.heads, arch.head_width());
        let short = |bytes: &[u8]| bytes.chunks_exact(2).map(|b| i16::from_le_bytes([b[0], b[1]])).collect();
        let mut blocks = Vec::new();
        for (index, b) in head.blocks.iter().enumerate() {
            let name = |part: &str| format!("blocks.{index}.{part}");
            blocks.push(Block {
                query: self.layer(&name("query"), d, d)?,
                key: self.layer(&name("key"), d, d)?,
                value: self.layer(&name("value"), d, d)?,
                score_mult: b.score_mult,
                score_shift: b.score_shift,
                context: b.context,
                proj: self.layer(&name("proj"), d, d)?,
                fc1: self.layer(&name("fc1"), d, arch.mlp)?,
                fc2: self.layer(&name("fc2"), arch.mlp, d)?,
            });
        }
        let mut classifiers = Vec::new();
        for c in &head.classifiers {
            let name = |part: &str| format!("selectors.{}.{part}", c.before);
            let mut heads = |part: &str, inputs, outputs| -> Result<Vec<Linear>, CheckpointError> {
                (0..h).map(|head| self.layer(&name(&format!("{part}.{head}")), inputs, outputs)).collect()
            };
            classifiers.push(Classifier {
                before: c.before,
                threshold: c.threshold,
                x: c.x,
                mean: c.mean,
                local: heads("local", w, w / 2)?,
                score1: heads("score1", w, w / 2)?,
                score2: heads("score2", w / 2, w / 4)?,
                score3: heads("score3", w / 4, 2)?,
                branch1: self.layer(&name("branch1"), h, h)?,
                branch2: self.layer(&name("branch2"), h, h)?,
            });
        }
        Ok(Network {
            name: head.name.clone(),
            arch: arch.clone(),
            pixel: head.pixel,
            residual: head.residual,
            norm: head.norm,
            norm_epsilon: head.norm_epsilon,
            patch: self.layer("patch", arch.patch_pixels(), d)?,
            class_token: short(self.take("class_token", Dtype::I16, &[d])?),
            position: short(self.take("position", Dtype::I16, &[arch.patches(), d])?),
            blocks,
            classifiers,
            head: self.layer("head", d, arch.classes)?,
            units: head.units.clone(),
            arithmetic: head.arithmetic.clone(),
        })
    }

    fn layer(&mut self, name: &str, inputs: usize, outputs: usize) -> Result<Linear, CheckpointError> {
        let Some([x, y]) = self.layers.get(name).copied() else {
            let reason = format!("has no formats of the layer `{name}`");
            return Err(CheckpointError::Network { place: self.place.to_owned(), reason });
        };
        let part = |part: &str| format!("{name}.{part}");
        let weight: Vec<i8> =
            self.take(&part("weight"), Dtype::I8, &[inputs, outputs])?.iter().map(|&b| b as i8).collect();
        let bias = self.take(&part("bias"), Dtype::I32, &[outputs])?.chunks_exact(4);
        let bias = bias.map(|b| i32::from_le_bytes([b[0], b[1], b[2], b[3]])).collect();
        let mult = self.take(&part("mult"), Dtype::U16, &[outputs])?.chunks_exact(2);
        let mult = mult.map(|b| u16::from_le_bytes([b[0], b[1]])).collect();
        let shift = self.take(&part("shift"), Dtype::U8, &[outputs])?.to_vec();
        if let Some(at) = weight.iter().position(|&w| w == -128) {
            return Err(self.error(&part("weight"), format!("is -128 at element {at}"), "weights from -127 to 127"));
        }
        if let Some(at) = shift.iter().position(|&s| s > 63) {
            return Err(self.error(&part("shift"), format!("is {} at element {at}", shift[at]), "shifts from 0 to 63"));
        }
        Ok(Linear { inputs, outputs, weight, bias, mult, shift, x, y })
    }

    fn take(&mut self, name: &str, dtype: Dtype, shape: &[usize]) -> Result<&[u8], CheckpointError> {
        let expected = format!("{dtype:?} of shape {shape:?}");
        let Ok(view) = self.file.tensor(name) else { return Err(self.error(name, "is missing".into(), &expected)) };
        if view.dtype() != dtype || view.shape() != shape {
            let reason = format!("holds {:?} of shape {:?}", view.dtype(), view.shape());
            return Err(self.error(name, reason, &expected));
        }
        self.taken += 1;
        Ok(view.data())
    }

    fn error(&self, tensor: &str, reason: String, expected: &str) -> CheckpointError {
        let (place, tensor) = (self.place.to_owned(), tensor.to_owned());
        CheckpointError::Tensor { place, tensor, reason, expected: expected.to_owned() }
    }
}
