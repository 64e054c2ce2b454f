//! Declarations, each right before the first item that mentions the signal.

use std::collections::BTreeSet;

use super::Printer;
use crate::ir::{
    EnumId, ExprId, Item, Kind, MemoryId, Node, Rtl, Signal, SignalId, SignalRef, Stmt, visit_item_exprs, visit_targets,
};

/// The sign and packed range of a declaration: `signed [15:0]`, `[4*8-1:0]`, or nothing for one bit.
pub(crate) fn range(signal: &Signal) -> String {
    let width = signal.ty.width();
    match signal.count {
        Some(count) if width > 1 => format!("[{count}*{width}-1:0]"),
        Some(count) => format!("[{}:0]", count - 1),
        None if signal.ty.is_signed() => format!("signed [{}:0]", width - 1),
        None if width > 1 => format!("[{}:0]", width - 1),
        None => String::new(),
    }
}

/// What an item mentions that has to be declared before it.
#[derive(Default)]
pub(crate) struct Mentions {
    pub signals: BTreeSet<SignalId>,
    pub memories: BTreeSet<MemoryId>,
}

pub(crate) fn mentions(rtl: &Rtl, item: &Item) -> Mentions {
    let mut found = Mentions::default();
    collect_item(rtl, item, &mut found);
    found
}

fn collect_item(rtl: &Rtl, item: &Item, found: &mut Mentions) {
    visit_item_exprs(rtl, item, &mut |e| collect_expr(rtl, e, found));
    collect_targets(item, found);
}

fn collect_targets(item: &Item, found: &mut Mentions) {
    match item {
        Item::Assign { target, .. } => {
            found.signals.insert(target.signal);
        }
        Item::Comb { stmts, .. } | Item::Clocked { stmts, .. } => {
            visit_targets(stmts, &mut |target, _| {
                found.signals.insert(target.signal);
            });
            collect_writes(stmts, found);
        }
        Item::Loop { items, .. } => items.iter().for_each(|i| collect_targets(i, found)),
        Item::When { then, other, .. } => then.iter().chain(other).for_each(|i| collect_targets(i, found)),
        Item::Comment(_) | Item::Instance(_) | Item::Assert { .. } => {}
    }
}

fn collect_writes(stmts: &[Stmt], found: &mut Mentions) {
    for stmt in stmts {
        match stmt {
            Stmt::Write { memory, .. } => {
                found.memories.insert(*memory);
            }
            Stmt::If { arms, other, .. } => {
                arms.iter().for_each(|(_, body)| collect_writes(body, found));
                collect_writes(other, found);
            }
            Stmt::Case { arms, default, .. } => {
                arms.iter().for_each(|(_, body)| collect_writes(body, found));
                collect_writes(default, found);
            }
            Stmt::Assign { .. } | Stmt::Comment(_) => {}
        }
    }
}

fn collect_expr(rtl: &Rtl, root: ExprId, found: &mut Mentions) {
    match &rtl.expr(root).node {
        Node::Signal(SignalRef { signal, .. }) => {
            found.signals.insert(*signal);
        }
        Node::MemoryRead { memory, .. } => {
            found.memories.insert(*memory);
        }
        _ => {}
    }
    rtl.operands(root).into_iter().for_each(|operand| collect_expr(rtl, operand, found));
}

impl Printer<'_> {
    /// Declares those signals and memories of the present scope that are in `wanted` and not yet in `done`.
    pub fn declare(&mut self, wanted: &Mentions, done: &mut Mentions) {
        let signals: Vec<SignalId> = wanted.signals.difference(&done.signals).copied().collect();
        let memories: Vec<MemoryId> = wanted.memories.difference(&done.memories).copied().collect();
        for id in signals {
            let signal = self.rtl.signal(id);
            if matches!(signal.kind, Kind::Input | Kind::Output) || !self.is_here(signal) {
                continue;
            }
            done.signals.insert(id);
            if let Some(of) = signal.enumeration {
                self.declare_enum(of);
            }
            self.declare_signal(id);
        }
        for id in memories {
            let memory = &self.rtl.memories[id.index()];
            if memory.scope != self.open {
                continue;
            }
            done.memories.insert(id);
            let style = memory.style.attribute().map(|s| format!("(* ram_style = \"{s}\" *) ")).unwrap_or_default();
            let sign = if memory.ty.is_signed() { "signed " } else { "" };
            let line = format!("{style}logic {sign}[{}:0] {} [{}];", memory.ty.width() - 1, memory.name, memory.depth);
            self.line(&line);
        }
    }

    /// Whether the present scope declares the signal.
    pub fn is_here(&self, signal: &Signal) -> bool {
        signal.scope == self.open && signal.branch == self.branch
    }

    fn declare_enum(&mut self, of: EnumId) {
        let of = &self.rtl.enums[of.index()];
        let range = if of.width > 1 { format!(" [{}:0]", of.width - 1) } else { String::new() };
        self.line(&format!("typedef enum logic{range} {{"));
        for (index, member) in of.members.iter().enumerate() {
            let comma = if index + 1 < of.members.len() { "," } else { "" };
            self.line(&format!("  {member}{comma}"));
        }
        self.line(&format!("}} {};", of.name));
        self.out.push('\n');
    }

    fn declare_signal(&mut self, id: SignalId) {
        let signal = self.rtl.signal(id);
        let ty = match signal.enumeration {
            Some(of) => self.rtl.enums[of.index()].name.clone(),
            None => format!("logic {}", range(signal)).trim_end().to_owned(),
        };
        let attributes: String = signal.attributes.iter().map(|(n, v)| format!("(* {n} = \"{v}\" *) ")).collect();
        let base = &self.rtl.names.signals[id.index()];
        let names = match &signal.kind {
            Kind::Reg(_) if self.has_next(id) => format!("{base}_d, {base}_q"),
            Kind::Reg(_) => format!("{base}_q"),
            _ => base.clone(),
        };
        let place = if self.options.places { format!("  // {}", signal.place) } else { String::new() };
        self.line(&format!("{attributes}{ty} {names};{place}"));
    }

    /// Whether a combinational process assigns the register's next value.
    fn has_next(&self, id: SignalId) -> bool {
        fn search(items: &[Item], id: SignalId) -> bool {
            items.iter().any(|item| match item {
                Item::Comb { stmts, .. } => {
                    let mut found = false;
                    visit_targets(stmts, &mut |target, _| found |= target.signal == id);
                    found
                }
                Item::Loop { items, .. } => search(items, id),
                Item::When { then, other, .. } => search(then, id) || search(other, id),
                _ => false,
            })
        }
        search(&self.rtl.items, id)
    }
}
