//! Every bit is read, by the rule of Verilator's `UNUSEDSIGNAL`: a bit of an input or an internal signal that nothing
//! reads is a mistake, unless the signal's name contains `unused`.

use super::report::{Missing, by_signal};
use crate::error::{Code, Error};
use crate::interface::Role;
use crate::ir::Kind;
use crate::net::Net;

pub(super) fn run(net: &Net<'_>, errors: &mut Vec<Error>) {
    let is_unread = |kind: &Kind, node| {
        let driven = *kind == Kind::Input || net.driver(node).is_some();
        *kind != Kind::Output && driven && !net.is_used(node)
    };
    for Missing { signal: id, what } in by_signal(net, is_unread) {
        let signal = net.rtl.signal(id);
        let is_clock = matches!(net.rtl.roles.get(&id), Some((Role::Clock | Role::Reset, _)));
        if is_clock || net.name(id).contains("unused") {
            continue;
        }
        errors.push(Error {
            code: Code::Unused,
            message: format!("{what} never used"),
            place: signal.place,
            related: vec![],
            hint: "drop the bits before they get a name (`drop_low`, `wrap`, `bits`), leave it out, or let its name \
                   contain `unused`"
                .to_owned(),
        });
    }
}
