//! Fixed-point formats and the names of the ways to lose bits.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

/// The widest format that a configuration may name, in bits.
pub const MAX_WIDTH: u32 = 64;

/// A fixed-point format: `width` bits in all, `frac` of them behind the binary point; value = integer · 2^(−`frac`).
///
/// Written `s16.12` (two's complement) or `u16.15` (unsigned): sign, width, fraction bits. `frac` may be negative or
/// exceed `width`.
///
/// ```
/// use spec::Format;
/// let f: Format = "s16.12".parse()?;
/// assert_eq!(f, Format::signed(16, 12));
/// assert_eq!((f.min(), f.max()), (-32768, 32767));
/// assert_eq!(f.value(-4096), -1.0);
/// assert_eq!(f.ident(), "s16f12");
/// # Ok::<(), spec::FormatError>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Format {
    /// Two's complement if set, unsigned otherwise.
    pub signed: bool,
    /// Bits in all, 1 to [`MAX_WIDTH`].
    pub width: u32,
    /// Bits behind the binary point.
    pub frac: i32,
}

impl Format {
    /// A two's-complement format.
    pub const fn signed(width: u32, frac: i32) -> Self {
        Self { signed: true, width, frac }
    }

    /// An unsigned format.
    pub const fn unsigned(width: u32, frac: i32) -> Self {
        Self { signed: false, width, frac }
    }

    /// The smallest integer of the format.
    pub const fn min(self) -> i128 {
        if self.signed { -(1 << (self.width - 1)) } else { 0 }
    }

    /// The largest integer of the format.
    pub const fn max(self) -> i128 {
        if self.signed { (1 << (self.width - 1)) - 1 } else { (1 << self.width) - 1 }
    }

    /// Whether the integer `raw` can be written in the format.
    pub const fn contains(self, raw: i128) -> bool {
        self.min() <= raw && raw <= self.max()
    }

    /// The real value of one unit in the last place.
    pub fn lsb(self) -> f64 {
        2f64.powi(-self.frac)
    }

    /// The real value of the integer `raw`.
    pub fn value(self, raw: i128) -> f64 {
        raw as f64 * self.lsb()
    }

    /// The format as a part of a SystemVerilog identifier: `s16f12`, `u8fm2` for a negative fraction.
    pub fn ident(self) -> String {
        let sign = if self.signed { 's' } else { 'u' };
        let minus = if self.frac < 0 { "m" } else { "" };
        format!("{sign}{}f{minus}{}", self.width, self.frac.unsigned_abs())
    }
}

impl fmt::Display for Format {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}{}.{}", if self.signed { 's' } else { 'u' }, self.width, self.frac)
    }
}

/// A text that is not a [`Format`].
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("`{text}` is not a number format: {reason}; write sign, width and fraction bits, such as `s16.12` or `u8.7`")]
pub struct FormatError {
    text: String,
    reason: String,
}

impl FromStr for Format {
    type Err = FormatError;

    fn from_str(text: &str) -> Result<Self, FormatError> {
        let fail = |reason: &str| FormatError { text: text.to_owned(), reason: reason.to_owned() };
        let signed = match text.as_bytes().first() {
            Some(b's') => true,
            Some(b'u') => false,
            _ => return Err(fail("it starts with neither `s` nor `u`")),
        };
        let (width, frac) =
            text[1..].split_once('.').ok_or_else(|| fail("it has no `.` between width and fraction bits"))?;
        let width: u32 = width.parse().map_err(|_| fail("the width is not a whole number"))?;
        let frac: i32 = frac.parse().map_err(|_| fail("the fraction bits are not a whole number"))?;
        if width == 0 || width > MAX_WIDTH {
            return Err(fail(&format!("the width must be from 1 to {MAX_WIDTH}")));
        }
        if frac.abs() > 2 * MAX_WIDTH as i32 {
            return Err(fail(&format!("the fraction bits must be from -{0} to {0}", 2 * MAX_WIDTH)));
        }
        Ok(Self { signed, width, frac })
    }
}

impl TryFrom<String> for Format {
    type Error = FormatError;

    fn try_from(text: String) -> Result<Self, FormatError> {
        text.parse()
    }
}

impl From<Format> for String {
    fn from(format: Format) -> Self {
        format.to_string()
    }
}

/// How bits behind the kept ones are dropped.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Rounding {
    /// Towards minus infinity (the bits are cut off).
    Floor,
    /// To the nearest, halves up.
    HalfUp,
    /// To the nearest, halves to the even neighbour.
    HalfEven,
}

/// What happens to a value beyond the format's range.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Overflow {
    /// It becomes the nearest value of the format.
    Saturate,
    /// Its high bits are cut off.
    Wrap,
}

/// How a pipe of fixed latency meets a consumer that is not ready.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Flow {
    /// Every stage holds while the output is not taken; `ready` passes through combinationally.
    #[default]
    Stall,
    /// As `Stall`, with a skid buffer at the input that registers `ready`.
    Skid,
    /// The pipe never holds; an output FIFO and a credit counter admit only what fits.
    Credit,
}

impl Flow {
    /// What a module's name says of it: nothing for the default.
    pub(crate) const fn suffix(self) -> &'static str {
        match self {
            Self::Stall => "",
            Self::Skid => "_skid",
            Self::Credit => "_credit",
        }
    }
}
