//! All naming in one place: suffixes, steps of expressions, labels, collisions.

use std::collections::{HashMap, HashSet};

use crate::error::{Code, Error, Place};
use crate::ir::{ExprId, Item, Kind, LoopId, Name, Names, Node, Rtl, SignalId, Stmt, visit_item_exprs};

/// Every reserved word of IEEE 1800-2017.
#[rustfmt::skip]
const KEYWORDS: &[&str] = &[
    "accept_on", "alias", "always", "always_comb", "always_ff", "always_latch", "and", "assert", "assign", "assume",
    "automatic", "before", "begin", "bind", "bins", "binsof", "bit", "break", "buf", "bufif0", "bufif1", "byte",
    "case", "casex", "casez", "cell", "chandle", "checker", "class", "clocking", "cmos", "config", "const",
    "constraint", "context", "continue", "cover", "covergroup", "coverpoint", "cross", "deassign", "default",
    "defparam", "design", "disable", "dist", "do", "edge", "else", "end", "endcase", "endchecker", "endclass",
    "endclocking", "endconfig", "endfunction", "endgenerate", "endgroup", "endinterface", "endmodule", "endpackage",
    "endprimitive", "endprogram", "endproperty", "endsequence", "endspecify", "endtable", "endtask", "enum", "event",
    "eventually", "expect", "export", "extends", "extern", "final", "first_match", "for", "force", "foreach",
    "forever", "fork", "forkjoin", "function", "generate", "genvar", "global", "highz0", "highz1", "if", "iff",
    "ifnone", "ignore_bins", "illegal_bins", "implements", "implies", "import", "in", "incdir", "include", "initial",
    "inout", "input", "inside", "instance", "int", "integer", "interconnect", "interface", "intersect", "join",
    "join_any", "join_none", "large", "let", "liblist", "library", "local", "localparam", "logic", "longint",
    "macromodule", "matches", "medium", "modport", "module", "nand", "negedge", "nettype", "new", "nexttime", "nmos",
    "nor", "noshowcancelled", "not", "notif0", "notif1", "null", "or", "output", "package", "packed", "parameter",
    "pmos", "posedge", "primitive", "priority", "program", "property", "protected", "pull0", "pull1", "pulldown",
    "pullup", "pulsestyle_ondetect", "pulsestyle_onevent", "pure", "rand", "randc", "randcase", "randsequence",
    "rcmos", "real", "realtime", "ref", "reg", "reject_on", "release", "repeat", "restrict", "return", "rnmos",
    "rpmos", "rtran", "rtranif0", "rtranif1", "s_always", "s_eventually", "s_nexttime", "s_until", "s_until_with",
    "scalared", "sequence", "shortint", "shortreal", "showcancelled", "signed", "small", "soft", "solve", "specify",
    "specparam", "static", "string", "strong", "strong0", "strong1", "struct", "super", "supply0", "supply1",
    "sync_accept_on", "sync_reject_on", "table", "tagged", "task", "this", "throughout", "time", "timeprecision",
    "timeunit", "tran", "tranif0", "tranif1", "tri", "tri0", "tri1", "triand", "trior", "trireg", "type", "typedef",
    "union", "unique", "unique0", "unsigned", "until", "until_with", "untyped", "use", "uwire", "var", "vectored",
    "virtual", "void", "wait", "wait_order", "wand", "weak", "weak0", "weak1", "while", "wildcard", "wire", "with",
    "within", "wor", "xnor", "xor",
];

/// Whether SystemVerilog reserves the word, so that no module, port or signal can be called so.
///
/// ```
/// assert!(hdl::is_keyword("always_ff") && !hdl::is_keyword("relu"));
/// ```
pub fn is_keyword(word: &str) -> bool {
    KEYWORDS.contains(&word)
}

const HINT: &str = "use lower-case letters, digits and `_`, beginning with a letter";

fn is_identifier(name: &str) -> bool {
    let mut bytes = name.bytes();
    bytes.next().is_some_and(|b| b.is_ascii_lowercase())
        && bytes.all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'_')
}

pub(super) fn check_module_name(rtl: &Rtl, place: Place, errors: &mut Vec<Error>) {
    if !is_identifier(&rtl.name) || is_keyword(&rtl.name) {
        errors.push(bad_name(&rtl.name, place));
    }
}

fn bad_name(name: &str, place: Place) -> Error {
    let (message, hint) = match is_keyword(name) {
        true => (format!("`{name}` is a keyword of SystemVerilog"), "choose another name"),
        false => (format!("`{name}` is not a name for SystemVerilog"), HINT),
    };
    Error { code: Code::BadName, message, place, related: vec![], hint: hint.to_owned() }
}

pub(super) fn run(rtl: &mut Rtl, errors: &mut Vec<Error>) {
    check_spelling(rtl, errors);
    if !errors.is_empty() {
        return;
    }
    let (labels, branches) = labels(rtl);
    let signals = signals(rtl, errors);
    rtl.names = Names { signals, labels, branches };
}

fn check_spelling(rtl: &Rtl, errors: &mut Vec<Error>) {
    for l in &rtl.loops {
        if !is_identifier(&l.name) || is_keyword(&l.name) {
            errors.push(bad_name(&l.name, l.place));
        }
    }
    for signal in &rtl.signals {
        if let Name::Given(name) = &signal.name {
            let suffixed = signal.kind != Kind::Wire;
            if !is_identifier(name) || (!suffixed && is_keyword(name)) {
                errors.push(bad_name(name, signal.place));
            }
        }
    }
    for memory in &rtl.memories {
        if !is_identifier(&memory.name) || is_keyword(&memory.name) {
            errors.push(bad_name(&memory.name, memory.place));
        }
    }
    for instance in &rtl.instances {
        if !is_identifier(&instance.name) {
            errors.push(bad_name(&instance.name, instance.place));
        }
    }
}

/// A generate block: a loop or a branch.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Block {
    Loop(LoopId),
    Branch(u32),
}

/// The blocks around a block, outermost first.
fn blocks_around(rtl: &Rtl, block: Block) -> Vec<Block> {
    let around = |block: &Block| {
        let (branch, inside) = match block {
            Block::Loop(id) => (rtl.loops[id.index()].branch, rtl.loops[id.index()].parent),
            Block::Branch(at) => (rtl.branches[*at as usize].parent, rtl.branches[*at as usize].inside),
        };
        branch.map(Block::Branch).or(inside.map(Block::Loop))
    };
    let mut chain: Vec<Block> = std::iter::successors(around(&block), around).collect();
    chain.reverse();
    chain
}

/// `gen_<name>` for loops and branches, numbered where that would hide another or stand twice.
fn labels(rtl: &Rtl) -> (Vec<String>, Vec<String>) {
    let mut taken: HashMap<String, Vec<Vec<Block>>> = HashMap::new();
    let mut label = |name: &str, block: Block| {
        let around = blocks_around(rtl, block);
        let is_free = |label: &String| {
            let others = taken.get(label).map(Vec::as_slice).unwrap_or_default();
            !others.iter().any(|other| other.starts_with(&around) || around.starts_with(other))
        };
        let numbered = (2..).map(|n| format!("gen_{name}_{n}"));
        let label = std::iter::once(format!("gen_{name}")).chain(numbered).find(is_free).unwrap_or_default();
        taken.entry(label.clone()).or_default().push(around);
        label
    };
    let loops = rtl.loops.iter().enumerate().map(|(at, l)| label(&l.name, Block::Loop(LoopId(at as u32)))).collect();
    let branches = rtl.branches.iter().enumerate().map(|(at, b)| label(&b.name, Block::Branch(at as u32))).collect();
    (loops, branches)
}

fn signals(rtl: &Rtl, errors: &mut Vec<Error>) -> Vec<String> {
    let users = users(rtl);
    let mut taken = Taken::default();
    let mut clashes: Vec<(String, Place, Place)> = vec![];
    let mut claim = |name: String, scope: &[LoopId], branch: Option<u32>, place: Place| {
        taken.claim(&name, scope, branch, place).map(|other| (name, place, other))
    };
    for of in &rtl.enums {
        clashes.extend(claim(of.name.clone(), &[], None, of.place));
        clashes.extend(of.members.iter().filter_map(|member| claim(member.clone(), &[], None, of.place)));
    }
    for (index, l) in rtl.loops.iter().enumerate() {
        let around = scope(rtl, LoopId(index as u32));
        // Loops beside each other share a variable.
        if around[1..].iter().any(|id| rtl.loops[id.index()].name == l.name) {
            let outer = around[1..].iter().find(|id| rtl.loops[id.index()].name == l.name);
            let other = outer.map_or(l.place, |id| rtl.loops[id.index()].place);
            clashes.push((l.name.clone(), l.place, other));
        }
    }
    for memory in &rtl.memories {
        clashes.extend(claim(memory.name.clone(), &memory.scope, None, memory.place));
    }
    let mut names = vec![String::new(); rtl.signals.len()];
    for (index, signal) in rtl.signals.iter().enumerate() {
        let Name::Given(name) = &signal.name else { continue };
        let full = suffixed(name, &signal.kind);
        clashes.extend(claim(full.clone(), &signal.scope, signal.branch, signal.place));
        if let Some(l) = rtl.loops.iter().find(|l| l.name == full) {
            clashes.push((full.clone(), signal.place, l.place));
        }
        names[index] = if matches!(signal.kind, Kind::Reg(_)) { name.clone() } else { full };
    }
    errors.extend(clashes.iter().map(|(name, place, other)| duplicate(name, *place, *other)));
    for (index, signal) in rtl.signals.iter().enumerate() {
        let Name::Step(suffix) = signal.name else { continue };
        let stem = stem(rtl, &users, SignalId(index as u32));
        let base = if stem.is_empty() { suffix.to_owned() } else { format!("{stem}_{suffix}") };
        let numbered = (2..).map(|n| format!("{base}_{n}"));
        let is_free = |name: &String| {
            let reserved = is_keyword(name) || rtl.loops.iter().any(|l| l.name == *name);
            !reserved && taken.claim(name, &signal.scope, signal.branch, signal.place).is_none()
        };
        names[index] = std::iter::once(base.clone()).chain(numbered).find(is_free).unwrap_or_default();
    }
    names
}

fn duplicate(name: &str, place: Place, other: Place) -> Error {
    Error {
        code: Code::DuplicateName,
        message: format!("two things are called `{name}`"),
        place,
        related: vec![("the other one".to_owned(), other)],
        hint: "rename one of them".to_owned(),
    }
}

/// The loop itself and those around it, outermost last.
fn scope(rtl: &Rtl, id: LoopId) -> Vec<LoopId> {
    std::iter::successors(Some(id), |id| rtl.loops[id.index()].parent).collect()
}

/// A name's scope, branch and place.
type Claim = (Vec<LoopId>, Option<u32>, Place);

/// The names in use. One may stand in two scopes only if neither is inside the other, or it would hide the outer one.
#[derive(Default)]
struct Taken(HashMap<String, Vec<Claim>>);

impl Taken {
    /// Takes a name; if it is taken already, where.
    fn claim(&mut self, name: &str, scope: &[LoopId], branch: Option<u32>, place: Place) -> Option<Place> {
        let claims = self.0.entry(name.to_owned()).or_default();
        let clashes = |(other, of, _): &&Claim| match (other == scope, *of, branch) {
            (true, Some(a), Some(b)) => a == b,
            (true, ..) => true,
            _ => scope.starts_with(other) || other.starts_with(scope),
        };
        let other = claims.iter().find(clashes).map(|c| c.2);
        if other.is_none() {
            claims.push((scope.to_vec(), branch, place));
        }
        other
    }
}

fn suffixed(name: &str, kind: &Kind) -> String {
    match kind {
        Kind::Input => format!("{name}_i"),
        Kind::Output => format!("{name}_o"),
        Kind::Wire => name.to_owned(),
        Kind::Reg(_) => format!("{name}_q"),
    }
}

/// Who uses a step: the signal that takes it, or a text where no signal does.
#[derive(Clone)]
enum User {
    Signal(SignalId),
    Text(String),
}

/// The first user of every signal that is a step of an expression.
fn users(rtl: &Rtl) -> HashMap<SignalId, User> {
    let mut users = HashMap::new();
    rtl.items.iter().for_each(|item| collect(rtl, item, &mut users));
    users
}

fn collect(rtl: &Rtl, item: &Item, users: &mut HashMap<SignalId, User>) {
    match item {
        Item::Assign { target, value, .. } => note(rtl, *value, &User::Signal(target.signal), users),
        Item::Comb { stmts, .. } | Item::Clocked { stmts, .. } => collect_stmts(rtl, stmts, users),
        Item::Loop { items, .. } => items.iter().for_each(|i| collect(rtl, i, users)),
        Item::When { then, other, .. } => then.iter().chain(other).for_each(|i| collect(rtl, i, users)),
        Item::Instance(id) => {
            let instance = &rtl.instances[id.index()];
            for input in &instance.inputs {
                let port = input.port.trim_end_matches("_i");
                note(rtl, input.value, &User::Text(format!("{}_{port}", instance.name)), users);
            }
        }
        Item::Comment(_) | Item::Assert { .. } => {
            visit_item_exprs(rtl, item, &mut |e| note(rtl, e, &User::Text(String::new()), users));
        }
    }
}

fn collect_stmts(rtl: &Rtl, stmts: &[Stmt], users: &mut HashMap<SignalId, User>) {
    for stmt in stmts {
        match stmt {
            Stmt::Assign { target, value, .. } => note(rtl, *value, &User::Signal(target.signal), users),
            Stmt::Write { memory, address, value, .. } => {
                let user = User::Text(rtl.memories[memory.index()].name.clone());
                note(rtl, *address, &user, users);
                note(rtl, *value, &user, users);
            }
            Stmt::If { arms, other, .. } => {
                arms.iter().for_each(|(_, body)| collect_stmts(rtl, body, users));
                collect_stmts(rtl, other, users);
            }
            Stmt::Case { arms, default, .. } => {
                arms.iter().for_each(|(_, body)| collect_stmts(rtl, body, users));
                collect_stmts(rtl, default, users);
            }
            Stmt::Comment(_) => {}
        }
    }
}

fn note(rtl: &Rtl, root: ExprId, user: &User, users: &mut HashMap<SignalId, User>) {
    if let Node::Signal(reference) = &rtl.expr(root).node
        && matches!(rtl.signal(reference.signal).name, Name::Step(_))
    {
        users.entry(reference.signal).or_insert_with(|| user.clone());
    }
    rtl.operands(root).into_iter().for_each(|operand| note(rtl, operand, user, users));
}

/// The name that a step is called after: that of the first named signal up the chain of its users.
fn stem(rtl: &Rtl, users: &HashMap<SignalId, User>, step: SignalId) -> String {
    let mut seen = HashSet::new();
    let mut at = step;
    while seen.insert(at) {
        match users.get(&at) {
            Some(User::Signal(next)) => match &rtl.signal(*next).name {
                Name::Given(name) => return name.clone(),
                Name::Step(_) => at = *next,
            },
            Some(User::Text(text)) => return text.clone(),
            None => return String::new(),
        }
    }
    String::new()
}
