//! A combinational process assigns its wires and outputs on every path.

use super::report::ranges;
use crate::error::{Code, Error};
use crate::net::Net;

pub(super) fn run(net: &Net<'_>, errors: &mut Vec<Error>) {
    let mut gaps = net.gaps.clone();
    while let Some((node, gap)) = gaps.first().copied() {
        let Some(of) = net.bit_of(node) else { break };
        let is_same =
            |(n, g): &(u32, crate::net::Gap)| *g == gap && net.bit_of(*n).is_some_and(|o| o.signal == of.signal);
        let bits: Vec<u32> =
            gaps.iter().filter(|g| is_same(g)).filter_map(|g| net.bit_of(g.0)).map(|o| o.bit).collect();
        gaps.retain(|g| !is_same(g));
        let signal = net.rtl.signal(of.signal);
        let whose = ranges(&bits, signal.bits());
        errors.push(Error {
            code: Code::Latch,
            message: format!(
                "{whose}`{}` would be a latch: a path through the process does not assign it",
                net.name(of.signal)
            ),
            place: signal.place,
            related: vec![(gap.what.to_owned(), gap.place)],
            hint: "give it a value first in the process, before the conditions".to_owned(),
        });
    }
}
