//! What happens between building and printing, one file a pass, in the order of [`PASSES`].

mod connections;
mod cycles;
mod drivers;
mod fold;
mod latch;
mod names;
mod prune;
mod report;
mod reuse;
mod unused;
mod validate;

pub use names::is_keyword;

use std::sync::Arc;

use crate::design::Design;
use crate::error::{Error, Place};
use crate::interface::{Dir, Port, Role};
use crate::ir::{Item, Kind, Name, Rtl, Signal, SignalId};
use crate::net::Net;
use crate::ty::Ty;

/// A pass: its name, what it does, and the function.
struct Pass {
    name: &'static str,
    run: Run,
}

enum Run {
    /// Works on the structured IR.
    Structure(fn(&mut Rtl, &mut Vec<Error>)),
    /// Looks at the bits.
    Bits(fn(&Net<'_>, &mut Vec<Error>)),
}

/// The passes, in order. Those on the structure run one by one until one finds an error; those on the bits run all.
const PASSES: &[Pass] = &[
    Pass { name: "fold: what always holds is no condition", run: Run::Structure(fold::run) },
    Pass { name: "prune: steps that nothing uses are left out", run: Run::Structure(prune::run) },
    Pass { name: "reuse: unnamed expressions are used once", run: Run::Structure(reuse::run) },
    Pass { name: "connections: instances are connected", run: Run::Structure(connections::run) },
    Pass { name: "names: every signal and loop gets its identifier", run: Run::Structure(names::run) },
    Pass { name: "drivers: every bit is driven once", run: Run::Bits(drivers::run) },
    Pass { name: "latch: on every path", run: Run::Bits(latch::run) },
    Pass { name: "cycles: without feeding back", run: Run::Bits(cycles::run) },
    Pass { name: "unused: every bit is read", run: Run::Bits(unused::run) },
];

/// Checks and names a module that was built.
pub(crate) fn finish(mut rtl: Rtl, mut errors: Vec<Error>, place: Place) -> Result<Arc<Design>, Vec<Error>> {
    names::check_module_name(&rtl, place, &mut errors);
    add_clocks(&mut rtl, place);
    for pass in PASSES {
        let Run::Structure(run) = pass.run else { continue };
        if !errors.is_empty() {
            return Err(errors);
        }
        run(&mut rtl, &mut errors);
        errors.extend(validate::validate(&rtl, pass.name, place));
    }
    if !errors.is_empty() {
        return Err(errors);
    }
    let mut net = Net::new(&rtl, place);
    errors.append(&mut net.errors);
    for pass in PASSES {
        let Run::Bits(run) = pass.run else { continue };
        if !net.is_broken() {
            run(&net, &mut errors);
        }
    }
    if !errors.is_empty() {
        return Err(errors);
    }
    let paths = net.paths();
    let ports = ports(&rtl);
    Ok(Arc::new(Design { rtl, ports, black_box: false, paths }))
}

/// Puts the clock and reset of every domain in use in front of the other ports.
fn add_clocks(rtl: &mut Rtl, place: Place) {
    let mut ports = Vec::new();
    for (index, domain) in rtl.domains.clone().iter().enumerate() {
        let clock = needs(rtl, index, Role::Clock).then_some((&domain.clock, Role::Clock));
        let named = domain.reset_signal;
        let reset = (named.is_some() || needs(rtl, index, Role::Reset)).then_some((&domain.reset, Role::Reset));
        for (name, role) in clock.into_iter().chain(reset) {
            if let (Role::Reset, Some(id)) = (role, named) {
                rtl.ports.retain(|port| *port != id);
                ports.push(id);
                continue;
            }
            let id = SignalId(rtl.signals.len() as u32);
            rtl.signals.push(Signal {
                name: Name::Given(name.trim_end_matches("_i").to_owned()),
                ty: Ty::bit(),
                kind: Kind::Input,
                count: None,
                scope: vec![],
                branch: None,
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

/// Whether anything in the domain is clocked, or reset, here or further down. Assertions do not count: synthesis does
/// not see them, and would find a port without a use.
fn needs(rtl: &Rtl, domain: usize, role: Role) -> bool {
    let registers = rtl.signals.iter().any(|s| match &s.kind {
        Kind::Reg(reg) => reg.domain.index() == domain && (role == Role::Clock || reg.reset.is_some()),
        _ => false,
    });
    let below = rtl.instances.iter().any(|i| {
        i.domain.index() == domain
            && i.design.ports().iter().any(|p| p.role == role && !i.inputs.iter().any(|c| c.port == p.name))
    });
    registers || below || (role == Role::Clock && is_clocked(&rtl.items, domain))
}

fn is_clocked(items: &[Item], domain: usize) -> bool {
    items.iter().any(|item| match item {
        Item::Clocked { domain: of, .. } => of.index() == domain,
        Item::Loop { items, .. } => is_clocked(items, domain),
        Item::When { then, other, .. } => is_clocked(then, domain) || is_clocked(other, domain),
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
