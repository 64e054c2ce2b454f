//! Reading what Verilator wrote: which C++ files there are, and which ports the model has.

use std::{fmt::Write, fs, path::Path};

use crate::{Error, Result, cache::cannot};

/// The class that every model is generated as; libraries are loaded apart from each other, so names may repeat.
pub(crate) const PREFIX: &str = "Vdut";

/// The files that one run of Verilator left.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct FileList {
    /// The model's own classes, without extension.
    pub(crate) classes: Vec<String>,
    /// The runtime's parts, without extension.
    pub(crate) runtime: Vec<String>,
}

/// Reads the lists from `Vdut_classes.mk`: the names of generated files differ from version to version.
pub(crate) fn file_list(dir: &Path, top: &str) -> Result<FileList> {
    let path = dir.join(format!("{PREFIX}_classes.mk"));
    let text = fs::read_to_string(&path).map_err(cannot("read", &path))?;
    let list = parse_file_list(&text);
    if list.classes.is_empty() || list.runtime.is_empty() {
        let reason = format!("{PREFIX}_classes.mk names no files; this Verilator is not supported");
        return Err(Error::Output { top: top.into(), reason });
    }
    Ok(list)
}

fn parse_file_list(text: &str) -> FileList {
    let mut list = FileList { classes: Vec::new(), runtime: Vec::new() };
    let joined = text.replace("\\\n", " ");
    for line in joined.lines() {
        let Some((name, values)) = line.split_once("+=") else { continue };
        let target = match name.trim() {
            n if n.starts_with("VM_CLASSES_") || n.starts_with("VM_SUPPORT_") => &mut list.classes,
            n if n.starts_with("VM_GLOBAL_") => &mut list.runtime,
            _ => continue,
        };
        target.extend(values.split_whitespace().map(str::to_owned));
    }
    list
}

/// One port as the generated header declares it.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Declared {
    name: String,
    width: u32,
    bytes: u32,
    direction: u32,
    place: String,
}

/// The ports in the order of the header.
pub(crate) fn ports(dir: &Path) -> Result<Vec<Declared>> {
    let path = dir.join(format!("{PREFIX}.h"));
    let text = fs::read_to_string(&path).map_err(cannot("read", &path))?;
    Ok(text.lines().flat_map(|line| declared_in(line.trim())).collect())
}

/// The table that the shim includes.
pub(crate) fn port_table(ports: &[Declared]) -> String {
    ports.iter().fold(String::new(), |mut text, p| {
        let _ = writeln!(
            text,
            "ESPALIER_PORT(\"{}\", {}, {}, {}, {})",
            p.name.replace('\\', "\\\\").replace('"', "\\\""),
            p.width,
            p.bytes,
            p.direction,
            p.place
        );
        text
    })
}

fn declared_in(line: &str) -> Vec<Declared> {
    let rest = |prefix: &str| line.strip_prefix(prefix);
    let (direction, rest) = match (rest("VL_INOUT"), rest("VL_IN"), rest("VL_OUT")) {
        (Some(rest), ..) => (2, rest),
        (_, Some(rest), _) => (0, rest),
        (.., Some(rest)) => (1, rest),
        _ => return unpacked(line).unwrap_or_default(),
    };
    macro_arguments(rest).map(|(name, count, width)| elements(name, count, width, direction)).unwrap_or_default()
}

/// `8(&clk_i,0,0);`, `W(&data_i,299,0,10);`, `8((&array_i)[4],7,0);`
fn macro_arguments(rest: &str) -> Option<(&str, Option<u32>, u32)> {
    let open = rest.find('(')?;
    let inside = rest[open + 1..].strip_suffix(");")?;
    let mut arguments = inside.split(',').map(str::trim);
    let name = arguments.next()?;
    let (msb, lsb): (i64, i64) = (arguments.next()?.parse().ok()?, arguments.next()?.parse().ok()?);
    let width = u32::try_from((msb - lsb).abs() + 1).ok()?;
    match name.split_once('[') {
        Some((name, count)) => {
            let count = count.strip_suffix(']')?.parse().ok()?;
            Some((name.trim_matches(['(', ')', '&']), Some(count), width))
        }
        None => Some((name.trim_start_matches('&'), None, width)),
    }
}

/// `VlUnpacked<CData/*7:0*/, 4> &array_i;`: newer versions declare array ports so, without a direction.
fn unpacked(line: &str) -> Option<Vec<Declared>> {
    let (element, rest) = line.strip_prefix("VlUnpacked<")?.split_once("/*")?;
    let (range, rest) = rest.split_once("*/")?;
    let (count, name) = rest.strip_prefix(", ")?.split_once("> &")?;
    let (msb, lsb) = range.split_once(':')?;
    let width = u32::try_from((msb.parse::<i64>().ok()? - lsb.parse::<i64>().ok()?).abs() + 1).ok()?;
    if element.starts_with("VlUnpacked") {
        return None;
    }
    Some(elements(name.strip_suffix(';')?, Some(count.parse().ok()?), width, 2))
}

fn elements(name: &str, count: Option<u32>, width: u32, direction: u32) -> Vec<Declared> {
    let bytes = match width {
        0..=8 => 1,
        9..=16 => 2,
        17..=32 => 4,
        33..=64 => 8,
        _ => width.div_ceil(32) * 4,
    };
    let plain = source_name(name);
    match count {
        None => vec![Declared { name: plain, width, bytes, direction, place: format!("top.{name}") }],
        Some(count) => (0..count)
            .map(|i| {
                let (name, place) = (format!("{plain}[{i}]"), format!("top.{name}[{i}]"));
                Declared { name, width, bytes, direction, place }
            })
            .collect(),
    }
}

/// Undoes Verilator's encoding: `__05F` stands for the second of two underscores, `__PVT__` and `__SYM__` are prefixes.
fn source_name(encoded: &str) -> String {
    let encoded = encoded.strip_prefix("__SYM__").unwrap_or(encoded);
    let mut name = String::with_capacity(encoded.len());
    let mut rest = encoded;
    while let Some(at) = rest.find("__0") {
        let code = rest.get(at + 3..at + 5).and_then(|digits| u8::from_str_radix(digits, 16).ok());
        name.push_str(&rest[..at]);
        match code {
            Some(code) => name.push(char::from(code)),
            None => name.push_str(&rest[at..(at + 5).min(rest.len())]),
        }
        rest = rest.get(at + 5..).unwrap_or_default();
    }
    name + rest
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_layouts_of_the_file_list_are_read() {
        let old = "VM_CLASSES_FAST += \\\n\tVdut \\\n\tVdut__1 \\\n\nVM_SUPPORT_SLOW += \\\n\tVdut__Syms \\\n\n\
                   VM_GLOBAL_FAST += \\\n\tverilated \\\n\tverilated_threads \\\n\nVM_TRACE = 1\n";
        let list = parse_file_list(old);
        assert_eq!(list.classes, ["Vdut", "Vdut__1", "Vdut__Syms"]);
        assert_eq!(list.runtime, ["verilated", "verilated_threads"]);
        assert_eq!(parse_file_list(&old.replace('\t', "  ")), list);
    }

    #[test]
    fn port_declarations_are_read() {
        let one = |line: &str| {
            let ports = declared_in(line);
            assert_eq!(ports.len(), 1, "{line}");
            let p = &ports[0];
            (p.name.clone(), p.width, p.bytes, p.direction, p.place.clone())
        };
        assert_eq!(one("VL_IN8(&clk_i,0,0);"), ("clk_i".into(), 1, 1, 0, "top.clk_i".into()));
        assert_eq!(one("VL_INOUT16(&pad,15,4);"), ("pad".into(), 12, 2, 2, "top.pad".into()));
        assert_eq!(one("VL_OUTW(&w_o,299,0,10);"), ("w_o".into(), 300, 40, 1, "top.w_o".into()));
        assert_eq!(one("VL_OUT64(&r___05Fo,32,0);"), ("r__o".into(), 33, 8, 1, "top.r___05Fo".into()));
        for line in ["VL_IN8((&a_i)[4],7,0);", "VlUnpacked<CData/*7:0*/, 4> &a_i;"] {
            let ports = declared_in(line);
            assert_eq!(ports.len(), 4, "{line}");
            assert_eq!((ports[3].name.as_str(), ports[3].place.as_str()), ("a_i[3]", "top.a_i[3]"));
        }
        assert!(declared_in("class Vdut__Syms;").is_empty());
    }
}
