//! Assignments, continuous or in the open process.

use super::literal::IntoExpr;
use super::{ProcessKind, Sig};
use crate::error::{Code, Place};
use crate::ir::{Item, Kind, Node, Select, Stmt};

impl<'m> Sig<'m> {
    /// Assigns `value`: a wire or an output continuously, or in the open process; a register its next value.
    ///
    /// The value must fit: losing bits is spelled [`fit`](Sig::fit) or [`wrap`](Sig::wrap).
    ///
    /// ```
    /// use hdl::{Code, Module, Ty};
    /// let errors = Module::build("m", |m| {
    ///     let a = m.input("a", Ty::uint(8));
    ///     m.output("y", Ty::uint(8)).set(a + 1);
    /// }).unwrap_err();
    /// assert_eq!(errors.list()[0].code, Code::LosesBits);
    /// ```
    #[track_caller]
    pub fn set(self, value: impl IntoExpr<'m>) {
        let place = Place::here();
        let value = value.into_expr(self.m, place);
        if self.is_poison() || value.is_poison() {
            return;
        }
        let Some(target) = self.as_signal_ref() else {
            let hint = "assign wires, registers and outputs; give an expression a name instead";
            self.m.error(Code::NotAssignable, place, "an expression cannot be assigned".to_owned(), hint);
            return;
        };
        let kind = self.m.inner.borrow().rtl.signal(target.signal).kind.clone();
        let target_ty = self.m.inner.borrow().rtl.signal(target.signal).ty.clone();
        let target_ty = if target.select == Select::Whole { self.ty() } else { target_ty };
        let Some(value) = value.converted(&target_ty, place) else { return };
        let open = self.m.inner.borrow().process.as_ref().map(|p| p.kind);
        match (&kind, open) {
            (Kind::Input, _) => {
                let message = format!("input `{}` is assigned", self.describe());
                self.m.error(
                    Code::NotAssignable,
                    place,
                    message,
                    "inputs are driven by whoever instantiates the module",
                );
            }
            (Kind::Reg(_), None) => {
                let message = format!("register `{}` is assigned outside a process", self.describe());
                self.m.error(Code::Misplaced, place, message, "put it into `m.comb(|| ...)` or `m.clocked(|| ...)`");
            }
            (Kind::Wire | Kind::Output, Some(ProcessKind::Clocked)) => {
                let message = format!("`{}` is not a register, yet a clocked process assigns it", self.describe());
                self.m.error(
                    Code::NotAssignable,
                    place,
                    message,
                    "make it with `m.reg(...)`, or assign it in `m.comb`",
                );
            }
            (Kind::Wire | Kind::Output, None) => {
                let stage = value.stage();
                self.m.inner.borrow_mut().push_item(Item::Assign { target, value: value.id, place }, stage);
            }
            (_, Some(kind)) => {
                let mut target = target;
                target.next = kind == ProcessKind::Comb && self.is_reg();
                self.m.push_stmt(Stmt::Assign { target, value: value.id, place });
            }
        }
    }

    fn is_reg(self) -> bool {
        self.as_signal_ref().is_some_and(|r| matches!(self.m.inner.borrow().rtl.signal(r.signal).kind, Kind::Reg(_)))
    }

    /// The next value of a register, as the combinational process of its own assigns it.
    ///
    /// ```
    /// use hdl::{Module, Ty};
    /// Module::build("m", |m| {
    ///     let count = m.reg_init("count", Ty::uint(4), 0);
    ///     m.comb(|| count.set((count + 1).wrap(4)));
    ///     m.output("next", Ty::uint(4)).set(count.next());
    /// })?;
    /// # Ok::<(), hdl::Errors>(())
    /// ```
    #[track_caller]
    pub fn next(self) -> Sig<'m> {
        let place = Place::here();
        match self.as_signal_ref() {
            Some(mut reference) if self.is_reg() => {
                reference.next = true;
                self.m.expr(Node::Signal(reference), self.ty(), self.stage(), place)
            }
            _ => {
                let hint = "only what `m.reg` or `m.reg_init` made has a next value";
                self.m.error(Code::OperandType, place, "`next` of something that is no register".to_owned(), hint);
                self.m.poison(place)
            }
        }
    }
}
