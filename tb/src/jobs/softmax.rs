//! Rows of `softmax`.

use proptest::prelude::*;
use reference::SoftmaxModel;
use spec::Format;
use spec::unit::{Softmax, SoftmaxForm};

use super::lanes;
use crate::{Beat, Bench, Failure, Result};

/// Rows of 1 to 256 entries of a format, short ones more often, from equal entries to the whole range.
pub fn row(x: Format) -> impl Strategy<Value = Vec<i64>> + use<> {
    let (lo, hi) = (x.min() as i64, x.max() as i64);
    let length = prop_oneof![5 => 1usize..20, 2 => 1usize..=256, 1 => Just(1usize), 1 => Just(197), 1 => Just(256)];
    let spread = prop_oneof![Just(0), Just(3), Just(hi / 8), Just(hi)];
    (length, spread, lo..=hi).prop_flat_map(move |(length, spread, centre)| {
        prop::collection::vec((centre - spread).max(lo)..=(centre + spread).min(hi), length)
    })
}

/// Queues rows and what must come of them.
///
/// # Errors
/// [`Failure::Use`] if the bench or a row is not the configuration's.
pub fn queue(bench: &mut Bench, config: &Softmax, rows: &[Vec<i64>]) -> Result<()> {
    let model = SoftmaxModel::new(config).map_err(Failure::wrong)?;
    bench.expect("out", Vec::<Beat>::new())?;
    for row in rows {
        let result = model.eval_row(row).map_err(Failure::wrong)?;
        bench.send("in", lanes::row(row, config.lanes))?;
        bench.expect("out", lanes::row(&result.y, config.lanes))?;
        if config.form == SoftmaxForm::Unnormalised {
            bench.expect("row", [[result.sum, result.mult, result.shift.into()]])?;
        }
    }
    Ok(())
}
