//! Cycles of a program on a core, without simulation: every job in order, through the queues of the core's parts, each with what it
//! takes there and what it waits for.

mod cost;
mod resources;

pub use resources::{Resources, resources};

use spec::accel::{Core, Instruction, Layout, MatrixJob, VectorJob, VectorOp};

use cost::Work;

/// Jobs that wait in front of a part, the one that it works on included.
const QUEUE: usize = 4;
/// Cycles of an instruction in the dispatcher.
const DISPATCH: u64 = 3;
/// Cycles from the start to the first request, and of each master from a request to its data, beyond the memory's latency.
const MASTER: u64 = 7;

/// Cycles from the start to the header's request, and around the program's.
const JUDGE: u64 = 11;

/// A part of the core.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Part {
    /// The array and what is around it.
    Matrix,
    /// The vector unit.
    Vector,
}

/// When a job was done.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Job {
    /// Its instruction.
    pub instruction: usize,
    /// Who did it.
    pub part: Part,
    /// The cycle in which all that it waits for was done.
    pub due: u64,
    /// The cycle of its first row.
    pub begin: u64,
    /// The cycle behind its last row.
    pub end: u64,
    /// The cycle from which on it counts as done.
    pub done: u64,
    /// Tokens at that time.
    pub tokens: u32,
}

/// What a program takes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Prediction {
    /// Cycles from start to done.
    pub cycles: u64,
    /// Useful multiply-accumulates.
    pub macs: u64,
    /// Jobs in order of the program.
    pub jobs: Vec<Job>,
}

/// How far a part is.
#[derive(Clone, Debug, Default)]
struct Line {
    /// When it can begin with its next job.
    free: u64,
    /// When its jobs left its queue.
    left: Vec<u64>,
    /// When its jobs counted as done.
    done: Vec<u64>,
}

impl Line {
    /// When there is room for one more job.
    fn room(&self) -> u64 {
        if self.left.len() < QUEUE { 0 } else { self.left[self.left.len() - QUEUE] }
    }

    /// When the first `count` jobs are done.
    fn after(&self, count: u32) -> u64 {
        match (count as usize).min(self.done.len()) {
            0 => 0,
            count => self.done[count - 1],
        }
    }
}

/// Predicts the cycles of a program, with a memory that answers after `latency` cycles; `tokens` are their numbers behind each
/// selection.
///
/// A job begins when the jobs that it names are done, when its part is free, and when its operands have come all the way; a
/// pass of the array takes as many cycles as it has rows, or as the next one's weights need. What two parts contend for
/// (banks of the residual stream, the memory's bandwidth) is not looked at.
///
/// ```
/// use spec::accel::{Core, Instruction};
/// let empty = predict::predict(&Core::zcu102(), &[Instruction::Tokens(197), Instruction::End], &[], 100);
/// assert!(empty.jobs.is_empty() && (100..200).contains(&empty.cycles));
/// ```
pub fn predict(core: &Core, program: &[Instruction], tokens: &[u32], latency: u64) -> Prediction {
    let mut run = Run { core, latency, ..Run::new(core, tokens) };
    run.dispatched = latency + MASTER + 2;
    for (number, instruction) in program.iter().enumerate() {
        run.dispatched += DISPATCH;
        match instruction {
            Instruction::Tokens(tokens) => run.tokens = *tokens,
            Instruction::Matrix(job) => run.matrix_job(number, job),
            Instruction::Vector(job) => run.vector_job(number, job),
            Instruction::Wait { after_matrix, after_vector } => {
                run.dispatched = run.due(*after_matrix, *after_vector);
                run.tokens = run.selected.next().copied().unwrap_or(run.tokens);
            }
            Instruction::End => run.ends(),
        }
    }
    Prediction { cycles: run.finished, macs: run.macs, jobs: run.jobs }
}

/// Cycles that a core's accelerator takes longer than the core: header and instructions are read and judged before the core begins, which
/// finds its program without memory's latency then.
///
/// ```
/// let core = spec::accel::Core::zcu102();
/// assert_eq!(predict::start_up(&core, 400, 100) - predict::start_up(&core, 300, 100), 100);
/// ```
pub fn start_up(core: &Core, instructions: usize, latency: u64) -> u64 {
    let beats = u64::from(Layout::BITS / core.beat_bits());
    latency + 2 * MASTER + JUDGE + beats * instructions as u64
}

struct Run<'a> {
    core: &'a Core,
    latency: u64,
    selected: std::slice::Iter<'a, u32>,
    tokens: u32,
    dispatched: u64,
    matrix: Line,
    vector: Line,
    /// When the weights of the array's next pass can begin to load.
    loads: u64,
    array: u64,
    stored: u64,
    finished: u64,
    macs: u64,
    jobs: Vec<Job>,
}

impl<'a> Run<'a> {
    fn new(core: &'a Core, tokens: &'a [u32]) -> Self {
        Self {
            core,
            latency: 0,
            selected: tokens.iter(),
            tokens: 0,
            dispatched: 0,
            matrix: Line::default(),
            vector: Line::default(),
            loads: 0,
            array: 0,
            stored: 0,
            finished: 0,
            macs: 0,
            jobs: Vec::new(),
        }
    }

    fn due(&self, after_matrix: u32, after_vector: u32) -> u64 {
        self.dispatched.max(self.matrix.after(after_matrix)).max(self.vector.after(after_vector))
    }

    fn matrix_job(&mut self, instruction: usize, job: &MatrixJob) {
        let core = self.core;
        let work = Work::new(core, job, self.tokens);
        self.dispatched = self.dispatched.max(self.matrix.room());
        let operands = !matches!(job.weights, spec::accel::Weights::Memory { .. });
        let due = self.due(job.after_matrix, job.after_vector);
        if work.rows == 0 {
            let done = self.matrix.done.last().copied().unwrap_or(0).max(due);
            self.matrix.left.push(done);
            self.matrix.done.push(done);
            return;
        }
        let feeds = due.max(self.matrix.free) + cost::BEGIN;
        let arrives = feeds + cost::feed(core, job.from);
        let weights = if operands {
            let asked = self.matrix.after(job.after_matrix).max(self.dispatched);
            self.loads.max(asked + cost::BEGIN) + cost::weights(core, true)
        } else {
            self.loads.max(self.dispatched + self.latency + MASTER) + cost::weights(core, false)
        };
        let columns = match work.columns {
            0 => 0,
            _ => self.dispatched + self.latency + MASTER + u64::from(core.t_o),
        };
        let begin = self.array.max(arrives).max(weights).max(columns);
        let end = begin + work.cycles();
        self.array = end;
        self.loads = end - work.rows;
        let ahead = if work.pass > work.rows { cost::AHEAD } else { 0 };
        self.matrix.free =
            (feeds + work.passes * work.rows).max((end - cost::feed(core, job.from)).saturating_sub(ahead));
        let done = end + cost::drain(core);
        self.matrix.left.push(self.matrix.free);
        self.matrix.done.push(done);
        self.macs += work.macs;
        if matches!(job.to, spec::accel::Destination::Result) {
            self.stored = done + work.rounds + self.latency + MASTER;
        }
        let (part, tokens) = (Part::Matrix, self.tokens);
        self.jobs.push(Job { instruction, part, due, begin, end, done, tokens });
    }

    fn vector_job(&mut self, instruction: usize, job: &VectorJob) {
        let core = self.core;
        self.dispatched = self.dispatched.max(self.vector.room());
        let rows = cost::rows(core, job.rows, false, self.tokens);
        let due = self.due(job.after_matrix, job.after_vector);
        let loads = matches!(job.op, VectorOp::LoadAct | VectorOp::LoadResidual);
        let data = if loads { self.dispatched + self.latency + MASTER } else { 0 };
        let begin = due.max(self.vector.free).max(data) + cost::BEGIN;
        let done = begin + if rows == 0 { 0 } else { cost::vector(core, job, rows) };
        self.vector.free = done;
        self.vector.left.push(done);
        self.vector.done.push(done);
        if matches!(job.op, VectorOp::StoreResidual | VectorOp::Count) {
            self.stored = done + self.latency + MASTER;
        }
        let (part, tokens) = (Part::Vector, self.tokens);
        self.jobs.push(Job { instruction, part, due, begin, end: done, done, tokens });
    }

    fn ends(&mut self) {
        let last = |line: &Line| line.done.last().copied().unwrap_or(0);
        self.finished = last(&self.matrix).max(last(&self.vector)).max(self.stored).max(self.dispatched) + 2;
    }
}
