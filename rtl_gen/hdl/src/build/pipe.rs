//! Datapaths of fixed latency: the author writes values and stages, delays and handshake come by themselves.

use num_bigint::BigInt;

use super::{Bundle, Module, Sig, Sink, Vector};
use crate::design::{Flow, Latency};
use crate::error::{Code, Place};
use crate::ir::{ExprId, Item, Kind, Name, Node, PipeId, SignalId, SignalRef, Stage, Stmt};
use crate::prim;
use crate::ty::Ty;

/// What belongs between the registers of two stages.
#[derive(Default)]
pub(crate) struct Bucket {
    pub items: Vec<Item>,
    pub captures: Vec<(SignalRef, ExprId)>,
}

pub(crate) struct PipeState {
    pub name: String,
    pub place: Place,
    pub finished: bool,
    /// Bit k−1 tells that stage k holds a beat.
    valid: SignalId,
    advance: SignalId,
    /// Names for delays of values whose own name would mislead.
    aliases: Vec<(SignalId, String)>,
    buckets: Vec<Bucket>,
}

impl PipeState {
    pub fn bucket(&mut self, stage: u32) -> &mut Bucket {
        let stage = stage as usize;
        if self.buckets.len() <= stage {
            self.buckets.resize_with(stage + 1, Bucket::default);
        }
        &mut self.buckets[stage]
    }
}

/// A datapath of fixed latency between a sink and a source.
///
/// Values know their stage. Where values of different stages meet, the earlier one is delayed in registers named after
/// it (`x_s1_q`, `x_s2_q`).
///
/// ```
/// use hdl::{Bundle, Flow, Module, Ty};
/// let design = Module::build("square_plus", |m| {
///     let from = m.sink(Bundle::new("in").field("x", Ty::sint(8)));
///     let p = m.pipe(&from);
///     let x = p.field("x");
///     let square = p.stage("square", x * x);
///     let sum = p.stage("sum", square + x);
///     p.finish(Bundle::new("out"), [("y", sum)], Flow::Stall);
/// })?;
/// assert!(design.to_sv(&Default::default()).contains("sum_q <= 16'(square_q) + 16'(x_s1_q);"));
/// # Ok::<(), hdl::Errors>(())
/// ```
pub struct Pipe<'m> {
    m: &'m Module,
    id: PipeId,
    sink: Sink<'m>,
}

impl Module {
    /// Starts a pipe at a sink; [`Pipe::finish`] ends it.
    ///
    /// ```
    /// use hdl::{Bundle, Flow, Module, Ty};
    /// Module::build("delay", |m| {
    ///     let p = m.pipe(&m.sink(Bundle::new("in").field("x", Ty::bit())));
    ///     let y = p.stage("y", p.field("x"));
    ///     p.finish(Bundle::new("out"), [("y", y)], Flow::Stall);
    /// })?;
    /// # Ok::<(), hdl::Errors>(())
    /// ```
    #[track_caller]
    pub fn pipe<'m>(&'m self, sink: &Sink<'m>) -> Pipe<'m> {
        let place = Place::here();
        let first = self.inner.borrow().pipes.is_empty();
        let name = sink.ends.bundle_name().to_owned();
        let prefix = if first { String::new() } else { format!("{name}_") };
        let valid = self.add_signal(
            Name::Given(format!("{prefix}valid")),
            Ty::bit(),
            self.reg_kind(Some(BigInt::ZERO)),
            None,
            place,
        );
        let advance = self.add_signal(Name::Given(format!("{prefix}advance")), Ty::bit(), Kind::Wire, None, place);
        let mut inner = self.inner.borrow_mut();
        let id = PipeId(inner.pipes.len() as u32);
        inner.pipes.push(PipeState { name, place, finished: false, valid, advance, aliases: vec![], buckets: vec![] });
        drop(inner);
        Pipe { m: self, id, sink: sink.clone() }
    }

    /// The values at the latest stage of any of them, delayed where needed; none if they cannot meet.
    pub(crate) fn align<'m, const N: usize>(&'m self, values: [Sig<'m>; N], place: Place) -> Option<[Sig<'m>; N]> {
        self.align_all(values.to_vec(), place)?.try_into().ok()
    }

    pub(crate) fn align_all<'m>(&'m self, values: Vec<Sig<'m>>, place: Place) -> Option<Vec<Sig<'m>>> {
        let stages: Vec<Option<Stage>> = values.iter().map(|v| v.stage()).collect();
        let Some(latest) = stages.iter().flatten().max_by_key(|s| s.number).copied() else { return Some(values) };
        if let Some(other) = stages.iter().flatten().find(|s| s.pipe != latest.pipe) {
            let inner = self.inner.borrow();
            let names = [latest, *other].map(|s| inner.pipes[s.pipe.index()].name.clone());
            drop(inner);
            let message = format!("values of the pipes of `{}` and `{}` meet", names[0], names[1]);
            self.error(Code::PipeMismatch, place, message, "pass one through a register or a FIFO outside the pipes");
            return None;
        }
        values
            .into_iter()
            .zip(stages)
            .map(|(value, stage)| match stage {
                Some(stage) if stage.number < latest.number => self.delayed(value, stage, latest.number, place),
                _ => Some(value),
            })
            .collect()
    }

    /// `value` of stage `from` in registers up to stage `to`.
    fn delayed<'m>(&'m self, value: Sig<'m>, from: Stage, to: u32, place: Place) -> Option<Sig<'m>> {
        let Node::Signal(reference) = value.node() else {
            if matches!(value.node(), Node::Const(_) | Node::Index(_)) {
                return Some(value);
            }
            let message = format!("an unnamed value of stage {} meets one of stage {to}", from.number);
            let hint = "name it, so that its delays can be called after it: `let x = (...).named(\"x\");`";
            let mut inner = self.inner.borrow_mut();
            let made = inner.rtl.expr(value.id).place;
            inner.error(Code::PipeMismatch, place, message, hint);
            if let Some(error) = inner.errors.last_mut() {
                error.related.push(("the value is made".to_owned(), made));
            }
            return None;
        };
        let base = self.delay_name(&reference, from.pipe);
        let frac = value.ty().frac();
        let mut value = value;
        for number in from.number + 1..=to {
            let scope = self.inner.borrow().open_loops.clone();
            let key = (self.canonical(&reference), number, scope);
            let known = self.inner.borrow().delays.iter().find(|(k, _)| *k == key).map(|(_, id)| *id);
            value = match known {
                Some(id) => Sig::new(self, id),
                None => {
                    let stage = Stage { pipe: from.pipe, number: number - 1 };
                    let delayed = self.stage_register(&format!("{base}_s{number}"), value, stage, place);
                    self.inner.borrow_mut().delays.push((key, delayed.id));
                    delayed
                }
            };
        }
        Some(value.with_frac(frac))
    }

    fn canonical(&self, reference: &SignalRef) -> String {
        format!("{reference:?}")
    }

    fn delay_name(&self, reference: &SignalRef, pipe: PipeId) -> String {
        let inner = self.inner.borrow();
        let alias = inner.pipes[pipe.index()].aliases.iter().find(|a| a.0 == reference.signal);
        let name = match (alias, &inner.rtl.signal(reference.signal).name) {
            (Some((_, alias)), _) => alias.clone(),
            (None, Name::Given(name)) => name.clone(),
            (None, Name::Step(suffix)) => (*suffix).to_owned(),
        };
        let stem = name.rsplit_once("_s").filter(|(_, n)| !n.is_empty() && n.bytes().all(|b| b.is_ascii_digit()));
        stem.map_or(name.clone(), |(stem, _)| stem.to_owned())
    }

    /// A register that takes `value` at the end of `stage`.
    fn stage_register<'m>(&'m self, name: &str, value: Sig<'m>, stage: Stage, place: Place) -> Sig<'m> {
        let ty = value.ty();
        let signal = self.add_signal(Name::Given(name.to_owned()), ty, self.reg_kind(None), None, place);
        let target = self.reference(signal);
        self.capture(target, value.id, stage);
        self.signal_expr(signal, Some(Stage { pipe: stage.pipe, number: stage.number + 1 }), place)
    }

    fn capture(&self, target: SignalRef, value: ExprId, stage: Stage) {
        let mut inner = self.inner.borrow_mut();
        if inner.frames.len() == 1 {
            inner.pipes[stage.pipe.index()].bucket(stage.number).captures.push((target, value));
        } else if let Some(frame) = inner.frames.last_mut() {
            frame.captures.push((stage, target, value));
        }
    }

    /// Puts the pipe registers of the innermost scope into clocked processes, one a stage.
    pub(crate) fn flush_captures(&self) {
        let captures = self.inner.borrow_mut().frames.last_mut().map(|f| std::mem::take(&mut f.captures));
        let mut captures = captures.unwrap_or_default();
        captures.sort_by_key(|(stage, ..)| stage.number);
        while let Some((stage, ..)) = captures.first().cloned() {
            let rest = captures.iter().position(|c| c.0 != stage).unwrap_or(captures.len());
            let group = captures.drain(..rest).map(|(_, target, value)| (target, value)).collect();
            let item = self.clocked_captures(stage.pipe, group);
            self.inner.borrow_mut().push_item(item, Some(stage));
        }
    }

    fn clocked_captures(&self, pipe: PipeId, captures: Vec<(SignalRef, ExprId)>) -> Item {
        let (advance, place) = {
            let inner = self.inner.borrow();
            let state = &inner.pipes[pipe.index()];
            (state.advance, state.place)
        };
        let stmts = captures.into_iter().map(|(target, value)| Stmt::Assign { target, value, place }).collect();
        let advance = self.signal_expr(advance, None, place);
        let domain = self.current_domain();
        Item::Clocked { domain, stmts: vec![Stmt::If { arms: vec![(advance.id, stmts)], other: vec![], place }], place }
    }
}

impl<'m> Pipe<'m> {
    /// The value of a field of the sink, at stage 0.
    #[track_caller]
    pub fn field(&self, name: &str) -> Sig<'m> {
        let value = self.sink.field(name);
        if let Some(reference) = value.as_signal_ref() {
            let mut inner = self.m.inner.borrow_mut();
            inner.pipes[self.id.index()].aliases.push((reference.signal, name.to_owned()));
        }
        self.at_stage(value, 0)
    }

    /// The elements of a field of the sink, at stage 0.
    #[track_caller]
    pub fn lanes(&self, name: &str) -> Vector<'m> {
        let mut lanes = self.sink.lanes(name);
        lanes.stage = Some(Stage { pipe: self.id, number: 0 });
        self.m.inner.borrow_mut().pipes[self.id.index()].aliases.push((lanes.signal, name.to_owned()));
        lanes
    }

    /// The sink's mark of the last beat, at stage 0.
    #[track_caller]
    pub fn last(&self) -> Sig<'m> {
        let value = self.sink.last();
        if let Some(reference) = value.as_signal_ref() {
            let mut inner = self.m.inner.borrow_mut();
            inner.pipes[self.id.index()].aliases.push((reference.signal, "last".to_owned()));
        }
        self.at_stage(value, 0)
    }

    /// Declares that `value`, made outside the pipe, belongs to stage `number` of it.
    ///
    /// For state that is updated with the beat of a stage, such as an accumulator.
    #[track_caller]
    pub fn at_stage(&self, value: Sig<'m>, number: u32) -> Sig<'m> {
        if value.is_poison() {
            return value;
        }
        let stage = Some(Stage { pipe: self.id, number });
        self.m.expr(value.node(), value.ty(), stage, Place::here())
    }

    /// A register `<name>_q` that takes `value` at the end of its stage; its own value belongs to the next stage.
    #[track_caller]
    pub fn stage(&self, name: &str, value: Sig<'m>) -> Sig<'m> {
        let place = Place::here();
        if value.is_poison() {
            return value;
        }
        let stage = value.stage().unwrap_or(Stage { pipe: self.id, number: 0 });
        self.m.stage_register(name, value, stage, place)
    }

    /// As [`stage`](Pipe::stage), with `value` delayed to stage `number` first.
    #[track_caller]
    pub fn stage_at(&self, name: &str, value: Sig<'m>, number: u32) -> Sig<'m> {
        let delayed = self.delay_to(value, number);
        self.stage(name, delayed)
    }

    /// `value` at stage `number`, which must not be before its own.
    #[track_caller]
    pub fn delay_to(&self, value: Sig<'m>, number: u32) -> Sig<'m> {
        let place = Place::here();
        match value.stage() {
            Some(stage) if stage.number < number => {
                self.m.delayed(value, stage, number, place).unwrap_or_else(|| self.m.poison(place))
            }
            Some(stage) if stage.number > number => {
                let message = format!("a value of stage {} is wanted at stage {number}", stage.number);
                self.m.error(Code::PipeMismatch, place, message, "values move to later stages only");
                self.m.poison(place)
            }
            _ => value,
        }
    }

    /// `value` at the stage of `other`, which must not be before its own.
    ///
    /// ```
    /// use hdl::{Bundle, Flow, Module, Ty};
    /// Module::build("sign", |m| {
    ///     let p = m.pipe(&m.sink(Bundle::new("in").field("x", Ty::sint(8))));
    ///     let x = p.field("x");
    ///     let size = p.stage("size", x.abs());
    ///     let negative = p.beside(x.is_neg().named("negative"), size);
    ///     let y = p.stage("y", m.concat([negative, size]));
    ///     p.finish(Bundle::new("out"), [("y", y)], Flow::Stall);
    /// })?;
    /// # Ok::<(), hdl::Errors>(())
    /// ```
    #[track_caller]
    pub fn beside(&self, value: Sig<'m>, other: Sig<'m>) -> Sig<'m> {
        match other.stage() {
            Some(stage) => self.delay_to(value, stage.number),
            None => value,
        }
    }

    /// A comment line above the registers that take their values at the stage of `value`.
    ///
    /// ```
    /// use hdl::{Bundle, Flow, Module, Ty};
    /// let design = Module::build("delay", |m| {
    ///     let p = m.pipe(&m.sink(Bundle::new("in").field("x", Ty::bit())));
    ///     p.comment(p.field("x"), "One cycle.");
    ///     let y = p.stage("y", p.field("x"));
    ///     p.finish(Bundle::new("out"), [("y", y)], Flow::Stall);
    /// })?;
    /// assert!(design.to_sv(&Default::default()).contains("// One cycle."));
    /// # Ok::<(), hdl::Errors>(())
    /// ```
    pub fn comment(&self, value: Sig<'m>, text: &str) {
        let stage = value.stage().unwrap_or(Stage { pipe: self.id, number: 0 });
        self.m.inner.borrow_mut().push_item(Item::Comment(text.to_owned()), Some(stage));
    }

    /// A vector of registers whose values belong to stage `number`; fill it with [`capture`](Pipe::capture).
    #[track_caller]
    pub fn vector(&self, name: &str, count: u32, ty: Ty, number: u32) -> Vector<'m> {
        let stage = Some(Stage { pipe: self.id, number });
        self.m.vector(Name::Given(name.to_owned()), count, ty, self.m.reg_kind(None), stage)
    }

    /// A vector of wires whose values belong to stage `number`.
    #[track_caller]
    pub fn wires(&self, name: &str, count: u32, ty: Ty, number: u32) -> Vector<'m> {
        let stage = Some(Stage { pipe: self.id, number });
        self.m.vector(Name::Given(name.to_owned()), count, ty, Kind::Wire, stage)
    }

    /// Lets `target`, an element of a [`vector`](Pipe::vector), take `value` at the end of the stage before its own.
    #[track_caller]
    pub fn capture(&self, target: Sig<'m>, value: Sig<'m>) {
        let place = Place::here();
        if target.is_poison() || value.is_poison() {
            return;
        }
        let (Some(reference), Some(stage)) = (target.as_signal_ref(), target.stage()) else {
            let message = "only registers of the pipe capture values".to_owned();
            return self.m.error(Code::NotAssignable, place, message, "make the target with `pipe.vector(...)`");
        };
        let value = self.delay_to(value, stage.number - 1);
        if value.is_poison() {
            return;
        }
        if let Some(value) = value.converted(&target.ty(), place) {
            self.m.capture(reference, value.id, Stage { pipe: self.id, number: stage.number - 1 });
        }
    }

    /// Whether all stages move in this cycle.
    pub fn advance(&self) -> Sig<'m> {
        let advance = self.m.inner.borrow().pipes[self.id.index()].advance;
        self.m.signal_expr(advance, None, Place::here())
    }

    /// Whether stage `number` holds a beat; at stage 0, whether one is offered.
    #[track_caller]
    pub fn valid(&self, number: u32) -> Sig<'m> {
        let place = Place::here();
        let stage = Some(Stage { pipe: self.id, number });
        let Some(bit) = number.checked_sub(1) else { return self.at_stage(self.sink.valid(), 0) };
        let valid = self.m.inner.borrow().pipes[self.id.index()].valid;
        let all = self.m.signal_expr(valid, None, place);
        self.m.expr(Node::Slice { of: all.id, lsb: bit }, Ty::bit(), stage, place)
    }

    /// Ends the pipe in a source named by `bundle`, whose fields are `values`, all delayed to the latest of their
    /// stages; a `last` of the sink travels along. Returns the latency in cycles.
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
    #[track_caller]
    pub fn finish_lanes(self, bundle: Bundle, name: &str, lanes: Vector<'m>, flow: Flow) -> u32 {
        let bundle = bundle.lanes(name, lanes.element(), lanes.len());
        let name = name.to_owned();
        self.finish_with(bundle, vec![lanes.whole()], flow, move |source, values| {
            source.lanes(&name).whole().set(values[0]);
        })
    }

    /// As [`finish`](Pipe::finish), ending in vectors, each under the field of its name.
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
        connect: impl FnOnce(&super::Source<'m>, &[Sig<'m>]),
    ) -> u32 {
        let place = Place::here();
        let m = self.m;
        let has_last = self.sink.ends.last.is_some();
        if has_last {
            values.push(self.last());
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
        m.set_stream_flow(self.sink.ends.bundle_name(), Latency::Fixed(0), flow);
        let source = m.source(bundle);
        let (buckets, valid, advance) = {
            let mut inner = m.inner.borrow_mut();
            let pipe = &mut inner.pipes[self.id.index()];
            pipe.finished = true;
            let buckets = std::mem::take(&mut pipe.buckets);
            let (valid, advance) = (pipe.valid, pipe.advance);
            inner.rtl.signals[valid.index()].ty = Ty::uint(latency.max(1));
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
        let last = if has_last { values.pop() } else { None };
        match flow {
            Flow::Stall => {
                m.comment("Every stage moves when the output is empty or taken.");
                source.valid().set(held);
                advance.set(source.ready() | !source.valid());
                self.sink.ready().set(advance);
                self.valid_chain(valid, advance, self.sink.valid(), latency);
                emit_buckets(m, self.id, buckets);
                connect(&source, &values);
                if let Some(last) = last {
                    source.last().set(last);
                }
            }
            Flow::Skid => {
                m.comment("A skid buffer behind the last stage registers the way back of `ready`.");
                let buffer = OutputBuffer::new(m, &source, prim::skid, "skid", "skid_in_ready");
                advance.set(buffer.ready | !held);
                self.sink.ready().set(advance);
                self.valid_chain(valid, advance, self.sink.valid(), latency);
                emit_buckets(m, self.id, buckets);
                buffer.connect(&source, held, &values, last, connect);
            }
            Flow::Credit => {
                m.comment("The stages never hold: a beat enters only when the output FIFO has room for it.");
                let depth = (latency + 2).next_power_of_two();
                let make = |bits| prim::fifo(bits, depth);
                let buffer = OutputBuffer::new(m, &source, make, "fifo", "unused_fifo_in_ready");
                let enters = self.credits(&source, depth);
                advance.set(1);
                self.valid_chain(valid, advance, enters, latency);
                emit_buckets(m, self.id, buckets);
                buffer.connect(&source, if latency == 0 { enters } else { held }, &values, last, connect);
            }
        }
        cycles
    }

    fn valid_chain(&self, valid: Sig<'m>, advance: Sig<'m>, enters: Sig<'m>, latency: u32) {
        let m = self.m;
        match latency {
            0 => {}
            1 => m.clocked(|| m.when(advance, || valid.set(enters))),
            _ => m.clocked(|| m.when(advance, || valid.set(m.concat([valid.bits(latency - 2, 0), enters])))),
        }
    }

    /// Counts free places of the FIFO that are not promised yet; returns whether a beat enters.
    fn credits(&self, source: &super::Source<'m>, depth: u32) -> Sig<'m> {
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

fn emit_buckets(m: &Module, pipe: PipeId, buckets: Vec<Bucket>) {
    let many = buckets.len() > 2;
    for (stage, bucket) in buckets.into_iter().enumerate() {
        if bucket.items.is_empty() && bucket.captures.is_empty() {
            continue;
        }
        if many && !bucket.captures.is_empty() {
            m.comment(&format!("Stage {}", stage + 1));
        }
        bucket.items.into_iter().for_each(|item| m.inner.borrow_mut().push_item(item, None));
        if !bucket.captures.is_empty() {
            let item = m.clocked_captures(pipe, bucket.captures);
            m.inner.borrow_mut().push_item(item, None);
        }
    }
}

/// A buffer of the leaf library between the last stage and the source.
struct OutputBuffer<'m> {
    instance: Option<super::Instance<'m>>,
    ready: Sig<'m>,
    bits: u32,
}

impl<'m> OutputBuffer<'m> {
    fn new(
        m: &'m Module,
        source: &super::Source<'m>,
        make: impl FnOnce(u32) -> Result<std::sync::Arc<crate::Design>, crate::Errors>,
        name: &str,
        ready: &str,
    ) -> Self {
        let bits = source.ends.bundle.bits() + u32::from(source.ends.last.is_some());
        match make(bits) {
            Ok(design) => {
                let instance = m.instance(name, &design);
                Self { instance: Some(instance), ready: instance.output_named("in_ready_o", ready), bits }
            }
            Err(errors) => {
                let place = Place::here();
                m.error(Code::Internal, place, errors.to_string(), "report this: a leaf module does not build");
                Self { instance: None, ready: m.poison(place), bits }
            }
        }
    }

    fn connect(
        self,
        source: &super::Source<'m>,
        valid: Sig<'m>,
        values: &[Sig<'m>],
        last: Option<Sig<'m>>,
        connect: impl FnOnce(&super::Source<'m>, &[Sig<'m>]),
    ) {
        let Some(instance) = self.instance else { return };
        let m = source.ends.m;
        let mut parts: Vec<Sig<'m>> = values.to_vec();
        parts.extend(last);
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
        if last.is_some() {
            source.last().set(data.bit(self.bits - 1));
        }
        connect(source, &unpacked);
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

impl<'m> super::stream::Ends<'m> {
    /// The stream's name.
    pub(crate) fn bundle_name(&self) -> &str {
        self.bundle.name()
    }
}
