//! What an author writes between the ends of a pipe: fields, stages, delays.

use super::{Capture, Pipe};
use crate::build::{Index, Sig, Vector};
use crate::error::{Code, Place};
use crate::ir::{Item, Kind, Name, Node, Stage};
use crate::ty::Ty;

impl<'m> Pipe<'m> {
    /// The value of a field of the sink, at stage 0.
    ///
    /// ```
    /// use hdl::{Bundle, Flow, Module, Ty};
    /// Module::build("unit", |m| {
    ///     let p = m.pipe(&m.sink(Bundle::new("in").field("x", Ty::sint(8))));
    ///     let y = p.stage("y", p.field("x").abs());
    ///     p.finish(Bundle::new("out"), [("y", y)], Flow::Stall);
    /// })?;
    /// # Ok::<(), hdl::Errors>(())
    /// ```
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
    ///
    /// ```
    /// use hdl::{Bundle, Flow, Module, Ty};
    /// Module::build("unit", |m| {
    ///     let p = m.pipe(&m.sink(Bundle::new("in").lanes("x", Ty::sint(8), 2)));
    ///     let x = p.lanes("x");
    ///     let y = p.stage("y", x.at(0) + x.at(1));
    ///     p.finish(Bundle::new("out"), [("y", y)], Flow::Stall);
    /// })?;
    /// # Ok::<(), hdl::Errors>(())
    /// ```
    #[track_caller]
    pub fn lanes(&self, name: &str) -> Vector<'m> {
        let mut lanes = self.sink.lanes(name);
        lanes.stage = Some(Stage { pipe: self.id, number: 0 });
        self.m.inner.borrow_mut().pipes[self.id.index()].aliases.push((lanes.signal, name.to_owned()));
        lanes
    }

    /// The sink's mark of the last beat, at stage 0.
    ///
    /// ```
    /// use hdl::{Bundle, Flow, Module, Ty};
    /// Module::build("unit", |m| {
    ///     let p = m.pipe(&m.sink(Bundle::new("in").field("x", Ty::sint(8)).last()));
    ///     let x = p.field("x");
    ///     let y = p.stage("y", p.last().mux(0, x));
    ///     p.finish(Bundle::new("out"), [("y", y)], Flow::Stall);
    /// })?;
    /// # Ok::<(), hdl::Errors>(())
    /// ```
    #[track_caller]
    pub fn last(&self) -> Sig<'m> {
        self.mark(self.sink.last(), "last")
    }

    fn mark(&self, value: Sig<'m>, name: &str) -> Sig<'m> {
        if let Some(reference) = value.as_signal_ref() {
            let mut inner = self.m.inner.borrow_mut();
            inner.pipes[self.id.index()].aliases.push((reference.signal, name.to_owned()));
        }
        self.at_stage(value, 0)
    }

    /// The sink's mark of the lanes in use, at stage 0.
    ///
    /// ```
    /// use hdl::{Bundle, Flow, Module, Ty};
    /// Module::build("unit", |m| {
    ///     let p = m.pipe(&m.sink(Bundle::new("in").lanes("x", Ty::uint(8), 2).keep(2)));
    ///     let (x, keep) = (p.lanes("x"), p.keep());
    ///     let y = p.stage("y", keep.bit(1).mux(x.at(1), x.at(0)));
    ///     p.finish(Bundle::new("out"), [("y", y)], Flow::Stall);
    /// })?;
    /// # Ok::<(), hdl::Errors>(())
    /// ```
    #[track_caller]
    pub fn keep(&self) -> Sig<'m> {
        self.mark(self.sink.keep(), "keep")
    }

    /// Declares that `value`, made outside the pipe, belongs to stage `number` of it.
    ///
    /// For state that is updated with the beat of a stage, such as an accumulator.
    ///
    /// ```
    /// use hdl::{Bundle, Flow, Module, Ty};
    /// Module::build("unit", |m| {
    ///     let p = m.pipe(&m.sink(Bundle::new("in").field("x", Ty::sint(8))));
    ///     let x = p.stage("held", p.field("x"));
    ///     let sum = m.reg_init("sum", Ty::sint(16), 0);
    ///     m.clocked(|| m.when(p.valid(1) & p.advance(), || sum.set((sum + x).wrap(16))));
    ///     let y = p.stage("y", p.at_stage(sum, 1) - x);
    ///     p.finish(Bundle::new("out"), [("y", y)], Flow::Stall);
    /// })?;
    /// # Ok::<(), hdl::Errors>(())
    /// ```
    #[track_caller]
    pub fn at_stage(&self, value: Sig<'m>, number: u32) -> Sig<'m> {
        if value.is_poison() {
            return value;
        }
        let stage = Some(Stage { pipe: self.id, number });
        self.m.expr(value.node(), value.ty(), stage, Place::here())
    }

    /// A register `<name>_q` that takes `value` at the end of its stage; its own value belongs to the next stage.
    ///
    /// ```
    /// use hdl::{Bundle, Flow, Module, Ty};
    /// let design = Module::build("unit", |m| {
    ///     let p = m.pipe(&m.sink(Bundle::new("in").field("x", Ty::sint(8))));
    ///     let y = p.stage("y", p.field("x") + 1);
    ///     p.finish(Bundle::new("out"), [("y", y)], Flow::Stall);
    /// })?;
    /// assert!(design.to_sv(&Default::default()).contains("y_q <= "));
    /// # Ok::<(), hdl::Errors>(())
    /// ```
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
    ///
    /// ```
    /// use hdl::{Bundle, Flow, Module, Ty};
    /// Module::build("unit", |m| {
    ///     let p = m.pipe(&m.sink(Bundle::new("in").field("x", Ty::sint(8))));
    ///     let y = p.stage_at("y", p.field("x"), 2);
    ///     assert_eq!(p.finish(Bundle::new("out"), [("y", y)], Flow::Stall), 3);
    /// })?;
    /// # Ok::<(), hdl::Errors>(())
    /// ```
    #[track_caller]
    pub fn stage_at(&self, name: &str, value: Sig<'m>, number: u32) -> Sig<'m> {
        let delayed = self.delay_to(value, number);
        self.stage(name, delayed)
    }

    /// `value` at stage `number`, which must not be before its own.
    ///
    /// ```
    /// use hdl::{Bundle, Flow, Module, Ty};
    /// Module::build("unit", |m| {
    ///     let p = m.pipe(&m.sink(Bundle::new("in").field("x", Ty::sint(8))));
    ///     let x = p.field("x");
    ///     let square = p.stage("square", x * x);
    ///     let y = p.stage("y", square - p.delay_to(x, 1));
    ///     p.finish(Bundle::new("out"), [("y", y)], Flow::Stall);
    /// })?;
    /// # Ok::<(), hdl::Errors>(())
    /// ```
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
    ///
    /// ```
    /// use hdl::{Bundle, Flow, Module, Ty};
    /// Module::build("unit", |m| {
    ///     let p = m.pipe(&m.sink(Bundle::new("in").lanes("x", Ty::sint(8), 4)));
    ///     let x = p.lanes("x");
    ///     let size = p.vector("size", 4, Ty::uint(8), 1);
    ///     m.for_each("lane", 0..4, |lane| p.capture(size.at(lane), x.at(lane).abs()));
    ///     p.finish_lanes(Bundle::new("out"), "y", size, Flow::Stall);
    /// })?;
    /// # Ok::<(), hdl::Errors>(())
    /// ```
    #[track_caller]
    pub fn vector(&self, name: &str, count: u32, ty: Ty, number: u32) -> Vector<'m> {
        let stage = Some(Stage { pipe: self.id, number });
        self.m.vector(Name::Given(name.to_owned()), count, ty, self.m.reg_kind(None), stage)
    }

    /// A vector of wires whose values belong to stage `number`.
    ///
    /// ```
    /// use hdl::{Bundle, Flow, Module, Ty};
    /// Module::build("unit", |m| {
    ///     let p = m.pipe(&m.sink(Bundle::new("in").lanes("x", Ty::sint(8), 4)));
    ///     let x = p.lanes("x");
    ///     let size = p.wires("size", 4, Ty::uint(8), 0);
    ///     m.for_each("lane", 0..4, |lane| size.at(lane).set(x.at(lane).abs()));
    ///     p.finish_lanes(Bundle::new("out"), "y", size, Flow::Stall);
    /// })?;
    /// # Ok::<(), hdl::Errors>(())
    /// ```
    #[track_caller]
    pub fn wires(&self, name: &str, count: u32, ty: Ty, number: u32) -> Vector<'m> {
        let stage = Some(Stage { pipe: self.id, number });
        self.m.vector(Name::Given(name.to_owned()), count, ty, Kind::Wire, stage)
    }

    /// The values that `body` gives in the iterations of a generate loop `gen_<name>`, as a vector `vector` of wires that
    /// belongs to their stage.
    ///
    /// ```
    /// use hdl::{Bundle, Flow, Module, Ty};
    /// Module::build("unit", |m| {
    ///     let p = m.pipe(&m.sink(Bundle::new("in").lanes("x", Ty::sint(8), 4)));
    ///     let x = p.lanes("x");
    ///     let y = p.for_each("lane", "y", 4, Ty::sint(16), |lane| {
    ///         let held = p.stage("held", x.at(lane));
    ///         p.stage("square", held * held)
    ///     });
    ///     assert_eq!(p.finish_lanes(Bundle::new("out"), "y", y, Flow::Stall), 2);
    /// })?;
    /// # Ok::<(), hdl::Errors>(())
    /// ```
    #[track_caller]
    pub fn for_each(
        &self,
        name: &str,
        vector: &str,
        count: u32,
        ty: Ty,
        body: impl FnOnce(Index) -> Sig<'m>,
    ) -> Vector<'m> {
        let mut all = self.m.vector(Name::Given(vector.to_owned()), count, ty, Kind::Wire, None);
        all.stage = self.m.for_each(name, 0..count.into(), |index| {
            let value = body(index);
            all.at(index).set(value);
            value.stage()
        });
        all
    }

    /// Lets `target`, an element of a [`vector`](Pipe::vector), take `value` at the end of the stage before its own.
    ///
    /// ```
    /// use hdl::{Bundle, Flow, Module, Ty};
    /// Module::build("unit", |m| {
    ///     let p = m.pipe(&m.sink(Bundle::new("in").lanes("x", Ty::sint(8), 4)));
    ///     let (x, y) = (p.lanes("x"), p.vector("y", 4, Ty::sint(8), 1));
    ///     m.for_each("lane", 0..4, |lane| p.capture(y.at(lane), x.at(lane)));
    ///     p.finish_lanes(Bundle::new("out"), "y", y, Flow::Stall);
    /// })?;
    /// # Ok::<(), hdl::Errors>(())
    /// ```
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
            let capture = Capture { target: reference, value: value.id, is_delay: false };
            self.m.capture(capture, Stage { pipe: self.id, number: stage.number - 1 });
        }
    }

    /// Whether all stages move in this cycle.
    ///
    /// ```
    /// use hdl::{Bundle, Flow, Module, Ty};
    /// Module::build("unit", |m| {
    ///     let p = m.pipe(&m.sink(Bundle::new("in").field("x", Ty::sint(8))));
    ///     let y = p.stage("y", p.field("x"));
    ///     let beats = m.reg_init("beats", Ty::uint(8), 0);
    ///     m.clocked(|| m.when(p.valid(0) & p.advance(), || beats.set((beats + 1).wrap(8))));
    ///     m.output("beats", Ty::uint(8)).set(beats);
    ///     p.finish(Bundle::new("out"), [("y", y)], Flow::Stall);
    /// })?;
    /// # Ok::<(), hdl::Errors>(())
    /// ```
    pub fn advance(&self) -> Sig<'m> {
        let advance = self.m.inner.borrow().pipes[self.id.index()].advance;
        self.m.signal_expr(advance, None, Place::here())
    }

    /// Whether stage `number` holds a beat; at stage 0, whether one is offered.
    ///
    /// ```
    /// use hdl::{Bundle, Flow, Module, Ty};
    /// Module::build("unit", |m| {
    ///     let p = m.pipe(&m.sink(Bundle::new("in").field("x", Ty::sint(8))));
    ///     let y = p.stage("y", p.stage("held", p.field("x")));
    ///     m.output("held", Ty::bit()).set(p.valid(1));
    ///     p.finish(Bundle::new("out"), [("y", y)], Flow::Stall);
    /// })?;
    /// # Ok::<(), hdl::Errors>(())
    /// ```
    #[track_caller]
    pub fn valid(&self, number: u32) -> Sig<'m> {
        let place = Place::here();
        let stage = Some(Stage { pipe: self.id, number });
        let Some(bit) = number.checked_sub(1) else { return self.at_stage(self.sink.valid(), 0) };
        let valid = self.m.inner.borrow().pipes[self.id.index()].valid;
        let all = self.m.signal_expr(valid, None, place);
        self.m.expr(Node::Slice { of: all.id, lsb: bit }, Ty::bit(), stage, place)
    }
}
