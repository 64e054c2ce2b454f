//! A product and a sum in one DSP.

use std::sync::Arc;

use hdl::{Design, Errors, Module, Ty};

/// `prim_multiply_s16_u22`: what a leaf does, and the types of its ports.
pub(crate) fn leaf_name(kind: &str, ports: &[&Ty]) -> String {
    let word = |ty: &&Ty| format!("{}{}", if ty.is_signed() { 's' } else { 'u' }, ty.width());
    format!("prim_{kind}_{}", ports.iter().map(word).collect::<Vec<_>>().join("_"))
}

/// `prim_multiply_accumulate_s16_u22_p46`: the sum of the products `a_i`·`b_i` in a DSP48E2's registers M and P, a leaf with fixed
/// ports, so that a vendor's primitive can stand in.
///
/// `add_i` and `first_i` come a cycle after their operands: the product is added, to zero if it is the first. `sum_o` has it from the cycle
/// after that on. Operands come from registers, which Vivado takes into the DSP.
pub(crate) fn multiply_accumulate(a: &Ty, b: &Ty, p: u32) -> Result<Arc<Design>, Errors> {
    Module::build(format!("{}_p{p}", leaf_name("multiply_accumulate", &[a, b])), |m| {
        m.doc("Sum of products in one DSP48E2: registers M and P.");
        m.attribute("use_dsp", "yes");
        let (a, b) = (m.input("a", a.full()), m.input("b", b.full()));
        let (add, first) = (m.input("add", Ty::bit()), m.input("first", Ty::bit()));
        let multiplied = a * b;
        let product = m.reg("product", multiplied.ty());
        let sum = m.reg("sum", Ty::sint(p));
        m.clocked(|| {
            product.set(multiplied);
            m.when(add, || m.when_else(first, || sum.set(product), || sum.set((sum + product).wrap(p))));
        });
        m.output("sum", sum.ty()).set(sum);
    })
}

/// `prim_multiply_u24_u16`: `p_o` = `a_i`·`b_i` in a DSP48E2's registers M and P, a leaf with fixed ports, so that a vendor's
/// primitive can stand in. Two cycles; operands come from registers, which Vivado takes into the DSP.
pub(crate) fn multiply(a: &Ty, b: &Ty) -> Result<Arc<Design>, Errors> {
    Module::build(leaf_name("multiply", &[a, b]), |m| {
        m.doc("a b in one DSP48E2: registers M and P.");
        m.attribute("use_dsp", "yes");
        let multiplied = m.input("a", a.full()) * m.input("b", b.full());
        let product = m.reg("product", multiplied.ty());
        let out = m.reg("out", multiplied.ty());
        m.clocked(|| {
            product.set(multiplied);
            out.set(product);
        });
        m.output("p", out.ty()).set(out);
    })
}

/// What `p_o` is.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Sum {
    /// c + a·b.
    Plus,
    /// c − a·b.
    Minus,
}

/// `prim_multiply_add_s27_u16_s45_p45`: `p_o` = `c_i` ± `a_i`·`b_i` in a DSP48E2's registers M and P, wrapped to `p`; a leaf
/// with fixed ports, so that a vendor's primitive can stand in. Two cycles from `a_i` and `b_i`, one from `c_i`.
///
/// The lowest `drop` bits of the sum stay inside. `c` may have fewer fraction bits than the product. Operands come from registers, which Vivado takes into the DSP.
pub(crate) fn multiply_add(a: &Ty, b: &Ty, sum: Sum, c: &Ty, p: u32, drop: u32) -> Result<Arc<Design>, Errors> {
    let up = a.frac() + b.frac() - c.frac();
    let up = if up == 0 { String::new() } else { format!("_f{up}") };
    let (kind, sign) = match sum {
        Sum::Plus => ("multiply_add", '+'),
        Sum::Minus => ("multiply_subtract", '-'),
    };
    let dropped = if drop == 0 { String::new() } else { format!("_drop{drop}") };
    Module::build(format!("{}_p{p}{up}{dropped}", leaf_name(kind, &[a, b, c])), |m| {
        m.doc(format!("c {sign} a b in one DSP48E2: registers M and P."));
        m.attribute("use_dsp", "yes");
        let (a, b, c) = (m.input("a", a.full()), m.input("b", b.full()), m.input("c", c.full()));
        let multiplied = (a * b).wrap(p);
        let product = m.reg("product", multiplied.ty());
        let total = match sum {
            Sum::Plus => c + product,
            Sum::Minus => c - product,
        };
        let kept = total.wrap(p).drop_low(drop);
        let out = m.reg("sum", kept.ty());
        m.clocked(|| {
            product.set(multiplied);
            out.set(kept);
        });
        m.output("p", out.ty()).set(out);
    })
}
