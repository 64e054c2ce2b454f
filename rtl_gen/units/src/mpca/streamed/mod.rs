//! Weight tiles stand still, tokens stream past.
//!
//! | module | what |
//! |---|---|
//! | `prim_int16_mac` | a multiply-accumulate in a DSP |
//! | `mpca_dots_*` | one column of the tiles of a group of lanes, summed; Verilator keeps it a function of its own |
//! | `mpca_column_*` | that column of all groups: sums of matrix columns that end anywhere, requantisation |
//! | `mpca_array_*` | all columns |
//! | `mpca_features_*` | features, and the slice that each lane multiplies |
//! | `mpca_*` | jobs, headers, slots, tokens, results, counters |
//!
//! Inside there is only valid: a token that will have results enters only if the output FIFO has room for them. Tiles of the next slot
//! load behind the present one and take over with its first token.

mod array;
mod column;
mod counters;
mod dots;
mod features;
mod flow;
mod issue;
mod jobs;
mod load;
mod mac;
mod parts;
mod place;
mod shape;

use std::sync::Arc;

use hdl::{Design, Flow, Latency, Module, Ty};
use spec::unit::Mpca;

use super::{cmd_bundle, feature_bundle, out_bundle, weight_bundle, weight_read_bundle};
use crate::Error;
use shape::Shape;

/// Builds the unit.
pub(super) fn streamed(config: &Mpca) -> Result<Arc<Design>, Error> {
    let shape = Shape::new(config);
    let parts = flow::Parts::new(&shape)?;
    let queues = jobs::Parts::new(&shape)?;
    let design = Module::build(config.module_name(), |m| {
        let (lanes, tile) = (shape.lanes, shape.tile);
        m.doc(format!(
            "Y = requantise(X*W) in int16: {lanes} tiles of {tile} x {tile} weights, block-sparse or dense."
        ));
        m.doc("Weights stand still and are double-buffered, tokens stream by; columns end in any lane.");
        m.doc(format!(
            "y = acc*mult/2^shift, half to even, saturated to 16 bits. Latency {} cycles from a token to its results.",
            shape.latency()
        ));
        let cmd = m.sink(cmd_bundle(config));
        let feature = m.sink(feature_bundle(config));
        let read = m.source(weight_read_bundle());
        let weight = m.sink(weight_bundle(config));
        let out = m.source(out_bundle(config).timing(Latency::Min(shape.latency()), 1).flow(Flow::Credit));

        let jobs = jobs::jobs(m, &shape, &queues, &cmd, &read);
        let begin = m.wire("slot_begins", Ty::bit());
        let slot = place::Slot::new(m, &shape);
        let load = load::load(m, &shape, &jobs.weight, &slot, &weight, begin);
        slot.fill(m, &shape, &load.entry, begin);
        let release = m.wire("features_done_with", Ty::bit());
        let of = m.wire("features_of_job", Ty::bit());
        let loaded = features::load(m, &shape, &jobs.feature, &feature, release, of);
        let issue = issue::issue(m, &shape, &jobs.weight, &slot, &loaded, begin);
        release.set(issue.job_done);
        of.set(issue.buffer);
        let inputs = flow::Inputs {
            job: &jobs.weight,
            slot: &slot,
            load: &load,
            loaded: &loaded,
            issue: &issue,
            weights: weight.lanes("w").whole(),
        };
        flow::flow(m, &shape, &parts, &inputs, &out);
        counters::counters(m, &jobs, &jobs.weight, &load, &issue, (out.fire() & out.last()).named("last_out"));
    })?;
    Ok(design)
}
