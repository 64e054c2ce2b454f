//! Tensors of a foreign safetensors file, and which of them have been taken.

use std::collections::BTreeSet;

use safetensors::tensor::{Dtype, SafeTensors};

use crate::{CheckpointError, Tensor};

/// A file of named tensors.
pub(super) struct Source<'a> {
    place: String,
    file: SafeTensors<'a>,
    taken: BTreeSet<String>,
}

impl<'a> Source<'a> {
    /// The tensors in `bytes`, which came from `place`.
    pub fn new(place: &str, bytes: &'a [u8]) -> Result<Self, CheckpointError> {
        let file = SafeTensors::deserialize(bytes)
            .map_err(|e| CheckpointError::Container { place: place.to_owned(), reason: e.to_string() })?;
        Ok(Self { place: place.to_owned(), file, taken: BTreeSet::new() })
    }

    /// Names of all tensors, sorted.
    pub fn names(&self) -> Vec<String> {
        let mut names: Vec<String> = self.file.names().into_iter().map(str::to_owned).collect();
        names.sort_unstable();
        names
    }

    /// Whether there is a tensor of that name.
    pub fn has(&self, name: &str) -> bool {
        self.file.tensor(name).is_ok()
    }

    /// The dimensions of a tensor that must have `rank` of them.
    pub fn shape(&self, name: &str, rank: usize) -> Result<Vec<usize>, CheckpointError> {
        let expected = || format!("a tensor of {rank} dimensions");
        let view = self.file.tensor(name).map_err(|_| self.error(name, "is missing".into(), expected()))?;
        if view.shape().len() != rank {
            return Err(self.error(name, format!("has shape {:?}", view.shape()), expected()));
        }
        Ok(view.shape().to_vec())
    }

    /// The values of a tensor of that shape; from now on it counts as taken.
    pub fn take(&mut self, name: &str, shape: &[usize]) -> Result<Vec<f32>, CheckpointError> {
        let expected = || format!("f32, f16 or bf16 of shape {shape:?}");
        let view = self.file.tensor(name).map_err(|_| self.error(name, "is missing".into(), expected()))?;
        let Some(values) = values(view.dtype(), view.data()) else {
            return Err(self.error(name, format!("holds {:?}", view.dtype()), expected()));
        };
        if view.shape() != shape {
            return Err(self.error(name, format!("has shape {:?}", view.shape()), expected()));
        }
        if let Some(at) = values.iter().position(|value| !value.is_finite()) {
            let reason = format!("is {} at element {at}", values[at]);
            return Err(self.error(name, reason, "finite values".into()));
        }
        self.taken.insert(name.to_owned());
        Ok(values)
    }

    /// As [`Self::take`], as a tensor of that shape.
    pub fn tensor(&mut self, name: &str, shape: &[usize]) -> Result<Tensor, CheckpointError> {
        Ok(Tensor { data: self.take(name, shape)?, shape: shape.to_vec() })
    }

    /// What nobody has taken, by name and shape.
    pub fn left(&self) -> Vec<(String, Vec<usize>)> {
        let shape = |name: &str| self.file.tensor(name).map(|view| view.shape().to_vec()).unwrap_or_default();
        let names = self.names().into_iter().filter(|name| !self.taken.contains(name));
        names.map(|name| (name.clone(), shape(&name))).collect()
    }

    /// An error about a tensor.
    pub fn error(&self, tensor: &str, reason: String, expected: String) -> CheckpointError {
        CheckpointError::Tensor { place: self.place.clone(), tensor: tensor.to_owned(), reason, expected }
    }
}

/// The values of a float tensor's bytes, or nothing if it is not one.
fn values(dtype: Dtype, data: &[u8]) -> Option<Vec<f32>> {
    let halves = || data.chunks_exact(2).map(|b| u16::from_le_bytes([b[0], b[1]]));
    match dtype {
        Dtype::F32 => Some(data.chunks_exact(4).map(|b| f32::from_le_bytes([b[0], b[1], b[2], b[3]])).collect()),
        Dtype::BF16 => Some(halves().map(|bits| f32::from_bits(u32::from(bits) << 16)).collect()),
        Dtype::F16 => Some(halves().map(half).collect()),
        _ => None,
    }
}

/// The value of an IEEE 754 binary16.
fn half(bits: u16) -> f32 {
    let (sign, exponent, mantissa) = (u32::from(bits >> 15) << 31, u32::from(bits >> 10 & 31), u32::from(bits & 1023));
    let magnitude = match exponent {
        // Subnormals count in 2^−24.
        0 => (mantissa as f32 * 2f32.powi(-24)).to_bits(),
        31 => 255 << 23 | mantissa << 13,
        _ => (exponent + 112) << 23 | mantissa << 13,
    };
    f32::from_bits(sign | magnitude)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Against the definition, sign·2^(e − 15)·(1 + m/1024), for every pattern.
    #[test]
    fn halves_have_their_value() {
        for bits in 0..=u16::MAX {
            let (exponent, mantissa) = (i32::from(bits >> 10 & 31), f64::from(bits & 1023));
            let magnitude = match exponent {
                0 => mantissa / 1024.0 * 2f64.powi(-14),
                31 if mantissa == 0.0 => f64::INFINITY,
                31 => f64::NAN,
                _ => (1.0 + mantissa / 1024.0) * 2f64.powi(exponent - 15),
            };
            let exact = if bits >> 15 == 1 { -magnitude } else { magnitude };
            let got = f64::from(half(bits));
            assert!(got == exact || (got.is_nan() && exact.is_nan()), "{bits:#06x}: {got} is not {exact}");
        }
    }
}
