//! Whether DSPs stand between registers, and registers behind memories.

use std::collections::{BTreeSet, HashMap};

use super::netlist::{Cell, Module, Netlist};

/// Pins of DSPs that no register belongs to.
const CONTROL: [&str; 3] = ["CLK", "clk_i", "rst_i"];

/// What a net is connected to in a module.
#[derive(Default)]
struct Ends<'a> {
    driver: Option<(&'a Cell, &'a str)>,
    sinks: Vec<(&'a Cell, &'a str)>,
    /// Whether it is a port.
    port: bool,
}

type Nets<'a> = HashMap<usize, Ends<'a>>;

/// Bits of a DSP's ports that its multiplier is reached from, or reaches, without a register.
struct Open<'a> {
    inputs: Vec<(&'a str, usize)>,
    outputs: Vec<(&'a str, usize)>,
}

/// Every operand of a DSP that no register drives, every result of one and every output of a memory that drives something
/// else than a register, inside of the DSP or right outside of it.
///
/// The last place of a shift register is a register, for Vivado takes it out of its SRL; ports of the unit are none. Nothing
/// is told of a design with DSPs or memories in modules of their own, other than those that a DSP stands in.
pub(super) fn missing(netlist: &Netlist, top: &str) -> Vec<String> {
    let Some(module) = netlist.module(top) else { return Vec::new() };
    let is_dsp = |cell: &Cell| cell.kind.starts_with("DSP48") || netlist.module(&cell.kind).is_some_and(Module::is_dsp);
    let kinds: BTreeSet<&str> = module.cells.values().map(|cell| cell.kind.as_str()).collect();
    let mut children = kinds.into_iter().filter(|kind| netlist.module(kind).is_some_and(|child| !child.is_dsp()));
    let counts = |primitive: &String| primitive.starts_with("DSP48") || is_memory(primitive);
    if children.any(|child| netlist.primitives(child).keys().any(counts)) {
        return Vec::new();
    }
    let nets = connect(module);
    let mut insides: HashMap<&str, Open<'_>> = HashMap::new();
    let mut missing = BTreeSet::new();
    for (cell_name, cell) in &module.cells {
        let inside = netlist.module(&cell.kind).map(|leaf| &*insides.entry(&cell.kind).or_insert_with(|| open(leaf)));
        if is_dsp(cell) {
            for (pin, bit, net) in pins(cell, "input").filter(|(pin, ..)| !CONTROL.contains(pin)) {
                let behind = inside.is_some_and(|open| !open.inputs.contains(&(pin, bit)));
                let before = nets[&net].driver.is_some_and(|(cell, _)| is_register(cell) || is_dsp(cell));
                if !behind && !before {
                    missing.insert(format!("{pin} of {} at {}", cell.kind, name(module, net)));
                }
            }
            for (pin, bit, net) in pins(cell, "output") {
                let before = inside.is_some_and(|open| !open.outputs.contains(&(pin, bit)));
                if !before && !nets[&net].feeds_registers() {
                    missing.insert(format!("{pin} of {} at {}", cell.kind, name(module, net)));
                }
            }
        } else if is_memory(&cell.kind) && pins(cell, "output").any(|(.., net)| !nets[&net].feeds_registers()) {
            // A memory is of several primitives, numbered behind its name.
            let name = cell_name.trim_end_matches(|digit: char| digit.is_ascii_digit() || digit == '.');
            let kind = match cell.kind.as_str() {
                kind if kind.starts_with("RAMB") => "block RAM",
                kind if kind.starts_with("URAM") => "UltraRAM",
                _ => "LUT RAM",
            };
            missing.insert(format!("{kind} {name}"));
        }
    }
    missing.into_iter().collect()
}

fn open(leaf: &Module) -> Open<'_> {
    let nets = connect(leaf);
    let mut open = Open { inputs: Vec::new(), outputs: Vec::new() };
    for (port, bits) in leaf.ports.iter().filter(|(port, _)| !CONTROL.contains(&port.as_str())) {
        for (bit, net) in bits.bits.iter().enumerate().filter_map(|(index, bit)| Some((index, bit.net()?))) {
            let Some(ends) = nets.get(&net) else { continue };
            if bits.direction == "input" {
                if !ends.sinks.iter().all(|(cell, _)| is_register(cell)) {
                    open.inputs.push((port.as_str(), bit));
                }
            } else if !ends.driver.is_some_and(|(cell, _)| is_register(cell)) {
                open.outputs.push((port.as_str(), bit));
            }
        }
    }
    open
}

impl Ends<'_> {
    fn feeds_registers(&self) -> bool {
        !self.port && self.sinks.iter().all(|(cell, pin)| is_register(cell) && *pin == "D")
    }
}

fn connect(module: &Module) -> Nets<'_> {
    let mut nets = Nets::new();
    for net in module.ports.values().flat_map(|port| &port.bits).filter_map(|bit| bit.net()) {
        nets.entry(net).or_default().port = true;
    }
    for cell in module.cells.values() {
        for (pin, _, net) in pins(cell, "input") {
            nets.entry(net).or_default().sinks.push((cell, pin));
        }
        for (pin, _, net) in pins(cell, "output") {
            nets.entry(net).or_default().driver = Some((cell, pin));
        }
    }
    nets
}

fn pins<'a>(cell: &'a Cell, direction: &'static str) -> impl Iterator<Item = (&'a str, usize, usize)> {
    let bits = |(pin, bits): (&'a str, &'a [super::netlist::Bit])| {
        bits.iter().enumerate().filter_map(move |(index, bit)| Some((pin, index, bit.net()?)))
    };
    cell.pins(direction).flat_map(bits)
}

fn is_register(cell: &Cell) -> bool {
    matches!(cell.kind.trim_end_matches("_1"), "FDRE" | "FDSE" | "FDCE" | "FDPE") || cell.kind.starts_with("SRL")
}

fn is_memory(kind: &str) -> bool {
    ["RAM", "URAM"].iter().any(|name| kind.starts_with(name))
}

fn name(module: &Module, net: usize) -> &str {
    module.name(|other| other == net).map_or("a net", |(name, _)| name)
}
