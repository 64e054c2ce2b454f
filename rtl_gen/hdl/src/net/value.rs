//! What the low bits of an expression depend on and which bits of signals its text reads. This follows the printer
//! step by step, so that what is unused here is what a linter of the text finds unused.

use super::{NONE, Net};
use crate::ir::{Binary, ExprId, Node, Select, SignalRef, Unary};
use crate::ty::Ty;

impl Net<'_> {
    fn ty(&self, id: ExprId) -> &Ty {
        &self.rtl.expr(id).ty
    }

    /// `value` brought to `width` bits with `fill`; nothing where dependencies are not tracked.
    fn sized(&self, mut value: Vec<u32>, width: u32, fill: u32) -> Vec<u32> {
        if self.track {
            value.resize(width as usize, fill);
        }
        value
    }

    /// One node for all of `from`, in every bit.
    fn mixed(&mut self, from: Vec<u32>, width: u32) -> Vec<u32> {
        if !self.track {
            return vec![];
        }
        let node = self.join(from);
        vec![node; width as usize]
    }

    fn own(&mut self, id: ExprId) -> Vec<u32> {
        let width = self.ty(id).width();
        self.value(id, width)
    }

    /// The low `width` bits of the expression, extended by its sign.
    pub(super) fn value(&mut self, id: ExprId, width: u32) -> Vec<u32> {
        let rtl = self.rtl;
        let expr = rtl.expr(id);
        let (own, zero) = (expr.ty.width(), self.constant());
        match &expr.node {
            Node::Poison | Node::Const(_) | Node::EnumConst(..) | Node::Index(_) => self.sized(vec![], width, zero),
            Node::Signal(reference) => self.signal(reference, &expr.ty, width),
            Node::Unary(Unary::Neg, a) => {
                let a = self.value(*a, width);
                self.mixed(a, width)
            }
            Node::Unary(op, a) => {
                let a = self.own(*a);
                let value = if *op == Unary::Not { a } else { self.mixed(a, 1) };
                self.sized(value, width, zero)
            }
            Node::Binary(op, a, b) => self.binary(*op, *a, *b, own, width),
            Node::Mux { condition, then, other } => {
                let condition = self.value(*condition, 1);
                let (then, other) = (self.value(*then, width), self.value(*other, width));
                let condition = condition.first().copied().unwrap_or(zero);
                then.into_iter().zip(other).map(|(a, b)| self.join([condition, a, b])).collect()
            }
            Node::ShiftLeft(a, by) => {
                let a = self.value(*a, width);
                let low = vec![zero; if self.track { (*by).min(width) as usize } else { 0 }];
                let all: Vec<u32> = low.into_iter().chain(a).collect();
                self.sized(all, width, zero)
            }
            Node::Slice { of, lsb } => self.slice(*of, *lsb, own, width),
            Node::Concat(parts) => {
                let mut all = vec![];
                for part in parts.iter().rev() {
                    all.extend(self.own(*part));
                }
                self.sized(all, width, zero)
            }
            Node::Repeat(count, a) => {
                let a = self.own(*a);
                let all = a.repeat(*count as usize);
                self.sized(all, width, zero)
            }
            Node::Cast(a) => self.cast(*a, &expr.ty, width),
            Node::MemoryRead { memory, address } => {
                if self.mark {
                    let key = (memory.0, self.memory_instance(*memory));
                    self.memory_reads.insert(key);
                }
                let address = self.own(*address);
                self.mixed(address, width)
            }
        }
    }

    pub(super) fn memory_instance(&self, memory: crate::ir::MemoryId) -> u32 {
        let scope = &self.rtl.memories[memory.index()].scope;
        scope.iter().fold(0, |instance, id| {
            let l = &self.rtl.loops[id.index()];
            instance * (l.hi - l.lo) as u32 + (self.env[id.index()].unwrap_or(l.lo) - l.lo) as u32
        })
    }

    fn binary(&mut self, op: Binary, a: ExprId, b: ExprId, own: u32, width: u32) -> Vec<u32> {
        let zero = self.constant();
        match op {
            Binary::Add | Binary::Sub | Binary::Mul => {
                let mut all = self.value(a, width);
                all.extend(self.value(b, width));
                self.mixed(all, width)
            }
            Binary::And | Binary::Or | Binary::Xor => {
                let (a, b) = (self.value(a, own), self.value(b, own));
                let bits: Vec<u32> = a.into_iter().zip(b).map(|(a, b)| self.join([a, b])).collect();
                self.sized(bits, width, zero)
            }
            Binary::Eq | Binary::Ne | Binary::Lt | Binary::Le | Binary::Gt | Binary::Ge => {
                let (left, right) = (self.ty(a), self.ty(b));
                let common = Ty::range(left.lo().min(right.lo()).clone(), left.hi().max(right.hi()).clone()).width();
                let mut all = self.value(a, common);
                all.extend(self.value(b, common));
                let bit = self.mixed(all, 1);
                self.sized(bit, width, zero)
            }
            Binary::Shl | Binary::Shr => {
                let mut all = if op == Binary::Shl { self.value(a, width) } else { self.own(a) };
                all.extend(self.own(b));
                self.mixed(all, width)
            }
        }
    }

    fn through_casts(&self, mut id: ExprId, bits: u32) -> ExprId {
        while let Node::Cast(inner) = self.rtl.expr(id).node {
            if self.ty(inner).width() < bits {
                break;
            }
            id = inner;
        }
        id
    }

    fn slice(&mut self, of: ExprId, lsb: u32, own: u32, width: u32) -> Vec<u32> {
        let rtl = self.rtl;
        let zero = self.constant();
        let of = self.through_casts(of, lsb + own);
        let bits = match &rtl.expr(of).node {
            Node::Slice { of: inner, lsb: more } => return self.slice(*inner, lsb + more, own, width),
            Node::Signal(reference) if !matches!(reference.select, Select::Dynamic(_)) => {
                self.read(reference, lsb, own)
            }
            _ => {
                let all = self.own(of);
                all.into_iter().skip(lsb as usize).take(own as usize).collect()
            }
        };
        self.sized(bits, width, zero)
    }

    fn cast(&mut self, a: ExprId, ty: &Ty, width: u32) -> Vec<u32> {
        let (inner, own) = (self.ty(a).clone(), ty.width());
        let keeps_value = ty.lo() <= inner.lo() && inner.hi() <= ty.hi();
        if keeps_value || (width <= own && width <= inner.width()) {
            return self.truncated(a, width);
        }
        let value = self.truncated(a, own);
        self.extended(value, ty, width)
    }

    fn extended(&self, value: Vec<u32>, ty: &Ty, width: u32) -> Vec<u32> {
        let top = value.last().copied().unwrap_or(self.constant());
        self.sized(value, width, if ty.is_signed() { top } else { self.constant() })
    }

    fn truncated(&mut self, a: ExprId, width: u32) -> Vec<u32> {
        let expr = self.rtl.expr(a);
        let sliced = matches!(&expr.node, Node::Signal(r) if !matches!(r.select, Select::Dynamic(_)));
        if sliced && width < expr.ty.width() { self.slice(a, 0, width, width) } else { self.value(a, width) }
    }

    fn signal(&mut self, reference: &SignalRef, ty: &Ty, width: u32) -> Vec<u32> {
        let signal = self.rtl.signal(reference.signal);
        let element = signal.ty.width();
        match &reference.select {
            Select::Whole => {
                let bits = self.read(reference, 0, width.min(signal.bits()));
                self.extended(bits, ty, width)
            }
            Select::Element(_) => {
                let bits = self.read(reference, 0, element);
                self.extended(bits, ty, width)
            }
            Select::Dynamic(index) => {
                let mut all = self.own(*index);
                all.extend(self.read(reference, 0, signal.bits()));
                self.mixed(all, width)
            }
        }
    }

    /// The nodes of bits `lsb..lsb + bits` of what a reference means, which are marked as read.
    fn read(&mut self, reference: &SignalRef, lsb: u32, bits: u32) -> Vec<u32> {
        let Some((start, _)) = self.target(reference) else { return vec![] };
        let range = (start + lsb) as usize..(start + lsb + bits) as usize;
        if self.mark {
            self.used[range.clone()].fill(true);
        }
        if !self.track {
            return vec![];
        }
        range.map(|n| if self.overlay[n] == NONE { n as u32 } else { self.overlay[n] }).collect()
    }
}
