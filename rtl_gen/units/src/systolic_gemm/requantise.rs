//! Accumulator to output: multiply, shift, round half to even, saturate.

use hdl::{Module, Overflow, Rounding, Sig, Ty};

/// Cycles from `x` to the output.
pub(crate) const LATENCY: usize = 6;

/// What one result is made of.
pub(crate) struct Operands<'m> {
    /// Accumulator and bias.
    pub x: Sig<'m>,
    /// Multiplier.
    pub mult: Sig<'m>,
    /// Right shift.
    pub shift: Sig<'m>,
    /// Saturate to 8 bits; given in the cycle of the last stage.
    pub narrow: Option<Sig<'m>>,
}

/// `sat(x·mult/2^shift)`, rounded half to even. Stage i works in the cycles of `enable[i]`.
///
/// The product is two DSPs: x is cut in halves. Half a unit is added before the shift, and an exact tie clears the lowest
/// bit after it; the shift takes two stages, bytes and bits.
pub(crate) fn requantise<'m>(m: &'m Module, of: &Operands<'m>, enable: &[Sig<'m>], out: &Ty) -> Sig<'m> {
    let Operands { x, mult, shift, narrow } = of;
    let stage = |index: usize, body: &dyn Fn()| m.clocked(|| m.when(enable[index], body));
    let bits = (*x * *mult).width();
    // No product reaches half a unit at a shift of its own width.
    let most = bits.min(63);

    let half = x.width() / 2;
    let low = x.bits(half - 1, 0) * *mult;
    let high = x.bits(x.width() - 1, half).cast(Ty::sint(half)) * *mult;
    let low_prod = m.reg("low_prod", low.ty()).attribute("use_dsp", "yes");
    let high_prod = m.reg("high_prod", high.ty()).attribute("use_dsp", "yes");
    let prod_shift = m.reg("prod_shift", Ty::range(0, most));
    let clamped = if most < 63 { shift.gt(most).mux(m.lit(most), *shift) } else { *shift };
    stage(0, &|| {
        low_prod.set(low);
        high_prod.set(high);
        prod_shift.set(clamped.assume_range(0, most));
    });

    let prod = m.reg("prod", Ty::sint(bits));
    let sum_shift = m.reg("sum_shift", prod_shift.ty());
    let point = m.reg("point", Ty::range(0, most - 1));
    let shifts = m.reg("shifts", Ty::bit());
    let high_part = m.concat([high_prod.as_bits(), m.lit_of(0, Ty::uint(half))]);
    let whole = high_part.cast(Ty::sint(high_prod.width() + half)) + low_prod;
    stage(1, &|| {
        prod.set(whole.wrap(bits));
        sum_shift.set(prod_shift);
        point.set((prod_shift - 1).wrap(point.width()).assume_range(0, most - 1));
        shifts.set(prod_shift.is_nonzero());
    });

    m.comment("Half a unit of the shifted product.");
    let round = m.reg("round", Ty::sint(bits + 1));
    let round_shift = m.reg("round_shift", prod_shift.ty());
    let unit = shifts.shl(point).named("unit");
    stage(2, &|| {
        round.set((prod + unit).wrap(bits + 1));
        round_shift.set(sum_shift);
    });

    m.comment("A tie leaves no bit below the point: in the bytes that go first, then in the bits.");
    let coarse = m.reg("coarse", round.ty());
    let fine_shift = m.reg("fine_shift", Ty::uint(3));
    let rest = m.reg("rest", Ty::bit());
    let by_bytes = round_shift.bits(5, 3);
    let octets = (most / 8).min(7);
    let gone = m.wire_vec("gone", octets, Ty::bit());
    let octet = m.wire_vec("octet", octets, Ty::uint(8));
    octet.whole().set(round.bits(8 * octets - 1, 0));
    m.for_each("gone_octet", 0..octets.into(), |index| {
        gone.at(index).set(octet.at(index).is_nonzero() & by_bytes.gt(index))
    });
    stage(3, &|| {
        coarse.set(round.shr(m.concat([by_bytes, m.lit_of(0, Ty::uint(3))])));
        fine_shift.set(round_shift.bits(2, 0));
        rest.set(gone.whole().reduce_or() | !round_shift.is_nonzero());
    });

    let fine = m.reg("fine", coarse.ty());
    let shifted = coarse.shr(fine_shift).named("shifted");
    let kept = m.lit(127).shl(fine_shift).wrap(7);
    let is_tie = (!rest & !(coarse.bits(6, 0) & !kept).reduce_or()).named("is_tie");
    stage(4, &|| fine.set(m.concat([shifted.bits(bits, 1), shifted.bit(0) & !is_tie]).cast(coarse.ty())));

    let wide = fine.fit(out.clone(), Rounding::Floor, Overflow::Saturate);
    let value = match narrow {
        Some(narrow) => narrow.mux(fine.fit(Ty::sint(8), Rounding::Floor, Overflow::Saturate), wide),
        None => wide,
    };
    let y = m.reg("y", out.clone());
    stage(5, &|| y.set(value));
    y
}
