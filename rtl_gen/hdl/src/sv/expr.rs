//! Expressions.
//!
//! SystemVerilog extends operands by the context they stand in; here every operand is brought to the wanted width by
//! itself, so that the text means the same in every tool. [`Printer::expr`] prints an expression in exactly `width`
//! bits: its value modulo 2^`width`, extended by the sign of its type.

use pretty::RcDoc;

use super::Printer;
use super::layout::{Doc, text};
use super::literal::literal;
use crate::affine::Affine;
use crate::ir::{Binary, ExprId, Kind, LoopId, Node, Select, SignalRef, Unary};
use crate::ty::Ty;

/// How tightly an operator binds, weakest first.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Bind {
    Mux,
    LogicOr,
    LogicAnd,
    Or,
    Xor,
    And,
    Equality,
    Relation,
    Shift,
    Sum,
    Product,
    Unary,
    /// `8'(…)`, which Yosys 0.23 reads wrongly right behind a unary operator.
    Cast,
    Primary,
}

/// Printed text, how it binds, and whether SystemVerilog takes it as signed.
struct Text {
    doc: Doc,
    bind: Bind,
    signed: bool,
    /// Whether it would be computed in more bits if more are wanted around it.
    ///
    /// Icarus 11 passes the width of a cast on to what stands inside, and Verilator warns of it.
    loose: bool,
    /// Whether an unsigned operand beside it would change its value: `>>>` shifts zeros in then.
    arithmetic: bool,
}

impl Text {
    fn new(doc: Doc, bind: Bind, signed: bool) -> Self {
        Self { doc, bind, signed, loose: false, arithmetic: false }
    }

    fn primary(doc: impl Into<String>, signed: bool) -> Self {
        Self::new(text(doc), Bind::Primary, signed)
    }

    fn loose(self, loose: bool) -> Self {
        Self { loose, ..self }
    }

    fn arithmetic(self, arithmetic: bool) -> Self {
        Self { arithmetic, ..self }
    }

    /// As an operand beside others that are all signed or not.
    fn beside(self, signed: bool) -> Self {
        if self.arithmetic && !signed { Self::call("$signed", self.doc, true) } else { self }
    }

    fn call(function: &str, inner: Doc, signed: bool) -> Self {
        let bind = if function.ends_with('\'') { Bind::Cast } else { Bind::Primary };
        Self::new(text(format!("{function}(")).append(inner.group()).append(")"), bind, signed)
    }

    fn parenthesised(self) -> Doc {
        if self.bind >= Bind::Cast { self.doc } else { self.enclosed() }
    }

    fn operand_of_unary(self) -> Doc {
        if self.bind == Bind::Primary { self.doc } else { self.enclosed() }
    }

    fn enclosed(self) -> Doc {
        text("(").append(self.doc).append(")").group()
    }

    /// As an operand of an operator of strength `outer`: in parentheses unless it clearly binds tighter.
    fn under(self, outer: Bind) -> Doc {
        let arithmetic = matches!(outer, Bind::Sum | Bind::Product);
        let clear =
            self.bind >= Bind::Unary || (arithmetic && self.bind > outer) || (self.bind == outer && chains(outer));
        if clear { self.doc } else { self.parenthesised() }
    }
}

/// Whether `a op b op c` is read without a second look.
fn chains(bind: Bind) -> bool {
    matches!(bind, Bind::Sum | Bind::Product | Bind::LogicAnd | Bind::LogicOr | Bind::And | Bind::Or | Bind::Xor)
}

/// The comparison that holds where this one does not.
fn opposite(op: Binary) -> Option<Binary> {
    Some(match op {
        Binary::Eq => Binary::Ne,
        Binary::Ne => Binary::Eq,
        Binary::Lt => Binary::Ge,
        Binary::Ge => Binary::Lt,
        Binary::Gt => Binary::Le,
        Binary::Le => Binary::Gt,
        _ => return None,
    })
}

impl Printer<'_> {
    /// The expression in `width` bits; constants are signed literals if `signed`.
    pub fn expr(&self, id: ExprId, width: u32, signed: bool) -> Doc {
        self.sized(id, width, signed).doc
    }

    /// The expression as the condition of an `if`.
    pub fn condition(&self, id: ExprId) -> Doc {
        self.sized(id, 1, false).doc
    }

    /// The opposite of the expression as the condition of an `if`.
    pub fn negation(&self, id: ExprId) -> Doc {
        self.unary(Unary::Not, id, 1, 1, false).doc
    }

    /// The expression as an index in `bits` bits, which is unsigned whatever its bits were made from.
    pub fn index(&self, id: ExprId, bits: u32) -> Doc {
        self.index_text(id, bits).doc
    }

    fn index_text(&self, id: ExprId, bits: u32) -> Text {
        self.with_sign(self.sized(id, bits, false), false)
    }

    fn ty(&self, id: ExprId) -> &Ty {
        &self.rtl.expr(id).ty
    }

    fn sized(&self, id: ExprId, width: u32, signed: bool) -> Text {
        let expr = self.rtl.expr(id);
        let own = expr.ty.width();
        match &expr.node {
            Node::Poison => Text::primary("'x", false),
            Node::Const(value) => {
                let doc = literal(value, width, signed);
                let bind = if doc.starts_with('-') { Bind::Unary } else { Bind::Primary };
                let signed = doc.contains("'s");
                Text::new(text(doc), bind, signed)
            }
            Node::EnumConst(of, member) => {
                let name = self.rtl.enums[of.index()].members[*member as usize].clone();
                self.extended(Text::primary(name, false), own, false, width)
            }
            Node::Signal(reference) => self.signal(reference, &expr.ty, width),
            Node::Index(index) => Text::call(&format!("{width}'"), text(self.affine(*index)), true),
            Node::Unary(op, a) => self.unary(*op, *a, own, width, signed),
            Node::Binary(op, a, b) => self.binary(*op, *a, *b, &expr.ty, width),
            Node::Mux { condition, then, other } => self.mux(*condition, *then, *other, width, signed),
            Node::ShiftLeft(a, by) => {
                let a = self.sized(*a, width, signed);
                let (signed, arithmetic) = (a.signed, a.arithmetic);
                let doc = a.under(Bind::Shift).append(format!(" << {by}"));
                Text::new(doc, Bind::Shift, signed).loose(true).arithmetic(arithmetic)
            }
            Node::Slice { of, lsb } => self.slice(*of, *lsb, own, width),
            Node::Concat(parts) => {
                let parts = self.flattened(parts);
                let parts: Vec<Doc> = parts.iter().map(|p| self.sized(*p, self.ty(*p).width(), false).doc).collect();
                let doc = RcDoc::intersperse(parts, RcDoc::text(",").append(RcDoc::line()));
                let doc = text("{").append(RcDoc::line_()).append(doc).nest(2).append(RcDoc::line_()).append("}");
                self.extended(Text::new(doc.group(), Bind::Primary, false), own, false, width)
            }
            Node::Repeat(count, a) => {
                let inner = self.sized(*a, self.ty(*a).width(), false).doc;
                let doc = text(format!("{{{count}{{")).append(inner).append("}}");
                self.extended(Text::new(doc, Bind::Primary, false), own, false, width)
            }
            Node::Cast(a) => self.cast(*a, &expr.ty, width, signed),
            Node::MemoryRead { memory, address } => {
                let memory = &self.rtl.memories[memory.index()];
                let address_bits = self.ty(*address).width();
                let address = self.index(*address, address_bits);
                let doc = text(memory.name.clone()).append("[").append(address).append("]");
                let read = Text::new(doc, Bind::Primary, expr.ty.is_signed());
                self.extended(read, own, expr.ty.is_signed(), width)
            }
        }
    }

    /// The parts of a concatenation, those of concatenations among them in their place.
    fn flattened(&self, parts: &[ExprId]) -> Vec<ExprId> {
        let flat = |part: &ExprId| self.concat(*part).map_or_else(|| vec![*part], |inner| self.flattened(inner));
        parts.iter().flat_map(flat).collect()
    }

    /// The parts of a concatenation, below casts that keep every bit.
    pub fn concat(&self, id: ExprId) -> Option<&[ExprId]> {
        match &self.rtl.expr(id).node {
            Node::Concat(parts) => Some(parts),
            Node::Cast(inner) if self.ty(*inner).width() == self.ty(id).width() => self.concat(*inner),
            _ => None,
        }
    }

    /// Text of `own` bits brought to `width` bits by the sign of its value.
    fn extended(&self, value: Text, own: u32, is_signed: bool, width: u32) -> Text {
        if own == width {
            return value;
        }
        let value = match own < width {
            true if value.loose && is_signed => Text::call("$signed", value.doc, true),
            true if value.loose => Text::call("$unsigned", value.doc, false),
            true => self.with_sign(value, is_signed),
            false => value,
        };
        let signed = value.signed;
        Text::call(&format!("{width}'"), value.doc, signed)
    }

    /// The same bits, taken as signed or unsigned.
    fn with_sign(&self, value: Text, signed: bool) -> Text {
        match (value.signed, signed) {
            (false, true) => Text::call("$signed", value.doc, true),
            (true, false) => Text::call("$unsigned", value.doc, false),
            _ => value,
        }
    }

    fn unary(&self, op: Unary, a: ExprId, own: u32, width: u32, signed: bool) -> Text {
        if op == Unary::Neg {
            let a = self.sized(a, width, signed);
            let (signed, arithmetic) = (a.signed, a.arithmetic);
            let doc = text("-").append(a.operand_of_unary());
            return Text::new(doc, Bind::Unary, signed).loose(true).arithmetic(arithmetic);
        }
        if let (Unary::Not, Node::Unary(Unary::ReduceOr, bits)) = (op, &self.rtl.expr(a).node) {
            let bits_width = self.ty(*bits).width();
            let bits = self.sized(*bits, bits_width, false).under(Bind::Equality);
            let doc = bits.append(format!(" == {}", literal(&0.into(), bits_width, false)));
            return self.extended(Text::new(doc, Bind::Equality, false), own, false, width);
        }
        if let (Unary::Not, Node::Binary(op, left, right)) = (op, &self.rtl.expr(a).node)
            && let Some(opposite) = opposite(*op)
        {
            return self.binary(opposite, *left, *right, &Ty::bit(), width);
        }
        let inner = self.sized(a, self.ty(a).width(), false);
        let symbol = match op {
            Unary::Not if own == 1 => "!",
            Unary::Not | Unary::Neg => "~",
            Unary::ReduceAnd => "&",
            Unary::ReduceOr => "|",
            Unary::ReduceXor => "^",
        };
        let inverts = op == Unary::Not && own > 1;
        let (signed, arithmetic) = (inverts && inner.signed, inverts && inner.arithmetic);
        let doc = text(symbol).append(inner.operand_of_unary());
        let text = Text::new(doc, Bind::Unary, signed).loose(inverts).arithmetic(arithmetic);
        self.extended(text, own, false, width)
    }

    fn binary(&self, op: Binary, a: ExprId, b: ExprId, ty: &Ty, width: u32) -> Text {
        let (left, right) = (self.ty(a).clone(), self.ty(b).clone());
        let own = ty.width();
        let join = |a: Text, symbol: &str, b: Text, bind: Bind, signed: bool| {
            let both = bind == Bind::Shift || (a.signed && b.signed);
            let (a, b) = (a.beside(both), b.beside(both || bind == Bind::Shift));
            let (loose, arithmetic) = match bind {
                Bind::Sum | Bind::Product => (true, a.arithmetic || b.arithmetic),
                Bind::And | Bind::Or | Bind::Xor => (true, a.arithmetic || b.arithmetic),
                Bind::Shift => (true, symbol == ">>>" || a.arithmetic),
                _ => (false, false),
            };
            let (a, b) = (
                a.under(bind),
                if bind == Bind::Sum && symbol == "-" { b.under(Bind::Product) } else { b.under(bind) },
            );
            let doc = a.append(RcDoc::line()).append(format!("{symbol} ")).append(b);
            Text::new(doc.group(), bind, signed).loose(loose).arithmetic(arithmetic)
        };
        match op {
            Binary::Add | Binary::Sub | Binary::Mul => {
                let strict = op == Binary::Mul && (left.is_signed() || right.is_signed());
                let literal = left.is_signed() || right.is_signed() || ty.is_signed();
                let operand = |id: ExprId| {
                    let operand = self.sized(id, width, literal);
                    if strict { self.with_sign(operand, true) } else { operand }
                };
                let (mut left, mut right) = (operand(a), operand(b));
                if !(strict || left.signed && right.signed) {
                    // One unsigned operand makes the operation unsigned, whatever the literal says.
                    left = self.plain_literal(a, width).unwrap_or(left);
                    right = self.plain_literal(b, width).unwrap_or(right);
                }
                let (a, b) = (left, right);
                let signed = a.signed && b.signed;
                match op {
                    Binary::Add => join(a, "+", b, Bind::Sum, signed),
                    Binary::Sub => join(a, "-", b, Bind::Sum, signed),
                    _ => join(a, "*", b, Bind::Product, signed),
                }
            }
            Binary::And | Binary::Or | Binary::Xor => {
                let (a, b) = (self.sized(a, own, false), self.sized(b, own, false));
                let (symbol, bind) = match (op, own) {
                    (Binary::And, 1) => ("&&", Bind::LogicAnd),
                    (Binary::And, _) => ("&", Bind::And),
                    (Binary::Or, 1) => ("||", Bind::LogicOr),
                    (Binary::Or, _) => ("|", Bind::Or),
                    _ => ("^", Bind::Xor),
                };
                let signed = a.signed && b.signed && own > 1;
                let joined = join(a, symbol, b, bind, signed);
                self.extended(joined, own, false, width)
            }
            Binary::Eq | Binary::Ne | Binary::Lt | Binary::Le | Binary::Gt | Binary::Ge => {
                let common = Ty::range(left.lo().min(right.lo()).clone(), left.hi().max(right.hi()).clone());
                let (symbol, bind) = match op {
                    Binary::Eq => ("==", Bind::Equality),
                    Binary::Ne => ("!=", Bind::Equality),
                    Binary::Lt => ("<", Bind::Relation),
                    Binary::Le => ("<=", Bind::Relation),
                    Binary::Gt => (">", Bind::Relation),
                    _ => (">=", Bind::Relation),
                };
                let operand = |id: ExprId| {
                    let operand = self.sized(id, common.width(), common.is_signed());
                    if bind == Bind::Relation { self.with_sign(operand, common.is_signed()) } else { operand }
                };
                let joined = join(operand(a), symbol, operand(b), bind, false);
                self.extended(joined, 1, false, width)
            }
            Binary::Shl => {
                let (a, b) = (self.sized(a, width, false), self.index_text(b, right.width()));
                let signed = a.signed;
                join(a, "<<", b, Bind::Shift, signed)
            }
            Binary::Shr => {
                let a = self.with_sign(self.sized(a, left.width(), false), left.is_signed());
                let symbol = if left.is_signed() { ">>>" } else { ">>" };
                let joined = join(a, symbol, self.index_text(b, right.width()), Bind::Shift, left.is_signed());
                self.extended(joined, left.width(), left.is_signed(), width)
            }
        }
    }

    /// A constant that is not negative, as an unsigned literal.
    fn plain_literal(&self, id: ExprId, width: u32) -> Option<Text> {
        match &self.rtl.expr(id).node {
            Node::Const(value) if *value >= 0.into() => Some(Text::primary(literal(value, width, false), false)),
            _ => None,
        }
    }

    fn mux(&self, condition: ExprId, then: ExprId, other: ExprId, width: u32, signed: bool) -> Text {
        let condition = self.sized(condition, 1, false).parenthesised();
        let then = self.sized(then, width, signed);
        let other = self.sized(other, width, signed);
        let signed = then.signed && other.signed;
        let (then, other) = (then.beside(signed), other.beside(signed));
        let arithmetic = then.arithmetic || other.arithmetic;
        let then = if then.bind == Bind::Mux { then.parenthesised() } else { then.doc.group() };
        let then = RcDoc::line().append(then).append(" :").group();
        let doc = condition.append(" ?").append(then).append(RcDoc::line()).append(other.doc);
        Text::new(doc, Bind::Mux, signed).loose(true).arithmetic(arithmetic)
    }

    /// The narrowest expression below casts that keep the low bits.
    fn through_casts(&self, mut id: ExprId, bits: u32) -> ExprId {
        while let Node::Cast(inner) = self.rtl.expr(id).node {
            if self.ty(inner).width() < bits {
                break;
            }
            id = inner;
        }
        id
    }

    fn slice(&self, of: ExprId, lsb: u32, own: u32, width: u32) -> Text {
        let own = own.min(width);
        let of = self.through_casts(of, lsb + own);
        let expr = self.rtl.expr(of);
        let text = match &expr.node {
            Node::Slice { of: inner, lsb: more } => return self.slice(*inner, lsb + more, own, width),
            Node::Signal(reference) => match &reference.select {
                Select::Whole if self.bits(reference) == 1 && !expr.ty.is_signed() => {
                    return self.signal(reference, &expr.ty, width);
                }
                Select::Whole if own == 1 => Text::primary(format!("{}[{lsb}]", self.name(reference)), false),
                Select::Whole => Text::primary(format!("{}[{}:{lsb}]", self.name(reference), lsb + own - 1), false),
                Select::Element(index) => {
                    let base = *index * i64::from(expr.ty.width()) + i64::from(lsb);
                    let name = self.name(reference);
                    match (base.as_constant(), own) {
                        (Some(at), 1) => Text::primary(format!("{name}[{at}]"), false),
                        (Some(at), _) => Text::primary(format!("{name}[{}:{at}]", at + i64::from(own) - 1), false),
                        (None, 1) => Text::primary(format!("{name}[{}]", self.affine(base)), false),
                        (None, _) => Text::primary(format!("{name}[{} +: {own}]", self.affine(base)), false),
                    }
                }
                Select::Dynamic(_) => self.shifted_down(of, lsb, own),
            },
            _ => self.shifted_down(of, lsb, own),
        };
        self.extended(text, own, false, width)
    }

    /// Bits of an expression that has no name to slice: shifted down and cut.
    fn shifted_down(&self, of: ExprId, lsb: u32, own: u32) -> Text {
        let whole = self.ty(of).width();
        if lsb == 0 {
            let value = self.sized(of, whole, false);
            if whole == own {
                return value;
            }
            let signed = value.signed;
            return Text::call(&format!("{own}'"), value.doc, signed);
        }
        let value = self.sized(of, whole, self.ty(of).is_signed());
        let signed = value.signed;
        let doc = value.under(Bind::Shift).append(format!(" >> {lsb}"));
        let doc =
            if whole - lsb == own && own == whole { doc } else { text(format!("{own}'(")).append(doc).append(")") };
        Text::new(doc, Bind::Cast, signed)
    }

    fn cast(&self, a: ExprId, ty: &Ty, width: u32, signed: bool) -> Text {
        let (inner, own) = (self.ty(a).clone(), ty.width());
        let keeps_value = ty.lo() <= inner.lo() && inner.hi() <= ty.hi();
        if keeps_value || (width <= own && width <= inner.width()) {
            return self.truncated(a, width, signed);
        }
        let value = self.truncated(a, own, signed);
        self.extended(value, own, ty.is_signed(), width)
    }

    /// The low `width` bits; a plain slice where the expression is a wider signal.
    fn truncated(&self, a: ExprId, width: u32, signed: bool) -> Text {
        let expr = self.rtl.expr(a);
        if let Node::Signal(SignalRef { select: Select::Whole | Select::Element(_), .. }) = &expr.node
            && width < expr.ty.width()
        {
            return self.slice(a, 0, width, width);
        }
        self.sized(a, width, signed)
    }

    /// Declared bits of the signal behind a reference.
    fn bits(&self, reference: &SignalRef) -> u32 {
        self.rtl.signal(reference.signal).bits()
    }

    fn signal(&self, reference: &SignalRef, ty: &Ty, width: u32) -> Text {
        let signal = self.rtl.signal(reference.signal);
        let own = ty.width();
        let name = self.name(reference);
        let element = signal.ty.width();
        let (text, own) = match &reference.select {
            Select::Whole if width < signal.bits() => {
                let range = if width == 1 { "[0]".to_owned() } else { format!("[{}:0]", width - 1) };
                (Text::primary(name + &range, false), width)
            }
            Select::Whole => (Text::primary(name, signal.count.is_none() && signal.ty.is_signed()), signal.bits()),
            Select::Element(index) => {
                let one_bit = element == 1;
                let select = match index.as_constant() {
                    _ if one_bit => self.affine(*index),
                    Some(at) => format!("{at}*{element} +: {element}"),
                    None => format!("{} +: {element}", self.affine_factor(*index, element)),
                };
                (Text::primary(format!("{name}[{select}]"), false), own)
            }
            Select::Dynamic(index) => {
                let bits = 32 - (signal.bits() - 1).leading_zeros().min(31);
                let index = self.index_text(*index, bits.max(1));
                let doc = if element == 1 {
                    text(format!("{name}[")).append(index.doc).append("]")
                } else {
                    let scaled = index.under(Bind::Product).append(format!(" * {bits}'d{element} +: {element}]"));
                    text(format!("{name}[")).append(scaled)
                };
                (Text::new(doc, Bind::Primary, false), own)
            }
        };
        self.extended(text, own, ty.is_signed(), width)
    }

    /// The name of a signal with its suffix and, where it is in another iteration, the path to it.
    pub fn name(&self, reference: &SignalRef) -> String {
        let signal = self.rtl.signal(reference.signal);
        let base = &self.rtl.names.signals[reference.signal.index()];
        let name = match (&signal.kind, reference.next) {
            (Kind::Reg(_), true) => format!("{base}_d"),
            (Kind::Reg(_), false) => format!("{base}_q"),
            _ => base.clone(),
        };
        let visible = self.open.starts_with(&signal.scope);
        let moved = reference.iterations.iter().any(Option::is_some);
        if visible && !moved {
            return name;
        }
        let mut path = String::new();
        for (id, iteration) in signal.scope.iter().zip(&reference.iterations) {
            let index = iteration.map_or_else(|| self.rtl.loops[id.index()].name.clone(), |i| self.affine(i));
            path.push_str(&format!("{}[{index}].", self.rtl.names.labels[id.index()]));
        }
        let mut branches = vec![];
        let mut branch = signal.branch;
        while let Some(at) = branch {
            branches.push(format!("{}.", self.rtl.names.branches[at as usize]));
            branch = self.rtl.branches[at as usize].parent;
        }
        path + &branches.into_iter().rev().collect::<String>() + &name
    }

    fn variable(&self, id: LoopId) -> &str {
        &self.rtl.loops[id.index()].name
    }

    /// An index as a person would write it: `row*8+col-1`, `7-pair`.
    pub fn affine(&self, index: Affine) -> String {
        let mut parts: Vec<(bool, String)> = index
            .terms()
            .map(|(id, factor)| {
                let name = self.variable(id);
                let term = if factor.abs() == 1 { name.to_owned() } else { format!("{name}*{}", factor.abs()) };
                (factor < 0, term)
            })
            .collect();
        let offset = index.offset();
        if offset != 0 || parts.is_empty() {
            parts.push((offset < 0, offset.abs().to_string()));
        }
        parts.sort_by_key(|(negative, _)| *negative);
        let mut out = String::new();
        for (negative, part) in parts {
            match (negative, out.is_empty()) {
                (true, _) => out.push('-'),
                (false, true) => {}
                (false, false) => out.push('+'),
            }
            out.push_str(&part);
        }
        out
    }

    /// `index` times `factor`, the factor kept visible.
    fn affine_factor(&self, index: Affine, factor: u32) -> String {
        let plain = index.offset() == 0 && index.terms().count() == 1 && index.terms().all(|t| t.1 == 1);
        if plain { format!("{}*{factor}", self.affine(index)) } else { format!("({})*{factor}", self.affine(index)) }
    }
}
