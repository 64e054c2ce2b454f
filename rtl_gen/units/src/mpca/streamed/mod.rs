//! Weight tiles stand still, tokens stream past.
//!
//! | module | what |
//! |---|---|
//! | `prim_int16_mac` | a multiply-accumulate in a DSP |
//! | `mpca_dots_*` | one column of the tiles of a group of lanes, summed |
//! | `mpca_group_*` | that column, added to the groups before it, and requantised; Verilator keeps it a function of its own |
//! | `mpca_column_*` | that column of all groups: sums of matrix columns that end anywhere |
//! | `mpca_array_*` | all columns |
//! | `mpca_features_*` | features, and the slice that each lane multiplies |
//! | `mpca_jobs_*` | commands: queues of jobs |
//! | `mpca_loader_*` | features into their memories |
//! | `mpca_walk_*`, `mpca_blocks_*` | headers become lists of tiles |
//! | `mpca_slot_*` | which tile goes to which lane |
//! | `mpca_steer_*` | beats of tiles to their lane |
//! | `mpca_issue_*` | when tokens enter |
//! | `mpca_follow_*` | what goes with a token and its slot |
//! | `mpca_results_*` | results and what identifies them |
//! | `mpca_counters_*` | counters |
//! | `mpca_streamed_*` | all of them; ports of one name are one signal |
//!
//! Inside there is only valid: a token that will have results enters only if the output FIFO has room for them. Tiles of the next slot
//! load behind the present one and take over with its first token.

mod array;
mod blocks;
mod column;
mod counters;
mod dots;
mod features;
mod follow;
mod group;
mod issue;
mod jobs;
mod mac;
mod parts;
mod place;
mod results;
mod shape;
mod walk;
mod wiring;

use std::sync::Arc;

use hdl::{Design, Flow, Latency, Module, Ty};
use spec::unit::Mpca;

use super::{cmd_bundle, feature_bundle, out_bundle, weight_bundle, weight_read_bundle};
use crate::Error;
use shape::Shape;
use wiring::Wiring;

/// Builds the unit.
pub(super) fn streamed(config: &Mpca) -> Result<Arc<Design>, Error> {
    let shape = Shape::new(config);
    let [jobs, loader, walk, blocks, slot] = [
        jobs::jobs(&shape)?,
        features::loader(&shape)?,
        walk::walk(&shape)?,
        blocks::blocks(&shape)?,
        place::slot(&shape)?,
    ];
    let (issue, follow, steer) = (issue::issue(&shape)?, follow::follow(&shape)?, follow::steer(&shape)?);
    let (features, array) = (features::features(&shape)?, array::array(&shape)?);
    let (results, counters) = (results::results(&shape)?, counters::counters(&shape)?);
    let design = Module::build(config.module_name(), |m| {
        let (lanes, tile) = (shape.lanes, shape.tile);
        m.doc(format!(
            "Y = requantise(X*W) in int16: {lanes} tiles of {tile} x {tile} weights, block-sparse or dense."
        ));
        m.doc("Weights stand still and are double-buffered, tokens stream by; columns end in any lane.");
        m.doc("y = acc*mult/2^shift, half to even, saturated to 16 bits.");
        let cmd = m.sink(cmd_bundle(config));
        let feature = m.sink(feature_bundle(config));
        let read = m.source(weight_read_bundle());
        let weight = m.sink(weight_bundle(config));
        let out = m.source(out_bundle(config).timing(Latency::Min(shape.latency()), 1).flow(Flow::Credit));

        let mut wiring = Wiring::new(m);
        let words = weight.lanes("w");
        wiring.signal("words", words.whole());
        wiring.signal("first_word", words.at(0));
        wiring.signal("beat_waits", weight.valid());
        m.comment("Jobs, their features, their words of weights.");
        let part = wiring.part("jobs", &jobs);
        part.feed("cmd", &cmd);
        part.drain("weight_read", &read);
        wiring.part("loader", &loader).feed("feature", &feature);
        wiring.part("walk", &walk);
        wiring.part("blocks", &blocks);
        m.comment("Slots of tiles, tokens, and all that goes with them.");
        wiring.part("slot", &slot);
        wiring.part("issue", &issue);
        wiring.part("follow", &follow);
        wiring.part("steer", &steer);
        m.comment("The tiles: features, products and sums, results.");
        wiring.part("features", &features);
        wiring.part("array", &array);
        wiring.part("results", &results).drain("out", &out);
        wiring.part("counters", &counters);
        let signals = wiring.connect();
        weight.ready().set(signals["takes_beat"]);
        m.output("macs", Ty::uint(counters::MACS)).set(signals["macs"]);
        for name in counters::EVENTS {
            m.output(name, Ty::uint(counters::CYCLES)).set(signals[name]);
        }
    })?;
    Ok(design)
}
