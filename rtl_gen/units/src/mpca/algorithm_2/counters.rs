//! Counters of what the array does.

use std::sync::Arc;

use hdl::{Design, Errors, Module, Sig, Source, Ty, prim};

use super::count::{Count, counter, difference, halves, known};
use super::jobs::{JOBS, JUDGING, Jobs};
use super::schedule::Schedule;
use super::shape::Shape;
use super::weights::Weights;
use crate::delay_line::delayed;
use crate::multiply_add::{multiply, multiply_accumulate};

/// Bits of a counter of cycles.
const CYCLES: u32 = 32;
/// Bits of the counter of products.
const MACS: u32 = 40;

/// What counts products, and the times at which jobs began that have not ended.
pub(super) struct Parts {
    area: Arc<Design>,
    macs: Arc<Design>,
    begun: Arc<Design>,
}

impl Parts {
    pub fn new(shape: &Shape) -> Result<Self, Errors> {
        let (rows, width) = (Ty::uint(shape.row_bits() + shape.tile_bits()), Ty::uint(shape.block_bits()));
        let area = Ty::uint(rows.width() + width.width());
        Ok(Self {
            area: multiply(&rows, &width)?,
            macs: multiply_accumulate(&area, &Ty::uint(shape.n_bits()), MACS)?,
            begun: prim::fifo(CYCLES, shape.strips() + shape.slots())?,
        })
    }
}

/// Counts cycles from a command to its last result, steps, products, the cycles of the product that ended last, and faults.
pub(super) fn counters<'m>(
    m: &'m Module,
    shape: &Shape,
    parts: &Parts,
    jobs: &Jobs<'m>,
    weights: &Weights<'m>,
    schedule: &Schedule<'m>,
    (out, n): (&Source<'m>, Sig<'m>),
) {
    m.comment("Counters.");
    let ends = (out.fire() & out.last()).named("job_ends");
    let due = Count::new(m, "jobs_due", shape.strips() + shape.slots() + 2 * JOBS, 0);
    due.set(m, jobs.push, ends);
    // A command counts from its first cycle on once it is known to be a job: all of it is counted later.
    let late = delayed(m, "job_due", due.any, JUDGING, true);
    let coming = late.into_iter().fold(jobs.busy, |all, due| all | due);
    counter(m, "cycles", coming);
    counter(m, "steps", schedule.fire);
    counter(m, "faults", (weights.ends & weights.wrong).named("job_fault"));

    m.comment("A block column's products are its rows times its columns times the tokens: two DSPs, the second of which adds.");
    let area = m.instance("area", &parts.area);
    area.input("a_i", known(m, "counted_rows", weights.rows));
    area.input("b_i", known(m, "counted_width", weights.width));
    let macs = m.instance("macs", &parts.macs);
    macs.input("a_i", area.output("p_o"));
    macs.input("b_i", delayed(m, "counted_tokens", n, 3, false)[3]);
    let add = delayed(m, "counted", weights.counted, 4, true)[4];
    let none = m.reg_init("macs_none", Ty::bit(), 1);
    m.clocked(|| m.when(add, || none.set(0)));
    macs.input("add_i", add);
    macs.input("first_i", none);
    let sum = macs.output("sum_o").as_bits();
    m.output("macs", Ty::uint(MACS)).set(sum & (!none).repeat(MACS));

    m.comment("Times, a cycle late.");
    let [low, high] = halves(m, "time", m.lit_of(1, Ty::bit()));
    let time = m.concat([high, known(m, "time_low_late", low)]).named("now");
    let times = m.instance("begun", &parts.begun);
    times.output_named("in_ready_o", "unused_begun_ready");
    times.output_named("out_valid_o", "unused_begun_valid");
    times.input("in_valid_i", delayed(m, "job_begun", schedule.job_begins, 1, true)[1]);
    times.input("in_data_i", time);
    let ended = delayed(m, "job_ended", ends, 2, true)[2];
    times.input("out_ready_i", ended);
    let (took, cycles) = difference(m, "took", time, times.output_named("out_data_o", "begun_at"));
    let product = m.reg_init("product_cycles", Ty::uint(CYCLES), 0);
    let known_at = delayed(m, "took_at", ended, cycles, true)[cycles];
    m.clocked(|| m.when(known_at, || product.set(took)));
    m.output("product", product.ty()).set(product);
}
