//! The units' jobs as beats.

use reference::network::{AttentionRow, Backend};
use reference::token_selector::{Decision, Job as SelectJob, Selection};
use reference::{GemmJob, Scale, Scales, Sorted};
use spec::UnitConfig;
use spec::network::Network;
use spec::unit::{BitonicSort, SystolicGemm, TokenSelector};

use super::unit::{Beats, OutField, Unit, Want};
use super::{Compilations, NetworkError};

/// Work that one unit has done.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UnitCount {
    /// The module's name.
    pub module: String,
    /// The unit's kind.
    pub kind: String,
    /// Batches of jobs streamed through it.
    pub jobs: u64,
    /// Clock cycles that these took.
    pub cycles: u64,
}

/// The units of one network as verilated models, one instance each.
#[derive(Debug)]
pub struct RtlBackend {
    config: SystolicGemm,
    gemm: Unit,
    attention: Unit,
    gelu: Unit,
    sigmoid: Option<Unit>,
    softmax: Option<Unit>,
    selector: Option<Unit>,
    sorters: Vec<(BitonicSort, Unit)>,
}

impl RtlBackend {
    /// Fresh instances of the network's units, taken from `compiled`.
    ///
    /// # Errors
    /// [`NetworkError::MissingUnit`], or what the link or the manifest says.
    pub fn new(net: &Network, compiled: &Compilations) -> Result<Self, NetworkError> {
        let unit = |config: UnitConfig| {
            let name = config.module_name();
            let found = compiled.get(&name).ok_or(NetworkError::MissingUnit(name))?;
            Unit::new(&found.library, &found.module)
        };
        let units = &net.units;
        let sorter = |config: &BitonicSort| Ok((config.clone(), unit(config.clone().into())?));
        Ok(Self {
            config: units.gemm.clone(),
            gemm: unit(units.gemm.clone().into())?,
            attention: unit(units.softmax.clone().into())?,
            gelu: unit(units.gelu.clone().into())?,
            sigmoid: units.sigmoid.clone().map(|c| unit(c.into())).transpose()?,
            softmax: units.classifier_softmax.clone().map(|c| unit(c.into())).transpose()?,
            selector: units.token_selector.clone().map(|c| unit(c.into())).transpose()?,
            sorters: units.sorters.iter().map(sorter).collect::<Result<_, NetworkError>>()?,
        })
    }

    /// What each unit has done so far.
    pub fn counts(&self) -> Vec<UnitCount> {
        let singles = [&self.gemm, &self.attention, &self.gelu].into_iter();
        let optional = [&self.sigmoid, &self.softmax, &self.selector].into_iter().flatten();
        let all = singles.chain(optional).chain(self.sorters.iter().map(|(_, unit)| unit));
        all.map(|unit| {
            let (module, kind) = unit.names();
            UnitCount { module: module.to_owned(), kind: kind.to_owned(), jobs: unit.jobs, cycles: unit.cycles }
        })
        .collect()
    }
}

/// A unary function unit on every value.
fn map(unit: &mut Unit, x: &[i32]) -> Result<Vec<i32>, NetworkError> {
    let mut packer = unit.packer("in")?;
    let field = packer.field("x")?;
    for &x in x {
        packer.beat(false);
        packer.set(field, 0, x.into());
    }
    let beats = packer.done();
    let y = unit.out_field("out", "y")?;
    let got = unit.run(&[("in", beats)], &[("out", Want::Count(x.len()))])?;
    Ok((0..x.len()).map(|i| y.get(&got[0], i, 0) as i32).collect())
}

/// Rows as beats of the stream `in`, `last` at the end of each.
fn row_beats(unit: &Unit, rows: &[Vec<i32>]) -> Result<Beats, NetworkError> {
    let mut packer = unit.packer("in")?;
    let field = packer.field("x")?;
    for row in rows {
        for (i, &x) in row.iter().enumerate() {
            packer.beat(i + 1 == row.len());
            packer.set(field, 0, x.into());
        }
    }
    Ok(packer.done())
}

/// The values of one field, cut into rows as long as those of `like`.
fn cut_rows(field: &OutField, beats: &Beats, like: &[Vec<i32>]) -> Vec<Vec<i32>> {
    let mut at = 0;
    let cut = |row: &Vec<i32>| {
        at += row.len();
        (at - row.len()..at).map(|i| field.get(beats, i, 0) as i32).collect()
    };
    like.iter().map(cut).collect()
}

fn entries(rows: &[Vec<i32>]) -> Want {
    Want::Count(rows.iter().map(Vec::len).sum())
}

fn absent(kind: &str) -> NetworkError {
    NetworkError::MissingUnit(kind.to_owned())
}

impl Backend for RtlBackend {
    type Error = NetworkError;

    fn gemm(&mut self, jobs: &[GemmJob]) -> Result<Vec<Vec<i32>>, NetworkError> {
        let (rows, cols) = (self.config.rows as usize, self.config.cols as usize);
        let (mut cmd, mut weight) = (self.gemm.packer("cmd")?, self.gemm.packer("weight")?);
        let (mut column, mut act) = (self.gemm.packer("column")?, self.gemm.packer("act")?);
        let cmd_fields = ["m", "k", "n", "row_scale", "narrow"].map(|name| cmd.field(name));
        let [m_field, k_field, n_field, row_field, narrow_field] = cmd_fields;
        let (m_field, k_field, n_field, row_field) = (m_field?, k_field?, n_field?, row_field?);
        let (w, a) = (weight.field("w")?, act.field("a")?);
        let (bias, c_mult, c_shift) = (column.field("bias")?, column.field("mult")?, column.field("shift")?);
        let (r_mult, r_shift) = (act.field("mult")?, act.field("shift")?);
        let mut beats = 0;
        for job in jobs {
            let by_row = matches!(job.scales, Scales::Row(_));
            cmd.beat(false);
            cmd.set(m_field, 0, job.m as i64);
            cmd.set(k_field, 0, job.k as i64);
            cmd.set(n_field, 0, job.n as i64);
            cmd.set(row_field, 0, by_row.into());
            if let Ok(field) = narrow_field {
                cmd.set(field, 0, job.narrow.into());
            }
            let scale = |scales: &[Scale], i: usize| scales.get(i).copied().unwrap_or_default();
            let (by_column, by_rows): (&[Scale], &[Scale]) = match &job.scales {
                Scales::Column(scales) => (scales, &[]),
                Scales::Row(scales) => (&[], scales),
            };
            for n in 0..job.n {
                column.beat(false);
                column.set(bias, 0, job.bias[n]);
                column.set(c_mult, 0, scale(by_column, n).mult.into());
                column.set(c_shift, 0, scale(by_column, n).shift.into());
            }
            for n0 in (0..job.n).step_by(cols) {
                let width = cols.min(job.n - n0);
                for k in 0..job.k {
                    weight.beat(false);
                    let row = &job.w[k * job.n + n0..][..width];
                    row.iter().enumerate().for_each(|(lane, &value)| weight.set(w, lane, value.into()));
                }
                for k0 in (0..job.k).step_by(rows) {
                    let depth = rows.min(job.k - k0);
                    for m in 0..job.m {
                        act.beat(false);
                        let row = &job.a[m * job.k + k0..][..depth];
                        row.iter().enumerate().for_each(|(lane, &value)| act.set(a, lane, value.into()));
                        act.set(r_mult, 0, scale(by_rows, m).mult.into());
                        act.set(r_shift, 0, scale(by_rows, m).shift.into());
                    }
                }
                beats += job.m;
            }
        }
        let feeds = [("cmd", cmd.done()), ("weight", weight.done()), ("column", column.done()), ("act", act.done())];
        let y = self.gemm.out_field("out", "y")?;
        let got = self.gemm.run(&feeds, &[("out", Want::Count(beats))])?;
        let mut at = 0;
        let result = jobs.iter().map(|job| {
            let mut out = vec![0; job.m * job.n];
            for n0 in (0..job.n).step_by(cols) {
                for m in 0..job.m {
                    let lanes = cols.min(job.n - n0);
                    let row = &mut out[m * job.n + n0..][..lanes];
                    row.iter_mut().enumerate().for_each(|(lane, value)| *value = y.get(&got[0], at, lane) as i32);
                    at += 1;
                }
            }
            out
        });
        Ok(result.collect())
    }

    fn attention(&mut self, rows: &[Vec<i32>]) -> Result<Vec<AttentionRow>, NetworkError> {
        let beats = row_beats(&self.attention, rows)?;
        let y = self.attention.out_field("out", "y")?;
        let (mult, shift) = (self.attention.out_field("row", "mult")?, self.attention.out_field("row", "shift")?);
        let got = self.attention.run(&[("in", beats)], &[("out", entries(rows)), ("row", Want::Count(rows.len()))])?;
        let e = cut_rows(&y, &got[0], rows);
        let row =
            |(i, e)| AttentionRow { e, mult: mult.get(&got[1], i, 0) as u16, shift: shift.get(&got[1], i, 0) as u8 };
        Ok(e.into_iter().enumerate().map(row).collect())
    }

    fn softmax(&mut self, rows: &[Vec<i32>]) -> Result<Vec<Vec<i32>>, NetworkError> {
        let unit = self.softmax.as_mut().ok_or_else(|| absent("softmax"))?;
        let beats = row_beats(unit, rows)?;
        let y = unit.out_field("out", "y")?;
        let got = unit.run(&[("in", beats)], &[("out", entries(rows))])?;
        Ok(cut_rows(&y, &got[0], rows))
    }

    fn gelu(&mut self, x: &[i32]) -> Result<Vec<i32>, NetworkError> {
        map(&mut self.gelu, x)
    }

    fn sigmoid(&mut self, x: &[i32]) -> Result<Vec<i32>, NetworkError> {
        map(self.sigmoid.as_mut().ok_or_else(|| absent("plan_sigmoid"))?, x)
    }

    fn select(&mut self, config: &TokenSelector, job: &SelectJob) -> Result<Selection, NetworkError> {
        let unit = self.selector.as_mut().ok_or_else(|| absent("token_selector"))?;
        let lanes = config.lanes as usize;
        let channels = job.tokens.first().map_or(0, |token| token.x.len());
        let heads = job.tokens.first().map_or(0, |token| token.heads.len());
        let (mut cmd, mut score, mut x) = (unit.packer("cmd")?, unit.packer("score")?, unit.packer("in")?);
        cmd.beat(false);
        let values = [job.tokens.len(), heads, channels.div_ceil(lanes), job.package.into(), job.threshold as usize];
        for (name, value) in ["tokens", "heads", "beats", "package", "threshold"].into_iter().zip(values) {
            cmd.set(cmd.field(name)?, 0, value as i64);
        }
        let (s0, s1, a) = (score.field("s0")?, score.field("s1")?, score.field("a")?);
        let lane_field = x.field("x")?;
        for token in &job.tokens {
            for head in &token.heads {
                score.beat(false);
                score.set(s0, 0, head.s0.into());
                score.set(s1, 0, head.s1.into());
                score.set(a, 0, head.a.into());
            }
            for part in token.x.chunks(lanes) {
                x.beat(false);
                part.iter().enumerate().for_each(|(lane, &value)| x.set(lane_field, lane, value.into()));
            }
        }
        let feeds = [("cmd", cmd.done()), ("score", score.done()), ("in", x.done())];
        let wants = [("decision", Want::Count(job.tokens.len())), ("status", Want::Count(1)), ("out", Want::Last)];
        let decision = ["id", "keep", "score"].map(|name| unit.out_field("decision", name));
        let status = ["kept", "pruned", "packaged"].map(|name| unit.out_field("status", name));
        let y = unit.out_field("out", "y")?;
        let got = unit.run(&feeds, &wants)?;
        let [id, keep, s] = decision;
        let (id, keep, s) = (id?, keep?, s?);
        let decide = |i: usize| Decision {
            id: id.get(&got[0], i, 0) as usize,
            keep: keep.get(&got[0], i, 0) == 1,
            score: s.get(&got[0], i, 0) as u32,
        };
        let [kept, pruned, packaged] = status;
        let values: Vec<i32> = (0..got[2].len())
            .flat_map(|beat| (0..y.count()).map(move |lane| (beat, lane)))
            .map(|(beat, lane)| y.get(&got[2], beat, lane) as i32)
            .collect();
        Ok(Selection {
            tokens: values.chunks(channels.max(1)).map(<[i32]>::to_vec).collect(),
            decisions: (0..got[0].len()).map(decide).collect(),
            kept: kept?.get(&got[1], 0, 0) as usize,
            pruned: pruned?.get(&got[1], 0, 0) as usize,
            packaged: packaged?.get(&got[1], 0, 0) == 1,
        })
    }

    fn sort(&mut self, config: &BitonicSort, keys: &[i128]) -> Result<Vec<Sorted>, NetworkError> {
        let found = self.sorters.iter_mut().find(|(c, _)| c == config);
        let (_, unit) = found.ok_or_else(|| NetworkError::MissingUnit(config.module_name()))?;
        let mut packer = unit.packer("in")?;
        let key = packer.field("key")?;
        packer.beat(true);
        keys.iter().enumerate().for_each(|(i, &value)| packer.set(key, i, value as i64));
        let beats = packer.done();
        let fields = ["key", "id_old", "id_new", "flag"].map(|name| unit.out_field("out", name));
        let got = unit.run(&[("in", beats)], &[("out", Want::Count(1))])?;
        let [key, id_old, id_new, flag] = fields;
        let (key, id_old, id_new, flag) = (key?, id_old?, id_new?, flag?);
        let element = |i: usize| Sorted {
            key: key.get(&got[0], 0, i).into(),
            payload: 0,
            id_old: id_old.get(&got[0], 0, i) as usize,
            id_new: id_new.get(&got[0], 0, i) as usize,
            flag: flag.get(&got[0], 0, i) == 1,
        };
        Ok((0..keys.len()).map(element).collect())
    }
}
