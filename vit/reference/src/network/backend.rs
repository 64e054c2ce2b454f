//! The jobs that a network's forward pass hands to the units, and who does them.

use spec::Format;
use spec::unit::{BitonicSort, TokenSelector};

use super::host;
use crate::token_selector::{HeadScore, Job as SelectJob, Selection};
use crate::{GemmJob, Sorted};

/// One row of an unnormalised softmax.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AttentionRow {
    /// exp(x̃) relative to the row's maximum, 0…127.
    pub e: Vec<i32>,
    /// Mantissa of δ2/Σe: δ2·e/Σe ≈ e·mult/2^shift.
    pub mult: u16,
    /// Its shift.
    pub shift: u8,
}

/// What a layer norm is to do with its rows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Norm {
    /// Channels of a row.
    pub width: usize,
    /// ε in squared LSBs of a channel; a unit has an ε of its own.
    pub epsilon: u64,
    /// Format of the results.
    pub y: Format,
}

/// A head's last results for a token in the token classifier.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct HeadLogit {
    /// For keeping it.
    pub keep: i32,
    /// For pruning it.
    pub prune: i32,
    /// The head-evaluation branch's.
    pub gate: i32,
}

/// Whoever does a network's jobs: the reference models ([`super::Reference`], [`super::Core`]) or verilated units.
///
/// Every method takes whole jobs and gives whole results, in the integers of the units' streams. Those with a body do on the host, or by
/// the other jobs, what a backend has no unit of its own for.
pub trait Backend {
    /// What can go wrong.
    type Error;

    /// Matrix products, in order.
    fn gemm(&mut self, jobs: &[GemmJob]) -> Result<Vec<Vec<i32>>, Self::Error>;

    /// Unnormalised softmax of each row of attention scores.
    fn attention(&mut self, rows: &[Vec<i32>]) -> Result<Vec<AttentionRow>, Self::Error>;

    /// Normalised softmax of each row of the token classifier's scores.
    fn softmax(&mut self, rows: &[Vec<i32>]) -> Result<Vec<Vec<i32>>, Self::Error>;

    /// GELU of each value.
    fn gelu(&mut self, x: &[i32]) -> Result<Vec<i32>, Self::Error>;

    /// Sigmoid of each value.
    fn sigmoid(&mut self, x: &[i32]) -> Result<Vec<i32>, Self::Error>;

    /// Token selection and packaging.
    fn select(&mut self, unit: &TokenSelector, job: &SelectJob) -> Result<Selection, Self::Error>;

    /// Keys in descending order.
    fn sort(&mut self, unit: &BitonicSort, keys: &[i128]) -> Result<Vec<Sorted>, Self::Error>;

    /// GELU of the results of matrix products.
    fn gemm_gelu(&mut self, jobs: &[GemmJob]) -> Result<Vec<Vec<i32>>, Self::Error> {
        let products = self.gemm(jobs)?;
        let all = self.gelu(&products.concat())?;
        let mut rest = all.as_slice();
        let mut cut = |size: usize| {
            let (part, behind) = rest.split_at(size);
            rest = behind;
            part.to_vec()
        };
        Ok(products.iter().map(|product| cut(product.len())).collect())
    }

    /// Layer norm of every row, without its affine part: [`host::layer_norm`].
    fn layer_norm(&mut self, x: &[i32], norm: &Norm) -> Result<Vec<i32>, Self::Error> {
        Ok(x.chunks(norm.width).flat_map(|row| host::layer_norm(row, norm.epsilon, norm.y)).collect())
    }

    /// Sum of the residual stream and what is added to it, in the stream's format: [`host::add`].
    fn residual_add(&mut self, residual: &[i32], x: &[i32], format: Format) -> Result<Vec<i32>, Self::Error> {
        Ok(host::add(residual, x, format))
    }

    /// Values of one format in another: [`host::requantise`].
    fn rescale(&mut self, x: &[i32], from: Format, to: Format) -> Result<Vec<i32>, Self::Error> {
        Ok(host::requantise(x, from, to))
    }

    /// Mean of `width` channels at a time, of the format `from`, in the format `to`: [`host::means`].
    fn channel_means(&mut self, x: &[i32], width: usize, from: Format, to: Format) -> Result<Vec<i32>, Self::Error> {
        Ok(host::means(x, width, from, to))
    }

    /// Rows \[local, global\] of a head, global the mean of its local features of `width` over the tokens: [`host::row_mean`].
    fn features(&mut self, local: &[i32], width: usize) -> Result<Vec<i32>, Self::Error> {
        let global = host::row_mean(local, width);
        Ok(local.chunks(width).flat_map(|row| row.iter().chain(&global).copied()).collect())
    }

    /// Scores and weights of heads: softmax of (keep, prune), sigmoid of the gate.
    fn head_scores(&mut self, logits: &[HeadLogit]) -> Result<Vec<HeadScore>, Self::Error> {
        let gates = self.sigmoid(&logits.iter().map(|logit| logit.gate).collect::<Vec<_>>())?;
        let pairs = self.softmax(&logits.iter().map(|logit| vec![logit.keep, logit.prune]).collect::<Vec<_>>())?;
        let scores = pairs.iter().zip(gates);
        Ok(scores.map(|(pair, gate)| HeadScore { s0: pair[0] as u32, s1: pair[1] as u32, a: gate as u32 }).collect())
    }
}
