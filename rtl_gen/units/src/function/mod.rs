//! Units that compute y = f(x), one scalar a cycle, or a vector of them.

mod exact;
mod exp;
mod gelu;
mod plan_sigmoid;

pub use exp::{exp, exp_pipe};
pub use gelu::{gelu, gelu_pipe};
pub use plan_sigmoid::{plan_sigmoid, plan_sigmoid_pipe};

use std::sync::Arc;

use hdl::{Bundle, Design, Errors, Module, Pipe, Sig, Ty};
use spec::{Flow, Format};

use crate::convert;

/// What a function unit is around its datapath.
struct Unary<'a> {
    name: String,
    x: Format,
    y: Format,
    flow: Flow,
    lanes: u32,
    gated: bool,
    doc: &'a [String],
}

impl Unary<'_> {
    /// The unit: stream `in` of `x`, the datapath, stream `out` of `y`; with several lanes `last` and `keep` beside them, and a datapath a
    /// lane.
    fn build(
        &self,
        datapath: impl for<'m> FnOnce(&'m Module, &Pipe<'m>, Sig<'m>) -> Sig<'m>,
    ) -> Result<Arc<Design>, Errors> {
        Module::build(self.name.clone(), |m| {
            for line in self.doc {
                m.doc(line.clone());
            }
            let (x_ty, y_ty, flow) = (convert::ty(self.x), convert::ty(self.y), convert::flow(self.flow));
            if self.lanes == 1 {
                let p = self.pipe(m, Bundle::new("in").field("x", x_ty));
                let y = whole(datapath(m, &p, p.field("x")), &y_ty);
                p.finish(Bundle::new("out"), [("y", y)], flow);
                return;
            }
            m.doc(format!("{} lanes a beat, each a datapath of its own.", self.lanes));
            let p = self.pipe(m, Bundle::new("in").lanes("x", x_ty, self.lanes).last().keep(self.lanes));
            let x = p.lanes("x");
            let y = p.for_each("lane", "y", self.lanes, y_ty.clone(), |lane| {
                whole(datapath(m, &p, x.at(lane).named("x")), &y_ty)
            });
            p.finish_lanes(Bundle::new("out"), "y", y, flow);
        })
    }

    fn pipe<'m>(&self, m: &'m Module, from: Bundle) -> Pipe<'m> {
        let p = m.pipe(&m.sink(from));
        if self.gated { p.gated() } else { p }
    }
}

/// `y` in the whole of its format, whatever of it the function reaches.
fn whole<'m>(y: Sig<'m>, ty: &Ty) -> Sig<'m> {
    y.resize(ty.width()).cast(ty.clone())
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
