//! Typed wrappers from manifest entries, for the build script of a testbench.

use std::{collections::BTreeSet, fmt::Write};

use spec::manifest::{Dir, Field, Module, Port, Role};

/// The Rust source of a type that wraps one module: a field per port (`in_valid`, `out_ready`, …), and one per named
/// part of a payload (`in_x`, `out_y`). The name is the module's in CamelCase.
///
/// The type has `new(model)`, which checks every name, width and direction against the model, `from_library`, `eval`,
/// and, with one clock, `tick` and `ticks`; it is shown with the values of its ports. Include the text from a module of its own.
///
/// ```
/// # use spec::manifest::*;
/// let port = |name: &str, dir, width, role| Port {
///     name: name.into(), dir, width, role, stream: None, clock: None, active_low: false, fields: vec![],
/// };
/// let module = Module {
///     name: "blinker".into(), file: "blinker.sv".into(), kind: "blinker".into(), config_hash: "0".into(),
///     params: Default::default(), source: "none".into(), sources: vec!["blinker.sv".into()], submodules: vec![],
///     ports: vec![port("clk_i", Dir::In, 1, Role::Clock), port("led_o", Dir::Out, 4, Role::Other)], streams: vec![],
/// };
/// let text = sim::codegen::wrapper(&module);
/// assert!(text.contains("pub struct Blinker"));
/// assert!(text.contains("pub led: ::sim::typed::Out<4>"));
/// ```
pub fn wrapper(module: &Module) -> String {
    let mut text = String::new();
    // Writing to a string cannot fail.
    let _ = write_wrapper(&mut text, module);
    text
}

const CLOCK: &str = "::sim::Clock";

struct Member {
    name: String,
    doc: String,
    ty: String,
    init: String,
}

fn write_wrapper(out: &mut String, module: &Module) -> std::fmt::Result {
    let members = members(module);
    let name = type_name(&module.name);
    writeln!(out, "/// Module `{}`: `{}`, {}.", module.name, module.kind, one_line(&module.source))?;
    writeln!(out, "pub struct {name} {{")?;
    for m in &members {
        writeln!(out, "    /// {}.", m.doc)?;
        writeln!(out, "    pub {}: {},", m.name, m.ty)?;
    }
    writeln!(out, "    /// The model behind the ports.")?;
    writeln!(out, "    pub sim: ::sim::typed::Bound,")?;
    writeln!(out, "}}\n")?;
    writeln!(out, "impl {name} {{")?;
    writeln!(out, "    /// The module's name.")?;
    writeln!(out, "    pub const MODULE: &'static str = {:?};\n", module.name)?;
    writeln!(out, "    /// Wraps a model of the module.")?;
    writeln!(
        out,
        "    ///\n    /// # Errors\n    /// A port that the model lacks or has in another width or direction."
    )?;
    writeln!(out, "    pub fn new(model: ::sim::Model) -> ::sim::Result<Self> {{")?;
    writeln!(out, "        let sim = ::sim::typed::Bound::new(model);")?;
    for m in &members {
        writeln!(out, "        let {} = {};", m.name, m.init)?;
    }
    let names: Vec<_> = members.iter().map(|m| m.name.as_str()).collect();
    writeln!(out, "        Ok(Self {{ {}, sim }})", names.join(", "))?;
    writeln!(out, "    }}\n")?;
    writeln!(out, "    /// Wraps a new instance of a compiled model.")?;
    writeln!(out, "    ///\n    /// # Errors\n    /// As [`Self::new`].")?;
    writeln!(out, "    pub fn from_library(library: &::sim::Library) -> ::sim::Result<Self> {{")?;
    writeln!(out, "        Self::new(library.model()?)\n    }}")?;
    method(out, "Lets the model react to what was set", "eval(&mut self)", "self.sim.eval()")?;
    let clocks: Vec<_> = module.ports.iter().filter(|p| p.role == Role::Clock).collect();
    if let [clock] = clocks[..] {
        let clock = member_name(&clock.name);
        method(out, "One cycle", "tick(&mut self)", &format!("self.sim.tick(self.{clock})"))?;
        method(
            out,
            "So many cycles",
            "ticks(&mut self, cycles: u64)",
            &format!("self.sim.ticks(self.{clock}, cycles)"),
        )?;
    }
    writeln!(out, "}}\n")?;
    writeln!(out, "impl ::std::fmt::Debug for {name} {{")?;
    writeln!(out, "    fn fmt(&self, f: &mut ::std::fmt::Formatter<'_>) -> ::std::fmt::Result {{")?;
    writeln!(out, "        f.debug_struct({name:?})")?;
    for m in members.iter().filter(|m| m.ty != CLOCK) {
        writeln!(out, "            .field({:?}, &self.{}.get())", m.name, m.name)?;
    }
    writeln!(out, "            .finish_non_exhaustive()\n    }}\n}}")
}

fn method(out: &mut String, doc: &str, signature: &str, body: &str) -> std::fmt::Result {
    writeln!(out, "\n    /// {doc}.\n    ///\n    /// # Errors\n    /// The model halted.\n    #[inline]")?;
    writeln!(out, "    pub fn {signature} -> Result<(), ::sim::Halt> {{\n        {body}\n    }}")
}

fn members(module: &Module) -> Vec<Member> {
    let bare: Vec<String> = module.ports.iter().map(|port| member_name(&port.name)).collect();
    // An input and an output of one name keep the suffixes that tell them apart.
    let name = |at: usize| {
        let alone = bare.iter().filter(|name| **name == bare[at]).count() == 1;
        if alone { bare[at].clone() } else { module.ports[at].name.to_ascii_lowercase() }
    };
    let mut members: Vec<Member> =
        module.ports.iter().enumerate().map(|(at, port)| port_member(name(at), port)).collect();
    let mut taken: BTreeSet<String> = members.iter().map(|m| m.name.clone()).collect();
    taken.insert("sim".into());
    for port in &module.ports {
        for field in port.fields.iter().filter(|f| f.width <= 64) {
            let mut name = member_name(&format!("{}_{}", port.stream.as_deref().unwrap_or(&port.name), field.name));
            while !taken.insert(name.clone()) {
                name.push_str("_field");
            }
            members.push(field_member(name, port, field));
        }
    }
    members
}

fn port_member(name: String, port: &Port) -> Member {
    let doc = format!("Port `{}`, {} bit{}", port.name, port.width, if port.width == 1 { "" } else { "s" });
    if port.role == Role::Clock {
        return Member { name, doc, ty: CLOCK.into(), init: format!("sim.clock({:?})?", port.name) };
    }
    let (ty, call) = if port.dir == Dir::In { ("In", "input") } else { ("Out", "output") };
    let ty = format!("::sim::typed::{ty}<{}>", port.width);
    Member { name, doc, ty, init: format!("sim.{call}({:?})?", port.name) }
}

fn field_member(name: String, port: &Port, field: &Field) -> Member {
    let Field { lsb, width, count, stride, signed, frac, .. } = field;
    let format = if *signed { "signed" } else { "unsigned" };
    let doc =
        format!("Field `{}` of `{}`: {count} × {width} bits, {format}, {frac} behind the point", field.name, port.name);
    let (ty, call) = if port.dir == Dir::In { ("FieldIn", "field_in") } else { ("FieldOut", "field_out") };
    let layout = format!("::sim::typed::Layout {{ lsb: {lsb}, width: {width}, count: {count}, stride: {stride} }}");
    let init = format!("sim.{call}({:?}, {}, {layout})?", port.name, port.width);
    Member { name, doc, ty: format!("::sim::typed::{ty}<{signed}>"), init }
}

/// `in_valid_i` → `in_valid`; keywords get an underscore.
fn member_name(port: &str) -> String {
    let bare = port.strip_suffix("_i").or_else(|| port.strip_suffix("_o")).unwrap_or(port);
    let mut name: String =
        bare.chars().map(|c| if c.is_ascii_alphanumeric() { c.to_ascii_lowercase() } else { '_' }).collect();
    let keyword = matches!(
        name.as_str(),
        "as" | "async"
            | "await"
            | "box"
            | "break"
            | "const"
            | "continue"
            | "crate"
            | "do"
            | "dyn"
            | "else"
            | "enum"
            | "extern"
            | "false"
            | "final"
            | "fn"
            | "for"
            | "gen"
            | "if"
            | "impl"
            | "in"
            | "let"
            | "loop"
            | "macro"
            | "match"
            | "mod"
            | "move"
            | "mut"
            | "override"
            | "priv"
            | "pub"
            | "ref"
            | "return"
            | "self"
            | "sim"
            | "static"
            | "struct"
            | "super"
            | "trait"
            | "true"
            | "try"
            | "type"
            | "typeof"
            | "unsafe"
            | "unsized"
            | "use"
            | "virtual"
            | "where"
            | "while"
            | "yield"
            | "abstract"
            | "become"
    );
    if keyword || name.is_empty() || name.starts_with(|c: char| c.is_ascii_digit()) {
        name.push('_');
        if name.starts_with(|c: char| c.is_ascii_digit()) {
            name.insert(0, '_');
        }
    }
    name
}

/// `gelu_s16f12_s16f12` → `GeluS16f12S16f12`.
fn type_name(module: &str) -> String {
    let mut name = String::new();
    for word in module.split(|c: char| !c.is_ascii_alphanumeric()).filter(|w| !w.is_empty()) {
        name.push(word.as_bytes()[0].to_ascii_uppercase().into());
        name.push_str(&word[1..]);
    }
    if name.starts_with(|c: char| c.is_ascii_digit()) {
        name.insert(0, '_');
    }
    name
}

fn one_line(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}
