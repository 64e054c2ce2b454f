//! The FIFO or skid buffer between the last stage of a pipe and its source.

use std::sync::Arc;

use crate::build::{Instance, Module, Sig, Source};
use crate::error::{Code, Place};
use crate::ir::Node;
use crate::{Design, Errors};

/// What travels beside the values, delayed like them.
pub(super) struct Marks<'m> {
    pub(super) last: Option<Sig<'m>>,
    pub(super) keep: Option<Sig<'m>>,
}

impl<'m> Marks<'m> {
    /// Sets the marks of a source that no buffer stands in front of.
    pub(super) fn connect(&self, source: &Source<'m>) {
        if let Some(keep) = self.keep {
            source.keep().set(keep);
        }
        if let Some(last) = self.last {
            source.last().set(last);
        }
    }
}

/// A buffer of the leaf library between the last stage and the source.
pub(super) struct OutputBuffer<'m> {
    instance: Option<Instance<'m>>,
    pub(super) ready: Sig<'m>,
}

impl<'m> OutputBuffer<'m> {
    pub(super) fn new(
        m: &'m Module,
        source: &Source<'m>,
        make: impl FnOnce(u32) -> Result<Arc<Design>, Errors>,
        name: &str,
        ready: &str,
    ) -> Self {
        let keep = source.ends.keep.map_or(0, |keep| keep.width());
        let bits = source.ends.bundle.bits() + keep + u32::from(source.ends.last.is_some());
        match make(bits) {
            Ok(design) => {
                let instance = m.instance(name, &design);
                Self { instance: Some(instance), ready: instance.output_named("in_ready_o", ready) }
            }
            Err(errors) => {
                let place = Place::here();
                m.error(Code::Internal, place, errors.to_string(), "report this: a leaf module does not build");
                Self { instance: None, ready: m.poison(place) }
            }
        }
    }

    pub(super) fn connect(
        self,
        source: &Source<'m>,
        valid: Sig<'m>,
        values: &[Sig<'m>],
        marks: &Marks<'m>,
        connect: impl FnOnce(&Source<'m>, &[Sig<'m>]),
    ) {
        let Some(instance) = self.instance else { return };
        let m = source.ends.m;
        let mut parts: Vec<Sig<'m>> = values.to_vec();
        parts.extend(marks.keep);
        parts.extend(marks.last);
        parts.reverse();
        instance.input("in_valid_i", valid);
        instance.input("in_data_i", m.concat(parts));
        instance.drive("out_valid_o", source.valid());
        instance.input("out_ready_i", source.ready());
        let data = instance.output("out_data_o");
        let mut lsb = 0;
        let unpacked: Vec<Sig<'m>> = values
            .iter()
            .map(|value| {
                let part = data.bits(lsb + value.width() - 1, lsb).cast(value.ty().full());
                lsb += value.width();
                m.expr(Node::Cast(part.id), value.ty(), None, Place::here())
            })
            .collect();
        if let Some(keep) = marks.keep {
            source.keep().set(data.bits(lsb + keep.width() - 1, lsb));
            lsb += keep.width();
        }
        if marks.last.is_some() {
            source.last().set(data.bit(lsb));
        }
        connect(source, &unpacked);
    }
}
