//! Every port of an instance is connected, once.

use crate::error::{Code, Error};
use crate::interface::{Dir, Role};
use crate::ir::{Connection, Rtl};

pub(super) fn run(rtl: &mut Rtl, errors: &mut Vec<Error>) {
    for instance in &rtl.instances {
        for port in instance.design.ports() {
            let (side, all): (_, &Vec<Connection>) = match port.dir {
                Dir::In => ("input", &instance.inputs),
                Dir::Out => ("output", &instance.outputs),
            };
            let connections: Vec<&Connection> = all.iter().filter(|c| c.port == port.name).collect();
            let by_itself = matches!(port.role, Role::Clock | Role::Reset);
            let what = format!("{side} `{}` of instance `u_{}`", port.name, instance.name);
            let mut report = |message: String, place, related, hint: &str| {
                errors.push(Error { code: Code::Connection, message, place, related, hint: hint.to_owned() });
            };
            match connections.as_slice() {
                [] if by_itself => {}
                [] => {
                    let hint = match port.dir {
                        Dir::In => format!("connect it: `instance.input(\"{}\", value)`", port.name),
                        Dir::Out => format!(
                            "take it, or say that nobody does: `instance.output_named(\"{}\", \"unused_{}\")`",
                            port.name, port.name
                        ),
                    };
                    report(format!("{what} is not connected"), instance.place, vec![], &hint);
                }
                [first, second, ..] => {
                    let related = vec![("it is connected before".to_owned(), first.place)];
                    report(format!("{what} is connected twice"), second.place, related, "leave one of them out");
                }
                [_] => {}
            }
        }
    }
}
