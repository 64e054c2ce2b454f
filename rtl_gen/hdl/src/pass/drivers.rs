//! Every bit is driven, once.

use super::report::{Missing, by_signal, ranges};
use crate::error::{Code, Error};
use crate::ir::{Kind, Name, Rtl};
use crate::net::Net;

pub(super) fn run(net: &Net<'_>, errors: &mut Vec<Error>) {
    let is_undriven = |kind: &Kind, node| *kind != Kind::Input && net.driver(node).is_none();
    for Missing { signal, what } in by_signal(net, is_undriven) {
        // A step of an expression has no driver only where it was left out.
        if matches!(net.rtl.signal(signal).name, Name::Step(_)) {
            continue;
        }
        errors.push(Error {
            code: Code::NoDriver,
            message: format!("{what} never assigned"),
            place: net.rtl.signal(signal).place,
            related: vec![],
            hint: "assign it with `.set(...)`, or leave it out".to_owned(),
        });
    }
    several(net, errors);
    memories(net.rtl, net, errors);
}

fn several(net: &Net<'_>, errors: &mut Vec<Error>) {
    let mut conflicts = net.conflicts.clone();
    conflicts.sort_by_key(|(node, ..)| *node);
    while let Some((node, first, second)) = conflicts.first().copied() {
        let Some(of) = net.bit_of(node) else { break };
        let (a, b) = (net.drives[first as usize], net.drives[second as usize]);
        let is_same = |c: &(u32, u32, u32)| {
            let [x, y] = [c.1, c.2].map(|d| net.drives[d as usize].place);
            net.bit_of(c.0).is_some_and(|o| o.signal == of.signal) && (x, y) == (a.place, b.place)
        };
        let bits: Vec<u32> =
            conflicts.iter().filter(|c| is_same(c)).filter_map(|c| net.bit_of(c.0)).map(|o| o.bit).collect();
        conflicts.retain(|c| !is_same(c));
        let whose = ranges(&bits, net.rtl.signal(of.signal).bits());
        let name = net.name(of.signal);
        let again = if a.place == b.place { ", by several iterations of a loop" } else { "" };
        errors.push(Error {
            code: Code::SeveralDrivers,
            message: format!("{whose}`{name}` has several drivers{again}"),
            place: b.place,
            related: vec![
                ("it is driven before".to_owned(), a.place),
                ("it is declared".to_owned(), net.rtl.signal(of.signal).place),
            ],
            hint: "assign it in one process, or choose between the values with `mux`".to_owned(),
        });
    }
}

fn memories(rtl: &Rtl, net: &Net<'_>, errors: &mut Vec<Error>) {
    for (index, memory) in rtl.memories.iter().enumerate() {
        let index = index as u32;
        let written = net.memory_writes.keys().any(|k| k.0 == index);
        let read = net.memory_reads.iter().any(|k| k.0 == index);
        let (code, what, hint) = match (written, read) {
            (false, _) => (Code::NoDriver, "written", "write it in a clocked process, or use `m.table` for constants"),
            (true, false) if !memory.name.contains("unused") => (Code::Unused, "read", "leave it out"),
            _ => continue,
        };
        let message = format!("memory `{}` is never {what}", memory.name);
        errors.push(Error { code, message, place: memory.place, related: vec![], hint: hint.to_owned() });
    }
    for (index, first, second) in &net.memory_conflicts {
        errors.push(Error {
            code: Code::SeveralDrivers,
            message: format!("memory `{}` is written by several processes", rtl.memories[*index as usize].name),
            place: second.place,
            related: vec![("it is written before".to_owned(), first.place)],
            hint: "put all writes into one clocked process".to_owned(),
        });
    }
}
