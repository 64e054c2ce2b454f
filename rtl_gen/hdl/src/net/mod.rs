//! The bit-level view of a module, derived from the structured IR and read-only. Loops are unrolled here and nowhere
//! else: every bit of every iteration of every signal has a number, and so has every join of bits that an operator
//! makes.

mod graph;
mod process;
mod value;
mod walk;

use std::collections::{HashMap, HashSet};

use crate::error::{Error, Place};
use crate::ir::{Kind, LoopId, Rtl, SignalId, SignalRef};

/// No node.
pub(crate) const NONE: u32 = u32::MAX;

/// Who drives a bit: an assignment, a process or an instance, with the statement that does.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Drive {
    /// The same for all statements of one process in one iteration.
    pub process: u32,
    pub place: Place,
}

/// A bit of a signal.
#[derive(Clone, Copy, Debug)]
pub(crate) struct BitOf {
    pub signal: SignalId,
    pub instance: u32,
    pub bit: u32,
}

/// A way through a process that leaves a bit without a value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Gap {
    pub place: Place,
    pub what: &'static str,
}

/// The bits of a module, who drives and who reads them, and what they depend on without a register between.
pub(crate) struct Net<'a> {
    pub rtl: &'a Rtl,
    /// First node of each signal, and of the next value of each register.
    base: Vec<u32>,
    next: Vec<u32>,
    /// Nodes that are bits; the node behind them is the constant.
    bits: u32,
    pub drives: Vec<Drive>,
    /// The drive of each bit, by index into `drives`.
    driver: Vec<u32>,
    /// Bit, first drive, second drive.
    pub conflicts: Vec<(u32, u32, u32)>,
    exists: Vec<bool>,
    used: Vec<bool>,
    /// What each bit depends on.
    depends: Vec<u32>,
    /// Joins behind the constant: ranges of `edges`.
    joins: Vec<(u32, u32)>,
    edges: Vec<u32>,
    /// Bits that a process leaves without a value on some path.
    pub gaps: Vec<(u32, Gap)>,
    /// Memories by iteration: the processes that write, and whether anything reads.
    pub memory_writes: HashMap<(u32, u32), Drive>,
    pub memory_conflicts: Vec<(u32, Drive, Drive)>,
    pub memory_reads: HashSet<(u32, u32)>,
    /// References that name what is not there.
    pub errors: Vec<Error>,
    // The state of the walk.
    env: Vec<Option<i64>>,
    track: bool,
    mark: bool,
    processes: u32,
    here: Place,
    overlay: Vec<u32>,
    log: Vec<(u32, u32)>,
    incomplete: HashMap<u32, Gap>,
    locals: HashMap<(Option<LoopId>, Option<u32>), Vec<SignalId>>,
    reported: HashSet<(Place, SignalId)>,
}

impl<'a> Net<'a> {
    /// Unrolls the module; `place` is where it is built.
    pub fn new(rtl: &'a Rtl, place: Place) -> Self {
        let (mut base, mut next, mut bits) = (Vec::new(), Vec::new(), 0u32);
        let mut locals: HashMap<_, Vec<SignalId>> = HashMap::new();
        for (index, signal) in rtl.signals.iter().enumerate() {
            let total = signal.bits() * instances(rtl, &signal.scope);
            base.push(bits);
            bits += total;
            next.push(bits);
            if matches!(signal.kind, Kind::Reg(_)) {
                bits += total;
            }
            locals.entry((signal.scope.last().copied(), signal.branch)).or_default().push(SignalId(index as u32));
        }
        let size = bits as usize;
        let mut net = Self {
            rtl,
            base,
            next,
            bits,
            drives: vec![],
            driver: vec![NONE; size],
            conflicts: vec![],
            exists: vec![false; size],
            used: vec![false; size],
            depends: vec![NONE; size],
            joins: vec![],
            edges: vec![],
            gaps: vec![],
            memory_writes: HashMap::new(),
            memory_conflicts: vec![],
            memory_reads: HashSet::new(),
            errors: vec![],
            env: vec![None; rtl.loops.len()],
            track: true,
            mark: true,
            processes: 0,
            here: place,
            overlay: vec![NONE; size],
            log: vec![],
            incomplete: HashMap::new(),
            locals,
            reported: HashSet::new(),
        };
        net.enter(None, None);
        net.items(&rtl.items);
        net
    }

    /// Whether some reference means nothing, so that what is missing elsewhere may be its fault.
    pub fn is_broken(&self) -> bool {
        !self.reported.is_empty()
    }

    /// The node of a constant: it depends on nothing.
    fn constant(&self) -> u32 {
        self.bits
    }

    fn join(&mut self, from: impl IntoIterator<Item = u32>) -> u32 {
        if !self.track {
            return self.bits;
        }
        let start = self.edges.len();
        self.edges.extend(from.into_iter().filter(|n| *n != self.bits && *n != NONE));
        self.edges[start..].sort_unstable();
        let mut kept = start;
        for at in start..self.edges.len() {
            if kept == start || self.edges[kept - 1] != self.edges[at] {
                self.edges[kept] = self.edges[at];
                kept += 1;
            }
        }
        self.edges.truncate(kept);
        match kept - start {
            0 => self.bits,
            1 => self.edges.pop().unwrap_or(self.bits),
            n => {
                self.joins.push((start as u32, n as u32));
                self.bits + self.joins.len() as u32
            }
        }
    }

    /// Iterations of a signal, all loops around it counted.
    pub fn instances(&self, id: SignalId) -> u32 {
        instances(self.rtl, &self.rtl.signal(id).scope)
    }

    /// The node of bit `bit` of a signal in iteration `instance`.
    pub fn node(&self, of: BitOf) -> u32 {
        self.base[of.signal.index()] + of.instance * self.rtl.signal(of.signal).bits() + of.bit
    }

    /// The bit that a node is; none for joins. The next value of a register counts as the register.
    pub fn bit_of(&self, node: u32) -> Option<BitOf> {
        if node >= self.bits {
            return None;
        }
        let index = self.base.partition_point(|b| *b <= node) - 1;
        let signal = SignalId(index as u32);
        let start = if node >= self.next[index] && matches!(self.rtl.signal(signal).kind, Kind::Reg(_)) {
            self.next[index]
        } else {
            self.base[index]
        };
        let bits = self.rtl.signal(signal).bits();
        Some(BitOf { signal, instance: (node - start) / bits, bit: (node - start) % bits })
    }

    pub fn exists(&self, node: u32) -> bool {
        self.exists[node as usize]
    }

    pub fn is_used(&self, node: u32) -> bool {
        self.used[node as usize]
    }

    pub fn driver(&self, node: u32) -> Option<Drive> {
        self.drives.get(self.driver[node as usize] as usize).copied()
    }

    /// The first node of what a reference means in the present iterations; none if it means nothing.
    fn start(&mut self, reference: &SignalRef) -> Option<u32> {
        let signal = self.rtl.signal(reference.signal);
        let mut instance = 0;
        for (id, iteration) in signal.scope.iter().zip(&reference.iterations) {
            let l = &self.rtl.loops[id.index()];
            let at = match iteration {
                Some(index) => self.eval(*index),
                None => self.env[id.index()],
            };
            let Some(at) = at else {
                self.not_visible(reference.signal, &l.name);
                return None;
            };
            if at < l.lo || at >= l.hi {
                self.no_iteration(reference.signal, &l.name, at, (l.lo, l.hi));
                return None;
            }
            instance = instance * (l.hi - l.lo) + at - l.lo;
        }
        let base = if reference.next { &self.next } else { &self.base };
        Some(base[reference.signal.index()] + instance as u32 * signal.bits())
    }

    fn eval(&self, index: crate::Affine) -> Option<i64> {
        index
            .terms()
            .all(|(id, _)| self.env[id.index()].is_some())
            .then(|| index.eval(|id| self.env[id.index()].unwrap_or_default()))
    }
}

/// How often a scope is elaborated.
fn instances(rtl: &Rtl, scope: &[LoopId]) -> u32 {
    scope.iter().map(|id| &rtl.loops[id.index()]).map(|l| (l.hi - l.lo).max(0) as u32).product()
}
