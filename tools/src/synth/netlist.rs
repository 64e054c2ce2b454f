//! The netlist that Yosys' `write_json` writes, as far as it is needed.

use std::collections::BTreeMap;

use serde::Deserialize;
use serde::de::IgnoredAny;

/// All modules, the primitives of the family among them.
#[derive(Deserialize)]
pub(super) struct Netlist {
    modules: BTreeMap<String, Module>,
}

#[derive(Default, Deserialize)]
pub(super) struct Module {
    #[serde(default)]
    pub attributes: BTreeMap<String, IgnoredAny>,
    #[serde(default)]
    pub ports: BTreeMap<String, Port>,
    #[serde(default)]
    pub cells: BTreeMap<String, Cell>,
    #[serde(default)]
    pub netnames: BTreeMap<String, Net>,
}

#[derive(Deserialize)]
pub(super) struct Port {
    #[serde(default)]
    pub direction: String,
    pub bits: Vec<Bit>,
}

#[derive(Deserialize)]
pub(super) struct Cell {
    #[serde(rename = "type")]
    pub kind: String,
    #[serde(default)]
    pub port_directions: BTreeMap<String, String>,
    pub connections: BTreeMap<String, Vec<Bit>>,
}

#[derive(Deserialize)]
pub(super) struct Net {
    pub hide_name: u8,
    pub bits: Vec<Bit>,
}

/// A net, or a constant.
#[derive(Clone, Copy, Deserialize)]
#[serde(untagged)]
pub(super) enum Bit {
    Net(usize),
    Constant(IgnoredAny),
}

impl Bit {
    pub fn net(self) -> Option<usize> {
        match self {
            Self::Net(net) => Some(net),
            Self::Constant(_) => None,
        }
    }
}

impl Netlist {
    /// A module of the design; none if there is no such, or it is a primitive.
    pub fn module(&self, name: &str) -> Option<&Module> {
        let boxed = |module: &Module| ["blackbox", "whitebox"].iter().any(|name| module.attributes.contains_key(*name));
        self.modules.get(name).filter(|module| !boxed(module))
    }

    /// Primitives below a module, every instance counted.
    pub fn primitives(&self, top: &str) -> BTreeMap<String, u64> {
        let mut totals = BTreeMap::new();
        self.add(top, 1, &mut totals);
        totals
    }

    fn add(&self, name: &str, times: u64, totals: &mut BTreeMap<String, u64>) {
        let Some(module) = self.module(name) else { return };
        let mut counts: BTreeMap<&str, u64> = BTreeMap::new();
        for cell in module.cells.values() {
            *counts.entry(&cell.kind).or_default() += times;
        }
        for (kind, count) in counts {
            if self.module(kind).is_some() {
                self.add(kind, count, totals);
            } else {
                *totals.entry(kind.to_owned()).or_default() += count;
            }
        }
    }
}

impl Module {
    /// Whether the module is a DSP as a whole, the adder and the registers around its multiplier included.
    pub fn is_dsp(&self) -> bool {
        self.attributes.contains_key("use_dsp")
    }

    /// The shortest of the names of a net that `matches`, those of the author before those that Yosys made, and its bit.
    pub fn name(&self, matches: impl Fn(usize) -> bool) -> Option<(&str, Option<usize>)> {
        let names = self.netnames.iter().filter_map(|(name, net)| {
            let index = net.bits.iter().position(|bit| bit.net().is_some_and(&matches))?;
            let index = (net.bits.len() > 1).then_some(index);
            Some((net.hide_name, name.len(), name.as_str(), index))
        });
        names.min().map(|(_, _, name, index)| (name, index))
    }
}

impl Cell {
    /// The pins of one direction, with what they are connected to.
    pub fn pins(&self, direction: &'static str) -> impl Iterator<Item = (&str, &[Bit])> {
        let pins = self.port_directions.iter().filter(move |(_, way)| *way == direction);
        pins.filter_map(|(pin, _)| Some((pin.as_str(), self.connections.get(pin)?.as_slice())))
    }
}
