//! Instances of other designs.

use std::sync::Arc;

use super::{IntoExpr, Module, Sig};
use crate::design::Design;
use crate::error::{Code, Place};
use crate::interface::{Dir, Role};
use crate::ir::{self, Connection, InstanceId, Item, Kind, Name};

/// An instance `u_<name>` of another design; clock and reset are connected by themselves.
///
/// ```
/// use hdl::{Module, Ty};
/// let inverter = Module::build("inverter", |m| {
///     let a = m.input("a", Ty::bit());
///     m.output("y", Ty::bit()).set(!a);
/// })?;
/// let twice = Module::build("twice", |m| {
///     let first = m.instance("first", &inverter);
///     let second = m.instance("second", &inverter);
///     first.input("a_i", m.input("a", Ty::bit()));
///     second.input("a_i", first.output("y_o"));
///     m.output("y", Ty::bit()).set(second.output("y_o"));
/// })?;
/// assert_eq!(twice.children().len(), 1);
/// # Ok::<(), hdl::Errors>(())
/// ```
#[derive(Clone, Copy)]
pub struct Instance<'m> {
    m: &'m Module,
    id: InstanceId,
}

impl Module {
    /// Instantiates `design` as `u_<name>`.
    ///
    /// ```
    /// use hdl::Module;
    /// let child = Module::build("child", |_| {})?;
    /// let top = Module::build("top", |m| { m.instance("child", &child); })?;
    /// assert_eq!(top.children()[0].name(), "child");
    /// # Ok::<(), hdl::Errors>(())
    /// ```
    #[track_caller]
    pub fn instance(&self, name: &str, design: &Arc<Design>) -> Instance<'_> {
        let place = Place::here();
        let domain = self.current_domain();
        let mut inner = self.inner.borrow_mut();
        let id = InstanceId(inner.rtl.instances.len() as u32);
        inner.rtl.instances.push(ir::Instance {
            name: name.to_owned(),
            design: design.clone(),
            domain,
            inputs: vec![],
            outputs: vec![],
            place,
        });
        inner.push_item(Item::Instance(id), None);
        Instance { m: self, id }
    }
}

impl<'m> Instance<'m> {
    fn design(self) -> Arc<Design> {
        self.m.inner.borrow().rtl.instances[self.id.index()].design.clone()
    }

    fn no_port(self, port: &str, dir: Dir, place: Place) {
        let design = self.design();
        let names: Vec<&str> = design.ports().iter().filter(|p| p.dir == dir).map(|p| p.name.as_str()).collect();
        let side = if dir == Dir::In { "input" } else { "output" };
        let message = format!("module `{}` has no {side} `{port}`", design.name());
        self.m.error(Code::Connection, place, message, &format!("its {side}s are {}", names.join(", ")));
    }

    /// Connects an input port.
    ///
    /// ```
    /// use hdl::{Code, Module};
    /// let child = Module::build("child", |_| {})?;
    /// let errors = Module::build("top", |m| m.instance("child", &child).input("a_i", 0)).unwrap_err();
    /// assert_eq!(errors.list()[0].code, Code::Connection);
    /// # Ok::<(), hdl::Errors>(())
    /// ```
    #[track_caller]
    pub fn input(self, port: &str, value: impl IntoExpr<'m>) {
        let place = Place::here();
        let value = value.into_expr(self.m, place);
        let design = self.design();
        let Some(found) = design.ports().iter().find(|p| p.name == port && p.dir == Dir::In) else {
            return self.no_port(port, Dir::In, place);
        };
        if value.is_poison() {
            return;
        }
        if let Some(value) = value.converted(&found.ty, place) {
            let connection = Connection { port: port.to_owned(), value: value.id, place };
            self.m.inner.borrow_mut().rtl.instances[self.id.index()].inputs.push(connection);
        }
    }

    /// The value of an output port, on a wire `<instance>_<port>`.
    ///
    /// ```
    /// use hdl::{Module, Ty};
    /// let one = Module::build("one", |m| m.output("y", Ty::bit()).set(1))?;
    /// Module::build("top", |m| m.output("y", Ty::bit()).set(m.instance("one", &one).output("y_o")))?;
    /// # Ok::<(), hdl::Errors>(())
    /// ```
    #[track_caller]
    pub fn output(self, port: &str) -> Sig<'m> {
        let instance = self.m.inner.borrow().rtl.instances[self.id.index()].name.clone();
        let port_name = port.strip_suffix("_o").unwrap_or(port).to_lowercase();
        self.output_named(port, &format!("{instance}_{port_name}"))
    }

    /// The value of an output port, on a wire of that name.
    ///
    /// ```
    /// use hdl::{Module, Ty};
    /// let one = Module::build("one", |m| m.output("y", Ty::bit()).set(1))?;
    /// Module::build("top", |m| m.output("y", Ty::bit()).set(m.instance("one", &one).output_named("y_o", "high")))?;
    /// # Ok::<(), hdl::Errors>(())
    /// ```
    #[track_caller]
    pub fn output_named(self, port: &str, name: &str) -> Sig<'m> {
        let place = Place::here();
        let design = self.design();
        let Some(found) = design.ports().iter().find(|p| p.name == port && p.dir == Dir::Out) else {
            self.no_port(port, Dir::Out, place);
            return self.m.poison(place);
        };
        let known = {
            let inner = self.m.inner.borrow();
            inner.rtl.instances[self.id.index()].outputs.iter().find(|c| c.port == port).map(|c| c.value)
        };
        if let Some(known) = known {
            return Sig::new(self.m, known);
        }
        let signal = self.m.add_signal(Name::Given(name.to_owned()), found.ty.clone(), Kind::Wire, None, place);
        self.connect_output(port, self.m.signal_expr(signal, None, place), place)
    }

    /// Lets an output port drive `target`: a wire, an output, or an element of a vector.
    ///
    /// ```
    /// use hdl::{Module, Ty};
    /// let one = Module::build("one", |m| m.output("y", Ty::bit()).set(1))?;
    /// Module::build("top", |m| {
    ///     let y = m.output_vec("y", 4, Ty::bit());
    ///     m.for_each("lane", 0..4, |lane| m.instance("one", &one).drive("y_o", y.at(lane)));
    /// })?;
    /// # Ok::<(), hdl::Errors>(())
    /// ```
    #[track_caller]
    pub fn drive(self, port: &str, target: Sig<'m>) {
        let place = Place::here();
        let design = self.design();
        let Some(found) = design.ports().iter().find(|p| p.name == port && p.dir == Dir::Out) else {
            return self.no_port(port, Dir::Out, place);
        };
        if target.is_poison() {
            return;
        }
        if target.as_signal_ref().is_none() || target.width() != found.ty.width() {
            let message = format!(
                "output `{port}` of {} bits drives {} of {}",
                found.ty.width(),
                target.describe(),
                target.width()
            );
            self.m.error(Code::Connection, place, message, "connect it to a wire of its width and cast that");
            return;
        }
        self.connect_output(port, target, place);
    }

    fn connect_output(self, port: &str, target: Sig<'m>, place: Place) -> Sig<'m> {
        let connection = Connection { port: port.to_owned(), value: target.id, place };
        self.m.inner.borrow_mut().rtl.instances[self.id.index()].outputs.push(connection);
        target
    }

    /// Connects the stream `from` of the instance `source` to this instance's stream `to`.
    ///
    /// ```
    /// use hdl::{Bundle, Module, Ty};
    /// let pass = Module::build("pass", |m| {
    ///     let from = m.sink(Bundle::new("in").field("x", Ty::uint(4)));
    ///     let to = m.source(Bundle::new("out").field("x", Ty::uint(4)));
    ///     to.connect(&from);
    /// })?;
    /// Module::build("two", |m| {
    ///     let (a, b) = (m.instance("a", &pass), m.instance("b", &pass));
    ///     let from = m.sink(Bundle::new("in").field("x", Ty::uint(4)));
    ///     let to = m.source(Bundle::new("out").field("x", Ty::uint(4)));
    ///     a.feed("in", &from);
    ///     b.feed_from("in", a, "out");
    ///     b.drain("out", &to);
    /// })?;
    /// # Ok::<(), hdl::Errors>(())
    /// ```
    #[track_caller]
    pub fn feed_from(self, to: &str, source: Instance<'m>, from: &str) {
        self.input(&format!("{to}_valid_i"), source.output(&format!("{from}_valid_o")));
        let mine = self.design();
        for (role, part) in [(Role::Data, "data"), (Role::Last, "last"), (Role::Keep, "keep")] {
            if mine.ports().iter().any(|p| p.role == role && p.stream.as_deref() == Some(to)) {
                self.input(&format!("{to}_{part}_i"), source.output(&format!("{from}_{part}_o")));
            }
        }
        source.input(&format!("{from}_ready_i"), self.output(&format!("{to}_ready_o")));
    }
}
