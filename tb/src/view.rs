//! View files for GTKWave and Surfer: the unit's signals, named and grouped by stream.

use std::{fmt::Write, path::Path};

use spec::manifest::{Field, Module, Port, Role};

use crate::{Failure, Result};

/// The two view files of one recording.
pub(crate) struct Views {
    pub(crate) gtkwave: String,
    pub(crate) surfer: String,
}

/// Writes the views of `waves` (a file name beside the view files); `path` is where it can be read now. `time` is
/// where the marker goes.
pub(crate) fn views(module: &Module, path: &Path, waves: &str, time: Option<u64>) -> Result<Views> {
    let scope = scope(module, path)?;
    let mut gtkwave = format!("[*] {}\n[dumpfile] \"{waves}\"\n[timestart] 0\n", module.name);
    let mut surfer = format!("load_file {waves}\n");
    // Zoom, then the primary marker, then 26 named ones that are not set.
    let marker = time.map_or("-1".to_owned(), |t| t.to_string());
    let _ = writeln!(gtkwave, "*-16.000000 {marker}{}", " -1".repeat(26));
    let _ = writeln!(gtkwave, "[treeopen] {scope}.");
    for (title, ports) in groups(module) {
        let _ = writeln!(gtkwave, "@800200\n-{title}");
        let _ = writeln!(surfer, "divider_add {title}");
        for port in ports {
            let _ = write!(gtkwave, "@{}\n{}\n", if port.width == 1 { "28" } else { "22" }, trace(&scope, port));
            let _ = writeln!(surfer, "variable_add {scope}.{}", port.name);
            for field in &port.fields {
                gtkwave_field(&mut gtkwave, &scope, port, field);
            }
        }
        let _ = writeln!(gtkwave, "@1000200\n-{title}");
    }
    surfer.push_str("zoom_fit\n");
    if let Some(time) = time {
        let _ = writeln!(surfer, "cursor_set {time}\ngoto_cursor");
    }
    Ok(Views { gtkwave, surfer })
}

fn groups(module: &Module) -> Vec<(String, Vec<&Port>)> {
    let mut groups = vec![("control".to_owned(), Vec::new())];
    for stream in &module.streams {
        groups.push((format!("stream {}", stream.name), Vec::new()));
    }
    groups.push(("other".to_owned(), Vec::new()));
    for port in &module.ports {
        let group = match (&port.stream, port.role) {
            (Some(stream), _) => groups.iter().position(|(title, _)| *title == format!("stream {stream}")),
            (None, Role::Clock | Role::Reset) => Some(0),
            (None, _) => None,
        };
        let last = groups.len() - 1;
        groups[group.unwrap_or(last)].1.push(port);
    }
    groups.retain(|(_, ports)| !ports.is_empty());
    groups
}

fn trace(scope: &str, port: &Port) -> String {
    match port.width {
        1 => format!("{scope}.{}", port.name),
        width => format!("{scope}.{}[{}:0]", port.name, width - 1),
    }
}

/// An element as a vector of its bits; GTKWave counts the bits of a vector from the left.
fn gtkwave_field(out: &mut String, scope: &str, port: &Port, field: &Field) {
    let whole = trace(scope, port);
    for i in 0..field.count.min(16) {
        let lsb = field.lsb + i * field.stride;
        let name = if field.count == 1 { field.name.clone() } else { format!("{}[{i}]", field.name) };
        let flags = if field.signed { "420" } else { "24" };
        let _ = write!(out, "@{flags}\n#{{{}.{name}}}", port.stream.as_deref().unwrap_or(&port.name));
        if port.width == 1 {
            let _ = write!(out, " {whole}");
        } else {
            for bit in (lsb..lsb + field.width).rev() {
                let _ = write!(out, " ({}){whole}", port.width - 1 - bit);
            }
        }
        out.push('\n');
    }
}

/// The scope of the module in the file: `TOP.name` or `name`, depending on the Verilator.
fn scope(module: &Module, path: &Path) -> Result<String> {
    let fail = |reason: String| Failure::Sim(format!("cannot read back {}: {reason}", path.display()));
    let waves = wellen::simple::read(path).map_err(|e| fail(e.to_string()))?;
    let hierarchy = waves.hierarchy();
    let scopes = hierarchy.all_scopes().map(|s| &hierarchy[s]);
    let mut names = scopes.filter(|s| s.name(hierarchy) == module.name).map(|s| s.full_name(hierarchy));
    names.next().ok_or_else(|| fail(format!("it has no scope `{}`", module.name)))
}
