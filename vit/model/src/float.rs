//! The forward pass in floating point, with HeatViT's function shapes: what `accuracy_float` is measured with, and what
//! activations are calibrated on.

use std::collections::BTreeMap;

use spec::network::{Architecture, Pruning};

use crate::functions::{Functions, plan_sigmoid, softmax};
use crate::product::{View, add_product};
use crate::{Checkpoint, Image, Tensor};

/// What the float network says about an image.
#[derive(Clone, Debug, PartialEq)]
pub struct FloatOutput {
    /// One score per class.
    pub logits: Vec<f32>,
    /// After each selector or dropping block, the image tokens that are still there by themselves, ascending: indices of
    /// patches, row by row from 0.
    pub kept: Vec<Vec<usize>>,
}

/// Rows of equal width.
#[derive(Clone)]
struct Matrix {
    width: usize,
    data: Vec<f32>,
}

impl Matrix {
    fn rows(&self) -> usize {
        self.data.len() / self.width
    }

    fn row(&self, index: usize) -> &[f32] {
        &self.data[index * self.width..][..self.width]
    }

    fn columns(&self, from: usize, width: usize) -> Self {
        let data = self.data.chunks_exact(self.width).flat_map(|row| row[from..from + width].iter().copied()).collect();
        Self { width, data }
    }

    fn map(mut self, f: impl Fn(f32) -> f32) -> Self {
        self.data.iter_mut().for_each(|x| *x = f(*x));
        self
    }

    fn add(&mut self, other: &Self) {
        self.data.iter_mut().zip(&other.data).for_each(|(x, y)| *x += y);
    }
}

/// Weighted mean of rows.
fn weighted_mean(x: &Matrix, rows: &[usize], weight: impl Fn(usize) -> f32) -> Vec<f32> {
    let total: f32 = rows.iter().map(|&row| weight(row)).sum();
    let mut mean = vec![0.0; x.width];
    for &row in rows {
        let share = if total > 0.0 { weight(row) / total } else { 1.0 / rows.len() as f32 };
        mean.iter_mut().zip(x.row(row)).for_each(|(m, x)| *m += share * x);
    }
    mean
}

struct Pass<'a> {
    arch: &'a Architecture,
    tensors: &'a BTreeMap<String, Tensor>,
    functions: Functions,
    see: &'a mut dyn FnMut(&str, &[f32]),
}

/// An image whose number of values is not the network's.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the image has {given} values; give {channels} planes of {side}×{side}, {} values", channels * side * side)]
pub struct ImageError {
    /// Values given.
    pub given: usize,
    /// Planes of the network's images.
    pub channels: usize,
    /// Their side.
    pub side: usize,
}

impl ImageError {
    /// Refuses an image of another number of values than the network takes.
    pub(crate) fn check(arch: &Architecture, given: usize) -> Result<(), Self> {
        if given == arch.pixels() { Ok(()) } else { Err(Self { given, channels: arch.channels, side: arch.image }) }
    }
}

/// Class scores of a digit.
///
/// ```
/// let images = model::training_images();
/// let net = model::named("digits-sdp")?;
/// let output = model::forward(&net, &images[0]);
/// assert_eq!((output.logits.len(), output.kept[0].len()), (10, 12));
/// # Ok::<(), model::UnknownModel>(())
/// ```
pub fn forward(net: &Checkpoint, image: &Image) -> FloatOutput {
    observe(&net.arch, &net.tensors, &image.values(), &mut |_, _| {})
}

/// Class scores of any image: the values of its pixels, plane by plane, each row by row.
///
/// ```
/// use model::{Functions, forward_values};
/// let net = model::named("digits-sdp")?;
/// assert_eq!(forward_values(&net, &[0.5; 64], Functions::Exact)?.logits.len(), 10);
/// let error = forward_values(&net, &[0.5; 65], Functions::Exact).unwrap_err();
/// assert_eq!(error.to_string(), "the image has 65 values; give 1 planes of 8×8, 64 values");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// # Errors
/// [`ImageError`].
pub fn forward_values(net: &Checkpoint, values: &[f32], functions: Functions) -> Result<FloatOutput, ImageError> {
    ImageError::check(&net.arch, values.len())?;
    let see = &mut |_: &str, _: &[f32]| {};
    Ok(Pass { arch: &net.arch, tensors: &net.tensors, functions, see }.run(values))
}

/// As [`forward`], showing `see` every tensor that will have a fixed-point format, by its name in the calibration.
pub(crate) fn observe(
    arch: &Architecture,
    tensors: &BTreeMap<String, Tensor>,
    values: &[f32],
    see: &mut dyn FnMut(&str, &[f32]),
) -> FloatOutput {
    Pass { arch, tensors, functions: Functions::HeatVit, see }.run(values)
}

impl Pass<'_> {
    fn linear(&self, name: &str, x: &Matrix) -> Matrix {
        let weight = &self.tensors[&format!("{name}.weight")];
        self.product(x, weight.shape[1], &weight.data, &self.tensors[&format!("{name}.bias")].data)
    }

    fn head_linear(&self, name: &str, head: usize, x: &Matrix) -> Matrix {
        let weight = &self.tensors[&format!("{name}.weight")];
        let (size, width) = (weight.shape[1] * weight.shape[2], weight.shape[2]);
        let bias = &self.tensors[&format!("{name}.bias")].data[head * width..][..width];
        self.product(x, width, &weight.data[head * size..][..size], bias)
    }

    fn product(&self, x: &Matrix, width: usize, weight: &[f32], bias: &[f32]) -> Matrix {
        let mut data = bias.repeat(x.rows());
        add_product(1.0, View::rows(&x.data, x.width), View::rows(weight, width), &mut data, width, 0);
        Matrix { width, data }
    }

    fn norm(&mut self, name: &str, x: &Matrix) -> Matrix {
        let (mut y, epsilon) = (x.clone(), self.arch.epsilon as f32);
        for row in y.data.chunks_exact_mut(x.width) {
            let n = row.len() as f32;
            let mean = row.iter().sum::<f32>() / n;
            let variance = row.iter().map(|x| (x - mean) * (x - mean)).sum::<f32>() / n;
            let scale = 1.0 / (variance + epsilon).sqrt();
            row.iter_mut().for_each(|x| *x = (*x - mean) * scale);
        }
        (self.see)("norm", &y.data);
        let (gain, offset) =
            (&self.tensors[&format!("{name}.weight")].data, &self.tensors[&format!("{name}.bias")].data);
        for row in y.data.chunks_exact_mut(x.width) {
            row.iter_mut().zip(gain).zip(offset).for_each(|((y, g), o)| *y = *y * g + o);
        }
        y
    }

    fn gelu(&mut self, x: Matrix) -> Matrix {
        let delta1 = self.arch.delta1.value() as f32;
        (self.see)("gelu.x", &x.data);
        let functions = self.functions;
        let y = x.map(|x| functions.gelu(x, delta1));
        (self.see)("gelu.y", &y.data);
        y
    }

    fn run(mut self, values: &[f32]) -> FloatOutput {
        let arch = self.arch;
        let mut x = self.embed(values);
        (self.see)("residual", &x.data);
        // Which patch a token is; none for the class token, package and fused tokens.
        let mut patch: Vec<Option<usize>> = std::iter::once(None).chain((0..arch.patches()).map(Some)).collect();
        let mut kept = Vec::new();
        for block in 0..arch.depth {
            if let Pruning::Heatvit { before } = &arch.pruning
                && before.contains(&block)
            {
                (x, patch) = self.select(block, &x, &patch);
                kept.push(patch.iter().copied().flatten().collect());
            }
            let name = |part: &str| format!("blocks.{block}.{part}");
            let (context, attention) = self.attention(block, &x);
            x.add(&self.linear(&name("proj"), &context));
            (self.see)("residual", &x.data);
            if let Pruning::Sdp { inside, keep_permille } = &arch.pruning
                && inside.contains(&block)
            {
                (x, patch) = drop_tokens(&x, &patch, &attention, *keep_permille);
                let mut left: Vec<usize> = patch.iter().copied().flatten().collect();
                left.sort_unstable();
                kept.push(left);
            }
            let normed = self.norm(&name("norm2"), &x);
            let hidden = self.linear(&name("fc1"), &normed);
            let hidden = self.gelu(hidden);
            x.add(&self.linear(&name("fc2"), &hidden));
            (self.see)("residual", &x.data);
        }
        let class = Matrix { width: arch.embed, data: x.row(0).to_vec() };
        let normed = self.norm("norm", &class);
        let logits = self.linear("head", &normed).data;
        (self.see)("logits", &logits);
        FloatOutput { logits, kept }
    }

    /// Class token and embedded patches, positions added.
    fn embed(&self, values: &[f32]) -> Matrix {
        let pixels = self.arch.patch_order().map(|at| values[at]).collect();
        let embedded = self.linear("patch", &Matrix { width: self.arch.patch_pixels(), data: pixels });
        let data = [self.tensors["class_token"].data.clone(), embedded.data].concat();
        let mut x = Matrix { width: self.arch.embed, data };
        x.add(&Matrix { width: self.arch.embed, data: self.tensors["position"].data.clone() });
        x
    }

    /// The heads' outputs side by side, and the mean over the heads of the class token's attention to each token.
    fn attention(&mut self, block: usize, x: &Matrix) -> (Matrix, Vec<f32>) {
        let name = |part: &str| format!("blocks.{block}.{part}");
        let (n, w, heads) = (x.rows(), self.arch.head_width(), self.arch.heads);
        let normed = self.norm(&name("norm1"), x);
        let [q, k, v] = ["query", "key", "value"].map(|part| {
            let y = self.linear(&name(part), &normed);
            (self.see)(&name(part), &y.data);
            y
        });
        let (d, root) = (self.arch.embed, (w as f32).sqrt());
        let mut context = vec![0.0; n * d];
        let mut class_attention = vec![0.0; n];
        for head in 0..heads {
            let [q, k, v] = [&q, &k, &v].map(|m| View::columns(&m.data, d, head * w, w));
            let mut scores = vec![0.0; n * n];
            add_product(1.0 / root, q, k.transposed(), &mut scores, n, 0);
            (self.see)("scores", &scores);
            for row in scores.chunks_exact_mut(n) {
                softmax(row, self.arch.delta2.value() as f32, self.functions);
            }
            class_attention.iter_mut().zip(&scores).for_each(|(sum, a)| *sum += a / heads as f32);
            add_product(1.0, View::rows(&scores, n), v, &mut context, d, head * w);
        }
        (self.see)(&name("context"), &context);
        (Matrix { width: d, data: context }, class_attention)
    }

    /// HeatViT's selector: the dense matrix of class token, kept tokens and package token.
    fn select(&mut self, block: usize, x: &Matrix, patch: &[Option<usize>]) -> (Matrix, Vec<Option<usize>>) {
        let scores = self.token_scores(block, x);
        let keeps = |token: usize| token == 0 || (patch[token].is_some() && scores[token][0] >= scores[token][1]);
        let (kept, gone): (Vec<usize>, Vec<usize>) = (0..x.rows()).partition(|&token| keeps(token));
        let mut data: Vec<f32> = kept.iter().flat_map(|&token| x.row(token).iter().copied()).collect();
        let mut left: Vec<Option<usize>> = kept.iter().map(|&token| patch[token]).collect();
        if !gone.is_empty() {
            data.extend(weighted_mean(x, &gone, |token| scores[token][0]));
            left.push(None);
        }
        (Matrix { width: x.width, data }, left)
    }

    /// S̃ of each token (HeatViT eq. 3).
    fn token_scores(&mut self, block: usize, x: &Matrix) -> Vec<[f32; 2]> {
        let name = |part: &str| format!("selectors.{block}.{part}");
        let (n, w, heads) = (x.rows(), self.arch.head_width(), self.arch.heads);
        (self.see)(&name("x"), &x.data);
        let mean = |token: usize, head: usize| x.row(token)[head * w..][..w].iter().sum::<f32>() / w as f32;
        let means = (0..n * heads).map(|i| mean(i / heads, i % heads)).collect();
        let means = Matrix { width: heads, data: means };
        (self.see)(&name("mean"), &means.data);
        let branch = self.linear(&name("branch1"), &means);
        let branch = self.gelu(branch);
        let branch = self.linear(&name("branch2"), &branch);
        (self.see)("sigmoid.x", &branch.data);
        let weights = branch.map(plan_sigmoid);
        let mut scores = vec![[0.0; 2]; n];
        for head in 0..heads {
            let local = self.head_linear(&name("local"), head, &x.columns(head * w, w));
            let local = self.gelu(local);
            let all: Vec<usize> = (0..n).collect();
            let global = weighted_mean(&local, &all, |_| 1.0);
            let features = all.iter().flat_map(|&token| [local.row(token), &global].concat()).collect();
            let hidden = self.head_linear(&name("score1"), head, &Matrix { width: w, data: features });
            let hidden = self.gelu(hidden);
            let hidden = self.head_linear(&name("score2"), head, &hidden);
            let hidden = self.gelu(hidden);
            let mut pairs = self.head_linear(&name("score3"), head, &hidden);
            (self.see)("selector.scores", &pairs.data);
            for (token, pair) in pairs.data.chunks_exact_mut(2).enumerate() {
                softmax(pair, 1.0, self.functions);
                let row = weights.row(token);
                let total: f32 = row.iter().sum();
                let share = if total > 0.0 { row[head] / total } else { 1.0 / heads as f32 };
                scores[token].iter_mut().zip(pair).for_each(|(sum, s)| *sum += share * *s);
            }
        }
        scores
    }
}

/// SDP's token dropping: class token, winners by falling score, losers fused.
fn drop_tokens(
    x: &Matrix,
    patch: &[Option<usize>],
    score: &[f32],
    keep_permille: usize,
) -> (Matrix, Vec<Option<usize>>) {
    let keep = ((x.rows() - 1) * keep_permille).div_ceil(1000);
    let mut order: Vec<usize> = (1..x.rows()).collect();
    order.sort_by(|&i, &j| score[j].total_cmp(&score[i]).then(i.cmp(&j)));
    let (winners, losers) = order.split_at(keep);
    let kept: Vec<usize> = std::iter::once(0).chain(winners.iter().copied()).collect();
    let mut data: Vec<f32> = kept.iter().flat_map(|&token| x.row(token).iter().copied()).collect();
    let mut left: Vec<Option<usize>> = kept.iter().map(|&token| patch[token]).collect();
    if !losers.is_empty() {
        data.extend(weighted_mean(x, losers, |token| score[token]));
        left.push(None);
    }
    (Matrix { width: x.width, data }, left)
}
