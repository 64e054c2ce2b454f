//! Token dropping by definition.

use std::fmt;

use spec::unit::Tdhm;

use crate::network::host::weighted_mean;
use crate::top_k::{Selected, top_k};

/// What the module is asked to do.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct DropJob {
    /// Per head the class token's attention to every token, itself first.
    pub attention: Vec<Vec<u32>>,
    /// Per token its channels, the class token first.
    pub tokens: Vec<Vec<i32>>,
    /// Tokens to keep beside the class token.
    pub k: usize,
}

/// What comes of it.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Dropped {
    /// What became of each token but the class token, in the order of the new indices; the indices count from the class token, which is 0.
    pub decisions: Vec<Selected>,
    /// Class token, kept tokens, fused token if one was not kept.
    pub tokens: Vec<Vec<i32>>,
}

/// A job that the module does not take.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DropError(String);

impl fmt::Display for DropError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "tdhm: {}", self.0)
    }
}

impl std::error::Error for DropError {}

/// The unit `tdhm`, bit for bit, by the contract of [`Tdhm`].
///
/// ```
/// use reference::tdhm::{DropJob, tdhm};
/// use spec::unit::Tdhm;
/// let job = DropJob {
///     attention: vec![vec![9, 1, 5, 2, 0], vec![9, 2, 1, 1, 1]],
///     tokens: vec![vec![7, 7], vec![30, -30], vec![5, 6], vec![10, 50], vec![-1, 3]],
///     k: 2,
/// };
/// let dropped = tdhm(&Tdhm::int16(2, 2), &job)?;
/// assert_eq!(dropped.tokens, [[7, 7], [30, -30], [5, 6], [7, 38]]);
/// assert_eq!(dropped.decisions.iter().map(|d| d.id_old).collect::<Vec<_>>(), [1, 2, 3, 4]);
/// # Ok::<(), reference::tdhm::DropError>(())
/// ```
///
/// # Errors
/// For jobs that are ragged, larger than configured or out of format.
pub fn tdhm(config: &Tdhm, job: &DropJob) -> Result<Dropped, DropError> {
    check(config, job)?;
    let n = job.tokens.len();
    let scores: Vec<i64> = (1..n).map(|t| job.attention.iter().map(|row| i64::from(row[t])).sum()).collect();
    let order = top_k(&config.selector(), &scores, job.k);
    let decisions: Vec<Selected> = order.iter().map(|s| Selected { id_old: s.id_old + 1, ..*s }).collect();
    let mut tokens = vec![job.tokens[0].clone()];
    tokens.extend(decisions.iter().filter(|d| d.keep).map(|d| job.tokens[d.id_old].clone()));
    let lost: Vec<usize> = decisions.iter().filter(|d| !d.keep).map(|d| d.id_old).collect();
    if !lost.is_empty() {
        let rows: Vec<&[i32]> = lost.iter().map(|&id| job.tokens[id].as_slice()).collect();
        let weights: Vec<i128> = lost.iter().map(|&id| scores[id - 1].into()).collect();
        tokens.push(weighted_mean(&rows, &weights));
    }
    Ok(Dropped { decisions, tokens })
}

fn check(config: &Tdhm, job: &DropJob) -> Result<(), DropError> {
    let size = |what: &str, size: usize, low: usize, most: u32| {
        if (low..=most as usize).contains(&size) {
            return Ok(size);
        }
        Err(DropError(format!("{size} {what}; give {low} to {most}")))
    };
    let n = size("tokens", job.tokens.len(), 2, config.max_tokens)?;
    size("heads", job.attention.len(), 1, config.max_heads)?;
    let channels = size("channels", job.tokens[0].len(), 1, config.max_channels)?;
    if !channels.is_multiple_of(config.lanes as usize) {
        return Err(DropError(format!("{channels} channels, which do not fill beats of {}", config.lanes)));
    }
    if job.attention.iter().any(|row| row.len() != n || row.iter().any(|&a| !config.a.contains(a.into()))) {
        return Err(DropError(format!("a head without just {n} values in {}", config.a)));
    }
    if job.tokens.iter().any(|row| row.len() != channels || row.iter().any(|&x| !config.x.contains(x.into()))) {
        return Err(DropError(format!("a token without just {channels} channels in {}", config.x)));
    }
    match config.k_max {
        Some(most) if job.k > most as usize => Err(DropError(format!("{} tokens to keep; give at most {most}", job.k))),
        _ => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn job(k: usize) -> DropJob {
        let attention = (0..3).map(|h| (0..9u32).map(|t| (t * 7 + h) % 5 + t % 2).collect()).collect();
        let tokens = (0..9i32).map(|t| vec![t * 100 - 400, 3 - t]).collect();
        DropJob { attention, tokens, k }
    }

    /// Rows: class, kept, and a fused one unless all are kept; every token is decided once.
    #[test]
    fn rows_are_counted() {
        for k in 0..=10 {
            let dropped = tdhm(&Tdhm::int16(4, 2), &job(k)).unwrap();
            assert_eq!(dropped.tokens.len(), 1 + k.min(8) + usize::from(k < 8));
            let mut ids: Vec<usize> = dropped.decisions.iter().map(|d| d.id_old).collect();
            ids.sort_unstable();
            assert_eq!(ids, (1..9).collect::<Vec<_>>());
        }
    }

    /// The mean over the heads in place of the sum gives the same tokens, in real arithmetic to half a unit.
    #[test]
    fn sum_and_mean_of_the_heads_agree() {
        for k in 0..8 {
            let job = job(k);
            let dropped = tdhm(&Tdhm::int16(4, 2), &job).unwrap();
            let mean = |t: usize| job.attention.iter().map(|row| f64::from(row[t])).sum::<f64>() / 3.0;
            let lost: Vec<usize> = dropped.decisions.iter().filter(|d| !d.keep).map(|d| d.id_old).collect();
            let best_lost = lost.iter().map(|&t| mean(t)).fold(0.0, f64::max);
            assert!(dropped.decisions.iter().all(|d| !d.keep || mean(d.id_old) >= best_lost));
            let total: f64 = lost.iter().map(|&t| mean(t)).sum();
            for c in 0..2 {
                let fused = lost.iter().map(|&t| mean(t) * f64::from(job.tokens[t][c])).sum::<f64>() / total;
                assert!((fused - f64::from(dropped.tokens[k + 1][c])).abs() <= 0.5 + 1e-9);
            }
        }
    }

    #[test]
    fn no_weight_at_all_is_the_plain_mean() {
        let mut job = job(2);
        job.attention.iter_mut().flatten().for_each(|a| *a = 0);
        let dropped = tdhm(&Tdhm::int16(4, 2), &job).unwrap();
        // Equal scores: the lower indices stay.
        assert_eq!(dropped.tokens[1..], [vec![-300, 2], vec![-200, 1], vec![150, -2]]);
    }

    #[test]
    fn refusals_say_what_would_do() {
        let refused = |change: &dyn Fn(&mut DropJob)| {
            let mut job = job(2);
            change(&mut job);
            tdhm(&Tdhm::int16(4, 2), &job).unwrap_err().to_string()
        };
        assert_eq!(refused(&|job| job.attention.clear()), "tdhm: 0 heads; give 1 to 16");
        assert_eq!(refused(&|job| job.tokens.truncate(1)), "tdhm: 1 tokens; give 2 to 256");
        assert_eq!(refused(&|job| job.tokens[2][1] = 40_000), "tdhm: a token without just 2 channels in s16.12");
        assert_eq!(refused(&|job| job.attention[1].truncate(8)), "tdhm: a head without just 9 values in u16.15");
    }
}
