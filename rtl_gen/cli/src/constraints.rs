//! Constraints and scripts for Vivado: per top an out-of-context XDC and a non-project Tcl script.

use std::path::Path;

use spec::manifest::{Dir, Manifest, Module, Role};

use crate::files::Files;

/// What all scripts share.
const COMMON: &str = include_str!("../templates/ooc.tcl");

/// The name of the shared script.
const COMMON_NAME: &str = "ooc.tcl";

/// What all scripts share that package a top for block designs, and its name.
const PACKAGE: &str = include_str!("../templates/ip.tcl");
const PACKAGE_NAME: &str = "ip.tcl";

/// The files of the constraints' folder; `rtl` is the emitted folder, relative to it.
pub fn files(manifest: &Manifest, rtl: &str) -> Files {
    let mut files = vec![(COMMON_NAME.to_owned(), COMMON.to_owned())];
    let tops: Vec<&Module> = manifest.tops.iter().filter_map(|top| manifest.module(top)).collect();
    if tops.iter().any(|module| is_wrapper(module)) {
        files.push((PACKAGE_NAME.to_owned(), PACKAGE.to_owned()));
    }
    for module in tops {
        if is_wrapper(module) {
            files.push((format!("{}_ip.tcl", module.name), package(module, rtl)));
        }
        files.push((format!("{}.xdc", module.name), xdc(module)));
        files.push((format!("{}.tcl", module.name), tcl(module, rtl)));
    }
    files
}

/// Tells which entries of the folder `dir` this command once wrote.
pub fn wrote(dir: &Path) -> impl Fn(&str) -> bool {
    move |name| std::fs::read_to_string(dir.join(name)).is_ok_and(|text| is_ours(name, &text))
}

/// Whether a file's header says that it was emitted, and names the top that the file is called after.
fn is_ours(name: &str, text: &str) -> bool {
    let header = text.lines().take(4).collect::<Vec<_>>().join(" ");
    let Some(stem) = name.strip_suffix(".tcl").or(name.strip_suffix(".xdc")) else { return false };
    let tops = [stem, stem.strip_suffix("_ip").unwrap_or(stem)];
    let named = header.split(' ').any(|word| tops.contains(&word.trim_end_matches('.')));
    header.contains("Emitted by espalier") && (named || [COMMON_NAME, PACKAGE_NAME].contains(&name))
}

fn ports(module: &Module, role: Role) -> impl Iterator<Item = &str> {
    module.ports.iter().filter(move |port| port.role == role).map(|port| port.name.as_str())
}

fn xdc(module: &Module) -> String {
    let mut text = format!(
        "# SPDX-License-Identifier: MIT OR Apache-2.0\n\
         # Out-of-context constraints of {}. Emitted by espalier; the file is yours.\n\
         # The script sets `period` (in ns); 3.333 is 300 MHz.\n\n\
         if {{![info exists period]}} {{set period 3.333}}\n",
        module.name
    );
    for clock in ports(module, Role::Clock) {
        text.push_str(&format!("create_clock -name {clock} -period $period [get_ports {clock}]\n"));
        text.push_str(&format!("set_clock_uncertainty 0.100 [get_clocks {clock}]\n"));
        let data: Vec<&str> = module.ports.iter().filter(|p| p.role != Role::Clock).map(|p| p.name.as_str()).collect();
        let is_input = |name: &&str| module.port(name).is_some_and(|port| port.dir == Dir::In);
        let (inputs, outputs): (Vec<&str>, Vec<&str>) = data.into_iter().partition(is_input);
        for (command, names) in [("set_input_delay", inputs), ("set_output_delay", outputs)] {
            if names.is_empty() {
                continue;
            }
            // A third of the period is left to whoever drives or takes the port.
            text.push_str(&format!("\n# {}\n", if command == "set_input_delay" { "Inputs" } else { "Outputs" }));
            for name in names {
                text.push_str(&format!(
                    "{command} -clock {clock} [expr {{$period / 3.0}}] [get_ports {{{name}{}}}]\n",
                    if is_vector(module, name) { "[*]" } else { "" }
                ));
            }
        }
    }
    text
}

/// Whether it speaks Vivado's names.
fn is_wrapper(module: &Module) -> bool {
    module.kind.ends_with("_wrapper")
}

fn package(module: &Module, rtl: &str) -> String {
    let buses = module.ports.iter().filter_map(|port| port.name.strip_suffix("_arvalid")).map(str::to_owned);
    let others = ["aclk", "aresetn", "irq"].into_iter().filter(|name| module.port(name).is_some()).map(str::to_owned);
    let interfaces: Vec<String> = buses.chain(others).collect();
    format!(
        "# SPDX-License-Identifier: MIT OR Apache-2.0\n\
         # Packages {name} as an IP core. Emitted by espalier; the file is yours.\n\
         #   vivado -mode batch -source {name}_ip.tcl [-tclargs FOLDER PART]\n\n\
         set here [file dirname [file normalize [info script]]]\n\
         set rtl [file join $here {{{rtl}}}]\n\
         set top {name}\n\
         set sources {{\n{}}}\n\
         set interfaces {{{}}}\n\
         source [file join $here {PACKAGE_NAME}]\n",
        sources(module),
        interfaces.join(" "),
        name = module.name,
    )
}

/// The sources' names, a line each.
fn sources(module: &Module) -> String {
    module.sources.iter().map(|file| format!("  {file}\n")).collect()
}

fn is_vector(module: &Module, name: &str) -> bool {
    module.port(name).is_some_and(|port| port.width > 1)
}

fn tcl(module: &Module, rtl: &str) -> String {
    let sources = sources(module);
    format!(
        "# SPDX-License-Identifier: MIT OR Apache-2.0\n\
         # Synthesises {name} out of context. Emitted by espalier; the file is yours.\n\
         #   vivado -mode batch -source {name}.tcl [-tclargs PART PERIOD_NS]\n\n\
         set here [file dirname [file normalize [info script]]]\n\
         set rtl [file join $here {{{rtl}}}]\n\
         set top {name}\n\
         set sources {{\n{sources}}}\n\
         set constraints [file join $here {name}.xdc]\n\
         source [file join $here {COMMON_NAME}]\n",
        name = module.name,
    )
}
