//! The order of a network's jobs.

use spec::network::{Block, Linear, Network, Pruning};

use super::backend::{AttentionRow, Backend};
use super::{host, prune};
use crate::{GemmJob, Scale, Scales};

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

/// Tokens on their way through the network.
pub(super) struct Stream {
    /// The residual stream, tokens × D.
    pub x: Vec<i32>,
    /// Which patch a token is; none for the class token and for package and fused tokens.
    pub patch: Vec<Option<usize>>,
    /// Whether the last token is a package token.
    pub package: bool,
}

/// Runs `net` on the grey levels of one image, integers in its pixel format, row by row.
///
/// # Errors
/// Whatever the backend's units report.
pub fn run<B: Backend>(net: &Network, backend: &mut B, pixels: &[i32]) -> Result<Trace, B::Error> {
    let (arch, d) = (&net.arch, net.arch.embed);
    let mut trace = Trace::default();
    let embedded = linear(backend, &net.patch, &patches(arch.image, arch.patch, pixels))?;
    let position: Vec<i32> = net.position.iter().map(|&p| p.into()).collect();
    let mut x: Vec<i32> = net.class_token.iter().map(|&c| c.into()).collect();
    x.extend(host::add(&embedded, &position, net.residual));
    let patch = std::iter::once(None).chain((0..arch.patches()).map(Some)).collect();
    let mut stream = Stream { x, patch, package: false };
    trace.see("embedding".into(), &stream.x);

    for (index, block) in net.blocks.iter().enumerate() {
        if let Some(classifier) = net.classifiers.iter().find(|c| c.before == index) {
            prune::select(net, backend, classifier, &mut stream)?;
            trace.kept.push(left(&stream));
            trace.see(format!("blocks.{index}.selected"), &stream.x);
        }
        trace.tokens.push(stream.patch.len());
        let (context, class_rows) = attention(net, backend, block, &stream.x)?;
        let projected = linear(backend, &block.proj, &context)?;
        stream.x = host::add(&stream.x, &projected, net.residual);
        trace.see(format!("blocks.{index}.attention"), &stream.x);
        if let Pruning::Sdp { inside, keep_permille } = &arch.pruning
            && let Some(which) = inside.iter().position(|&b| b == index)
        {
            prune::drop_tokens(backend, &net.units.sorters[which], &class_rows, *keep_permille, d, &mut stream)?;
            trace.kept.push(left(&stream));
            trace.see(format!("blocks.{index}.dropped"), &stream.x);
        }
        let hidden = linear(backend, &block.fc1, &norm(net, &stream.x))?;
        let hidden = backend.gelu(&hidden)?;
        let y = linear(backend, &block.fc2, &hidden)?;
        stream.x = host::add(&stream.x, &y, net.residual);
        trace.see(format!("blocks.{index}.mlp"), &stream.x);
    }
    trace.logits = linear(backend, &net.head, &norm(net, &stream.x[..d]))?;
    trace.see("logits".into(), &trace.logits.clone());
    Ok(trace)
}

fn left(stream: &Stream) -> Vec<usize> {
    let mut patches: Vec<usize> = stream.patch.iter().copied().flatten().collect();
    patches.sort_unstable();
    patches
}

/// Patch after patch, each row by row.
fn patches(side: usize, patch: usize, pixels: &[i32]) -> Vec<i32> {
    let across = side / patch;
    let pixel = |i: usize| {
        let (index, inner) = (i / (patch * patch), i % (patch * patch));
        let row = index / across * patch + inner / patch;
        pixels[row * side + index % across * patch + inner % patch]
    };
    (0..side * side).map(pixel).collect()
}

fn norm(net: &Network, x: &[i32]) -> Vec<i32> {
    x.chunks(net.arch.embed).flat_map(|row| host::layer_norm(row, net.norm_epsilon, net.norm)).collect()
}

/// One layer as one job.
pub(super) fn linear<B: Backend>(backend: &mut B, layer: &Linear, x: &[i32]) -> Result<Vec<i32>, B::Error> {
    Ok(linears(backend, &[layer], &[x])?.pop().unwrap_or_default())
}

/// Several layers back to back: layer i on `x[i]`, or all of them on the only entry of `x`.
pub(super) fn linears<B: Backend>(
    backend: &mut B,
    layers: &[&Linear],
    x: &[&[i32]],
) -> Result<Vec<Vec<i32>>, B::Error> {
    let job = |(i, layer): (usize, &&Linear)| {
        let x = x[i.min(x.len() - 1)];
        let scales = layer.mult.iter().zip(&layer.shift).map(|(&mult, &shift)| Scale { mult, shift }).collect();
        GemmJob {
            m: x.len() / layer.inputs,
            k: layer.inputs,
            n: layer.outputs,
            a: x.to_vec(),
            w: layer.weight.iter().map(|&w| w.into()).collect(),
            bias: layer.bias.iter().map(|&b| b.into()).collect(),
            scales: Scales::Column(scales),
            narrow: layer.y.width == 8,
        }
    };
    let jobs: Vec<GemmJob> = layers.iter().enumerate().map(job).collect();
    backend.gemm(&jobs)
}

/// Columns `from`…`from + count` of a matrix of `width` columns.
pub(super) fn columns(x: &[i32], width: usize, from: usize, count: usize) -> Vec<i32> {
    x.chunks(width).flat_map(|row| row[from..from + count].iter().copied()).collect()
}

/// Matrices of `rows` rows side by side.
pub(super) fn concatenate(parts: &[Vec<i32>], rows: usize) -> Vec<i32> {
    let row =
        |r: usize| parts.iter().flat_map(move |p| p[r * p.len() / rows..(r + 1) * p.len() / rows].iter().copied());
    (0..rows).flat_map(row).collect()
}

/// Multi-head attention up to the concatenated heads, and each head's attention row of the class token.
fn attention<B: Backend>(
    net: &Network,
    backend: &mut B,
    block: &Block,
    x: &[i32],
) -> Result<(Vec<i32>, Vec<AttentionRow>), B::Error> {
    let (d, heads, w) = (net.arch.embed, net.arch.heads, net.arch.head_width());
    let n = x.len() / d;
    let normed = norm(net, x);
    let qkv = linears(backend, &[&block.query, &block.key, &block.value], &[&normed])?;
    let split = |part: usize| -> Vec<Vec<i32>> { (0..heads).map(|h| columns(&qkv[part], d, h * w, w)).collect() };
    let (q, k, v) = (split(0), split(1), split(2));

    let transpose = |k: &[i32]| (0..w).flat_map(|c| k.iter().skip(c).step_by(w).copied()).collect();
    let factor = Scale { mult: block.score_mult, shift: block.score_shift };
    let product = |h: usize| GemmJob {
        m: n,
        k: w,
        n,
        a: q[h].clone(),
        w: transpose(&k[h]),
        bias: vec![0; n],
        scales: Scales::Column(vec![factor; n]),
        narrow: false,
    };
    let products: Vec<GemmJob> = (0..heads).map(product).collect();
    let scores = backend.gemm(&products)?;
    let rows: Vec<Vec<i32>> = scores.iter().flat_map(|s| s.chunks(n).map(<[i32]>::to_vec)).collect();
    let rows = backend.attention(&rows)?;

    // The row's scale gives V's format; the context's is finer, for a mean of values is smaller than they are.
    let finer = block.context.frac - block.value.y.frac;
    let factor = |row: &AttentionRow| {
        let shift = (i32::from(row.shift) - finer).clamp(0, 63) as u8;
        Scale { mult: row.mult, shift }
    };
    let product = |(head, v): (&[AttentionRow], &Vec<i32>)| GemmJob {
        m: n,
        k: n,
        n: w,
        a: head.iter().flat_map(|row| row.e.iter().copied()).collect(),
        w: v.clone(),
        bias: vec![0; w],
        scales: Scales::Row(head.iter().map(factor).collect()),
        narrow: true,
    };
    let products: Vec<GemmJob> = rows.chunks(n).zip(&v).map(product).collect();
    let context = backend.gemm(&products)?;
    Ok((concatenate(&context, n), rows.chunks(n).map(|head| head[0].clone()).collect()))
}
