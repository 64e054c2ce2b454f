//! The structured IR: what a module is before it is printed. Loops, processes, conditions and instances are kept as
//! such; [`crate::net`] derives the bit-level view from it.

mod expr;
mod item;
mod signal;
mod visit;

use std::collections::BTreeMap;

pub(crate) use crate::id::{DomainId, EnumId, ExprId, InstanceId, LoopId, MemoryId, PipeId, SignalId};
pub(crate) use expr::{Binary, Expr, Node, Select, SignalRef, Stage, Unary};
pub(crate) use item::{Branch, Connection, Instance, Item, Loop, Stmt};
pub use signal::RamStyle;
pub(crate) use signal::{Domain, Enum, Kind, Memory, Name, Reg, Signal};
pub(crate) use visit::{is_exhaustive, visit_item_exprs, visit_stmt_exprs, visit_targets};

use crate::interface::{Role, Stream};

/// The identifiers that the naming pass chose.
#[derive(Clone, Debug, Default)]
pub(crate) struct Names {
    /// Of each signal, without `_d` or `_q`.
    pub signals: Vec<String>,
    /// Of each loop's generate block.
    pub labels: Vec<String>,
    /// Of each side of a generate-if.
    pub branches: Vec<String>,
}

/// A module as built.
#[derive(Clone, Debug, Default)]
pub(crate) struct Rtl {
    pub name: String,
    pub doc: Vec<String>,
    pub attributes: Vec<(String, String)>,
    /// Comments behind the header that a tool reads, and the one behind each input.
    pub pragmas: Vec<String>,
    pub input_pragma: Option<String>,
    pub signals: Vec<Signal>,
    /// Ports in the order of the header.
    pub ports: Vec<SignalId>,
    pub exprs: Vec<Expr>,
    pub loops: Vec<Loop>,
    pub branches: Vec<Branch>,
    pub memories: Vec<Memory>,
    pub enums: Vec<Enum>,
    pub domains: Vec<Domain>,
    pub instances: Vec<Instance>,
    pub items: Vec<Item>,
    pub streams: Vec<Stream>,
    /// What the ports that belong to a stream, or are clocks and resets, are for.
    pub roles: BTreeMap<SignalId, (Role, Option<String>)>,
    /// Identifiers of signals and labels of loops, filled in by the naming pass.
    pub names: Names,
}

impl Rtl {
    pub fn expr(&self, id: ExprId) -> &Expr {
        &self.exprs[id.index()]
    }

    pub fn signal(&self, id: SignalId) -> &Signal {
        &self.signals[id.index()]
    }

    /// The expressions directly below `id`.
    pub fn operands(&self, id: ExprId) -> Vec<ExprId> {
        match &self.expr(id).node {
            Node::Poison | Node::Const(_) | Node::EnumConst(..) | Node::Index(_) => vec![],
            Node::Signal(reference) => match reference.select {
                Select::Dynamic(index) => vec![index],
                _ => vec![],
            },
            Node::Unary(_, a)
            | Node::Repeat(_, a)
            | Node::Cast(a)
            | Node::ShiftLeft(a, _)
            | Node::Slice { of: a, .. } => vec![*a],
            Node::Binary(_, a, b) => vec![*a, *b],
            Node::Mux { condition, then, other } => vec![*condition, *then, *other],
            Node::Concat(parts) => parts.clone(),
            Node::MemoryRead { address, .. } => vec![*address],
        }
    }
}
