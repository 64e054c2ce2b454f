//! Softmax over two channels, one pair a cycle.

use std::sync::Arc;

use hdl::{Bundle, Design, Errors, Flow, Module, Overflow, Pipe, Rounding, Sig, Ty};
use spec::Format;
use spec::unit::{Exp, TokenClassifier};

use crate::arith::product;
use crate::convert;
use crate::function::exp_pipe;
use crate::softmax::{GUARD, delta2};

/// (s0, s1) of (keep, prune), what the unit `softmax` gives for a row of the two.
///
/// The larger channel's exponential is that of 0, a constant; the quotient is made by a stage a bit.
pub(super) fn pair(config: &TokenClassifier) -> Result<Arc<Design>, Errors> {
    let softmax = config.softmax();
    let exp = softmax.exp();
    let bits = softmax.fraction_bits().unsigned_abs();
    let one = exp_of_zero(&exp);
    let dividend = delta2(&softmax, bits as i32 - 1);
    let cut = 2 * bits - config.s.frac.unsigned_abs() - 3;
    let (z, s) = (config.logit.ident(), config.s.ident());
    Module::build(format!("token_classifier_pair_{z}_{s}_d{dividend}"), |m| {
        m.doc("Softmax over two channels: the remainder of the first one's rounding goes to the second one.");
        let z = convert::ty(config.logit);
        let p = m.pipe(&m.sink(Bundle::new("in").field("keep", z.clone()).field("prune", z)));
        let difference = p.stage("difference", p.field("keep") - p.field("prune"));
        let lower = difference.is_neg().named("keep_is_lower");
        let lowest = difference.ty().lo().clone();
        let argument = lower.mux(difference, -difference).assume_range(lowest, 0);
        let argument = p.stage("argument", argument.resize(exp.x.width));
        let lowest = argument.ty().lo().clone();
        let e = exp_pipe(m, &p, argument.assume_range(lowest, 0), &exp).with_frac(0);

        p.comment(e, "The sum has its leading one at bit F, or at F + 1: then it is halved, and the quotient doubled.");
        let sum = p.stage("sum", e + one);
        let e = p.stage("e", e);
        let halved = sum.ge(1i64 << (bits + 1)).named("halved");
        let divisor = halved.mux(sum.bits(sum.width() - 1, 1), sum.bits(bits, 0)).resize(bits + 1);
        let halved = p.stage("is_halved", halved);
        let quotient = divided(m, &p, p.stage("divisor", divisor), dividend, bits + 1);

        p.comment(quotient, "Both products, cut to twelve bits more than a score.");
        let (e, lower) = (p.beside(e, quotient), p.beside(lower, quotient));
        let constant = m.lit_of(one, e.ty().full());
        let keep = p.stage("e_keep", lower.mux(e, constant));
        let prune = p.stage("e_prune", lower.mux(constant, e));
        let factor = p.stage("factor", quotient);
        let ty = Ty::uint(config.s.width + GUARD);
        let keep = share(&p, "keep_product", product(&p, "keep_product", keep, factor, cut - 8), halved, &ty);
        let prune = share(&p, "prune_product", product(&p, "prune_product", prune, factor, cut - 8), halved, &ty);
        let first = p.stage("first", keep + (1 << (GUARD - 1)));
        let second = p.beside(prune, first) + first.bits(GUARD - 1, 0);
        let s0 = p.stage("s0", score(p.stage("keep_whole", first.drop_low(GUARD)), config.s));
        let s1 = p.stage("s1", score(p.stage("prune_whole", second.drop_low(GUARD)), config.s));
        p.finish(Bundle::new("out"), [("s0", s0), ("s1", s1)], Flow::Stall);
    })
}

/// A product under the quotient doubled where the sum was not `halved`.
fn share<'m>(p: &Pipe<'m>, name: &str, product: Sig<'m>, halved: Sig<'m>, ty: &Ty) -> Sig<'m> {
    let whole = product.with_frac(0);
    let share = p.beside(halved, whole).mux(whole.drop_low(1).with_frac(0), whole);
    p.stage(&format!("{name}_share"), share.fit(ty.clone(), Rounding::Floor, Overflow::Saturate))
}

/// A number of LSBs in the format of a score.
fn score(whole: Sig<'_>, format: Format) -> Sig<'_> {
    whole.with_frac(format.frac).fit(convert::ty(format), Rounding::Floor, Overflow::Saturate)
}

/// ⌊`dividend`·2^(`steps` + 1) / `divisor`⌋, where `dividend` is less than half of the divisor: a bit a stage.
fn divided<'m>(m: &'m Module, p: &Pipe<'m>, divisor: Sig<'m>, dividend: u64, steps: u32) -> Sig<'m> {
    let width = divisor.width();
    let mut rest = m.lit_of(4 * dividend, Ty::uint(width + 1));
    let mut quotient: Option<Sig<'m>> = None;
    for step in 1..=steps {
        let divisor = if step == 1 { divisor } else { p.beside(divisor, rest) };
        let fits = rest.ge(divisor).named(&format!("fits_{step}"));
        let low = rest.bits(width - 1, 0);
        let kept = fits.mux((low - divisor).wrap(width).as_bits(), low);
        let next = m.concat([kept, m.lit_of(0, Ty::bit())]);
        let bits = quotient.map_or(fits, |quotient| m.concat([quotient, fits]));
        quotient = Some(p.stage(&format!("quotient_{step}"), bits));
        if step < steps {
            rest = p.stage(&format!("rest_{step}"), next);
        }
    }
    quotient.unwrap_or(rest)
}

/// What the datapath of `exp` gives for 0.
fn exp_of_zero(exp: &Exp) -> u64 {
    let (a, b, c) = exp.coefficients.values();
    let bits = exp.fraction_bits();
    // The datapath's mantissa is a unit short of the parabola; then it is rounded half up.
    let mantissa = ((a * b * b + c) * 2f64.powi(bits)).round() as u64 - 1;
    let cut = (bits - exp.y.frac).unsigned_abs();
    (mantissa + (1 << (cut - 1))) >> cut
}
