//! From a row's sums to what its channels are multiplied by.

use std::sync::Arc;

use hdl::{Bundle, Design, Errors, Flow, Module, Pipe, Sig, Ty};
use spec::unit::LayerNorm;

use super::inverse_root::{FALL, HEIGHT, chords};
use super::widths::{FACTOR, HEADROOM, MANTISSA, WAY, Widths};
use crate::arith::product;
use crate::multiply_add::{Sum, multiply_add};

/// Gain D·R, offset and e of each row, so that z = (x·gain + offset)·2^([`HEADROOM`] − e), rounded down. One row a cycle.
pub(super) fn scale(config: &LayerNorm) -> Result<Arc<Design>, Errors> {
    let widths = Widths::new(config);
    let dsps = Dsps::new(&widths)?;
    let name = format!("layer_norm_scale_x{}_d{}_e{}", config.x.width, config.max_width, config.epsilon);
    Module::build(name, |m| {
        m.doc("Scale of a row from its sums: v = d q - s^2, r = 2^(16 + e) / sqrt(v), gain = d r, offset = 2^(e - 6) - s r.");
        m.doc("The reciprocal root is a chord in each of 256 segments of two octaves. Never stalled: `out_ready_i` stays set.");
        let bundle = Bundle::new("in").field("s", widths.s.clone()).field("d", widths.d.clone());
        let p = m.pipe(&m.sink(bundle.field("q_low", widths.q_low.clone()).field("q_high", widths.q_high.clone())));
        m.assert("never_holds", p.advance());
        let sums = ["s", "d", "q_low", "q_high"].map(|name| p.stage(name, p.field(name)));
        let [s, d, ..] = sums;
        let v = variance(m, &p, &widths, &dsps, sums);
        let (mantissa, place) = normalised(m, &p, v);
        let factor = factor(m, &p, &dsps, mantissa, place.bit(0));

        let e = place.bits(place.width() - 1, 1).resize(widths.e.width()).named("e");
        let gain = product(&p, "gain", d, factor, 0);
        m.comment("Half of what the channels' shift cuts off goes along with s r.");
        let most = u32::try_from(widths.e.hi().clone()).unwrap_or(HEADROOM);
        let half_ty = half(&widths);
        let rounding = if most > HEADROOM {
            let above = p.stage("beyond", p.delay_to(e, FACTOR_STAGE - 1) - m.lit(HEADROOM + 1));
            let one = m.lit(1).shl(above.bits(above.width() - 2, 0)).resize(half_ty.width());
            p.stage("half", one & (!above.is_neg()).repeat(half_ty.width()))
        } else {
            m.lit_of(0, half_ty)
        };
        let offset = fused(m, &p, ("scaled_sum", &dsps.offset), FACTOR_STAGE + 1, [s, factor, rounding]);
        let gain = gain.assume_range(0, widths.gain.hi().clone()).named("gain_bits");
        p.finish(Bundle::new("out"), [("gain", gain), ("offset", offset.named("offset")), ("e", e)], Flow::Stall);
    })
}

/// The stage of R.
const FACTOR_STAGE: u32 = 14;

/// The DSPs that add as well as multiply.
struct Dsps {
    below: Arc<Design>,
    scaled_high: Arc<Design>,
    above: Arc<Design>,
    root: Arc<Design>,
    offset: Arc<Design>,
}

impl Dsps {
    fn new(widths: &Widths) -> Result<Self, Errors> {
        let Widths { d, s, q_low, q_high, split, .. } = widths;
        let product = |a: &Ty, b: &Ty| Ty::range(0, a.hi() * b.hi());
        let (s_low, s_high) = (Ty::uint(*split), Ty::sint(s.width() - split));
        let scaled_low = product(d, q_low);
        let below = Ty::range(s.lo() * s_low.hi(), scaled_low.hi() - s.lo() * s_low.hi()).width();
        let top = widths.top().width();
        let below = below.min(split + top);
        Ok(Self {
            below: multiply_add(s, &s_low, Sum::Minus, &scaled_low, below, 0)?,
            scaled_high: multiply_add(d, q_high, Sum::Plus, &Ty::sint(below - split), top, 0)?,
            above: multiply_add(s, &s_high, Sum::Minus, &Ty::uint(top), top, 0)?,
            root: multiply_add(
                &Ty::uint(FALL),
                &Ty::uint(WAY),
                Sum::Minus,
                &height(),
                HEIGHT + WAY,
                HEIGHT + WAY - FACTOR,
            )?,
            offset: multiply_add(s, &Ty::uint(FACTOR), Sum::Minus, &half(widths), widths.offset.width(), 0)?,
        })
    }
}

/// c0 + 2, where c1 is an integer.
fn height() -> Ty {
    Ty::ufix(HEIGHT, -(WAY as i32))
}

/// Half of what the largest shift cuts off.
fn half(widths: &Widths) -> Ty {
    Ty::uint(widths.offset.width() - 1)
}

/// The sum that a DSP makes at the end of stage `stage` of `c`, and of `a` and `b` of the stage before.
fn fused<'m>(
    m: &'m Module,
    p: &Pipe<'m>,
    (name, dsp): (&str, &Arc<Design>),
    stage: u32,
    [a, b, c]: [Sig<'m>; 3],
) -> Sig<'m> {
    let dsp = m.instance(name, dsp);
    dsp.input("a_i", p.delay_to(a, stage - 1));
    dsp.input("b_i", p.delay_to(b, stage - 1));
    dsp.input("c_i", p.delay_to(c, stage));
    p.at_stage(dsp.output("p_o"), stage + 1)
}

/// V = D·Q − S², the lower bits of Q and S apart, so that each of four products fits a DSP.
fn variance<'m>(m: &'m Module, p: &Pipe<'m>, widths: &Widths, dsps: &Dsps, sums: [Sig<'m>; 4]) -> Sig<'m> {
    let [s, d, q_low, q_high] = sums;
    let split = widths.split;
    let s_low = p.delay_to(s, 2).bits(split - 1, 0);
    let scaled_low = product(p, "scaled_low", d, q_low, 0);
    p.comment(scaled_low, "v = d q - s^2 in a cascade of DSPs.");
    let below = fused(m, p, ("below", &dsps.below), 3, [s, s_low, scaled_low]);
    let carried = below.bits(below.width() - 1, split).cast(Ty::sint(below.width() - split));
    let scaled_high = fused(m, p, ("scaled_high", &dsps.scaled_high), 4, [d, q_high, carried]);
    let s_high = p.delay_to(s, 4).bits(s.width() - 1, split).cast(Ty::sint(s.width() - split));
    let above = fused(m, p, ("above", &dsps.above), 5, [s, s_high, scaled_high.as_bits()]);
    let low = p.delay_to(below.bits(split - 1, 0).named("v_low"), 6);
    p.stage("v", m.concat([above.as_bits(), low]).resize(widths.v.width()))
}

/// The [`MANTISSA`] bits of `v` from its leading one on, and that one's place; all zeros if there is none.
fn normalised<'m>(m: &'m Module, p: &Pipe<'m>, v: Sig<'m>) -> (Sig<'m>, Sig<'m>) {
    let top = v.width() - 1;
    let mut value = if v.width() < MANTISSA { m.concat([v, m.lit_of(0, Ty::uint(MANTISSA - v.width()))]) } else { v };
    p.comment(v, "Shift the leading one to the top: by 16s, by 4s, by 1s.");
    let mut digits: Vec<Sig<'m>> = vec![];
    for (step, rest) in [(16, 15), (4, 3), (1, 0)] {
        let width = value.width();
        let from = value.named(&format!("by_{step}"));
        let zeros = |count: u32| from.bits(width - 1, width - (count * step).min(width)).is_nonzero();
        let [z1, z2, z3] = [1, 2, 3].map(|count| (!zeros(count)).named(&format!("zero_{count}x{step}")));
        let kept = width.min(MANTISSA + rest);
        let moved = |count: u32| {
            let by = (count * step).min(width);
            let there = kept.min(width - by);
            let bits = (there > 0).then(|| from.bits(width - 1 - by, width - by - there));
            let zeros = (kept > there).then(|| m.lit_of(0, Ty::uint(kept - there)));
            m.concat(bits.into_iter().chain(zeros))
        };
        value =
            p.stage(&format!("shifted_{step}"), m.first([(z3, moved(3)), (z2, moved(2)), (z1, moved(1))], moved(0)));
        digits.push(p.stage(&format!("count_{step}"), m.concat([z2, z3 | (z1 & !z2)])));
    }
    let count = m.concat(digits).named("count");
    let bits = Ty::range(0, top).width();
    let place = (m.lit(top) - count).wrap(bits.max(6)).as_bits().bits(bits.max(2) - 1, 0).named("place");
    (value, place)
}

/// R of the contract, from the mantissa and whether the leading one's place is odd.
fn factor<'m>(m: &'m Module, p: &Pipe<'m>, dsps: &Dsps, mantissa: Sig<'m>, odd: Sig<'m>) -> Sig<'m> {
    let address = m.concat([odd, mantissa.bits(MANTISSA - 2, WAY)]).named("segment");
    let way = p.stage("way", mantissa.bits(WAY - 1, 0));
    let some = p.stage("some", mantissa.bit(MANTISSA - 1));
    let words = format!("The chord of 1/sqrt on the segment: its height above {FALL} bits of its fall.");
    p.comment(address, &words);
    let chord = p.stage("chord", m.table("chord_word", address, Ty::uint(HEIGHT + FALL), chords()));
    let height = chord.bits(HEIGHT + FALL - 1, FALL).cast(height()).named("height");
    let root = fused(m, p, ("root", &dsps.root), FACTOR_STAGE - 2, [chord.bits(FALL - 1, 0), way, height]);
    p.stage("r", root.as_bits() & p.delay_to(some, FACTOR_STAGE - 1).repeat(FACTOR))
}
