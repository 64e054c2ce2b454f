//! From a library's layouts to ours.

use std::collections::BTreeMap;

use spec::network::Architecture;

use super::Naming;
use super::source::Source;
use crate::{CheckpointError, Tensor};

/// All parameters of the network but its selectors'. The libraries store weights outputs × inputs, ours are inputs × outputs. What an
/// attention or MLP adds to the residual stream is divided by `skip`.
pub(super) fn read(
    source: &mut Source<'_>,
    naming: &Naming,
    arch: &Architecture,
    skip: f64,
) -> Result<BTreeMap<String, Tensor>, CheckpointError> {
    let mut reader = Reader { source, naming, tensors: BTreeMap::new() };
    let (d, patch) = (arch.embed, arch.patch);
    reader.linear("patch", &[d, arch.channels, patch, patch])?;
    for block in 0..arch.depth {
        let name = |part: &str| format!("blocks.{block}.{part}");
        reader.query_key_value(block, d)?;
        reader.linear(&name("proj"), &[d, d])?;
        reader.linear(&name("fc1"), &[arch.mlp, d])?;
        reader.linear(&name("fc2"), &[d, arch.mlp])?;
        for (layer, scale) in [("proj", "ls1.gamma"), ("fc2", "ls2.gamma")] {
            let gamma = reader.layer_scale(block, scale, d)?;
            reader.scale_outputs(&name(layer), |output| gamma.as_ref().map_or(1.0, |g| g[output]) / skip as f32);
        }
        reader.vector(&name("norm1"), d)?;
        reader.vector(&name("norm2"), d)?;
    }
    reader.vector("norm", d)?;
    reader.linear("head", &[arch.classes, d])?;
    reader.plain("class_token", &[1, 1, d], &[d])?;
    reader.plain("position", &[1, arch.tokens(), d], &[arch.tokens(), d])?;
    Ok(reader.tensors)
}

struct Reader<'s, 'a> {
    source: &'s mut Source<'a>,
    naming: &'s Naming,
    tensors: BTreeMap<String, Tensor>,
}

impl Reader<'_, '_> {
    /// A weight of the library's shape, outputs first, and its bias.
    fn linear(&mut self, ours: &str, shape: &[usize]) -> Result<(), CheckpointError> {
        let theirs = self.naming.name(ours);
        let weight = self.source.take(&format!("{theirs}.weight"), shape)?;
        let bias = self.source.take(&format!("{theirs}.bias"), &shape[..1])?;
        self.insert_linear(ours, shape[0], &weight, bias);
        Ok(())
    }

    fn insert_linear(&mut self, ours: &str, outputs: usize, weight: &[f32], bias: Vec<f32>) {
        let inputs = weight.len() / outputs;
        let data = (0..inputs).flat_map(|i| weight.iter().skip(i).step_by(inputs).copied()).collect();
        self.tensors.insert(format!("{ours}.weight"), Tensor { shape: vec![inputs, outputs], data });
        self.tensors.insert(format!("{ours}.bias"), Tensor { shape: vec![outputs], data: bias });
    }

    /// Three layers, or one that is cut into three. Biases may be missing, if all are.
    fn query_key_value(&mut self, block: usize, d: usize) -> Result<(), CheckpointError> {
        let mut biases =
            ["query", "key", "value"].map(|part| self.naming.name(&format!("blocks.{block}.{part}"))).into_iter();
        let biased = biases.any(|layer| self.source.has(&format!("{layer}.bias")));
        let take_bias = |source: &mut Source<'_>, name: &str, size: usize| {
            if biased { source.take(name, &[size]) } else { Ok(vec![0.0; size]) }
        };
        for (index, part) in ["query", "key", "value"].into_iter().enumerate() {
            let ours = format!("blocks.{block}.{part}");
            let theirs = self.naming.name(&ours);
            let (weight, bias) = (format!("{theirs}.weight"), format!("{theirs}.bias"));
            let (weight, bias) = if let Naming::HuggingFace { .. } = self.naming {
                (self.source.take(&weight, &[d, d])?, take_bias(self.source, &bias, d)?)
            } else {
                let weight = self.source.take(&weight, &[3 * d, d])?;
                let bias = take_bias(self.source, &bias, 3 * d)?;
                (weight[index * d * d..][..d * d].to_vec(), bias[index * d..][..d].to_vec())
            };
            self.insert_linear(&ours, d, &weight, bias);
        }
        Ok(())
    }

    /// γ and β of a layer norm.
    fn vector(&mut self, ours: &str, d: usize) -> Result<(), CheckpointError> {
        let theirs = self.naming.name(ours);
        for part in ["weight", "bias"] {
            let tensor = self.source.tensor(&format!("{theirs}.{part}"), &[d])?;
            self.tensors.insert(format!("{ours}.{part}"), tensor);
        }
        Ok(())
    }

    fn plain(&mut self, ours: &str, theirs: &[usize], shape: &[usize]) -> Result<(), CheckpointError> {
        let data = self.source.take(&self.naming.name(ours), theirs)?;
        self.tensors.insert(ours.to_owned(), Tensor { shape: shape.to_vec(), data });
        Ok(())
    }

    /// timm's factor of what a branch adds, where there is one.
    fn layer_scale(&mut self, block: usize, part: &str, d: usize) -> Result<Option<Vec<f32>>, CheckpointError> {
        let name = format!("blocks.{block}.{part}");
        if self.source.has(&name) { Ok(Some(self.source.take(&name, &[d])?)) } else { Ok(None) }
    }

    fn scale_outputs(&mut self, ours: &str, factor: impl Fn(usize) -> f32) {
        for part in ["weight", "bias"] {
            if let Some(tensor) = self.tensors.get_mut(&format!("{ours}.{part}")) {
                let outputs = tensor.shape[tensor.shape.len() - 1];
                tensor.data.iter_mut().enumerate().for_each(|(i, value)| *value *= factor(i % outputs));
            }
        }
    }
}
