//! The sum of a row.

use hdl::{Module, Sig, Ty, Vector};

use crate::tree::{levels, marks, sum, tree};

/// The sum of the rows' elements, for each row once, as (complete, sum): `elements` enter with `enters`.
pub(super) fn row_sum<'m>(
    m: &'m Module,
    elements: Vector<'m>,
    enters: Sig<'m>,
    last: Sig<'m>,
    total: &Ty,
) -> (Sig<'m>, Sig<'m>) {
    let element = elements.element().with_frac(0);
    let held = m.reg_vec("held", elements.len(), element.clone(), None);
    m.clocked(|| held.whole().set(elements.whole()));
    let beat = tree(m, "beat_sum", held, |terms| Ty::range(0, terms * element.hi()), |a, b, ty| sum(m, a, b, ty));
    let (here, ends) = marks(m, enters, last, 1 + levels(elements.len()));
    let first = m.reg_init("first", Ty::bit(), 1);
    let so_far = m.reg("sum", total.clone());
    let base = (so_far.as_bits() & (!first).repeat(total.width())).named("sum_so_far");
    let complete = m.reg_init("complete", Ty::bit(), 0);
    let next = sum(m, base, beat, total);
    m.clocked(|| {
        complete.set(here & ends);
        m.when(here, || {
            first.set(ends);
            so_far.set(next);
        });
    });
    (complete, so_far)
}
