//! An int16 multiply-accumulate in one DSP48E2.

use std::sync::Arc;

use hdl::{Design, Errors, Module, Ty};

/// Products that a cascade of DSPs adds up.
pub(super) const CASCADE: u32 = spec::unit::Mpca::TILE_BEATS;

/// Bits of the sum of a cascade.
pub(super) const SUM: u32 = 32 + CASCADE.trailing_zeros();

/// `prim_int16_mac`: `sum_o` = `sum_i` + `weight_i`·`x_i`, a leaf with fixed ports, so that a vendor's primitive can stand in.
///
/// Two cycles from `weight_i`, which comes from a register that Vivado takes into the DSP as A, three from `x_i` and one from `sum_i`:
/// registers B, M and P.
pub(super) fn mac() -> Result<Arc<Design>, Errors> {
    Module::build("prim_int16_mac", |m| {
        m.doc("An int16 multiply-accumulate in one DSP48E2: weight*x + sum. Registers B, M and P.");
        m.attribute("use_dsp", "yes");
        let weight = m.input("weight", Ty::sint(16));
        let x = m.input("x", Ty::sint(16));
        let carry = m.input("sum", Ty::sint(SUM));
        let late = m.reg("x", x.ty());
        let product = m.reg("product", Ty::sint(32));
        let sum = m.reg("sum", Ty::sint(SUM));
        m.clocked(|| {
            late.set(x);
            product.set((weight * late).wrap(32));
            sum.set((carry + product).wrap(SUM));
        });
        m.output("sum", sum.ty()).set(sum);
    })
}
