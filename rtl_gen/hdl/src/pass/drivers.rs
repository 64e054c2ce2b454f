//! Every signal that is declared is driven.

use std::collections::HashSet;

use crate::error::{Code, Error};
use crate::ir::{Item, Kind, Name, Node, Rtl, SignalId, visit_targets};

pub(super) fn run(rtl: &mut Rtl, errors: &mut Vec<Error>) {
    let mut driven = HashSet::new();
    rtl.items.iter().for_each(|item| collect(rtl, item, &mut driven));
    for (index, signal) in rtl.signals.iter().enumerate() {
        let Name::Given(name) = &signal.name else { continue };
        if signal.kind == Kind::Input || driven.contains(&SignalId(index as u32)) {
            continue;
        }
        errors.push(Error {
            code: Code::NoDriver,
            message: format!("`{name}` is never assigned"),
            place: signal.place,
            related: vec![],
            hint: "assign it with `.set(...)`, or leave it out".to_owned(),
        });
    }
}

fn collect(rtl: &Rtl, item: &Item, driven: &mut HashSet<SignalId>) {
    match item {
        Item::Comment(_) | Item::Assert { .. } => {}
        Item::Assign { target, .. } => {
            driven.insert(target.signal);
        }
        Item::Comb { stmts, .. } | Item::Clocked { stmts, .. } => visit_targets(stmts, &mut |target, _| {
            driven.insert(target.signal);
        }),
        Item::Loop { items, .. } => items.iter().for_each(|i| collect(rtl, i, driven)),
        Item::When { then, other, .. } => then.iter().chain(other).for_each(|i| collect(rtl, i, driven)),
        Item::Instance(id) => {
            for connection in &rtl.instances[id.index()].outputs {
                if let Node::Signal(reference) = &rtl.expr(connection.value).node {
                    driven.insert(reference.signal);
                }
            }
        }
    }
}
