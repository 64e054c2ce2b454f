//! The registers between two stages, gathered into one clocked process a stage, under a heading where they are several.

use std::collections::{BTreeMap, BTreeSet};

use super::Bucket;
use crate::build::{Frame, Module, Sig};
use crate::error::Place;
use crate::ir::{ExprId, Item, Name, Node, PipeId, SignalRef, Stage, Stmt};
use crate::ty::Ty;

/// A register between two stages, and the value that it takes.
pub(crate) struct Capture {
    pub target: SignalRef,
    pub value: ExprId,
    pub is_delay: bool,
}

/// Which pipe registers are inside an item.
#[derive(Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Registers {
    /// None that a heading would announce.
    #[default]
    Unannounced,
    /// Those of the item's stage.
    OfStage,
    /// Those of several stages, under headings of their own.
    Headed,
}

/// An item, and where it belongs.
pub(crate) struct Placed {
    pub item: Item,
    pub stage: Option<Stage>,
    pub registers: Registers,
}

/// A scope that is complete, to be put into an item.
pub(crate) struct Scope {
    pub items: Vec<Item>,
    pub stage: Option<Stage>,
    pub registers: Registers,
}

impl Module {
    /// A register that takes `value` at the end of `stage`.
    pub(super) fn stage_register<'m>(&'m self, name: &str, value: Sig<'m>, stage: Stage, place: Place) -> Sig<'m> {
        self.register(name, value, stage, false, place)
    }

    /// As [`stage_register`](Module::stage_register), of a value that only waits.
    pub(super) fn delay_register<'m>(&'m self, name: &str, value: Sig<'m>, stage: Stage, place: Place) -> Sig<'m> {
        self.register(name, value, stage, true, place)
    }

    fn register<'m>(&'m self, name: &str, value: Sig<'m>, stage: Stage, is_delay: bool, place: Place) -> Sig<'m> {
        let ty = value.ty();
        let signal = self.add_signal(Name::Given(name.to_owned()), ty, self.reg_kind(None), None, place);
        let target = self.reference(signal);
        self.capture(Capture { target, value: value.id, is_delay }, stage);
        self.signal_expr(signal, Some(Stage { pipe: stage.pipe, number: stage.number + 1 }), place)
    }

    pub(super) fn capture(&self, capture: Capture, stage: Stage) {
        let mut inner = self.inner.borrow_mut();
        if inner.frames.len() == 1 {
            inner.pipes[stage.pipe.index()].bucket(stage.number).captures.push(capture);
        } else if let Some(frame) = inner.frames.last_mut() {
            frame.captures.push((stage, capture));
        }
    }

    /// Closes the innermost scope: stage by stage its items, then its pipe registers in one clocked process.
    pub(crate) fn close_scope(&self) -> Scope {
        let Frame { mut items, captures } = self.inner.borrow_mut().frames.pop().unwrap_or_default();
        let inside = items.iter().filter(|placed| placed.registers != Registers::Unannounced);
        let captured = captures.iter().map(|(stage, _)| *stage).chain(inside.filter_map(|placed| placed.stage));
        let captured: BTreeSet<Stage> = captured.collect();
        let stage = captured.last().copied().or_else(|| items.iter().filter_map(|placed| placed.stage).max());
        let is_headed = captured.len() > 1;
        let mut registers = items.iter().map(|placed| placed.registers).max().unwrap_or_default();
        if captures.iter().any(|(_, capture)| !capture.is_delay) {
            registers = registers.max(Registers::OfStage);
        }
        if is_headed && registers == Registers::OfStage {
            registers = Registers::Headed;
        }
        if captures.is_empty() && !is_headed {
            return Scope { items: items.into_iter().map(|placed| placed.item).collect(), stage, registers };
        }
        // A comment belongs to what it stands above.
        for at in (1..items.len()).rev() {
            if items[at - 1].stage.is_none() && matches!(items[at - 1].item, Item::Comment(_)) {
                items[at - 1].stage = items[at].stage;
            }
        }
        let mut buckets: BTreeMap<Option<Stage>, Bucket> = BTreeMap::new();
        items.into_iter().for_each(|placed| buckets.entry(placed.stage).or_default().items.push(placed));
        for (stage, capture) in captures {
            buckets.entry(Some(stage)).or_default().captures.push(capture);
        }
        let items =
            buckets.into_iter().flat_map(|(stage, bucket)| self.bucket_items(stage, bucket, is_headed)).collect();
        Scope { items, stage, registers }
    }

    /// The items of a bucket and its registers, under a heading if `is_headed` and there is something to announce.
    fn bucket_items(&self, stage: Option<Stage>, bucket: Bucket, is_headed: bool) -> Vec<Item> {
        let Some(stage) = stage else { return bucket.items.into_iter().map(|placed| placed.item).collect() };
        let heading = || is_headed.then(|| Item::Comment(format!("Stage {}", stage.number + 1)));
        let (mut items, mut open, mut is_announced) = (vec![], vec![], false);
        for Placed { item, registers, .. } in bucket.items {
            open.push(item);
            is_announced |= registers == Registers::OfStage;
            if registers == Registers::Headed {
                // What follows is not under the headings inside, so it gets its own.
                items.extend(is_announced.then(heading).flatten());
                items.append(&mut open);
                is_announced = false;
            }
        }
        // Delays alone speak for themselves.
        is_announced |= bucket.captures.iter().any(|capture| !capture.is_delay || !open.is_empty());
        items.extend(is_announced.then(heading).flatten());
        items.append(&mut open);
        if !bucket.captures.is_empty() {
            items.push(self.clocked_captures(stage, bucket.captures));
        }
        items
    }

    fn clocked_captures(&self, stage: Stage, captures: Vec<Capture>) -> Item {
        let place = self.inner.borrow().pipes[stage.pipe.index()].place;
        let assign = |Capture { target, value, .. }| Stmt::Assign { target, value, place };
        let stmts = captures.into_iter().map(assign).collect();
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
        (advance & here).id
    }
}

pub(super) fn emit_buckets(m: &Module, pipe: PipeId, buckets: Vec<Bucket>) {
    let is_headed = buckets.len() > 2;
    for (number, bucket) in (0..).zip(buckets) {
        let items = m.bucket_items(Some(Stage { pipe, number }), bucket, is_headed);
        items.into_iter().for_each(|item| m.inner.borrow_mut().push_item(item, None));
    }
}
