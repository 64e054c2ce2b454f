//! What happens between building and printing, one file a pass, in the order of [`PASSES`].

mod drivers;
mod names;
mod reuse;

use std::sync::Arc;

use crate::design::{Design, Dir, Port, Role};
use crate::error::{Error, Place};
use crate::ir::{Item, Kind, Name, Rtl, Signal, SignalId};
use crate::ty::Ty;

/// A pass: its name, what it does, and the function.
struct Pass {
    name: &'static str,
    run: fn(&mut Rtl, &mut Vec<Error>),
}

/// The passes, in order. A pass runs only if no earlier one found an error.
const PASSES: &[Pass] = &[
    Pass { name: "reuse: unnamed expressions are used once", run: reuse::run },
    Pass { name: "drivers: everything is driven, once, on every path", run: drivers::run },
    Pass { name: "names: every signal and loop gets its identifier", run: names::run },
];

/// Checks and names a module that was built.
pub(crate) fn finish(mut rtl: Rtl, mut errors: Vec<Error>, place: Place) -> Result<Arc<Design>, Vec<Error>> {
    names::check_module_name(&rtl, place, &mut errors);
    add_clocks(&mut rtl, place);
    for pass in PASSES {
        if !errors.is_empty() {
            return Err(errors);
        }
        (pass.run)(&mut rtl, &mut errors);
        debug_assert!(!pass.name.is_empty());
    }
    if !errors.is_empty() {
        return Err(errors);
    }
    let ports = ports(&rtl);
    let paths = vec![Vec::new(); ports.len()];
    Ok(Arc::new(Design { rtl, ports, black_box: false, paths }))
}

/// Puts the clock and reset of every domain in use in front of the other ports.
fn add_clocks(rtl: &mut Rtl, place: Place) {
    let mut ports = Vec::new();
    for (index, domain) in rtl.domains.clone().iter().enumerate() {
        let reset = needs_reset(rtl, index).then_some((&domain.reset, Role::Reset));
        for (name, role) in [(&domain.clock, Role::Clock)].into_iter().chain(reset) {
            let id = SignalId(rtl.signals.len() as u32);
            rtl.signals.push(Signal {
                name: Name::Given(name.trim_end_matches("_i").to_owned()),
                ty: Ty::bit(),
                kind: Kind::Input,
                count: None,
                scope: vec![],
                attributes: vec![],
                enumeration: None,
                place,
            });
            rtl.roles.insert(id, (role, None));
            ports.push(id);
        }
    }
    ports.append(&mut rtl.ports);
    rtl.ports = ports;
}

/// Whether anything in the domain is reset, here or further down.
fn needs_reset(rtl: &Rtl, domain: usize) -> bool {
    let registers = rtl.signals.iter().any(|s| match &s.kind {
        Kind::Reg(reg) => reg.domain.index() == domain && reg.reset.is_some(),
        _ => false,
    });
    let resets = |design: &Design| design.ports().iter().any(|p| p.role == Role::Reset);
    registers
        || has_assertion(&rtl.items)
        || rtl.instances.iter().any(|i| i.domain.index() == domain && resets(&i.design))
}

fn has_assertion(items: &[Item]) -> bool {
    items.iter().any(|item| match item {
        Item::Assert { .. } => true,
        Item::Loop { items, .. } => has_assertion(items),
        Item::When { then, other, .. } => has_assertion(then) || has_assertion(other),
        _ => false,
    })
}

fn ports(rtl: &Rtl) -> Vec<Port> {
    let clock = rtl.domains.first().map(|d| d.clock.clone());
    let port = |id: &SignalId| {
        let signal = rtl.signal(*id);
        let (role, stream) = rtl.roles.get(id).cloned().unwrap_or_default();
        let ty = if signal.count.is_some() { Ty::uint(signal.bits()) } else { signal.ty.clone() };
        Port {
            name: rtl.names.signals[id.index()].clone(),
            dir: if signal.kind == Kind::Input { Dir::In } else { Dir::Out },
            ty,
            role,
            stream,
            clock: if role == Role::Clock { None } else { clock.clone() },
        }
    };
    rtl.ports.iter().map(port).collect()
}
