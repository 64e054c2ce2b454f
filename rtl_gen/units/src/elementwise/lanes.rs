//! The datapath of every lane.

use std::sync::Arc;

use hdl::{Bundle, Design, Errors, Module, Overflow, Pipe, Rounding, Sig, Ty};
use spec::unit::{Elementwise, Operation};

use super::{BYTES, FACTOR};
use crate::arith::product;
use crate::convert;

/// Cycles from x to y, one more where a residual is added.
pub(super) const LATENCY: u32 = 6;
/// Bits of a shift beyond whole bytes.
const FINE: u32 = 7;

/// y of each lane's x and, in an addition, r, under the beat's factor (mult·2^(7 − shift mod 8)) and shift in bytes.
pub(super) fn lanes(config: &Elementwise) -> Result<Arc<Design>, Errors> {
    let count = config.lanes;
    let adds = config.operation == Operation::ResidualAdd;
    let (x_ty, y_ty) = (convert::ty(config.x).with_frac(0), convert::ty(config.y).with_frac(0));
    let name = config.module_name().replacen("elementwise", "elementwise_lanes", 1);
    Module::build(name, |m| {
        let residual = if adds { "r + " } else { "" };
        m.doc(format!(
            "y = {residual}x factor / 2^(8 bytes + {FINE}) of {count} lanes, rounded half to even, saturated."
        ));
        let mut from = Bundle::new("in").lanes("x", x_ty.clone(), count);
        if adds {
            from = from.lanes("r", y_ty.clone(), count);
        }
        from = from.field("factor", Ty::uint(FACTOR)).field("bytes", Ty::uint(BYTES)).last();
        let p = m.pipe(&m.sink(if count == 1 { from } else { from.keep(count) }));

        let factor = p.stage("factor", p.field("factor"));
        let bytes = p.delay_to(p.field("bytes"), 3);
        let (x, r) = (p.lanes("x"), adds.then(|| p.lanes("r")));
        let y = p.for_each("lane", "y", count, y_ty.clone(), |lane| {
            let x = p.stage("x", x.at(lane));
            let r = r.map(|r| r.at(lane).named("r"));
            shifted(m, &p, product(&p, "product", x, factor, 0), bytes, r, &y_ty)
        });
        p.finish_lanes(Bundle::new("out"), "y", y, convert::flow(config.flow));
    })
}

/// r + `product`/2^(8·`bytes` + 7), rounded and saturated.
fn shifted<'m>(m: &'m Module, p: &Pipe<'m>, product: Sig<'m>, bytes: Sig<'m>, r: Option<Sig<'m>>, y: &Ty) -> Sig<'m> {
    let amount = m.concat([bytes, m.lit_of(0, Ty::uint(BYTES))]);
    let coarse = p.stage("coarse", product.shr(amount));
    let width = product.width();
    let octets = (0..width.div_ceil(8)).map(|octet| {
        let bits = product.bits((8 * octet + 7).min(width - 1), 8 * octet);
        bits.is_nonzero() & bytes.gt(octet)
    });
    let gone = octets.reduce(|a, b| a | b).unwrap_or_else(|| m.lit_of(0, Ty::bit()));
    let gone = p.stage("gone", gone);

    p.comment(
        coarse,
        "Whole units, no more of them than tell that they are too many; half a unit, and what is below it.",
    );
    let whole = coarse.drop_low(FINE).with_frac(0);
    let whole = p.stage("whole", whole.fit(Ty::sint(y.width() + 2), Rounding::Floor, Overflow::Saturate));
    let half = p.stage("half", coarse.bit(FINE - 1));
    let rest = p.stage("rest", gone | coarse.bits(FINE - 2, 0).is_nonzero());
    let (sum, up) = match r {
        None => (whole, (half & (rest | whole.bit(0))).named("up")),
        Some(r) => {
            let r = p.beside(r, whole);
            let up = p.stage("up", half & (rest | (whole.bit(0) ^ r.bit(0))));
            (p.stage("sum", whole + r), up)
        }
    };
    let (bits, top) = (y.width(), sum.width() - 1);
    let upper = sum.bits(top, bits - 1).named("upper");
    let over = upper.reduce_or() & !upper.reduce_and();
    let full = up & sum.bits(bits - 2, 0).reduce_and() & !sum.bit(top);
    let low = sum.bits(bits - 1, 0).cast(Ty::sint(bits));
    let rounded = (low + up).wrap(bits);
    let limit = m.concat([sum.is_neg(), (!sum.is_neg()).repeat(bits - 1)]).cast(Ty::sint(bits));
    p.stage("y", (over | full).mux(limit, rounded))
}
