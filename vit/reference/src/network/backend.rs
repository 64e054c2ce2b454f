//! The jobs that a network's forward pass hands to the units, and who does them.

use spec::unit::{BitonicSort, TokenSelector};

use crate::token_selector::{Job as SelectJob, Selection};
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

/// Whoever does the units' jobs: the reference models ([`super::Reference`]) or verilated units.
///
/// Every method takes whole jobs and gives whole results, in the integers of the units' streams.
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
}
