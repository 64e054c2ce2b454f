//! The items of a scope: assignments, processes, loops, instances.

use super::Printer;
use super::declare::{Mentions, mentions};
use super::layout::{Doc, text};
use crate::affine::Affine;
use crate::ir::{ExprId, Instance, Item, LoopId, Node, Select, SignalRef};

impl Printer<'_> {
    pub fn body(&mut self) {
        let rtl = self.rtl;
        let mut done = Mentions::default();
        self.items(&rtl.items, &mut done);
    }

    fn items(&mut self, items: &[Item], done: &mut Mentions) {
        let mut previous: Option<&Item> = None;
        let mut pending: Vec<&str> = vec![];
        for item in items {
            if let Item::Comment(comment) = item {
                pending.push(comment);
                continue;
            }
            let wanted = mentions(self.rtl, item);
            let declares = wanted.signals.iter().any(|id| {
                let signal = self.rtl.signal(*id);
                !done.signals.contains(id)
                    && self.is_here(signal)
                    && !matches!(signal.kind, crate::ir::Kind::Input | crate::ir::Kind::Output)
            });
            let together = matches!((previous, item), (Some(Item::Assign { .. }), Item::Assign { .. }));
            if !together || declares || !pending.is_empty() {
                self.gap();
            }
            pending.drain(..).for_each(|comment| self.comment(comment));
            self.declare(&wanted, done);
            self.item(item, done);
            previous = Some(item);
        }
        if !pending.is_empty() {
            self.gap();
        }
        pending.drain(..).for_each(|comment| self.comment(comment));
    }

    fn item(&mut self, item: &Item, done: &mut Mentions) {
        match item {
            Item::Comment(comment) => self.comment(comment),
            Item::Assign { target, value, .. } => self.assignment("assign ", target, "=", *value),
            Item::Comb { stmts, .. } => self.comb(stmts),
            Item::Clocked { domain, stmts, .. } => self.clocked(*domain, stmts),
            Item::Loop { id, items } => self.generate_loop(*id, items, done),
            Item::When { index, lo, hi, then, other, branches } => {
                self.generate_if(*index, (*lo, *hi), (branches.0, then), (branches.1, other), done);
            }
            Item::Instance(id) => self.instance(&self.rtl.instances[id.index()]),
            Item::Assert { name, condition, domain, .. } => {
                let domain = &self.rtl.domains[domain.index()];
                let process = match self.is_port(&domain.clock) {
                    true => format!("always_ff @(posedge {}) begin", domain.clock),
                    false => "always_comb begin".to_owned(),
                };
                let reset = self.is_port(&domain.reset).then(|| domain.reset.clone());
                self.out.push_str("`ifdef SIMULATION\n");
                self.line(&process);
                if let Some(reset) = &reset {
                    self.line(&format!("  if (!{reset}) begin"));
                }
                let depth = if reset.is_some() { 2 } else { 1 };
                self.indent += depth;
                let doc = text(format!("{name}: assert (")).append(self.condition(*condition)).append(");");
                self.doc(doc);
                self.indent -= depth;
                if reset.is_some() {
                    self.line("  end");
                }
                self.line("end");
                self.out.push_str("`endif\n");
            }
        }
    }

    fn is_port(&self, name: &str) -> bool {
        self.rtl.ports.iter().any(|id| self.rtl.names.signals[id.index()] == name)
    }

    /// Opens a generate region if none is open, declaring the loop variables used in it for the first time.
    fn generate_loop(&mut self, id: LoopId, items: &[Item], done: &mut Mentions) {
        let outermost = self.open.is_empty();
        let mut variables = vec![self.rtl.loops[id.index()].name.clone()];
        if outermost {
            collect_variables(self, items, &mut variables);
            for variable in variables {
                if !self.genvars.contains(&variable) {
                    self.line(&format!("genvar {variable};"));
                    self.genvars.push(variable);
                }
            }
            self.line("generate");
            self.indent += 1;
        }
        let l = &self.rtl.loops[id.index()];
        let label = &self.rtl.names.labels[id.index()];
        let v = &l.name;
        self.line(&format!("for ({v} = {}; {v} < {}; {v} = {v} + 1) begin : {label}", l.lo, l.hi));
        self.indent += 1;
        self.open.push(id);
        let around = self.branch.take();
        self.items(items, done);
        self.branch = around;
        self.open.pop();
        self.indent -= 1;
        self.line("end");
        if outermost {
            self.indent -= 1;
            self.line("endgenerate");
        }
    }

    fn generate_if(
        &mut self,
        index: Affine,
        range: (i64, i64),
        then: (u32, &[Item]),
        other: (u32, &[Item]),
        done: &mut Mentions,
    ) {
        let (lo, hi) = range;
        let value = self.affine(index);
        let bounds = index.terms().next().map(|(id, _)| &self.rtl.loops[id.index()]);
        let condition = match bounds {
            _ if lo + 1 == hi => format!("{value} == {lo}"),
            Some(l) if index.offset() == 0 && l.lo >= lo => format!("{value} < {hi}"),
            Some(l) if index.offset() == 0 && l.hi <= hi => format!("{value} >= {lo}"),
            _ => format!("{value} >= {lo} && {value} < {hi}"),
        };
        self.line(&format!("if ({condition}) begin : {}", self.rtl.names.branches[then.0 as usize]));
        self.branch(then, done);
        if !other.1.is_empty() {
            self.line(&format!("end else begin : {}", self.rtl.names.branches[other.0 as usize]));
            self.branch(other, done);
        }
        self.line("end");
    }

    fn branch(&mut self, branch: (u32, &[Item]), done: &mut Mentions) {
        self.indent += 1;
        let around = self.branch.replace(branch.0);
        self.items(branch.1, done);
        self.branch = around;
        self.indent -= 1;
    }

    fn instance(&mut self, instance: &Instance) {
        let prefix = if instance.design.is_black_box() { "" } else { self.options.prefix.as_str() };
        let ports = instance.design.ports();
        let mut rows: Vec<(String, Doc)> = Vec::new();
        let domain = &self.rtl.domains.get(instance.domain.index());
        for port in ports {
            let input = instance.inputs.iter().find(|c| c.port == port.name);
            let output = instance.outputs.iter().find(|c| c.port == port.name);
            let value = match (input, output, port.role) {
                (Some(c), _, _) => self.expr(self.without_casts(c.value), port.ty.width(), port.ty.is_signed()),
                (_, Some(c), _) => match &self.rtl.expr(c.value).node {
                    Node::Signal(reference) => self.target(reference),
                    _ => text(""),
                },
                (None, None, crate::Role::Clock) => text(domain.map_or("clk_i".to_owned(), |d| d.clock.clone())),
                (None, None, crate::Role::Reset) => text(domain.map_or("rst_i".to_owned(), |d| d.reset.clone())),
                (None, None, _) => text(""),
            };
            rows.push((port.name.clone(), value));
        }
        let head = format!("{prefix}{} u_{}", instance.design.name(), instance.name);
        if rows.is_empty() {
            self.line(&format!("{head} ();"));
            return;
        }
        let widest = rows.iter().map(|(name, _)| name.len()).max().unwrap_or(0);
        self.line(&format!("{head} ("));
        self.indent += 1;
        let count = rows.len();
        for (index, (name, value)) in rows.into_iter().enumerate() {
            let comma = if index + 1 < count { "," } else { "" };
            self.doc(text(format!(".{name:widest$}(")).append(value).append(")").append(comma));
        }
        self.indent -= 1;
        self.line(");");
    }

    /// The expression below casts that keep every bit: a port takes bits, whatever their sign, and Yosys 0.23 stumbles
    /// over a cast of a whole signal there.
    fn without_casts(&self, mut id: ExprId) -> ExprId {
        while let Node::Cast(inner) = self.rtl.expr(id).node {
            if self.rtl.expr(inner).ty.width() != self.rtl.expr(id).ty.width() {
                break;
            }
            id = inner;
        }
        id
    }

    /// The left side of an assignment.
    pub fn target(&self, reference: &SignalRef) -> Doc {
        let name = self.name(reference);
        let signal = self.rtl.signal(reference.signal);
        let width = signal.ty.width();
        match &reference.select {
            Select::Whole => text(name),
            Select::Element(index) if width == 1 => text(format!("{name}[{}]", self.affine(*index))),
            Select::Element(index) => match index.as_constant() {
                Some(at) => text(format!("{name}[{at}*{width} +: {width}]")),
                None => {
                    let plain = index.offset() == 0 && index.terms().count() == 1 && index.terms().all(|t| t.1 == 1);
                    let index = self.affine(*index);
                    let index = if plain { index } else { format!("({index})") };
                    text(format!("{name}[{index}*{width} +: {width}]"))
                }
            },
            Select::Dynamic(index) => {
                let bits = (32 - (signal.bits().max(2) - 1).leading_zeros()).max(1);
                let index = self.index(*index, bits);
                if width == 1 {
                    text(format!("{name}[")).append(index).append("]")
                } else {
                    text(format!("{name}[(")).append(index).append(format!(") * {bits}'d{width} +: {width}]"))
                }
            }
        }
    }
}

fn collect_variables(printer: &Printer<'_>, items: &[Item], variables: &mut Vec<String>) {
    for item in items {
        match item {
            Item::Loop { id, items } => {
                let name = printer.rtl.loops[id.index()].name.clone();
                if !variables.contains(&name) {
                    variables.push(name);
                }
                collect_variables(printer, items, variables);
            }
            Item::When { then, other, .. } => {
                collect_variables(printer, then, variables);
                collect_variables(printer, other, variables);
            }
            _ => {}
        }
    }
}
