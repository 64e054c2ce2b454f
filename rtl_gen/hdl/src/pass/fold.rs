//! Conditions that always hold, such as the enable of stages that never hold, are left out.

use num_bigint::BigInt;

use crate::error::Error;
use crate::ir::{Binary, ExprId, Item, Node, Rtl, Stmt};

pub(super) fn run(rtl: &mut Rtl, _errors: &mut Vec<Error>) {
    for index in 0..rtl.exprs.len() {
        let Node::Binary(Binary::And, a, b) = rtl.exprs[index].node else { continue };
        let other = if holds(rtl, a) { b } else { a };
        if (other == b || holds(rtl, b)) && rtl.exprs[index].ty == rtl.expr(other).ty {
            rtl.exprs[index].node = rtl.expr(other).node.clone();
        }
    }
    let mut items = std::mem::take(&mut rtl.items);
    fold_items(rtl, &mut items);
    rtl.items = items;
}

fn holds(rtl: &Rtl, id: ExprId) -> bool {
    let expr = rtl.expr(id);
    expr.ty.width() == 1 && matches!(&expr.node, Node::Const(value) if *value == BigInt::from(1))
}

fn fold_items(rtl: &Rtl, items: &mut [Item]) {
    for item in items {
        match item {
            Item::Comb { stmts, .. } | Item::Clocked { stmts, .. } => fold_stmts(rtl, stmts),
            Item::Loop { items, .. } => fold_items(rtl, items),
            Item::When { then, other, .. } => {
                fold_items(rtl, then);
                fold_items(rtl, other);
            }
            _ => {}
        }
    }
}

fn fold_stmts(rtl: &Rtl, stmts: &mut Vec<Stmt>) {
    for mut stmt in std::mem::take(stmts) {
        match &mut stmt {
            Stmt::If { arms, other, .. } => {
                if let Some(at) = arms.iter().position(|(condition, _)| holds(rtl, *condition)) {
                    *other = arms.swap_remove(at).1;
                    arms.truncate(at);
                }
                arms.iter_mut().for_each(|(_, body)| fold_stmts(rtl, body));
                fold_stmts(rtl, other);
                if arms.is_empty() {
                    stmts.append(other);
                    continue;
                }
            }
            Stmt::Case { arms, default, .. } => {
                arms.iter_mut().for_each(|(_, body)| fold_stmts(rtl, body));
                fold_stmts(rtl, default);
            }
            _ => {}
        }
        stmts.push(stmt);
    }
}

#[cfg(test)]
mod tests {
    use crate::{Module, Ty};

    #[test]
    fn a_branch_that_always_runs_ends_the_chain() {
        let design = Module::build("m", |m| {
            let (a, b) = (m.input("a", Ty::bit()), m.input("b", Ty::bit()));
            let y = m.output("y", Ty::uint(2));
            let always = m.lit(1);
            m.comb(|| {
                let chain = || m.when_else(always, || y.set(2), || y.set(3));
                m.when_else(a & always & b, || y.set(1), chain);
            });
        });
        let text = design.unwrap().to_sv(&Default::default());
        let process = "\
  always_comb begin
    if (a_i && b_i) begin
      y_o = 2'd1;
    end else begin
      y_o = 2'd2;
    end
  end
";
        assert!(text.contains(process), "{text}");
    }
}
