//! Processes: conditional assignment.

use super::{IntoExpr, Module, Process, ProcessKind, Sig};
use crate::error::{Code, Place};
use crate::ir::{ExprId, Item, Stmt};

impl Module {
    /// A combinational process: wires, outputs and next values of registers, assigned under conditions.
    ///
    /// Registers keep their value where nothing is assigned; wires and outputs need a value on every path.
    ///
    /// ```
    /// use hdl::{Module, Ty};
    /// Module::build("m", |m| {
    ///     let (c, x) = (m.input("c", Ty::bit()), m.input("x", Ty::uint(4)));
    ///     let y = m.output("y", Ty::uint(4));
    ///     m.comb(|| {
    ///         y.set(0);
    ///         m.when(c, || y.set(x));
    ///     });
    /// })?;
    /// # Ok::<(), hdl::Errors>(())
    /// ```
    #[track_caller]
    pub fn comb(&self, body: impl FnOnce()) {
        let place = Place::here();
        if let Some(stmts) = self.process(ProcessKind::Comb, body, place) {
            let stage = self.stmts_stage(&stmts);
            self.inner.borrow_mut().push_item(Item::Comb { stmts, place }, stage);
        }
    }

    /// A clocked process: registers and memories, assigned under conditions at the clock's edge.
    ///
    /// ```
    /// use hdl::{Module, Ty};
    /// Module::build("m", |m| {
    ///     let (en, x) = (m.input("en", Ty::bit()), m.input("x", Ty::uint(4)));
    ///     let held = m.reg("held", Ty::uint(4));
    ///     m.clocked(|| m.when(en, || held.set(x)));
    ///     m.output("y", Ty::uint(4)).set(held);
    /// })?;
    /// # Ok::<(), hdl::Errors>(())
    /// ```
    #[track_caller]
    pub fn clocked(&self, body: impl FnOnce()) {
        let place = Place::here();
        let domain = self.current_domain();
        if let Some(stmts) = self.process(ProcessKind::Clocked, body, place) {
            let stage = self.stmts_stage(&stmts);
            self.inner.borrow_mut().push_item(Item::Clocked { domain, stmts, place }, stage);
        }
    }

    fn process(&self, kind: ProcessKind, body: impl FnOnce(), place: Place) -> Option<Vec<Stmt>> {
        if self.inner.borrow().process.is_some() {
            let message = "a process inside a process".to_owned();
            self.error(Code::Misplaced, place, message, "close the outer process first; conditions nest with `m.when`");
            return None;
        }
        self.inner.borrow_mut().process = Some(Process { kind, blocks: vec![vec![]] });
        body();
        let process = self.inner.borrow_mut().process.take();
        process.and_then(|mut p| p.blocks.pop()).filter(|stmts| !stmts.is_empty())
    }

    fn stmts_stage(&self, stmts: &[Stmt]) -> Option<crate::ir::Stage> {
        let mut stage: Option<crate::ir::Stage> = None;
        let inner = self.inner.borrow();
        crate::ir::visit_stmt_exprs(stmts, &mut |e| {
            let of = inner.rtl.expr(e).stage;
            stage = match (stage, of) {
                (Some(a), Some(b)) => Some(if a.number >= b.number { a } else { b }),
                (a, b) => a.or(b),
            };
        });
        stage
    }

    pub(crate) fn push_stmt(&self, stmt: Stmt) {
        if let Some(block) = self.inner.borrow_mut().process.as_mut().and_then(|p| p.blocks.last_mut()) {
            block.push(stmt);
        }
    }

    /// The statements that `body` adds.
    fn block(&self, body: impl FnOnce()) -> Vec<Stmt> {
        if let Some(process) = self.inner.borrow_mut().process.as_mut() {
            process.blocks.push(vec![]);
        }
        body();
        self.inner.borrow_mut().process.as_mut().and_then(|p| p.blocks.pop()).unwrap_or_default()
    }

    fn in_process(&self, what: &str, place: Place) -> bool {
        let open = self.inner.borrow().process.is_some();
        if !open {
            let message = format!("`{what}` outside a process");
            self.error(Code::Misplaced, place, message, "put it into `m.comb(|| ...)` or `m.clocked(|| ...)`");
        }
        open
    }

    /// States that `condition` holds at every clock edge outside reset; checked in simulation and in proofs, absent
    /// from synthesis.
    ///
    /// ```
    /// use hdl::{Module, Ty};
    /// let design = Module::build("m", |m| {
    ///     let (a, b) = (m.input("a", Ty::bit()), m.input("b", Ty::bit()));
    ///     m.assert("not_both", !(a & b));
    ///     m.output("y", Ty::bit()).set(a | b);
    /// })?;
    /// assert!(design.to_sv(&Default::default()).contains("not_both: assert (!(a_i && b_i));"));
    /// # Ok::<(), hdl::Errors>(())
    /// ```
    #[track_caller]
    pub fn assert(&self, name: &str, condition: Sig<'_>) {
        let place = Place::here();
        if self.check_condition(condition, place) {
            let domain = self.current_domain();
            let item = Item::Assert { name: name.to_owned(), condition: condition.id, domain, place };
            let stage = condition.stage();
            self.inner.borrow_mut().push_item(item, stage);
        }
    }

    /// Runs `then` under a condition; only inside a process.
    ///
    /// ```
    /// use hdl::{Module, Ty};
    /// Module::build("m", |m| {
    ///     let up = m.input("up", Ty::bit());
    ///     let count = m.reg_init("count", Ty::uint(4), 0);
    ///     m.comb(|| m.when(up, || count.set((count + 1).wrap(4))));
    ///     m.output("count", Ty::uint(4)).set(count);
    /// })?;
    /// # Ok::<(), hdl::Errors>(())
    /// ```
    #[track_caller]
    pub fn when(&self, condition: Sig<'_>, then: impl FnOnce()) {
        self.when_else(condition, then, || {});
    }

    /// Runs `then` under a condition and `other` under its opposite; only inside a process.
    ///
    /// Nested in `other`, it prints as `else if`.
    ///
    /// ```
    /// use hdl::{Module, Ty};
    /// Module::build("m", |m| {
    ///     let c = m.input("c", Ty::bit());
    ///     let y = m.output("y", Ty::uint(2));
    ///     m.comb(|| m.when_else(c, || y.set(1), || y.set(2)));
    /// })?;
    /// # Ok::<(), hdl::Errors>(())
    /// ```
    #[track_caller]
    pub fn when_else(&self, condition: Sig<'_>, then: impl FnOnce(), other: impl FnOnce()) {
        let place = Place::here();
        if !self.in_process("when", place) {
            return;
        }
        let valid = self.check_condition(condition, place);
        let then = self.block(then);
        let mut other = self.block(other);
        if !valid {
            return;
        }
        let mut arms = vec![(condition.id, then)];
        if other.len() == 1
            && matches!(other[0], Stmt::If { .. })
            && let Some(Stmt::If { arms: more, other: rest, .. }) = other.pop()
        {
            arms.extend(more);
            other = rest;
        }
        self.push_stmt(Stmt::If { arms, other, place });
    }

    /// Branches on the value of `subject`; only inside a process.
    ///
    /// ```
    /// use hdl::{Module, Ty};
    /// Module::build("decoder", |m| {
    ///     let x = m.input("x", Ty::uint(2));
    ///     let y = m.output("y", Ty::uint(4));
    ///     m.comb(|| m.switch(x, |cases| {
    ///         cases.case(0, || y.set(1));
    ///         cases.any_of([1, 2], || y.set(2));
    ///         cases.default(|| y.set(4));
    ///     }));
    /// })?;
    /// # Ok::<(), hdl::Errors>(())
    /// ```
    #[track_caller]
    pub fn switch<'m>(&'m self, subject: Sig<'m>, body: impl FnOnce(&mut Cases<'m>)) {
        let place = Place::here();
        if !self.in_process("switch", place) || subject.is_poison() {
            return;
        }
        let mut cases = Cases { m: self, subject, arms: vec![], default: vec![] };
        body(&mut cases);
        self.push_stmt(Stmt::Case { subject: subject.id, arms: cases.arms, default: cases.default, place });
    }
}

/// The branches of a [`Module::switch`].
///
/// ```
/// use hdl::{Module, Ty};
/// Module::build("m", |m| {
///     let x = m.input("x", Ty::uint(2));
///     let y = m.output("y", Ty::bit());
///     m.comb(|| m.switch(x, |cases| {
///         cases.case(3, || y.set(1));
///         cases.default(|| y.set(0));
///     }));
/// })?;
/// # Ok::<(), hdl::Errors>(())
/// ```
pub struct Cases<'m> {
    m: &'m Module,
    subject: Sig<'m>,
    arms: Vec<(Vec<ExprId>, Vec<Stmt>)>,
    default: Vec<Stmt>,
}

impl<'m> Cases<'m> {
    /// Where the subject equals `label`.
    ///
    /// ```
    /// use hdl::{Module, Ty};
    /// Module::build("m", |m| {
    ///     let x = m.input("x", Ty::uint(2));
    ///     let y = m.output("y", Ty::bit());
    ///     m.comb(|| { y.set(0); m.switch(x, |cases| cases.case(3, || y.set(1))) });
    /// })?;
    /// # Ok::<(), hdl::Errors>(())
    /// ```
    #[track_caller]
    pub fn case(&mut self, label: impl IntoExpr<'m>, body: impl FnOnce()) {
        self.any_of([label], body);
    }

    /// Where the subject equals one of `labels`.
    ///
    /// ```
    /// use hdl::{Module, Ty};
    /// Module::build("m", |m| {
    ///     let x = m.input("x", Ty::uint(2));
    ///     let y = m.output("y", Ty::bit());
    ///     m.comb(|| { y.set(0); m.switch(x, |cases| cases.any_of([1, 2], || y.set(1))) });
    /// })?;
    /// # Ok::<(), hdl::Errors>(())
    /// ```
    #[track_caller]
    pub fn any_of<L: IntoExpr<'m>>(&mut self, labels: impl IntoIterator<Item = L>, body: impl FnOnce()) {
        let place = Place::here();
        let subject = self.subject.ty();
        let labels = labels.into_iter().map(|label| {
            let label = label.into_expr(self.m, place);
            label.converted(&subject.full(), place).unwrap_or_else(|| self.m.poison(place)).id
        });
        let labels: Vec<ExprId> = labels.collect();
        let body = self.m.block(body);
        self.arms.push((labels, body));
    }

    /// Everywhere else.
    ///
    /// ```
    /// use hdl::{Module, Ty};
    /// Module::build("m", |m| {
    ///     let x = m.input("x", Ty::uint(2));
    ///     let y = m.output("y", Ty::bit());
    ///     m.comb(|| m.switch(x, |cases| cases.default(|| y.set(0))));
    /// })?;
    /// # Ok::<(), hdl::Errors>(())
    /// ```
    pub fn default(&mut self, body: impl FnOnce()) {
        self.default = self.m.block(body);
    }
}
