//! Free-standing port handles, of which a testbench's typed wrapper consists.
//!
//! [`codegen::wrapper`](crate::codegen::wrapper) writes such a wrapper from a manifest entry; by hand it is
//!
//! ```no_run
//! use sim::{Model, typed::{Bound, In, Out}};
//!
//! struct Counter { sim: Bound, enable: In<1>, count: Out<8> }
//!
//! impl Counter {
//!     fn new(model: Model) -> Result<Self, sim::Error> {
//!         let sim = Bound::new(model);
//!         Ok(Self { enable: sim.input("enable_i")?, count: sim.output("count_o")?, sim })
//!     }
//! }
//! ```
//!
//! The width is part of the type, is checked once against the model, and makes every access one load or store. Handles
//! stay in the thread of their model:
//!
//! ```compile_fail
//! fn send<T: Send>() {}
//! send::<sim::typed::Bound>();
//! ```

use std::{cell::UnsafeCell, path::Path, rc::Rc};

use crate::{
    Bits, Clock, Error, Halt, Model, Result,
    port::{Memory, mask, sign_extend},
};

/// A model whose ports are reached through handles of their own. It stays in the thread that made it; send the
/// [`Model`] or the [`Library`](crate::Library) instead.
pub struct Bound {
    shared: Rc<UnsafeCell<Model>>,
}

impl Bound {
    /// Takes a model over.
    pub fn new(model: Model) -> Self {
        Self { shared: Rc::new(UnsafeCell::new(model)) }
    }

    fn model(&self) -> &Model {
        // SAFETY: only methods of `Bound` touch the model, none of them calls back, and none returns a borrow of it.
        unsafe { &*self.shared.get() }
    }

    fn model_mut(&mut self) -> &mut Model {
        // SAFETY: as above.
        unsafe { &mut *self.shared.get() }
    }

    fn pin(&self, name: &str, width: u32, input: bool) -> Result<Pin> {
        let model = self.model();
        let port = if input { model.input(name, width)? } else { model.output(name, width)? };
        Ok(Pin { memory: model.memory(port), _alive: self.shared.clone() })
    }

    /// The input of that name.
    ///
    /// # Errors
    /// [`Error::NoPort`]; [`Error::PortMismatch`] if it is not an input of `W` bits.
    pub fn input<const W: u32>(&self, name: &str) -> Result<In<W>> {
        Ok(In(self.pin(name, W, true)?))
    }

    /// The output of that name.
    ///
    /// # Errors
    /// [`Error::NoPort`]; [`Error::PortMismatch`] if it is not an output of `W` bits.
    pub fn output<const W: u32>(&self, name: &str) -> Result<Out<W>> {
        Ok(Out(self.pin(name, W, false)?))
    }

    /// The field `layout` of an input of `width` bits.
    ///
    /// # Errors
    /// As [`Bound::input`], and if the field does not lie within the port or an element has more than 64 bits.
    pub fn field_in<const SIGNED: bool>(&self, port: &str, width: u32, layout: Layout) -> Result<FieldIn<SIGNED>> {
        layout.check(self.model().top(), port, width)?;
        Ok(FieldIn { pin: self.pin(port, width, true)?, layout })
    }

    /// The field `layout` of an output of `width` bits.
    ///
    /// # Errors
    /// As [`Bound::field_in`].
    pub fn field_out<const SIGNED: bool>(&self, port: &str, width: u32, layout: Layout) -> Result<FieldOut<SIGNED>> {
        layout.check(self.model().top(), port, width)?;
        Ok(FieldOut { pin: self.pin(port, width, false)?, layout })
    }

    /// See [`Model::clock`].
    ///
    /// # Errors
    /// As there.
    pub fn clock(&self, name: &str) -> Result<Clock> {
        self.model().clock(name)
    }

    /// See [`Model::eval`].
    ///
    /// # Errors
    /// As there.
    #[inline]
    pub fn eval(&mut self) -> Result<(), Halt> {
        self.model_mut().eval()
    }

    /// See [`Model::tick`].
    ///
    /// # Errors
    /// As there.
    #[inline]
    pub fn tick(&mut self, clock: Clock) -> Result<(), Halt> {
        self.model_mut().tick(clock)
    }

    /// See [`Model::ticks`].
    ///
    /// # Errors
    /// As there.
    #[inline]
    pub fn ticks(&mut self, clock: Clock, cycles: u64) -> Result<(), Halt> {
        self.model_mut().ticks(clock, cycles)
    }

    /// See [`Model::time`].
    pub fn time(&self) -> u64 {
        self.model().time()
    }

    /// See [`Model::advance`].
    pub fn advance(&mut self, units: u64) {
        self.model_mut().advance(units);
    }

    /// See [`Model::open_waves`].
    ///
    /// # Errors
    /// As there.
    pub fn open_waves(&mut self, path: impl AsRef<Path>) -> Result<()> {
        self.model_mut().open_waves(path)
    }

    /// See [`Model::close_waves`].
    pub fn close_waves(&mut self) {
        self.model_mut().close_waves();
    }

    /// See [`Model::write_coverage`].
    ///
    /// # Errors
    /// As there.
    pub fn write_coverage(&mut self, path: impl AsRef<Path>) -> Result<()> {
        self.model_mut().write_coverage(path)
    }
}

/// A port's memory, and the model that keeps it alive.
struct Pin {
    memory: Memory,
    _alive: Rc<UnsafeCell<Model>>,
}

/// An input of `W` bits.
pub struct In<const W: u32>(Pin);

impl<const W: u32> In<W> {
    /// Sets the input to `value` modulo 2^W; bits above 64 become 0.
    #[inline]
    pub fn set(&self, value: u64) {
        // SAFETY: `_alive` keeps the model, and neither it nor this handle leaves the thread.
        unsafe { self.memory().set(value) }
    }

    /// The lowest 64 bits as last set.
    #[inline]
    pub fn get(&self) -> u64 {
        // SAFETY: as above.
        unsafe { self.memory().get() }
    }

    /// The input as bits, to be written with [`set_aliased`](bitvec::slice::BitSlice::set_aliased).
    pub fn bits(&self) -> &Bits {
        // SAFETY: as above; the bits live in cells, so that the model may change them too.
        unsafe { self.0.memory.bits() }
    }

    #[inline]
    fn memory(&self) -> Memory {
        typed::<W>(self.0.memory)
    }
}

/// An output of `W` bits.
pub struct Out<const W: u32>(Pin);

impl<const W: u32> Out<W> {
    /// The lowest 64 bits.
    #[inline]
    pub fn get(&self) -> u64 {
        // SAFETY: `_alive` keeps the model, and neither it nor this handle leaves the thread.
        unsafe { typed::<W>(self.0.memory).get() }
    }

    /// The output read as two's complement of `W` bits.
    #[inline]
    pub fn get_signed(&self) -> i64 {
        sign_extend(self.get(), W)
    }

    /// The output as bits.
    pub fn bits(&self) -> &Bits {
        // SAFETY: as above; the bits live in cells, so that the model may change them too.
        unsafe { self.0.memory.bits() }
    }
}

/// The same memory, with its size known to the compiler.
#[inline]
fn typed<const W: u32>(memory: Memory) -> Memory {
    let bytes = match W {
        0..=8 => 1,
        9..=16 => 2,
        17..=32 => 4,
        33..=64 => 8,
        _ => memory.bytes,
    };
    Memory { start: memory.start, width: W, bytes }
}

/// Where the elements of a field lie in its port.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Layout {
    /// The lowest bit of the first element.
    pub lsb: u32,
    /// Bits of an element.
    pub width: u32,
    /// Number of elements.
    pub count: u32,
    /// Bits from one element to the next.
    pub stride: u32,
}

impl Layout {
    fn check(&self, top: &str, port: &str, port_width: u32) -> Result<()> {
        let end = self.count.checked_sub(1).map(|last| u64::from(self.lsb) + u64::from(last) * u64::from(self.stride));
        let fits = end.is_some_and(|start| start + u64::from(self.width) <= u64::from(port_width));
        if fits && (1..=64).contains(&self.width) {
            return Ok(());
        }
        Err(Error::PortMismatch {
            top: top.into(),
            port: port.into(),
            found: format!("{port_width} bits wide"),
            expected: format!("room for {self:?} with elements of 1 to 64 bits"),
        })
    }

    /// An element; the layout was checked against the port, and its model lives.
    #[inline]
    unsafe fn read<const SIGNED: bool>(&self, memory: Memory, index: u32) -> i64 {
        // SAFETY: as the caller warrants.
        let value = unsafe { memory.get_slice(self.place(index), self.width) };
        if SIGNED { sign_extend(value, self.width) } else { (value & mask(self.width)) as i64 }
    }

    #[inline]
    fn place(&self, index: u32) -> u32 {
        assert!(index < self.count, "element {index} of a field of {}", self.count);
        self.lsb + index * self.stride
    }
}

/// A field of an input's payload.
pub struct FieldIn<const SIGNED: bool> {
    pin: Pin,
    layout: Layout,
}

impl<const SIGNED: bool> FieldIn<SIGNED> {
    /// Sets the first element to `value` modulo 2^width.
    #[inline]
    pub fn set(&self, value: i64) {
        self.set_at(0, value);
    }

    /// The first element as last set.
    #[inline]
    pub fn get(&self) -> i64 {
        // SAFETY: the layout was checked against the port; the rest as for `In`.
        unsafe { self.layout.read::<SIGNED>(self.pin.memory, 0) }
    }

    /// Sets an element.
    ///
    /// # Panics
    /// If there is no such element, as indexing beyond a slice would.
    #[inline]
    pub fn set_at(&self, index: u32, value: i64) {
        let lsb = self.layout.place(index);
        // SAFETY: the layout was checked against the port; the rest as for `In`.
        unsafe { self.pin.memory.set_slice(lsb, self.layout.width, value as u64) }
    }
}

/// A field of an output's payload.
pub struct FieldOut<const SIGNED: bool> {
    pin: Pin,
    layout: Layout,
}

impl<const SIGNED: bool> FieldOut<SIGNED> {
    /// The first element.
    #[inline]
    pub fn get(&self) -> i64 {
        self.get_at(0)
    }

    /// An element, sign-extended if the field is signed. Unsigned elements of 64 bits come out as their bit pattern.
    ///
    /// # Panics
    /// If there is no such element, as indexing beyond a slice would.
    #[inline]
    pub fn get_at(&self, index: u32) -> i64 {
        // SAFETY: the layout was checked against the port; the rest as for `Out`.
        unsafe { self.layout.read::<SIGNED>(self.pin.memory, index) }
    }
}
