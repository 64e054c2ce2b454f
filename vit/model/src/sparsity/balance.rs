//! Block columns shared out to lanes so that their loads are even.

use std::cmp::Reverse;
use std::fmt;

/// Which lane multiplies which block column.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Assignment {
    /// The columns of each lane, in the order in which they were given to it.
    pub lanes: Vec<Vec<usize>>,
    /// How even it is.
    pub balance: Balance,
}

/// How even the loads of the lanes are.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Balance {
    /// Blocks of each lane.
    pub loads: Vec<usize>,
    /// Blocks of the fullest lane if column c went to lane c mod lanes instead.
    pub in_turn: usize,
}

impl Balance {
    /// Blocks of the fullest lane: all wait for it.
    pub fn fullest(&self) -> usize {
        self.loads.iter().copied().max().unwrap_or(0)
    }

    /// Blocks in all lanes.
    pub fn total(&self) -> usize {
        self.loads.iter().sum()
    }

    /// The share of the lanes' time that they multiply: 1 if all loads are equal, and for no blocks at all.
    pub fn evenness(&self) -> f64 {
        if self.total() == 0 { 1.0 } else { self.total() as f64 / (self.fullest() * self.loads.len()) as f64 }
    }
}

impl fmt::Display for Balance {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (lanes, total, fullest) = (self.loads.len(), self.total(), self.fullest());
        let percent = 100.0 * self.evenness();
        write!(
            f,
            "{total} blocks on {lanes} lanes, {fullest} on the fullest ({percent:.1} %), {} in turn",
            self.in_turn
        )
    }
}

/// Gives the longest column left to the emptiest lane, until none is left; of equal columns the first, of equal lanes the
/// first. The fullest lane then has at most 4/3 − 1/(3·lanes) times the blocks of the best assignment (Graham 1969).
///
/// `loads` holds the blocks of each column. No lanes are taken as one.
///
/// ```
/// use model::sparsity::balance;
/// let assignment = balance(&[7, 2, 5, 4], 2);
/// assert_eq!(assignment.lanes, [vec![0, 1], vec![2, 3]]);
/// assert_eq!(assignment.balance.to_string(), "18 blocks on 2 lanes, 9 on the fullest (100.0 %), 12 in turn");
/// ```
pub fn balance(loads: &[usize], lanes: usize) -> Assignment {
    let count = lanes.max(1);
    let mut columns: Vec<usize> = (0..loads.len()).collect();
    columns.sort_by_key(|&column| Reverse(loads[column]));
    let mut lanes = vec![Vec::new(); count];
    let mut sums = vec![0; count];
    for column in columns {
        let emptiest = (0..count).min_by_key(|&lane| sums[lane]).unwrap_or(0);
        lanes[emptiest].push(column);
        sums[emptiest] += loads[column];
    }
    let in_turn = (0..count).map(|lane| loads.iter().skip(lane).step_by(count).sum()).max().unwrap_or(0);
    Assignment { lanes, balance: Balance { loads: sums, in_turn } }
}
