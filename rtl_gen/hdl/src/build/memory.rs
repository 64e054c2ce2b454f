//! Memories and look-up tables.

use num_bigint::BigInt;

use super::{Module, ProcessKind, Sig};
use crate::error::{Code, Place};
use crate::ir::{self, MemoryId, Node, RamStyle, Stmt};
use crate::ty::Ty;

/// A memory of `depth` words.
///
/// ```
/// use hdl::{Module, RamStyle, Ty};
/// Module::build("ram", |m| {
///     let (we, addr, x) = (m.input("we", Ty::bit()), m.input("addr", Ty::uint(4)), m.input("x", Ty::uint(8)));
///     let ram = m.memory("ram", 16, Ty::uint(8), RamStyle::Distributed);
///     let y = m.reg("y", Ty::uint(8));
///     m.clocked(|| {
///         m.when(we, || ram.write(addr, x));
///         y.set(ram.read(addr));
///     });
///     m.output("y", Ty::uint(8)).set(y);
/// })?;
/// # Ok::<(), hdl::Errors>(())
/// ```
#[derive(Clone, Copy)]
pub struct Memory<'m> {
    m: &'m Module,
    id: MemoryId,
}

impl Module {
    /// A memory of `depth` words of type `ty`.
    ///
    /// Read in a clocked process it has a registered output (block RAM), outside one it is asynchronous (LUT RAM).
    ///
    /// ```
    /// use hdl::{Module, RamStyle, Ty};
    /// # Module::build("m", |m| {
    /// let ram = m.memory("ram", 32, Ty::sint(8), RamStyle::Block);
    /// assert_eq!(ram.depth(), 32);
    /// # });
    /// ```
    #[track_caller]
    pub fn memory(&self, name: &str, depth: u32, ty: Ty, style: RamStyle) -> Memory<'_> {
        let place = Place::here();
        if depth == 0 {
            self.error(Code::OutOfRange, place, format!("memory `{name}` has no words"), "give it at least one");
        }
        let mut inner = self.inner.borrow_mut();
        let scope = inner.open_loops.clone();
        let memory = ir::Memory { name: name.to_owned(), ty, depth: depth.max(1), style, scope, place };
        inner.rtl.memories.push(memory);
        Memory { m: self, id: MemoryId(inner.rtl.memories.len() as u32 - 1) }
    }

    /// The word of the constant table `words` at `address`, 0 beyond its end: a combinational `case`, named `name`.
    ///
    /// ```
    /// use hdl::{Module, Ty};
    /// Module::build("squares", |m| {
    ///     let x = m.input("x", Ty::uint(2));
    ///     let y = m.table("square", x, Ty::uint(4), [0, 1, 4, 9]);
    ///     m.output("y", Ty::uint(4)).set(y);
    /// })?;
    /// # Ok::<(), hdl::Errors>(())
    /// ```
    #[track_caller]
    pub fn table<'m, W: Into<BigInt>>(
        &'m self,
        name: &str,
        address: Sig<'m>,
        ty: Ty,
        words: impl IntoIterator<Item = W>,
    ) -> Sig<'m> {
        let place = Place::here();
        if address.is_poison() {
            return address;
        }
        let stage = address.stage();
        let wire = self.add_signal(ir::Name::Given(name.to_owned()), ty.clone(), ir::Kind::Wire, None, place);
        let word = self.signal_expr(wire, stage, place);
        let address = address.as_bits();
        self.comb(|| {
            self.switch(address, |cases| {
                for (index, value) in words.into_iter().enumerate() {
                    cases.case(index, || word.set(self.lit_of(value, ty.clone())));
                }
                let zero = if ty.lo() <= &BigInt::ZERO { BigInt::ZERO } else { ty.lo().clone() };
                cases.default(|| word.set(self.lit_of(zero, ty.clone())));
            });
        });
        word
    }
}

impl<'m> Memory<'m> {
    fn info<T>(self, get: impl FnOnce(&ir::Memory) -> T) -> T {
        get(&self.m.inner.borrow().rtl.memories[self.id.index()])
    }

    /// Words.
    ///
    /// ```
    /// use hdl::{Module, RamStyle, Ty};
    /// # Module::build("m", |m| {
    /// assert_eq!(m.memory("ram", 5, Ty::bit(), RamStyle::Auto).depth(), 5);
    /// # });
    /// ```
    pub fn depth(self) -> u32 {
        self.info(|i| i.depth)
    }

    fn checked_address(self, address: Sig<'m>, place: Place) -> bool {
        let ty = address.ty();
        let words = BigInt::from(self.depth());
        let reach = BigInt::from(1) << ty.width();
        if address.is_poison() {
            return false;
        }
        if ty.is_signed() || ty.frac() != 0 || (reach > words.clone() * 2 && reach > BigInt::from(2)) {
            let message = format!("a memory of {words} words addressed by a value of type {ty}");
            let hint = "address it by an unsigned integer of just enough bits";
            self.m.error(Code::OperandType, place, message, hint);
            return false;
        }
        true
    }

    /// The word at `address`: asynchronous, or registered where a clocked process assigns it to a register.
    ///
    /// ```
    /// use hdl::{Module, RamStyle, Ty};
    /// Module::build("m", |m| {
    ///     let (we, addr, x) = (m.input("we", Ty::bit()), m.input("addr", Ty::uint(4)), m.input("x", Ty::uint(8)));
    ///     let ram = m.memory("ram", 16, Ty::uint(8), RamStyle::Distributed);
    ///     m.clocked(|| m.when(we, || ram.write(addr, x)));
    ///     m.output("y", Ty::uint(8)).set(ram.read(addr));
    /// })?;
    /// # Ok::<(), hdl::Errors>(())
    /// ```
    #[track_caller]
    pub fn read(self, address: Sig<'m>) -> Sig<'m> {
        let place = Place::here();
        if !self.checked_address(address, place) {
            return self.m.poison(place);
        }
        let node = Node::MemoryRead { memory: self.id, address: address.id };
        self.m.expr(node, self.info(|i| i.ty.clone()), address.stage(), place)
    }

    /// Writes `value` at `address` at the clock's edge; only inside a clocked process.
    ///
    /// ```
    /// use hdl::{Code, Module, RamStyle, Ty};
    /// let errors = Module::build("m", |m| {
    ///     let ram = m.memory("ram", 2, Ty::bit(), RamStyle::Auto);
    ///     ram.write(m.lit(0), m.lit(1));
    /// }).unwrap_err();
    /// assert_eq!(errors.list()[0].code, Code::Misplaced);
    /// ```
    #[track_caller]
    pub fn write(self, address: Sig<'m>, value: Sig<'m>) {
        let place = Place::here();
        let clocked = self.m.inner.borrow().process.as_ref().is_some_and(|p| p.kind == ProcessKind::Clocked);
        if !clocked {
            let message = format!("memory `{}` is written outside a clocked process", self.info(|i| i.name.clone()));
            self.m.error(Code::Misplaced, place, message, "put the write into `m.clocked(|| ...)`");
            return;
        }
        let ty = self.info(|i| i.ty.clone());
        if value.is_poison() || !self.checked_address(address, place) {
            return;
        }
        let Some(value) = value.converted(&ty, place) else { return };
        self.m.push_stmt(Stmt::Write { memory: self.id, address: address.id, value: value.id, place });
    }
}
