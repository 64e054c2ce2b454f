//! A finished module with everything below it.

use std::sync::Arc;

use crate::interface::{Dir, Port, Role, Stream};
use crate::ir::{Kind, Rtl};
use crate::ty::Ty;

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
