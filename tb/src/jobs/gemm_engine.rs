//! Jobs of `gemm_engine`: which beats they are made of, in which order.

use proptest::prelude::*;
use reference::{EngineJob, EngineScales, GemmError, Scale, gemm_engine};
use serde::Serialize;
use spec::unit::GemmEngine;

use crate::{Beat, Bench, Failure, Result};

/// A job in plain numbers; what its operands are follows from the seed.
#[derive(Clone, Debug, Serialize)]
pub struct Shape {
    /// Rows of A.
    pub m: usize,
    /// Columns of A, rows of W.
    pub k: usize,
    /// Columns of W.
    pub n: usize,
    /// Products.
    pub heads: usize,
    /// Each head for itself.
    pub grouped: bool,
    /// Scales of columns, rows or the job: 0, 1, 2.
    pub scale: u8,
    /// Saturate to 8 bits.
    pub narrow: bool,
    /// GELU behind it.
    pub gelu: bool,
    /// What the operands are drawn from.
    pub seed: u64,
}

/// A reproducible stream of integers.
struct Draw(u64);

impl Draw {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_mul(6364136223846793005).wrapping_add(1442695040888963407);
        self.0 >> 24
    }

    /// The ends of the range more often than chance has it.
    fn byte(&mut self) -> i8 {
        match self.next() % 8 {
            0 => -128,
            1 => 127,
            _ => self.next() as i8,
        }
    }

    fn scale(&mut self) -> Scale {
        match self.next() % 4 {
            0 => Scale { mult: 1, shift: (self.next() % 16) as u8 },
            1 => Scale { mult: self.next() as u16, shift: (self.next() % 64) as u8 },
            _ => Scale { mult: self.next() as u16, shift: 16 + (self.next() % 12) as u8 },
        }
    }
}

impl Shape {
    /// The operands.
    pub fn job(&self) -> EngineJob {
        let mut draw = Draw(self.seed);
        let &Self { m, k, n, heads, grouped, narrow, gelu, .. } = self;
        let a = (0..heads * m * k).map(|_| draw.byte()).collect();
        let w = (0..heads * k * n).map(|_| draw.byte()).collect();
        let scales = match self.scale {
            0 => EngineScales::Column(
                (0..heads * n)
                    .map(|_| {
                        (
                            if draw.next().is_multiple_of(4) { draw.next() as i32 } else { draw.next() as i16 as i32 },
                            draw.scale(),
                        )
                    })
                    .collect(),
            ),
            1 => EngineScales::Row((0..heads * m).map(|_| draw.scale()).collect()),
            _ => EngineScales::Job(draw.scale()),
        };
        EngineJob { m, k, n, heads, grouped, a, w, scales, narrow, gelu }
    }
}

/// Jobs of any size up to a few tiles.
pub fn shape(config: &GemmEngine) -> BoxedStrategy<Shape> {
    let around = |lanes: u32| prop_oneof![Just(1), Just(lanes as usize), 1..=2 * lanes as usize + 3];
    let most = config.max_m as usize;
    let m = prop_oneof![3 => 1..=most.min(12), 1 => 1..=most, 1 => Just(most)];
    let (wide, gelu_there) = (config.out_bits > 8, config.gelu.is_some());
    let (t_i, t_o, t_h) = (config.t_i, config.t_o, config.t_h as usize);
    any::<bool>()
        .prop_flat_map(move |grouped| {
            let k = around(if grouped { t_i } else { t_i * t_h as u32 });
            let heads = if grouped { 1..=2 * t_h } else { 1..=1 };
            let sizes = (m.clone(), k, around(t_o), heads);
            (sizes, 0..3u8, any::<bool>(), any::<bool>(), any::<u64>()).prop_map(
                move |((m, k, n, heads), scale, narrow, gelu, seed)| Shape {
                    m,
                    k,
                    n,
                    heads,
                    grouped,
                    scale,
                    narrow: narrow && wide,
                    gelu: gelu && gelu_there && !grouped,
                    seed,
                },
            )
        })
        .boxed()
}

/// Queues jobs and what must come of them.
///
/// # Errors
/// [`Failure::Use`] if the bench or a job is not the configuration's.
pub fn queue(bench: &mut Bench, config: &GemmEngine, jobs: &[Shape]) -> Result<()> {
    let streams = Streams::new(config);
    jobs.iter().try_for_each(|job| streams.send(bench, &job.job()))
}

/// A tile of columns of a head.
#[derive(Clone, Copy, Debug)]
struct Task {
    head: usize,
    from: usize,
    columns: usize,
}

/// Jobs for an engine of one configuration, as beats.
///
/// ```
/// use reference::{EngineJob, EngineScales, Scale};
/// use spec::unit::GemmEngine;
/// let config = GemmEngine::new(8, 2, 2);
/// let streams = tb::jobs::gemm_engine::Streams::new(&config);
/// let job = EngineJob {
///     m: 3, k: 9, n: 5, heads: 1, grouped: false,
///     a: vec![1; 27], w: vec![2; 45], scales: EngineScales::Job(Scale::ONE), narrow: false, gelu: false,
/// };
/// assert_eq!(streams.acts(&job).len(), 9);
/// assert_eq!(streams.results(&job)?[0].values, [18, 18, 0, 0]);
/// # Ok::<(), reference::GemmError>(())
/// ```
#[derive(Clone, Debug)]
pub struct Streams {
    config: GemmEngine,
}

impl Streams {
    /// For an engine of that configuration.
    pub fn new(config: &GemmEngine) -> Self {
        Self { config: config.clone() }
    }

    /// Queues a job on all streams of a bench, and what the reference expects of it.
    ///
    /// # Errors
    /// [`Failure::Use`] if the job does not fit the engine or the bench's streams.
    pub fn send(&self, bench: &mut Bench, job: &EngineJob) -> Result<()> {
        let results = self.results(job).map_err(Failure::wrong)?;
        bench.send("cmd", [self.command(job)])?;
        bench.send("weight", self.weights(job))?;
        bench.send("column", self.columns(job))?;
        bench.send("act", self.acts(job))?;
        bench.expect("out", results)
    }

    /// The job's beat on `cmd`.
    pub fn command(&self, job: &EngineJob) -> Beat {
        let (code, scale) = match &job.scales {
            EngineScales::Column(_) => (0, Scale::default()),
            EngineScales::Row(_) => (1, Scale::default()),
            EngineScales::Job(scale) => (2, *scale),
        };
        let &EngineJob { m, k, n, heads, grouped, narrow, gelu, .. } = job;
        self.command_word([m, k, n, heads], grouped, (code, scale), narrow, gelu)
    }

    /// The beat on `cmd` of a job whose operands do not matter.
    pub fn command_of(&self, shape: &Shape) -> Beat {
        let &Shape { m, k, n, heads, grouped, scale, narrow, gelu, .. } = shape;
        self.command_word([m, k, n, heads], grouped, (scale.into(), Scale { mult: 1, shift: 12 }), narrow, gelu)
    }

    fn command_word(&self, sizes: [usize; 4], grouped: bool, scale: (i64, Scale), narrow: bool, gelu: bool) -> Beat {
        let (code, scale) = scale;
        let mut values = sizes.map(|size| size as i64).to_vec();
        values.extend([grouped.into(), code, scale.mult.into(), scale.shift.into()]);
        values.extend((self.config.out_bits > 8).then_some(i64::from(narrow)));
        values.extend(self.config.gelu.is_some().then_some(i64::from(gelu)));
        Beat::new(values)
    }

    /// The rounds of a job: a task for each group that has one.
    fn rounds(&self, job: &EngineJob) -> Vec<Vec<Task>> {
        let width = self.config.t_o as usize;
        let heads =
            move |from: usize| (0..job.heads).map(move |head| Task { head, from, columns: width.min(job.n - from) });
        let tasks: Vec<Task> = (0..job.n).step_by(width).flat_map(heads).collect();
        let groups = if job.grouped { self.config.t_h as usize } else { 1 };
        tasks.chunks(groups).map(<[Task]>::to_vec).collect()
    }

    /// Rows of K that each group has in each pass: (group, first row).
    fn pass_rows(&self, job: &EngineJob) -> Vec<Vec<usize>> {
        let (t_i, t_h) = (self.config.t_i as usize, self.config.t_h as usize);
        let most = self.config.pass_rows(job.grouped) as usize;
        let from = |k0: usize| (0..t_h).map(|g| if job.grouped { k0 } else { k0 + g * t_i }).collect();
        (0..job.k).step_by(most).map(from).collect()
    }

    /// The task of a group in a round: all groups have the one of a summed job.
    fn task(job: &EngineJob, round: &[Task], group: usize) -> Option<Task> {
        if job.grouped { round.get(group).copied() } else { round.first().copied() }
    }

    /// The job's beats on `weight`; what the engine has to ignore is noise.
    pub fn weights(&self, job: &EngineJob) -> Vec<Beat> {
        let (t_o, beats) = (self.config.t_o as usize, self.config.weight_beats() as usize);
        let mut out = Vec::new();
        for round in self.rounds(job) {
            for first_rows in self.pass_rows(job) {
                for beat in 0..beats {
                    let mut values = Vec::new();
                    for (group, first) in first_rows.iter().enumerate() {
                        let task = Self::task(job, &round, group);
                        for port in 0..self.config.load_rows as usize {
                            let row = first + port * beats + beat;
                            let weight = |column: usize| match task {
                                Some(task) if column < task.columns && row < job.k => {
                                    job.w[(task.head * job.k + row) * job.n + task.from + column].into()
                                }
                                _ => noise(row, column),
                            };
                            values.extend((0..t_o).map(weight));
                        }
                    }
                    out.push(Beat::new(values));
                }
            }
        }
        out
    }

    /// The job's beats on `column`.
    pub fn columns(&self, job: &EngineJob) -> Vec<Beat> {
        let EngineScales::Column(columns) = &job.scales else { return vec![] };
        let mut out = Vec::new();
        for round in self.rounds(job) {
            for column in 0..self.config.t_o as usize {
                let of = |group: usize| match round.get(group) {
                    Some(task) if column < task.columns => columns[task.head * job.n + task.from + column],
                    _ => (noise(group, column) as i32, Scale { mult: 77, shift: 7 }),
                };
                let all: Vec<_> = (0..self.config.t_h as usize).map(of).collect();
                let biases = all.iter().map(|(bias, _)| i64::from(*bias));
                let mults = all.iter().map(|(_, scale)| i64::from(scale.mult));
                let shifts = all.iter().map(|(_, scale)| i64::from(scale.shift));
                out.push(Beat::new(biases.chain(mults).chain(shifts).collect::<Vec<_>>()));
            }
        }
        out
    }

    /// The job's beats on `act`.
    pub fn acts(&self, job: &EngineJob) -> Vec<Beat> {
        let (t_i, t_h) = (self.config.t_i as usize, self.config.t_h as usize);
        let mut out = Vec::new();
        for round in self.rounds(job) {
            for first_rows in self.pass_rows(job) {
                for m in 0..job.m {
                    let mut values = Vec::with_capacity(t_i * t_h + 2 * t_h);
                    for (group, first) in first_rows.iter().enumerate() {
                        let task = Self::task(job, &round, group);
                        values.extend((*first..first + t_i).map(|k| match task {
                            Some(task) if k < job.k => job.a[(task.head * job.m + m) * job.k + k].into(),
                            _ => noise(m, k),
                        }));
                    }
                    let scale = |group: usize| match (&job.scales, Self::task(job, &round, group)) {
                        (EngineScales::Row(rows), Some(task)) => rows[task.head * job.m + m],
                        _ => Scale { mult: 3, shift: 1 },
                    };
                    values.extend((0..t_h).map(|g| i64::from(scale(g).mult)));
                    values.extend((0..t_h).map(|g| i64::from(scale(g).shift)));
                    out.push(Beat::new(values));
                }
            }
        }
        out
    }

    /// What the reference says of the job's beats on `out`.
    ///
    /// # Errors
    /// If the job does not fit the engine.
    pub fn results(&self, job: &EngineJob) -> std::result::Result<Vec<Beat>, GemmError> {
        let y = gemm_engine(&self.config, job)?;
        let (t_o, t_h) = (self.config.t_o as usize, self.config.t_h as usize);
        let mut out = Vec::new();
        for round in self.rounds(job) {
            for m in 0..job.m {
                let (mut values, mut keep) = (vec![0; t_o * t_h], 0u128);
                for (group, task) in round.iter().enumerate() {
                    for column in 0..task.columns {
                        let lane = group * t_o + column;
                        values[lane] = y[(task.head * job.m + m) * job.n + task.from + column].into();
                        keep |= 1 << lane;
                    }
                }
                out.push(Beat::new(values).with_keep(keep));
            }
        }
        out.last_mut().into_iter().for_each(|beat| beat.last = true);
        Ok(out)
    }
}

/// Something that is not zero.
fn noise(a: usize, b: usize) -> i64 {
    ((a * 31 + b * 17) % 127) as i64 - 128
}
