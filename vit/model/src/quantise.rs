//! From float weights and calibrated formats to the integer network.

use spec::Format;
use spec::network::{Arithmetic, Block, Classifier, Linear, Network, Pruning};
use spec::unit::TokenSelector;

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
        let arch = &self.arch;
        let (residual, norm) = (self.format("residual"), self.format("norm"));
        let pixel = self.pixel();
        let position = integers(&self.tensor("position").data, residual);
        let first = self.tensor("class_token").data.iter().zip(&self.tensor("position").data);
        let class: Vec<f32> = first.map(|(class, position)| class + position).collect();
        let classifiers = match &arch.pruning {
            Pruning::Heatvit { before } => before.iter().map(|&block| self.classifier(block)).collect(),
            _ => Vec::new(),
        };
        Network {
            name: self.name.clone(),
            arch: arch.clone(),
            pixel,
            residual,
            norm,
            norm_epsilon: (arch.epsilon * 4f64.powi(residual.frac)).round() as u64,
            patch: linear(&self.layer("patch"), pixel, residual),
            class_token: integers(&class, residual),
            position: position[arch.embed..].to_vec(),
            blocks: (0..arch.depth).map(|block| self.block(block)).collect(),
            classifiers,
            head: linear(&self.normed_layer("head", "norm"), norm, self.format("logits")),
            units: units::units(arch, |name| self.format(name)),
            arithmetic: Arithmetic::Host,
        }
    }

    /// Format of the pixels: the calibrated one, or the digits' s8.4.
    pub fn pixel(&self) -> Format {
        Format::signed(8, self.calibration.frac("pixel").unwrap_or(4))
    }

    /// The calibrated format of a tensor.
    fn format(&self, name: &str) -> Format {
        let width = if is_wide(name) { 16 } else { 8 };
        Format::signed(width, self.calibration.frac(name).unwrap_or(0))
    }

    fn block(&self, block: usize) -> Block {
        let name = |part: &str| format!("blocks.{block}.{part}");
        let (residual, norm) = (self.format("residual"), self.format("norm"));
        let normed = |part: &str, from: &str, y| linear(&self.normed_layer(&name(part), &name(from)), norm, y);
        let [q, k, v] = ["query", "key", "value"].map(|part| normed(part, "norm1", self.format(&name(part))));
        let factor =
            2f64.powi(self.format("scores").frac - q.y.frac - k.y.frac) / (self.arch.head_width() as f64).sqrt();
        let (score_mult, score_shift) = scale(factor);
        // A·V can't be coarser than V: its rows' shifts would have to grow.
        let context = Format::signed(8, self.format(&name("context")).frac.max(v.y.frac));
        Block {
            proj: linear(&self.layer(&name("proj")), context, residual),
            fc1: normed("fc1", "norm2", self.format("gelu.x")),
            fc2: linear(&self.layer(&name("fc2")), self.format("gelu.y"), residual),
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
            (0..self.arch.heads).map(|head| linear(&self.head_layer(&name(part), head), x, y)).collect()
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
            branch1: linear(&self.layer(&name("branch1")), mean, hidden),
            branch2: linear(&self.layer(&name("branch2")), gelu, self.format("sigmoid.x")),
        }
    }

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
    let steps: Vec<f64> = (0..outputs).map(|c| if largest(c) > 0.0 { largest(c) / 127.0 } else { 1.0 }).collect();
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
}
