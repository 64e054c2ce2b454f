//! Processes and their statements.

use std::collections::{BTreeMap, BTreeSet};

use pretty::RcDoc;

use super::Printer;
use super::layout::{render, text};
use super::literal::literal;
use crate::error::Place;
use crate::ir::{DomainId, ExprId, Kind, Reg, Select, SignalId, SignalRef, Stmt, is_exhaustive, visit_targets};

/// Whether assignments of a process are printed `=` or `<=`.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Style {
    Blocking,
    Nonblocking,
}

impl Printer<'_> {
    pub fn comb(&mut self, stmts: &[Stmt]) {
        let mut registers = BTreeSet::new();
        visit_targets(stmts, &mut |target, _| {
            if self.register(target.signal).is_some() {
                registers.insert(target.signal);
            }
        });
        self.line("always_comb begin");
        self.indent += 1;
        for id in &registers {
            let base = &self.rtl.names.signals[id.index()];
            self.line(&format!("{base}_d = {base}_q;"));
        }
        self.stmts(stmts, Style::Blocking);
        self.indent -= 1;
        self.line("end");
        let ids: Vec<SignalId> = registers.into_iter().collect();
        self.registers(&ids);
    }

    fn register(&self, id: SignalId) -> Option<&Reg> {
        match &self.rtl.signal(id).kind {
            Kind::Reg(reg) => Some(reg),
            _ => None,
        }
    }

    /// The `always_ff` of registers whose next values a combinational process assigns.
    fn registers(&mut self, ids: &[SignalId]) {
        let mut groups: Vec<((DomainId, bool), Vec<SignalId>)> = vec![];
        for id in ids {
            let Some(reg) = self.register(*id) else { continue };
            let key = (reg.domain, reg.reset.is_some());
            match groups.iter_mut().find(|g| g.0 == key) {
                Some(group) => group.1.push(*id),
                None => groups.push((key, vec![*id])),
            }
        }
        for ((domain, has_reset), ids) in groups {
            let update = |p: &mut Self| {
                for id in &ids {
                    let base = &p.rtl.names.signals[id.index()];
                    p.line(&format!("{base}_q <= {base}_d;"));
                }
            };
            self.out.push('\n');
            let reset = if has_reset { ids.iter().map(|id| self.whole(*id)).collect() } else { vec![] };
            self.always_ff(domain, &reset, "end else begin", update);
        }
    }

    /// An `always_ff` that resets `reset` first; `otherwise` opens the branch that `body` fills.
    fn always_ff(&mut self, domain: DomainId, reset: &[SignalRef], otherwise: &str, body: impl FnOnce(&mut Self)) {
        let domain = &self.rtl.domains[domain.index()];
        let (clock, reset_port) = (domain.clock.clone(), domain.reset.clone());
        self.line(&format!("always_ff @(posedge {clock}) begin"));
        self.indent += 1;
        if reset.is_empty() {
            body(self);
        } else {
            self.line(&format!("if ({reset_port}) begin"));
            self.indent += 1;
            for target in reset {
                self.reset_value(target);
            }
            self.indent -= 1;
            self.line(otherwise);
            self.indent += 1;
            body(self);
            self.indent -= 1;
            self.line("end");
        }
        self.indent -= 1;
        self.line("end");
    }

    /// All of a register, in the present iteration.
    fn whole(&self, signal: SignalId) -> SignalRef {
        let iterations = vec![None; self.rtl.signal(signal).scope.len()];
        SignalRef { signal, select: Select::Whole, iterations, next: false }
    }

    fn reset_value(&mut self, target: &SignalRef) {
        let signal = self.rtl.signal(target.signal);
        let Some(value) = self.register(target.signal).and_then(|r| r.reset.clone()) else { return };
        let width = signal.ty.width();
        let value = match (signal.enumeration, signal.count) {
            (Some(of), _) => self.rtl.enums[of.index()].members[0].clone(),
            (None, Some(_)) if target.select != Select::Whole => literal(&value, width, false),
            (None, Some(_)) if value == 0.into() => "'0".to_owned(),
            (None, Some(count)) => format!("{{{count}{{{}}}}}", literal(&value, width, false)),
            (None, None) => literal(&value, width, signal.ty.is_signed()),
        };
        let doc = self.target(target).append(format!(" <= {value};"));
        self.doc(doc);
    }

    /// What the reset of a process has to set: the registers that it assigns, by elements where it does not assign
    /// all of a vector, so that no other process's elements are touched.
    fn resets(&self, stmts: &[Stmt]) -> Vec<SignalRef> {
        let mut parts: BTreeMap<SignalId, Vec<SignalRef>> = BTreeMap::new();
        visit_targets(stmts, &mut |target, _| {
            if self.register(target.signal).is_some_and(|r| r.reset.is_some()) {
                let parts = parts.entry(target.signal).or_default();
                if !parts.contains(target) {
                    parts.push(target.clone());
                }
            }
        });
        let reset = |(id, parts): (SignalId, Vec<SignalRef>)| {
            let by_element = parts.iter().all(|p| matches!(p.select, Select::Element(_)));
            let all = self.rtl.signal(id).count.is_some_and(|count| parts.len() as u32 >= count);
            if by_element && !all { parts } else { vec![self.whole(id)] }
        };
        parts.into_iter().flat_map(reset).collect()
    }

    pub fn clocked(&mut self, domain: DomainId, stmts: &[Stmt]) {
        let resets = self.resets(stmts);
        let with_reset: BTreeSet<SignalId> = resets.iter().map(|r| r.signal).collect();
        let resettable = filter(stmts, &|target| target.is_some_and(|t| with_reset.contains(&t)));
        let plain = filter(stmts, &|target| target.is_none_or(|t| !with_reset.contains(&t)));
        if has_effect(&resettable) {
            if let [Stmt::If { arms, other, place }] = resettable.as_slice() {
                self.clocked_if(domain, &resets, branches(arms, other, *place));
            } else {
                self.always_ff(domain, &resets, "end else begin", |p| p.stmts(&resettable, Style::Nonblocking));
            }
        }
        if has_effect(&plain) {
            if has_effect(&resettable) {
                self.out.push('\n');
            }
            self.always_ff(domain, &[], "", |p| p.stmts(&plain, Style::Nonblocking));
        }
    }

    /// A clocked process that is one `if`: its conditions join the chain that the reset begins.
    fn clocked_if(&mut self, domain: DomainId, resets: &[SignalRef], branches: Vec<Branch>) {
        let mut branches = branches.into_iter();
        let Some(first) = branches.next() else { return };
        let opening = render(text("end else ").append(self.head(&first)), self.indent + 1);
        self.always_ff(domain, resets, &opening, |p| {
            p.stmts(&first.body, Style::Nonblocking);
            for branch in branches {
                p.indent -= 1;
                let head = render(text("end else ").append(p.head(&branch)), p.indent);
                p.lines(&head);
                p.indent += 1;
                p.stmts(&branch.body, Style::Nonblocking);
            }
        });
    }

    /// `if (condition) begin`, or `begin` where there is no condition.
    fn head(&self, branch: &Branch) -> super::layout::Doc {
        match branch.condition {
            Some((condition, true)) => text("if (").append(self.condition(condition)).append(") begin"),
            Some((condition, false)) => text("if (").append(self.negation(condition)).append(") begin"),
            None => text("begin"),
        }
    }

    fn stmts(&mut self, stmts: &[Stmt], style: Style) {
        stmts.iter().for_each(|stmt| self.stmt(stmt, style));
    }

    fn stmt(&mut self, stmt: &Stmt, style: Style) {
        match stmt {
            Stmt::Comment(comment) => self.comment(comment),
            Stmt::Assign { target, value, .. } => {
                let operator = if style == Style::Blocking { "=" } else { "<=" };
                self.assignment("", target, operator, *value);
            }
            Stmt::Write { memory, address, value, .. } => {
                let memory = &self.rtl.memories[memory.index()];
                let (width, signed) = (memory.ty.width(), memory.ty.is_signed());
                let bits = self.rtl.expr(*address).ty.width();
                let doc = text(memory.name.clone())
                    .append("[")
                    .append(self.index(*address, bits))
                    .append("] <=")
                    .append(RcDoc::line())
                    .append(self.expr(*value, width, signed))
                    .append(";");
                self.doc(doc);
            }
            Stmt::If { arms, other, place } => {
                let branches = branches(arms, other, *place);
                for (index, branch) in branches.iter().enumerate() {
                    let open = if index == 0 { "" } else { "end else " };
                    self.doc(text(open).append(self.head(branch)));
                    self.indent += 1;
                    self.stmts(&branch.body, style);
                    self.indent -= 1;
                }
                if !branches.is_empty() {
                    self.line("end");
                }
            }
            Stmt::Case { subject, arms, default, .. } => self.case(*subject, arms, default, style),
        }
    }

    fn case(&mut self, subject: ExprId, arms: &[(Vec<ExprId>, Vec<Stmt>)], default: &[Stmt], style: Style) {
        let ty = self.rtl.expr(subject).ty.clone();
        let head = text("unique case (").append(self.expr(subject, ty.width(), false)).append(")");
        self.doc(head);
        self.indent += 1;
        // Where the labels name every value, the last one doubles as the default.
        let full = default.is_empty() && is_exhaustive(self.rtl, subject, arms);
        let (arms, default) = match arms.split_last() {
            Some(((labels, last), rest)) if full && labels.len() == 1 => (rest, last.as_slice()),
            _ => (arms, default),
        };
        for (labels, body) in arms {
            let labels: Vec<_> = labels.iter().map(|l| self.expr(*l, ty.width(), ty.is_signed())).collect();
            let labels = RcDoc::intersperse(labels, RcDoc::text(",").append(RcDoc::line()));
            let labels = render(labels, self.indent);
            self.arm(&labels, body, style);
        }
        self.arm("default", default, style);
        self.indent -= 1;
        self.line("endcase");
    }

    fn arm(&mut self, label: &str, body: &[Stmt], style: Style) {
        match body {
            [] => self.lines(&format!("{label}: ;")),
            [Stmt::Assign { target, value, .. }] => {
                let operator = if style == Style::Blocking { "=" } else { "<=" };
                self.assignment(&format!("{label}: "), target, operator, *value);
            }
            _ => {
                self.lines(&format!("{label}: begin"));
                self.indent += 1;
                self.stmts(body, style);
                self.indent -= 1;
                self.line("end");
            }
        }
    }

    pub fn assignment(&mut self, before: &str, target: &SignalRef, operator: &str, value: ExprId) {
        let signal = self.rtl.signal(target.signal);
        let whole = target.select == Select::Whole;
        let width = if whole { signal.bits() } else { signal.ty.width() };
        let signed = signal.ty.is_signed() && signal.count.is_none();
        let head = text(before).append(self.target(target)).append(format!(" {operator}"));
        let value_doc = self.expr(value, width, signed).group();
        // A concatenation brings its own brackets to break lines at.
        let doc = match self.concat(value).is_some() {
            true => head.append(" ").append(value_doc.nest(-4)).append(";"),
            false => head.append(RcDoc::line()).append(value_doc).append(";"),
        };
        self.doc(doc);
    }

    pub fn doc(&mut self, doc: super::layout::Doc) {
        let rendered = render(doc, self.indent);
        self.lines(&rendered);
    }

    pub fn comment(&mut self, comment: &str) {
        for line in super::layout::wrap_comment(comment) {
            self.line(&format!("// {line}"));
        }
    }
}

/// A branch of an `if` chain: where the condition is what it says, or where there is none.
struct Branch {
    condition: Option<(ExprId, bool)>,
    body: Vec<Stmt>,
}

/// The branches that do something. What follows an idle one stands below its condition's negation.
fn branches(arms: &[(ExprId, Vec<Stmt>)], other: &[Stmt], place: Place) -> Vec<Branch> {
    let mut branches = Vec::new();
    for (index, (condition, body)) in arms.iter().enumerate() {
        if has_effect(body) {
            branches.push(Branch { condition: Some((*condition, true)), body: body.clone() });
            continue;
        }
        let rest = match &arms[index + 1..] {
            [] => other.to_vec(),
            rest => vec![Stmt::If { arms: rest.to_vec(), other: other.to_vec(), place }],
        };
        if has_effect(&rest) {
            branches.push(Branch { condition: Some((*condition, false)), body: rest });
        }
        return branches;
    }
    if has_effect(other) {
        branches.push(Branch { condition: None, body: other.to_vec() });
    }
    branches
}

/// The statements whose targets `keep` accepts, empty branches left out; a memory's target is none.
fn filter(stmts: &[Stmt], keep: &impl Fn(Option<SignalId>) -> bool) -> Vec<Stmt> {
    let mut kept = Vec::new();
    for stmt in stmts {
        match stmt {
            Stmt::Comment(_) => kept.push(stmt.clone()),
            Stmt::Assign { target, .. } if keep(Some(target.signal)) => kept.push(stmt.clone()),
            Stmt::Write { .. } if keep(None) => kept.push(stmt.clone()),
            Stmt::Assign { .. } | Stmt::Write { .. } => {}
            Stmt::If { arms, other, place } => {
                let mut arms: Vec<_> = arms.iter().map(|(c, body)| (*c, filter(body, keep))).collect();
                let other = filter(other, keep);
                if !has_effect(&other) {
                    while arms.last().is_some_and(|(_, body)| !has_effect(body)) {
                        arms.pop();
                    }
                }
                if !arms.is_empty() {
                    kept.push(Stmt::If { arms, other, place: *place });
                }
            }
            Stmt::Case { subject, arms, default, place } => {
                let arms: Vec<_> = arms.iter().map(|(l, body)| (l.clone(), filter(body, keep))).collect();
                let default = filter(default, keep);
                if has_effect(&default) || arms.iter().any(|(_, body)| has_effect(body)) {
                    kept.push(Stmt::Case { subject: *subject, arms, default, place: *place });
                }
            }
        }
    }
    kept
}

fn has_effect(stmts: &[Stmt]) -> bool {
    stmts.iter().any(|stmt| match stmt {
        Stmt::Comment(_) => false,
        Stmt::Assign { .. } | Stmt::Write { .. } => true,
        Stmt::If { arms, other, .. } => arms.iter().any(|(_, body)| has_effect(body)) || has_effect(other),
        Stmt::Case { arms, default, .. } => arms.iter().any(|(_, body)| has_effect(body)) || has_effect(default),
    })
}
