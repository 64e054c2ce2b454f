//! Counters of what the array does and what it waits for.

use hdl::{Module, Ty};
use spec::unit::GemmEngine;

use super::Shape;
use super::issue::Issue;
use super::rounds::Rounds;

/// Bits of a counter of cycles.
const CYCLES: u32 = 32;
/// Bits of the counter of products.
const MACS: u32 = 40;
/// Cycles that an event waits for its products.
const EVENTS: u32 = GemmEngine::COUNTED - 1;

/// Counts cycles from a command to its last result, products, and cycles without a row by their cause; all of them stand for
/// the same cycle, [`GemmEngine::COUNTED`] ago.
pub(crate) fn counters<'m>(m: &'m Module, shape: &Shape, issue: &Issue<'m>, rounds: &Rounds<'m>) {
    m.comment("Counters: products are rows times columns in use, of halves of the columns first.");
    let half = shape.all_cols().width() / 2;
    let fire = m.reg_init("count_row", Ty::bit(), 0);
    let rows = m.reg("count_rows", issue.rows.ty());
    let cols = m.reg("count_cols", issue.all_cols.ty());
    m.clocked(|| {
        fire.set(issue.fire);
        rows.set(issue.rows);
        cols.set(issue.all_cols);
    });
    // Sums of shifted rows: a multiplication would become a DSP.
    let times = |lsb: u32, bits: u32| {
        let term = |i: u32| {
            let masked = rows & cols.bit(lsb + i).repeat(rows.width());
            if i == 0 { masked } else { m.concat([masked, m.lit_of(0, Ty::uint(i))]) }
        };
        (1..bits).fold(term(0), |sum, i| sum + term(i)).wrap(rows.width() + bits)
    };
    let low = times(0, half);
    let high = times(half, cols.width() - half);
    let (low_part, high_part) = (m.reg("count_low", low.ty()), m.reg("count_high", high.ty()));
    let fire_part = m.reg_init("count_part", Ty::bit(), 0);
    let product = m.reg("count_product", Ty::uint(rows.width() + cols.width()));
    let fire_product = m.reg_init("count_valid", Ty::bit(), 0);
    let shifted = m.concat([high_part, m.lit_of(0, Ty::uint(half))]);
    m.clocked(|| {
        fire_part.set(fire);
        low_part.set(low);
        high_part.set(high);
        fire_product.set(fire_part);
        product.set((shifted + low_part).wrap(product.width()));
    });
    let low = m.reg_init("macs_low", Ty::uint(MACS / 2), 0);
    let carry = m.reg_init("macs_carry", Ty::bit(), 0);
    let high = m.reg_init("macs_high", Ty::uint(MACS / 2), 0);
    let low_next = (low + product).wrap(MACS / 2 + 1).named("macs_low_next");
    m.clocked(|| {
        carry.set(fire_product & low_next.bit(MACS / 2));
        m.when(fire_product, || low.set(low_next.bits(MACS / 2 - 1, 0)));
        m.when(carry, || high.set((high + 1).wrap(MACS / 2)));
    });
    let settled = m.reg_init("macs_settled", low.ty(), 0);
    m.clocked(|| settled.set(low));
    m.output("macs", Ty::uint(MACS)).set(m.concat([high, settled]));

    let busy = (rounds.dealing | !issue.no_job | issue.results_due).named("count_busy");
    let mut waits = (busy & !issue.fire).named("count_waits");
    let mut events = vec![("cycles", busy)];
    for (name, cause) in [
        ("draining", (issue.no_job & issue.results_due).named("count_draining")),
        ("no_job", issue.no_job),
        ("no_weights", issue.no_weights),
        ("no_room", issue.no_room),
        ("no_columns", issue.no_columns),
    ] {
        events.push((name, waits & cause));
        waits = (waits & !cause).named(&format!("waits_beyond_{name}"));
    }
    events.push(("no_rows", waits));

    m.comment("Events wait for the products of their cycle.");
    let now = m.wire_vec("events", events.len() as u32, Ty::bit());
    now.whole().set(m.concat(events.iter().rev().map(|(_, event)| *event)));
    let totals = m.wire_vec("totals", events.len() as u32, Ty::uint(CYCLES));
    m.for_each("counter", 0..events.len() as i64, |i| {
        let late = m.reg_init("late", Ty::uint(EVENTS), 0);
        let count = m.reg_init("count", Ty::uint(CYCLES), 0);
        m.clocked(|| {
            late.set(m.concat([late.bits(EVENTS - 2, 0), now.at(i)]));
            m.when(late.bit(EVENTS - 1), || count.set((count + 1).wrap(CYCLES)));
        });
        totals.at(i).set(count);
    });
    for (i, (name, _)) in (0i64..).zip(&events) {
        m.output(name, Ty::uint(CYCLES)).set(totals.at(i));
    }
}
