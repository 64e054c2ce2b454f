//! Logic levels, the one ruler of depth. //! See [`Deepest`] for what counts. Each module is summed up once, by the longest ways through it.

use std::collections::{BTreeMap, HashMap, HashSet};

use super::Deepest;
use super::netlist::{Bit, Cell, Module, Netlist};

/// A bit of a port.
type Pin<'a> = (&'a str, usize);

/// The longest ways through a module.
#[derive(Default)]
struct Summary<'a> {
    /// The deepest path that begins and ends inside.
    deepest: Deepest,
    /// Levels from an input to what ends its paths, and where that is.
    tails: HashMap<Pin<'a>, (u32, String)>,
    /// Levels from what begins paths to an output.
    heads: HashMap<Pin<'a>, u32>,
    /// Levels from inputs to an output.
    through: HashMap<Pin<'a>, Vec<(Pin<'a>, u32)>>,
}

/// The deepest path of a design.
pub(super) fn deepest(netlist: &Netlist, top: &str) -> Deepest {
    let mut done = HashMap::new();
    summarise(netlist, top, &mut done);
    let Some(summary) = done.remove(top) else { return Deepest::default() };
    let port = |pin: &Pin| format!("{top}.{}", pin.0);
    let tails = summary.tails.iter().map(|(pin, (levels, to))| (*levels, port(pin), to.clone()));
    let heads = summary.heads.iter().map(|(pin, levels)| (*levels, String::from("a register"), port(pin)));
    let through =
        summary.through.iter().flat_map(|(out, ins)| ins.iter().map(move |(pin, levels)| (*levels, pin, out)));
    let through = through.map(|(levels, pin, out)| (levels, port(pin), port(out)));
    let paths = tails.chain(heads).chain(through).map(|(levels, from, to)| Deepest { levels, from, to });
    paths.chain([summary.deepest]).max_by_key(|path| path.levels).unwrap_or_default()
}

fn summarise<'a>(netlist: &'a Netlist, name: &'a str, done: &mut HashMap<&'a str, Summary<'a>>) {
    let Some(module) = netlist.module(name).filter(|_| !done.contains_key(name)) else { return };
    if module.is_dsp() {
        done.insert(name, Summary::default());
        return;
    }
    for cell in module.cells.values() {
        summarise(netlist, &cell.kind, done);
    }
    let summary = Paths::new(module, done).summary(name);
    done.insert(name, summary);
}

/// When the value of a net is there.
#[derive(Clone, Default)]
struct Arrival<'a> {
    /// Levels behind a register, and the net that it drives.
    register: Option<(u32, usize)>,
    /// Levels behind inputs of the module.
    inputs: BTreeMap<Pin<'a>, u32>,
}

impl<'a> Arrival<'a> {
    fn join(&mut self, other: &Self, levels: u32) {
        if let Some((before, from)) = other.register
            && self.register.is_none_or(|(most, _)| before + levels > most)
        {
            self.register = Some((before + levels, from));
        }
        for (pin, before) in &other.inputs {
            let most = self.inputs.entry(*pin).or_default();
            *most = (*most).max(before + levels);
        }
    }
}

/// The nets of a module, each with when it arrives.
struct Paths<'a, 'd> {
    module: &'a Module,
    children: &'d HashMap<&'a str, Summary<'a>>,
    drivers: HashMap<usize, Driver<'a>>,
    arrivals: HashMap<usize, Arrival<'a>>,
    open: HashSet<usize>,
}

#[derive(Clone, Copy)]
enum Driver<'a> {
    Input(Pin<'a>),
    Cell(&'a Cell, Pin<'a>),
}

impl<'a, 'd> Paths<'a, 'd> {
    fn new(module: &'a Module, children: &'d HashMap<&'a str, Summary<'a>>) -> Self {
        let mut drivers = HashMap::new();
        for (name, port) in module.ports.iter().filter(|(_, port)| port.direction == "input") {
            for (net, bit) in nets(&port.bits) {
                drivers.insert(net, Driver::Input((name, bit)));
            }
        }
        for cell in module.cells.values() {
            for (pin, bits) in cell.pins("output") {
                for (net, bit) in nets(bits) {
                    drivers.insert(net, Driver::Cell(cell, (pin, bit)));
                }
            }
        }
        Self { module, children, drivers, arrivals: HashMap::new(), open: HashSet::new() }
    }

    /// When a net arrives. A loop of logic is cut where it closes: the linters report it.
    fn arrival(&mut self, net: usize) -> Arrival<'a> {
        if let Some(known) = self.arrivals.get(&net) {
            return known.clone();
        }
        if !self.open.insert(net) {
            return Arrival::default();
        }
        let arrival = match self.drivers.get(&net).copied() {
            None => Arrival::default(),
            Some(Driver::Input(pin)) => Arrival { register: None, inputs: BTreeMap::from([(pin, 0)]) },
            Some(Driver::Cell(cell, pin)) => self.through(cell, pin, net),
        };
        self.open.remove(&net);
        self.arrivals.insert(net, arrival.clone());
        arrival
    }

    fn through(&mut self, cell: &'a Cell, pin: Pin<'a>, net: usize) -> Arrival<'a> {
        let mut arrival = Arrival::default();
        let children = self.children;
        if let Some(child) = children.get(cell.kind.as_str()) {
            let through = child.through.get(&pin);
            if through.is_none() || child.heads.contains_key(&pin) {
                arrival.register = Some((child.heads.get(&pin).copied().unwrap_or(0), net));
            }
            for (from, levels) in through.into_iter().flatten() {
                if let Some(net) = cell.connections.get(from.0).and_then(|bits| bits.get(from.1)?.net()) {
                    arrival.join(&self.arrival(net), *levels);
                }
            }
            return arrival;
        }
        let mut logic = false;
        for (from, bits) in cell.pins("input") {
            let Some(levels) = levels(&cell.kind, from, pin.0) else { continue };
            logic = true;
            for (net, _) in nets(bits) {
                let inside = from == "CI"
                    && matches!(self.drivers.get(&net), Some(Driver::Cell(before, _)) if is_carry(&before.kind));
                arrival.join(&self.arrival(net), if inside { 0 } else { levels });
            }
        }
        // What is stored in LUTs is there after a level even if nobody changes the address.
        if !logic || is_stored(&cell.kind) {
            let stored = Arrival { register: Some((0, net)), ..Arrival::default() };
            arrival.join(&stored, u32::from(logic));
        }
        arrival
    }

    fn summary(mut self, name: &str) -> Summary<'a> {
        let mut summary = Summary::default();
        let module = self.module;
        let children = self.children;
        for cell in module.cells.values() {
            let child = children.get(cell.kind.as_str());
            if let Some(child) = child.filter(|child| child.deepest.levels > summary.deepest.levels) {
                summary.deepest = child.deepest.clone();
            }
            for (pin, bits) in cell.pins("input").filter(|(pin, _)| child.is_some() || ends(cell, pin)) {
                for (net, bit) in nets(bits) {
                    let tail = child.map(|child| child.tails.get(&(pin, bit)));
                    if tail.is_some_and(|tail| tail.is_none() && !child.is_some_and(|child| child.is_cut())) {
                        continue;
                    }
                    let tail = tail.flatten();
                    let levels = tail.map_or(0, |(levels, _)| *levels);
                    let to = || tail.map_or_else(|| self_name(module, name, cell, pin, net), |(_, to)| to.clone());
                    let arrival = self.arrival(net);
                    if let Some((before, from)) =
                        arrival.register.filter(|(before, _)| before + levels > summary.deepest.levels)
                    {
                        let from = net_name(module, name, from);
                        summary.deepest = Deepest { levels: before + levels, from, to: to() };
                    }
                    for (from, before) in arrival.inputs {
                        if summary.tails.get(&from).is_none_or(|(most, _)| before + levels > *most) {
                            summary.tails.insert(from, (before + levels, to()));
                        }
                    }
                }
            }
        }
        for (port, bits) in module.ports.iter().filter(|(_, port)| port.direction == "output") {
            for (net, bit) in nets(&bits.bits) {
                let arrival = self.arrival(net);
                if let Some((levels, _)) = arrival.register {
                    summary.heads.insert((port, bit), levels);
                }
                if !arrival.inputs.is_empty() {
                    summary.through.insert((port, bit), arrival.inputs.into_iter().collect());
                }
            }
        }
        summary
    }
}

impl Summary<'_> {
    /// Whether nothing of the module is known but that it ends paths.
    fn is_cut(&self) -> bool {
        self.heads.is_empty() && self.tails.is_empty() && self.through.is_empty()
    }
}

fn nets(bits: &[Bit]) -> impl Iterator<Item = (usize, usize)> {
    bits.iter().enumerate().filter_map(|(index, bit)| Some((bit.net()?, index)))
}

fn net_name(module: &Module, name: &str, net: usize) -> String {
    module.name(|other| other == net).map_or_else(|| name.to_owned(), |(text, _)| format!("{name}.{text}"))
}

/// Where a path ends: what its register drives, or else the net at its end.
fn self_name(module: &Module, name: &str, cell: &Cell, pin: &str, net: usize) -> String {
    let driven = cell.pins("output").flat_map(|(_, bits)| nets(bits)).map(|(net, _)| net).next();
    format!("{} ({} of {})", net_name(module, name, driven.unwrap_or(net)), pin, cell.kind)
}

fn is_carry(kind: &str) -> bool {
    matches!(kind, "CARRY4" | "CARRY8")
}

fn is_stored(kind: &str) -> bool {
    let names = ["SRL", "RAM32", "RAM64", "RAM128", "RAM256", "RAM512"];
    names.iter().any(|name| kind.starts_with(name))
}

/// Levels from an input of a primitive to an output; none if no path leads there.
fn levels(kind: &str, input: &str, output: &str) -> Option<u32> {
    match kind {
        "LUT1" | "LUT2" | "LUT3" | "LUT4" | "LUT5" | "LUT6" | "LUT6_2" => Some(1),
        "INV" | "MUXF7" | "MUXF8" | "MUXF9" | "BUF" | "BUFG" | "IBUF" | "OBUF" => Some(0),
        "CARRY4" | "CARRY8" => Some(1),
        _ if kind.starts_with("SRL") => (input.starts_with('A') && output == "Q").then_some(1),
        _ if is_stored(kind) => {
            let name = input.trim_end_matches(|digit: char| digit.is_ascii_digit());
            address(output).is_some_and(|address| address == name).then_some(1)
        }
        _ => None,
    }
}

/// The address that an output of a LUT RAM is read by.
fn address(output: &str) -> Option<String> {
    match output {
        "DPO" => Some("DPRA".into()),
        "SPO" | "O" => Some("A".into()),
        _ => output.strip_prefix("DO").map(|port| format!("ADDR{port}")),
    }
}

/// Whether a path ends at an input of a primitive: it is no way through.
fn ends(cell: &Cell, input: &str) -> bool {
    !cell.pins("output").any(|(output, _)| levels(&cell.kind, input, output).is_some())
}
