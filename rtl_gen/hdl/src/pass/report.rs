//! How passes speak of the bits of signals.

use crate::ir::{Kind, SignalId};
use crate::net::{BitOf, Net};

/// A signal of which something is missing, and which bits: ``bits 7 to 4 of `x` are`` or `` `x` is``.
pub(super) struct Missing {
    pub signal: SignalId,
    pub what: String,
}

/// The signals with bits for which `is_missing` holds, among those that exist.
pub(super) fn by_signal(net: &Net<'_>, is_missing: impl Fn(&Kind, u32) -> bool) -> Vec<Missing> {
    let mut found = vec![];
    for (index, signal) in net.rtl.signals.iter().enumerate() {
        let id = SignalId(index as u32);
        let node = |instance, bit| net.node(BitOf { signal: id, instance, bit });
        let all = net.instances(id);
        let present: Vec<u32> = (0..all).filter(|i| net.exists(node(*i, 0))).collect();
        // A scope without items is not elaborated at all, and what it declares is never there.
        let present = if present.is_empty() { vec![0] } else { present };
        let missing = |i: &u32| -> Vec<u32> {
            (0..signal.bits()).filter(|bit| is_missing(&signal.kind, node(*i, *bit))).collect()
        };
        let Some((at, bits)) = present.iter().map(|i| (*i, missing(i))).find(|(_, bits)| !bits.is_empty()) else {
            continue;
        };
        let several = present.len() > 1 && present.iter().any(|i| missing(i).is_empty());
        let place = if several { format!(" in {}", iteration(net, id, at)) } else { String::new() };
        let range = ranges(&bits, signal.bits());
        let verb = if bits.len() > 1 && !range.is_empty() { "are" } else { "is" };
        found.push(Missing { signal: id, what: format!("{range}`{}`{place} {verb}", net.name(id)) });
    }
    found
}

/// `bit 3 of `, `bits 7 to 4 and 1 of `, or nothing if it is all of them.
pub(super) fn ranges(bits: &[u32], width: u32) -> String {
    let mut bits = bits.to_vec();
    bits.sort_unstable();
    bits.dedup();
    if bits.len() as u32 == width {
        return String::new();
    }
    let mut runs: Vec<(u32, u32)> = vec![];
    for bit in &bits {
        match runs.last_mut() {
            Some((_, hi)) if *hi + 1 == *bit => *hi = *bit,
            _ => runs.push((*bit, *bit)),
        }
    }
    let more = runs.len() > 4;
    let mut texts: Vec<String> = runs
        .iter()
        .rev()
        .take(4)
        .map(|(lo, hi)| if lo == hi { lo.to_string() } else { format!("{hi} to {lo}") })
        .collect();
    if more {
        texts.push("more".to_owned());
    }
    let last = texts.pop().unwrap_or_default();
    let list = if texts.is_empty() { last } else { format!("{} and {last}", texts.join(", ")) };
    if bits.len() == 1 { format!("bit {list} of ") } else { format!("bits {list} of ") }
}

/// The iteration of the loops around a signal: `row = 1, col = 0`.
fn iteration(net: &Net<'_>, id: SignalId, instance: u32) -> String {
    let mut rest = i64::from(instance);
    let mut parts = vec![];
    for id in net.rtl.signal(id).scope.iter().rev() {
        let l = &net.rtl.loops[id.index()];
        let count = l.hi - l.lo;
        parts.push(format!("{} = {}", l.name, l.lo + rest % count));
        rest /= count;
    }
    parts.reverse();
    parts.join(", ")
}
