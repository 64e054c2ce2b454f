//! Results: what is known of them waits until they come.

use std::sync::Arc;

use hdl::{Design, Errors, Flow, Latency, Module, Ty, prim};

use super::place::marks;
use super::shape::Shape;
use crate::mpca::{HEADS, out_bundle};

/// `mpca_results_*`: FIFOs of results and of what identifies them.
///
/// `results_known_i` is set the cycle after a token with results entered, when `results_token_i`, `results_ends_i` and its slot's columns are there;
/// `results_due_i` when `y_i` has its results. `out_taken_o` tells that a beat has gone, `last_out_o` that it was its job's last.
pub(super) fn results(shape: &Shape) -> Result<Arc<Design>, Errors> {
    let (groups, tile) = (shape.groups, shape.tile);
    let token_bits = shape.token().width();
    let marked = marks(shape);
    let mark_bits = groups * marked.iter().map(|(_, bits)| bits).sum::<u32>();
    let values = prim::fifo(16 * tile * groups, shape.slots())?;
    let names = prim::fifo(mark_bits + token_bits + 1, shape.slots())?;
    Module::build(format!("mpca_results_{}", shape.suffix()), |m| {
        m.doc("Results of mpca, and what is known of them when their token enters.");
        let out = m.source(out_bundle(&shape.config).timing(Latency::Min(shape.latency()), 1).flow(Flow::Credit));
        let known = m.input("results_known", Ty::bit());
        let due = m.input("results_due", Ty::bit());
        let token = m.input("results_token", shape.token());
        let ends = m.input_vec("results_ends", groups, Ty::bit());
        let columns = marked.map(|(name, bits)| m.input_vec(&format!("results_{name}"), groups, Ty::uint(bits)));
        let job_done = m.input("job_done", Ty::bit());
        let y = m.input("y", Ty::uint(16 * tile * groups));

        let taken = out.fire();
        let queue = m.instance("values", &values);
        queue.output_named("in_ready_o", "unused_values_ready");
        queue.input("in_valid_i", due);
        queue.input("in_data_i", y);
        queue.input("out_ready_i", taken);
        out.valid().set(queue.output("out_valid_o"));
        out.lanes("y").whole().set(queue.output("out_data_o"));

        m.comment("Rows of groups in which no column ends are 0 throughout.");
        let job_last = m.reg("job_last", Ty::bit());
        m.clocked(|| job_last.set(job_done));
        let named = marked.map(|(name, bits)| m.wire_vec(&format!("ended_{name}"), groups, Ty::uint(bits)));
        m.for_each("group", 0..groups.into(), |g| {
            for (named, column) in named.iter().zip(columns) {
                named.at(g).set(ends.at(g).mux(column.at(g), 0));
            }
        });
        let queue = m.instance("names", &names);
        queue.output_named("in_ready_o", "unused_names_ready");
        queue.output_named("out_valid_o", "unused_names_valid");
        queue.input("in_valid_i", known);
        let words = [job_last, token.as_bits(), named[2].whole(), named[1].whole(), named[0].whole()];
        queue.input("in_data_i", m.concat(words));
        queue.input("out_ready_i", taken);
        let word = queue.output_named("out_data_o", "name");
        let mut lsb = 0;
        let mut field = |name: &str, bits: u32| {
            lsb += bits;
            word.bits(lsb - 1, lsb - bits).named(name)
        };
        out.lanes("head").whole().set(field("of_head", groups * HEADS));
        out.lanes("column").whole().set(field("of_column", groups * marked[1].1));
        let row_used = m.wire_vec("row_used", groups, shape.used());
        row_used.whole().set(field("of_used", groups * marked[2].1));
        let token = field("of_token", token_bits);
        out.last().set(field("of_last", 1));
        let keep = m.wire_vec("keep", groups * tile, Ty::bit());
        m.for_each("row", 0..groups.into(), |g| {
            out.lanes("token").at(g).set(token);
            m.for_each("result", 0..tile.into(), |c| {
                keep.at(g * i64::from(tile) + c).set(row_used.at(g).gt(c));
            });
        });
        out.keep().set(keep.whole());
        m.output("out_taken", Ty::bit()).set(taken);
        m.output("last_out", Ty::bit()).set(taken & out.last());
    })
}
