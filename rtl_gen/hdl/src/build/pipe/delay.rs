//! Delays: where values of different stages meet, the earlier one waits in registers named after it.

use crate::build::{Module, Sig};
use crate::error::{Code, Place};
use crate::ir::{Name, Node, PipeId, SignalRef, Stage};

impl Module {
    /// The values at the latest stage of any of them, delayed where needed; none if they cannot meet.
    pub(crate) fn align<'m, const N: usize>(&'m self, values: [Sig<'m>; N], place: Place) -> Option<[Sig<'m>; N]> {
        self.align_all(values.to_vec(), place)?.try_into().ok()
    }

    pub(crate) fn align_all<'m>(&'m self, values: Vec<Sig<'m>>, place: Place) -> Option<Vec<Sig<'m>>> {
        let stages: Vec<Option<Stage>> = values.iter().map(|v| v.stage()).collect();
        let Some(latest) = stages.iter().flatten().max_by_key(|s| s.number).copied() else { return Some(values) };
        if let Some(other) = stages.iter().flatten().find(|s| s.pipe != latest.pipe) {
            let inner = self.inner.borrow();
            let names = [latest, *other].map(|s| inner.pipes[s.pipe.index()].name.clone());
            drop(inner);
            let message = format!("values of the pipes of `{}` and `{}` meet", names[0], names[1]);
            self.error(Code::PipeMismatch, place, message, "pass one through a register or a FIFO outside the pipes");
            return None;
        }
        values
            .into_iter()
            .zip(stages)
            .map(|(value, stage)| match stage {
                Some(stage) if stage.number < latest.number => self.delayed(value, stage, latest.number, place),
                _ => Some(value),
            })
            .collect()
    }

    /// `value` of stage `from` in registers up to stage `to`.
    pub(super) fn delayed<'m>(&'m self, value: Sig<'m>, from: Stage, to: u32, place: Place) -> Option<Sig<'m>> {
        let Node::Signal(reference) = value.node() else {
            if matches!(value.node(), Node::Const(_) | Node::Index(_)) {
                return Some(value);
            }
            let message = format!("an unnamed value of stage {} meets one of stage {to}", from.number);
            let hint = "name it, so that its delays can be called after it: `let x = (...).named(\"x\");`";
            let mut inner = self.inner.borrow_mut();
            let made = inner.rtl.expr(value.id).place;
            inner.error(Code::PipeMismatch, place, message, hint);
            if let Some(error) = inner.errors.last_mut() {
                error.related.push(("the value is made".to_owned(), made));
            }
            return None;
        };
        let base = self.delay_name(&reference, from.pipe);
        let frac = value.ty().frac();
        let mut value = value;
        for number in from.number + 1..=to {
            let scope = self.inner.borrow().open_loops.clone();
            let key = (self.canonical(&reference), number, scope);
            let known = self.inner.borrow().delays.iter().find(|(k, _)| *k == key).map(|(_, id)| *id);
            value = match known {
                Some(id) => Sig::new(self, id),
                None => {
                    let stage = Stage { pipe: from.pipe, number: number - 1 };
                    let delayed = self.delay_register(&format!("{base}_s{number}"), value, stage, place);
                    self.inner.borrow_mut().delays.push((key, delayed.id));
                    delayed
                }
            };
        }
        Some(value.with_frac(frac))
    }

    fn canonical(&self, reference: &SignalRef) -> String {
        format!("{reference:?}")
    }

    fn delay_name(&self, reference: &SignalRef, pipe: PipeId) -> String {
        let inner = self.inner.borrow();
        let alias = inner.pipes[pipe.index()].aliases.iter().find(|a| a.0 == reference.signal);
        let name = match (alias, &inner.rtl.signal(reference.signal).name) {
            (Some((_, alias)), _) => alias.clone(),
            (None, Name::Given(name)) => name.clone(),
            (None, Name::Step(suffix)) => (*suffix).to_owned(),
        };
        let stem = name.rsplit_once("_s").filter(|(_, n)| !n.is_empty() && n.bytes().all(|b| b.is_ascii_digit()));
        stem.map_or(name.clone(), |(stem, _)| stem.to_owned())
    }
}
