//! Configuration of `plan_sigmoid`.

use serde::{Deserialize, Serialize};

use super::method::{Method, expect_format};
use crate::{ConfigError, Flow, Format};

/// Sigmoid by four straight lines, shifts and adds only. Source: Amin, Curtis, Hayes-Gill 1997 (PLAN); HeatViT
/// (HPCA 2023), section V-D.
///
/// y = 1 for |x| ≥ 5, |x|/32 + 0.84375 for |x| ≥ 2.375, |x|/8 + 0.625 for |x| ≥ 1, |x|/4 + 0.5 below, and
/// y(−x) = 1 − y(x); computed exactly, then rounded once, half to even, and saturated. With [`Method::Table`], y is
/// 1/(1 + e^(−x)), rounded and saturated alike.
///
/// PLAN falls by 1/256 at |x| = 2.375, so it is not monotonic; the table is.
///
/// ```
/// use spec::unit::PlanSigmoid;
/// assert_eq!(PlanSigmoid::preset16().module_name(), "plan_sigmoid_s16f12_u16f15");
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PlanSigmoid {
    /// Format of the input `x`: signed, 2 to 24 bits, 0 to 24 of them fraction bits.
    pub x: Format,
    /// Format of the output `y`: 2 to 24 bits, 1 to 24 of them fraction bits.
    pub y: Format,
    /// Datapath or table.
    #[serde(default)]
    pub method: Method,
    /// How it stalls.
    #[serde(default)]
    pub flow: Flow,
}

const KIND: &str = "plan_sigmoid";

impl PlanSigmoid {
    /// The datapath between two formats.
    pub fn new(x: Format, y: Format) -> Self {
        Self { x, y, method: Method::Polynomial, flow: Flow::Stall }
    }

    /// s16.12 to u16.15.
    pub fn preset16() -> Self {
        Self::new(Format::signed(16, 12), Format::unsigned(16, 15))
    }

    /// s8.4 to u8.7.
    pub fn preset8() -> Self {
        Self::new(Format::signed(8, 4), Format::unsigned(8, 7))
    }

    /// `plan_sigmoid_s16f12_u16f15`, with what differs from the defaults behind it.
    pub fn module_name(&self) -> String {
        let (x, y) = (self.x.ident(), self.y.ident());
        format!("{KIND}_{x}_{y}{}{}", self.method.suffix(), self.flow.suffix())
    }

    /// Refuses formats that the unit cannot be built for.
    pub fn validate(&self) -> Result<(), ConfigError> {
        expect_format(KIND, "x", self.x, Some(true), 2..=24, 0..=24)?;
        expect_format(KIND, "y", self.y, None, 2..=24, 1..=24)?;
        self.method.validate(KIND, self.x)
    }
}
