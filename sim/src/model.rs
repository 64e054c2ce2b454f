//! One instance of a model: its ports, its clocks, its time.

use std::{
    ffi::{CString, c_char, c_void},
    path::Path,
    ptr::NonNull,
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
};

use crate::{
    Bits, Direction, Error, Halt, HaltKind, Port, PortInfo, Result, Waves,
    library::{Inner, Instance},
    port::{Memory, sign_extend},
};

const FINISH: u32 = 1;
const STOP: u32 = 2;
const FATAL: u32 = 4;
const HALTED: u32 = FINISH | STOP | FATAL;

/// The state that registers and memories without initial value start from.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Start {
    /// All zero.
    #[default]
    Zero,
    /// All one.
    Ones,
    /// Random, the same for the same seed (1 to 2³¹ − 1; others are brought into that range).
    Random(u32),
}

/// A clock: a one-bit input that ticks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Clock {
    port: Port,
    half_period: u64,
}

impl Clock {
    /// The same clock with another half period, in time-precision units (picoseconds unless the source says otherwise).
    #[must_use]
    pub fn with_half_period(self, half_period: u64) -> Self {
        Self { half_period, ..self }
    }

    /// Its port.
    pub fn port(self) -> Port {
        self.port
    }
}

/// One instance of a compiled model, with a simulation context of its own.
///
/// It can be sent to another thread. Handles ([`Port`], [`Clock`]) belong to the instance that gave them.
pub struct Model {
    library: Arc<Inner>,
    instance: NonNull<Instance>,
    memory: Vec<Memory>,
    id: u64,
    waving: bool,
    captured: Option<String>,
}

// SAFETY: the instance has a context of its own, and the shim tells the runtime which one is meant whenever a thread
// enters it; nothing else points to its ports, since `Bound`, which hands out free-standing handles, is not `Send`.
unsafe impl Send for Model {}

static NEXT_ID: AtomicU64 = AtomicU64::new(1);

impl Model {
    pub(crate) fn new(library: Arc<Inner>, start: Start, plusargs: &[&str]) -> Result<Self> {
        let (mode, seed) = match start {
            Start::Zero => (0, 1),
            Start::Ones => (1, 1),
            Start::Random(seed) => (2, (seed & 0x7fff_ffff).max(1) as i32),
        };
        let fail = |reason: &str| Error::Load { path: library.top.clone().into(), reason: reason.into() };
        if mode != 0 && !library.traits.random_state {
            let remedy = "call `random_state(true)` on its Build";
            return Err(Error::NotBuilt { top: library.top.clone(), what: "a choice of start state", remedy });
        }
        let arguments: Vec<CString> = std::iter::once("espalier")
            .chain(plusargs.iter().copied())
            .map(|a| CString::new(a).map_err(|_| fail("a plusarg contains a NUL")))
            .collect::<Result<_>>()?;
        let pointers: Vec<*const c_char> = arguments.iter().map(|a| a.as_ptr()).collect();
        // SAFETY: the shim copies the arguments.
        let instance = unsafe { (library.api.create)(pointers.len() as i32, pointers.as_ptr(), mode, seed) };
        let instance = NonNull::new(instance).ok_or_else(|| fail("the model's constructor failed"))?;
        let mut starts = vec![std::ptr::null_mut::<u8>(); library.ports.len()];
        // SAFETY: there is room for one pointer per port.
        unsafe { (library.api.port_pointers)(instance.as_ptr(), starts.as_mut_ptr()) };
        let rows = starts.into_iter().zip(library.ports.iter().zip(&library.port_bytes));
        let memory = rows.map(|(start, (port, bytes))| Memory { start, width: port.width, bytes: *bytes }).collect();
        let id = NEXT_ID.fetch_add(1, Ordering::Relaxed);
        Ok(Self { library, instance, memory, id, waving: false, captured: None })
    }

    /// The top module.
    pub fn top(&self) -> &str {
        &self.library.top
    }

    /// The ports.
    pub fn ports(&self) -> &[PortInfo] {
        &self.library.ports
    }

    /// The input of that name and width.
    ///
    /// # Errors
    /// [`Error::NoPort`] with the nearest name, [`Error::PortMismatch`].
    pub fn input(&self, name: &str, width: u32) -> Result<Port> {
        self.find(name, Some(width), Direction::In)
    }

    /// The output of that name and width.
    ///
    /// # Errors
    /// As [`Model::input`].
    pub fn output(&self, name: &str, width: u32) -> Result<Port> {
        self.find(name, Some(width), Direction::Out)
    }

    /// The port of that name, whatever its width and direction.
    ///
    /// # Errors
    /// [`Error::NoPort`] with the nearest name.
    pub fn port(&self, name: &str) -> Result<Port> {
        self.find(name, None, Direction::InOut)
    }

    /// The clock of that name, ticking with a period of 10 000 time-precision units (10 ns).
    ///
    /// # Errors
    /// As [`Model::input`].
    pub fn clock(&self, name: &str) -> Result<Clock> {
        Ok(Clock { port: self.input(name, 1)?, half_period: 5000 })
    }

    fn find(&self, name: &str, width: Option<u32>, direction: Direction) -> Result<Port> {
        let index = self.library.find(name, width, direction)? as u32;
        Ok(Port { index, model: self.id })
    }

    #[inline]
    pub(crate) fn memory(&self, port: Port) -> Memory {
        assert!(port.model == self.id, "a port handle of another instance");
        self.memory[port.index as usize]
    }

    /// The name, width and direction behind a handle.
    ///
    /// # Panics
    /// As [`Model::get`].
    pub fn info(&self, port: Port) -> &PortInfo {
        assert!(port.model == self.id, "a port handle of another instance");
        &self.library.ports[port.index as usize]
    }

    /// The lowest 64 bits of a port.
    ///
    /// # Panics
    /// If the handle was given by another instance, as indexing beyond a slice would.
    #[inline]
    pub fn get(&self, port: Port) -> u64 {
        // SAFETY: the instance lives, and this is the thread that has it.
        unsafe { self.memory(port).get() }
    }

    /// A port of up to 64 bits read as two's complement.
    ///
    /// # Panics
    /// As [`Model::get`].
    #[inline]
    pub fn get_signed(&self, port: Port) -> i64 {
        sign_extend(self.get(port), self.memory(port).width)
    }

    /// The lowest 128 bits of a port.
    ///
    /// # Panics
    /// As [`Model::get`].
    pub fn get_u128(&self, port: Port) -> u128 {
        let low = u128::from(self.get(port));
        match self.memory(port).width {
            ..=64 => low,
            width => low | (u128::from(self.get_slice(port, 64, (width - 64).min(64))) << 64),
        }
    }

    /// Sets a port to `value` modulo 2^width, as an assignment does in SystemVerilog; bits above 64 become 0. Nothing
    /// else changes until the model is evaluated.
    ///
    /// # Panics
    /// As [`Model::get`].
    #[inline]
    pub fn set(&mut self, port: Port, value: u64) {
        // SAFETY: as in `get`.
        unsafe { self.memory(port).set(value) }
    }

    /// Sets a port to `value` in two's complement, modulo 2^width.
    ///
    /// # Panics
    /// As [`Model::get`].
    #[inline]
    pub fn set_signed(&mut self, port: Port, value: i64) {
        self.set(port, value as u64);
        let width = self.memory(port).width;
        if value < 0 && width > 64 {
            for lsb in (64..width).step_by(64) {
                self.set_slice(port, lsb, (width - lsb).min(64), u64::MAX);
            }
        }
    }

    /// Sets a port to `value` modulo 2^width; bits above 128 become 0.
    ///
    /// # Panics
    /// As [`Model::get`].
    pub fn set_u128(&mut self, port: Port, value: u128) {
        self.set(port, value as u64);
        let width = self.memory(port).width;
        if width > 64 {
            self.set_slice(port, 64, (width - 64).min(64), (value >> 64) as u64);
        }
    }

    /// A port of any width as 64-bit words, lowest first; words beyond the port become 0.
    ///
    /// # Panics
    /// As [`Model::get`].
    #[inline]
    pub fn get_words(&self, port: Port, words: &mut [u64]) {
        // SAFETY: as in `get`.
        unsafe { self.memory(port).get_words(words) }
    }

    /// Sets a port of any width from 64-bit words, lowest first, modulo 2^width; missing words count as 0.
    ///
    /// # Panics
    /// As [`Model::get`].
    #[inline]
    pub fn set_words(&mut self, port: Port, words: &[u64]) {
        // SAFETY: as in `get`.
        unsafe { self.memory(port).set_words(words) }
    }

    /// `width` ≤ 64 bits of a port from bit `lsb` on.
    ///
    /// # Panics
    /// As [`Model::get`], and if the bits are not within the port.
    #[inline]
    pub fn get_slice(&self, port: Port, lsb: u32, width: u32) -> u64 {
        let memory = self.memory(port);
        assert!(width <= 64 && lsb + width <= memory.width, "bits {lsb}+:{width} of a {}-bit port", memory.width);
        // SAFETY: as in `get`; the bits are within the port.
        unsafe { memory.get_slice(lsb, width) }
    }

    /// Sets `width` ≤ 64 bits of a port from bit `lsb` on, and no others.
    ///
    /// # Panics
    /// As [`Model::get_slice`].
    #[inline]
    pub fn set_slice(&mut self, port: Port, lsb: u32, width: u32, value: u64) {
        let memory = self.memory(port);
        assert!(width <= 64 && lsb + width <= memory.width, "bits {lsb}+:{width} of a {}-bit port", memory.width);
        // SAFETY: as in `get`; the bits are within the port.
        unsafe { memory.set_slice(lsb, width, value) }
    }

    /// A port as bits, lowest first: to be read, and to be written with
    /// [`set_aliased`](bitvec::slice::BitSlice::set_aliased) and its kin.
    ///
    /// # Panics
    /// As [`Model::get`].
    pub fn bits(&self, port: Port) -> &Bits {
        // SAFETY: the slice borrows the instance, which outlives it and is not evaluated meanwhile.
        unsafe { self.memory(port).bits() }
    }

    /// A port as bits, to be written.
    ///
    /// # Panics
    /// As [`Model::get`].
    pub fn bits_mut(&mut self, port: Port) -> &mut Bits {
        // SAFETY: the slice borrows the instance exclusively.
        unsafe { self.memory(port).bits_mut() }
    }

    /// Lets the model react to what was set.
    ///
    /// # Errors
    /// [`Halt`] on `$finish`, `$stop`, a failing assertion or a fatal error. All but the last are told once, and the
    /// model can be gone on with.
    #[inline]
    pub fn eval(&mut self) -> Result<(), Halt> {
        // SAFETY: the instance lives, and `&mut self` keeps everyone else out.
        match unsafe { (self.library.api.eval)(self.instance.as_ptr()) } {
            0 => Ok(()),
            status => self.report(status),
        }
    }

    /// One cycle: the clock rises, the model is evaluated, half a period passes, the clock falls, and the same again.
    /// Inputs set before are seen by the rising edge.
    ///
    /// # Errors
    /// As [`Model::eval`].
    #[inline]
    pub fn tick(&mut self, clock: Clock) -> Result<(), Halt> {
        self.ticks(clock, 1)
    }

    /// So many cycles; fewer if the model halts.
    ///
    /// # Errors
    /// As [`Model::eval`].
    #[inline]
    pub fn ticks(&mut self, clock: Clock, cycles: u64) -> Result<(), Halt> {
        let pin = self.memory(clock.port).start;
        // SAFETY: as in `eval`; `pin` is a one-byte port of this instance.
        match unsafe { (self.library.api.tick)(self.instance.as_ptr(), pin, clock.half_period, cycles) } {
            0 => Ok(()),
            status => self.report(status),
        }
    }

    /// Half a cycle: sets the clock to `level`, evaluates, lets half a period pass. A testbench that sets its inputs
    /// before `edge(clock, false)` and looks at the outputs after it needs two evaluations a cycle, not three.
    ///
    /// # Errors
    /// As [`Model::eval`].
    #[inline]
    pub fn edge(&mut self, clock: Clock, level: bool) -> Result<(), Halt> {
        let pin = self.memory(clock.port).start;
        // SAFETY: as in `ticks`.
        match unsafe { (self.library.api.edge)(self.instance.as_ptr(), pin, level.into(), clock.half_period) } {
            0 => Ok(()),
            status => self.report(status),
        }
    }

    /// Simulation time in time-precision units (picoseconds unless the source says otherwise).
    #[inline]
    pub fn time(&self) -> u64 {
        // SAFETY: the instance lives.
        unsafe { (self.library.api.get_time)(self.instance.as_ptr()) }
    }

    /// Lets time pass without evaluating, for models whose clocks the testbench drives itself.
    #[inline]
    pub fn advance(&mut self, units: u64) {
        // SAFETY: the instance lives.
        unsafe { (self.library.api.set_time)(self.instance.as_ptr(), self.time() + units) }
    }

    /// Keeps what the model prints (`$display` and the like) for [`Model::take_output`] instead of printing it.
    pub fn capture_output(&mut self) {
        self.captured.get_or_insert_default();
    }

    /// What the model printed since the last call, if it is captured.
    pub fn take_output(&mut self) -> String {
        self.captured.as_mut().map(std::mem::take).unwrap_or_default()
    }

    /// Starts to record waves into `path`, from now on. A second call goes on in another file.
    ///
    /// # Errors
    /// [`Error::NotBuilt`] if the model was built without [`waves`](crate::Build::waves); [`Error::Write`].
    pub fn open_waves(&mut self, path: impl AsRef<Path>) -> Result<()> {
        let path = path.as_ref();
        if self.library.traits.waves == Waves::None {
            let remedy = "call `waves(Waves::Fst)` on its Build";
            return Err(Error::NotBuilt { top: self.top().into(), what: "waves", remedy });
        }
        self.close_waves();
        let to = self.writable(path)?;
        // SAFETY: the shim copies the path.
        let status = unsafe { (self.library.api.waves_open)(self.instance.as_ptr(), to.as_ptr()) };
        self.waving = status == 0;
        if self.waving { Ok(()) } else { Err(self.cannot_write(path, "the file cannot be opened")) }
    }

    /// Whether waves are being recorded.
    pub fn is_recording(&self) -> bool {
        self.waving
    }

    /// Ends the recording; the file is whole afterwards. Dropping the model does it too.
    pub fn close_waves(&mut self) {
        if self.waving {
            // SAFETY: the instance lives.
            unsafe { (self.library.api.waves_close)(self.instance.as_ptr()) };
            self.waving = false;
        }
    }

    /// Writes the coverage counted so far, in Verilator's format.
    ///
    /// # Errors
    /// [`Error::NotBuilt`] if the model was built without [`coverage`](crate::Build::coverage); [`Error::Write`].
    pub fn write_coverage(&mut self, path: impl AsRef<Path>) -> Result<()> {
        let path = path.as_ref();
        if !self.library.traits.coverage {
            let remedy = "call `coverage(true)` on its Build";
            return Err(Error::NotBuilt { top: self.top().into(), what: "coverage", remedy });
        }
        let to = self.writable(path)?;
        // SAFETY: the shim copies the path.
        match unsafe { (self.library.api.coverage_write)(self.instance.as_ptr(), to.as_ptr()) } {
            0 => Ok(()),
            _ => Err(self.cannot_write(path, "Verilator's runtime refused")),
        }
    }

    fn writable(&self, path: &Path) -> Result<CString> {
        // Verilator's runtime stays silent about a file that it cannot open.
        std::fs::File::create(path).map_err(|e| self.cannot_write(path, &e.to_string()))?;
        CString::new(path.as_os_str().as_encoded_bytes()).map_err(|_| self.cannot_write(path, "the path has a NUL"))
    }

    fn cannot_write(&self, path: &Path, reason: &str) -> Error {
        Error::Write { top: self.top().into(), path: path.into(), reason: reason.into() }
    }

    #[cold]
    fn report(&mut self, status: u32) -> Result<(), Halt> {
        unsafe extern "C" fn append(to: *mut c_void, text: *const c_char, length: usize) {
            // SAFETY: `take` passes the string below on, and a text of that length.
            let (to, bytes) =
                unsafe { (&mut *to.cast::<String>(), std::slice::from_raw_parts(text.cast::<u8>(), length)) };
            to.push_str(&String::from_utf8_lossy(bytes));
        }
        let mut text = String::new();
        // SAFETY: `append` gets the string that it expects.
        unsafe { (self.library.api.take)(self.instance.as_ptr(), append, (&raw mut text).cast()) };
        let kind = match status & HALTED {
            0 => {
                match &mut self.captured {
                    Some(captured) => captured.push_str(&text),
                    None => print!("{text}"),
                }
                return Ok(());
            }
            s if s & FATAL != 0 => HaltKind::Fatal,
            s if s & STOP != 0 => HaltKind::Stop,
            _ => HaltKind::Finish,
        };
        Err(Halt::new(kind, &self.library.top, self.time(), text))
    }
}

impl Drop for Model {
    fn drop(&mut self) {
        // SAFETY: nobody has the instance any more.
        unsafe { (self.library.api.destroy)(self.instance.as_ptr()) }
    }
}

impl std::fmt::Debug for Model {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Model").field("top", &self.top()).field("time", &self.time()).finish_non_exhaustive()
    }
}
