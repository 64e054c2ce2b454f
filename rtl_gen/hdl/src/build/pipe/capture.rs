//! The registers between two stages, gathered into one clocked process a stage.

use super::Bucket;
use crate::build::{Module, Sig};
use crate::error::Place;
use crate::ir::{ExprId, Item, Name, Node, PipeId, SignalRef, Stage, Stmt};
use crate::ty::Ty;

impl Module {
    /// A register that takes `value` at the end of `stage`.
    pub(super) fn stage_register<'m>(&'m self, name: &str, value: Sig<'m>, stage: Stage, place: Place) -> Sig<'m> {
        let ty = value.ty();
        let signal = self.add_signal(Name::Given(name.to_owned()), ty, self.reg_kind(None), None, place);
        let target = self.reference(signal);
        self.capture(target, value.id, stage);
        self.signal_expr(signal, Some(Stage { pipe: stage.pipe, number: stage.number + 1 }), place)
    }

    pub(super) fn capture(&self, target: SignalRef, value: ExprId, stage: Stage) {
        let mut inner = self.inner.borrow_mut();
        if inner.frames.len() == 1 {
            inner.pipes[stage.pipe.index()].bucket(stage.number).captures.push((target, value));
        } else if let Some(frame) = inner.frames.last_mut() {
            frame.captures.push((stage, target, value));
        }
    }

    /// Puts the pipe registers of the innermost scope into clocked processes, one a stage.
    pub(crate) fn flush_captures(&self) {
        let captures = self.inner.borrow_mut().frames.last_mut().map(|f| std::mem::take(&mut f.captures));
        let mut captures = captures.unwrap_or_default();
        captures.sort_by_key(|(stage, ..)| stage.number);
        while let Some((stage, ..)) = captures.first().cloned() {
            let rest = captures.iter().position(|c| c.0 != stage).unwrap_or(captures.len());
            let group = captures.drain(..rest).map(|(_, target, value)| (target, value)).collect();
            let item = self.clocked_captures(stage, group);
            self.inner.borrow_mut().push_item(item, Some(stage));
        }
    }

    fn clocked_captures(&self, stage: Stage, captures: Vec<(SignalRef, ExprId)>) -> Item {
        let place = self.inner.borrow().pipes[stage.pipe.index()].place;
        let stmts = captures.into_iter().map(|(target, value)| Stmt::Assign { target, value, place }).collect();
        let loads = self.stage_enable(stage, place);
        let domain = self.current_domain();
        Item::Clocked { domain, stmts: vec![Stmt::If { arms: vec![(loads, stmts)], other: vec![], place }], place }
    }

    /// When the registers behind `stage` load.
    fn stage_enable(&self, stage: Stage, place: Place) -> ExprId {
        let (valid, advance, gate) = {
            let inner = self.inner.borrow();
            let state = &inner.pipes[stage.pipe.index()];
            (state.valid, state.advance, state.gate)
        };
        let advance = self.signal_expr(advance, None, place);
        let Some(offered) = gate else { return advance.id };
        let here = match stage.number.checked_sub(1) {
            None => Sig::new(self, offered),
            Some(lsb) => {
                let all = self.signal_expr(valid, None, place);
                self.expr(Node::Slice { of: all.id, lsb }, Ty::bit(), None, place)
            }
        };
        let loads = advance & here;
        self.inner.borrow_mut().pipes[stage.pipe.index()].enables.push((loads.id, here.id));
        loads.id
    }
}

pub(super) fn emit_buckets(m: &Module, pipe: PipeId, buckets: Vec<Bucket>) {
    let many = buckets.len() > 2;
    for (stage, bucket) in buckets.into_iter().enumerate() {
        if bucket.items.is_empty() && bucket.captures.is_empty() {
            continue;
        }
        if many && !bucket.captures.is_empty() {
            m.comment(&format!("Stage {}", stage + 1));
        }
        bucket.items.into_iter().for_each(|item| m.inner.borrow_mut().push_item(item, None));
        if !bucket.captures.is_empty() {
            let item = m.clocked_captures(Stage { pipe, number: stage as u32 }, bucket.captures);
            m.inner.borrow_mut().push_item(item, None);
        }
    }
}
