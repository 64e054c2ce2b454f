//! Datapaths of fixed latency: the author writes values and stages, delays and handshake come by themselves.

mod buffer;
mod capture;
mod delay;
mod finish;
mod stage;

use num_bigint::BigInt;

pub(crate) use capture::{Capture, Placed, Registers, Scope};

use super::{Module, Sink};
use crate::error::Place;
use crate::ir::{ExprId, Kind, Name, PipeId, SignalId};
use crate::ty::Ty;

/// What belongs between the registers of two stages.
#[derive(Default)]
pub(crate) struct Bucket {
    pub items: Vec<Placed>,
    pub captures: Vec<Capture>,
}

pub(crate) struct PipeState {
    pub name: String,
    pub place: Place,
    pub finished: bool,
    /// Bit k−1 tells that stage k holds a beat.
    valid: SignalId,
    advance: SignalId,
    /// Whether a beat is offered, if registers load with beats alone.
    gate: Option<ExprId>,
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
        inner.pipes.push(PipeState {
            name,
            place,
            finished: false,
            valid,
            advance,
            gate: None,
            aliases: vec![],
            buckets: vec![],
        });
        drop(inner);
        Pipe { m: self, id, sink: sink.clone() }
    }
}

impl<'m> Pipe<'m> {
    /// Lets a stage's registers load with beats alone, so that nothing switches while nothing passes.
    ///
    /// Called before the first stage. Shift registers no longer fit LUTs then, for each stage has an enable of its own.
    ///
    /// ```
    /// use hdl::{Bundle, Flow, Module, Ty};
    /// let design = Module::build("square", |m| {
    ///     let p = m.pipe(&m.sink(Bundle::new("in").field("x", Ty::sint(8)))).gated();
    ///     let x = p.stage("held", p.field("x"));
    ///     let y = p.stage("y", x * x);
    ///     p.finish(Bundle::new("out"), [("y", y)], Flow::Credit);
    /// })?;
    /// let text = design.to_sv(&Default::default());
    /// assert!(text.contains("if (valid_q[0]) begin\n      y_q <= "), "{text}");
    /// # Ok::<(), hdl::Errors>(())
    /// ```
    pub fn gated(self) -> Self {
        let offered = self.sink.valid().id;
        self.m.inner.borrow_mut().pipes[self.id.index()].gate = Some(offered);
        self
    }
}
