//! Two int8 multiply-accumulates in one DSP48E2.

use std::sync::Arc;

use hdl::{Design, Errors, Module, Ty};

/// Bits between the two lanes.
pub(crate) const LANE: u32 = 18;

/// `prim_int8_pair`: `sum_o` = `sum_i` + (high·2^18 + low)·`act_i`, a leaf with fixed ports, so that a vendor's primitive can stand in.
///
/// `weight_i` has the high weight less the low one's borrow, and the low weight: bits 15 to 8 and 7 to 0. It is taken with `load_i` and
/// handed to the multiplier with `swap_i`: registers A1 and A2. Two cycles from `act_i` (from register B) and one from `sum_i` to
/// `sum_o`: registers M and P.
pub(crate) fn int8_pair() -> Result<Arc<Design>, Errors> {
    Module::build("prim_int8_pair", |m| {
        m.doc("Two int8 multiply-accumulates in one DSP48E2: (high*2^18 + low)*act + sum.");
        m.doc("weight_i holds high less the borrow of low, and low. Registers A1, A2, M and P.");
        m.attribute("use_dsp", "yes");
        let load = m.input("load", Ty::bit());
        let weight = m.input("weight", Ty::uint(16));
        let swap = m.input("swap", Ty::bit());
        let act = m.input("act", Ty::sint(8));
        let carry = m.input("sum", Ty::sint(2 * LANE));
        let next = m.reg("next", Ty::sint(LANE + 8));
        let held = m.reg("held", Ty::sint(LANE + 8));
        let product = m.reg("product", Ty::sint(2 * LANE));
        let sum = m.reg("sum", Ty::sint(2 * LANE));
        m.clocked(|| {
            m.when(load, || {
                let sign = weight.bit(7).repeat(LANE - 8);
                next.set(m.concat([weight.bits(15, 8), sign, weight.bits(7, 0)]).cast(next.ty()));
            });
            m.when(swap, || held.set(next));
            product.set(held * act);
            sum.set((carry + product).wrap(2 * LANE));
        });
        m.output("sum", sum.ty()).set(sum);
    })
}
