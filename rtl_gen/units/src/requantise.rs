//! Accumulator to output: multiply, shift, round half to even, saturate. Shared by the units that multiply matrices.

use hdl::{Module, Sig, Ty};

/// Cycles from `x` to the output.
pub(crate) const LATENCY: usize = 6;

/// Where `narrow` is read.
pub(crate) const NARROW_STAGE: usize = 4;

/// Bits of the multiplier.
const MULT: u32 = 16;

/// What one result is made of.
pub(crate) struct Operands<'m> {
    /// Accumulator and bias: signed, of an even number of bits from 32 to 48.
    pub x: Sig<'m>,
    /// Multiplier, unsigned, 16 bits.
    pub mult: Sig<'m>,
    /// Right shift, 0 to 63.
    pub shift: Sig<'m>,
    /// Saturate to 8 bits; given in the cycle of stage [`NARROW_STAGE`].
    pub narrow: Option<Sig<'m>>,
    /// Multiply in DSPs, or in LUTs.
    pub use_dsp: bool,
}

/// `sat(x·mult/2^shift)`, rounded half to even. Stage i works in the cycles of `enable[i]`.
///
/// | stage | what |
/// |---|---|
/// | 0 | the two halves of x times `mult`: two DSPs |
/// | 1 | their sum, where they overlap |
/// | 2 | its carry into what is above |
/// | 3 | shift by bytes |
/// | 4 | shift by bits; up or not, too large or not |
/// | 5 | one more where rounding says so, or the limit |
///
/// No addition is longer than its operands overlap, and rounding adds to the short result, not to the product.
pub(crate) fn requantise<'m>(m: &'m Module, of: &Operands<'m>, enable: &[Sig<'m>], out: &Ty) -> Sig<'m> {
    let Operands { x, mult, shift, narrow, use_dsp } = of;
    let use_dsp = if *use_dsp { "yes" } else { "no" };
    let stage = |index: usize, body: &dyn Fn()| m.clocked(|| m.when(enable[index], body));
    let bits = x.width() + MULT;
    let half = x.width() / 2;

    let low = x.bits(half - 1, 0) * *mult;
    let high = x.bits(x.width() - 1, half).cast(Ty::sint(half)) * *mult;
    let low_prod = m.reg("low_prod", Ty::uint(half + MULT)).attribute("use_dsp", use_dsp);
    let high_prod = m.reg("high_prod", Ty::sint(half + MULT)).attribute("use_dsp", use_dsp);
    let prod_shift = m.reg("prod_shift", shift.ty());
    stage(0, &|| {
        low_prod.set(low);
        high_prod.set(high);
        prod_shift.set(*shift);
    });

    let bottom = m.reg("bottom", Ty::uint(half));
    let overlap = m.reg("overlap", Ty::uint(MULT + 1));
    let top = m.reg("top", Ty::sint(half));
    let sum_shift = m.reg("sum_shift", shift.ty());
    stage(1, &|| {
        bottom.set(low_prod.bits(half - 1, 0));
        overlap.set(high_prod.bits(MULT - 1, 0) + low_prod.bits(half + MULT - 1, half));
        top.set(high_prod.bits(half + MULT - 1, MULT).cast(top.ty()));
        sum_shift.set(prod_shift);
    });

    m.comment("The product and a zero below it, so that half a unit has a bit for every shift.");
    let prod = m.reg("prod", Ty::sint(bits + 1));
    let whole_shift = m.reg("whole_shift", shift.ty());
    stage(2, &|| {
        let above = (top + overlap.bit(MULT)).wrap(half);
        prod.set(m.concat([above, overlap.bits(MULT - 1, 0), bottom, m.lit_of(0, Ty::bit())]).cast(prod.ty()));
        whole_shift.set(sum_shift);
    });

    m.comment("Whether anything is left below half a unit: in the bytes that go first, then in the bits.");
    let coarse = m.reg("coarse", prod.ty());
    let fine_shift = m.reg("fine_shift", Ty::uint(3));
    let rest = m.reg("rest", Ty::bit());
    let by_bytes = whole_shift.bits(5, 3);
    let octets = 7.min(bits.div_ceil(8));
    let gone = m.wire_vec("gone", octets, Ty::bit());
    let octet = m.wire_vec("octet", octets, Ty::uint(8));
    octet.whole().set(prod.resize((8 * octets).max(bits + 1)).bits(8 * octets - 1, 0));
    m.for_each("gone_octet", 0..octets.into(), |index| {
        gone.at(index).set(octet.at(index).is_nonzero() & by_bytes.gt(index))
    });
    stage(3, &|| {
        coarse.set(prod.shr(m.concat([by_bytes, m.lit_of(0, Ty::uint(3))])));
        fine_shift.set(whole_shift.bits(2, 0));
        rest.set(gone.whole().reduce_or());
    });

    let shifted = coarse.shr(fine_shift).named("shifted");
    let kept = m.lit(127).shl(fine_shift).wrap(7);
    let any_rest = rest | (coarse.bits(6, 0) & !kept).reduce_or();
    let beyond = |width: u32| {
        let upper = shifted.bits(bits, width).named(&format!("above_{width}"));
        upper.reduce_or() & !upper.reduce_and()
    };
    let floor = m.reg("floor", out.clone());
    let up = m.reg("up", Ty::bit());
    let over = m.reg("over", Ty::bit());
    let negative = m.reg("negative", Ty::bit());
    let limit = narrow.map(|narrow| (narrow, m.reg("to_narrow", Ty::bit())));
    stage(NARROW_STAGE, &|| {
        floor.set(shifted.bits(out.width(), 1).cast(out.clone()));
        up.set(shifted.bit(0) & (shifted.bit(1) | any_rest));
        negative.set(shifted.bit(bits));
        over.set(match limit {
            Some((narrow, _)) => narrow.mux(beyond(8), beyond(out.width())),
            None => beyond(out.width()),
        });
        limit.iter().for_each(|(narrow, register)| register.set(*narrow));
    });

    let y = m.reg("y", out.clone());
    let largest = |width: u32| m.lit((1i32 << (width - 1)) - 1);
    let most = match limit {
        Some((_, to_narrow)) => to_narrow.mux(largest(8), largest(out.width())).named("most"),
        None => largest(out.width()),
    };
    stage(5, &|| {
        let rounded = (floor + up).wrap(out.width());
        let saturated = negative.mux(-most - 1, most);
        y.set((over | (up & floor.eq(most))).mux(saturated, rounded).fit(
            out.clone(),
            hdl::Rounding::Floor,
            hdl::Overflow::Wrap,
        ));
    });
    y
}
