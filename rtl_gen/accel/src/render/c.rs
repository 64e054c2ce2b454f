//! A header for C and C++.

use std::fmt::Write;

use spec::register_map::{Access, RegisterMap};

use super::{LICENCE, named};

/// A header for C and C++: `ACCELERATOR_CTRL` is a register's address, `ACCELERATOR_CTRL_START_MASK` and `_SHIFT` a
/// field's place, `ACCELERATOR_VERSION_VALUE` what a constant register reads as.
///
/// ```
/// use spec::register_map::{Identity, accelerator};
/// let text = accel::render::c_header(&accelerator(Identity { version: 1, hash: 2 }));
/// assert!(text.contains("#define ACCELERATOR_CTRL_START_MASK UINT32_C(0x00000001)"));
/// ```
pub fn c_header(map: &RegisterMap) -> String {
    let prefix = map.name.to_uppercase();
    let mut text = format!("/* {LICENCE} */\n/* {} Emitted by espalier. */\n\n", map.doc);
    let _ = write!(text, "#ifndef {prefix}_REGISTERS_H\n#define {prefix}_REGISTERS_H\n\n#include <stdint.h>\n");
    for register in &map.registers {
        let name = format!("{prefix}_{}", register.name);
        let _ = writeln!(text, "\n/* {} */\n#define {name} UINT32_C({:#05x})", register.doc, register.offset);
        if register.fields.iter().any(|field| field.access == Access::Constant) {
            let _ = writeln!(text, "#define {name}_VALUE UINT32_C({:#010x})", register.reset());
        }
        for field in named(register) {
            let _ = writeln!(text, "/* {} */", field.doc);
            let _ = writeln!(text, "#define {name}_{}_MASK UINT32_C({:#010x})", field.name, field.mask());
            let _ = writeln!(text, "#define {name}_{}_SHIFT {}", field.name, field.lsb);
        }
    }
    let _ = write!(text, "\n#endif\n");
    text
}
