//! Jobs of `elementwise`.

use proptest::prelude::*;
use reference::ElementwiseModel;
use serde::Serialize;
use spec::Format;
use spec::unit::{Elementwise, Operation};

use super::lanes;
use crate::{Bench, Failure, Result};

/// A job in plain numbers.
#[derive(Clone, Debug, Serialize)]
pub struct Job {
    /// The scale's multiplier.
    pub mult: u16,
    /// The scale's shift, 0 to 63.
    pub shift: u8,
    /// x and r of each value; r counts in an addition.
    pub values: Vec<(i64, i64)>,
}

/// A job of one value to three beats and more, with scales from nothing to far too much.
pub fn job(config: &Elementwise) -> impl Strategy<Value = Job> + use<> {
    let mult = prop_oneof![4 => any::<u16>(), 1 => Just(1), 1 => Just(0), 1 => Just(u16::MAX), 1 => Just(1 << 15)];
    let shift = prop_oneof![1 => 0u8..64, 2 => 8u8..32, 1 => 14u8..18];
    let value = (any_of(config.x), any_of(config.y));
    (mult, shift, prop::collection::vec(value, 1..=3 * config.lanes as usize + 5))
        .prop_map(|(mult, shift, values)| Job { mult, shift, values })
}

fn any_of(format: Format) -> impl Strategy<Value = i64> + use<> {
    let (lo, hi) = (format.min() as i64, format.max() as i64);
    prop_oneof![8 => lo..=hi, 2 => lo.max(-3)..=hi.min(3), 1 => Just(lo), 1 => Just(hi)]
}

/// Queues jobs and what must come of them.
///
/// # Errors
/// [`Failure::Use`] if the bench or a job is not the configuration's.
pub fn queue(bench: &mut Bench, config: &Elementwise, jobs: &[Job]) -> Result<()> {
    let model = ElementwiseModel::new(config).map_err(Failure::wrong)?;
    for job in jobs {
        let [x, r]: [Vec<i64>; 2] =
            [job.values.iter().map(|v| v.0).collect(), job.values.iter().map(|v| v.1).collect()];
        let y: Vec<i64> = job.values.iter().map(|&(x, r)| model.eval(x, r, job.mult, job.shift)).collect();
        bench.send("cmd", [[i64::from(job.mult), job.shift.into()]])?;
        bench.send("in", lanes::row(&x, config.lanes))?;
        if config.operation == Operation::ResidualAdd {
            bench.send("residual", lanes::row(&r, config.lanes))?;
        }
        bench.expect("out", lanes::row(&y, config.lanes))?;
    }
    Ok(())
}
