//! The exponentials of a beat times their row's factor, the remainder carried from lane to lane.

use std::sync::Arc;

use hdl::{Bundle, Design, Errors, Flow, Module, Pipe, Sig, Ty, Vector};
use spec::unit::Softmax;

use crate::convert;
use crate::softmax::normalise::{GUARD, saturated};
use crate::tree::levels;

/// Where the products are.
const PRODUCTS: u32 = 3;

/// y of every lane. The remainders up to a lane are a sum of prefixes; where it passes a whole LSB, its lowest bit above the point changes from
/// one lane to the next.
pub(super) fn scale(config: &Softmax, quotient: u32) -> Result<Arc<Design>, Errors> {
    let bits = config.fraction_bits().unsigned_abs();
    let (lanes, y) = (config.lanes, config.y);
    let e = convert::ty(config.exp().y).with_frac(0);
    let cut = 2 * bits - 3 - y.frac.unsigned_abs();
    // The product of the whole sum stays below 2^(2 bits + 10).
    let kept = Ty::uint(2 * bits + 10 - cut);
    let name = format!("softmax_scale_{}_{}_l{lanes}", config.exp().y.ident(), y.ident());
    Module::build(name, |m| {
        m.doc(format!("y = e factor of {lanes} lanes, rounded to {y}; what is cut off a lane is carried to the next."));
        let from = Bundle::new("in").lanes("e", e.clone(), lanes).field("factor", Ty::uint(quotient));
        let p = m.pipe(&m.sink(from.field("first", Ty::bit()).last().keep(lanes)));
        let factor = p.stage("factor", p.field("factor"));
        let at_sum = PRODUCTS + levels(lanes);
        let first = p.delay_to(p.field("first"), at_sum);
        let from = p.lanes("e");
        let products = p.for_each("product", "products", lanes, kept.clone(), |lane| {
            let entry = p.stage("entry", from.at(lane));
            let product = (entry * factor).drop_low(cut).with_frac(0).assume_range(0, kept.hi().clone());
            p.stage("product", p.stage("product_m", product).attribute("use_dsp", "yes"))
        });

        let prefix = prefixes(m, &p, products);
        let (rest, half) = (m.reg("rest", Ty::uint(GUARD)), m.lit_of(1 << (GUARD - 1), Ty::uint(GUARD)));
        let start = first.mux(half, p.at_stage(rest, at_sum)).named("start");
        let total = prefix.at(lanes - 1).bits(GUARD - 1, 0);
        m.clocked(|| m.when(p.valid(at_sum) & p.advance(), || rest.set((start + total).wrap(GUARD).as_bits())));
        let laps = p.vector("lap", lanes, Ty::bit(), at_sum + 1);
        let carry = p.vector("carry", lanes, Ty::bit(), at_sum + 2);
        m.for_each("lap", 0..lanes.into(), |lane| {
            p.capture(laps.at(lane), (prefix.at(lane) + start).bit(GUARD));
            m.if_index(
                lane,
                0..1,
                "first",
                || p.capture(carry.at(lane), laps.at(lane)),
                "rest",
                || p.capture(carry.at(lane), laps.at(lane) ^ laps.at(lane - 1)),
            );
        });
        let magnitude = y.width - u32::from(y.signed);
        let y = p.for_each("round", "y", lanes, convert::ty(y), |lane| {
            let product = products.at(lane);
            let whole = product.bits(kept.width() - 1, GUARD).named("whole");
            let whole = p.beside(whole, carry.at(lane));
            let rounded = (whole + carry.at(lane)).wrap(whole.width()).as_bits().named("rounded");
            let out = p.stage("out_y", saturated(rounded, magnitude));
            let sign = if y.signed { m.concat([m.lit_of(0, Ty::bit()), out]) } else { out };
            sign.cast(convert::ty(y))
        });
        p.finish_lanes(Bundle::new("out"), "y", y, Flow::Credit);
    })
}

/// The sum of the remainders of each lane and all before it, one bit more than a remainder and wrapped; a stage for each doubling of
/// the distance.
fn prefixes<'m>(m: &'m Module, p: &Pipe<'m>, products: Vector<'m>) -> Vector<'m> {
    let (lanes, ty) = (products.len(), Ty::uint(GUARD + 1));
    let mut level = p.wires("remainder", lanes, ty.clone(), PRODUCTS);
    m.for_each("cut", 0..lanes.into(), |lane| {
        level.at(lane).set(products.at(lane).bits(GUARD - 1, 0).resize(GUARD + 1));
    });
    for number in 0..levels(lanes) {
        let next = p.vector(&format!("prefix_{}", number + 1), lanes, ty.clone(), PRODUCTS + number + 1);
        let distance = 1i64 << number;
        m.for_each(&format!("prefix_{}", number + 1), 0..lanes.into(), |lane| {
            m.if_index(
                lane,
                0..distance,
                "same",
                || p.capture(next.at(lane), level.at(lane)),
                "sum",
                || {
                    let sum: Sig<'m> = (level.at(lane) + level.at(lane - distance)).wrap(GUARD + 1).as_bits();
                    p.capture(next.at(lane), sum);
                },
            );
        });
        level = next;
    }
    level
}
