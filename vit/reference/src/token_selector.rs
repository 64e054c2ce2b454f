//! HeatViT's token controller and packager (eq. 3, eq. 4, Fig. 10), to the bit.

use std::fmt;

use spec::ConfigError;
use spec::unit::{Exp, TokenSelector};

use crate::{ExpModel, FunctionUnit};

/// One head's view of one token: integers in the configuration's formats `s`, `s`, `a`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct HeadScore {
    /// Score of channel 0, "keep".
    pub s0: u32,
    /// Score of channel 1.
    pub s1: u32,
    /// The head's weight.
    pub a: u32,
}

/// One token of a job.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Token {
    /// One entry per head; every token of a job has as many.
    pub heads: Vec<HeadScore>,
    /// The channels, integers in the format `x`; every token of a job has as many.
    pub x: Vec<i32>,
}

/// What the selector is asked to do.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Job {
    /// The class token, then the others, then an older package token if `package` is set.
    pub tokens: Vec<Token>,
    /// Whether the last token is the package token of an earlier selector.
    pub package: bool,
    /// In [`TokenSelector::THRESHOLD`].
    pub threshold: u32,
}

/// What became of one token.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Decision {
    /// Index of the token in the job.
    pub id: usize,
    /// Whether it comes out as itself.
    pub keep: bool,
    /// S̃\[0\] in the format `s`.
    pub score: u32,
}

/// The outcome of a job.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Selection {
    /// Kept tokens in order, then the package token if there is one.
    pub tokens: Vec<Vec<i32>>,
    /// One per token of the job.
    pub decisions: Vec<Decision>,
    /// Tokens kept, the class token among them.
    pub kept: usize,
    /// Tokens pruned by this job; an older package token is not among them.
    pub pruned: usize,
    /// Whether a package token was appended.
    pub packaged: bool,
}

/// How far a selection is from the same formulas in `f64` with the true exponential.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct FloatError {
    /// Largest error of S̃\[0\], in units of the last place of `s`.
    pub score_lsb: f64,
    /// Largest error of a package channel, in units of the last place of `x`, for the decisions as taken.
    pub package_lsb: f64,
    /// Tokens that `f64` decides otherwise.
    pub flips: usize,
}

/// A job that the selector does not take.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct JobError(String);

impl fmt::Display for JobError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "token_selector: {}", self.0)
    }
}

impl std::error::Error for JobError {}

/// The unit `token_selector`, bit for bit, by the contract of [`spec::unit::TokenSelector`].
///
/// ```
/// use reference::token_selector::{HeadScore, Job, Token, TokenSelectorModel};
/// use spec::unit::TokenSelector;
/// let model = TokenSelectorModel::new(&TokenSelector::int8(2, 2))?;
/// let token = |s0, x: [i32; 2]| Token { heads: vec![HeadScore { s0, s1: 128 - s0, a: 100 }], x: x.to_vec() };
/// let tokens = vec![token(0, [1, 2]), token(20, [30, -30]), token(100, [5, 6]), token(60, [10, 50])];
/// let selection = model.run(&Job { tokens, package: false, threshold: TokenSelector::HALF })?;
/// assert_eq!(selection.tokens, [[1, 2], [5, 6], [15, 30]]);
/// assert_eq!((selection.kept, selection.pruned, selection.packaged), (2, 2, true));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug)]
pub struct TokenSelectorModel {
    config: TokenSelector,
    exp: ExpModel,
}

impl TokenSelectorModel {
    /// Refuses what the configuration refuses.
    pub fn new(config: &TokenSelector) -> Result<Self, ConfigError> {
        config.validate()?;
        let exp = ExpModel::new(&Exp::new(config.exp_input(), TokenSelector::EXP))?;
        Ok(Self { config: config.clone(), exp })
    }

    /// Runs one job; refuses jobs that are empty, ragged, larger than configured or out of format.
    pub fn run(&self, job: &Job) -> Result<Selection, JobError> {
        self.check(job)?;
        let last = job.tokens.len() - 1;
        let is_package = |id: usize| job.package && id == last && id != 0;
        let mut selection = Selection { tokens: vec![], decisions: vec![], kept: 0, pruned: 0, packaged: false };
        let mut packaged: Vec<(&Token, u32)> = vec![];
        for (id, token) in job.tokens.iter().enumerate() {
            let [s0, s1] = score(&token.heads);
            let keep = id == 0 || (!is_package(id) && self.passes([s0, s1], job.threshold));
            selection.decisions.push(Decision { id, keep, score: s0 });
            if keep {
                selection.kept += 1;
                selection.tokens.push(token.x.clone());
            } else {
                selection.pruned += usize::from(!is_package(id));
                packaged.push((token, s0));
            }
        }
        if !packaged.is_empty() {
            selection.packaged = true;
            let channel = |c: usize| weighted_mean(packaged.iter().map(|(token, w)| (token.x[c].into(), (*w).into())));
            selection.tokens.push((0..job.tokens[0].x.len()).map(|c| channel(c) as i32).collect());
        }
        Ok(selection)
    }

    /// Whether softmax(S̃)\[0\] reaches the threshold.
    pub fn passes(&self, score: [u32; 2], threshold: u32) -> bool {
        let top = score[0].max(score[1]);
        let [e0, e1] = score.map(|s| self.exp.eval(i64::from(s) - i64::from(top)));
        e0 << TokenSelector::THRESHOLD.frac >= i64::from(threshold) * (e0 + e1)
    }

    fn check(&self, job: &Job) -> Result<(), JobError> {
        let config = &self.config;
        let size = |what: &str, size: usize, most: u32| match size {
            0 => Err(JobError(format!("a job without {what}"))),
            _ if size > most as usize => Err(JobError(format!("{size} {what}, configured for {most}"))),
            _ => Ok(size),
        };
        size("tokens", job.tokens.len(), config.max_tokens)?;
        let heads = size("heads", job.tokens[0].heads.len(), config.max_heads)?;
        let channels = size("channels", job.tokens[0].x.len(), config.max_channels)?;
        for (id, token) in job.tokens.iter().enumerate() {
            if (token.heads.len(), token.x.len()) != (heads, channels) {
                return Err(JobError(format!("token {id} has not as many heads and channels as the first one")));
            }
            let head_fits = |h: &HeadScore| {
                [(h.s0, config.s), (h.s1, config.s), (h.a, config.a)]
                    .iter()
                    .all(|(v, format)| format.contains((*v).into()))
            };
            if !token.heads.iter().all(head_fits) || !token.x.iter().all(|x| config.x.contains((*x).into())) {
                return Err(JobError(format!("token {id} has a value beyond its format")));
            }
        }
        if !TokenSelector::THRESHOLD.contains(job.threshold.into()) {
            return Err(JobError(format!("the threshold {} is beyond {}", job.threshold, TokenSelector::THRESHOLD)));
        }
        Ok(())
    }

    /// Compares a run with `f64`, which keeps where the two are within rounding of each other.
    pub fn float_error(&self, job: &Job) -> Result<FloatError, JobError> {
        let config = &self.config;
        let selection = self.run(job)?;
        let mut error = FloatError::default();
        let mut packaged = vec![];
        for (decision, token) in selection.decisions.iter().zip(&job.tokens) {
            let mean =
                |s: fn(&HeadScore) -> u32| float_mean(token.heads.iter().map(|h| (f64::from(s(h)), f64::from(h.a))));
            let score = [mean(|h| h.s0), mean(|h| h.s1)];
            error.score_lsb = error.score_lsb.max((score[0] - f64::from(decision.score)).abs());
            let difference = (score[1] - score[0]) * config.s.lsb();
            let keep = 1.0 / (1.0 + difference.exp()) >= f64::from(job.threshold) * TokenSelector::THRESHOLD.lsb();
            let scored = decision.id != 0 && !(job.package && decision.id + 1 == job.tokens.len());
            error.flips += usize::from(scored && keep != decision.keep);
            if !decision.keep {
                packaged.push((token, score[0]));
            }
        }
        if let (true, Some(package)) = (selection.packaged, selection.tokens.last()) {
            for (c, &value) in package.iter().enumerate() {
                let mean = float_mean(packaged.iter().map(|(token, w)| (f64::from(token.x[c]), *w)));
                error.package_lsb = error.package_lsb.max((mean - f64::from(value)).abs());
            }
        }
        Ok(error)
    }
}

/// S̃ of eq. 3, both channels, in the format of the heads' scores.
pub fn score(heads: &[HeadScore]) -> [u32; 2] {
    let mean = |s: fn(&HeadScore) -> u32| weighted_mean(heads.iter().map(|h| (s(h).into(), h.a.into())));
    [mean(|h| h.s0) as u32, mean(|h| h.s1) as u32]
}

/// Σ v·w / Σ w rounded half to even; the plain mean where every weight is zero.
fn weighted_mean(values: impl Iterator<Item = (i64, i64)> + Clone) -> i64 {
    let weight: i64 = values.clone().map(|(_, w)| w).sum();
    if weight == 0 {
        let count = values.clone().count() as i64;
        return div_half_even(values.map(|(v, _)| v).sum(), count);
    }
    div_half_even(values.map(|(v, w)| v * w).sum(), weight)
}

/// `num / den` (`den` positive) rounded half to even.
fn div_half_even(num: i64, den: i64) -> i64 {
    let (floor, rest) = (num.div_euclid(den), num.rem_euclid(den));
    floor + i64::from(2 * rest > den || (2 * rest == den && floor & 1 == 1))
}

fn float_mean(values: impl Iterator<Item = (f64, f64)> + Clone) -> f64 {
    let weight: f64 = values.clone().map(|(_, w)| w).sum();
    if weight == 0.0 {
        return values.clone().map(|(v, _)| v).sum::<f64>() / values.count() as f64;
    }
    values.map(|(v, w)| v * w).sum::<f64>() / weight
}
