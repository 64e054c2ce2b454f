//! From float weights and calibrated formats to the integer network.

use spec::accel::Core;
use spec::network::{Architecture, Arithmetic, Block, Classifier, CoreUnits, Linear, Network, Pruning};
use spec::unit::{Elementwise, Gelu, GemmEngine, LayerNorm, Softmax, TokenClassifier, TokenSelector};
use spec::{ConfigError, Delta, Format};

use crate::calibration::is_wide;
use crate::{Checkpoint, units};

/// A float layer, norm folded in: weights inputs × outputs.
struct Layer {
    inputs: usize,
    outputs: usize,
    weight: Vec<f64>,
    bias: Vec<f64>,
}

impl Checkpoint {
    /// The integer network: weights symmetric int8 per output channel (−127…127), biases in the accumulator's LSB,
    /// requantisation as 16-bit multiplier and shift per output channel, activations in the calibrated formats. The affine
    /// part of each layer norm is folded into the layers behind it. The same checkpoint always gives the same network.
    ///
    /// ```
    /// let net = model::named("digits-sdp")?.quantise();
    /// assert_eq!((net.blocks.len(), net.units.sorters.len(), net.residual.width), (4, 2, 16));
    /// assert!(net.blocks[0].fc1.weight.iter().all(|&w| w > -128));
    /// # Ok::<(), model::UnknownModel>(())
    /// ```
    pub fn quantise(&self) -> Network {
        Quantiser { checkpoint: self, core: None }.network()
    }

    /// As [`Self::quantise`], for a core: layer norm, attention scores, GELU and the classifiers' logits and means have the formats of
    /// its units, which were fixed when it was generated. Its arithmetic is [`Arithmetic::Core`].
    ///
    /// ```
    /// use spec::unit::GemmEngine;
    /// let digits = model::named("digits-heatvit")?;
    /// let core = digits.core_units(GemmEngine::new(16, 8, 3));
    /// let net = digits.quantise_for(&core)?;
    /// assert_eq!((net.norm, net.blocks[0].fc1.y), (core.layer_norm.y, core.engine.gelu.unwrap().x));
    /// let other = spec::network::CoreUnits::new(GemmEngine::zcu102(), 768, 64);
    /// let error = digits.quantise_for(&other).unwrap_err().to_string();
    /// assert!(error.contains("`delta1` of the network is 0.5, of the core's gelu 1"), "{error}");
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    ///
    /// # Errors
    /// [`ConfigError`]: a core that cannot be built, or does not compute this network.
    pub fn quantise_for(&self, core: &CoreUnits) -> Result<Network, ConfigError> {
        self.arch.validate()?;
        core.validate()?;
        fits(&self.arch, core)?;
        Ok(Quantiser { checkpoint: self, core: Some(core) }.network())
    }

    /// The units of a core around `engine` for this network alone: their formats are the calibrated ones, the engine's GELU too.
    pub fn core_units(&self, engine: GemmEngine) -> CoreUnits {
        let format = |name: &str| self.format(name);
        let gelu = Gelu { delta1: self.arch.delta1, ..Gelu::new(format("gelu.x"), format("gelu.y")) };
        let engine = GemmEngine { gelu: Some(gelu), out_bits: 16, ..engine };
        let (width, head) = (self.arch.embed as u32, self.arch.head_width() as u32);
        let core = CoreUnits::new(engine, width, head);
        let residual = format("residual");
        let fracs = |end: &str| {
            let entries = self.calibration.frac.iter().filter(|(name, _)| name.ends_with(end));
            entries.map(|(_, frac)| *frac).min()
        };
        let logit = [format("selector.scores").frac, format("sigmoid.x").frac].into_iter().min().unwrap_or(0);
        let mean = fracs(".mean").unwrap_or(residual.frac - 5).clamp(residual.frac - 8, residual.frac + 8);
        let epsilon = norm_epsilon(&self.arch, residual).min(LayerNorm::MAX_EPSILON.into()) as u32;
        CoreUnits {
            softmax: Softmax { x: format("scores"), delta2: self.arch.delta2, ..core.softmax },
            layer_norm: LayerNorm { x: residual, y: format("norm"), epsilon, ..core.layer_norm },
            residual_add: Elementwise { x: residual, y: residual, ..core.residual_add },
            scale: Elementwise { x: residual, ..core.scale },
            classifier: TokenClassifier {
                x: residual,
                mean: Format::signed(8, mean),
                logit: Format::signed(16, logit.clamp(1, 24)),
                ..core.classifier
            },
            selector: TokenSelector { x: residual, ..core.selector },
            engine: core.engine,
        }
    }

    /// The accelerator's core of the size of `base` whose formats are this network's calibrated ones.
    ///
    /// ```
    /// use spec::accel::Core;
    /// let digits = model::named("digits-heatvit")?;
    /// let core = digits.core(&Core::small());
    /// core.validate()?;
    /// digits.quantise_for(&core.units())?;
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn core(&self, base: &Core) -> Core {
        let units = self.core_units(base.array());
        Core {
            residual: units.layer_norm.x,
            norm: units.layer_norm.y,
            epsilon: units.layer_norm.epsilon,
            gelu: units.engine.gelu.unwrap_or_else(|| base.gelu.clone()),
            score_frac: units.softmax.x.frac,
            delta2: units.softmax.delta2,
            mean: units.classifier.mean,
            logit: units.classifier.logit,
            ..base.clone()
        }
    }

    /// Format of the pixels: the calibrated one, or the digits' s8.4.
    pub fn pixel(&self) -> Format {
        Format::signed(8, self.calibration.frac("pixel").unwrap_or(4))
    }

    /// The calibrated format of a tensor.
    fn format(&self, name: &str) -> Format {
        let frac = self.calibration.frac(name).unwrap_or(0);
        // The unit `gelu` knows no negative binary points.
        let frac = if name.starts_with("gelu.") { frac.max(0) } else { frac };
        Format::signed(if is_wide(name) { 16 } else { 8 }, frac)
    }

    /// The integers of an image: the values of its pixels, in [`Self::pixel`], rounded half to even and saturated.
    ///
    /// ```
    /// let digits = model::named("digits-sdp")?;
    /// assert_eq!(digits.integers(&[0.5, -100.0, 0.1]), [8, -128, 2]);
    /// # Ok::<(), model::UnknownModel>(())
    /// ```
    pub fn integers(&self, values: &[f32]) -> Vec<i32> {
        let scale = 2f32.powi(self.pixel().frac);
        values.iter().map(|value| (value * scale).round_ties_even().clamp(-128.0, 127.0) as i32).collect()
    }
}

/// ε in squared LSBs of the residual stream.
fn norm_epsilon(arch: &Architecture, residual: Format) -> u64 {
    (arch.epsilon * 4f64.powi(residual.frac)).round() as u64
}

/// Refuses networks that the core's units do not compute.
fn fits(arch: &Architecture, core: &CoreUnits) -> Result<(), ConfigError> {
    let refuse = |field, reason: String, remedy: &str| Err(ConfigError::new("core", field, reason, remedy));
    let gelu = core.engine.gelu.as_ref().map_or(Delta::ONE, |gelu| gelu.delta1);
    for (field, unit, ours, theirs) in
        [("delta1", "gelu", arch.delta1, gelu), ("delta2", "softmax", arch.delta2, core.softmax.delta2)]
    {
        if ours != theirs {
            let reason = format!("of the network is {ours}, of the core's {unit} {theirs}");
            return refuse(field, reason, "generate the core with the network's");
        }
    }
    let width = core.layer_norm.max_width.min(core.selector.max_channels) as usize;
    let lanes = core.layer_norm.lanes.max(core.selector.lanes) as usize;
    if arch.embed > width || !arch.embed.is_multiple_of(lanes) {
        let reason = format!("is {}; the core takes multiples of {lanes}, at most {width}", arch.embed);
        return refuse("embed", reason, "generate the core for wider tokens or fewer lanes");
    }
    let most = core.engine.max_m.min(core.selector.max_tokens).min(core.classifier.max_tokens) as usize;
    if arch.tokens() > most {
        let reason = format!("makes {} tokens; the core takes {most}", arch.tokens());
        return refuse("image", reason, "generate the core for more tokens");
    }
    match arch.pruning {
        Pruning::None => Ok(()),
        Pruning::Sdp { .. } => {
            refuse("pruning", "drops tokens by attention, for which the core has no unit".into(), "run it on the host")
        }
        Pruning::Heatvit { .. } => {
            let (head, heads) = (core.classifier.head_width as usize, core.classifier.max_heads as usize);
            if arch.head_width() != head || arch.heads > heads {
                let reason =
                    format!("are {} of {} channels; the core takes {heads} of {head}", arch.heads, arch.head_width());
                return refuse("heads", reason, "generate the core for them");
            }
            Ok(())
        }
    }
}

/// A checkpoint on its way to integers, for a core or for the host.
struct Quantiser<'a> {
    checkpoint: &'a Checkpoint,
    core: Option<&'a CoreUnits>,
}

impl Quantiser<'_> {
    fn network(&self) -> Network {
        let (checkpoint, arch) = (self.checkpoint, &self.checkpoint.arch);
        let (residual, norm) = (self.format("residual"), self.format("norm"));
        let pixel = checkpoint.pixel();
        let position = integers(&checkpoint.tensor("position").data, residual);
        let first = checkpoint.tensor("class_token").data.iter().zip(&checkpoint.tensor("position").data);
        let class: Vec<f32> = first.map(|(class, position)| class + position).collect();
        let classifiers = match &arch.pruning {
            Pruning::Heatvit { before } => before.iter().map(|&block| self.classifier(block)).collect(),
            _ => Vec::new(),
        };
        let units = units::units(arch, |name| self.format(name));
        let (units, arithmetic) = match self.core {
            Some(core) => (units::of_core(core, units), Arithmetic::Core(Box::new(core.clone()))),
            None => (units, Arithmetic::Host),
        };
        Network {
            name: checkpoint.name.clone(),
            arch: arch.clone(),
            pixel,
            residual,
            norm,
            norm_epsilon: norm_epsilon(arch, residual),
            patch: linear(&checkpoint.layer("patch"), pixel, residual),
            class_token: integers(&class, residual),
            position: position[arch.embed..].to_vec(),
            blocks: (0..arch.depth).map(|block| self.block(block)).collect(),
            classifiers,
            head: linear(&checkpoint.normed_layer("head", "norm"), norm, self.format("logits")),
            units,
            arithmetic,
        }
    }

    /// The format of a tensor: the core's where its units fix it, else the calibrated one.
    fn format(&self, name: &str) -> Format {
        let calibrated = self.checkpoint.format(name);
        let Some(core) = self.core else { return calibrated };
        match (name, &core.engine.gelu) {
            ("norm", _) => core.layer_norm.y,
            ("scores", _) => core.softmax.x,
            ("gelu.x", Some(gelu)) => gelu.x,
            ("gelu.y", Some(gelu)) => gelu.y,
            ("selector.scores" | "sigmoid.x", _) => core.classifier.logit,
            _ if name.ends_with(".mean") => {
                let residual = self.checkpoint.format("residual").frac;
                Format::signed(8, residual + core.classifier.mean.frac - core.classifier.x.frac)
            }
            _ => calibrated,
        }
    }

    fn block(&self, block: usize) -> Block {
        let name = |part: &str| format!("blocks.{block}.{part}");
        let (residual, norm) = (self.format("residual"), self.format("norm"));
        let normed =
            |part: &str, from: &str, y| linear(&self.checkpoint.normed_layer(&name(part), &name(from)), norm, y);
        let [q, k, v] = ["query", "key", "value"].map(|part| normed(part, "norm1", self.format(&name(part))));
        let factor = 2f64.powi(self.format("scores").frac - q.y.frac - k.y.frac)
            / (self.checkpoint.arch.head_width() as f64).sqrt();
        let (score_mult, score_shift) = scale(factor);
        // A·V can't be coarser than V: its rows' shifts would have to grow.
        let context = Format::signed(8, self.format(&name("context")).frac.max(v.y.frac));
        Block {
            proj: linear(&self.checkpoint.layer(&name("proj")), context, residual),
            fc1: normed("fc1", "norm2", self.format("gelu.x")),
            fc2: linear(&self.checkpoint.layer(&name("fc2")), self.format("gelu.y"), residual),
            query: q,
            key: k,
            value: v,
            score_mult,
            score_shift,
            context,
        }
    }

    fn classifier(&self, block: usize) -> Classifier {
        let name = |part: &str| format!("selectors.{block}.{part}");
        let (x, mean, hidden, gelu) =
            (self.format(&name("x")), self.format(&name("mean")), self.format("gelu.x"), self.format("gelu.y"));
        let heads = |part: &str, x: Format, y: Format| -> Vec<Linear> {
            (0..self.checkpoint.arch.heads)
                .map(|head| linear(&self.checkpoint.head_layer(&name(part), head), x, y))
                .collect()
        };
        Classifier {
            before: block,
            threshold: TokenSelector::HALF,
            x,
            mean,
            local: heads("local", x, hidden),
            score1: heads("score1", gelu, hidden),
            score2: heads("score2", gelu, hidden),
            score3: heads("score3", gelu, self.format("selector.scores")),
            branch1: linear(&self.checkpoint.layer(&name("branch1")), mean, hidden),
            branch2: linear(&self.checkpoint.layer(&name("branch2")), gelu, self.format("sigmoid.x")),
        }
    }
}

impl Checkpoint {
    fn layer(&self, name: &str) -> Layer {
        let weight = self.tensor(&format!("{name}.weight"));
        let wide = |data: &[f32]| data.iter().map(|&v| f64::from(v)).collect();
        let bias = wide(&self.tensor(&format!("{name}.bias")).data);
        Layer { inputs: weight.shape[0], outputs: weight.shape[1], weight: wide(&weight.data), bias }
    }

    fn head_layer(&self, name: &str, head: usize) -> Layer {
        let weight = self.tensor(&format!("{name}.weight"));
        let (inputs, outputs) = (weight.shape[1], weight.shape[2]);
        let part = |data: &[f32], size: usize| data[head * size..][..size].iter().map(|&v| f64::from(v)).collect();
        let bias = part(&self.tensor(&format!("{name}.bias")).data, outputs);
        Layer { inputs, outputs, weight: part(&weight.data, inputs * outputs), bias }
    }

    /// W·(γ∘n + β) + b as one layer on n.
    fn normed_layer(&self, name: &str, norm: &str) -> Layer {
        let mut layer = self.layer(name);
        let gain = &self.tensor(&format!("{norm}.weight")).data;
        let offset = &self.tensor(&format!("{norm}.bias")).data;
        for (input, row) in layer.weight.chunks_exact_mut(layer.outputs).enumerate() {
            for (weight, bias) in row.iter_mut().zip(&mut layer.bias) {
                *bias += *weight * f64::from(offset[input]);
                *weight *= f64::from(gain[input]);
            }
        }
        layer
    }
}

fn integers(values: &[f32], format: Format) -> Vec<i16> {
    values
        .iter()
        .map(|&v| (f64::from(v) * 2f64.powi(format.frac)).round_ties_even().clamp(-32768.0, 32767.0) as i16)
        .collect()
}

/// `factor` as multiplier / 2^shift with the multiplier in 2^15…2^16 where the shift allows it.
fn scale(factor: f64) -> (u16, u8) {
    let shift = (15 - factor.log2().floor() as i32).clamp(0, 63);
    let mult = (factor * 2f64.powi(shift)).round();
    if mult > 65535.0 && shift > 0 { (1 << 15, (shift - 1) as u8) } else { (mult.min(65535.0) as u16, shift as u8) }
}

fn linear(layer: &Layer, x: Format, y: Format) -> Linear {
    let outputs = layer.outputs;
    let largest = |c: usize| layer.weight.iter().skip(c).step_by(outputs).fold(0f64, |max, w| max.max(w.abs()));
    // A bias may take half of the accumulator, the products the other half: so weights much smaller than it lose bits.
    let least = |c: usize| layer.bias[c].abs() / (x.lsb() * 2f64.powi(30));
    let step = |c: usize| if largest(c) > 0.0 { (largest(c) / 127.0).max(least(c)) } else { least(c).max(1.0) };
    let steps: Vec<f64> = (0..outputs).map(step).collect();
    let weight =
        layer.weight.iter().enumerate().map(|(i, w)| (w / steps[i % outputs]).round_ties_even() as i8).collect();
    let bias = layer.bias.iter().zip(&steps).map(|(b, s)| (b / (s * x.lsb())).round_ties_even() as i32).collect();
    let (mult, shift) = steps.iter().map(|s| scale(s * x.lsb() / y.lsb())).unzip();
    Linear { inputs: layer.inputs, outputs, weight, bias, mult, shift, x, y }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn scales_are_exact_to_sixteen_bits() {
        for factor in [1.0, 0.25, 1.0 / 3.0, 0.99999999, 1e-3, 1e-9, 1.999999, 300.7] {
            let (mult, shift) = scale(factor);
            let got = f64::from(mult) / 2f64.powi(shift.into());
            assert!((got / factor - 1.0).abs() <= 1.0 / 65536.0, "{factor}: {mult} >> {shift}");
        }
        assert_eq!(scale(0.25), (1 << 15, 17));
    }

    #[test]
    fn a_layer_keeps_its_values() {
        let weight = vec![0.5, -0.01, 0.25, 0.02, -1.0, 0.0, 0.125, 0.0];
        let layer = Layer { inputs: 4, outputs: 2, weight: weight.clone(), bias: vec![1.0, -0.5] };
        let (x, y) = (Format::signed(8, 4), Format::signed(16, 8));
        let quantised = linear(&layer, x, y);
        assert_eq!(quantised.weight, [64, -64, 32, 127, -127, 0, 16, 0]);
        for c in 0..2 {
            let input = [16i64, -32, 7, 100];
            let real: f64 = (0..4).map(|i| input[i] as f64 / 16.0 * weight[i * 2 + c]).sum::<f64>() + layer.bias[c];
            let acc: i64 = (0..4).map(|i| input[i] * i64::from(quantised.weight[i * 2 + c])).sum();
            let out = (acc + i64::from(quantised.bias[c])) as f64 * f64::from(quantised.mult[c])
                / 2f64.powi(quantised.shift[c].into());
            assert!((out / 256.0 - real).abs() < 0.04, "{c}: {out} {real}");
        }
    }

    /// However small the weights are beside the bias, the accumulator holds both, and what comes out is the bias.
    #[test]
    fn a_large_bias_leaves_room_for_the_products() {
        let (x, y) = (Format::signed(8, 4), Format::signed(16, 8));
        for (weight, bias) in [(1e-12, 3.0), (0.0, -100.0), (1e-7, 127.0), (1e-3, -1.0)] {
            let layer = Layer { inputs: 2, outputs: 1, weight: vec![weight, -weight], bias: vec![bias] };
            let quantised = linear(&layer, x, y);
            assert!(quantised.bias[0].abs() <= 1 << 30 && quantised.shift[0] < 64, "{quantised:?}");
            let factor = f64::from(quantised.mult[0]) / 2f64.powi(quantised.shift[0].into());
            let out = f64::from(quantised.bias[0]) * factor * y.lsb();
            assert!((out - bias).abs() <= 1e-4 * bias.abs(), "{out} is not {bias}");
        }
    }
}
