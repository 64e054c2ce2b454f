//! Building a module: plain Rust calls that fill the structured IR.

mod assign;
mod bits;
mod fit;
mod fsm;
mod instance;
mod literal;
mod loops;
mod memory;
mod ops;
mod pipe;
mod process;
mod shift;
mod sig;
mod signal;
mod stream;

use std::cell::RefCell;
use std::sync::Arc;

pub use fit::{Overflow, Rounding};
pub use fsm::State;
pub use instance::Instance;
pub use literal::{IntoExpr, Literal};
pub use loops::Index;
pub use memory::Memory;
pub use pipe::Pipe;
pub use process::Cases;
pub use sig::Sig;
pub use signal::Vector;
pub use stream::{Bundle, Sink, Source};

use crate::design::Design;
use crate::error::{Code, Error, Errors, Place};
use crate::interface::Role;
use crate::ir::{Domain, DomainId, Expr, ExprId, Item, Kind, LoopId, Name, Node, Rtl, Stage, Stmt};
use crate::pass;
use crate::ty::Ty;

/// A module under construction.
///
/// Handles ([`Sig`], [`Vector`], …) are `Copy` and belong to their module by lifetime. Mistakes are collected and
/// reported together when the module is built; none panics.
///
/// ```
/// use hdl::{Module, Ty};
/// let design = Module::build("counter", |m| {
///     m.doc("Counts the cycles in which it is enabled.");
///     let enable = m.input("enable", Ty::bit());
///     let count = m.reg_init("count", Ty::uint(8), 0);
///     m.comb(|| m.when(enable, || count.set((count + 1).wrap(8))));
///     m.output("count", Ty::uint(8)).set(count);
/// })?;
/// assert!(design.to_sv(&Default::default()).contains("count_q <= count_d;"));
/// # Ok::<(), hdl::Errors>(())
/// ```
pub struct Module {
    pub(crate) inner: RefCell<Inner>,
}

/// What is delayed, to which stage, in which scope.
pub(crate) type DelayKey = (String, u32, Vec<LoopId>);

/// One open scope: the module, a loop or a condition.
#[derive(Default)]
pub(crate) struct Frame {
    pub items: Vec<pipe::Placed>,
    /// Pipe registers of this scope that are still to be put into a process, and the stage before each.
    pub captures: Vec<(Stage, pipe::Capture)>,
}

/// What kind of process is open.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum ProcessKind {
    Comb,
    Clocked,
}

pub(crate) struct Process {
    pub kind: ProcessKind,
    /// Open blocks, innermost last.
    pub blocks: Vec<Vec<Stmt>>,
}

#[derive(Default)]
pub(crate) struct Inner {
    pub rtl: Rtl,
    pub errors: Vec<Error>,
    pub frames: Vec<Frame>,
    pub open_loops: Vec<LoopId>,
    /// Generate branches that are open inside the innermost loop, and outside it for each loop around.
    pub open_branches: Vec<Vec<u32>>,
    /// Narrower bounds of loop variables inside generate conditions, innermost last.
    pub narrowed: Vec<(LoopId, i64, i64)>,
    pub process: Option<Process>,
    /// Items that read best behind everything else, such as the packing of an output's fields.
    pub tail: Vec<Item>,
    pub domain: Option<DomainId>,
    pub pipes: Vec<pipe::PipeState>,
    /// Delays of pipe values: what, to which stage, in which scope, and the delayed value.
    pub delays: Vec<(DelayKey, ExprId)>,
}

impl Inner {
    pub fn error(&mut self, code: Code, place: Place, message: String, hint: &str) {
        self.errors.push(Error { code, message, place, related: vec![], hint: hint.to_owned() });
    }

    /// Puts an item where it belongs: the pipe's stage if it has one and no loop is open, else the innermost scope.
    pub fn push_item(&mut self, item: Item, stage: Option<Stage>) {
        let is_clocked = matches!(item, Item::Clocked { .. });
        let registers = if is_clocked { pipe::Registers::OfStage } else { pipe::Registers::default() };
        self.place(pipe::Placed { item, stage, registers });
    }

    pub fn place(&mut self, placed: pipe::Placed) {
        let depth = self.frames.len();
        if let (1, Some(stage)) = (depth, placed.stage) {
            let pipe = &mut self.pipes[stage.pipe.index()];
            if !pipe.finished {
                pipe.bucket(stage.number).items.push(placed);
                return;
            }
        }
        if let Some(frame) = self.frames.last_mut() {
            frame.items.push(placed);
        }
    }

    /// The generate branch that is open inside the innermost loop.
    pub fn open_branch(&self) -> Option<u32> {
        self.open_branches.last().and_then(|b| b.last()).copied()
    }

    pub fn add_expr(&mut self, node: Node, ty: Ty, stage: Option<Stage>, place: Place) -> ExprId {
        let id = ExprId(self.rtl.exprs.len() as u32);
        self.rtl.exprs.push(Expr { node, ty, stage, place });
        id
    }
}

impl Module {
    /// Builds a module by calling `body`, checks it and names everything in it.
    ///
    /// # Errors
    /// Everything that is wrong with it, at once.
    ///
    /// ```
    /// let design = hdl::Module::build("empty", |_| {})?;
    /// assert_eq!(design.name(), "empty");
    /// # Ok::<(), hdl::Errors>(())
    /// ```
    #[track_caller]
    pub fn build(name: impl Into<String>, body: impl for<'m> FnOnce(&'m Module)) -> Result<Arc<Design>, Errors> {
        let name = name.into();
        let place = Place::here();
        let mut inner = Inner { frames: vec![Frame::default()], open_branches: vec![vec![]], ..Inner::default() };
        inner.rtl.name.clone_from(&name);
        let module = Self { inner: RefCell::new(inner) };
        body(&module);
        let mut inner = module.inner.into_inner();
        for pipe in &inner.pipes {
            if !pipe.finished {
                inner.errors.push(Error {
                    code: Code::PipeMismatch,
                    message: format!("the pipe of stream `{}` is never finished", pipe.name),
                    place: pipe.place,
                    related: vec![],
                    hint: "close it with `pipe.finish(...)`".to_owned(),
                });
            }
        }
        let items = inner.frames.pop().map(|f| f.items).unwrap_or_default();
        inner.rtl.items = items.into_iter().map(|placed| placed.item).collect();
        let tail = std::mem::take(&mut inner.tail);
        inner.rtl.items.extend(tail);
        pass::finish(inner.rtl, inner.errors, place).map_err(|list| Errors::new(&name, list))
    }

    /// Adds to the module's header comment: what follows what was said before, in the same paragraph.
    ///
    /// An empty text begins a new paragraph; lines that begin with a space, such as formulas, are printed as they are.
    ///
    /// ```
    /// let design = hdl::Module::build("m", |m| {
    ///     m.doc("Scales a half,");
    ///     m.doc("that is:");
    ///     m.doc("  y = x/2");
    /// })?;
    /// assert!(design.to_sv(&Default::default()).contains("// Scales a half, that is:\n//   y = x/2\n"));
    /// # Ok::<(), hdl::Errors>(())
    /// ```
    pub fn doc(&self, text: impl Into<String>) {
        self.inner.borrow_mut().rtl.doc.push(text.into());
    }

    /// Adds an attribute to the module, such as `use_dsp = "yes"`.
    ///
    /// ```
    /// let design = hdl::Module::build("m", |m| m.attribute("keep_hierarchy", "yes"))?;
    /// assert!(design.to_sv(&Default::default()).contains("(* keep_hierarchy = \"yes\" *)"));
    /// # Ok::<(), hdl::Errors>(())
    /// ```
    pub fn attribute(&self, name: &str, value: &str) {
        self.inner.borrow_mut().rtl.attributes.push((name.to_owned(), value.to_owned()));
    }

    /// Adds a comment that a tool reads, such as `verilator no_inline_module`, behind the module's header.
    ///
    /// ```
    /// let design = hdl::Module::build("m", |m| m.pragma("verilator no_inline_module"))?;
    /// assert!(design.to_sv(&Default::default()).contains("\n  /*verilator no_inline_module*/\n"));
    /// # Ok::<(), hdl::Errors>(())
    /// ```
    pub fn pragma(&self, text: &str) {
        self.inner.borrow_mut().rtl.pragmas.push(text.to_owned());
    }

    /// Adds a comment that a tool reads, such as `verilator public_flat_rd`, behind the name of every input but clock
    /// and reset.
    ///
    /// ```
    /// use hdl::{Module, Ty};
    /// let design = Module::build("m", |m| {
    ///     m.input_pragma("verilator public_flat_rd");
    ///     m.output("y", Ty::bit()).set(m.input("x", Ty::bit()));
    /// })?;
    /// assert!(design.to_sv(&Default::default()).contains("x_i /*verilator public_flat_rd*/"));
    /// # Ok::<(), hdl::Errors>(())
    /// ```
    pub fn input_pragma(&self, text: &str) {
        self.inner.borrow_mut().rtl.input_pragma = Some(text.to_owned());
    }

    /// Puts a comment line before what follows, in the module or in the open process.
    ///
    /// ```
    /// let design = hdl::Module::build("m", |m| m.comment("Nothing to see."))?;
    /// assert!(design.to_sv(&Default::default()).contains("  // Nothing to see."));
    /// # Ok::<(), hdl::Errors>(())
    /// ```
    pub fn comment(&self, text: &str) {
        let mut inner = self.inner.borrow_mut();
        match inner.process.as_mut().and_then(|p| p.blocks.last_mut()) {
            Some(block) => block.push(Stmt::Comment(text.to_owned())),
            None => inner.push_item(Item::Comment(text.to_owned()), None),
        }
    }

    /// Runs `body` with registers and processes on the clock domain `name` (`clk_<name>_i`, `rst_<name>_i`).
    ///
    /// ```
    /// use hdl::{Module, Ty};
    /// let design = Module::build("m", |m| {
    ///     let x = m.input("x", Ty::bit());
    ///     m.in_domain("fast", || {
    ///         let y = m.reg("y", Ty::bit());
    ///         m.clocked(|| y.set(x));
    ///         m.output("y", Ty::bit()).set(y);
    ///     });
    /// })?;
    /// assert!(design.ports().iter().any(|p| p.name == "clk_fast_i"));
    /// # Ok::<(), hdl::Errors>(())
    /// ```
    pub fn in_domain<T>(&self, name: &str, body: impl FnOnce() -> T) -> T {
        let domain = self.domain(&format!("clk_{name}_i"), &format!("rst_{name}_i"));
        let before = self.inner.borrow_mut().domain.replace(domain);
        let result = body();
        self.inner.borrow_mut().domain = before;
        result
    }

    /// The reset of the domain, as a value: for an instance that is reset on other occasions too.
    ///
    /// ```
    /// use hdl::{Module, Ty};
    /// let counter = Module::build("counter", |m| {
    ///     let count = m.reg_init("count", Ty::uint(4), 0);
    ///     m.clocked(|| count.set((count + 1).wrap(4)));
    ///     m.output("count", Ty::uint(4)).set(count);
    /// })?;
    /// let design = Module::build("restarted", |m| {
    ///     let inner = m.instance("counter", &counter);
    ///     inner.input("rst_i", m.reset() | m.input("restart", Ty::bit()));
    ///     m.output("count", Ty::uint(4)).set(inner.output("count_o"));
    /// })?;
    /// assert!(design.to_sv(&Default::default()).contains(".rst_i  (rst_i || restart_i)"));
    /// # Ok::<(), hdl::Errors>(())
    /// ```
    #[track_caller]
    pub fn reset(&self) -> Sig<'_> {
        let place = Place::here();
        let index = self.current_domain().index();
        let (known, name) = {
            let domain = &self.inner.borrow().rtl.domains[index];
            (domain.reset_signal, domain.reset.trim_end_matches("_i").to_owned())
        };
        let id = known.unwrap_or_else(|| {
            let id = self.add_signal(Name::Given(name), Ty::bit(), Kind::Input, None, place);
            let mut inner = self.inner.borrow_mut();
            inner.rtl.roles.insert(id, (Role::Reset, None));
            inner.rtl.domains[index].reset_signal = Some(id);
            id
        });
        self.signal_expr(id, None, place)
    }

    fn domain(&self, clock: &str, reset: &str) -> DomainId {
        let mut inner = self.inner.borrow_mut();
        let domains = &mut inner.rtl.domains;
        let position = domains.iter().position(|d| d.clock == clock).unwrap_or_else(|| {
            domains.push(Domain { clock: clock.to_owned(), reset: reset.to_owned(), reset_signal: None });
            domains.len() - 1
        });
        DomainId(position as u32)
    }

    /// The clock domain of what is built now.
    pub(crate) fn current_domain(&self) -> DomainId {
        let open = self.inner.borrow().domain;
        open.unwrap_or_else(|| self.domain("clk_i", "rst_i"))
    }

    pub(crate) fn error(&self, code: Code, place: Place, message: String, hint: &str) {
        self.inner.borrow_mut().error(code, place, message, hint);
    }

    pub(crate) fn expr(&self, node: Node, ty: Ty, stage: Option<Stage>, place: Place) -> Sig<'_> {
        let id = self.inner.borrow_mut().add_expr(node, ty, stage, place);
        Sig::new(self, id)
    }

    pub(crate) fn poison(&self, place: Place) -> Sig<'_> {
        self.expr(Node::Poison, Ty::bit(), None, place)
    }
}
