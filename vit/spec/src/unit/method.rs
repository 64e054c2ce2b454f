//! How a function unit computes.

use serde::{Deserialize, Serialize};

use crate::{ConfigError, Format};

/// How a function unit computes its function.
///
/// Take the table up to 8 input bits: it is smaller (some 32 LUTs for 8 output bits, no DSP), one cycle deep and
/// correctly rounded. Each further input bit doubles it; from 10 bits on the polynomial is the smaller one, and it alone
/// computes the paper's approximation, which a network may have been trained with.
///
/// ```
/// use spec::unit::Method;
/// assert_eq!(serde_json::to_string(&Method::Table)?, "\"table\"");
/// # Ok::<(), serde_json::Error>(())
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Method {
    /// The approximation of the paper, as a datapath.
    #[default]
    Polynomial,
    /// The true function, rounded half to even and saturated, as a look-up table of the whole input.
    Table,
}

impl Method {
    /// The widest input of a table, in bits.
    pub const MAX_TABLE_WIDTH: u32 = 10;

    /// What a module's name says of it: nothing for the default.
    pub(crate) const fn suffix(self) -> &'static str {
        match self {
            Self::Polynomial => "",
            Self::Table => "_table",
        }
    }

    /// Refuses tables of too wide an input.
    pub(crate) fn validate(self, kind: &'static str, x: Format) -> Result<(), ConfigError> {
        if self == Self::Table && x.width > Self::MAX_TABLE_WIDTH {
            let reason = format!("is `table` for the {}-bit input {x}", x.width);
            let remedy = format!("take `polynomial`, or an input of at most {} bits", Self::MAX_TABLE_WIDTH);
            return Err(ConfigError::new(kind, "method", reason, remedy));
        }
        Ok(())
    }
}

/// Refuses the format of `field` unless width, fraction bits and, where it matters, sign are as asked.
pub(crate) fn expect_format(
    kind: &'static str,
    field: &'static str,
    format: Format,
    signed: Option<bool>,
    width: std::ops::RangeInclusive<u32>,
    frac: std::ops::RangeInclusive<i32>,
) -> Result<(), ConfigError> {
    let refuse = |remedy: String| Err(ConfigError::new(kind, field, format!("is {format}"), remedy));
    if signed.is_some_and(|signed| signed != format.signed) {
        let other = Format { signed: !format.signed, ..format };
        let want = if other.signed { "a signed" } else { "an unsigned" };
        return refuse(format!("give {want} format, such as {other}"));
    }
    if !width.contains(&format.width) {
        return refuse(format!("give it a width of {} to {} bits", width.start(), width.end()));
    }
    if !frac.contains(&format.frac) {
        return refuse(format!("give it {} to {} fraction bits", frac.start(), frac.end()));
    }
    Ok(())
}
