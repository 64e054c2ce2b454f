//! Loops that are printed as loops.

use std::ops::{Add, Mul, Range, Sub};

use super::pipe::{Placed, Scope};
use super::{Frame, IntoExpr, Module, Sig};
use crate::affine::Affine;
use crate::error::{Code, Place};
use crate::ir::{Branch, Item, Loop, LoopId};

/// The variable of a loop; arithmetic with integers gives an [`Affine`] index, use as a value a constant per iteration.
///
/// ```
/// use hdl::{Module, Ty};
/// Module::build("m", |m| {
///     let y = m.output_vec("y", 4, Ty::uint(3));
///     m.for_each("lane", 0..4, |lane| y.at(lane).set(m.lit(1) + lane));
/// })?;
/// # Ok::<(), hdl::Errors>(())
/// ```
#[derive(Clone, Copy, Debug)]
pub struct Index {
    id: LoopId,
}

impl From<Index> for Affine {
    fn from(index: Index) -> Self {
        Affine::variable(index.id)
    }
}

impl<'m> IntoExpr<'m> for Index {
    fn into_expr(self, m: &'m Module, place: Place) -> Sig<'m> {
        Affine::from(self).into_expr(m, place)
    }
}

impl<T: Into<Affine>> Add<T> for Index {
    type Output = Affine;

    fn add(self, other: T) -> Affine {
        Affine::from(self) + other
    }
}

impl<T: Into<Affine>> Sub<T> for Index {
    type Output = Affine;

    fn sub(self, other: T) -> Affine {
        Affine::from(self) - other
    }
}

impl Mul<i64> for Index {
    type Output = Affine;

    fn mul(self, factor: i64) -> Affine {
        Affine::from(self) * factor
    }
}

impl Module {
    /// Runs `body` once, for all iterations of a generate loop `gen_<name>` over `range`; signals made inside belong
    /// to the iteration.
    ///
    /// ```
    /// use hdl::{Module, Ty};
    /// let design = Module::build("m", |m| {
    ///     let (x, y) = (m.input_vec("x", 8, Ty::uint(4)), m.output_vec("y", 8, Ty::uint(8)));
    ///     m.for_each("lane", 0..8, |lane| y.at(lane).set(x.at(lane) * x.at(lane)));
    /// })?;
    /// assert!(design.to_sv(&Default::default()).contains("for (lane = 0; lane < 8; lane = lane + 1) begin : gen_lane"));
    /// # Ok::<(), hdl::Errors>(())
    /// ```
    #[track_caller]
    pub fn for_each<T>(&self, name: &str, range: Range<i64>, body: impl FnOnce(Index) -> T) -> T {
        let place = Place::here();
        self.check_no_process(place);
        if range.is_empty() {
            let message = format!("loop `{name}` over {range:?} has no iteration");
            self.error(Code::OutOfRange, place, message, "leave the loop out where there is nothing to repeat");
        }
        let id = {
            let mut inner = self.inner.borrow_mut();
            let id = LoopId(inner.rtl.loops.len() as u32);
            let (parent, branch) = (inner.open_loops.last().copied(), inner.open_branch());
            inner.rtl.loops.push(Loop { name: name.to_owned(), lo: range.start, hi: range.end, parent, branch, place });
            inner.open_loops.push(id);
            inner.open_branches.push(vec![]);
            inner.frames.push(Frame::default());
            id
        };
        let result = body(Index { id });
        let Scope { items, stage, registers } = self.close_scope();
        let mut inner = self.inner.borrow_mut();
        inner.open_loops.pop();
        inner.open_branches.pop();
        if !items.is_empty() {
            inner.place(Placed { item: Item::Loop { id, items }, stage, registers });
        }
        result
    }

    /// Elaborates `then` in the iterations where `index` is in `range`, `other` in the rest: a generate-if
    /// `gen_<then_name>` / `gen_<other_name>`.
    ///
    /// Signals made inside are not visible outside.
    ///
    /// ```
    /// use hdl::{Module, Ty};
    /// Module::build("m", |m| {
    ///     let x = m.input_vec("x", 4, Ty::uint(4));
    ///     let y = m.output_vec("y", 4, Ty::uint(4));
    ///     m.for_each("lane", 0..4, |lane| {
    ///         m.if_index(lane, 0..1, "first", || y.at(0).set(x.at(0)), "rest", || y.at(lane).set(x.at(lane)));
    ///     });
    /// })?;
    /// # Ok::<(), hdl::Errors>(())
    /// ```
    #[track_caller]
    pub fn if_index(
        &self,
        index: impl Into<Affine>,
        range: Range<i64>,
        then_name: &str,
        then: impl FnOnce(),
        other_name: &str,
        other: impl FnOnce(),
    ) {
        self.check_no_process(Place::here());
        let index = index.into();
        let [inside, outside] = self.split_range(index, &range);
        let (then, first) = self.branch(then_name, inside, then);
        let (other, second) = self.branch(other_name, outside, other);
        let (stage, registers) = (then.stage.or(other.stage), then.registers.max(other.registers));
        let item = Item::When {
            index,
            lo: range.start,
            hi: range.end,
            then: then.items,
            other: other.items,
            branches: (first, second),
        };
        self.inner.borrow_mut().place(Placed { item, stage, registers });
    }

    /// Runs `body` in a scope of its own, the loop variable narrowed to what it can be there.
    fn branch(&self, name: &str, narrowed: Option<(LoopId, i64, i64)>, body: impl FnOnce()) -> (Scope, u32) {
        let mut inner = self.inner.borrow_mut();
        let branch = inner.rtl.branches.len() as u32;
        let (inside, parent) = (inner.open_loops.last().copied(), inner.open_branch());
        inner.rtl.branches.push(Branch { name: name.to_owned(), inside, parent });
        if let Some(open) = inner.open_branches.last_mut() {
            open.push(branch);
        }
        inner.frames.push(Frame::default());
        inner.narrowed.extend(narrowed);
        drop(inner);
        body();
        let scope = self.close_scope();
        let mut inner = self.inner.borrow_mut();
        if narrowed.is_some() {
            inner.narrowed.pop();
        }
        if let Some(open) = inner.open_branches.last_mut() {
            open.pop();
        }
        (scope, branch)
    }

    /// What the one variable of `index` can be inside and outside `range`.
    fn split_range(&self, index: Affine, range: &Range<i64>) -> [Option<(LoopId, i64, i64)>; 2] {
        let mut terms = index.terms();
        let (Some((id, 1)), None) = (terms.next(), terms.next()) else { return [None, None] };
        let (lo, hi) = self.loop_range(id);
        let (from, to) = (range.start - index.offset(), range.end - index.offset());
        let inside = (id, lo.max(from), hi.min(to));
        let outside = if from <= lo { Some((id, to, hi)) } else { (to >= hi).then_some((id, lo, from)) };
        [Some(inside), outside]
    }

    /// The bounds of a loop's variable here, narrowed by the conditions around.
    fn loop_range(&self, id: LoopId) -> (i64, i64) {
        let inner = self.inner.borrow();
        let l = &inner.rtl.loops[id.index()];
        inner.narrowed.iter().rev().find(|n| n.0 == id).map_or((l.lo, l.hi), |n| (n.1, n.2))
    }

    fn check_no_process(&self, place: Place) {
        if self.inner.borrow().process.is_some() {
            let message = "a generate loop or condition inside a process".to_owned();
            self.error(Code::Misplaced, place, message, "put the process inside the loop");
        }
    }

    /// The smallest and largest value of an index over its loops.
    pub(crate) fn affine_range(&self, index: Affine) -> (i64, i64) {
        index.terms().fold((index.offset(), index.offset()), |(lo, hi), (id, factor)| {
            let (first, end) = self.loop_range(id);
            let (a, b) = (factor * first, factor * (end - 1).max(first));
            (lo + a.min(b), hi + a.max(b))
        })
    }
}
