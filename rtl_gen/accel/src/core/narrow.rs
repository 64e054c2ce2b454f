//! From the residual stream's 16 bits to a left operand's 8.

use std::sync::Arc;

use hdl::{Bundle, Design, Errors, Flow, Module, Overflow, Rounding, Ty};

use super::shape::Shape;

/// Bits of the number of bits that are rounded off.
pub(super) const DROP: u32 = 4;

/// x / 2^`drop` of T_o channels, rounded half to even, saturated to 8 bits.
pub(super) fn narrow(shape: &Shape) -> Result<Arc<Design>, Errors> {
    let t_o = shape.t_o;
    Module::build(format!("core_narrow_o{t_o}"), |m| {
        m.doc(format!("x / 2^drop of {t_o} channels, rounded half to even and saturated to 8 bits."));
        let from = Bundle::new("in").lanes("x", Ty::sint(16), t_o).field("drop", Ty::uint(DROP));
        let p = m.pipe(&m.sink(from)).gated();
        let (x, drop) = (p.lanes("x"), p.field("drop"));
        let most = (1 << DROP) - 1;
        let y = p.for_each("lane", "y", t_o, Ty::sint(8), |lane| {
            let wide = m.concat([x.at(lane), m.lit_of(0, Ty::uint(most))]).cast(Ty::sint(16 + most));
            let coarse = p.stage("coarse", wide.shr(drop));
            let whole = coarse.drop_low(most).with_frac(0);
            let whole = p.stage("whole", whole.fit(Ty::sint(9), Rounding::Floor, Overflow::Saturate));
            let half = p.stage("half", coarse.bit(most - 1));
            let rest = p.stage("rest", coarse.bits(most - 2, 0).is_nonzero());
            let up = (half & (rest | whole.bit(0))).named("up");
            p.stage("y", (whole + up).fit(Ty::sint(8), Rounding::Floor, Overflow::Saturate))
        });
        p.finish_lanes(Bundle::new("out"), "y", y, Flow::Stall);
    })
}
