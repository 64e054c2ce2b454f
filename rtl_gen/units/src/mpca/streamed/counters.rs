//! Counters of what the array does and what it waits for.

use std::sync::Arc;

use hdl::{Design, Errors, Module, Sig, Ty};

use super::mac::CASCADE;
use super::shape::Shape;

/// Bits of a counter of cycles.
pub(super) const CYCLES: u32 = 32;
/// Bits of the counter of products.
pub(super) const MACS: u32 = 40;
/// Bits of a number of tokens that are multiplied in a cycle: a tile comes every four cycles at most.
const STEP: u32 = 3;
/// Bits of a count of jobs on their way.
const JOBS: u32 = 8;

/// What is counted in a counter of cycles, in the order of causes.
pub(super) const EVENTS: [&str; 6] = ["faults", "cycles", "no_job", "no_weights", "no_features", "no_room"];

/// `mpca_counters_*`: counts cycles from a command to its last result, products, faults, and cycles without a token by their cause.
pub(super) fn counters(shape: &Shape) -> Result<Arc<Design>, Errors> {
    Module::build(format!("mpca_counters_{}", shape.suffix()), |m| {
        m.doc("Counters of mpca: cycles, products, faults, and cycles without a token by their first cause.");
        let bit = |name: &str| m.input(name, Ty::bit());
        let (push, jobs_busy, job_done, last_out) =
            (bit("job_push"), bit("jobs_busy"), bit("job_done"), bit("last_out"));
        let (valid_tile, fault, fire) = (bit("entry_valid"), bit("job_fault"), bit("fire"));
        let (no_weights, no_features) = (bit("lacks_weights"), bit("lacks_features"));
        let rows_used = m.input("rows_used", shape.used());
        let cols_used = m.input("entry_used", shape.used());
        let job_n = m.input("job_n", shape.tokens());

        m.comment("Counters: a tile's products are its rows times its columns within the matrix times the tokens, a few bits of them a cycle.");
        let event = m.reg_init("tile", Ty::uint(CASCADE + 3), 0);
        let rows = m.reg("rows", rows_used.ty());
        let cols = m.reg("cols", cols_used.ty());
        let half = cols.width().div_ceil(2);
        let area_low = m.reg("area_low", Ty::uint(rows.width() + half));
        let area_high = m.reg("area_high", Ty::uint(rows.width() + cols.width() - half));
        let area = m.reg("area", Ty::uint(rows.width() + cols.width()));
        let tokens = m.reg("tokens", Ty::uint(STEP * CASCADE));
        let part_low = m.reg("part_low", Ty::uint(area.width() + STEP - 1));
        let part_high = m.reg("part_high", area.ty());
        let part = m.reg("part", Ty::uint(area.width() + STEP));
        let step = m.reg_init("step", Ty::uint(CASCADE), 0);
        let shifted = m.reg("shifted", Ty::uint(area.width() + STEP * CASCADE));
        let valid = m.reg_init("valid", Ty::bit(), 0);
        let zeros = |count: u32| m.lit_of(0, Ty::uint(count));
        let places: Vec<Sig<'_>> = (0..CASCADE)
            .map(|i| {
                let word = if i == 0 { part } else { m.concat([part, zeros(STEP * i)]) };
                word.resize(shifted.width()).as_bits() & step.bit(i).repeat(shifted.width())
            })
            .collect();
        m.clocked(|| {
            event.set(m.concat([event.bits(CASCADE + 1, 0), valid_tile]));
            rows.set(rows_used);
            cols.set(cols_used);
            m.when(event.bit(0), || {
                area_low.set(times(m, rows, cols.bits(half - 1, 0), half));
                area_high.set(times(m, rows, cols.bits(cols.width() - 1, half), cols.width() - half));
            });
            m.when(event.bit(1), || area.set((area_low + m.concat([area_high, zeros(half)])).wrap(area.width())));
            m.when_else(
                event.bit(1),
                || tokens.set(job_n.resize(STEP * CASCADE).as_bits()),
                || tokens.set(m.concat([zeros(STEP), tokens.bits(STEP * CASCADE - 1, STEP)])),
            );
            part_low.set(times(m, area, tokens.bits(STEP - 2, 0), STEP - 1));
            part_high.set(area & tokens.bit(STEP - 1).repeat(area.width()));
            part.set((part_low + m.concat([part_high, zeros(STEP - 1)])).wrap(part.width()));
            step.set(event.bits(CASCADE + 2, 3));
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
        let settled = m.reg_init("macs_settled", low.ty(), 0);
        m.clocked(|| settled.set(low));
        m.output("macs", Ty::uint(MACS)).set(m.concat([high, settled]));

        let on_way = |name: &str, more: Sig<'_>, less: Sig<'_>| {
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
        m.comment("That a job is over is counted a cycle late, for it takes long to tell.");
        let [job_over, all_out] = [("job_over", job_done), ("all_out", last_out)].map(|(name, now)| {
            let register = m.reg_init(name, Ty::bit(), 0);
            m.clocked(|| register.set(now));
            register
        });
        let entering = on_way("jobs_entering", push, job_over);
        let coming = on_way("jobs_coming", push, all_out);
        let busy = (jobs_busy | coming).named("busy");
        let waits = (busy & !fire).named("waits");
        let in_order = [!entering, no_weights, no_features];
        let mut events = vec![fault, busy];
        let mut rest = waits;
        for (cause, name) in in_order.into_iter().zip(&EVENTS[2..]) {
            events.push(rest & cause);
            rest = (rest & !cause).named(&format!("beyond_{name}"));
        }
        events.push(rest);

        m.comment("Events, a cycle late; each counter in two halves, of which the upper one moves where the lower one is full.");
        let now = m.reg_vec("now", EVENTS.len() as u32, Ty::bit(), Some(0));
        m.clocked(|| now.whole().set(m.concat(events.into_iter().rev())));
        let word = Ty::uint(CYCLES / 2);
        let totals = m.wire_vec("totals", EVENTS.len() as u32, Ty::uint(CYCLES));
        m.for_each("counter", 0..EVENTS.len() as i64, |i| {
            let low = m.reg_init("low", word.clone(), 0);
            let high = m.reg_init("high", word.clone(), 0);
            let full = m.reg_init("full", Ty::bit(), 0);
            let most = (1 << (CYCLES / 2)) - 1;
            m.clocked(|| {
                m.when(now.at(i), || {
                    low.set((low + 1).wrap(CYCLES / 2));
                    full.set(low.eq(most - 1));
                    m.when(full, || high.set((high + 1).wrap(CYCLES / 2)));
                });
            });
            totals.at(i).set(m.concat([high, low]));
        });
        for (i, name) in (0i64..).zip(EVENTS) {
            m.output(name, Ty::uint(CYCLES)).set(totals.at(i));
        }
    })
}

/// word·by: a sum of shifted words, for a multiplication would become a DSP.
fn times<'m>(m: &'m Module, word: Sig<'m>, by: Sig<'m>, bits: u32) -> Sig<'m> {
    let term = |i: u32| {
        let masked = word & by.bit(i).repeat(word.width());
        if i == 0 { masked } else { m.concat([masked, m.lit_of(0, Ty::uint(i))]) }
    };
    (1..bits).fold(term(0), |sum, i| sum + term(i)).wrap(word.width() + bits)
}
