//! Statements, and what a scope is made of.

use std::sync::Arc;

use super::{DomainId, ExprId, InstanceId, LoopId, MemoryId, SignalRef};
use crate::affine::Affine;
use crate::design::Design;
use crate::error::Place;

/// A for-generate loop over `lo..hi`.
#[derive(Clone, Debug)]
pub(crate) struct Loop {
    pub name: String,
    pub lo: i64,
    pub hi: i64,
    pub parent: Option<LoopId>,
    /// The generate branch around it inside its parent.
    pub branch: Option<u32>,
    pub place: Place,
}

/// One side of a generate-if.
#[derive(Clone, Debug)]
pub(crate) struct Branch {
    /// What its label is made of.
    pub name: String,
    /// The loop directly around it, and the branch inside that loop around it.
    pub inside: Option<LoopId>,
    pub parent: Option<u32>,
}

/// A statement of a process.
#[derive(Clone, Debug)]
pub(crate) enum Stmt {
    Assign { target: SignalRef, value: ExprId, place: Place },
    Write { memory: MemoryId, address: ExprId, value: ExprId, place: Place },
    If { arms: Vec<(ExprId, Vec<Stmt>)>, other: Vec<Stmt>, place: Place },
    Case { subject: ExprId, arms: Vec<(Vec<ExprId>, Vec<Stmt>)>, default: Vec<Stmt>, place: Place },
    Comment(String),
}

/// One connection of an instance.
#[derive(Clone, Debug)]
pub(crate) struct Connection {
    pub port: String,
    pub value: ExprId,
    pub place: Place,
}

#[derive(Clone, Debug)]
pub(crate) struct Instance {
    pub name: String,
    pub design: Arc<Design>,
    pub domain: DomainId,
    pub inputs: Vec<Connection>,
    pub outputs: Vec<Connection>,
    pub place: Place,
}

/// What a scope is made of, in the order of the source.
#[derive(Clone, Debug)]
pub(crate) enum Item {
    Comment(String),
    Assign {
        target: SignalRef,
        value: ExprId,
        place: Place,
    },
    /// Combinational process; registers assigned in it get their `always_ff` behind it.
    Comb {
        stmts: Vec<Stmt>,
        place: Place,
    },
    /// Clocked process of one domain.
    Clocked {
        domain: DomainId,
        stmts: Vec<Stmt>,
        place: Place,
    },
    Loop {
        id: LoopId,
        items: Vec<Item>,
    },
    /// Elaborated only where `index` is in `lo..hi`.
    When {
        index: Affine,
        lo: i64,
        hi: i64,
        then: Vec<Item>,
        other: Vec<Item>,
        /// Of `then` and `other`, by index into [`Rtl::branches`].
        branches: (u32, u32),
    },
    Instance(InstanceId),
    /// Checked at each clock edge outside reset, in simulation and in proofs.
    Assert {
        name: String,
        condition: ExprId,
        domain: DomainId,
        place: Place,
    },
}
