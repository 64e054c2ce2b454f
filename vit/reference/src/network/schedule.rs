//! The order of a network's jobs.

use spec::network::{Network, Pruning};

use super::attention::attention;
use super::backend::Backend;
use super::layer::{linear, linear_gelu, norm};
use super::prune;
use super::stream::Stream;

/// An intermediate tensor, for finding where two runs part.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Checkpoint {
    /// `embedding`, `blocks.2.selected`, `blocks.0.attention`, `blocks.0.dropped`, `blocks.0.mlp`, `logits`.
    pub name: String,
    /// The residual stream, row by row, or the logits.
    pub values: Vec<i32>,
}

/// What one forward pass did.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Trace {
    /// One score per class, in the head's output format.
    pub logits: Vec<i32>,
    /// After each selector or dropping block, the patches that are still there by themselves, ascending.
    pub kept: Vec<Vec<usize>>,
    /// Tokens that each block's attention works on.
    pub tokens: Vec<usize>,
    /// Intermediate tensors, in order.
    pub checkpoints: Vec<Checkpoint>,
}

impl Trace {
    /// The class with the highest logit; the lower one of equals.
    pub fn class(&self) -> usize {
        (0..self.logits.len()).rev().max_by_key(|&c| self.logits[c]).unwrap_or(0)
    }

    fn see(&mut self, name: String, values: &[i32]) {
        self.checkpoints.push(Checkpoint { name, values: values.to_vec() });
    }
}

/// Runs `net` on the pixels of one image, integers in its pixel format, plane by plane, each row by row. Pixels that are not
/// given count as 0.
///
/// # Errors
/// Whatever the backend's units report.
pub fn run<B: Backend>(net: &Network, backend: &mut B, pixels: &[i32]) -> Result<Trace, B::Error> {
    let (arch, d) = (&net.arch, net.arch.embed);
    let mut trace = Trace::default();
    let embedded = linear(
        backend,
        &net.patch,
        &arch.patch_order().map(|at| pixels.get(at).copied().unwrap_or(0)).collect::<Vec<_>>(),
    )?;
    let position: Vec<i32> = net.position.iter().map(|&p| p.into()).collect();
    let mut x: Vec<i32> = net.class_token.iter().map(|&c| c.into()).collect();
    x.extend(backend.residual_add(&embedded, &position, net.residual)?);
    let patch = std::iter::once(None).chain((0..arch.patches()).map(Some)).collect();
    let mut stream = Stream { x, patch, package: false };
    trace.see("embedding".into(), &stream.x);

    for (index, block) in net.blocks.iter().enumerate() {
        if let Some(classifier) = net.classifiers.iter().find(|c| c.before == index) {
            prune::select(net, backend, classifier, &mut stream)?;
            trace.kept.push(stream.patches_left());
            trace.see(format!("blocks.{index}.selected"), &stream.x);
        }
        trace.tokens.push(stream.patch.len());
        let (context, class_rows) = attention(net, backend, block, &stream.x)?;
        let projected = linear(backend, &block.proj, &context)?;
        stream.x = backend.residual_add(&stream.x, &projected, net.residual)?;
        trace.see(format!("blocks.{index}.attention"), &stream.x);
        if let Pruning::Sdp { inside, keep_permille } = &arch.pruning
            && let Some(which) = inside.iter().position(|&b| b == index)
        {
            prune::drop_tokens(backend, &net.units.sorters[which], &class_rows, *keep_permille, d, &mut stream)?;
            trace.kept.push(stream.patches_left());
            trace.see(format!("blocks.{index}.dropped"), &stream.x);
        }
        let normed = norm(net, backend, &stream.x)?;
        let hidden = linear_gelu(backend, &block.fc1, &normed)?;
        let y = linear(backend, &block.fc2, &hidden)?;
        stream.x = backend.residual_add(&stream.x, &y, net.residual)?;
        trace.see(format!("blocks.{index}.mlp"), &stream.x);
    }
    let normed = norm(net, backend, &stream.x[..d])?;
    trace.logits = linear(backend, &net.head, &normed)?;
    trace.see("logits".into(), &trace.logits.clone());
    Ok(trace)
}
