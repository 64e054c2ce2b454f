//! Loads of γ and β and rows of `layer_norm`.

use proptest::prelude::*;
use reference::LayerNormModel;
use serde::Serialize;
use spec::Format;
use spec::unit::LayerNorm;

use crate::{Beat, Bench, Failure, Result};

/// γ and β, and the rows that they are for.
#[derive(Clone, Debug, Serialize)]
pub struct Load {
    /// (γ, β) of each channel, as many as the longest row has; none where the unit has none.
    pub affine: Vec<(i64, i64)>,
    /// Rows, back to back.
    pub rows: Vec<Vec<i64>>,
}

/// A load with up to eight rows of any scale.
pub fn load(config: &LayerNorm) -> impl Strategy<Value = Load> + use<> {
    let channels = config.affine().map_or(0, |_| config.max_width as usize);
    let (gamma, beta) = config.affine().unwrap_or((config.y, config.y));
    let affine = prop::collection::vec((any_of(gamma), any_of(beta)), channels);
    (affine, prop::collection::vec(row(config), 0..=8)).prop_map(|(affine, rows)| Load { affine, rows })
}

fn any_of(format: Format) -> impl Strategy<Value = i64> + use<> {
    format.min() as i64..=format.max() as i64
}

/// Rows of one beat to the longest, short ones more often, from equal channels to the whole range, some with an outlier.
pub fn row(config: &LayerNorm) -> impl Strategy<Value = Vec<i64>> + use<> {
    let (lo, hi) = (config.x.min() as i64, config.x.max() as i64);
    let (lanes, most) = (config.lanes as usize, config.max_beats() as usize);
    let beats = prop_oneof![3 => 1..=most.min(6), 3 => 1..=most, 1 => Just(1), 1 => Just(most)];
    let spread = prop_oneof![Just(0), Just(1), 1..=hi.min(30), Just(hi / 8), Just(hi)];
    let values = (beats, spread, lo..=hi).prop_flat_map(move |(beats, spread, centre)| {
        prop::collection::vec((centre - spread).max(lo)..=(centre + spread).min(hi), beats * lanes)
    });
    let outlier = prop::option::weighted(0.25, (any::<prop::sample::Index>(), lo..=hi));
    (values, outlier).prop_map(|(mut row, outlier)| {
        if let Some((at, value)) = outlier {
            let at = at.index(row.len());
            row[at] = value;
        }
        row
    })
}

/// Queues loads with their rows, and what must come of them. The first load after a reset comes before the rows by itself; each
/// further one is waited for, as are the rows before it, for what is offered on two streams at once may be taken in any order.
///
/// # Errors
/// [`Failure::Use`] if the bench or a row is not the configuration's, and what a run may fail with.
pub fn queue(bench: &mut Bench, config: &LayerNorm, loads: &[Load]) -> Result<()> {
    bench.expect("out", Vec::<Beat>::new())?;
    for (number, load) in loads.iter().enumerate() {
        if config.affine().is_some() {
            let again = number > 0;
            if again {
                bench.run()?;
            }
            bench.send("affine", affine_beats(config, &load.affine))?;
            if again {
                bench.run()?;
            }
        }
        queue_rows(bench, config, load)?;
    }
    Ok(())
}

/// Queues the rows of a load whose γ and β are there, and what must come of them.
///
/// # Errors
/// [`Failure::Use`] if the bench or a row is not the configuration's.
pub fn queue_rows(bench: &mut Bench, config: &LayerNorm, load: &Load) -> Result<()> {
    let model = LayerNormModel::new(config).map_err(Failure::wrong)?;
    for row in &load.rows {
        let y = model.eval_row(row, &load.affine).map_err(Failure::wrong)?;
        bench.send("in", beats(config, row))?;
        bench.expect("out", beats(config, &y))?;
    }
    Ok(())
}

/// A row's channels, `lanes` a beat.
fn beats(config: &LayerNorm, channels: &[i64]) -> Vec<Beat> {
    let count = channels.len() / config.lanes as usize;
    let lanes = channels.chunks(config.lanes as usize).zip(1..);
    lanes.map(|(lanes, number)| Beat { values: lanes.to_vec(), last: number == count, keep: 0 }).collect()
}

/// γ of a beat's lanes, then their β.
fn affine_beats(config: &LayerNorm, affine: &[(i64, i64)]) -> Vec<Beat> {
    let count = affine.len() / config.lanes as usize;
    let values = |lanes: &[(i64, i64)]| lanes.iter().map(|l| l.0).chain(lanes.iter().map(|l| l.1)).collect();
    let lanes = affine.chunks(config.lanes as usize).zip(1..);
    lanes.map(|(lanes, number)| Beat { values: values(lanes), last: number == count, keep: 0 }).collect()
}
