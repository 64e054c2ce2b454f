//! The channels of a row, scaled, with γ and β, rounded.

use std::sync::Arc;

use hdl::{Bundle, Design, Errors, Flow, Module, Pipe, RamStyle, Ty, Vector, prim};
use spec::Format;
use spec::unit::LayerNorm;

use super::widths::{HEADROOM, Widths, Z};
use crate::multiply_add::{Sum, multiply_add};
use crate::{convert, lut_product};

/// Words up to which γ and β stand in LUT RAM.
const LUT_WORDS: u32 = 64;
/// Bits of the finer of the two shifts.
const FINE: u32 = 3;

/// Cycles after a beat has entered in which it reads γ and β.
pub(super) const READS: u32 = 5;

/// y of each beat from its x, the row's gain, offset and e, and the place of its γ and β, which are written from outside.
pub(super) fn lanes(config: &LayerNorm) -> Result<Arc<Design>, Errors> {
    let widths = Widths::new(config);
    let lanes = config.lanes;
    let affine = config.affine().map(|formats| Affine::new(config, formats)).transpose()?;
    let x_ty = convert::ty(config.x).with_frac(0);
    let scaled_bits = widths.scaled.width();
    let scaling = match config.lane_dsp {
        true => multiply_add(&widths.gain, &x_ty, Sum::Plus, &widths.offset, scaled_bits, 0)?,
        false => lut_product::multiply_add(&widths.gain, &x_ty, &widths.offset, scaled_bits)?,
    };
    let name = config.module_name().replacen("layer_norm", "layer_norm_lanes", 1);
    Module::build(name, |m| {
        m.doc(format!(
            "y of {lanes} channels a beat: (x gain + offset) 2^({HEADROOM} - e) is z, with 21 fraction bits."
        ));
        let mut from = Bundle::new("in")
            .lanes("x", x_ty.clone(), lanes)
            .field("gain", widths.gain.full())
            .field("offset", widths.offset.full())
            .field("e", widths.e.clone());
        if affine.is_some() {
            from = from.field("beat", beat(config));
        }
        let p = m.pipe(&m.sink(from.last()));
        let p = if config.lane_dsp { p } else { p.gated() };

        let gain = p.stage("gain", p.field("gain").assume_range(0, widths.gain.hi().clone()));
        let offset = p.field("offset");
        let e = p.field("e");
        let x = p.vector("x", lanes, x_ty.clone(), 1);
        let scaled = p.wires("scaled", lanes, widths.scaled.full(), 3);
        let coarse = p.vector("coarse", lanes, Ty::sint(Z + (1 << FINE) - 1), 4);
        let z = p.vector("z", lanes, Ty::sfix(Z, LayerNorm::Z_FRAC), 5);
        let (at_sum, at_coarse) = (p.delay_to(offset, 2), p.delay_to(e, 3));
        let steps =
            (e.width() > FINE).then(|| m.concat([at_coarse.bits(e.width() - 1, FINE), m.lit_of(0, Ty::uint(FINE))]));
        let bits = p.delay_to(at_coarse.bits(e.width().min(FINE) - 1, 0).named("fine"), 4);
        let from = p.lanes("x");
        m.for_each("lane", 0..lanes.into(), |lane| {
            p.capture(x.at(lane), from.at(lane));
            let scaler = m.instance("scaled", &scaling);
            if !config.lane_dsp {
                scaler.input("valid_i", p.valid(1));
            }
            scaler.input("a_i", gain);
            scaler.input("b_i", x.at(lane));
            scaler.input("c_i", at_sum);
            scaler.drive("p_o", scaled.at(lane));
            let raised = m.concat([scaled.at(lane), m.lit_of(0, Ty::uint(HEADROOM))]);
            let raised = raised.cast(Ty::sint(widths.scaled.width() + HEADROOM));
            let shifted = steps.map_or(raised, |steps| raised.shr(steps));
            p.capture(coarse.at(lane), shifted.resize(coarse.element().width()));
            p.capture(z.at(lane), coarse.at(lane).shr(bits).wrap(Z).with_frac(LayerNorm::Z_FRAC));
        });

        let (sum, stage) = match &affine {
            Some(affine) => (affine.apply(m, config, &p, z), READS + 2),
            None => (z, READS),
        };
        let y = rounded(m, &p, sum, stage, config.y);
        p.finish_lanes(Bundle::new("out"), "y", y, Flow::Credit);
    })
}

/// The place of a beat's γ and β.
pub(super) fn beat(config: &LayerNorm) -> Ty {
    Ty::range(0, config.max_beats().max(2) - 1).full()
}

/// γ·z + β.
struct Affine {
    gamma: Ty,
    beta: Ty,
    ram: Arc<Design>,
    dsp: Arc<Design>,
    sum: Ty,
}

impl Affine {
    fn new(config: &LayerNorm, (gamma, beta): (Format, Format)) -> Result<Self, Errors> {
        let depth = config.max_beats();
        let style = if depth <= LUT_WORDS { RamStyle::Distributed } else { RamStyle::Block };
        let ram = prim::ram(config.lanes * (gamma.width + beta.width), depth, style, 2)?;
        let (gamma, beta) = (convert::ty(gamma), convert::ty(beta));
        let z = Ty::sfix(Z, LayerNorm::Z_FRAC);
        let frac = LayerNorm::Z_FRAC + gamma.frac();
        let raised = (frac - beta.frac()).unsigned_abs();
        let product = z.lo() * gamma.lo();
        let width = Ty::range((beta.lo() << raised) - &product, (beta.hi() << raised) + product).width();
        let dsp = multiply_add(&z, &gamma, Sum::Plus, &beta, width, 0)?;
        Ok(Self { gamma, beta, ram, dsp, sum: Ty::sfix(width, frac) })
    }

    /// On `z` of stage [`READS`], two stages later.
    fn apply<'m>(&self, m: &'m Module, config: &LayerNorm, p: &Pipe<'m>, z: Vector<'m>) -> Vector<'m> {
        let lanes = config.lanes;
        let gamma_bits = lanes * self.gamma.width();
        let bits = gamma_bits + lanes * self.beta.width();
        let ram = m.instance("affine", &self.ram);
        ram.input("we_i", m.input("we", Ty::bit()));
        ram.input("waddr_i", m.input("waddr", beat(config)));
        ram.input("wdata_i", m.input("wdata", Ty::uint(bits)));
        ram.input("raddr_i", p.delay_to(p.field("beat"), READS - 2));
        let word = p.at_stage(ram.output("rdata_o"), READS);
        let gamma = p.wires("gamma", lanes, self.gamma.clone(), READS);
        let beta = p.vector("beta", lanes, self.beta.clone(), READS + 1);
        gamma.whole().set(word.bits(gamma_bits - 1, 0));
        p.capture(beta.whole(), word.bits(bits - 1, gamma_bits));
        let sum = p.wires("sum", lanes, self.sum.clone(), READS + 2);
        m.for_each("affine_lane", 0..lanes.into(), |lane| {
            let dsp = m.instance("shifted", &self.dsp);
            dsp.input("a_i", z.at(lane));
            dsp.input("b_i", gamma.at(lane));
            dsp.input("c_i", beta.at(lane));
            dsp.drive("p_o", sum.at(lane));
        });
        sum
    }
}

/// `value` of stage `stage`, half to even, saturated: what is kept and whether to add one, then the sum or the limit.
fn rounded<'m>(m: &'m Module, p: &Pipe<'m>, value: Vector<'m>, stage: u32, y: Format) -> Vector<'m> {
    let drop = (value.element().frac() - y.frac).unsigned_abs();
    let width = value.element().width().max(drop + y.width);
    let lanes = value.len();
    let ty = convert::ty(y);
    let floor = p.vector("floor", lanes, Ty::sint(y.width), stage + 1);
    let flag = |name: &str| p.vector(name, lanes, Ty::bit(), stage + 1);
    let (up, over, negative) = (flag("up"), flag("over"), flag("negative"));
    let out = p.vector("y", lanes, ty.clone(), stage + 2);
    let most = m.lit(y.max() as i64);
    m.for_each("round_lane", 0..lanes.into(), |lane| {
        let value = value.at(lane).with_frac(0).resize(width);
        let kept = value.bits(drop + y.width - 1, drop);
        let head = value.bits(width - 1, drop + y.width - 1);
        p.capture(floor.at(lane), kept.cast(Ty::sint(y.width)));
        let rest = value.bits(drop - 2, 0).reduce_or();
        p.capture(up.at(lane), value.bit(drop - 1) & (rest | value.bit(drop)));
        p.capture(over.at(lane), head.reduce_or() & !head.reduce_and());
        p.capture(negative.at(lane), value.is_neg());
        let (floor, up) = (floor.at(lane), up.at(lane));
        let limit = negative.at(lane).mux(-most - 1, most);
        let limited = over.at(lane) | (up & floor.eq(most));
        let y = limited.mux(limit, (floor + up).wrap(y.width));
        p.capture(out.at(lane), y.wrap(ty.width()).with_frac(ty.frac()));
    });
    out
}
