//! The renderings of the accelerator's register map: as they were agreed on, and each read back by whom it is for.

use std::path::Path;
use std::process::Command;

use accel::render;
use expect_test::expect_file;
use spec::register_map::{Access, Field, Identity, Register, RegisterMap, accelerator};

fn map() -> RegisterMap {
    accelerator(Identity { version: 0x0001_0000, hash: 0x0123_4567_89ab_cdef })
}

/// The constants as a program sees them: the file that the golden test holds.
#[path = "golden/accelerator_registers.rs"]
#[expect(dead_code, reason = "a driver needs them all, this test a few")]
mod rendered;

#[test]
fn renderings_are_as_agreed() {
    let map = map();
    map.validate().expect("a sound map");
    expect_file!["golden/accelerator_registers.h"].assert_eq(&render::c_header(&map));
    expect_file!["golden/accelerator_registers.md"].assert_eq(&render::markdown(&map));
    expect_file!["golden/accelerator_registers.rs"].assert_eq(&render::rust(&map));
    expect_file!["golden/accelerator_registers.svd"].assert_eq(&render::svd(&map));
}

/// All that a header says, by name.
fn expected(prefix: &str, mask: &str) -> Vec<(String, u32)> {
    let mut all = Vec::new();
    for register in map().registers {
        let name = format!("{prefix}{}", register.name);
        all.push((name.clone(), register.offset));
        if register.fields.iter().any(|field| field.access == Access::Constant) {
            all.push((format!("{name}_VALUE"), register.reset()));
        }
        for field in register.fields.iter().filter(|field| !field.name.is_empty()) {
            let ones = u32::try_from((1u64 << field.width) - 1).expect("at most 32 bits");
            all.push((format!("{name}_{}{mask}", field.name), ones << field.lsb));
            all.push((format!("{name}_{}_SHIFT", field.name), field.lsb));
        }
    }
    all
}

/// A C compiler takes the header, with all warnings as errors, and a C++ compiler takes it too; the program prints what the
/// map says.
#[test]
fn the_header_compiles_and_says_what_the_map_says() {
    let dir = tempfile::tempdir().expect("a folder");
    std::fs::write(dir.path().join("accelerator_registers.h"), render::c_header(&map())).expect("written");
    let prints: String = expected("ACCELERATOR_", "_MASK")
        .iter()
        .map(|(name, _)| format!("  printf(\"{name} %lu\\n\", (unsigned long){name});\n"))
        .collect();
    let program = format!(
        "#include \"accelerator_registers.h\"\n#include \"accelerator_registers.h\"\n#include <stdio.h>\n\nint main(void) {{\n{prints}  return 0;\n}}\n"
    );
    for (source, compiler, standard) in [("main.c", "cc", "-std=c99"), ("main.cpp", "c++", "-std=c++11")] {
        std::fs::write(dir.path().join(source), &program).expect("written");
        let flags = [standard, "-Wall", "-Wextra", "-Wpedantic", "-Werror", source, "-o", "main"];
        let compiled = Command::new(compiler).args(flags).current_dir(dir.path()).output().expect("a compiler");
        assert!(compiled.status.success(), "{}", String::from_utf8_lossy(&compiled.stderr));
        let output = Command::new(dir.path().join("main")).output().expect("runs").stdout;
        let printed = String::from_utf8(output).expect("text");
        let wanted: String = expected("ACCELERATOR_", "_MASK").iter().map(|(n, v)| format!("{n} {v}\n")).collect();
        assert_eq!(printed, wanted);
    }
}

/// rustc takes the constants; those that a driver begins with are the map's.
#[test]
fn the_constants_are_the_maps() {
    let map = map();
    let at = |name: &str| map.register(name).expect("a register").offset;
    assert_eq!(rendered::CTRL, at("CTRL"));
    assert_eq!(rendered::IRQ_STATUS, at("IRQ_STATUS"));
    assert_eq!((rendered::ERROR_INDEX, rendered::ERROR_INDEX_SHIFT), (0xffff_ff00, 8));
    assert_eq!((rendered::HASH_LO_VALUE, rendered::HASH_HI_VALUE), (0x89ab_cdef, 0x0123_4567));
    let text = render::rust(&map);
    let golden = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/golden/accelerator_registers.rs");
    assert_eq!(std::fs::read_to_string(golden).expect("read"), text);
    for (name, value) in expected("", "") {
        let line = text.lines().find(|l| l.starts_with(&format!("pub const {name}: u32 = "))).expect(&name);
        let said = line.split(" = ").nth(1).expect("a value").trim_end_matches(';').replace('_', "");
        let said = said.strip_prefix("0x").map_or(said.parse(), |hex| u32::from_str_radix(hex, 16));
        assert_eq!(said, Ok(value), "{name}");
    }
}

/// An XML parser reads the SVD, and the map comes back out of it.
#[test]
fn the_svd_is_the_map() {
    let map = map();
    let text = render::svd(&map);
    let document = roxmltree::Document::parse(&text).expect("XML");
    let child = |node: roxmltree::Node<'_, '_>, tag: &str| {
        node.children().find(|n| n.has_tag_name(tag)).and_then(|n| n.text()).map(str::to_owned)
    };
    let number = |text: Option<String>| {
        let text = text.expect("a number");
        text.strip_prefix("0x").map_or(text.parse(), |hex| u32::from_str_radix(hex, 16)).expect("a number")
    };
    let access = |node: roxmltree::Node<'_, '_>| (child(node, "access"), child(node, "modifiedWriteValues"));
    let wanted = |access: Access| {
        let (access, modified) = match access {
            Access::ReadWrite => ("read-write", None),
            Access::WriteOneToClear => ("read-write", Some("oneToClear")),
            Access::Pulse => ("write-only", None),
            Access::ReadOnly | Access::Constant | Access::Latched => ("read-only", None),
        };
        (Some(access.to_owned()), modified.map(str::to_owned))
    };
    let registers: Vec<_> = document.descendants().filter(|n| n.has_tag_name("register")).collect();
    assert_eq!(registers.len(), map.registers.len());
    for (node, register) in registers.into_iter().zip(&map.registers) {
        assert_eq!(child(node, "name").as_deref(), Some(register.name.as_str()));
        assert_eq!(child(node, "description").as_deref(), Some(register.doc.as_str()));
        assert_eq!(number(child(node, "addressOffset")), register.offset);
        assert_eq!(number(child(node, "resetValue")), register.reset());
        assert_eq!(child(node, "readAction").is_some(), register.name.ends_with("_LO") && register.offset >= 0x40);
        let fields: Vec<_> = node.descendants().filter(|n| n.has_tag_name("field")).collect();
        let named: Vec<&Field> = register.fields.iter().filter(|f| !f.name.is_empty()).collect();
        assert_eq!(fields.len(), named.len());
        if named.is_empty() {
            assert_eq!(access(node), wanted(register.fields[0].access), "{}", register.name);
        }
        for (node, field) in fields.into_iter().zip(named) {
            assert_eq!(child(node, "name").as_deref(), Some(field.name.as_str()));
            assert_eq!((number(child(node, "bitOffset")), number(child(node, "bitWidth"))), (field.lsb, field.width));
            assert_eq!(access(node), wanted(field.access), "{}.{}", register.name, field.name);
        }
    }
}

/// A map that cannot be is refused, with the register's name.
#[test]
fn unsound_maps_are_refused() {
    let change = |change: fn(&mut RegisterMap)| {
        let mut map = map();
        change(&mut map);
        map.validate().expect_err("refused")
    };
    assert!(change(|m| m.registers[1].offset = 0).contains("STATUS"));
    assert!(change(|m| m.registers[1].offset = 5).contains("STATUS"));
    assert!(change(|m| m.address_bits = 6).contains("WATCHDOG"));
    assert!(change(|m| m.registers[1].name = "CTRL".to_owned()).contains("two registers CTRL"));
    assert!(change(|m| m.registers[2].fields[1].width = 25).contains("INDEX"));
    assert!(change(|m| m.registers[2].fields[1].lsb = 7).contains("INDEX"));
    assert!(change(|m| m.registers[0].fields[0].reset = 2).contains("START"));
    assert!(change(|m| m.registers.retain(|r: &Register| r.name != "CYCLES_LO")).contains("CYCLES_HI"));
    assert!(change(|m| m.registers[4].fields.truncate(1)).contains("IRQ_STATUS"));
}
