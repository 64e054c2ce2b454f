//! Walks over statements and items.

use super::{ExprId, Item, Node, Rtl, Select, SignalRef, Stmt};
use crate::error::Place;

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
