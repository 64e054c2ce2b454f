//! Exponentials relative to the row's maximum, lane by lane.

use std::sync::Arc;

use hdl::{Bundle, Design, Errors, Flow, Module, Ty};
use spec::unit::{ExpCoefficients, Softmax, SoftmaxForm};

use crate::convert;
use crate::function::exp_pipe;
use crate::softmax::row_exp::relative;

/// exp(x − max), or 127 times that, of every kept lane; 0 of the others.
pub(super) fn row_exp(config: &Softmax) -> Result<Arc<Design>, Errors> {
    let (exp, lanes) = (config.exp(), config.lanes);
    let unnormalised = config.form == SoftmaxForm::Unnormalised;
    let coefficients = if config.coefficients == ExpCoefficients::Minimax { "_minimax" } else { "" };
    let scale = if unnormalised { "_x127" } else { "" };
    let name = format!("softmax_row_exp_{}_{}_l{lanes}{coefficients}{scale}", config.x.ident(), exp.y.ident());
    Module::build(name, |m| {
        m.doc(format!("e = {}exp(x - max), {} to {}.", if unnormalised { "127 " } else { "" }, config.x, exp.y));
        let x = convert::ty(config.x);
        let from = Bundle::new("in").lanes("x", x.clone(), lanes).field("max", x).last().keep(lanes);
        let p = m.pipe(&m.sink(from));
        let kept = p.wires("kept", lanes, Ty::bit(), 0);
        kept.whole().set(p.keep());
        let (x, max) = (p.lanes("x"), p.field("max"));
        let ty = if unnormalised { Ty::uint(7) } else { convert::ty(exp.y) };
        let e = p.for_each("lane", "all", lanes, ty.clone(), |lane| {
            let difference = x.at(lane) - max;
            let lowest = difference.ty().lo().clone();
            let e = exp_pipe(m, &p, difference.assume_range(lowest, 0), &exp);
            let e = if unnormalised { relative(m, &p, e) } else { e };
            let kept = p.beside(kept.at(lane).named("kept_here"), e);
            kept.mux(e.resize(ty.width()).cast(ty.clone()), m.lit_of(0, ty.clone()))
        });
        p.finish_lanes(Bundle::new("out"), "e", e, Flow::Credit);
    })
}
