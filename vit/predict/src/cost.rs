//! What a core's parts take, in cycles.

use spec::accel::{Core, MatrixJob, Rows, Source, VectorJob, VectorOp, Weights};

/// Cycles of the way from a part's queue to its first step, and of what it does between jobs.
pub const BEGIN: u64 = 2;
/// Cycles from a word's request to the array.
const WORD: u64 = 4;
/// Cycles from a score's request to the array beyond those of the softmax's tree.
const SCORE: u64 = 28;
/// Cycles from a job's last result until it counts as done.
const SETTLE: u64 = 13;
/// Words that the feeder may be ahead of the array.
pub const AHEAD: u64 = 16;
/// Cycles of a vector job beyond its tiles.
const VECTOR: u64 = 7;
/// Cycles from a row's last tile to its first normalised one beyond those of the sums' tree.
const NORM: u64 = 30;
/// Cycles of what the token selector's jobs do behind their tiles.
const MEASURE: u64 = 20;
const MEANS: u64 = 20;
const SELECT: u64 = 313;
/// Cycles of GELU, of the requantisation and of the accumulators.
const RESULT: u64 = 19;
/// More of them where LUTs multiply.
const LUTS: u64 = 3;

fn log2(value: u32) -> u64 {
    value.next_power_of_two().trailing_zeros().into()
}

/// The rows of a job, of `tokens`.
pub fn rows(core: &Core, rows: Rows, operands: bool, tokens: u32) -> u32 {
    let halved = tokens >= core.halved_from(operands);
    match rows {
        Rows::Given(rows) => rows,
        Rows::All => tokens,
        Rows::Even if halved => tokens.div_ceil(2),
        Rows::Even => tokens,
        Rows::Odd if halved => tokens / 2,
        Rows::Odd => 0,
    }
}

/// A product as the array sees it.
#[derive(Clone, Copy, Debug)]
pub struct Work {
    /// Rows of a pass.
    pub rows: u64,
    /// Passes of all rounds.
    pub passes: u64,
    /// Cycles of a pass.
    pub pass: u64,
    /// Useful products.
    pub macs: u64,
    /// Beats of column parameters.
    pub columns: u64,
    /// Rounds.
    pub rounds: u64,
}

impl Work {
    /// What `job` is for so many tokens.
    pub fn new(core: &Core, job: &MatrixJob, tokens: u32) -> Self {
        let operands = !matches!(job.weights, Weights::Memory { .. });
        let rows: u64 = rows(core, job.rows, operands, tokens).into();
        let (k, n) = (job.k.unwrap_or(tokens), job.n.unwrap_or(tokens));
        let rounds: u64 = n.div_ceil(core.t_o).into();
        let passes: u64 = if job.k.is_none() { k.div_ceil(core.t_i) } else { job.passes }.into();
        let heads = if job.grouped { core.t_h } else { 1 };
        Self {
            rows,
            passes: rounds * passes,
            pass: rows.max(weights(core, operands)),
            macs: rows * u64::from(k) * u64::from(n) * u64::from(heads),
            columns: if job.scale == 0 { 4 * rounds } else { 0 },
            rounds,
        }
    }

    /// Cycles from the first row to behind the last.
    pub fn cycles(&self) -> u64 {
        if self.rows == 0 { 0 } else { (self.passes - 1) * self.pass + self.rows }
    }
}

/// Cycles that a pass's weights take.
pub fn weights(core: &Core, operands: bool) -> u64 {
    let beats = u64::from(core.t_i / core.load_rows);
    if operands {
        return u64::from(core.t_i);
    }
    let wave = u64::from(core.t_i / 8 - core.t_i / 8 / core.load_rows);
    beats + wave.max(2)
}

/// Cycles from a request to the array.
pub fn feed(core: &Core, source: Source) -> u64 {
    match source {
        Source::Norm | Source::Act | Source::Features => WORD,
        Source::Scores => SCORE + log2(core.t_i) + WORD,
    }
}

/// Cycles from the array's last row until the job counts as done.
pub fn drain(core: &Core) -> u64 {
    let groups = if core.t_h == 1 { 0 } else { 2 + log2(core.t_h - 1) };
    let luts = if core.lane_dsp { 0 } else { LUTS };
    u64::from(core.t_i / 8) + 10 + groups + RESULT + luts + SETTLE
}

/// Cycles of a vector job on so many rows, from its first step until it counts as done.
pub fn vector(core: &Core, job: &VectorJob, rows: u32) -> u64 {
    let at_once = if matches!(job.op, VectorOp::LoadAct) { 2 } else { 1 };
    let tiles = u64::from(rows) * u64::from(job.tiles / at_once);
    VECTOR
        + tiles
        + match job.op {
            VectorOp::LayerNorm => NORM + log2(core.t_o) + u64::from(job.tiles),
            VectorOp::Measure => MEASURE + u64::from(rows),
            VectorOp::Means => MEANS,
            VectorOp::Select => SELECT,
            VectorOp::Count => core.count_beats().into(),
            VectorOp::LoadAct | VectorOp::LoadResidual | VectorOp::StoreResidual => 0,
        }
}
