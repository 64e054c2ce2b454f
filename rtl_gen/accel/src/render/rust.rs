//! Constants in Rust.

use std::fmt::Write;

use spec::register_map::{Access, RegisterMap};

use super::{LICENCE, named};

/// Constants in Rust: `CTRL` is a register's address, `CTRL_START` a field's mask, `CTRL_START_SHIFT` its lowest bit,
/// `VERSION_VALUE` what a constant register reads as.
///
/// ```
/// use spec::register_map::{Identity, accelerator};
/// let text = accel::render::rust(&accelerator(Identity { version: 1, hash: 2 }));
/// assert!(text.contains("pub const CTRL_START: u32 = 0x0000_0001;"));
/// ```
pub fn rust(map: &RegisterMap) -> String {
    let mut text = format!("// {LICENCE}\n//! {}\n//!\n//! Emitted by espalier.\n", map.doc);
    let hex = |value: u32| format!("{:#06x}_{:04x}", value >> 16, value & 0xffff);
    for register in &map.registers {
        let name = &register.name;
        let _ = writeln!(text, "\n/// {}\npub const {name}: u32 = {:#x};", register.doc, register.offset);
        if register.fields.iter().any(|field| field.access == Access::Constant) {
            let _ =
                writeln!(text, "/// What {name} reads as.\npub const {name}_VALUE: u32 = {};", hex(register.reset()));
        }
        for field in named(register) {
            let mask = hex(field.mask());
            let _ = writeln!(text, "/// {}\npub const {name}_{}: u32 = {mask};", field.doc, field.name);
            let _ = writeln!(
                text,
                "/// Lowest bit of {}.\npub const {name}_{}_SHIFT: u32 = {};",
                field.name, field.name, field.lsb
            );
        }
    }
    text
}
