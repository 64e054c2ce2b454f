//! Configuration of `systolic_gemm`.

use serde::{Deserialize, Serialize};

use crate::{ConfigError, Format};

/// Signed integers that an array multiplies.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Operand {
    /// 8 bits, accumulated in 32.
    #[default]
    Int8,
    /// 16 bits, accumulated in 48.
    Int16,
}

impl Operand {
    /// Format of weights and activations.
    pub const fn format(self) -> Format {
        match self {
            Self::Int8 => Format::signed(8, 0),
            Self::Int16 => Format::signed(16, 0),
        }
    }

    /// Format of accumulator and bias.
    pub const fn accumulator(self) -> Format {
        match self {
            Self::Int8 => Format::signed(32, 0),
            Self::Int16 => Format::signed(48, 0),
        }
    }

    /// `int8` or `int16`.
    pub const fn ident(self) -> &'static str {
        match self {
            Self::Int8 => "int8",
            Self::Int16 => "int16",
        }
    }
}

/// Matrix product Y = requantise(A·W + bias) on a weight-stationary array of `rows` × `cols` multiply-accumulators.
///
/// A is M×K, W is K×N, Y is M×N; any shape with 1 ≤ M ≤ `max_m` and 1 ≤ K, N ≤ [`Self::MAX_DIM`], by tiling: K in tiles of
/// `rows`, N in tiles of `cols`, the last tile of either partial. Source: HeatViT (HPCA 2023), section V-A (tiled GEMM with
/// double-buffered weights); the array is the classic weight-stationary one, skewed by rows and blocks of columns.
///
/// # Arithmetic
///
/// acc = Σ_k A[m, k]·W[k, n], in 32 bits (`int8`) or 48 bits (`int16`): it cannot overflow.
/// x = acc + bias, wrapped to the same width. y = x·mult/2^shift, rounded half to even and saturated to the output format, or to 8
/// bits where the job says `narrow`. `mult` (u16) and `shift` (0…63) belong to the output column, or to the row of A where the
/// job says `row_scale`.
///
/// # Streams
///
/// One beat of each stream carries, in the order given:
///
/// | stream | beat | order | beats of a job |
/// |---|---|---|---|
/// | `cmd` | `m`, `k`, `n`, `row_scale`, `narrow` (only where the output has 16 bits) | jobs | 1 |
/// | `weight` | `w`: W\[k, n0 … n0 + cols) | for each tile of N: k = 0 … K − 1 | [`Self::weight_beats`] |
/// | `column` | `bias`, `mult`, `shift` of a column of Y | n = 0 … N − 1 | N |
/// | `act` | `a`: A\[m, k0 … k0 + rows), `mult` and `shift` of row m | for each tile of N: for each tile of K: m = 0 … M − 1 | [`Self::act_beats`] |
/// | `out` | `y`: Y\[m, n0 … n0 + cols), keep per lane, last with the job's last beat | for each tile of N: m = 0 … M − 1 | [`Self::out_beats`] |
///
/// Lanes of `a` beyond K and of `w` beyond N are ignored, lanes of `y` beyond N have keep = 0. Row `mult` and `shift` are read in the
/// beats of the last tile of K of a `row_scale` job only; `column`'s are ignored in such a job, its bias is not. `act` beats of a
/// tile of N wait until the beats of its columns have been taken. A job with a
/// dimension of 0 or m > `max_m` is taken and dropped: it has no beats on any other stream.
///
/// ```
/// use spec::unit::SystolicGemm;
/// let array = SystolicGemm::int8(16, 16);
/// array.validate()?;
/// assert_eq!(array.module_name(), "systolic_gemm_r16_c16_int8");
/// // 197 tokens, 48 inputs, 40 outputs: 3 tiles of K, 3 tiles of N.
/// assert_eq!((array.weight_beats(48, 40), array.act_beats(197, 48, 40), array.out_beats(197, 40)), (144, 1773, 591));
/// # Ok::<(), spec::ConfigError>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SystolicGemm {
    /// Rows of the array, over K: 2 to 128.
    pub rows: u32,
    /// Columns of the array, over N: 2 to 128.
    pub cols: u32,
    /// What is multiplied.
    #[serde(default)]
    pub data: Operand,
    /// Bits of an output: 8 or 16; the operand's width if not given.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub out_bits: Option<u32>,
    /// The largest M of a job, 1 to 4096: the depth of the accumulator memory.
    #[serde(default = "default_max_m")]
    pub max_m: u32,
}

fn default_max_m() -> u32 {
    SystolicGemm::DEFAULT_MAX_M
}

const KIND: &str = "systolic_gemm";

impl SystolicGemm {
    /// The largest K and N of a job.
    pub const MAX_DIM: u32 = 65535;
    /// `max_m` where nothing else is said.
    pub const DEFAULT_MAX_M: u32 = 256;
    /// Format of the multiplier of a requantisation.
    pub const MULT: Format = Format::unsigned(16, 0);
    /// Format of the shift of a requantisation.
    pub const SHIFT: Format = Format::unsigned(6, 0);

    /// An int8 array with 8-bit outputs.
    pub const fn int8(rows: u32, cols: u32) -> Self {
        Self { rows, cols, data: Operand::Int8, out_bits: None, max_m: Self::DEFAULT_MAX_M }
    }

    /// An int16 array with 16-bit outputs.
    pub const fn int16(rows: u32, cols: u32) -> Self {
        Self { rows, cols, data: Operand::Int16, out_bits: None, max_m: Self::DEFAULT_MAX_M }
    }

    /// Format of the outputs.
    pub fn out(&self) -> Format {
        Format::signed(self.out_bits.unwrap_or(self.data.format().width), 0)
    }

    /// Tiles that K or N takes on `lanes` rows or columns.
    pub const fn tiles(extent: u32, lanes: u32) -> u32 {
        extent.div_ceil(lanes)
    }

    /// Beats on `weight` of a job.
    pub fn weight_beats(&self, k: u32, n: u32) -> u64 {
        u64::from(k) * u64::from(Self::tiles(n, self.cols))
    }

    /// Beats on `act` of a job.
    pub fn act_beats(&self, m: u32, k: u32, n: u32) -> u64 {
        u64::from(m) * u64::from(Self::tiles(k, self.rows)) * u64::from(Self::tiles(n, self.cols))
    }

    /// Beats on `out` of a job.
    pub fn out_beats(&self, m: u32, n: u32) -> u64 {
        u64::from(m) * u64::from(Self::tiles(n, self.cols))
    }

    /// `systolic_gemm_r16_c16_int8`, with `_o16` where the outputs have another width than the operands and `_m64`
    /// where `max_m` is not the default.
    pub fn module_name(&self) -> String {
        let mut name = format!("{KIND}_r{}_c{}_{}", self.rows, self.cols, self.data.ident());
        if self.out().width != self.data.format().width {
            name += &format!("_o{}", self.out().width);
        }
        if self.max_m != Self::DEFAULT_MAX_M {
            name += &format!("_m{}", self.max_m);
        }
        name
    }

    /// Refuses arrays that the unit cannot be built for.
    pub fn validate(&self) -> Result<(), ConfigError> {
        for (field, lanes) in [("rows", self.rows), ("cols", self.cols)] {
            if !(2..=128).contains(&lanes) {
                let remedy = "write 2 to 128; larger matrices are tiled at run time";
                return Err(ConfigError::new(KIND, field, format!("is {lanes}"), remedy));
            }
        }
        if !matches!(self.out().width, 8 | 16) {
            return Err(ConfigError::new(KIND, "out_bits", format!("is {}", self.out().width), "write 8 or 16"));
        }
        if !(1..=4096).contains(&self.max_m) {
            let remedy = "write 1 to 4096, the most rows that a job may have";
            return Err(ConfigError::new(KIND, "max_m", format!("is {}", self.max_m), remedy));
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;

    #[test]
    fn names_tell_configurations_apart() {
        let mut names = HashSet::new();
        let mut count = 0;
        for (rows, cols) in [(2, 16), (16, 2), (21, 6), (2, 16 * 2)] {
            for data in [Operand::Int8, Operand::Int16] {
                for out_bits in [8, 16] {
                    for max_m in [1, 64, 256] {
                        let config = SystolicGemm { rows, cols, data, out_bits: Some(out_bits), max_m };
                        assert!(config.module_name().len() <= 60);
                        names.insert(config.module_name());
                        count += 1;
                    }
                }
            }
        }
        assert_eq!(names.len(), count);
    }

    #[test]
    fn unbuildable_arrays_are_refused() {
        let good = SystolicGemm::int8(16, 16);
        for (bad, field) in [
            (SystolicGemm { rows: 0, ..good.clone() }, "rows"),
            (SystolicGemm { rows: 1, ..good.clone() }, "rows"),
            (SystolicGemm { cols: 129, ..good.clone() }, "cols"),
            (SystolicGemm { out_bits: Some(12), ..good.clone() }, "out_bits"),
            (SystolicGemm { max_m: 0, ..good.clone() }, "max_m"),
            (SystolicGemm { max_m: 5000, ..good.clone() }, "max_m"),
        ] {
            assert_eq!(bad.validate().unwrap_err().field, field);
        }
    }
}
