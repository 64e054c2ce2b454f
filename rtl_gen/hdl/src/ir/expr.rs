//! Expressions and references to signals.

use num_bigint::BigInt;

use super::{EnumId, ExprId, MemoryId, PipeId, SignalId};
use crate::affine::Affine;
use crate::error::Place;
use crate::ty::Ty;

/// Where in a pipe a value is valid.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Stage {
    pub pipe: PipeId,
    pub number: u32,
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
