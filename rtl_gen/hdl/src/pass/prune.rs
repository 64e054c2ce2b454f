//! Steps of expressions that nothing uses in the end are left out; what the author named stays and is judged.

use std::collections::HashSet;

use crate::error::Error;
use crate::ir::{ExprId, Item, Name, Node, Rtl, SignalId, visit_item_exprs};

pub(super) fn run(rtl: &mut Rtl, _errors: &mut Vec<Error>) {
    loop {
        let mut used = HashSet::new();
        for item in &rtl.items {
            visit_item_exprs(rtl, item, &mut |root| collect(rtl, root, &mut used));
        }
        let dead = |id: SignalId| matches!(rtl.signal(id).name, Name::Step(_)) && !used.contains(&id);
        let mut items = rtl.items.clone();
        if !drop_dead(&mut items, &dead) {
            return;
        }
        rtl.items = items;
    }
}

fn collect(rtl: &Rtl, root: ExprId, used: &mut HashSet<SignalId>) {
    if let Node::Signal(reference) = &rtl.expr(root).node {
        used.insert(reference.signal);
    }
    rtl.operands(root).into_iter().for_each(|operand| collect(rtl, operand, used));
}

/// Removes the assignments of dead signals; whether there were any.
fn drop_dead(items: &mut Vec<Item>, dead: &impl Fn(SignalId) -> bool) -> bool {
    let before = items.len();
    items.retain(|item| !matches!(item, Item::Assign { target, .. } if dead(target.signal)));
    let mut changed = items.len() != before;
    for item in items {
        match item {
            Item::Loop { items, .. } => changed |= drop_dead(items, dead),
            Item::When { then, other, .. } => {
                changed |= drop_dead(then, dead);
                changed |= drop_dead(other, dead);
            }
            _ => {}
        }
    }
    changed
}
