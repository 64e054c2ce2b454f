//! Exponentials relative to the row's maximum.

use std::sync::Arc;

use hdl::{Bundle, Design, Errors, Flow, Module, Overflow, Rounding, Sig, Ty};
use spec::unit::{ExpCoefficients, Softmax, SoftmaxForm};

use crate::convert;
use crate::function::exp_pipe;

/// exp(x − max) by the datapath of unit `exp`; in the unnormalised form 127 times that, rounded half up.
pub(super) fn row_exp(config: &Softmax) -> Result<Arc<Design>, Errors> {
    let exp = config.exp();
    let unnormalised = config.form == SoftmaxForm::Unnormalised;
    let coefficients = if config.coefficients == ExpCoefficients::Minimax { "_minimax" } else { "" };
    let scale = if unnormalised { "_x127" } else { "" };
    let name = format!("softmax_row_exp_{}_{}{coefficients}{scale}", config.x.ident(), exp.y.ident());
    Module::build(name, |m| {
        m.doc(format!("e = {}exp(x - max), {} to {}.", if unnormalised { "127 " } else { "" }, config.x, exp.y));
        let x = convert::ty(config.x);
        let p = m.pipe(&m.sink(Bundle::new("in").field("x", x.clone()).field("max", x).last()));
        let difference = p.field("x") - p.field("max");
        let lowest = difference.ty().lo().clone();
        let e = exp_pipe(m, &p, difference.assume_range(lowest, 0), &exp);
        let e = if unnormalised { relative(m, &p, e) } else { e };
        p.finish(Bundle::new("out"), [("e", e)], Flow::Stall);
    })
}

/// 127·e to the nearest integer, halves up.
pub(super) fn relative<'m>(m: &'m Module, p: &hdl::Pipe<'m>, e: Sig<'m>) -> Sig<'m> {
    m.comment("127 e = 128 e - e; the parabola exceeds 1 by less than 2^-8 at 0.");
    let one = 1i64 << e.ty().frac();
    let e = e.assume_range(0, one + one / 256).named("e");
    let scaled = ((e << 7) - e).assume_range(0, 127 * (one + one / 256));
    let scaled = p.stage("e127", scaled);
    p.stage("relative", scaled.fit(Ty::uint(7), Rounding::HalfUp, Overflow::Saturate))
}
