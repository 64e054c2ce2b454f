//! The walk over the items, every iteration of every loop by itself.

use super::{Drive, NONE, Net};
use crate::error::{Code, Error};
use crate::interface::{Dir, Role};
use crate::ir::{InstanceId, Item, Kind, LoopId, Node, Select, SignalId, SignalRef};

impl Net<'_> {
    /// Notes the signals that a scope declares as existing in the present iteration.
    pub(super) fn enter(&mut self, of: Option<LoopId>, branch: Option<u32>) {
        let Some(signals) = self.locals.get(&(of, branch)).cloned() else { return };
        for id in signals {
            let depth = self.rtl.signal(id).scope.len();
            let reference = SignalRef { signal: id, select: Select::Whole, iterations: vec![None; depth], next: false };
            let bits = self.rtl.signal(id).bits();
            if let Some(start) = self.start(&reference) {
                self.exists[start as usize..(start + bits) as usize].fill(true);
            }
        }
    }

    pub(super) fn items(&mut self, items: &[Item]) {
        items.iter().for_each(|item| self.item(item));
    }

    fn item(&mut self, item: &Item) {
        match item {
            Item::Comment(_) => {}
            Item::Assign { target, value, place } => {
                self.here = *place;
                let process = self.process();
                let value = self.value(*value, self.width(target));
                self.connect(target, &value, Drive { process, place: *place });
            }
            Item::Comb { stmts, place } => {
                self.here = *place;
                self.comb(stmts);
            }
            Item::Clocked { stmts, place, .. } => {
                self.here = *place;
                self.clocked(stmts);
            }
            Item::Loop { id, items } => {
                let l = &self.rtl.loops[id.index()];
                for at in l.lo..l.hi {
                    self.env[id.index()] = Some(at);
                    self.enter(Some(*id), None);
                    self.items(items);
                }
                self.env[id.index()] = None;
            }
            Item::When { index, lo, hi, then, other, branches, .. } => {
                let inside = self.eval(*index).is_some_and(|at| at >= *lo && at < *hi);
                let (branch, items) = if inside { (branches.0, then) } else { (branches.1, other) };
                let around = self.rtl.branches[branch as usize].inside;
                self.enter(around, Some(branch));
                self.items(items);
            }
            Item::Instance(id) => self.instance(*id),
            Item::Assert { condition, place, .. } => {
                self.here = *place;
                (self.mark, self.track) = (false, false);
                self.value(*condition, 1);
                (self.mark, self.track) = (true, true);
            }
        }
    }

    pub(super) fn process(&mut self) -> u32 {
        self.processes += 1;
        self.processes
    }

    /// Bits that an assignment to the reference takes.
    pub(super) fn width(&self, target: &SignalRef) -> u32 {
        let signal = self.rtl.signal(target.signal);
        if target.select == Select::Whole { signal.bits() } else { signal.ty.width() }
    }

    /// First node and number of the bits that a target may change.
    pub(super) fn target(&mut self, target: &SignalRef) -> Option<(u32, u32)> {
        let start = self.start(target)?;
        let signal = self.rtl.signal(target.signal);
        let width = signal.ty.width();
        match &target.select {
            Select::Whole | Select::Dynamic(_) => Some((start, signal.bits())),
            Select::Element(index) => match self.eval(*index) {
                Some(at) if at >= 0 && at < i64::from(signal.count.unwrap_or(1)) => {
                    Some((start + at as u32 * width, width))
                }
                at => {
                    self.no_element(target.signal, at);
                    None
                }
            },
        }
    }

    /// Drives the bits of a target continuously.
    fn connect(&mut self, target: &SignalRef, value: &[u32], drive: Drive) {
        if let Some((start, bits)) = self.target(target) {
            self.drive(start, bits, drive);
            for bit in 0..bits {
                let from = value.get(bit as usize).copied().unwrap_or(self.constant());
                self.depends[(start + bit) as usize] = from;
            }
        }
    }

    pub(super) fn drive(&mut self, start: u32, bits: u32, drive: Drive) {
        let index = self.drives.len() as u32;
        let mut taken = false;
        for node in start..start + bits {
            let before = self.driver[node as usize];
            if before == NONE {
                self.driver[node as usize] = index;
                taken = true;
            } else if self.drives[before as usize].process != drive.process {
                self.conflicts.push((node, before, index));
                taken = true;
            }
        }
        if taken {
            self.drives.push(drive);
        }
    }

    fn instance(&mut self, id: InstanceId) {
        let rtl = self.rtl;
        let instance = &rtl.instances[id.index()];
        self.here = instance.place;
        let ports = instance.design.ports();
        let mut inputs: Vec<Vec<u32>> = vec![vec![]; ports.len()];
        for connection in &instance.inputs {
            let Some(at) = ports.iter().position(|p| p.name == connection.port) else { continue };
            self.here = connection.place;
            inputs[at] = self.value(connection.value, ports[at].ty.width());
        }
        for port in ports.iter().filter(|p| p.dir == Dir::In && matches!(p.role, Role::Clock | Role::Reset)) {
            debug_assert_eq!(port.ty.width(), 1);
        }
        for connection in &instance.outputs {
            let Some(at) = ports.iter().position(|p| p.name == connection.port) else { continue };
            let Node::Signal(target) = &rtl.expr(connection.value).node else { continue };
            self.here = connection.place;
            let through = instance.design.paths[at].iter().flat_map(|i| inputs[*i].clone()).collect::<Vec<u32>>();
            let from = self.join(through);
            let process = self.process();
            let value = vec![from; ports[at].ty.width() as usize];
            self.connect(target, &value, Drive { process, place: connection.place });
        }
    }

    fn complain(&mut self, signal: SignalId, code: Code, message: String, hint: &str) {
        if self.reported.insert((self.here, signal)) {
            let declared = ("it is declared".to_owned(), self.rtl.signal(signal).place);
            let error = Error { code, message, place: self.here, related: vec![declared], hint: hint.to_owned() };
            self.errors.push(error);
        }
    }

    pub(super) fn not_visible(&mut self, signal: SignalId, name: &str) {
        let message =
            format!("`{}` belongs to an iteration of loop `{name}` and is used outside it", self.name(signal));
        self.complain(signal, Code::NotVisible, message, "say which iteration is meant: `signal.at(index)`");
    }

    pub(super) fn no_iteration(&mut self, signal: SignalId, name: &str, at: i64, range: (i64, i64)) {
        let message = format!(
            "`{}` of iteration {at} of loop `{name}`, which runs over {}..{}",
            self.name(signal),
            range.0,
            range.1
        );
        let hint = "treat the first or last iteration apart with `m.if_index`";
        self.complain(signal, Code::OutOfRange, message, hint);
    }

    pub(super) fn no_element(&mut self, signal: SignalId, at: Option<i64>) {
        let count = self.rtl.signal(signal).count.unwrap_or(1);
        match at {
            Some(at) => {
                let message = format!("element {at} of `{}`, which has {count}", self.name(signal));
                self.complain(signal, Code::OutOfRange, message, "elements count from 0; narrow the loop's range");
            }
            None => {
                let message =
                    format!("an element of `{}` is chosen by a loop's variable outside the loop", self.name(signal));
                self.complain(signal, Code::NotVisible, message, "use the index inside its loop only");
            }
        }
    }

    /// How messages call a signal: as it is printed, registers with their suffix.
    pub fn name(&self, id: SignalId) -> String {
        let base = &self.rtl.names.signals[id.index()];
        if matches!(self.rtl.signal(id).kind, Kind::Reg(_)) { format!("{base}_q") } else { base.clone() }
    }
}
