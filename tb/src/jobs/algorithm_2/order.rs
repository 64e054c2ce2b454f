//! The order in which `mpca` by Algorithm 2 asks for weights and gives results.

use reference::{MpcaJob, MpcaWeights, mpca};
use spec::unit::Mpca;

use super::silence;
use crate::jobs::mpca::{Memory, Shape, Streams};
use crate::{Beat, Bench, Failure, Result};

/// Queues jobs on all streams of a bench, with what the reference expects, in the array's order.
///
/// # Errors
/// [`Failure::Use`] if the bench or a job is not the configuration's.
pub fn queue(bench: &mut Bench, config: &Mpca, jobs: &[Shape]) -> Result<()> {
    let (streams, mut memory) = (Streams::new(config), Memory::new(config));
    for shape in jobs {
        let job = shape.job(config);
        let command = streams.command(&job, &mut memory).beat;
        let order = Order::new(config, &job);
        bench.allow_silence(silence(config, &job));
        for [address, beats] in order.requests(command.values[6], command.values[7]) {
            bench.expect("weight_read", [[address, beats]])?;
            let words = memory.read(address as usize, beats as usize).unwrap_or_default();
            let beat = |words: &[u16]| Beat::new(words.iter().map(|&w| i64::from(w)).collect::<Vec<_>>());
            bench.send("weight", words.chunks(config.weight_words() as usize).map(beat))?;
        }
        bench.send("cmd", [command])?;
        bench.send("feature", streams.features(&job))?;
        bench.expect("out", order.results().map_err(Failure::wrong)?)?;
    }
    Ok(())
}

/// Algorithm 2's loops over one job.
struct Order<'a> {
    config: &'a Mpca,
    job: &'a MpcaJob,
    p: [usize; 4],
    tile: usize,
    /// Tiles along the side of a block.
    side: usize,
    /// Block columns of a head.
    columns: usize,
}

impl<'a> Order<'a> {
    fn new(config: &'a Mpca, job: &'a MpcaJob) -> Self {
        let (tile, side) = (config.tile as usize, if job.double { 2 } else { 1 });
        let p = [config.p_h, config.p_t, config.p_c, config.p_pe].map(|p| p as usize);
        Self { config, job, p, tile, side, columns: job.cols.div_ceil(tile * side) }
    }

    /// The first head and block column of each group.
    fn groups(&self) -> impl Iterator<Item = (usize, usize)> + '_ {
        let [p_h, _, p_c, _] = self.p;
        (0..self.job.heads).step_by(p_h).flat_map(move |head| (0..self.columns).step_by(p_c).map(move |c| (head, c)))
    }

    /// Address and beats of each request, for weights of so many beats at an address.
    fn requests(&self, address: i64, beats: i64) -> Vec<[i64; 2]> {
        let words = self.config.weight_words() as usize;
        let lengths: Vec<usize> = match &self.job.weights {
            MpcaWeights::Sparse(heads) => {
                heads.iter().flat_map(|matrix| matrix.column_words(self.config.layout())).map(|w| w / words).collect()
            }
            MpcaWeights::Dense(_) => {
                let tiles = |c: usize| self.side.min(self.job.cols.div_ceil(self.tile) - c * self.side);
                let down = self.job.k.div_ceil(self.tile) * Mpca::TILE_BEATS as usize;
                (0..self.job.heads).flat_map(|_| (0..self.columns).map(|c| tiles(c) * down)).collect()
            }
        };
        let mut requests = vec![];
        if matches!(self.job.weights, MpcaWeights::Sparse(_)) {
            requests.push([address + beats, (lengths.len() + 1).div_ceil(words) as i64]);
        }
        let [p_h, _, p_c, _] = self.p;
        for (head, column) in self.groups() {
            for head in head..self.job.heads.min(head + p_h) {
                for column in column..self.columns.min(column + p_c) {
                    let at = head * self.columns + column;
                    let from: usize = lengths[..at].iter().sum();
                    requests.push([address + from as i64, lengths[at] as i64]);
                }
            }
        }
        requests
    }

    /// The beats on `out`: strip by strip of p tokens by a tile's columns; in a strip, element by element of each column, row by row.
    fn results(&self) -> std::result::Result<Vec<Beat>, reference::MpcaError> {
        let y = mpca(self.config, self.job)?;
        let [p_h, p_t, p_c, p] = self.p;
        let (b, rows) = (self.tile * self.side, self.config.out_rows as usize);
        let shared = p_h * p_c / rows;
        let mut out: Vec<Beat> = vec![];
        let mut last = Beat::new(vec![]);
        for (head, column) in self.groups() {
            for first in (0..self.job.n).step_by(p_t * b) {
                for (strip, half) in (0..b / p).flat_map(|strip| (0..self.side).map(move |half| (strip, half))) {
                    for (share, pe) in (0..shared).flat_map(|share| (0..p_t).map(move |pe| (share, pe))) {
                        for token in (0..p).map(|row| first + pe * b + strip * p + row) {
                            let place = |row: usize| {
                                let at = row * shared + share;
                                (head + at / p_c, (column + at % p_c) * self.side + half)
                            };
                            last = self.beat(&y, token, &(0..rows).map(place).collect::<Vec<_>>());
                            out.extend((last.keep != 0).then(|| last.clone()));
                        }
                    }
                }
            }
        }
        if last.keep == 0 {
            out.push(last);
        }
        out.last_mut().into_iter().for_each(|beat| beat.last = true);
        Ok(out)
    }

    /// The results of a token, of the head and tile column of each row.
    fn beat(&self, y: &[i16], token: usize, places: &[(usize, usize)]) -> Beat {
        let job = self.job;
        let (mut values, mut keep) = (vec![0; places.len() * self.tile], 0u128);
        for (row, &(head, column)) in places.iter().enumerate() {
            for c in column * self.tile..job.cols.min((column + 1) * self.tile) {
                if head < job.heads && token < job.n {
                    let lane = row * self.tile + c - column * self.tile;
                    values[lane] = y[(head * job.n + token) * job.cols + c].into();
                    keep |= 1 << lane;
                }
            }
        }
        let token_mask = self.config.max_n.next_power_of_two() as usize - 1;
        values.extend(places.iter().map(|_| (token & token_mask) as i64));
        values.extend(places.iter().map(|place| (place.0 & 0xff) as i64));
        values.extend(places.iter().map(|place| place.1 as i64));
        Beat::new(values).with_keep(keep)
    }
}
