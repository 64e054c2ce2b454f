//! The paper's organisation of the matrix products: Algorithm 2.
//!
//! | module | what |
//! |---|---|
//! | `prim_int16_accumulate` | a multiply-accumulate in a DSP, whose sum stands still |
//! | `mpca_pe_*` | a processing element: p×p of them, its features (GFB), its results (RB); Verilator keeps it a function of its own |
//! | `mpca_pe_column_*` | p_t processing elements and the buffer of block columns (CB) that they share; p_c of them are a computing head module |
//! | `mpca_algorithm_2_*` | streams, loads, Algorithm 2's loops, drain, counters |

mod column;
mod count;
mod counters;
mod directory;
mod drain;
mod features;
mod fetch;
mod jobs;
mod pe;
mod schedule;
mod shape;
mod weights;

use std::sync::Arc;

use hdl::{Design, Flow, Latency, Module, Ty};
use spec::unit::Mpca;

use super::{cmd_bundle, feature_bundle, out_bundle, weight_bundle, weight_read_bundle};
use crate::Error;
use shape::Shape;

/// Builds the array; its cycles and counters are told at [`mpca`](super::mpca).
pub(super) fn algorithm_2(config: &Mpca) -> Result<Arc<Design>, Error> {
    let shape = Shape::new(config);
    let column = column::column(&shape)?;
    let queues = jobs::Parts::new(&shape)?;
    let fetched = fetch::Parts::new(&shape)?;
    let strips = schedule::Parts::new(&shape)?;
    let results = drain::Parts::new(&shape)?;
    let counts = counters::Parts::new(&shape)?;
    let design = Module::build(config.module_name(), |m| {
        m.doc(format!(
            "Y = requantise(X*W) in int16 by Algorithm 2: {} computing head modules of {} x {} elements of {} x {} multiply-accumulators.",
            config.p_h, config.p_t, config.p_c, config.p_pe, config.p_pe
        ));
        m.doc("W is block-sparse by header, dense, or dense with an X of its own for each head.");
        m.doc("y = acc*mult/2^shift, half to even, saturated to 16 bits.");
        let cmd = m.sink(cmd_bundle(config));
        let feature = m.sink(feature_bundle(config));
        let weight = m.sink(weight_bundle(config));
        let read = m.source(weight_read_bundle().timing(Latency::Variable, 1));
        let out = m.source(out_bundle(config).timing(Latency::Variable, 1).flow(Flow::Credit));

        let jobs = jobs::jobs(m, &shape, &queues, &cmd);
        let columns = fetch::fetch(m, &shape, &fetched, &jobs.fetch, &weight, &read);
        let bit = |name: &str| m.wire(name, Ty::bit());
        let links = schedule::Links {
            weight_release: bit("weight_release"),
            weight_of: bit("weight_of"),
            feature_release: bit("feature_release"),
            feature_of: bit("feature_of"),
            strip_back: bit("strip_back"),
        };
        let loads = weights::weights(m, &shape, &columns, &weight, links.weight_release, links.weight_of);
        let rows = features::features(m, &shape, &jobs.feature, &feature, links.feature_release, links.feature_of);
        let schedule = schedule::schedule(m, &shape, &strips, &jobs.product, &loads, &rows, &links);
        let control = drain::control(m, &shape, &schedule, links.strip_back);

        let wide = config.tile * Mpca::ACCUMULATOR.width;
        let ys = m.wire_vec("column_y", shape.columns, Ty::uint(wide));
        let one_hot = |name: &str, word| {
            let vector = m.wire_vec(name, shape.columns, Ty::bit());
            vector.whole().set(word);
            vector
        };
        let open = one_hot("open", loads.open);
        let row_load = one_hot("row_load", loads.row_load);
        let weight_load = one_hot("column_load", loads.load);
        let reads = m.wire_vec("reads", shape.shared(), Ty::uint(config.p_t));
        reads.whole().set(m.concat(control.read.iter().rev().copied()));
        m.for_each("out_row", 0..config.out_rows.into(), |g| {
            m.for_each("column", 0..shape.shared().into(), |i| {
                let at = || g * i64::from(shape.shared()) + i;
                let cell = m.instance("column", &column);
                for (name, value) in schedule.step.iter().chain(&control.common) {
                    cell.input(&format!("{name}_i"), *value);
                }
                cell.input("open_i", open.at(at()));
                cell.input("open_buffer_i", loads.open_buffer);
                cell.input("open_tiles_i", loads.open_tiles);
                cell.input("open_offset_i", loads.open_offset);
                cell.input("row_load_i", row_load.at(at()));
                cell.input("row_address_i", loads.row_address);
                cell.input("row_value_i", loads.row_value);
                cell.input("weight_load_i", weight_load.at(at()));
                cell.input("weight_address_i", loads.address);
                cell.input("weight_beat_i", loads.beat);
                cell.input("feature_load_i", rows.load);
                cell.input("feature_address_i", rows.address);
                cell.input("feature_word_i", rows.word);
                cell.input("read_i", reads.at(i));
                cell.drive("y_o", ys.at(at()));
            });
        });
        drain::drain(m, &shape, &results, &schedule, &control, ys, &out);
        let tokens = columns.queue.field("n");
        counters::counters(m, &shape, &counts, &jobs, &loads, &schedule, (&out, tokens));
    })?;
    Ok(design)
}
