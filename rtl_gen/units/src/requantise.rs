//! Accumulator to output: multiply, shift, round half to even, saturate. Shared by the units that multiply matrices.

use std::sync::Arc;

use hdl::{Design, Errors, Module, Sig, Ty};

use crate::lut_product;
use crate::multiply_add::{Sum, multiply, multiply_add};

/// Cycles from `x` to the output where the products are in DSPs.
pub(crate) const LATENCY: usize = 6;

/// More of them where the products are in LUTs.
pub(crate) const LUT_CYCLES: usize = 3;

/// Where `narrow` is read, if the products are in DSPs.
pub(crate) const NARROW_STAGE: usize = 4;

/// Bits of the multiplier.
const MULT: u32 = 16;

/// What one result is made of.
pub(crate) struct Operands<'m, 'd> {
    /// Accumulator and bias: signed, of an even number of bits from 32 to 48.
    pub x: Sig<'m>,
    /// Multiplier, unsigned, 16 bits.
    pub mult: Sig<'m>,
    /// Right shift, 0 to 63.
    pub shift: Sig<'m>,
    /// Saturate to 8 bits; given in the cycle of stage [`NARROW_STAGE`], or [`LUT_CYCLES`] later.
    pub narrow: Option<Sig<'m>>,
    pub by: Multipliers<'m, 'd>,
}

/// What multiplies.
#[derive(Clone, Copy)]
pub(crate) enum Multipliers<'m, 'd> {
    Dsps(&'d Dsps),
    /// With what tells, a cycle ahead, that operands come.
    Luts(&'d Luts, Sig<'m>),
}

/// The DSPs that multiply an accumulator by 16 bits: its lower half, and its upper one with what the first carries.
pub(crate) struct Dsps {
    low: Arc<Design>,
    high: Arc<Design>,
}

impl Dsps {
    /// For accumulators of that type.
    pub fn new(x: &Ty) -> Result<Self, Errors> {
        let half = x.width() / 2;
        let mult = Ty::uint(MULT);
        let low = multiply(&Ty::uint(half), &mult)?;
        let high = multiply_add(&Ty::sint(half), &mult, Sum::Plus, &Ty::uint(MULT), half + MULT, 0)?;
        Ok(Self { low, high })
    }
}

/// What multiplies the halves of an accumulator by 16 bits in LUTs.
pub(crate) struct Luts(Arc<Design>);

impl Luts {
    /// For accumulators of that type.
    pub fn new(x: &Ty) -> Result<Self, Errors> {
        let half = x.width() / 2;
        Ok(Self(lut_product::multiply_halves_by_twos(&Ty::uint(half), &Ty::sint(half), &Ty::uint(MULT))?))
    }
}

/// `sat(x·mult/2^shift)`, rounded half to even. Stage i works in the cycles of `enable[i]`.
///
/// | stage | what |
/// |---|---|
/// | 0 to 2 | x times `mult`, half by half: two DSPs, which add too, or [`LUT_CYCLES`] stages more of additions |
/// | 3 | shift by bytes |
/// | 4 | shift by bits; up or not, too large or not |
/// | 5 | one more where rounding says so, or the limit |
///
/// No addition is longer than its operands overlap, and rounding adds to the short result, not to the product.
pub(crate) fn requantise<'m>(m: &'m Module, of: &Operands<'m, '_>, enable: &[Sig<'m>], out: &Ty) -> Sig<'m> {
    let bits = of.x.width() + MULT;
    let narrow = of.narrow;
    let (Product { prod, shift: whole_shift }, enable) = match of.by {
        Multipliers::Dsps(dsps) => (in_dsps(m, of, dsps, enable), enable),
        Multipliers::Luts(luts, next) => (in_luts(m, of, luts, next, enable), &enable[LUT_CYCLES..]),
    };
    let stage = |index: usize, body: &dyn Fn()| m.clocked(|| m.when(enable[index], body));

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

    let shifted = coarse.shr(fine_shift).bits(out.width(), 0).named("shifted");
    let kept = m.lit(127).shl(fine_shift).wrap(7).as_bits().named("kept");
    let any_rest = rest | (coarse.bits(6, 0) & !kept).reduce_or();
    let sign = coarse.bit(bits);
    let beyond = |width: u32| {
        let differs = (coarse.bits(bits - 1, width) ^ sign.repeat(bits - width)).named(&format!("above_{width}"));
        differs.bits(bits - width - 1, 7).reduce_or() | (differs.bits(6, 0) & kept).reduce_or()
    };
    let floor = m.reg("floor", out.clone());
    let up = m.reg("up", Ty::bit());
    let over = m.reg("over", Ty::bit());
    let negative = m.reg("negative", Ty::bit());
    let limit = narrow.map(|narrow| (narrow, m.reg("to_narrow", Ty::bit())));
    stage(NARROW_STAGE, &|| {
        floor.set(shifted.bits(out.width(), 1).cast(out.clone()));
        up.set(shifted.bit(0) & (shifted.bit(1) | any_rest));
        negative.set(sign);
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

/// x times `mult` and a zero below it, so that half a unit has a bit for every shift, after stage 2; and the shift that goes with it.
struct Product<'m> {
    prod: Sig<'m>,
    shift: Sig<'m>,
}

/// A DSP for each half. The second begins a cycle later and adds what the first carries.
fn in_dsps<'m>(m: &'m Module, of: &Operands<'m, '_>, dsps: &Dsps, enable: &[Sig<'m>]) -> Product<'m> {
    let [x_low, x_high] = halves(of.x);
    let half = x_low.width();
    let (high_q, mult_q) = (m.reg("x_high", x_high.ty()), m.reg("mult_late", Ty::uint(MULT)));
    let shifts = ["prod_shift", "sum_shift", "whole_shift"].map(|name| m.reg(name, of.shift.ty()));
    let bottom = m.reg("bottom", Ty::uint(half));
    let lower = m.instance("low", &dsps.low);
    lower.input("a_i", x_low);
    lower.input("b_i", of.mult);
    let low = lower.output_named("p_o", "low_prod");
    let upper = m.instance("high", &dsps.high);
    upper.input("a_i", high_q);
    upper.input("b_i", mult_q);
    upper.input("c_i", low.bits(half + MULT - 1, half));
    let high = upper.output_named("p_o", "high_prod");
    m.clocked(|| {
        m.when(enable[0], || {
            high_q.set(x_high);
            mult_q.set(of.mult);
            shifts[0].set(of.shift);
        });
        m.when(enable[1], || shifts[1].set(shifts[0]));
        m.when(enable[2], || {
            bottom.set(low.bits(half - 1, 0));
            shifts[2].set(shifts[1]);
        });
    });
    let prod = m.concat([high.as_bits(), bottom, m.lit_of(0, Ty::bit())]);
    Product { prod: prod.cast(Ty::sint(of.x.width() + MULT + 1)).named("prod"), shift: shifts[2] }
}

/// Adds the halves' products where they overlap, then the carry to what is above.
fn joined<'m>(m: &'m Module, [low, high]: [Sig<'m>; 2], shift: Sig<'m>, enable: &[Sig<'m>]) -> Product<'m> {
    let half = low.width() - MULT;
    let bottom = m.reg("bottom", Ty::uint(half));
    let overlap = m.reg("overlap", Ty::uint(MULT + 1));
    let top = m.reg("top", Ty::sint(half));
    let sum_shift = m.reg("sum_shift", shift.ty());
    let prod = m.reg("prod", Ty::sint(2 * half + MULT + 1));
    let whole_shift = m.reg("whole_shift", shift.ty());
    let above = (top + overlap.bit(MULT)).wrap(half);
    m.clocked(|| {
        m.when(enable[1], || {
            bottom.set(low.bits(half - 1, 0));
            overlap.set(high.bits(MULT - 1, 0) + low.bits(half + MULT - 1, half));
            top.set(high.bits(half + MULT - 1, MULT).cast(top.ty()));
            sum_shift.set(shift);
        });
        m.when(enable[2], || {
            prod.set(m.concat([above, overlap.bits(MULT - 1, 0), bottom, m.lit_of(0, Ty::bit())]).cast(prod.ty()));
            whole_shift.set(sum_shift);
        });
    });
    Product { prod, shift: whole_shift }
}

/// Each half for itself; then they are added where they overlap.
fn in_luts<'m>(m: &'m Module, of: &Operands<'m, '_>, luts: &Luts, next: Sig<'m>, enable: &[Sig<'m>]) -> Product<'m> {
    let multiplier = m.instance("product", &luts.0);
    multiplier.input("next_i", next);
    multiplier.input("b_i", of.mult);
    let [low, high] = halves(of.x);
    multiplier.input("low_i", low);
    multiplier.input("high_i", high);
    let products = ["low", "high"].map(|half| multiplier.output_named(&format!("{half}_p_o"), &format!("{half}_prod")));
    let line: Vec<Sig<'m>> = (0..=LUT_CYCLES).map(|i| m.reg(&format!("prod_shift{i}"), of.shift.ty())).collect();
    for (i, &register) in line.iter().enumerate() {
        let before = if i == 0 { of.shift } else { line[i - 1] };
        m.clocked(|| m.when(enable[i], || register.set(before)));
    }
    joined(m, products, line[LUT_CYCLES], &enable[LUT_CYCLES..])
}

/// The lower half, unsigned, and the upper one.
fn halves(x: Sig<'_>) -> [Sig<'_>; 2] {
    let half = x.width() / 2;
    [x.bits(half - 1, 0), x.bits(x.width() - 1, half).cast(Ty::sint(half))]
}
