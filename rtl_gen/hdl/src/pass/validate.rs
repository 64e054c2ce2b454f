//! What holds in the IR between all passes: every id means something, every expression stands behind its operands,
//! widths agree. Anything else is the library's own fault.

use crate::error::{Code, Error, Place};
use crate::ir::{ExprId, Node, Rtl, Select};

/// An error for the first invariant that `rtl` breaks after `pass`.
pub(super) fn validate(rtl: &Rtl, pass: &str, place: Place) -> Option<Error> {
    let broken = (0..rtl.exprs.len()).find_map(|index| check(rtl, index).map(|what| (index, what)));
    broken.map(|(index, what)| Error {
        code: Code::Internal,
        message: format!("after pass `{pass}`, expression {index}: {what}"),
        place: rtl.exprs.get(index).map_or(place, |e| e.place),
        related: vec![],
        hint: "this is a fault of the library: report it with the module that shows it".to_owned(),
    })
}

fn check(rtl: &Rtl, index: usize) -> Option<String> {
    let expr = &rtl.exprs[index];
    let id = ExprId(index as u32);
    if rtl.operands(id).iter().any(|operand| operand.index() >= index) {
        return Some("an operand is made after it".to_owned());
    }
    let width = |id: ExprId| rtl.expr(id).ty.width();
    let own = expr.ty.width();
    let wanted = match &expr.node {
        Node::Concat(parts) => Some(parts.iter().map(|p| width(*p)).sum()),
        Node::Repeat(count, of) => Some(count * width(*of)),
        Node::Slice { of, lsb } if lsb + own > width(*of) => {
            return Some(format!("bits {} to {lsb} of {}", lsb + own - 1, width(*of)));
        }
        Node::Mux { condition, .. } if width(*condition) != 1 => return Some("a condition of several bits".to_owned()),
        Node::Signal(reference) => {
            let Some(signal) = rtl.signals.get(reference.signal.index()) else {
                return Some("a signal that does not exist".to_owned());
            };
            if reference.iterations.len() != signal.scope.len() {
                return Some("as many iterations as loops are wanted".to_owned());
            }
            match reference.select {
                Select::Whole if signal.count.is_some() => Some(signal.bits()),
                _ => None,
            }
        }
        _ => None,
    };
    wanted.filter(|wanted| *wanted != own).map(|wanted| format!("{own} bits where {wanted} are wanted"))
}

#[cfg(test)]
mod tests {
    use expect_test::expect;

    use super::*;
    use crate::{Module, Ty};

    /// No module that is built breaks an invariant, so one that was built is broken by hand.
    #[test]
    fn h901_internal() {
        let design = Module::build("m", |m| {
            let (a, b) = (m.input("a", Ty::uint(3)), m.input("b", Ty::uint(4)));
            m.output("y", Ty::uint(7)).set(m.concat([a, b]));
        });
        let mut rtl = design.unwrap().rtl.clone();
        let place = Place::here();
        assert_eq!(validate(&rtl, "none", place), None);
        let concat = rtl.exprs.iter_mut().find(|e| matches!(e.node, Node::Concat(_))).unwrap();
        concat.ty = Ty::uint(8);
        expect![[r#"
            error[H901]: after pass `widths`, expression 3: 8 bits where 7 are wanted
              --> hdl/src/pass/validate.rs:63
              help: this is a fault of the library: report it with the module that shows it"#]]
        .assert_eq(&validate(&rtl, "widths", place).unwrap().to_string());
    }
}
