//! Softmax on the way to the array: exponentials of scores, and the scale of their row.

use std::sync::Arc;

use hdl::{Design, Errors, Module, RamStyle, Sig, Ty, Vector};
use units::tree::tree_when;

use super::shape::{Shape, bits};

/// Bits of a row's sum, which is at most 256·127.
const SUM: u32 = 15;
/// Bits of a quotient.
const QUOTIENT: u32 = 17;
/// Cycles that align a sum, and that make a multiplier of the quotient.
const ALIGN: u32 = 2;

/// Cycles from scores to exponentials.
pub(super) fn latency(shape: &Shape) -> u32 {
    2 + bits(shape.t_i) + 1 + ALIGN + QUOTIENT + 1
}

/// Segments of T_i scores with their rows' maxima in, exponentials 0 to 127 and the row's multiplier and shift out.
///
/// Nothing waits. A row's segments come in order, with the other rows' between them; what goes out with its last one is
/// the row's scale. Ports: `row_i`, `first_i` (segment of the row), `valid_i`, `count_i` (scores of the segment that
/// count), `finer_i` (what is taken from the shift), `max_i`, `x_i`; `valid_o`, `e_o`, `mult_o`, `shift_o`, [`latency`] cycles
/// later.
pub(super) fn softmax(shape: &Shape) -> Result<Arc<Design>, Errors> {
    let core = &shape.core;
    let (lanes, f) = (shape.t_i, core.score_frac.unsigned_abs());
    let (dividend, exponent) = units::delta2_mantissa(&core.softmax());
    let places = (16 + exponent).unsigned_abs();
    Module::build(format!("core_softmax_l{lanes}_t{}_f{f}_d{dividend}_e{places}", core.max_tokens), |m| {
        m.doc(format!("Exponentials of {lanes} scores relative to their row's maximum, 127 exp(x - max), and {} / sum of the row as", core.delta2));
        m.doc("mult 2^-shift. The distance from the maximum is rounded to 1/32 and saturates below 8; exp is a table.");
        let valid = m.input("valid", Ty::bit());
        let first = m.input("first", Ty::bit());
        let row = m.input("row", shape.row());
        let count = m.input("count", Ty::range(0, lanes).full());
        let finer = m.input("finer", Ty::uint(6));
        let max = m.input("max", Ty::sint(16));
        let x = m.input_vec("x", lanes, Ty::sint(16));

        let running = line(m, "valid", valid, latency(shape), true);
        let e = m.reg_vec("e", lanes, Ty::uint(7), None);
        m.for_each("lane", 0..lanes.into(), |lane| {
            let below = max - x.at(lane);
            let rounded =
                if f == 5 { below } else { (below.drop_low(f - 6).with_frac(0) + 1).drop_low(1).with_frac(0) };
            let rounded = rounded.named("rounded");
            let far = rounded.gt(255).named("far");
            let distance = m.reg("distance", Ty::uint(8));
            let kept = m.reg("kept", Ty::bit());
            let power = exponential(m, distance);
            m.clocked(|| {
                m.when(valid, || {
                    distance.set(far.mux(255, rounded.wrap(8).as_bits()));
                    kept.set(count.gt(lane));
                });
                m.when(running.at(0), || e.at(lane).set(kept.mux(power, 0)));
            });
        });

        m.comment("The sum of the segment, then of the row so far.");
        let levels = running.whole().bits(bits(lanes), 1);
        let segment = tree_when(m, "sum", e, Some(levels), |terms| Ty::uint(7 + bits(terms)), |a, b, _| a + b);
        let to_sum = 2 + bits(lanes);
        let active = running.at(i64::from(to_sum) - 1);
        let (starts, place) = (late(m, "first", first, to_sum, false), late(m, "row", row, to_sum, false));
        let sums = m.memory("sums", core.max_tokens, Ty::uint(SUM), RamStyle::Distributed);
        let so_far = sums.read(place).named("so_far");
        let total = (starts.mux(0, so_far).resize(SUM) + segment).wrap(SUM).as_bits().named("total");
        let sum = m.reg("sum", Ty::uint(SUM));
        m.clocked(|| {
            m.when(active, || {
                sums.write(place, total);
                sum.set(total);
            });
        });

        m.comment("The sum, shifted left until its highest bit is set.");
        let zeros = m.reg("zeros", Ty::uint(4));
        let unaligned = m.reg("unaligned", Ty::uint(SUM));
        let aligned = m.reg("aligned", Ty::uint(SUM));
        let leading = leading_zeros(m, sum);
        let behind_sum = |cycles: u32| i64::from(to_sum + cycles);
        m.clocked(|| {
            m.when(running.at(behind_sum(0)), || {
                zeros.set(leading);
                unaligned.set(sum);
            });
            m.when(running.at(behind_sum(1)), || aligned.set(unaligned.shl(zeros).wrap(SUM).as_bits()));
        });
        let runs = |step: hdl::Affine| running.at(step + behind_sum(ALIGN));
        let (mult, shift) = divide(m, aligned, zeros, dividend, 15 + places, runs);

        m.comment("Exponentials wait for their row's scale.");
        let waiting = bits(lanes) + 1 + ALIGN + QUOTIENT + 1;
        let places = waiting.next_power_of_two();
        let waits = m.memory("waiting", places, Ty::uint(7 * lanes), RamStyle::Distributed);
        let [enters, leaves] = ["enters", "leaves"].map(|name| m.reg_init(name, Ty::uint(bits(places)), 0));
        let held = m.reg("held", Ty::uint(7 * lanes));
        m.clocked(|| {
            m.when(running.at(1), || {
                waits.write(enters, e.whole());
                enters.set((enters + 1).wrap(bits(places)).as_bits());
            });
            m.when(running.at(i64::from(waiting)), || {
                held.set(waits.read(leaves));
                leaves.set((leaves + 1).wrap(bits(places)).as_bits());
            });
        });
        let finer = late(m, "finer", finer, latency(shape) - 1, false);
        let (mult_out, shift_out) = (m.reg("mult", Ty::uint(16)), m.reg("shift", Ty::uint(6)));
        m.clocked(|| {
            mult_out.set(mult);
            shift_out.set((shift - finer).wrap(6).as_bits());
        });
        m.output("valid", Ty::bit()).set(running.at(i64::from(latency(shape)) - 1));
        m.output("e", Ty::uint(7 * lanes)).set(held);
        m.output("mult", Ty::uint(16)).set(mult_out);
        m.output("shift", Ty::uint(6)).set(shift_out);
    })
}

/// round(127·exp(−u/32)).
fn exponential<'m>(m: &'m Module, distance: Sig<'m>) -> Sig<'m> {
    let words = (0..256u32).map(|u| (127.0 * (-f64::from(u) / 32.0).exp()).round() as u64);
    m.table("power", distance, Ty::uint(7), words)
}

/// `value`, `cycles` cycles later.
pub(super) fn late<'m>(m: &'m Module, name: &str, value: Sig<'m>, cycles: u32, reset: bool) -> Sig<'m> {
    line(m, name, value, cycles, reset).at(i64::from(cycles) - 1)
}

/// `value`, 1 to `cycles` cycles later.
pub(super) fn line<'m>(m: &'m Module, name: &str, value: Sig<'m>, cycles: u32, reset: bool) -> Vector<'m> {
    let line = m.reg_vec(&format!("{name}_late"), cycles, value.ty(), reset.then_some(0));
    let next = match cycles {
        1 => value.as_bits(),
        _ => m.concat([line.whole().bits((cycles - 1) * value.width() - 1, 0), value.as_bits()]),
    };
    m.clocked(|| line.whole().set(next));
    line
}

/// Zeros above the highest one.
fn leading_zeros<'m>(m: &'m Module, sum: Sig<'m>) -> Sig<'m> {
    let mut zeros = m.lit(SUM - 1);
    for bit in 1..SUM {
        zeros = sum.bit(bit).mux(SUM - 1 - bit, zeros);
    }
    zeros.named("leading_zeros")
}

/// D·2^15 over the aligned sum, a bit a cycle, each in the cycle that `runs` tells; multiplier and shift of the result.
fn divide<'m>(
    m: &'m Module,
    divisor: Sig<'m>,
    zeros: Sig<'m>,
    dividend: u64,
    exponent: u32,
    runs: impl Fn(hdl::Affine) -> Sig<'m>,
) -> (Sig<'m>, Sig<'m>) {
    m.comment("A quotient bit a cycle. Digits of the dividend leave a register on the left, those of the quotient enter on the right.");
    let steps = i64::from(QUOTIENT);
    let remainders = m.reg_vec("remainder", QUOTIENT - 1, Ty::uint(SUM), None);
    let divisors = m.reg_vec("divisor", QUOTIENT - 1, Ty::uint(SUM), None);
    let quotients = m.reg_vec("quotient", QUOTIENT, Ty::uint(QUOTIENT), None);
    let counts = m.reg_vec("shifts", QUOTIENT, Ty::uint(4), None);
    let zeros_aligned = m.reg("zeros_aligned", Ty::uint(4));
    m.clocked(|| zeros_aligned.set(zeros));
    let rest = m.wire_vec("rest", QUOTIENT, Ty::uint(SUM));
    let digits = m.wire_vec("digits", QUOTIENT, Ty::uint(QUOTIENT));
    let by = m.wire_vec("by", QUOTIENT, Ty::uint(SUM));
    let count = m.wire_vec("count_before", QUOTIENT, Ty::uint(4));
    m.for_each("step", 0..steps, |step| {
        m.if_index(
            step,
            0..1,
            "first",
            || {
                rest.at(0).set(m.lit_of(dividend >> 2, Ty::uint(SUM)));
                digits.at(0).set(m.lit_of((dividend & 3) << (QUOTIENT - 2), Ty::uint(QUOTIENT)));
                by.at(0).set(divisor);
                count.at(0).set(zeros_aligned);
            },
            "next",
            || {
                rest.at(step).set(remainders.at(step - 1));
                digits.at(step).set(quotients.at(step - 1));
                by.at(step).set(divisors.at(step - 1));
                count.at(step).set(counts.at(step - 1));
            },
        );
        let twice = m.concat([rest.at(step), digits.at(step).bit(QUOTIENT - 1)]).named("twice");
        let fits = twice.ge(by.at(step)).named("fits");
        let loads = runs(step.into());
        m.clocked(|| {
            m.when(loads, || {
                quotients.at(step).set(m.concat([digits.at(step).bits(QUOTIENT - 2, 0), fits]));
                counts.at(step).set(count.at(step));
            });
        });
        m.if_index(
            step,
            0..steps - 1,
            "goes_on",
            || {
                let less = (twice - by.at(step)).wrap(SUM).as_bits();
                m.clocked(|| {
                    m.when(loads, || {
                        remainders.at(step).set(fits.mux(less, twice.bits(SUM - 1, 0)));
                        divisors.at(step).set(by.at(step));
                    });
                });
            },
            "ends",
            || {},
        );
    });
    let quotient = quotients.at(steps - 1);
    let long = quotient.bit(QUOTIENT - 1).named("long");
    let mult = long.mux(quotient.bits(QUOTIENT - 1, 1), quotient.bits(QUOTIENT - 2, 0));
    let shift = (m.lit(exponent) - counts.at(steps - 1) - long).named("row_shift");
    (mult, shift)
}
