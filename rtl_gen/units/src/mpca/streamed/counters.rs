//! Counters of what the array does and what it waits for.

use hdl::{Module, Sig, Ty};

use super::issue::Issue;
use super::jobs::{Jobs, Queue};
use super::load::Load;
use super::mac::CASCADE;

/// Bits of a counter of cycles.
const CYCLES: u32 = 32;
/// Bits of the counter of products.
const MACS: u32 = 40;
/// Bits of a number of tokens that are multiplied in a cycle: a tile comes every four cycles at most.
const STEP: u32 = 3;
/// Bits of a count of jobs on their way.
const JOBS: u32 = 8;

/// Counts cycles from a command to its last result, products, faults, and cycles without a token by their cause.
pub(super) fn counters<'m>(
    m: &'m Module,
    jobs: &Jobs<'m>,
    job: &Queue<'m>,
    load: &Load<'m>,
    issue: &Issue<'m>,
    last_out: Sig<'m>,
) {
    m.comment("Counters: a tile's products are its rows times its columns within the matrix times the tokens, a few bits of them a cycle.");
    let event = m.reg_init("count_tile", Ty::uint(CASCADE + 1), 0);
    let rows = m.reg("count_rows", load.rows_used.ty());
    let cols = m.reg("count_cols", load.cols_used.ty());
    let area = m.reg("count_area", Ty::uint(rows.width() + cols.width()));
    let tokens = m.reg("count_tokens", Ty::uint(STEP * CASCADE));
    let part = m.reg("count_part", Ty::uint(area.width() + STEP));
    let step = m.reg_init("count_step", Ty::uint(CASCADE), 0);
    let shifted = m.reg("count_shifted", Ty::uint(area.width() + STEP * CASCADE));
    let valid = m.reg_init("count_valid", Ty::bit(), 0);
    // Sums of shifted words: a multiplication would become a DSP.
    let times = |word: Sig<'m>, by: Sig<'m>, bits: u32| {
        let term = |i: u32| {
            let masked = word & by.bit(i).repeat(word.width());
            if i == 0 { masked } else { m.concat([masked, m.lit_of(0, Ty::uint(i))]) }
        };
        (1..bits).fold(term(0), |sum, i| sum + term(i)).wrap(word.width() + bits)
    };
    let zeros = |count: u32| m.lit_of(0, Ty::uint(count));
    let places: Vec<Sig<'m>> = (0..CASCADE)
        .map(|i| {
            let word = if i == 0 { part } else { m.concat([part, zeros(STEP * i)]) };
            word.resize(shifted.width()).as_bits() & step.bit(i).repeat(shifted.width())
        })
        .collect();
    m.clocked(|| {
        event.set(m.concat([event.bits(CASCADE - 1, 0), load.counted]));
        rows.set(load.rows_used);
        cols.set(load.cols_used);
        m.when(event.bit(0), || area.set(times(rows, cols, cols.width())));
        m.when_else(
            event.bit(0),
            || tokens.set(job.field("n").resize(STEP * CASCADE).as_bits()),
            || tokens.set(m.concat([zeros(STEP), tokens.bits(STEP * CASCADE - 1, STEP)])),
        );
        part.set(times(area, tokens, STEP));
        step.set(event.bits(CASCADE, 1));
        shifted.set(places.iter().copied().reduce(|a, b| a | b).unwrap_or(part));
        valid.set(step.is_nonzero());
    });
    let low = m.reg_init("macs_low", Ty::uint(MACS / 2), 0);
    let carry = m.reg_init("macs_carry", Ty::uint(3), 0);
    let high = m.reg_init("macs_high", Ty::uint(MACS / 2), 0);
    let next = (low + shifted).named("macs_low_next");
    let over = next.width() - MACS / 2;
    m.clocked(|| {
        m.when_else(
            valid,
            || {
                low.set(next.bits(MACS / 2 - 1, 0));
                carry.set(next.bits(next.width() - 1, MACS / 2).resize(3.max(over)).wrap(3));
            },
            || carry.set(0),
        );
        high.set((high + carry).wrap(MACS / 2));
    });
    m.output("macs", Ty::uint(MACS)).set(m.concat([high, low]));

    let on_way = |name: &str, more: Sig<'m>, less: Sig<'m>| {
        let count = m.reg_init(name, Ty::uint(JOBS), 0);
        m.clocked(|| {
            m.when_else(
                more & !less,
                || count.set((count + 1).wrap(JOBS)),
                || m.when(less & !more, || count.set((count - 1).wrap(JOBS).as_bits())),
            );
        });
        count.is_nonzero().named(&format!("any_{name}"))
    };
    let entering = on_way("jobs_entering", jobs.push, issue.job_done);
    let coming = on_way("jobs_coming", jobs.push, last_out);
    let busy = (jobs.busy | coming).named("count_busy");
    let counter = |name: &str, event: Sig<'m>| {
        let now = m.reg_init(&format!("{name}_now"), Ty::bit(), 0);
        let total = m.reg_init(&format!("{name}_count"), Ty::uint(CYCLES), 0);
        m.clocked(|| {
            now.set(event);
            m.when(now, || total.set((total + 1).wrap(CYCLES)));
        });
        m.output(name, total.ty()).set(total);
    };
    counter("faults", load.fault);
    counter("cycles", busy);
    let mut waits = (busy & !issue.fire).named("count_waits");
    for (name, cause) in [("no_job", !entering), ("no_weights", issue.no_weights), ("no_features", issue.no_features)] {
        counter(name, (waits & cause).named(&format!("counts_{name}")));
        waits = (waits & !cause).named(&format!("waits_beyond_{name}"));
    }
    counter("no_room", waits);
}
