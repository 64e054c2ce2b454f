//! Unnamed expressions are printed where they are used; used twice, they would be built twice.

use std::collections::HashMap;

use crate::error::{Code, Error};
use crate::ir::{Binary, ExprId, Node, Rtl, visit_item_exprs};

pub(super) fn run(rtl: &mut Rtl, errors: &mut Vec<Error>) {
    let mut uses: HashMap<ExprId, u32> = HashMap::new();
    for item in &rtl.items {
        visit_item_exprs(rtl, item, &mut |root| count(rtl, root, &mut uses));
    }
    let mut reused: Vec<ExprId> =
        uses.iter().filter(|(id, n)| **n > 1 && !is_cheap(rtl, **id)).map(|(id, _)| *id).collect();
    reused.sort();
    for id in reused {
        let expr = rtl.expr(id);
        errors.push(Error {
            code: Code::UnnamedReuse,
            message: format!("an unnamed expression of type {} is used {} times", expr.ty, uses[&id]),
            place: expr.place,
            related: vec![],
            hint: "give it a name where it is made: `let value = (...).named(\"value\");`".to_owned(),
        });
    }
}

/// Counts the uses of `root` and, at its first use, of everything below it.
fn count(rtl: &Rtl, root: ExprId, uses: &mut HashMap<ExprId, u32>) {
    let n = uses.entry(root).or_default();
    *n += 1;
    if *n == 1 {
        rtl.operands(root).into_iter().for_each(|operand| count(rtl, operand, uses));
    }
}

/// Whether repeating the expression costs nothing and reads well: wiring, and comparisons with a constant.
fn is_cheap(rtl: &Rtl, id: ExprId) -> bool {
    let is_cheap = |id: ExprId| is_cheap(rtl, id);
    match &rtl.expr(id).node {
        Node::Poison | Node::Const(_) | Node::EnumConst(..) | Node::Signal(_) | Node::Index(_) => true,
        Node::Slice { of, .. } | Node::Cast(of) | Node::ShiftLeft(of, _) | Node::Repeat(_, of) => is_cheap(*of),
        Node::Unary(op, of) => *op == crate::ir::Unary::Not && is_cheap(*of),
        Node::Binary(Binary::Eq | Binary::Ne | Binary::Lt | Binary::Le | Binary::Gt | Binary::Ge, a, b) => {
            let constant = |id: ExprId| matches!(rtl.expr(id).node, Node::Const(_) | Node::EnumConst(..));
            is_cheap(*a) && constant(*b)
        }
        Node::Binary(..) | Node::Mux { .. } | Node::MemoryRead { .. } => false,
        Node::Concat(parts) => parts.len() <= 2 && parts.iter().all(|p| is_cheap(*p)),
    }
}
