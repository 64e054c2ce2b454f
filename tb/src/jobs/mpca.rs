//! Jobs of `mpca`: their beats, the memory that answers its requests for weights, and what must come of them.

use proptest::prelude::*;
use reference::{MpcaJob, MpcaWeights, Scale, mpca};
use serde::Serialize;
use spec::block_sparse::{BlockSparse, Mask, dense_words};
use spec::unit::{Mpca, MpcaMode, MpcaOrganisation};

use super::algorithm_2::silence;
use crate::{Beat, Bench, Failure, Result};

/// A job in plain numbers; what its operands are follows from the seed.
#[derive(Clone, Debug, Serialize)]
pub struct Shape {
    /// What its weights are.
    pub mode: MpcaMode,
    /// Blocks of twice a tile's side.
    pub double: bool,
    /// Tokens.
    pub n: usize,
    /// Channels.
    pub k: usize,
    /// Columns of a head.
    pub cols: usize,
    /// Heads.
    pub heads: usize,
    /// Blocks of block-sparse weights that are kept, per cent.
    pub kept: u8,
    /// What the operands are drawn from.
    pub seed: u64,
}

/// A reproducible stream of integers, and whether operands are so small that sums meet exact halves.
struct Draw(u64, bool);

impl Draw {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_mul(6364136223846793005).wrapping_add(1442695040888963407);
        self.0 >> 24
    }

    /// The ends of the range more often than chance has it.
    fn word(&mut self) -> i16 {
        match self.next() % 8 {
            small if self.1 => small as i16 - 3,
            0 => -32768,
            1 => 32767,
            _ => self.next() as i16,
        }
    }

    fn words(&mut self, count: usize) -> Vec<i16> {
        (0..count).map(|_| self.word()).collect()
    }

    fn scale(&mut self) -> Scale {
        match self.next() % 4 {
            _ if self.1 => Scale { mult: 1, shift: 1 + (self.next() % 5) as u8 },
            0 => Scale { mult: 1, shift: (self.next() % 34) as u8 },
            1 => Scale { mult: self.next() as u16, shift: (self.next() % 64) as u8 },
            _ => Scale { mult: self.next() as u16, shift: 30 + (self.next() % 10) as u8 },
        }
    }
}

impl Shape {
    /// The operands, for an array of that tile.
    pub fn job(&self, config: &Mpca) -> MpcaJob {
        let mut draw = Draw(self.seed, self.seed % 4 == 3);
        let &Self { double, n, k, cols, heads, .. } = self;
        let per_head = self.mode == MpcaMode::DensePerHead;
        let x = draw.words(n * k * if per_head { heads } else { 1 });
        let weights = match self.mode {
            MpcaMode::Sparse => MpcaWeights::Sparse((0..heads).map(|_| self.matrix(config, &mut draw)).collect()),
            _ => MpcaWeights::Dense(draw.words(heads * k * cols)),
        };
        MpcaJob { n, k, cols, heads, per_head, double, x, weights, scale: draw.scale() }
    }

    fn matrix(&self, config: &Mpca, draw: &mut Draw) -> BlockSparse {
        let block = config.tile as usize * if self.double { 2 } else { 1 };
        let (down, across) = (self.k.div_ceil(block), self.cols.div_ceil(block));
        let keep: Vec<bool> = (0..down * across).map(|_| draw.next() % 100 < self.kept.into()).collect();
        let mask = Mask::from_fn(down, across, |row, col| keep[row * across + col]);
        let weights = draw.words(self.k * self.cols);
        // The mask is of the matrix's shape.
        BlockSparse::pack(self.k, self.cols, block, &weights, &mask).expect("a matrix of the mask's shape")
    }
}

/// Jobs of any mode and size up to a few tiles.
pub fn shape(config: &Mpca) -> BoxedStrategy<Shape> {
    let (tile, most_rows, most_n) = (config.tile as usize, config.max_rows as usize, config.max_n as usize);
    let n = prop_oneof![3 => 1..=most_n.min(14), 1 => 1..=most_n, 1 => Just(most_n)];
    let mode = prop_oneof![Just(MpcaMode::Sparse), Just(MpcaMode::Dense), Just(MpcaMode::DensePerHead)];
    let kept = prop_oneof![Just(0u8), Just(100u8), 0u8..=100];
    (mode, any::<bool>(), 1usize..=3)
        .prop_flat_map(move |(mode, double, heads)| {
            let heads = if mode == MpcaMode::DensePerHead { heads.min(most_rows) } else { heads };
            let rows = if mode == MpcaMode::DensePerHead { most_rows / heads } else { most_rows };
            let k = prop_oneof![1 => Just(rows * tile), 3 => 1..=rows * tile];
            let cols = prop_oneof![Just(1), Just(tile), 1..=4 * tile];
            (n.clone(), k, cols, kept.clone(), any::<u64>()).prop_map(move |(n, k, cols, kept, seed)| Shape {
                mode,
                double,
                n,
                k,
                cols,
                heads,
                kept,
                seed,
            })
        })
        .boxed()
}

/// The memory that weights are read from.
#[derive(Clone, Debug)]
pub struct Memory {
    /// Words of a beat.
    width: usize,
    words: Vec<u16>,
}

impl Memory {
    /// Nothing but a few beats of noise.
    pub fn new(config: &Mpca) -> Self {
        let mut memory = Self { width: config.weight_words() as usize, words: vec![] };
        memory.place(&[0x5a5a; 3]);
        memory
    }

    /// Puts words behind those that are there; gives the address, in beats.
    pub fn place(&mut self, words: &[u16]) -> u32 {
        let address = self.words.len() / self.width;
        self.words.extend_from_slice(words);
        self.words.resize(self.words.len().next_multiple_of(self.width), 0xa5a5);
        address as u32
    }

    /// The words of some beats, if they are there.
    pub fn read(&self, address: usize, beats: usize) -> Option<&[u16]> {
        self.words.get(address * self.width..(address + beats) * self.width)
    }

    /// Changes a word: for memories gone bad.
    pub fn damage(&mut self, word: usize, value: u16) {
        self.words[word] = value;
    }
}

/// A job as it is commanded: where its weights lie.
#[derive(Clone, Debug)]
pub struct Command {
    /// The beat on `cmd`.
    pub beat: Beat,
    /// The word at which its weights begin.
    pub word: usize,
}

/// Jobs for an array of one configuration, as beats.
///
/// ```
/// use reference::{MpcaJob, MpcaWeights, Scale};
/// use spec::unit::Mpca;
/// let config = Mpca { tile: 4, max_rows: 6, feature_rows: 2, out_rows: 1, ..Mpca::new(1, 2, 1, 4) };
/// let streams = tb::jobs::mpca::Streams::new(&config);
/// let job = MpcaJob {
///     n: 3, k: 9, cols: 5, heads: 1, per_head: false, double: false,
///     x: vec![1; 27], weights: MpcaWeights::Dense(vec![2; 45]), scale: Scale::ONE,
/// };
/// // Three slices a token, two in a beat; six tiles of four beats.
/// assert_eq!((streams.features(&job).len(), streams.weights(&job).0.len()), (6, 6 * 16));
/// ```
#[derive(Clone, Debug)]
pub struct Streams {
    config: Mpca,
}

impl Streams {
    /// For an array of that configuration.
    pub fn new(config: &Mpca) -> Self {
        Self { config: config.clone() }
    }

    /// The job's words of weights and the beats of them, directory aside.
    pub fn weights(&self, job: &MpcaJob) -> (Vec<u16>, usize) {
        let width = self.config.weight_words() as usize;
        let (mut words, mut directory) = (vec![], vec![]);
        match &job.weights {
            MpcaWeights::Dense(all) => {
                for head in all.chunks(job.k * job.cols) {
                    words.extend(dense_words(job.k, job.cols, self.config.tile as usize, head));
                }
            }
            MpcaWeights::Sparse(heads) => {
                let mut at = 0;
                for matrix in heads {
                    let columns = matrix.column_words(self.config.layout());
                    directory.extend(columns.into_iter().map(|length| {
                        at += length / width;
                        (at - length / width) as u16
                    }));
                    // Blocks are of one tile or two: the layout divides them.
                    words.extend(matrix.to_words(self.config.layout()).expect("blocks made of tiles"));
                }
                directory.push(at as u16);
            }
        }
        let beats = words.len() / width;
        words.extend(directory);
        (words, beats)
    }

    /// Puts the job's weights into the memory and makes its command.
    pub fn command(&self, job: &MpcaJob, memory: &mut Memory) -> Command {
        let (words, beats) = self.weights(job);
        let address = memory.place(&words);
        let sizes = [job.n, job.k, job.cols, job.heads].map(|size| size as i64);
        let mut values = vec![job.mode() as i64, job.double.into()];
        values.extend(sizes);
        values.extend([address.into(), beats as i64, job.scale.mult.into(), job.scale.shift.into()]);
        Command { beat: Beat::new(values), word: address as usize * self.config.weight_words() as usize }
    }

    /// The job's beats on `feature`; what fills them up is noise.
    pub fn features(&self, job: &MpcaJob) -> Vec<Beat> {
        let (tile, width) = (self.config.tile as usize, (self.config.feature_rows * self.config.tile) as usize);
        let heads = if job.per_head { job.heads } else { 1 };
        let mut beats = vec![];
        for token in 0..job.n {
            let mut values: Vec<i64> = vec![];
            for head in 0..heads {
                let row = &job.x[(head * job.n + token) * job.k..][..job.k];
                values.extend(row.iter().map(|&x| i64::from(x)));
                fill(&mut values, tile);
            }
            fill(&mut values, width);
            beats.extend(values.chunks(width).map(Beat::new));
        }
        beats
    }

    /// Checks the beats of a job on `out`: each result once, as the reference has it, in any order.
    ///
    /// # Errors
    /// The first that is wrong.
    pub fn check(&self, job: &MpcaJob, beats: &[Beat]) -> Result<()> {
        let wanted = mpca(&self.config, job).map_err(Failure::wrong)?;
        let seen = self.collect(job, beats)?;
        for (i, (got, wanted)) in seen.into_iter().zip(wanted).enumerate() {
            let (head, token, column) = (i / job.cols / job.n, i / job.cols % job.n, i % job.cols);
            match got {
                Some(got) if got == i64::from(wanted) => {}
                got => {
                    let got = got.map_or("nothing".to_owned(), |y| y.to_string());
                    let place = format!("head {head}, token {token}, column {column}");
                    return Err(Failure::Test(format!("{place}: {got} instead of {wanted}")));
                }
            }
        }
        Ok(())
    }

    /// The results of a job by head, token and column, from its beats on `out`.
    ///
    /// # Errors
    /// If one comes twice or belongs nowhere.
    pub fn collect(&self, job: &MpcaJob, beats: &[Beat]) -> Result<Vec<Option<i64>>> {
        let (tile, rows) = (self.config.tile as usize, self.config.out_rows as usize);
        let mut seen = vec![None; job.heads * job.n * job.cols];
        for beat in beats {
            for (lane, &y) in beat.values[..rows * tile].iter().enumerate() {
                if beat.keep >> lane & 1 == 0 {
                    continue;
                }
                let field = |index: usize| beat.values[rows * tile + index * rows + lane / tile] as usize;
                let (token, head, column) = (field(0), field(1), field(2) * tile + lane % tile);
                let place = format!("a result for head {head}, token {token}, column {column}");
                if head >= job.heads || token >= job.n || column >= job.cols {
                    return Err(Failure::Test(format!("{place}, of which there is none")));
                }
                if seen[(head * job.n + token) * job.cols + column].replace(y).is_some() {
                    return Err(Failure::Test(format!("{place} for the second time")));
                }
            }
        }
        Ok(seen)
    }
}

fn fill(values: &mut Vec<i64>, multiple: usize) {
    while !values.len().is_multiple_of(multiple) {
        values.push(0x55aa - 0x1111 * (values.len() as i64 % 7));
    }
}

/// Runs jobs to their ends: queues commands and features, answers requests for weights, and checks what comes out.
///
/// # Errors
/// Whatever goes wrong first.
pub fn run(bench: &mut Bench, config: &Mpca, jobs: &[MpcaJob]) -> Result<()> {
    let streams = Streams::new(config);
    let mut memory = Memory::new(config);
    for job in jobs {
        // What an array cannot do is the test's mistake.
        mpca(config, job).map_err(Failure::wrong)?;
        if config.organisation == MpcaOrganisation::Algorithm2 {
            bench.allow_silence(silence(config, job));
        }
        bench.send("cmd", [streams.command(job, &mut memory).beat])?;
        bench.send("feature", streams.features(job))?;
    }
    let results = serve(bench, &memory, jobs.len())?;
    jobs.iter().zip(&results).enumerate().try_for_each(|(number, (job, beats))| {
        streams.check(job, beats).map_err(|error| match error {
            Failure::Test(what) => Failure::Test(format!("job {number}: {what}")),
            error => error,
        })
    })
}

/// Answers requests for weights until so many jobs have ended, and some cycles more, in which nothing may follow: the beats of each job on `out`.
///
/// # Errors
/// Whatever goes wrong first, such as a request beyond the memory.
pub fn serve(bench: &mut Bench, memory: &Memory, jobs: usize) -> Result<Vec<Vec<Beat>>> {
    /// Cycles that nothing may follow in.
    const QUIET: u32 = 40;
    let (mut requests, mut taken, mut quiet) = (0, 0, 0);
    let mut results: Vec<Vec<Beat>> = vec![vec![]];
    while quiet < QUIET {
        if results.len() > jobs {
            bench.step().map(drop)?
        } else {
            bench.step_watched()?
        }
        for request in bench.received_from("weight_read", requests)? {
            requests += 1;
            let [address, beats] = [request.values[0], request.values[1]].map(|value| value as usize);
            let Some(words) = memory.read(address, beats).filter(|_| beats > 0) else {
                return Err(Failure::Test(format!("weights {address} … of {beats} beats are asked for")));
            };
            let beat = |words: &[u16]| Beat::new(words.iter().map(|&w| i64::from(w)).collect::<Vec<_>>());
            bench.send("weight", words.chunks(memory.width).map(beat))?;
        }
        for beat in bench.received_from("out", taken)? {
            taken += 1;
            let last = beat.last;
            if let Some(job) = results.last_mut() {
                job.push(beat);
            }
            if last {
                results.push(vec![]);
            }
        }
        quiet = if results.len() > jobs { quiet + 1 } else { 0 };
    }
    match results.pop() {
        Some(rest) if rest.is_empty() && results.len() == jobs => Ok(results),
        _ => Err(Failure::Test(format!("`out` goes on behind the last of {jobs} jobs"))),
    }
}

/// Queues jobs for a `streamed` array on all streams of a bench, with what the reference expects, in the array's order.
///
/// # Errors
/// [`Failure::Use`] if the bench or a job is not the configuration's.
pub fn queue(bench: &mut Bench, config: &Mpca, jobs: &[Shape]) -> Result<()> {
    let (streams, mut memory) = (Streams::new(config), Memory::new(config));
    for shape in jobs {
        let job = shape.job(config);
        let command = streams.command(&job, &mut memory).beat;
        let [address, beats] = [command.values[6], command.values[7]];
        bench.send("cmd", [command])?;
        bench.send("feature", streams.features(&job))?;
        bench.expect("weight_read", [[address, beats]])?;
        let words = memory.read(address as usize, beats as usize).unwrap_or_default();
        let beat = |words: &[u16]| Beat::new(words.iter().map(|&w| i64::from(w)).collect::<Vec<_>>());
        bench.send("weight", words.chunks(memory.width).map(beat))?;
        bench.expect("out", streams.results(&job).map_err(Failure::wrong)?)?;
    }
    Ok(())
}

/// Where the columns of a job end in a `streamed` array: for each slot, the (head, tile column) of each group.
pub type Slots = Vec<Vec<Option<(usize, usize)>>>;

impl Streams {
    /// The slots of a job: its tiles take the lanes in order; a group whose second column would end leaves the rest of its lanes alone.
    pub fn slots(&self, job: &MpcaJob) -> Slots {
        let tile = self.config.tile as usize;
        let mut slots = Placing::new(&self.config);
        for head in 0..job.heads {
            for column in 0..job.cols.div_ceil(tile) {
                let tiles = match &job.weights {
                    MpcaWeights::Dense(_) => job.k.div_ceil(tile),
                    MpcaWeights::Sparse(heads) => {
                        let matrix = &heads[head];
                        let each = matrix.block / tile;
                        matrix.columns[column / each].rows.len() * each
                    }
                };
                (1..tiles).for_each(|_| slots.place(None));
                slots.place(Some((head, column)));
            }
        }
        slots.done
    }

    /// What the reference says of the job's beats on `out` of a `streamed` array: a beat for each token of a slot in which columns end.
    ///
    /// # Errors
    /// If the job does not fit the array.
    pub fn results(&self, job: &MpcaJob) -> std::result::Result<Vec<Beat>, reference::MpcaError> {
        let y = mpca(&self.config, job)?;
        let (tile, rows) = (self.config.tile as usize, self.config.out_rows as usize);
        let mut out = vec![];
        for slot in self.slots(job).iter().filter(|slot| slot.iter().any(Option::is_some)) {
            for token in 0..job.n {
                let (mut values, mut keep) = (vec![0; rows * tile], 0u128);
                let mut marks = [vec![token as i64; rows], vec![0; rows], vec![0; rows]];
                for (row, &ends) in slot.iter().enumerate() {
                    let Some((head, column)) = ends else { continue };
                    (marks[1][row], marks[2][row]) = (head as i64, column as i64);
                    for c in column * tile..job.cols.min((column + 1) * tile) {
                        let lane = row * tile + c - column * tile;
                        values[lane] = y[(head * job.n + token) * job.cols + c].into();
                        keep |= 1 << lane;
                    }
                }
                values.extend(marks.concat());
                out.push(Beat::new(values).with_keep(keep));
            }
        }
        out.last_mut().into_iter().for_each(|beat| beat.last = true);
        Ok(out)
    }
}

/// Tiles on their way to lanes.
struct Placing {
    groups: usize,
    lanes: usize,
    done: Slots,
    /// Lanes of the last group that are taken.
    taken: usize,
}

impl Placing {
    fn new(config: &Mpca) -> Self {
        let groups = config.out_rows as usize;
        Self { groups, lanes: config.lanes() as usize / groups, done: vec![], taken: config.lanes() as usize }
    }

    /// A tile; with the column that ends with it.
    fn place(&mut self, end: Option<(usize, usize)>) {
        let two = end.is_some() && self.done.last().and_then(|slot| slot.last()).is_some_and(Option::is_some);
        if self.taken >= self.lanes || two {
            if self.done.last().is_none_or(|slot| slot.len() == self.groups) {
                self.done.push(vec![]);
            }
            self.done.last_mut().into_iter().for_each(|slot| slot.push(None));
            self.taken = 0;
        }
        self.taken += 1;
        if end.is_some() {
            *self.done.last_mut().and_then(|slot| slot.last_mut()).expect("a group was opened") = end;
        }
    }
}
