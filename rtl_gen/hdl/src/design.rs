//! A finished module with everything below it.

use std::sync::Arc;

use crate::ir::{Kind, Rtl};
use crate::ty::Ty;

/// Which way a port points.
///
/// ```
/// assert_ne!(hdl::Dir::In, hdl::Dir::Out);
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Dir {
    /// Into the module.
    In,
    /// Out of the module.
    Out,
}

/// What a port is for.
///
/// ```
/// assert_eq!(hdl::Role::default(), hdl::Role::Other);
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Role {
    /// A clock.
    Clock,
    /// A reset.
    Reset,
    /// A stream's `valid`.
    Valid,
    /// A stream's `ready`.
    Ready,
    /// A stream's payload.
    Data,
    /// A stream's mark of the last beat of a sequence.
    Last,
    /// A stream's mark of the lanes in use.
    Keep,
    /// Anything else.
    #[default]
    Other,
}

/// A port of a finished module.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Port {
    /// Its name, with `_i` or `_o`.
    pub name: String,
    /// Its direction.
    pub dir: Dir,
    /// Its type; for a vector, of the whole as bits.
    pub ty: Ty,
    /// What it is for.
    pub role: Role,
    /// The stream that it belongs to.
    pub stream: Option<String>,
    /// The clock that it is synchronous to.
    pub clock: Option<String>,
}

/// A named part of a stream's payload.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Field {
    /// Its name.
    pub name: String,
    /// The type of one element.
    pub ty: Ty,
    /// Elements side by side, the first in the lowest bits.
    pub count: u32,
}

impl Field {
    /// A field with one element.
    ///
    /// ```
    /// assert_eq!(hdl::Field::new("x", hdl::Ty::uint(8)).bits(), 8);
    /// ```
    pub fn new(name: &str, ty: Ty) -> Self {
        Self { name: name.to_owned(), ty, count: 1 }
    }

    /// A field with `count` elements.
    ///
    /// ```
    /// assert_eq!(hdl::Field::lanes("x", hdl::Ty::uint(8), 4).bits(), 32);
    /// ```
    pub fn lanes(name: &str, ty: Ty, count: u32) -> Self {
        Self { name: name.to_owned(), ty, count }
    }

    /// Bits of all elements.
    ///
    /// ```
    /// assert_eq!(hdl::Field::lanes("x", hdl::Ty::uint(3), 5).bits(), 15);
    /// ```
    pub fn bits(&self) -> u32 {
        self.ty.width() * self.count
    }
}

/// Cycles from a beat to its effect.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Latency {
    /// Always so many.
    Fixed(u32),
    /// At least so many.
    Min(u32),
    /// Depends on the data or the job.
    Variable,
}

/// How a pipe of fixed latency meets a consumer that is not ready.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Flow {
    /// Every stage holds; `ready` passes through combinationally.
    #[default]
    Stall,
    /// As `Stall`, with a skid buffer at the input that registers `ready`.
    Skid,
    /// The pipe never holds; an output FIFO and a credit counter admit only what fits.
    Credit,
}

/// A ready/valid stream of a finished module.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Stream {
    /// The name that its ports begin with.
    pub name: String,
    /// [`Dir::In`] for a sink.
    pub dir: Dir,
    /// The payload, first field in the lowest bits.
    pub fields: Vec<Field>,
    /// Cycles from an input beat to the output beat it causes.
    pub latency: Latency,
    /// Cycles between two beats when nobody stalls.
    pub interval: u32,
    /// How it stalls.
    pub flow: Flow,
}

/// A finished module: checked, named, ready to be printed; or a black box of which only the ports are known.
///
/// ```
/// let design = hdl::Module::build("inverter", |m| {
///     let a = m.input("a", hdl::Ty::bit());
///     m.output("y", hdl::Ty::bit()).set(!a);
/// })?;
/// assert_eq!(design.name(), "inverter");
/// assert_eq!(design.ports().len(), 2);
/// # Ok::<(), hdl::Errors>(())
/// ```
#[derive(Clone, Debug)]
pub struct Design {
    pub(crate) rtl: Rtl,
    pub(crate) ports: Vec<Port>,
    pub(crate) black_box: bool,
    /// `paths[o]` lists the inputs that output `o` depends on without a register between, by index into `ports`.
    pub(crate) paths: Vec<Vec<usize>>,
}

impl Design {
    /// The module's name, without prefix.
    ///
    /// ```
    /// assert_eq!(hdl::Module::build("m", |_| {})?.name(), "m");
    /// # Ok::<(), hdl::Errors>(())
    /// ```
    pub fn name(&self) -> &str {
        &self.rtl.name
    }

    /// The ports, in the order of the header.
    ///
    /// ```
    /// assert!(hdl::Module::build("m", |_| {})?.ports().is_empty());
    /// # Ok::<(), hdl::Errors>(())
    /// ```
    pub fn ports(&self) -> &[Port] {
        &self.ports
    }

    /// The ready/valid streams.
    ///
    /// ```
    /// assert!(hdl::Module::build("m", |_| {})?.streams().is_empty());
    /// # Ok::<(), hdl::Errors>(())
    /// ```
    pub fn streams(&self) -> &[Stream] {
        &self.rtl.streams
    }

    /// Whether only the ports are known.
    ///
    /// ```
    /// assert!(!hdl::Module::build("m", |_| {})?.is_black_box());
    /// # Ok::<(), hdl::Errors>(())
    /// ```
    pub fn is_black_box(&self) -> bool {
        self.black_box
    }

    /// A module that exists elsewhere, such as a vendor's primitive.
    ///
    /// `paths` name the input and the output of each combinational path through it.
    ///
    /// ```
    /// use hdl::{Design, Dir, Ty};
    /// let buffer = Design::black_box("BUFG", &[("I", Dir::In, Ty::bit()), ("O", Dir::Out, Ty::bit())], &[("I", "O")]);
    /// assert!(buffer.is_black_box());
    /// ```
    pub fn black_box(name: &str, ports: &[(&str, Dir, Ty)], paths: &[(&str, &str)]) -> Arc<Design> {
        let ports: Vec<Port> = ports
            .iter()
            .map(|(name, dir, ty)| Port {
                name: (*name).to_owned(),
                dir: *dir,
                ty: ty.clone(),
                role: Role::Other,
                stream: None,
                clock: None,
            })
            .collect();
        let position = |name: &str| ports.iter().position(|p| p.name == name);
        let mut table = vec![Vec::new(); ports.len()];
        for (from, to) in paths {
            if let (Some(from), Some(to)) = (position(from), position(to)) {
                table[to].push(from);
            }
        }
        let rtl = Rtl { name: name.to_owned(), ..Rtl::default() };
        Arc::new(Self { rtl, ports, black_box: true, paths: table })
    }

    /// The designs that this one instantiates directly, each once, in order of first use.
    ///
    /// ```
    /// assert!(hdl::Module::build("m", |_| {})?.children().is_empty());
    /// # Ok::<(), hdl::Errors>(())
    /// ```
    pub fn children(&self) -> Vec<Arc<Design>> {
        let mut found: Vec<Arc<Design>> = Vec::new();
        for instance in &self.rtl.instances {
            if !found.iter().any(|d| d.name() == instance.design.name()) {
                found.push(instance.design.clone());
            }
        }
        found
    }

    /// Bits of registers, memories aside: each iteration of a loop counted, instances not.
    ///
    /// ```
    /// use hdl::{Module, Ty};
    /// let design = Module::build("delay", |m| {
    ///     let x = m.input("x", Ty::uint(8));
    ///     let y = m.reg("y", Ty::uint(8));
    ///     m.clocked(|| y.set(x));
    ///     m.output("y", Ty::uint(8)).set(y);
    /// })?;
    /// assert_eq!(design.register_bits(), 8);
    /// # Ok::<(), hdl::Errors>(())
    /// ```
    pub fn register_bits(&self) -> u64 {
        let times = |id: &crate::ir::LoopId| {
            let l = &self.rtl.loops[id.index()];
            (l.hi - l.lo).max(0) as u64
        };
        let registers = self.rtl.signals.iter().filter(|s| matches!(s.kind, Kind::Reg(_)));
        registers.map(|s| u64::from(s.bits()) * s.scope.iter().map(times).product::<u64>()).sum()
    }
}
