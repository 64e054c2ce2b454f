//! The only place that produces SystemVerilog text.

mod declare;
mod expr;
mod item;
mod layout;
mod literal;
mod statement;

use crate::design::Design;
use crate::interface::{Dir, Role};
use crate::ir::Rtl;

/// The longest line that is printed where it can be helped.
pub(crate) const WIDTH: usize = 100;

/// How a design is printed.
///
/// ```
/// let options = hdl::EmitOptions { prefix: "vit_".to_owned(), ..Default::default() };
/// let design = hdl::Module::build("m", |_| {})?;
/// assert!(design.to_sv(&options).contains("module vit_m"));
/// # Ok::<(), hdl::Errors>(())
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct EmitOptions {
    /// Put before every module name, so that two designs fit into one project.
    pub prefix: String,
    /// Further paragraphs of the header comment, such as formats, latency, source and configuration.
    pub header: Vec<String>,
    /// Print the Rust file and line that made each signal behind its declaration.
    pub places: bool,
}

impl Design {
    /// The module as SystemVerilog, one file; the modules it instantiates are printed by themselves.
    ///
    /// The text is the same in every run, process and locale.
    ///
    /// ```
    /// let design = hdl::Module::build("m", |m| m.output("y", hdl::Ty::bit()).set(1))?;
    /// assert!(design.to_sv(&Default::default()).contains("assign y_o = 1'b1;"));
    /// # Ok::<(), hdl::Errors>(())
    /// ```
    pub fn to_sv(&self, options: &EmitOptions) -> String {
        let mut out =
            String::from("// SPDX-License-Identifier: CC0-1.0\n// This file belongs to whoever emitted it.\n");
        for paragraph in layout::paragraphs(&self.rtl.doc).iter().chain(&options.header) {
            out.push_str("//\n");
            for line in paragraph.lines().flat_map(layout::wrap_comment) {
                out.push_str(format!("// {line}").trim_end());
                out.push('\n');
            }
        }
        out.push_str("\n`default_nettype none\n\n");
        for (name, value) in &self.rtl.attributes {
            out.push_str(&format!("(* {name} = \"{value}\" *)\n"));
        }
        out.push_str(&format!("module {}{}", options.prefix, self.name()));
        out.push_str(&self.port_list(options));
        self.rtl.pragmas.iter().for_each(|pragma| out.push_str(&format!("  /*{pragma}*/\n")));
        let mut printer =
            Printer { rtl: &self.rtl, options, out, indent: 1, open: vec![], branch: None, genvars: vec![] };
        printer.body();
        let mut out = printer.out;
        out.push_str("\nendmodule\n\n`default_nettype wire\n");
        out
    }

    fn port_list(&self, options: &EmitOptions) -> String {
        if self.ports.is_empty() {
            return ";\n".to_owned();
        }
        let ranges: Vec<String> = self.rtl.ports.iter().map(|id| declare::range(self.rtl.signal(*id))).collect();
        let widest = ranges.iter().map(String::len).max().unwrap_or(0);
        let mut out = " (\n".to_owned();
        for (index, (port, range)) in self.ports.iter().zip(&ranges).enumerate() {
            let dir = if port.dir == Dir::In { "input  wire logic" } else { "output      logic" };
            let comma = if index + 1 < self.ports.len() { "," } else { "" };
            let gap = if widest > 0 { " " } else { "" };
            let tagged = port.dir == Dir::In && !matches!(port.role, Role::Clock | Role::Reset);
            let pragma = self.rtl.input_pragma.as_ref().filter(|_| tagged).map(|p| format!(" /*{p}*/"));
            let mut line = format!("  {dir}{gap}{range:>widest$} {}{}{comma}", port.name, pragma.unwrap_or_default());
            if options.places {
                line.push_str(&format!("  // {}", self.rtl.signal(self.rtl.ports[index]).place));
            }
            out.push_str(&line);
            out.push('\n');
        }
        out.push_str(");\n");
        out
    }
}

/// The text of one module on the way.
pub(crate) struct Printer<'a> {
    pub rtl: &'a Rtl,
    pub options: &'a EmitOptions,
    pub out: String,
    pub indent: usize,
    /// Loops that are open, outermost first.
    pub open: Vec<crate::ir::LoopId>,
    /// The generate branch that is open inside the innermost loop.
    pub branch: Option<u32>,
    /// Loop variables declared so far.
    pub genvars: Vec<String>,
}

impl Printer<'_> {
    /// One line at the present indentation.
    pub fn line(&mut self, text: &str) {
        if !text.is_empty() {
            self.out.push_str(&"  ".repeat(self.indent));
            self.out.push_str(text);
        }
        self.out.push('\n');
    }

    /// Several lines, each at the present indentation.
    pub fn lines(&mut self, text: &str) {
        text.lines().for_each(|line| self.line(line));
    }

    /// An empty line, unless there is one already.
    pub fn gap(&mut self) {
        if !self.out.ends_with("\n\n") && !self.out.ends_with("begin\n") && !self.ends_with_label() {
            self.out.push('\n');
        }
    }

    /// Whether the last line opens a labelled block.
    fn ends_with_label(&self) -> bool {
        self.out.trim_end_matches('\n').rsplit('\n').next().is_some_and(|line| line.contains("begin : "))
            && !self.out.ends_with("\n\n")
    }
}
