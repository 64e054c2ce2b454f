//! No combinational logic feeds back into itself.

use std::collections::BTreeSet;

use crate::error::{Code, Error};
use crate::ir::SignalId;
use crate::net::Net;

pub(super) fn run(net: &Net<'_>, errors: &mut Vec<Error>) {
    let mut seen: BTreeSet<BTreeSet<SignalId>> = BTreeSet::new();
    for found in net.loops() {
        let mut steps: Vec<(SignalId, u32)> = vec![];
        for node in found {
            let Some(of) = net.bit_of(node) else { continue };
            if steps.last().is_none_or(|s| s.0 != of.signal) {
                steps.push((of.signal, node));
            }
        }
        while steps.len() > 1 && steps.first().map(|s| s.0) == steps.last().map(|s| s.0) {
            steps.pop();
        }
        // The same loop begins at the signal that was made first, whichever way it was found.
        let first = (0..steps.len()).min_by_key(|i| steps[*i].0).unwrap_or(0);
        steps.rotate_left(first);
        let Some((start, _)) = steps.first().copied() else { continue };
        if !seen.insert(steps.iter().map(|s| s.0).collect()) {
            continue;
        }
        let names: Vec<String> = steps.iter().chain(steps.first()).map(|s| format!("`{}`", net.name(s.0))).collect();
        let related = steps.iter().filter_map(|(signal, node)| {
            net.driver(*node).map(|d| (format!("`{}` is driven", net.name(*signal)), d.place))
        });
        errors.push(Error {
            code: Code::CombinationalLoop,
            message: format!("a combinational loop: {}", names.join(" -> ")),
            place: net.rtl.signal(start).place,
            related: related.collect(),
            hint: "put a register on the way".to_owned(),
        });
    }
}
