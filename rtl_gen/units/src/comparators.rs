//! What every comparator network is made of.

use std::ops::Range;
use std::sync::Arc;

use hdl::{Affine, Design, Errors, Instance, Module, Ty, Vector};

/// The compare-exchange cell: of two words, the one whose upper `rank` bits are larger goes to `larger_o`.
pub(crate) fn exchange(rank: u32, payload: u32) -> Result<Arc<Design>, Errors> {
    let width = rank + payload;
    Module::build(format!("compare_exchange_r{rank}_p{payload}"), |m| {
        m.doc(format!("Compare-exchange cell: two words by their upper {rank} bits."));
        let (a, b) = (m.input("a", Ty::uint(width)), m.input("b", Ty::uint(width)));
        let swap = b.bits(width - 1, payload).gt(a.bits(width - 1, payload)).named("swap");
        m.output("larger", Ty::uint(width)).set(swap.mux(b, a));
        m.output("smaller", Ty::uint(width)).set(swap.mux(a, b));
    })
}

/// A compare-exchange cell whose larger word goes to `a_o`, or to `b_o` if `turned_i` is set.
pub(crate) fn turnable_exchange(width: u32) -> Result<Arc<Design>, Errors> {
    Module::build(format!("turnable_exchange_r{width}"), |m| {
        m.doc(format!("Compare-exchange cell for words of {width} bits: the larger to a, or to b if turned."));
        let (a, b) = (m.input("a", Ty::uint(width)), m.input("b", Ty::uint(width)));
        let turned = m.input("turned", Ty::bit());
        m.comment(
            "Inverted words compare the other way round; behind the comparison turning would take a level of its own.",
        );
        let [of_a, of_b] = [a, b].map(|word| word ^ turned.repeat(width));
        let swap = of_b.gt(of_a).named("swap");
        m.output("a", Ty::uint(width)).set(swap.mux(b, a));
        m.output("b", Ty::uint(width)).set(swap.mux(a, b));
    })
}

/// Connects a cell between two elements: the larger word goes to `low`.
pub(crate) fn compare_exchange<'m>(cell: Instance<'m>, x: Vector<'m>, y: Vector<'m>, [low, high]: [Affine; 2]) {
    cell.input("a_i", x.at(low));
    cell.input("b_i", x.at(high));
    cell.drive("larger_o", y.at(low));
    cell.drive("smaller_o", y.at(high));
}

/// The register behind a stage; a module, so that a synthesiser that keeps the hierarchy meets it once.
pub(crate) fn register(n: u32, width: u32) -> Result<Arc<Design>, Errors> {
    Module::build(format!("stage_register_n{n}_w{width}"), |m| {
        m.doc(format!("Register of {n} words behind a stage of a sorting network."));
        let advance = m.input("advance", Ty::bit());
        let d = m.input("d", Ty::uint(n * width));
        let held = m.reg("held", Ty::uint(n * width));
        m.clocked(|| m.when(advance, || held.set(d)));
        m.output("q", Ty::uint(n * width)).set(held);
    })
}

/// A loop, or the body alone where there is one iteration.
pub(crate) fn repeat(m: &Module, name: &str, range: Range<i64>, body: impl FnOnce(Affine)) {
    if range.end - range.start == 1 {
        body(range.start.into());
    } else {
        m.for_each(name, range, |index| body(index.into()));
    }
}
