//! The ports of a stream, and the wires that carry its fields.

use std::cell::RefCell;
use std::collections::HashMap;

use super::Bundle;
use crate::build::{Module, Sig, Vector};
use crate::error::{Code, Place};
use crate::interface::{Dir, Field, Role, Stream};
use crate::ir::{Item, Kind, Name, SignalId};
use crate::ty::Ty;

/// The ports of one stream inside a module, whichever way it points.
#[derive(Clone)]
pub(crate) struct Ends<'m> {
    pub m: &'m Module,
    pub bundle: Bundle,
    pub valid: Sig<'m>,
    pub ready: Sig<'m>,
    pub last: Option<Sig<'m>>,
    pub keep: Option<Sig<'m>>,
    pub data: Option<SignalId>,
    /// Wires that carry single fields, by name.
    pub wires: RefCell<HashMap<String, SignalId>>,
}

impl<'m> Ends<'m> {
    #[track_caller]
    pub(super) fn new(m: &'m Module, bundle: Bundle, dir: Dir) -> Self {
        let place = Place::here();
        let (forward, backward) = match dir {
            Dir::In => (Kind::Input, Kind::Output),
            Dir::Out => (Kind::Output, Kind::Input),
        };
        let port = |part: &str, ty: Ty, count: Option<u32>, kind: &Kind, role: Role| {
            let name = Name::Given(format!("{}_{part}", bundle.name));
            let id = m.add_signal(name, ty, kind.clone(), count, place);
            m.inner.borrow_mut().rtl.roles.insert(id, (role, Some(bundle.name.clone())));
            id
        };
        let valid = m.signal_expr(port("valid", Ty::bit(), None, &forward, Role::Valid), None, place);
        let ready = m.signal_expr(port("ready", Ty::bit(), None, &backward, Role::Ready), None, place);
        let data = match bundle.fields.as_slice() {
            [] => None,
            [only] if only.count == 1 => Some(port("data", only.ty.clone(), None, &forward, Role::Data)),
            [only] => Some(port("data", only.ty.clone(), Some(only.count), &forward, Role::Data)),
            _ => Some(port("data", Ty::uint(bundle.bits()), None, &forward, Role::Data)),
        };
        let keep = bundle.keep.map(|lanes| {
            let id = port("keep", Ty::uint(lanes), None, &forward, Role::Keep);
            m.signal_expr(id, None, place)
        });
        let last = bundle.last.then(|| m.signal_expr(port("last", Ty::bit(), None, &forward, Role::Last), None, place));
        m.inner.borrow_mut().rtl.streams.push(Stream {
            name: bundle.name.clone(),
            dir,
            fields: bundle.fields.clone(),
            latency: bundle.latency,
            interval: bundle.interval,
            flow: bundle.flow,
        });
        Self { m, bundle, valid, ready, last, keep, data, wires: RefCell::default() }
    }

    fn position(&self, name: &str, place: Place) -> Option<(Field, u32)> {
        let mut lsb = 0;
        for field in &self.bundle.fields {
            if field.name == name {
                return Some((field.clone(), lsb));
            }
            lsb += field.bits();
        }
        let names: Vec<&str> = self.bundle.fields.iter().map(|f| f.name.as_str()).collect();
        let message = format!("stream `{}` has no field `{name}`", self.bundle.name);
        self.m.error(Code::Connection, place, message, &format!("its fields are {}", names.join(", ")));
        None
    }

    /// The signal of a field: the data port itself if it is the only one, else a wire `<stream>_<field>`.
    pub(super) fn signal(&self, name: &str, place: Place, made: impl FnOnce(SignalId, u32)) -> Option<SignalId> {
        let (field, lsb) = self.position(name, place)?;
        if self.bundle.fields.len() == 1 {
            return self.data;
        }
        if let Some(known) = self.wires.borrow().get(name) {
            return Some(*known);
        }
        let wire = Name::Given(format!("{}_{name}", self.bundle.name));
        let count = (field.count > 1).then_some(field.count);
        let id = self.m.add_signal(wire, field.ty.clone(), Kind::Wire, count, place);
        self.wires.borrow_mut().insert(name.to_owned(), id);
        made(id, lsb);
        Some(id)
    }

    pub(super) fn unpack(&self, name: &str, place: Place) -> Option<SignalId> {
        self.signal(name, place, |id, lsb| {
            let Some(data) = self.data else { return };
            let whole = Vector { m: self.m, signal: id, stage: None }.whole();
            let data = self.m.signal_expr(data, None, place);
            let bits = data.bits(lsb + whole.width() - 1, lsb);
            let ty = self.m.inner.borrow().rtl.signal(id).ty.clone();
            let is_vector = self.m.inner.borrow().rtl.signal(id).count.is_some();
            let value = if is_vector { bits } else { bits.cast(ty) };
            let item = Item::Assign { target: self.m.reference(id), value: value.id, place };
            self.m.inner.borrow_mut().push_item(item, None);
        })
    }

    /// Wires for all fields of an output, packed into its data port.
    pub(super) fn pack(&self, place: Place) {
        if self.bundle.fields.len() < 2 {
            return;
        }
        let names: Vec<String> = self.bundle.fields.iter().map(|f| f.name.clone()).collect();
        let wires = names.iter().filter_map(|name| self.signal(name, place, |_, _| {}));
        let mut parts: Vec<Sig<'m>> = wires.map(|signal| Vector { m: self.m, signal, stage: None }.whole()).collect();
        parts.reverse();
        let value = self.m.concat(parts);
        if let Some(data) = self.data {
            let item = Item::Assign { target: self.m.reference(data), value: value.id, place };
            self.m.inner.borrow_mut().tail.push(item);
        }
    }

    /// The stream's name.
    pub(crate) fn bundle_name(&self) -> &str {
        self.bundle.name()
    }
}
