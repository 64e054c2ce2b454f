//! The net that drives the most pins.

use std::collections::{BTreeMap, HashMap};

use super::Fanout;
use super::netlist::{Module, Netlist};

/// Ports whose nets have trees of their own on an FPGA; the latter two are those of AXI's wrapper.
const GLOBAL: [&str; 4] = ["clk_i", "rst_i", "aclk", "aresetn"];

/// A net of a module that is seen from outside.
struct Seen {
    /// Bits of ports that it is connected to.
    ports: Vec<(String, usize)>,
    /// Pins of primitives that it drives inside.
    pins: u64,
}

struct Summary {
    seen: Vec<Seen>,
    worst: Fanout,
}

/// The largest number of primitives' input pins that one net drives, through all levels of the hierarchy; clock and reset apart.
pub(super) fn largest(netlist: &Netlist, top: &str) -> Fanout {
    let mut done = HashMap::new();
    summarise(netlist, top, &mut done);
    done.remove(top).map(|summary| summary.worst).unwrap_or_default()
}

fn summarise<'a>(netlist: &'a Netlist, name: &'a str, done: &mut HashMap<&'a str, Summary>) {
    let Some(module) = netlist.module(name).filter(|_| !done.contains_key(name)) else { return };
    for cell in module.cells.values() {
        summarise(netlist, &cell.kind, done);
    }
    let mut nets = Nets::default();
    let mut worst = Fanout::default();
    for cell in module.cells.values() {
        let Some(child) = done.get(cell.kind.as_str()) else {
            let bits = cell.pins("input").flat_map(|(_, bits)| bits);
            bits.filter_map(|bit| bit.net()).for_each(|net| nets.add(net, 1));
            continue;
        };
        if child.worst.pins > worst.pins {
            worst = child.worst.clone();
        }
        for seen in &child.seen {
            let outside = seen.ports.iter().filter_map(|(port, bit)| cell.connections.get(port)?.get(*bit)?.net());
            let outside: Vec<usize> = outside.collect();
            if let Some(&first) = outside.first() {
                nets.add(first, seen.pins);
                outside.iter().for_each(|&other| nets.join(first, other));
            }
        }
    }
    let seen = nets.seen(module);
    for (port, bit) in seen.iter().flat_map(|seen| &seen.ports).filter(|(port, _)| GLOBAL.contains(&port.as_str())) {
        let net = module.ports.get(port).and_then(|port| port.bits.get(*bit)?.net());
        net.into_iter().for_each(|net| nets.forget(net));
    }
    if let Some((net, pins)) = nets.largest().filter(|(_, pins)| *pins > worst.pins) {
        worst = Fanout { pins, net: format!("{name}.{}", nets.name(module, net)) };
    }
    done.insert(name, Summary { seen, worst });
}

/// The nets of a module, those that children connect joined.
#[derive(Default)]
struct Nets {
    parent: HashMap<usize, usize>,
    pins: HashMap<usize, u64>,
}

impl Nets {
    fn root(&self, mut net: usize) -> usize {
        while let Some(&parent) = self.parent.get(&net) {
            net = parent;
        }
        net
    }

    fn add(&mut self, net: usize, pins: u64) {
        *self.pins.entry(self.root(net)).or_default() += pins;
    }

    fn join(&mut self, a: usize, b: usize) {
        let (a, b) = (self.root(a), self.root(b));
        if a != b {
            self.parent.insert(b, a);
            let pins = self.pins.remove(&b).unwrap_or_default();
            self.add(a, pins);
        }
    }

    fn forget(&mut self, net: usize) {
        self.pins.remove(&self.root(net));
    }

    fn largest(&self) -> Option<(usize, u64)> {
        self.pins.iter().map(|(net, pins)| (*net, *pins)).max_by_key(|(net, pins)| (*pins, usize::MAX - net))
    }

    /// The nets at the module's ports.
    fn seen(&self, module: &Module) -> Vec<Seen> {
        let mut seen: BTreeMap<usize, Seen> = BTreeMap::new();
        for (name, port) in &module.ports {
            for (index, net) in port.bits.iter().enumerate().filter_map(|(i, bit)| Some((i, bit.net()?))) {
                let root = self.root(net);
                let pins = self.pins.get(&root).copied().unwrap_or_default();
                let entry = seen.entry(root).or_insert(Seen { ports: Vec::new(), pins });
                entry.ports.push((name.clone(), index));
            }
        }
        seen.into_values().collect()
    }

    /// The net's name, with its bit.
    fn name(&self, module: &Module, root: usize) -> String {
        match module.name(|net| self.root(net) == root) {
            Some((name, Some(bit))) => format!("{name}[{bit}]"),
            Some((name, None)) => name.to_owned(),
            None => String::new(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A child whose input drives two pins and leaves again, twice in a row, then a pin.
    #[test]
    fn nets_are_followed_through_the_hierarchy() {
        let pin = |net: usize| serde_json::json!({ "type": "LUT1", "port_directions": { "I0": "input", "O": "output" }, "connections": { "I0": [net], "O": ["x"] } });
        let child = |from: usize, to: usize, clock: usize| serde_json::json!({ "type": "child", "connections": { "a": [from], "b": ["0", to], "clk_i": [clock] } });
        let netlist = serde_json::json!({ "modules": {
            "LUT1": { "attributes": { "blackbox": "1" } },
            "child": {
                "ports": { "a": { "bits": [2] }, "b": { "bits": ["0", 2] }, "clk_i": { "bits": [3] } },
                "cells": { "p": pin(2), "q": pin(2), "r": pin(3), "s": pin(3), "t": pin(3), "u": pin(4) },
            },
            "top": {
                "ports": { "clk_i": { "bits": [7] } },
                "cells": { "x": child(4, 5, 7), "y": child(5, 6, 7), "z": pin(6) },
                "netnames": { "wire": { "hide_name": 0, "bits": [9, 4] }, "clk_i": { "hide_name": 0, "bits": [7] } },
            },
        } });
        let netlist = serde_json::from_value(netlist).unwrap();
        assert_eq!(largest(&netlist, "top"), Fanout { pins: 5, net: "top.wire[1]".into() });
        assert_eq!(largest(&netlist, "child").pins, 2);
    }
}
