//! Counters of what the array does.

use std::sync::Arc;

use hdl::{Design, Errors, Module, Sig, Source, Ty, prim};

use super::jobs::{JOBS, Jobs};
use super::schedule::{Schedule, count_of};
use super::shape::Shape;

/// Bits of a counter.
const COUNT: u32 = 32;

/// The times at which products began that have not ended.
pub(super) fn begun(shape: &Shape) -> Result<Arc<Design>, Errors> {
    prim::fifo(COUNT, shape.strips() + shape.slots())
}

/// Counts cycles from a command to its last result, steps, the cycles of the product that ended last, and faults.
pub(super) fn counters<'m>(
    m: &'m Module,
    shape: &Shape,
    begun: &Arc<Design>,
    jobs: &Jobs<'m>,
    schedule: &Schedule<'m>,
    out: &Source<'m>,
    fault: Sig<'m>,
) {
    m.comment("Counters.");
    let ends = (out.fire() & out.last()).named("job_ends");
    let most = shape.strips() + shape.slots() + 2 * JOBS;
    let due = m.reg_init("jobs_due", Ty::range(0, most), 0);
    count_of(m, due, jobs.push, ends);
    let counter = |name: &str, event: Sig<'m>| {
        let now = m.reg_init(&format!("{name}_now"), Ty::bit(), 0);
        let total = m.reg_init(&format!("{name}_count"), Ty::uint(COUNT), 0);
        m.clocked(|| {
            now.set(event);
            m.when(now, || total.set((total + 1).wrap(COUNT)));
        });
        m.output(name, total.ty()).set(total);
    };
    counter("cycles", jobs.busy | due.is_nonzero());
    counter("steps", schedule.fire);
    counter("faults", fault);

    let time = m.reg_init("time", Ty::uint(COUNT), 0);
    let times = m.instance("begun", begun);
    times.output_named("in_ready_o", "unused_begun_ready");
    times.output_named("out_valid_o", "unused_begun_valid");
    times.input("in_valid_i", schedule.job_begins);
    times.input("in_data_i", time);
    times.input("out_ready_i", ends);
    let from = times.output_named("out_data_o", "begun_at");
    let product = m.reg_init("product_cycles", Ty::uint(COUNT), 0);
    m.clocked(|| {
        time.set((time + 1).wrap(COUNT));
        m.when(ends, || product.set((time - from + 1).wrap(COUNT).as_bits()));
    });
    m.output("product", product.ty()).set(product);
}
