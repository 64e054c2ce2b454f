//! Accumulator to output: multiply, shift, round half to even, saturate. Shared by the units that multiply matrices.

use hdl::{Module, Sig, Ty};

/// Cycles from `x` to the output where the products are in DSPs.
pub(crate) const LATENCY: usize = 6;

/// More of them where the products are in LUTs.
pub(crate) const LUT_CYCLES: usize = 3;

/// Where `narrow` is read, if the products are in DSPs.
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
    /// Saturate to 8 bits; given in the cycle of stage [`NARROW_STAGE`], or [`LUT_CYCLES`] later.
    pub narrow: Option<Sig<'m>>,
    /// Multiply in DSPs, or in LUTs.
    pub use_dsp: bool,
}

/// Both halves of x times `mult`, and the shift that goes with them.
struct Products<'m> {
    low: Sig<'m>,
    high: Sig<'m>,
    shift: Sig<'m>,
}

/// `sat(x·mult/2^shift)`, rounded half to even. Stage i works in the cycles of `enable[i]`.
///
/// | stage | what |
/// |---|---|
/// | 0 | the two halves of x times `mult`: two DSPs, or [`LUT_CYCLES`] stages more of additions |
/// | 1 | their sum, where they overlap |
/// | 2 | its carry into what is above |
/// | 3 | shift by bytes |
/// | 4 | shift by bits; up or not, too large or not |
/// | 5 | one more where rounding says so, or the limit |
///
/// No addition is longer than its operands overlap, and rounding adds to the short result, not to the product.
pub(crate) fn requantise<'m>(m: &'m Module, of: &Operands<'m>, enable: &[Sig<'m>], out: &Ty) -> Sig<'m> {
    let bits = of.x.width() + MULT;
    let half = of.x.width() / 2;
    let narrow = of.narrow;
    let (products, enable) =
        if of.use_dsp { (in_dsps(m, of, enable[0]), enable) } else { (in_luts(m, of), &enable[LUT_CYCLES..]) };
    let Products { low: low_prod, high: high_prod, shift: prod_shift } = products;
    let stage = |index: usize, body: &dyn Fn()| m.clocked(|| m.when(enable[index], body));

    let bottom = m.reg("bottom", Ty::uint(half));
    let overlap = m.reg("overlap", Ty::uint(MULT + 1));
    let top = m.reg("top", Ty::sint(half));
    let sum_shift = m.reg("sum_shift", prod_shift.ty());
    stage(1, &|| {
        bottom.set(low_prod.bits(half - 1, 0));
        overlap.set(high_prod.bits(MULT - 1, 0) + low_prod.bits(half + MULT - 1, half));
        top.set(high_prod.bits(half + MULT - 1, MULT).cast(top.ty()));
        sum_shift.set(prod_shift);
    });

    m.comment("The product and a zero below it, so that half a unit has a bit for every shift.");
    let prod = m.reg("prod", Ty::sint(bits + 1));
    let whole_shift = m.reg("whole_shift", sum_shift.ty());
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

/// A DSP for each half, which Vivado gives registers M and P.
fn in_dsps<'m>(m: &'m Module, of: &Operands<'m>, enable: Sig<'m>) -> Products<'m> {
    let [x_low, x_high] = halves(of.x);
    let low = m.reg("low_prod", Ty::uint(x_low.width() + MULT)).attribute("use_dsp", "yes");
    let high = m.reg("high_prod", Ty::sint(x_high.width() + MULT)).attribute("use_dsp", "yes");
    let shift = m.reg("prod_shift", of.shift.ty());
    m.clocked(|| {
        m.when(enable, || {
            low.set(x_low * of.mult);
            high.set(x_high * of.mult);
            shift.set(of.shift);
        });
    });
    Products { low, high, shift }
}

/// No multiplication is written, for a synthesis tool may take a DSP for it: each half is multiplied by two bits of `mult` at a time,
/// then neighbours are added, an addition a stage. The stages are not enabled: x and `mult` rest when nothing comes, and an enable would
/// drive thousands of registers.
fn in_luts<'m>(m: &'m Module, of: &Operands<'m>) -> Products<'m> {
    m.comment("Products in LUTs: by two bits of the multiplier at a time, then neighbours are added.");
    let mult = m.wire_vec("mult_bit", MULT, Ty::bit());
    mult.whole().set(of.mult);
    let [low, high] = halves(of.x).map(|x| {
        let name = |what: &str| if x.ty().is_signed() { format!("high_{what}") } else { format!("low_{what}") };
        let ty = |width: u32| if x.ty().is_signed() { Ty::sint(width) } else { Ty::uint(width) };
        let up = |value: Sig<'m>, by: u32| {
            m.concat([value.as_bits(), m.lit_of(0, Ty::uint(by))]).cast(ty(value.width() + by))
        };
        let mut width = x.width() + 2;
        let mut parts = m.reg_vec(&name("by2"), MULT / 2, ty(width), None);
        m.for_each(&name("digit"), 0..i64::from(MULT / 2), |i| {
            let sum = mult.at(i * 2).mux(x, 0) + up(mult.at(i * 2 + 1).mux(x, 0), 1);
            m.clocked(|| parts.at(i).set(sum));
        });
        let joined = |parts: hdl::Vector<'m>, pair: hdl::Affine, by: u32| {
            (parts.at(pair * 2) + up(parts.at(pair * 2 + 1), by)).wrap(parts.element().width() + by)
        };
        for stage in 1..LUT_CYCLES {
            let (by, pairs) = (1 << stage, (MULT / 2) >> stage);
            width += by;
            let sums = m.reg_vec(&name(&format!("by{}", 2 * by)), pairs, ty(width), None);
            m.for_each(&name(&format!("pair{stage}")), 0..i64::from(pairs), |i| {
                let sum = joined(parts, i.into(), by);
                m.clocked(|| sums.at(i).set(sum));
            });
            parts = sums;
        }
        let prod = m.reg(&name("prod"), ty(x.width() + MULT));
        let sum = joined(parts, 0.into(), MULT / 2);
        m.clocked(|| prod.set(sum));
        prod
    });
    let line: Vec<Sig<'m>> = (0..=LUT_CYCLES).map(|i| m.reg(&format!("prod_shift{i}"), of.shift.ty())).collect();
    for (i, &register) in line.iter().enumerate() {
        let before = if i == 0 { of.shift } else { line[i - 1] };
        m.clocked(|| register.set(before));
    }
    Products { low, high, shift: line[LUT_CYCLES] }
}

/// The lower half, unsigned, and the upper one.
fn halves(x: Sig<'_>) -> [Sig<'_>; 2] {
    let half = x.width() / 2;
    [x.bits(half - 1, 0), x.bits(x.width() - 1, half).cast(Ty::sint(half))]
}
