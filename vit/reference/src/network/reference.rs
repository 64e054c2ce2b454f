//! The reference models as a network's backend.

use std::fmt;

use spec::ConfigError;
use spec::network::Network;
use spec::unit::{BitonicSort, SystolicGemm, TokenSelector};

use super::backend::{AttentionRow, Backend};
use crate::token_selector::{Job as SelectJob, Selection, TokenSelectorModel};
use crate::{FunctionUnit, GeluModel, GemmJob, PlanSigmoidModel, SoftmaxModel, Sorted, bitonic_sort, gemm};

/// A job that a unit of the network does not take.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UnitError {
    /// The unit's kind.
    pub unit: &'static str,
    /// What is wrong.
    pub reason: String,
}

impl fmt::Display for UnitError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}; the network's units must fit its jobs", self.unit, self.reason)
    }
}

impl std::error::Error for UnitError {}

pub(super) fn failed(unit: &'static str) -> impl Fn(&dyn fmt::Display) -> UnitError {
    move |reason| UnitError { unit, reason: reason.to_string() }
}

/// Does every job by the units' integer-exact models.
#[derive(Clone, Debug)]
pub struct Reference {
    gemm: SystolicGemm,
    attention: SoftmaxModel,
    gelu: GeluModel,
    sigmoid: Option<PlanSigmoidModel>,
    softmax: Option<SoftmaxModel>,
}

impl Reference {
    /// The models of the network's units; refuses what their configurations refuse.
    pub fn new(net: &Network) -> Result<Self, ConfigError> {
        let units = &net.units;
        units.gemm.validate()?;
        Ok(Self {
            gemm: units.gemm.clone(),
            attention: SoftmaxModel::new(&units.softmax)?,
            gelu: GeluModel::new(&units.gelu)?,
            sigmoid: units.sigmoid.as_ref().map(PlanSigmoidModel::new).transpose()?,
            softmax: units.classifier_softmax.as_ref().map(SoftmaxModel::new).transpose()?,
        })
    }
}

pub(super) fn wide(row: &[i32]) -> Vec<i64> {
    row.iter().map(|&x| x.into()).collect()
}

pub(super) fn narrow(row: &[i64]) -> Vec<i32> {
    row.iter().map(|&y| y as i32).collect()
}

pub(super) fn missing(unit: &'static str) -> UnitError {
    UnitError { unit, reason: "the network names none".into() }
}

impl Backend for Reference {
    type Error = UnitError;

    fn gemm(&mut self, jobs: &[GemmJob]) -> Result<Vec<Vec<i32>>, UnitError> {
        jobs.iter().map(|job| gemm(&self.gemm, job).map_err(|e| failed("systolic_gemm")(&e))).collect()
    }

    fn attention(&mut self, rows: &[Vec<i32>]) -> Result<Vec<AttentionRow>, UnitError> {
        let row = |row: &Vec<i32>| {
            let row = self.attention.eval_row(&wide(row)).map_err(|e| failed("softmax")(&e))?;
            Ok(AttentionRow { e: narrow(&row.y), mult: row.mult as u16, shift: row.shift as u8 })
        };
        rows.iter().map(row).collect()
    }

    fn softmax(&mut self, rows: &[Vec<i32>]) -> Result<Vec<Vec<i32>>, UnitError> {
        let model = self.softmax.as_ref().ok_or_else(|| missing("softmax"))?;
        let row = |row: &Vec<i32>| Ok(narrow(&model.eval_row(&wide(row)).map_err(|e| failed("softmax")(&e))?.y));
        rows.iter().map(row).collect()
    }

    fn gelu(&mut self, x: &[i32]) -> Result<Vec<i32>, UnitError> {
        Ok(x.iter().map(|&x| self.gelu.eval(x.into()) as i32).collect())
    }

    fn sigmoid(&mut self, x: &[i32]) -> Result<Vec<i32>, UnitError> {
        let model = self.sigmoid.as_ref().ok_or_else(|| missing("plan_sigmoid"))?;
        Ok(x.iter().map(|&x| model.eval(x.into()) as i32).collect())
    }

    fn select(&mut self, unit: &TokenSelector, job: &SelectJob) -> Result<Selection, UnitError> {
        let model = TokenSelectorModel::new(unit).map_err(|e| failed("token_selector")(&e))?;
        model.run(job).map_err(|e| failed("token_selector")(&e))
    }

    fn sort(&mut self, unit: &BitonicSort, keys: &[i128]) -> Result<Vec<Sorted>, UnitError> {
        if keys.len() != unit.n as usize {
            return Err(failed("bitonic_sort")(&format!("{} keys for a sorter of {}", keys.len(), unit.n)));
        }
        Ok(bitonic_sort(unit, keys, &[], 0))
    }
}
