//! Processes: what each bit that one assigns depends on, and the paths that leave it without a value.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use super::{Drive, Gap, NONE, Net};
use crate::error::Place;
use crate::ir::{ExprId, Kind, Node, Select, SignalRef, Stmt, visit_targets};

/// What a branch leaves in the bits that it assigns.
type Changes = HashMap<u32, u32>;

impl Net<'_> {
    pub(super) fn comb(&mut self, stmts: &[Stmt]) {
        let process = self.process();
        let mut targets: Vec<(SignalRef, Place)> = vec![];
        visit_targets(stmts, &mut |target, place| targets.push((target.clone(), place)));
        for (target, place) in &targets {
            self.here = *place;
            let drive = Drive { process, place: *place };
            if matches!(self.rtl.signal(target.signal).kind, Kind::Reg(_)) {
                self.next_value(target, drive);
            } else if let Some((start, bits)) = self.target(target) {
                self.drive(start, bits, drive);
            }
        }
        self.stmts(stmts);
        let touched: BTreeSet<u32> = self.log.drain(..).map(|(node, _)| node).collect();
        for node in touched {
            let value = std::mem::replace(&mut self.overlay[node as usize], NONE);
            self.depends[node as usize] = value;
            if let Some(gap) = self.incomplete.get(&value) {
                self.gaps.push((node, *gap));
            }
        }
    }

    /// A register whose next value a process computes: driven as a whole, by default what it is.
    fn next_value(&mut self, target: &SignalRef, drive: Drive) {
        let whole = SignalRef { select: Select::Whole, ..target.clone() };
        let now = SignalRef { next: false, ..whole.clone() };
        let (Some((next, bits)), Some((now, _))) = (self.target(&whole), self.target(&now)) else { return };
        self.drive(now, bits, drive);
        for bit in 0..bits {
            self.used[(now + bit) as usize] = true;
            if self.overlay[(next + bit) as usize] == NONE {
                self.assign(next + bit, now + bit);
            }
        }
    }

    fn assign(&mut self, node: u32, value: u32) {
        self.log.push((node, self.overlay[node as usize]));
        self.overlay[node as usize] = value;
    }

    fn stmts(&mut self, stmts: &[Stmt]) {
        for stmt in stmts {
            match stmt {
                Stmt::Comment(_) | Stmt::Write { .. } => {}
                Stmt::Assign { target, value, place } => {
                    self.here = *place;
                    let width = self.width(target);
                    let value = self.value(*value, width);
                    self.assignment(target, &value);
                }
                Stmt::If { arms, other, place } => {
                    let gap = Gap { place: *place, what: "where no condition of this holds" };
                    let mut conditions = vec![];
                    for (condition, _) in arms {
                        self.here = *place;
                        conditions.extend(self.value(*condition, 1));
                    }
                    let branches = arms.iter().map(|(_, body)| body.as_slice()).chain([other.as_slice()]);
                    self.branches(conditions, branches.collect(), gap);
                }
                Stmt::Case { subject, arms, default, place } => {
                    self.here = *place;
                    let gap = Gap { place: *place, what: "in a case of this" };
                    let width = self.rtl.expr(*subject).ty.width();
                    let conditions = self.value(*subject, width);
                    let mut branches: Vec<&[Stmt]> = arms.iter().map(|(_, body)| body.as_slice()).collect();
                    if !(default.is_empty() && self.is_exhaustive(*subject, arms)) {
                        branches.push(default);
                    }
                    self.branches(conditions, branches, gap);
                }
            }
        }
    }

    /// Whether the labels name every value of the subject.
    fn is_exhaustive(&self, subject: ExprId, arms: &[(Vec<ExprId>, Vec<Stmt>)]) -> bool {
        crate::ir::is_exhaustive(self.rtl, subject, arms)
    }

    fn assignment(&mut self, target: &SignalRef, value: &[u32]) {
        let Some((start, bits)) = self.target(target) else { return };
        let zero = self.constant();
        if let Select::Dynamic(index) = target.select {
            let width = self.rtl.expr(index).ty.width();
            let mut all = self.value(index, width);
            all.extend(value);
            for node in start..start + bits {
                let before = self.overlay[node as usize];
                let from = all.iter().copied().chain([before]);
                let joined =
                    self.merge(from.collect(), Gap { place: self.here, what: "where this assigns another element" });
                self.assign(node, joined);
            }
            return;
        }
        for bit in 0..bits {
            self.assign(start + bit, value.get(bit as usize).copied().unwrap_or(zero));
        }
    }

    /// One node for values of which the path decides; incomplete if any is.
    fn merge(&mut self, from: Vec<u32>, gap: Gap) -> u32 {
        let missing = from.contains(&NONE).then_some(gap);
        let missing = missing.or_else(|| from.iter().find_map(|n| self.incomplete.get(n).copied()));
        let node = self.join(from.iter().copied());
        let Some(gap) = missing else { return node };
        // A join of its own, so that nothing else is taken for incomplete.
        self.joins.push((self.edges.len() as u32, 1));
        self.edges.push(node);
        let node = self.bits + self.joins.len() as u32;
        self.incomplete.insert(node, gap);
        node
    }

    fn branches(&mut self, conditions: Vec<u32>, branches: Vec<&[Stmt]>, gap: Gap) {
        let condition = self.join(conditions);
        let changes: Vec<Changes> = branches.iter().map(|body| self.branch(body)).collect();
        let nodes: BTreeMap<u32, ()> = changes.iter().flat_map(|c| c.keys().map(|n| (*n, ()))).collect();
        for node in nodes.into_keys() {
            let before = self.overlay[node as usize];
            let values = changes.iter().map(|c| c.get(&node).copied().unwrap_or(before));
            let from: Vec<u32> = values.chain([condition]).collect();
            let value = self.merge(from, gap);
            self.assign(node, value);
        }
    }

    /// Runs a branch and takes it back.
    fn branch(&mut self, body: &[Stmt]) -> Changes {
        let mark = self.log.len();
        self.stmts(body);
        let changes = self.log[mark..].iter().map(|(node, _)| (*node, self.overlay[*node as usize])).collect();
        while self.log.len() > mark {
            if let Some((node, before)) = self.log.pop() {
                self.overlay[node as usize] = before;
            }
        }
        changes
    }

    pub(super) fn clocked(&mut self, stmts: &[Stmt]) {
        let process = self.process();
        self.track = false;
        self.clocked_stmts(stmts, process);
        self.track = true;
    }

    fn clocked_stmts(&mut self, stmts: &[Stmt], process: u32) {
        for stmt in stmts {
            match stmt {
                Stmt::Comment(_) => {}
                Stmt::Assign { target, value, place } => {
                    self.here = *place;
                    let width = self.width(target);
                    self.value(*value, width);
                    if let Select::Dynamic(index) = target.select {
                        self.read_all(index);
                    }
                    if let Some((start, bits)) = self.target(target) {
                        self.drive(start, bits, Drive { process, place: *place });
                    }
                }
                Stmt::Write { memory, address, value, place } => {
                    self.here = *place;
                    self.read_all(*address);
                    self.value(*value, self.rtl.memories[memory.index()].ty.width());
                    let drive = Drive { process, place: *place };
                    let key = (memory.0, self.memory_instance(*memory));
                    let before = *self.memory_writes.entry(key).or_insert(drive);
                    if before.process != process {
                        self.memory_conflicts.push((memory.0, before, drive));
                    }
                }
                Stmt::If { arms, other, place } => {
                    for (condition, body) in arms {
                        self.here = *place;
                        self.value(*condition, 1);
                        self.clocked_stmts(body, process);
                    }
                    self.clocked_stmts(other, process);
                }
                Stmt::Case { subject, arms, default, place } => {
                    self.here = *place;
                    self.read_all(*subject);
                    arms.iter().for_each(|(_, body)| self.clocked_stmts(body, process));
                    self.clocked_stmts(default, process);
                }
            }
        }
    }

    fn read_all(&mut self, id: ExprId) {
        let expr = self.rtl.expr(id);
        debug_assert!(!matches!(expr.node, Node::Poison));
        self.value(id, expr.ty.width());
    }
}
