//! The network as a differentiable graph.

use std::collections::BTreeMap;

use candle_core::{D, DType, Device, Result, Tensor, Var};
use rand::Rng;
use rand_chacha::ChaCha8Rng;
use spec::network::{Architecture, Pruning};

use crate::ops;

/// How a forward pass decides about tokens.
#[derive(Clone, Copy, PartialEq)]
pub enum Decisions {
    /// No token is pruned.
    Dense,
    /// Gumbel noise on the selectors' scores (HeatViT section IV-A); SDP's dropping is active.
    Noisy,
    /// The larger score decides, as in hardware; SDP's dropping is active.
    Hard,
}

/// A network's parameters.
pub struct Net {
    /// Its shape.
    pub arch: Architecture,
    /// Parameters by name.
    pub vars: BTreeMap<String, Var>,
}

/// What a forward pass gives.
pub struct Output {
    /// Batch × classes.
    pub logits: Tensor,
    /// Per selector, the share of image tokens kept: one number per image.
    pub kept: Vec<Tensor>,
    /// Per selector, how many image tokens an image would keep without noise.
    pub counts: Vec<Tensor>,
}

/// Tokens of a batch: values, and for masked training which of them live.
struct Tokens {
    x: Tensor,
    live: Option<Tensor>,
}

impl Net {
    /// Fresh parameters: weights uniform with variance 1/inputs; class token and positions as large as patches, which lets
    /// attention see places from the start; biases 0, norms 1.
    pub fn new(arch: Architecture, rng: &mut ChaCha8Rng) -> Result<Self> {
        let mut vars = BTreeMap::new();
        for (name, shape) in model::parameters(&arch) {
            let count: usize = shape.iter().product();
            let spread = match name.as_str() {
                "class_token" | "position" => 0.7,
                n if n.contains("norm") || n.ends_with("bias") => 0.0,
                _ => (3.0 / shape[shape.len() - 2] as f32).sqrt(),
            };
            let centre = if name.contains("norm") && name.ends_with("weight") { 1.0 } else { 0.0 };
            let values: Vec<f32> = (0..count).map(|_| centre + spread * rng.random_range(-1.0f32..1.0)).collect();
            vars.insert(name, Var::from_tensor(&Tensor::from_vec(values, shape, &Device::Cpu)?)?);
        }
        Ok(Self { arch, vars })
    }

    /// Takes these values, row by row, for the parameters of these names.
    pub fn set(&self, weights: &BTreeMap<String, Vec<f32>>) -> Result<()> {
        weights.iter().try_for_each(|(name, data)| {
            let var = &self.vars[name];
            var.set(&Tensor::from_slice(data, var.shape(), var.device())?)
        })
    }

    fn var(&self, name: &str) -> &Tensor {
        &self.vars[name]
    }

    /// x·W + b on the last dimension.
    fn apply(x: &Tensor, weight: &Tensor, bias: &Tensor) -> Result<Tensor> {
        let dims = x.dims();
        let (inputs, rows) = (dims[dims.len() - 1], x.elem_count() / dims[dims.len() - 1]);
        let y = ops::add_bias(&x.reshape((rows, inputs))?.matmul(weight)?, bias)?;
        y.reshape([&dims[..dims.len() - 1], &[weight.dim(1)?]].concat())
    }

    fn linear(&self, name: &str, x: &Tensor) -> Result<Tensor> {
        Self::apply(x, self.var(&format!("{name}.weight")), self.var(&format!("{name}.bias")))
    }

    /// The same layer for each head: heads × rows × inputs.
    fn per_head(&self, name: &str, x: &Tensor) -> Result<Tensor> {
        let bias = self.var(&format!("{name}.bias")).unsqueeze(1)?;
        x.matmul(self.var(&format!("{name}.weight")))?.broadcast_add(&bias)
    }

    /// Layer norm and the layers behind it, side by side. The norm's affine part is folded into the weights: it is
    /// cheaper there than on the activations.
    fn norm_linear(&self, norm: &str, layers: &[String], x: &Tensor) -> Result<Tensor> {
        let part = |part: &str| -> Result<Tensor> {
            let all: Vec<&Tensor> = layers.iter().map(|name| self.var(&format!("{name}.{part}"))).collect();
            Tensor::cat(&all, D::Minus1)
        };
        let (weight, bias) = (part("weight")?, part("bias")?);
        let gain = self.var(&format!("{norm}.weight")).unsqueeze(1)?;
        let offset = self.var(&format!("{norm}.bias")).unsqueeze(0)?.matmul(&weight)?.squeeze(0)?;
        Self::apply(&ops::normalise(x)?, &weight.broadcast_mul(&gain)?, &(bias + offset)?)
    }

    fn gelu(&self, x: &Tensor) -> Result<Tensor> {
        ops::gelu(x, self.arch.delta1.value() as f32)
    }

    /// Class scores of `patches` (batch × patches × pixels).
    pub fn forward(&self, patches: &Tensor, decisions: Decisions, rng: &mut ChaCha8Rng) -> Result<Output> {
        let (batch, d) = (patches.dim(0)?, self.arch.embed);
        let class = self.var("class_token").reshape((1, 1, d))?.broadcast_as((batch, 1, d))?;
        let x = Tensor::cat(&[&class, &self.linear("patch", patches)?], 1)?.broadcast_add(self.var("position"))?;
        let mut tokens = Tokens { x, live: None };
        let (mut kept, mut counts) = (Vec::new(), Vec::new());
        for block in 0..self.arch.depth {
            if let Pruning::Heatvit { before } = &self.arch.pruning
                && before.contains(&block)
                && decisions != Decisions::Dense
            {
                let (share, count) = self.select(block, &mut tokens, decisions, rng)?;
                kept.push(share);
                counts.push(count);
            }
            let name = |part: &str| format!("blocks.{block}.{part}");
            let (context, attention) = self.attention(block, &tokens)?;
            tokens.x = (tokens.x + self.linear(&name("proj"), &context)?)?;
            if let Pruning::Sdp { inside, keep_permille } = &self.arch.pruning
                && inside.contains(&block)
                && decisions != Decisions::Dense
            {
                tokens.x = drop_tokens(&tokens.x, &attention, *keep_permille)?;
            }
            let hidden = self.gelu(&self.norm_linear(&name("norm2"), &[name("fc1")], &tokens.x)?)?;
            tokens.x = (tokens.x + self.linear(&name("fc2"), &hidden)?)?;
        }
        let class = tokens.x.narrow(1, 0, 1)?.squeeze(1)?;
        Ok(Output { logits: self.norm_linear("norm", &["head".into()], &class)?, kept, counts })
    }

    /// Multi-head attention: its output before the projection, and the attention weights.
    fn attention(&self, block: usize, tokens: &Tokens) -> Result<(Tensor, Tensor)> {
        let (b, n, d) = tokens.x.dims3()?;
        let (h, w) = (self.arch.heads, self.arch.head_width());
        let layers = ["query", "key", "value"].map(|part| format!("blocks.{block}.{part}"));
        let qkv = self.norm_linear(&format!("blocks.{block}.norm1"), &layers, &tokens.x)?;
        let heads = |part: usize| -> Result<Tensor> {
            qkv.narrow(2, part * d, d)?.reshape((b, n, h, w))?.transpose(1, 2)?.contiguous()
        };
        let (q, k, v) = (heads(0)?, heads(1)?, heads(2)?);
        let scores = (q.matmul(&k.t()?.contiguous()?)? / (w as f64).sqrt())?;
        let live = match &tokens.live {
            Some(live) => live.clone(),
            None => Tensor::ones((b, n), DType::F32, &Device::Cpu)?,
        };
        let mask = live.reshape((b, 1, 1, n))?.broadcast_as((b, h, n, n))?;
        let attention = ops::masked_softmax(&scores, &mask, self.arch.delta2.value() as f32)?;
        let context = attention.matmul(&v)?.transpose(1, 2)?.contiguous()?.reshape((b, n, d))?;
        Ok((context, attention))
    }

    /// HeatViT's token selector on masked tokens; gives the share of image tokens that live on, and their number if there
    /// were no noise.
    fn select(
        &self,
        block: usize,
        tokens: &mut Tokens,
        decisions: Decisions,
        rng: &mut ChaCha8Rng,
    ) -> Result<(Tensor, Tensor)> {
        let (b, n, d) = tokens.x.dims3()?;
        let patches = self.arch.patches();
        let live = match &tokens.live {
            Some(live) => live.clone(),
            None => Tensor::ones((b, n), DType::F32, &Device::Cpu)?,
        };
        let score = self.token_scores(block, &tokens.x, &live)?;
        let keep_score = score.narrow(2, 0, 1)?.squeeze(2)?;

        let noise = match decisions {
            Decisions::Noisy => {
                let gumbel = || -(-(rng.random_range(1e-6f32..1.0)).ln()).ln();
                Tensor::from_vec(std::iter::repeat_with(gumbel).take(b * n * 2).collect(), (b, n, 2), &Device::Cpu)?
            }
            _ => Tensor::zeros((b, n, 2), DType::F32, &Device::Cpu)?,
        };
        let soft = candle_nn::ops::softmax(&((score + 1e-6)?.log()? + noise)?, D::Minus1)?;
        let soft = soft.narrow(2, 0, 1)?.squeeze(2)?;
        let hard = soft.ge(0.5)?.to_dtype(DType::F32)?;
        let decision = ((hard - soft.detach())? + soft)?;

        let eligible: Vec<f32> = (0..n).map(|t| f32::from(u8::from((1..=patches).contains(&t)))).collect();
        let eligible = Tensor::from_vec(eligible, (1, n), &Device::Cpu)?;
        let class: Vec<f32> = (0..n).map(|t| f32::from(u8::from(t == 0))).collect();
        let class = Tensor::from_vec(class, (1, n), &Device::Cpu)?;
        let eligible = live.broadcast_mul(&eligible)?;
        let certain = keep_score.ge(0.5)?.to_dtype(DType::F32)?;
        let certain = ((certain - keep_score.detach())? + &keep_score)?;
        let count = (certain * &eligible)?.sum(1)?;
        let image_tokens = (decision * eligible)?;
        let next = image_tokens.broadcast_add(&class)?;

        let gone = (&live - &next)?;
        let weight = (&gone * keep_score)?;
        let total = (weight.sum_keepdim(1)? + 1e-6)?;
        let package =
            weight.broadcast_div(&total)?.unsqueeze(1)?.matmul(&tokens.x.contiguous()?)?.reshape((b, 1, d))?;
        let packaged = gone.sum_keepdim(1)?.ge(0.5)?.to_dtype(DType::F32)?;
        tokens.x = Tensor::cat(&[&tokens.x, &package], 1)?;
        tokens.live = Some(Tensor::cat(&[&next, &packaged], 1)?);
        Ok(((image_tokens.sum(1)? / patches as f64)?, count))
    }

    /// HeatViT's multi-head token classifier with head-evaluation branch: batch × tokens × 2 (eq. 3).
    fn token_scores(&self, block: usize, x: &Tensor, live: &Tensor) -> Result<Tensor> {
        let (b, n, _) = x.dims3()?;
        let (h, w) = (self.arch.heads, self.arch.head_width());
        let name = |part: &str| format!("selectors.{block}.{part}");
        let split = x.reshape((b, n, h, w))?;
        let slices = split.permute((2, 0, 1, 3))?.contiguous()?.reshape((h, b * n, w))?;
        let local = self.gelu(&self.per_head(&name("local"), &slices)?)?.reshape((h, b, n, w / 2))?;
        let share = live.broadcast_div(&live.sum_keepdim(1)?)?.detach();
        let global = local.broadcast_mul(&share.reshape((1, b, n, 1))?)?.sum_keepdim(2)?;
        let features = Tensor::cat(&[&local, &global.broadcast_as(local.shape())?], 3)?.reshape((h, b * n, w))?;
        let hidden = self.gelu(&self.per_head(&name("score1"), &features)?)?;
        let hidden = self.gelu(&self.per_head(&name("score2"), &hidden)?)?;
        let scores = self.per_head(&name("score3"), &hidden)?;
        let ones = Tensor::ones(scores.shape(), DType::F32, &Device::Cpu)?;
        let scores = ops::masked_softmax(&scores, &ones, 1.0)?.reshape((h, b, n, 2))?.permute((1, 2, 0, 3))?;
        let means = split.mean(3)?;
        let weights =
            ops::sigmoid(&self.linear(&name("branch2"), &self.gelu(&self.linear(&name("branch1"), &means)?)?)?)?;
        let sum = (weights.sum_keepdim(2)? + 1e-6)?;
        scores.broadcast_mul(&weights.unsqueeze(3)?)?.sum(2)?.broadcast_div(&sum)
    }
}

/// SDP's token dropping (section IV-B): class token, the ⌈(N−1)·r_t⌉ tokens that it attends to most, and the others fused
/// by their scores.
fn drop_tokens(x: &Tensor, attention: &Tensor, keep_permille: usize) -> Result<Tensor> {
    let (b, n, d) = x.dims3()?;
    let score = attention.narrow(2, 0, 1)?.squeeze(2)?.mean(1)?;
    let keep = ((n - 1) * keep_permille).div_ceil(1000);
    let (mut winners, mut losers) = (Vec::new(), Vec::new());
    for (image, row) in score.to_vec2::<f32>()?.iter().enumerate() {
        let mut order: Vec<usize> = (1..n).collect();
        order.sort_by(|&i, &j| row[j].total_cmp(&row[i]).then(i.cmp(&j)));
        winners.push((image * n) as u32);
        winners.extend(order[..keep].iter().map(|&t| (image * n + t) as u32));
        losers.extend(order[keep..].iter().map(|&t| (image * n + t) as u32));
    }
    let (winners, losers) = (Tensor::new(winners, &Device::Cpu)?, Tensor::new(losers, &Device::Cpu)?);
    let flat = x.reshape((b * n, d))?;
    let kept = flat.index_select(&winners, 0)?.reshape((b, keep + 1, d))?;
    let lost = flat.index_select(&losers, 0)?.reshape((b, n - 1 - keep, d))?;
    let weight = score.reshape(b * n)?.index_select(&losers, 0)?.reshape((b, 1, n - 1 - keep))?;
    let weight = weight.broadcast_div(&(weight.sum_keepdim(2)? + 1e-9)?)?;
    Tensor::cat(&[kept, weight.matmul(&lost)?], 1)
}
