//! Accumulator to output: multiply, shift, round half to even, saturate.

use hdl::{Module, Overflow, Rounding, Sig, Ty};

/// Cycles from `x` to the output.
pub(crate) const LATENCY: u32 = 6;

/// The largest shift.
const MOST_SHIFT: u32 = 63;

/// `sat(x·mult/2^shift)`, rounded half to even, in `out` or, where `narrow` (LATENCY − 1 cycles later than `x`) says so, in 8 bits.
///
/// The product is two DSPs: x is cut in halves. Half a unit is added before the shift, and an exact tie clears the lowest
/// bit after it; the shift takes two stages.
pub(crate) fn requantise<'m>(
    m: &'m Module,
    x: Sig<'m>,
    mult: Sig<'m>,
    shift: Sig<'m>,
    narrow: Option<Sig<'m>>,
    out: &Ty,
) -> Sig<'m> {
    let half = x.width() / 2;
    let high = x.bits(x.width() - 1, half).cast(Ty::sint(half));
    let parts = (x.bits(half - 1, 0) * mult, high * mult);
    let low_prod = m.reg("low_prod", parts.0.ty()).attribute("use_dsp", "yes");
    let high_prod = m.reg("high_prod", parts.1.ty()).attribute("use_dsp", "yes");
    m.clocked(|| {
        low_prod.set(parts.0);
        high_prod.set(parts.1);
    });
    let whole_width = (x * mult).width();
    let shift = if whole_width < MOST_SHIFT {
        m.comment("Everything is 0 from here on.");
        shift.ge(whole_width).mux(m.lit(whole_width), shift).resize(6)
    } else {
        shift
    };
    let shift = held(m, "prod_shift", shift);

    let prod = m.reg("prod", (x * mult).ty().full());
    let high_part = m.concat([high_prod.as_bits(), m.lit_of(0, Ty::uint(half))]);
    let whole = high_part.cast(Ty::sint(high_prod.width() + half)) + low_prod;
    m.clocked(|| prod.set(whole.wrap(prod.width())));
    let shift = held(m, "sum_shift", shift);

    m.comment("Half a unit of the shifted product.");
    let bits = prod.width();
    let most = bits.min(MOST_SHIFT);
    let unit = m.wire_vec("unit", most, Ty::bit());
    m.for_each("unit_bit", 0..most.into(), |bit| unit.at(bit).set(shift.eq(bit + 1)));
    let round = m.reg("round", Ty::sint(bits + 1));
    m.clocked(|| round.set((prod + unit.whole()).wrap(bits + 1)));
    let shift = held(m, "round_shift", shift);

    m.comment("A tie leaves no bit below the point.");
    let rest = m.wire_vec("rest", most, Ty::bit());
    m.for_each("rest_bit", 0..most.into(), |bit| rest.at(bit).set(shift.gt(bit)));
    let below = (round.bits(most - 1, 0) & rest.whole()).reduce_or();
    let tie = !below & shift.is_nonzero();
    let coarse = m.reg("coarse", round.ty());
    let is_tie = m.reg("tie", Ty::bit());
    m.clocked(|| {
        coarse.set(round.shr(m.concat([shift.bits(5, 3), m.lit_of(0, Ty::uint(3))])));
        is_tie.set(tie);
    });
    let shift = held(m, "coarse_shift", shift.bits(2, 0));

    let shifted = coarse.shr(shift).named("shifted");
    let fine = m.reg("fine", coarse.ty());
    let even = m.concat([shifted.bits(bits, 1), shifted.bit(0) & !is_tie]);
    m.clocked(|| fine.set(even.cast(coarse.ty())));

    let wide = fine.fit(out.clone(), Rounding::Floor, Overflow::Saturate);
    let value = match narrow {
        Some(narrow) => narrow.mux(fine.fit(Ty::sint(8), Rounding::Floor, Overflow::Saturate), wide),
        None => wide,
    };
    let y = m.reg("y", out.clone());
    m.clocked(|| y.set(value));
    y
}

/// The value one cycle later.
fn held<'m>(m: &'m Module, name: &str, value: Sig<'m>) -> Sig<'m> {
    let reg = m.reg(name, value.ty());
    m.clocked(|| reg.set(value));
    reg
}
