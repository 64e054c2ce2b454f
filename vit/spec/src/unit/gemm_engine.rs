//! Configuration of `gemm_engine`.

use serde::{Deserialize, Serialize};

use super::Gelu;
use crate::{ConfigError, Format};

/// Matrix products Y = requantise(A·W + bias) in int8, two multiply-accumulates per DSP48E2 and cycle.
///
/// Source: HeatViT (HPCA 2023), section V-A: tiles T_i × T_o, T_h parallel groups; packing of two products after AMD WP486.
/// Weights stand still, two columns in a DSP, and wait in a second register for their pass; rows of A stream by, so that M rows
/// cost M cycles.
///
/// A job is *summed* (one product, K split over the groups, whose results are added) or *grouped* (attention: `heads` products of
/// one shape; each group works on a tile of its own, of any head).
///
/// # Arithmetic
///
/// acc = Σ_k A\[m, k\]·W\[k, n\], exact; a weight of −128 counts as −127, which lets a DSP accumulate eight products.
/// x = acc + bias, wrapped to 32 bits. y = x·mult/2^shift, rounded half to even and saturated to the output format, or to 8 bits where
/// the job says `narrow`; then, where a summed job says `gelu`, the GELU of that, as [`Gelu`] has it.
/// Where (bias, mult, shift) come from is the job's `scale`: 0: of the column of W; 1: of the row of A, no bias; 2, 3: of the command, no
/// bias.
///
/// # Streams
///
/// | stream | beat |
/// |---|---|
/// | `cmd` | `m`, `k`, `n`, `heads`, `grouped`, `scale`, `mult`, `shift`, `narrow` (16-bit outputs only), `gelu` (where there is one) |
/// | `weight` | `w`: for each group, each of its ports, each column: one weight |
/// | `column` | `bias`, `mult`, `shift`: for each group |
/// | `act` | `a`: for each group T_i values; `mult`, `shift`: for each group |
/// | `out` | `y`: for each group T_o results, keep per lane, last with the job's last beat |
///
/// The tiles of T_o columns of a job, each of all heads in turn, are its *tasks*: of T_h heads each has a group of its own. A *round* is one task of a summed job, on group 0, or the next T_h
/// tasks of a grouped one, one a group; groups without a task idle. A round is a sequence of *passes*, one for each tile of K:
/// T_i·T_h rows of W in a summed job, group g holding the g-th T_i of them; T_i in a grouped one.
///
/// - `weight`, per pass: [`Self::weight_beats`] beats; port p of a group in beat b has row p·`weight_beats` + b of the group's T_i.
/// - `column`, per round of a job of scale 0: T_o beats, column by column.
/// - `act`, per pass: rows 0 … M − 1; `mult` and `shift` count in a job of scale 1 and the last pass of a round.
/// - `out`, per round: rows 0 … M − 1.
///
/// Rows of weights beyond K are taken as 0, lanes beyond N and groups without a task have keep = 0. A job with a dimension of 0, m > `max_m`,
/// or both `grouped` and `gelu` is taken and dropped: it has no beats on any other stream.
///
/// ```
/// use spec::unit::GemmEngine;
/// let engine = GemmEngine::zcu102();
/// engine.validate()?;
/// assert_eq!((engine.macs(), engine.dsps()), (3456, 1872));
/// // Q, K and V of DeiT-T as one product: 32 rounds of one pass.
/// assert_eq!((engine.rounds(1, 576, false), engine.passes(192, false)), (32, 1));
/// // Softmax times V of 3 heads and 197 tokens: 4 rounds of 4 passes.
/// assert_eq!((engine.rounds(3, 64, true), engine.passes(197, true)), (4, 4));
/// # Ok::<(), spec::ConfigError>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct GemmEngine {
    /// T_i, rows of a group: a multiple of 8 up to 128.
    pub t_i: u32,
    /// T_o, columns of a group: even, 2 to 32.
    pub t_o: u32,
    /// T_h, groups: 1 to 8, with `t_h`·`t_o` ≤ 64.
    pub t_h: u32,
    /// Rows of weights that a group loads in a cycle: divides `t_i`/8.
    #[serde(default = "default_load_rows")]
    pub load_rows: u32,
    /// Bits of a result: 8 or 16.
    #[serde(default = "default_out_bits")]
    pub out_bits: u32,
    /// GELU on the way out of summed jobs: its `x` as wide as the results, its `y` no wider.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub gelu: Option<Gelu>,
    /// The largest M of a job, 1 to 4096: the depth of the accumulator memory.
    #[serde(default = "default_max_m")]
    pub max_m: u32,
    /// Whether the products of the requantisation are in DSPs, two a column, or in LUTs, as additions, which take three cycles longer.
    #[serde(default = "default_requantise_dsp")]
    pub requantise_dsp: bool,
}

fn default_load_rows() -> u32 {
    1
}

fn default_out_bits() -> u32 {
    16
}

fn default_max_m() -> u32 {
    256
}

fn default_requantise_dsp() -> bool {
    true
}

const KIND: &str = "gemm_engine";

impl GemmEngine {
    /// The largest K and N of a job.
    pub const MAX_DIM: u32 = 65535;
    /// Cycles until the counters have what happens in a cycle.
    pub const COUNTED: u32 = 5;
    /// The most heads of a grouped job.
    pub const MAX_HEADS: u32 = 255;
    /// Products that a DSP may accumulate before its two lanes are split: one more could carry from one into the other.
    pub const CASCADE: u32 = 8;
    /// Format of activations and weights.
    pub const DATA: Format = Format::signed(8, 0);
    /// Format of accumulator and bias.
    pub const ACCUMULATOR: Format = Format::signed(32, 0);

    /// An array of that size, everything else by default.
    pub fn new(t_i: u32, t_o: u32, t_h: u32) -> Self {
        Self {
            t_i,
            t_o,
            t_h,
            load_rows: default_load_rows(),
            out_bits: default_out_bits(),
            gelu: None,
            max_m: default_max_m(),
            requantise_dsp: default_requantise_dsp(),
        }
    }

    /// 3456 multiply-accumulators in 1728 DSPs, 144 more for requantisation and GELU; serves DeiT-T, -S and -B.
    pub fn zcu102() -> Self {
        let gelu = Gelu::new(Format::signed(16, 11), Format::signed(8, 4));
        Self { load_rows: 2, gelu: Some(gelu), ..Self::new(64, 18, 3) }
    }

    /// 3840 multiply-accumulators in 1920 DSPs, which is all: requantisation is in LUTs, GELU is left to units of its own.
    pub fn deit_b() -> Self {
        Self { load_rows: 2, requantise_dsp: false, ..Self::new(64, 20, 3) }
    }

    /// Format of the results.
    pub const fn out(&self) -> Format {
        Format::signed(self.out_bits, 0)
    }

    /// Multiply-accumulates in a cycle.
    pub const fn macs(&self) -> u32 {
        self.t_i * self.t_o * self.t_h
    }

    /// DSP slices: half of [`Self::macs`], two for each column's requantisation, two for each GELU (the polynomial's, unless in LUTs).
    pub fn dsps(&self) -> u32 {
        let requantise = if self.requantise_dsp { 2 * self.t_o * self.t_h } else { 0 };
        let gelu = if self.gelu.as_ref().is_some_and(|gelu| gelu.lane_dsp) { 2 * self.t_o } else { 0 };
        self.macs() / 2 + requantise + gelu
    }

    /// Beats of weights of a pass.
    pub const fn weight_beats(&self) -> u32 {
        self.t_i / self.load_rows
    }

    /// Rows of W that a pass holds.
    pub const fn pass_rows(&self, grouped: bool) -> u32 {
        if grouped { self.t_i } else { self.t_i * self.t_h }
    }

    /// Passes of a round.
    pub const fn passes(&self, k: u32, grouped: bool) -> u32 {
        k.div_ceil(self.pass_rows(grouped))
    }

    /// Rounds of a job.
    pub const fn rounds(&self, heads: u32, n: u32, grouped: bool) -> u32 {
        let tiles = n.div_ceil(self.t_o);
        if grouped { (heads * tiles).div_ceil(self.t_h) } else { tiles }
    }

    /// `gemm_engine_i64_o18_h3`, with what differs from the defaults behind it.
    pub fn module_name(&self) -> String {
        let mut name = format!("{KIND}_i{}_o{}_h{}", self.t_i, self.t_o, self.t_h);
        for (letter, value, default) in [
            ("l", self.load_rows, default_load_rows()),
            ("y", self.out_bits, default_out_bits()),
            ("m", self.max_m, default_max_m()),
        ] {
            if value != default {
                name += &format!("_{letter}{value}");
            }
        }
        if !self.requantise_dsp {
            name += "_lut";
        }
        if let Some(gelu) = &self.gelu {
            name += &format!("_{}", gelu.module_name());
        }
        name
    }

    /// Refuses arrays that the unit cannot be built for.
    pub fn validate(&self) -> Result<(), ConfigError> {
        let fail = |field, reason: String, remedy: &str| Err(ConfigError::new(KIND, field, reason, remedy));
        if !self.t_i.is_multiple_of(Self::CASCADE) || !(8..=128).contains(&self.t_i) {
            return fail(
                "t_i",
                format!("is {}", self.t_i),
                "write a multiple of 8 up to 128: rows come in cascades of 8",
            );
        }
        if !self.t_o.is_multiple_of(2) || !(2..=32).contains(&self.t_o) {
            return fail(
                "t_o",
                format!("is {}", self.t_o),
                "write an even number from 2 to 32: a DSP holds two columns",
            );
        }
        if !(1..=8).contains(&self.t_h) || self.t_h * self.t_o > 64 {
            let reason = format!("is {} with {} columns each", self.t_h, self.t_o);
            return fail("t_h", reason, "write 1 to 8 groups that have at most 64 columns together");
        }
        if self.load_rows == 0 || !(self.t_i / Self::CASCADE).is_multiple_of(self.load_rows) {
            let remedy = "write a divisor of t_i/8: each port serves whole cascades of 8 rows";
            return fail("load_rows", format!("is {} for {} rows", self.load_rows, self.t_i), remedy);
        }
        if !matches!(self.out_bits, 8 | 16) {
            return fail("out_bits", format!("is {}", self.out_bits), "write 8 or 16");
        }
        if !(1..=4096).contains(&self.max_m) {
            let remedy = "write 1 to 4096, the most rows that a job may have";
            return fail("max_m", format!("is {}", self.max_m), remedy);
        }
        if let Some(gelu) = &self.gelu {
            gelu.validate()?;
            if gelu.x.width != self.out_bits
                || gelu.y.width > self.out_bits
                || gelu.flow != crate::Flow::Stall
                || gelu.lanes != 1
            {
                let reason = format!("is {} to {}, flow {:?}, {} lanes", gelu.x, gelu.y, gelu.flow, gelu.lanes);
                let remedy = "give it an `x` of `out_bits` bits, a `y` of no more, and neither flow nor lanes";
                return fail("gelu", reason, remedy);
            }
        }
        if self.module_name().len() > 60 {
            return fail(
                "gelu",
                "makes the module's name longer than 60 characters".to_owned(),
                "choose a plainer one",
            );
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
        for (t_i, t_o, t_h) in [(8, 16, 1), (16, 8, 1), (8, 2, 4)] {
            for (load_rows, out_bits, max_m) in [(1, 8, 16), (1, 16, 1), (1, 8, 256)] {
                for requantise_dsp in [false, true] {
                    for gelu in [None, Some(Gelu::preset8())] {
                        let base = GemmEngine::new(t_i, t_o, t_h);
                        let config = GemmEngine { load_rows, out_bits, max_m, requantise_dsp, gelu, ..base };
                        names.insert(config.module_name());
                        count += 1;
                    }
                }
            }
        }
        assert_eq!(names.len(), count);
    }

    #[test]
    fn unbuildable_engines_are_refused() {
        let good = GemmEngine::new(16, 4, 2);
        good.validate().unwrap();
        GemmEngine::deit_b().validate().unwrap();
        for (bad, field) in [
            (GemmEngine { t_i: 12, ..good.clone() }, "t_i"),
            (GemmEngine { t_i: 0, ..good.clone() }, "t_i"),
            (GemmEngine { t_o: 5, ..good.clone() }, "t_o"),
            (GemmEngine { t_h: 0, ..good.clone() }, "t_h"),
            (GemmEngine { t_h: 8, t_o: 10, ..good.clone() }, "t_h"),
            (GemmEngine { load_rows: 4, ..good.clone() }, "load_rows"),
            (GemmEngine { load_rows: 0, ..good.clone() }, "load_rows"),
            (GemmEngine { out_bits: 12, ..good.clone() }, "out_bits"),
            (GemmEngine { max_m: 0, ..good.clone() }, "max_m"),
            (GemmEngine { gelu: Some(Gelu::preset8()), ..good.clone() }, "gelu"),
        ] {
            assert_eq!(bad.validate().unwrap_err().field, field);
        }
    }
}
