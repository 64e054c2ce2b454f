//! Units that compute y = f(x), one scalar a cycle.

mod exact;
mod exp;
mod gelu;
mod plan_sigmoid;

pub use exp::{exp, exp_pipe};
pub use gelu::{gelu, gelu_pipe};
pub use plan_sigmoid::{plan_sigmoid, plan_sigmoid_pipe};

use std::sync::Arc;

use hdl::{Bundle, Design, Errors, Module, Pipe, Sig};
use spec::{Flow, Format};

use crate::convert;

/// What a function unit is around its datapath.
struct Unary<'a> {
    name: String,
    x: Format,
    y: Format,
    flow: Flow,
    doc: &'a [String],
}

impl Unary<'_> {
    /// The unit: stream `in` of `x`, the datapath, stream `out` of `y`.
    fn build(
        &self,
        datapath: impl for<'m> FnOnce(&'m Module, &Pipe<'m>, Sig<'m>) -> Sig<'m>,
    ) -> Result<Arc<Design>, Errors> {
        Module::build(self.name.clone(), |m| {
            for line in self.doc {
                m.doc(line.clone());
            }
            let p = m.pipe(&m.sink(Bundle::new("in").field("x", convert::ty(self.x))));
            let y = datapath(m, &p, p.field("x"));
            // The port has the whole format, whatever of it the function reaches.
            let y = y.resize(self.y.width).cast(convert::ty(self.y));
            p.finish(Bundle::new("out"), [("y", y)], convert::flow(self.flow));
        })
    }
}

/// `function` of every input, rounded half to even and saturated, as a look-up table and a register.
fn table<'m>(
    m: &'m Module,
    p: &Pipe<'m>,
    x: Sig<'m>,
    from: Format,
    to: Format,
    function: impl Fn(f64) -> f64,
) -> Sig<'m> {
    let count = 1i128 << from.width;
    let words = (0..count).map(|bits| {
        let raw = if bits > from.max() { bits - count } else { bits };
        let value = (function(from.value(raw)) / to.lsb()).round_ties_even();
        (value as i128).clamp(to.min(), to.max())
    });
    p.stage("y", m.table("word", x, convert::ty(to), words))
}
