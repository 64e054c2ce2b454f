//! A register map as constants in Rust and C, as CMSIS-SVD and as documentation.
//!
//! They stand here, beside the slave that is generated from the same table: whoever drives an accelerator needs what was
//! emitted with it, not the generator, and `spec` stays plain data.

mod c;
mod markdown;
mod rust;
mod svd;

use spec::register_map::{Access, Field, Register, RegisterMap};

pub use c::c_header;
pub use markdown::markdown;
pub use rust::rust;
pub use svd::svd;

/// All renderings, as name and text of a file: `<map>_registers.h`, `.rs`, `.svd` and `.md`.
///
/// ```
/// use spec::register_map::{Identity, accelerator};
/// let files = accel::render::all(&accelerator(Identity { version: 1, hash: 2 }));
/// assert_eq!(files[0].0, "accelerator_registers.h");
/// ```
pub fn all(map: &RegisterMap) -> Vec<(String, String)> {
    let file = |suffix: &str, text: String| (format!("{}_registers.{suffix}", map.name), text);
    vec![file("h", c_header(map)), file("md", markdown(map)), file("rs", rust(map)), file("svd", svd(map))]
}

/// Who may do with it as it pleases, and where it comes from.
const LICENCE: &str = "SPDX-License-Identifier: CC0-1.0";

/// The fields that have names of their own.
fn named(register: &Register) -> impl Iterator<Item = &Field> {
    register.fields.iter().filter(|field| !field.name.is_empty())
}

/// How a field is accessed, in words.
fn words(access: Access) -> &'static str {
    match access {
        Access::ReadWrite => "read-write",
        Access::ReadOnly => "read-only",
        Access::Constant => "constant",
        Access::WriteOneToClear => "write 1 to clear",
        Access::Pulse => "write 1 to trigger",
        Access::Latched => "read-only, latched",
    }
}
