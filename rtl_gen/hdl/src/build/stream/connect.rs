//! Streams of a module joined to those of its instances.

use super::{Sink, Source};
use crate::build::{Instance, Vector};
use crate::error::Place;

impl<'m> Instance<'m> {
    /// Connects a stream of the surrounding module to this instance's input stream.
    ///
    /// ```
    /// use hdl::{prim, Bundle, Module, Ty};
    /// let skid = prim::skid(8)?;
    /// Module::build("m", |m| {
    ///     let from = m.sink(Bundle::new("in").field("x", Ty::uint(8)));
    ///     let to = m.source(Bundle::new("out").field("x", Ty::uint(8)));
    ///     let buffer = m.instance("skid", &skid);
    ///     buffer.feed("in", &from);
    ///     buffer.drain("out", &to);
    /// })?;
    /// # Ok::<(), hdl::Errors>(())
    /// ```
    #[track_caller]
    pub fn feed(self, stream: &str, from: &Sink<'m>) {
        self.input(&format!("{stream}_valid_i"), from.valid());
        if let Some(data) = from.ends.data {
            let is_vector = from.ends.m.inner.borrow().rtl.signal(data).count.is_some();
            let whole = Vector { m: from.ends.m, signal: data, stage: None }.whole();
            let value = if is_vector { whole } else { from.ends.m.signal_expr(data, None, Place::here()) };
            self.input(&format!("{stream}_data_i"), value);
        }
        for (part, mark) in [("last", from.ends.last), ("keep", from.ends.keep)] {
            if let Some(mark) = mark {
                self.input(&format!("{stream}_{part}_i"), mark);
            }
        }
        self.drive(&format!("{stream}_ready_o"), from.ready());
    }

    /// Connects this instance's output stream to a stream of the surrounding module.
    ///
    /// ```
    /// use hdl::{prim, Bundle, Module, Ty};
    /// let skid = prim::skid(8)?;
    /// Module::build("m", |m| {
    ///     let buffer = m.instance("skid", &skid);
    ///     buffer.feed("in", &m.sink(Bundle::new("in").field("x", Ty::uint(8))));
    ///     buffer.drain("out", &m.source(Bundle::new("out").field("x", Ty::uint(8))));
    /// })?;
    /// # Ok::<(), hdl::Errors>(())
    /// ```
    #[track_caller]
    pub fn drain(self, stream: &str, to: &Source<'m>) {
        self.drive(&format!("{stream}_valid_o"), to.valid());
        if to.ends.bundle.fields.len() > 1 {
            // The fields of the source have wires of their own, which its data port is made of.
            let data = self.output(&format!("{stream}_data_o"));
            let mut lsb = 0;
            for field in &to.ends.bundle.fields {
                let bits = data.bits(lsb + field.bits() - 1, lsb);
                lsb += field.bits();
                if field.count == 1 {
                    to.field(&field.name).set(bits.cast(field.ty.clone()));
                } else {
                    to.lanes(&field.name).whole().set(bits);
                }
            }
        } else if let Some(data) = to.ends.data {
            self.drive(&format!("{stream}_data_o"), Vector { m: to.ends.m, signal: data, stage: None }.whole());
        }
        for (part, mark) in [("last", to.ends.last), ("keep", to.ends.keep)] {
            if let Some(mark) = mark {
                self.drive(&format!("{stream}_{part}_o"), mark);
            }
        }
        self.input(&format!("{stream}_ready_i"), to.ready());
    }
}
