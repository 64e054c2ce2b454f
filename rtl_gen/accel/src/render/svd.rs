//! CMSIS-SVD.

use std::fmt::Write;

use spec::register_map::{Access, Field, Register, RegisterMap};

use super::named;

/// CMSIS-SVD 1.3 (Arm's system view description), for debuggers and generators of drivers: one peripheral at address 0.
///
/// ```
/// use spec::register_map::{Identity, accelerator};
/// let text = accel::render::svd(&accelerator(Identity { version: 1, hash: 2 }));
/// assert!(text.contains("<addressOffset>0x10</addressOffset>"));
/// ```
pub fn svd(map: &RegisterMap) -> String {
    let (name, doc) = (map.name.to_uppercase(), escaped(&map.doc));
    let mut text = format!(
        r#"<?xml version="1.0" encoding="utf-8"?>
<device schemaVersion="1.3" xmlns:xs="http://www.w3.org/2001/XMLSchema-instance" xs:noNamespaceSchemaLocation="CMSIS-SVD.xsd">
  <name>{name}</name>
  <version>1.0</version>
  <description>{doc}</description>
  <addressUnitBits>8</addressUnitBits>
  <width>32</width>
  <size>32</size>
  <resetMask>0xffffffff</resetMask>
  <peripherals>
    <peripheral>
      <name>{name}</name>
      <description>{doc}</description>
      <baseAddress>0x0</baseAddress>
      <addressBlock>
        <offset>0x0</offset>
        <size>{:#x}</size>
        <usage>registers</usage>
      </addressBlock>
      <registers>
"#,
        1u64 << map.address_bits
    );
    for register in &map.registers {
        add_register(&mut text, map, register);
    }
    text += "      </registers>\n    </peripheral>\n  </peripherals>\n</device>\n";
    text
}

fn add_register(text: &mut String, map: &RegisterMap, register: &Register) {
    let _ = writeln!(text, "        <register>");
    let mut tag = |name: &str, value: &str| {
        let _ = writeln!(text, "          <{name}>{value}</{name}>");
    };
    tag("name", &register.name);
    tag("description", &escaped(&register.doc));
    tag("addressOffset", &format!("{:#x}", register.offset));
    if let [Field { access, .. }] = register.fields[..] {
        tag("access", svd_access(access));
    }
    tag("resetValue", &format!("{:#x}", register.reset()));
    if register.latches(map).is_some() {
        tag("readAction", "modifyExternal");
    }
    if named(register).next().is_some() {
        text.push_str("          <fields>\n");
        named(register).for_each(|field| add_field(text, field));
        text.push_str("          </fields>\n");
    }
    text.push_str("        </register>\n");
}

fn add_field(text: &mut String, field: &Field) {
    let _ = writeln!(text, "            <field>");
    let mut tag = |name: &str, value: &str| {
        let _ = writeln!(text, "              <{name}>{value}</{name}>");
    };
    tag("name", &field.name);
    tag("description", &escaped(&field.doc));
    tag("bitOffset", &field.lsb.to_string());
    tag("bitWidth", &field.width.to_string());
    tag("access", svd_access(field.access));
    if field.access == Access::WriteOneToClear {
        tag("modifiedWriteValues", "oneToClear");
    }
    text.push_str("            </field>\n");
}

fn svd_access(access: Access) -> &'static str {
    match access {
        Access::ReadWrite | Access::WriteOneToClear => "read-write",
        Access::ReadOnly | Access::Constant | Access::Latched => "read-only",
        Access::Pulse => "write-only",
    }
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;")
}
