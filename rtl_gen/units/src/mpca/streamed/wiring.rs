//! Parts of the unit, whose ports of one name are one signal.

use std::collections::BTreeMap;
use std::sync::Arc;

use hdl::{Design, Dir, Instance, Module, Role, Sig};

/// The parts' outputs, and what else is known, by name.
pub(super) struct Wiring<'m> {
    m: &'m Module,
    signals: BTreeMap<String, Sig<'m>>,
    parts: Vec<(Instance<'m>, Arc<Design>)>,
}

impl<'m> Wiring<'m> {
    pub fn new(m: &'m Module) -> Self {
        Self { m, signals: BTreeMap::new(), parts: vec![] }
    }

    /// An instance, each of whose outputs is on a wire of its name.
    pub fn part(&mut self, name: &str, design: &Arc<Design>) -> Instance<'m> {
        let instance = self.m.instance(name, design);
        for port in design.ports().iter().filter(|port| port.role == Role::Other && port.dir == Dir::Out) {
            let signal = port.name.trim_end_matches("_o");
            self.signals.insert(signal.to_owned(), instance.output_named(&port.name, signal));
        }
        self.parts.push((instance, design.clone()));
        instance
    }

    /// Something of the unit itself that parts have an input for.
    pub fn signal(&mut self, name: &str, value: Sig<'m>) {
        self.signals.insert(name.to_owned(), value);
    }

    /// Connects every input to what has its name; returns all names.
    pub fn connect(self) -> BTreeMap<String, Sig<'m>> {
        for (instance, design) in &self.parts {
            for port in design.ports().iter().filter(|port| port.role == Role::Other && port.dir == Dir::In) {
                if let Some(&signal) = self.signals.get(port.name.trim_end_matches("_i")) {
                    instance.input(&port.name, signal);
                }
            }
        }
        self.signals
    }
}
