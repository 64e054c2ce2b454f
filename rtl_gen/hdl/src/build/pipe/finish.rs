//! The end of a pipe: its source, and the flow policy that moves its stages.

use super::Pipe;
use super::buffer::{Marks, OutputBuffer};
use super::capture::emit_buckets;
use num_bigint::BigInt;

use crate::build::{Bundle, Module, Sig, Source, Vector};
use crate::error::Place;
use crate::interface::{Flow, Latency};
use crate::ir::{Kind, Name, Node, SignalRef};
use crate::prim;
use crate::ty::Ty;

impl<'m> Pipe<'m> {
    /// Ends the pipe in a source named by `bundle`, whose fields are `values`, all delayed to the latest of their
    /// stages; `last` and `keep` of the sink travel along. Returns the latency in cycles.
    ///
    /// ```
    /// use hdl::{Bundle, Flow, Module, Ty};
    /// Module::build("unit", |m| {
    ///     let p = m.pipe(&m.sink(Bundle::new("in").field("x", Ty::sint(8))));
    ///     let x = p.field("x");
    ///     let (square, sign) = (p.stage("square", x * x), x.is_neg().named("sign"));
    ///     let latency = p.finish(Bundle::new("out"), [("square", square), ("sign", sign)], Flow::Skid);
    ///     assert_eq!(latency, 1);
    /// })?;
    /// # Ok::<(), hdl::Errors>(())
    /// ```
    #[track_caller]
    pub fn finish<const N: usize>(self, bundle: Bundle, values: [(&str, Sig<'m>); N], flow: Flow) -> u32 {
        let bundle = values.iter().fold(bundle, |bundle, (name, value)| bundle.field(name, value.ty()));
        let (names, values): (Vec<&str>, Vec<Sig<'m>>) = values.into_iter().unzip();
        self.finish_with(bundle, values, flow, |source, values| {
            for (name, value) in names.iter().zip(values) {
                source.field(name).set(*value);
            }
        })
    }

    /// As [`finish`](Pipe::finish), ending in a vector of values under the one field `name`.
    ///
    /// ```
    /// use hdl::{Bundle, Flow, Module, Ty};
    /// Module::build("unit", |m| {
    ///     let p = m.pipe(&m.sink(Bundle::new("in").lanes("x", Ty::sint(8), 4)));
    ///     let (x, y) = (p.lanes("x"), p.vector("y", 4, Ty::sint(8), 1));
    ///     m.for_each("lane", 0..4, |lane| p.capture(y.at(lane), x.at(lane)));
    ///     assert_eq!(p.finish_lanes(Bundle::new("out"), "y", y, Flow::Stall), 1);
    /// })?;
    /// # Ok::<(), hdl::Errors>(())
    /// ```
    #[track_caller]
    pub fn finish_lanes(self, bundle: Bundle, name: &str, lanes: Vector<'m>, flow: Flow) -> u32 {
        let bundle = bundle.lanes(name, lanes.element(), lanes.len());
        let name = name.to_owned();
        self.finish_with(bundle, vec![lanes.whole()], flow, move |source, values| {
            source.lanes(&name).whole().set(values[0]);
        })
    }

    /// As [`finish`](Pipe::finish), ending in vectors, each under the field of its name.
    ///
    /// ```
    /// use hdl::{Bundle, Flow, Module, Ty};
    /// Module::build("unit", |m| {
    ///     let p = m.pipe(&m.sink(Bundle::new("in").lanes("x", Ty::sint(8), 4)));
    ///     let x = p.lanes("x");
    ///     let (size, sign) = (p.vector("size", 4, Ty::uint(8), 1), p.vector("sign", 4, Ty::bit(), 1));
    ///     m.for_each("lane", 0..4, |lane| {
    ///         p.capture(size.at(lane), x.at(lane).abs());
    ///         p.capture(sign.at(lane), x.at(lane).is_neg());
    ///     });
    ///     p.finish_vectors(Bundle::new("out"), &[("size", size), ("sign", sign)], Flow::Stall);
    /// })?;
    /// # Ok::<(), hdl::Errors>(())
    /// ```
    #[track_caller]
    pub fn finish_vectors(self, bundle: Bundle, fields: &[(&str, Vector<'m>)], flow: Flow) -> u32 {
        let bundle =
            fields.iter().fold(bundle, |bundle, (name, lanes)| bundle.lanes(name, lanes.element(), lanes.len()));
        let values = fields.iter().map(|(_, lanes)| lanes.whole()).collect();
        self.finish_with(bundle, values, flow, |source, values| {
            for ((name, _), value) in fields.iter().zip(values) {
                source.lanes(name).whole().set(*value);
            }
        })
    }

    #[track_caller]
    fn finish_with(
        self,
        bundle: Bundle,
        mut values: Vec<Sig<'m>>,
        flow: Flow,
        connect: impl FnOnce(&Source<'m>, &[Sig<'m>]),
    ) -> u32 {
        let place = Place::here();
        let m = self.m;
        let (has_last, keep_width) = (self.sink.ends.last.is_some(), self.sink.ends.keep.map(|keep| keep.width()));
        if has_last {
            values.push(self.last());
        }
        if keep_width.is_some() {
            values.push(self.keep());
        }
        let poisoned = values.iter().any(|v| v.is_poison());
        let aligned = if poisoned { None } else { m.align_all(values, place) };
        let Some(mut values) = aligned else {
            m.inner.borrow_mut().pipes[self.id.index()].finished = true;
            return 0;
        };
        let latency = values.iter().filter_map(|v| v.stage()).map(|s| s.number).max().unwrap_or(0);
        // A skid buffer passes an unstalled beat at once; a FIFO takes a cycle.
        let cycles = latency + u32::from(flow == Flow::Credit);
        let mut bundle = bundle.timing(Latency::Fixed(cycles), 1).flow(flow);
        if has_last {
            bundle = bundle.last();
        }
        if let Some(lanes) = keep_width {
            bundle = bundle.keep(lanes);
        }
        m.set_stream_flow(self.sink.ends.bundle_name(), Latency::Fixed(0), flow);
        let source = m.source(bundle);
        let (buckets, valid, advance) = {
            let mut inner = m.inner.borrow_mut();
            let pipe = &mut inner.pipes[self.id.index()];
            pipe.finished = true;
            let buckets = std::mem::take(&mut pipe.buckets);
            let (valid, advance) = (pipe.valid, pipe.advance);
            inner.rtl.signals[valid.index()].ty = Ty::uint(latency.max(1));
            // What was read of it before its width was known.
            let reads = |node: &Node| matches!(node, Node::Signal(SignalRef { signal, .. }) if *signal == valid);
            for expr in inner.rtl.exprs.iter_mut().filter(|expr| reads(&expr.node)) {
                expr.ty = Ty::uint(latency.max(1));
            }
            if latency == 0 {
                // Nothing holds: what would control the stages is left out where nobody uses it.
                inner.rtl.signals[valid.index()].name = Name::Step("valid");
                inner.rtl.signals[valid.index()].kind = Kind::Wire;
                inner.rtl.signals[advance.index()].name = Name::Step("advance");
            }
            (buckets, valid, advance)
        };
        let valid = m.signal_expr(valid, None, place);
        let advance = m.signal_expr(advance, None, place);
        let held = if latency == 0 { self.sink.valid() } else { valid.bits(latency - 1, latency - 1) };
        let keep = keep_width.and_then(|_| values.pop());
        let marks = Marks { last: if has_last { values.pop() } else { None }, keep };
        match flow {
            Flow::Stall => {
                m.comment("Every stage moves when the output is empty or taken.");
                source.valid().set(held);
                advance.set(source.ready() | !source.valid());
                self.sink.ready().set(advance);
                self.valid_chain(valid, Some(advance), self.sink.valid(), latency);
                emit_buckets(m, self.id, buckets);
                connect(&source, &values);
                marks.connect(&source);
            }
            Flow::Skid => {
                m.comment("A skid buffer behind the last stage registers the way back of `ready`.");
                let buffer = OutputBuffer::new(m, &source, prim::skid, "skid", "skid_in_ready");
                advance.set(buffer.ready | !held);
                self.sink.ready().set(advance);
                self.valid_chain(valid, Some(advance), self.sink.valid(), latency);
                emit_buckets(m, self.id, buckets);
                buffer.connect(&source, held, &values, &marks, connect);
            }
            Flow::Credit => {
                m.comment("The stages never hold: a beat enters only when the output FIFO has room for it.");
                let depth = (latency + 2).next_power_of_two();
                let make = |bits| prim::fifo(bits, depth);
                let buffer = OutputBuffer::new(m, &source, make, "fifo", "unused_fifo_in_ready");
                let enters = self.credits(&source, depth);
                advance.set(1);
                self.valid_chain(valid, None, enters, latency);
                emit_buckets(m, self.id, buckets);
                self.never_hold();
                buffer.connect(&source, if latency == 0 { enters } else { held }, &values, &marks, connect);
            }
        }
        cycles
    }

    /// Lets all stages move in every cycle, so that no register has to be told.
    fn never_hold(&self) {
        let inner = &mut *self.m.inner.borrow_mut();
        let advance = inner.pipes[self.id.index()].advance;
        inner.rtl.signals[advance.index()].name = Name::Step("advance");
        let reads = |node: &Node| matches!(node, Node::Signal(SignalRef { signal, .. }) if *signal == advance);
        for expr in inner.rtl.exprs.iter_mut().filter(|expr| reads(&expr.node)) {
            expr.node = Node::Const(BigInt::from(1));
        }
    }

    fn valid_chain(&self, valid: Sig<'m>, advance: Option<Sig<'m>>, enters: Sig<'m>, latency: u32) {
        let m = self.m;
        let next = match latency {
            0 => return,
            1 => enters,
            _ => m.concat([valid.bits(latency - 2, 0), enters]),
        };
        m.clocked(|| match advance {
            Some(advance) => m.when(advance, || valid.set(next)),
            None => valid.set(next),
        });
    }

    /// Counts free places of the FIFO that are not promised yet; returns whether a beat enters.
    fn credits(&self, source: &Source<'m>, depth: u32) -> Sig<'m> {
        let m = self.m;
        let credit = m.reg_init("credit", Ty::range(0, depth), depth);
        let available = credit.ne(0);
        self.sink.ready().set(available);
        let enters = self.sink.fire();
        let leaves = source.fire();
        m.clocked(|| {
            m.when_else(
                enters & !leaves,
                || credit.set((credit - 1).assume_range(0, depth)),
                || m.when(leaves & !enters, || credit.set((credit + 1).assume_range(0, depth))),
            );
        });
        enters
    }
}

impl Module {
    fn set_stream_flow(&self, name: &str, latency: Latency, flow: Flow) {
        let mut inner = self.inner.borrow_mut();
        if let Some(stream) = inner.rtl.streams.iter_mut().find(|s| s.name == name) {
            stream.flow = flow;
            stream.latency = latency;
        }
    }
}
