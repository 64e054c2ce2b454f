//! Documentation.

use std::fmt::Write;

use spec::register_map::{Access, RegisterMap};

use super::{named, words};

/// Documentation as Markdown: a table of the registers, then the fields of each.
///
/// ```
/// use spec::register_map::{Identity, accelerator};
/// let text = accel::render::markdown(&accelerator(Identity { version: 1, hash: 2 }));
/// assert!(text.contains("| 0x000 | [CTRL](#ctrl) |"));
/// ```
pub fn markdown(map: &RegisterMap) -> String {
    let mut text = format!("# Registers of {}\n\n{} Emitted by espalier.\n\n", map.name, map.doc);
    text += "Registers have 32 bits; addresses are in bytes. Other addresses are answered with SLVERR. Writes to what cannot be\n";
    text += "written change nothing.\n\n| address | register | what |\n|---|---|---|\n";
    for register in &map.registers {
        let (name, anchor) = (&register.name, register.name.to_lowercase());
        let _ = writeln!(text, "| {:#05x} | [{name}](#{anchor}) | {} |", register.offset, register.doc);
    }
    for register in &map.registers {
        let _ = write!(text, "\n## {}\n\nAddress {:#05x}. {}\n", register.name, register.offset, register.doc);
        for field in register.fields.iter().filter(|field| field.name.is_empty()) {
            let value = if field.access == Access::Constant { "Value" } else { "After reset" };
            let _ = write!(text, "\nAccess: {}. {value}: {:#010x}.\n", words(field.access), field.reset);
        }
        let mut fields = named(register).peekable();
        if fields.peek().is_some() {
            text += "\n| bits | field | access | reset | what |\n|---|---|---|---|---|\n";
        }
        for field in fields {
            let top = field.lsb + field.width - 1;
            let bits = if field.width == 1 { top.to_string() } else { format!("{top}:{}", field.lsb) };
            let access = words(field.access);
            let _ = writeln!(text, "| {bits} | {} | {access} | {} | {} |", field.name, field.reset, field.doc);
        }
    }
    text
}
