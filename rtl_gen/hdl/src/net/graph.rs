//! Questions about dependencies: combinational loops, and paths from inputs to outputs.

use super::{NONE, Net};
use crate::ir::Kind;

impl Net<'_> {
    /// The nodes that a node depends on directly.
    fn sources(&self, node: u32) -> &[u32] {
        if node < self.bits {
            let one = std::slice::from_ref(&self.depends[node as usize]);
            return if one[0] == NONE { &[] } else { one };
        }
        match node.checked_sub(self.bits + 1) {
            Some(join) => {
                let (start, len) = self.joins[join as usize];
                &self.edges[start as usize..(start + len) as usize]
            }
            None => &[],
        }
    }

    fn nodes(&self) -> usize {
        self.bits as usize + 1 + self.joins.len()
    }

    /// Loops, each as the bits on it in the direction of the signal flow.
    pub fn loops(&self) -> Vec<Vec<u32>> {
        const ON_PATH: u8 = 1;
        const DONE: u8 = 2;
        let mut state = vec![0u8; self.nodes()];
        let mut found = vec![];
        for root in 0..self.bits {
            if state[root as usize] != 0 {
                continue;
            }
            let mut path: Vec<(u32, usize)> = vec![(root, 0)];
            state[root as usize] = ON_PATH;
            while let Some((node, next)) = path.last_mut() {
                let Some(source) = self.sources(*node).get(*next).copied() else {
                    state[*node as usize] = DONE;
                    path.pop();
                    continue;
                };
                *next += 1;
                match state[source as usize] {
                    0 => {
                        state[source as usize] = ON_PATH;
                        path.push((source, 0));
                    }
                    ON_PATH => {
                        let from = path.iter().position(|p| p.0 == source).unwrap_or(0);
                        found.push(path[from..].iter().rev().map(|p| p.0).filter(|n| *n < self.bits).collect());
                    }
                    _ => {}
                }
            }
        }
        found
    }

    /// For each port, the input ports that it depends on without a register between.
    pub fn paths(&self) -> Vec<Vec<usize>> {
        let mut port_of = vec![NONE; self.rtl.signals.len()];
        self.rtl.ports.iter().enumerate().for_each(|(at, id)| port_of[id.index()] = at as u32);
        let mut seen = vec![NONE; self.nodes()];
        let mut paths = vec![];
        for (at, id) in self.rtl.ports.iter().enumerate() {
            let mut inputs = vec![];
            if self.rtl.signal(*id).kind == Kind::Output {
                let start = self.base[id.index()];
                let mut open: Vec<u32> = (start..start + self.rtl.signal(*id).bits()).collect();
                while let Some(node) = open.pop() {
                    if std::mem::replace(&mut seen[node as usize], at as u32) == at as u32 {
                        continue;
                    }
                    open.extend(self.sources(node));
                    let signal = self.bit_of(node).map(|b| b.signal);
                    let input = signal.filter(|s| self.rtl.signal(*s).kind == Kind::Input);
                    inputs.extend(input.map(|s| port_of[s.index()] as usize));
                }
            }
            inputs.sort_unstable();
            inputs.dedup();
            paths.push(inputs);
        }
        paths
    }
}
