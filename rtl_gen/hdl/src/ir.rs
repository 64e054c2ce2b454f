//! The structured IR: what a module is before it is printed. Loops, processes, conditions and instances are kept as
//! such; [`crate::net`] derives the bit-level view from it.

use std::collections::BTreeMap;
use std::sync::Arc;

use num_bigint::BigInt;

use crate::affine::Affine;
use crate::design::{Design, Role, Stream};
use crate::error::Place;
use crate::ty::Ty;

macro_rules! id {
    ($($(#[$doc:meta])* $name:ident),+) => {$(
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
        pub(crate) struct $name(pub(crate) u32);

        impl $name {
            pub(crate) fn index(self) -> usize {
                self.0 as usize
            }
        }
    )+};
}
id! {
    /// An expression in [`Rtl::exprs`].
    ExprId,
    /// A signal in [`Rtl::signals`].
    SignalId,
    /// A loop in [`Rtl::loops`].
    LoopId,
    /// A memory in [`Rtl::memories`].
    MemoryId,
    /// An enumeration in [`Rtl::enums`].
    EnumId,
    /// A clock domain in [`Rtl::domains`].
    DomainId,
    /// An instance in [`Rtl::instances`].
    InstanceId,
    /// A pipe of the module.
    PipeId
}

/// Where in a pipe a value is valid.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Stage {
    pub pipe: PipeId,
    pub number: u32,
}

/// How a signal came about, which decides its suffix and where it may be assigned.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    Input,
    Output,
    Wire,
    Reg(Reg),
}

/// What makes a signal a register.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Reg {
    pub domain: DomainId,
    pub reset: Option<BigInt>,
}

/// How a signal is called.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Name {
    /// Chosen by the author.
    Given(String),
    /// A step of a larger expression: called after whatever uses it, plus this suffix.
    Step(&'static str),
}

/// A port, wire or register, or a vector of them.
#[derive(Clone, Debug)]
pub(crate) struct Signal {
    pub name: Name,
    pub ty: Ty,
    pub kind: Kind,
    /// Elements, if it is a vector.
    pub count: Option<u32>,
    /// Loops around the declaration, outermost first.
    pub scope: Vec<LoopId>,
    /// The generate branch inside the innermost loop that declares it, if one does.
    pub branch: Option<u32>,
    pub attributes: Vec<(String, String)>,
    pub enumeration: Option<EnumId>,
    pub place: Place,
}

impl Signal {
    /// Bits of the whole signal.
    pub fn bits(&self) -> u32 {
        self.ty.width() * self.count.unwrap_or(1)
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Unary {
    Neg,
    Not,
    ReduceAnd,
    ReduceOr,
    ReduceXor,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Binary {
    Add,
    Sub,
    Mul,
    And,
    Or,
    Xor,
    Eq,
    Ne,
    Lt,
    Le,
    Gt,
    Ge,
    /// Left by a signal.
    Shl,
    /// Right by a signal, arithmetic for signed values.
    Shr,
}

/// Which bits of a signal a reference means.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Select {
    /// All of a scalar, or the whole vector as bits.
    Whole,
    /// One element of a vector.
    Element(Affine),
    /// The element that a signal names.
    Dynamic(ExprId),
}

/// A reference to a signal, with the iteration of each loop around its declaration where that is not the current one.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(crate) struct SignalRef {
    pub signal: SignalId,
    pub select: Select,
    pub iterations: Vec<Option<Affine>>,
    /// The `_d` side of a register.
    pub next: bool,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Node {
    Poison,
    Const(BigInt),
    /// A member of an enumeration.
    EnumConst(EnumId, u32),
    Signal(SignalRef),
    /// The value of an index.
    Index(Affine),
    Unary(Unary, ExprId),
    Binary(Binary, ExprId, ExprId),
    Mux {
        condition: ExprId,
        then: ExprId,
        other: ExprId,
    },
    /// The integer times 2^n, in as many more bits.
    ShiftLeft(ExprId, u32),
    /// Bits `lsb .. lsb + width` of the vector.
    Slice {
        of: ExprId,
        lsb: u32,
    },
    /// First element in the most significant bits.
    Concat(Vec<ExprId>),
    Repeat(u32, ExprId),
    /// The same bits, or the same value in more or fewer bits, as another type.
    Cast(ExprId),
    MemoryRead {
        memory: MemoryId,
        address: ExprId,
    },
}

#[derive(Clone, Debug)]
pub(crate) struct Expr {
    pub node: Node,
    pub ty: Ty,
    pub stage: Option<Stage>,
    pub place: Place,
}

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

/// How a memory asks to be built.
///
/// ```
/// assert_eq!(hdl::RamStyle::Block.attribute(), Some("block"));
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum RamStyle {
    /// As the tool likes.
    #[default]
    Auto,
    /// LUT RAM.
    Distributed,
    /// Block RAM.
    Block,
    /// UltraRAM.
    Ultra,
    /// Flip-flops.
    Registers,
}

impl RamStyle {
    /// The value of the `ram_style` attribute.
    ///
    /// ```
    /// assert_eq!(hdl::RamStyle::Auto.attribute(), None);
    /// ```
    pub fn attribute(self) -> Option<&'static str> {
        match self {
            Self::Auto => None,
            Self::Distributed => Some("distributed"),
            Self::Block => Some("block"),
            Self::Ultra => Some("ultra"),
            Self::Registers => Some("registers"),
        }
    }
}

#[derive(Clone, Debug)]
pub(crate) struct Memory {
    pub name: String,
    pub ty: Ty,
    pub depth: u32,
    pub style: RamStyle,
    pub scope: Vec<LoopId>,
    pub place: Place,
}

#[derive(Clone, Debug)]
pub(crate) struct Enum {
    pub name: String,
    pub members: Vec<String>,
    pub width: u32,
    pub place: Place,
}

#[derive(Clone, Debug)]
pub(crate) struct Domain {
    pub clock: String,
    pub reset: String,
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

/// Whether the labels of a case name every value of its subject.
pub(crate) fn is_exhaustive(rtl: &Rtl, subject: ExprId, arms: &[(Vec<ExprId>, Vec<Stmt>)]) -> bool {
    let width = rtl.expr(subject).ty.width();
    let labels: std::collections::HashSet<&Node> = arms.iter().flat_map(|a| &a.0).map(|l| &rtl.expr(*l).node).collect();
    width < 20 && labels.len() == 1 << width
}

/// Calls `visit` with every expression that the statements hold directly.
pub(crate) fn visit_stmt_exprs(stmts: &[Stmt], visit: &mut impl FnMut(ExprId)) {
    for stmt in stmts {
        match stmt {
            Stmt::Comment(_) => {}
            Stmt::Assign { target, value, .. } => {
                if let Select::Dynamic(index) = target.select {
                    visit(index);
                }
                visit(*value);
            }
            Stmt::Write { address, value, .. } => {
                visit(*address);
                visit(*value);
            }
            Stmt::If { arms, other, .. } => {
                for (condition, body) in arms {
                    visit(*condition);
                    visit_stmt_exprs(body, visit);
                }
                visit_stmt_exprs(other, visit);
            }
            Stmt::Case { subject, arms, default, .. } => {
                visit(*subject);
                for (labels, body) in arms {
                    labels.iter().for_each(|l| visit(*l));
                    visit_stmt_exprs(body, visit);
                }
                visit_stmt_exprs(default, visit);
            }
        }
    }
}

/// Calls `visit` with every signal that the statements assign.
pub(crate) fn visit_targets(stmts: &[Stmt], visit: &mut impl FnMut(&SignalRef, Place)) {
    for stmt in stmts {
        match stmt {
            Stmt::Comment(_) | Stmt::Write { .. } => {}
            Stmt::Assign { target, place, .. } => visit(target, *place),
            Stmt::If { arms, other, .. } => {
                arms.iter().for_each(|(_, body)| visit_targets(body, visit));
                visit_targets(other, visit);
            }
            Stmt::Case { arms, default, .. } => {
                arms.iter().for_each(|(_, body)| visit_targets(body, visit));
                visit_targets(default, visit);
            }
        }
    }
}

/// Calls `visit` with every expression that the item holds, loops and conditions inside included.
pub(crate) fn visit_item_exprs(rtl: &Rtl, item: &Item, visit: &mut impl FnMut(ExprId)) {
    match item {
        Item::Comment(_) => {}
        Item::Assign { target, value, .. } => {
            if let Select::Dynamic(index) = target.select {
                visit(index);
            }
            visit(*value);
        }
        Item::Comb { stmts, .. } | Item::Clocked { stmts, .. } => visit_stmt_exprs(stmts, visit),
        Item::Loop { items, .. } => items.iter().for_each(|i| visit_item_exprs(rtl, i, visit)),
        Item::When { then, other, .. } => then.iter().chain(other).for_each(|i| visit_item_exprs(rtl, i, visit)),
        Item::Instance(id) => {
            let instance = &rtl.instances[id.index()];
            instance.inputs.iter().chain(&instance.outputs).for_each(|c| visit(c.value));
        }
        Item::Assert { condition, .. } => visit(*condition),
    }
}
