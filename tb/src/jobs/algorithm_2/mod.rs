//! What a product costs by the paper's schedule of `mpca`: Algorithm 2 as it is written, and Table III.

mod order;

pub use order::queue;
use reference::{MpcaJob, MpcaWeights};
use spec::unit::Mpca;

/// Cycles of a job's steps by Algorithm 2: it rounds up heads to p_h, block columns of a head to p_c and token blocks to p_t, each for itself, and
/// a group of block columns takes as long as its fullest.
///
/// A group without any block takes the time of one block a column: its results have to be written too.
///
/// ```
/// use reference::{MpcaJob, MpcaWeights, Scale};
/// use spec::unit::Mpca;
/// use tb::jobs::algorithm_2::{algorithm_2, table_iii};
/// let config = Mpca::u250_algorithm_2();
/// let job = |k: usize, cols: usize, double: bool| MpcaJob {
///     n: 197, k, cols, heads: 6, per_head: true, double, x: vec![],
///     weights: MpcaWeights::Dense(vec![]), scale: Scale::ONE,
/// };
/// // W_q of DeiT-S, 384 by 384; queries by keys.
/// let (layer, scores) = (job(384, 64, false), job(64, 197, false));
/// assert_eq!((table_iii(&config, &layer), algorithm_2(&config, &layer)), (9216.0, 12288));
/// assert_eq!((table_iii(&config, &scores), algorithm_2(&config, &scores)), (4096.0, 7168));
/// ```
pub fn algorithm_2(config: &Mpca, job: &MpcaJob) -> usize {
    let b = side(config, job);
    let [p_h, p_t, p_c, p_pe] = parameters(config);
    let columns = job.cols.div_ceil(b);
    let blocks = |head: usize, column: usize| match &job.weights {
        MpcaWeights::Sparse(heads) => heads[head].columns[column].rows.len(),
        MpcaWeights::Dense(_) => job.k.div_ceil(b),
    };
    let mut cycles = 0;
    for heads in (0..job.heads).step_by(p_h).map(|first| first..job.heads.min(first + p_h)) {
        for group in (0..columns).step_by(p_c).map(|first| first..columns.min(first + p_c)) {
            let all = heads.clone().flat_map(|head| group.clone().map(move |column| blocks(head, column)));
            let tokens = job.n.div_ceil(b).div_ceil(p_t);
            cycles += tokens * all.max().unwrap_or(0).max(1) * b.div_ceil(p_pe).pow(2) * b;
        }
    }
    cycles
}

/// Cycles of a job by the paper's Table III: one ceiling over token blocks times block columns, and φ, the share of blocks that are kept,
/// as if all columns had as many.
pub fn table_iii(config: &Mpca, job: &MpcaJob) -> f64 {
    let b = side(config, job);
    let [p_h, p_t, p_c, p_pe] = parameters(config);
    let (columns, down) = (job.cols.div_ceil(b), job.k.div_ceil(b));
    let kept = match &job.weights {
        MpcaWeights::Sparse(heads) => {
            let blocks: usize = heads.iter().map(spec::block_sparse::BlockSparse::blocks).sum();
            blocks as f64 / (job.heads * columns * down) as f64
        }
        MpcaWeights::Dense(_) => 1.0,
    };
    let rounds = (job.n.div_ceil(b) * columns).div_ceil(p_t * p_c) * job.heads.div_ceil(p_h);
    (rounds * down * b.div_ceil(p_pe).pow(2) * b) as f64 * kept
}

/// Cycles from a product's first step to its last result, beyond those of its steps, if results leave as fast as they are made: from the last
/// step to the sums of the last row, through all rows of results of the last strip, through the requantisation.
pub fn fill(config: &Mpca) -> usize {
    /// What does not depend on the configuration.
    const STAGES: u32 = 23;
    (config.p_pe + config.p_pe * config.p_t * (config.p_h * config.p_c / config.out_rows) + STAGES) as usize
}

/// Cycles in which nothing may move though all is well: a block's rows and columns beyond the last of the job are computed too, and what
/// comes of them is left out. So a single token of large blocks is followed by steps upon steps before the job's last beat.
///
/// ```
/// use reference::{MpcaJob, MpcaWeights, Scale};
/// use spec::unit::Mpca;
/// use tb::jobs::algorithm_2::{algorithm_2, silence};
/// let config = Mpca { tile: 16, out_rows: 1, ..Mpca::new(1, 1, 1, 2) };
/// let job = MpcaJob {
///     n: 1, k: 64, cols: 16, heads: 1, per_head: false, double: true, x: vec![],
///     weights: MpcaWeights::Dense(vec![]), scale: Scale::ONE,
/// };
/// assert_eq!(algorithm_2(&config, &job), 2 * 16 * 16 * 32);
/// assert!(silence(&config, &job) > 2 * 16 * 16 * 32);
/// ```
pub fn silence(config: &Mpca, job: &MpcaJob) -> u64 {
    let b = side(config, job);
    let [p_h, p_t, p_c, p_pe] = parameters(config);
    let groups = job.heads.div_ceil(p_h) * job.cols.div_ceil(b).div_ceil(p_c) * job.n.div_ceil(b).div_ceil(p_t);
    // A strip is p_pe rows of a tile of each processing element, which share the rows of the output.
    let strips = groups * (b / p_pe) * (b / config.tile as usize);
    let drain = p_pe * p_t * (p_h * p_c / config.out_rows as usize);
    (algorithm_2(config, job) + strips * drain + fill(config)) as u64
}

fn side(config: &Mpca, job: &MpcaJob) -> usize {
    config.tile as usize * if job.double { 2 } else { 1 }
}

fn parameters(config: &Mpca) -> [usize; 4] {
    [config.p_h, config.p_t, config.p_c, config.p_pe].map(|p| p as usize)
}
