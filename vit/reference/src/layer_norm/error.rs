//! How far the unit is from real arithmetic.

use super::LayerNormModel;
use crate::RowError;

/// How far rows of a layer normalisation are from γ·(x − μ)/√(σ² + ε) + β in f64, saturated alike; in output LSB.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct LayerNormError {
    /// Channels measured.
    pub channels: u64,
    /// Largest distance.
    pub max: f64,
    /// Sum of the distances.
    absolute: f64,
    /// Sum of the differences, with their sign.
    signed: f64,
}

impl LayerNormModel {
    /// How far each channel is from γ·(x − μ)/√(σ² + ε) + β in f64, saturated alike; in output LSB.
    ///
    /// ```
    /// use reference::LayerNormModel;
    /// let norm = LayerNormModel::new(&spec::unit::LayerNorm::preset8(1))?;
    /// let differences = norm.differences(&[-30, 2, 90], &[(32, 0); 3])?;
    /// assert!(differences.len() == 3 && differences.iter().all(|lsb| lsb.abs() <= 0.51));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn differences(&self, x: &[i64], affine: &[(i64, i64)]) -> Result<Vec<f64>, RowError> {
        let y = self.eval_row(x, affine)?;
        let config = &self.config;
        let width = x.len() as f64;
        let mean = x.iter().map(|&x| x as f64).sum::<f64>() / width;
        let variance = x.iter().map(|&x| (x as f64 - mean).powi(2)).sum::<f64>() / width + f64::from(config.epsilon);
        let difference = |(channel, (&x, &y)): (usize, (&i64, &i64))| {
            let z = if variance == 0.0 { 0.0 } else { (x as f64 - mean) / variance.sqrt() };
            let exact = match (config.affine(), affine.get(channel)) {
                (Some((gamma, beta)), Some(&(g, b))) => gamma.value(g.into()) * z + beta.value(b.into()),
                _ => z,
            };
            y as f64 - (exact / config.y.lsb()).clamp(config.y.min() as f64, config.y.max() as f64)
        };
        Ok(x.iter().zip(&y).enumerate().map(difference).collect())
    }
}

impl LayerNormError {
    /// Measures one more row.
    ///
    /// ```
    /// use reference::{LayerNormError, LayerNormModel};
    /// let norm = LayerNormModel::new(&spec::unit::LayerNorm::preset16(1))?;
    /// let mut error = LayerNormError::default();
    /// error.add(&norm, &[-300, 20, 900], &[(4096, 0); 3])?;
    /// assert!(error.channels == 3 && error.max < 1.0 && error.mean().abs() <= error.mean_distance());
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn add(&mut self, model: &LayerNormModel, x: &[i64], affine: &[(i64, i64)]) -> Result<(), RowError> {
        for difference in model.differences(x, affine)? {
            self.max = self.max.max(difference.abs());
            self.absolute += difference.abs();
            self.signed += difference;
        }
        self.channels += x.len() as u64;
        Ok(())
    }

    /// Counts what another part of the rows gave.
    ///
    /// ```
    /// use reference::{LayerNormError, LayerNormModel};
    /// let norm = LayerNormModel::new(&spec::unit::LayerNorm { gamma: None, beta: None, ..spec::unit::LayerNorm::preset16(1) })?;
    /// let mut parts = [LayerNormError::default(); 2];
    /// parts[0].add(&norm, &[-300, 20, 900], &[])?;
    /// parts[1].add(&norm, &[7, 9], &[])?;
    /// let [mut all, other] = parts;
    /// all.merge(&other);
    /// assert_eq!((all.channels, all.max), (5, parts[0].max.max(parts[1].max)));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn merge(&mut self, other: &Self) {
        self.channels += other.channels;
        self.max = self.max.max(other.max);
        self.absolute += other.absolute;
        self.signed += other.signed;
    }

    /// Mean difference, with its sign.
    pub fn mean(&self) -> f64 {
        self.signed / self.channels.max(1) as f64
    }

    /// Mean distance.
    pub fn mean_distance(&self) -> f64 {
        self.absolute / self.channels.max(1) as f64
    }
}
