//! State machines with named states.

use super::{IntoExpr, Module, Sig};
use crate::error::{Code, Place};
use crate::ir::{Enum, EnumId, Name, Node};
use crate::ty::Ty;

/// A named state of a [`Module::state_machine`].
///
/// ```
/// use hdl::{Module, Ty};
/// Module::build("m", |m| {
///     let (state, [idle, busy]) = m.state_machine("state", ["Idle", "Busy"]);
///     m.comb(|| m.when_else(state.eq(idle), || state.set(busy), || state.set(idle)));
///     m.output("busy", Ty::bit()).set(state.eq(busy));
/// })?;
/// # Ok::<(), hdl::Errors>(())
/// ```
#[derive(Clone, Copy, Debug)]
pub struct State {
    of: EnumId,
    member: u32,
    width: u32,
}

impl<'m> IntoExpr<'m> for State {
    fn into_expr(self, m: &'m Module, place: Place) -> Sig<'m> {
        m.expr(Node::EnumConst(self.of, self.member), Ty::uint(self.width), None, place)
    }
}

impl Module {
    /// A state register over the named `states`, reset to the first; emitted as a local enumeration.
    ///
    /// ```
    /// use hdl::{Module, Ty};
    /// let design = Module::build("m", |m| {
    ///     let go = m.input("go", Ty::bit());
    ///     let (state, [idle, run]) = m.state_machine("state", ["Idle", "Run"]);
    ///     m.comb(|| m.switch(state, |cases| {
    ///         cases.case(idle, || m.when(go, || state.set(run)));
    ///         cases.default(|| state.set(idle));
    ///     }));
    ///     m.output("run", Ty::bit()).set(state.eq(run));
    /// })?;
    /// assert!(design.to_sv(&Default::default()).contains("StIdle: begin"));
    /// # Ok::<(), hdl::Errors>(())
    /// ```
    #[track_caller]
    pub fn state_machine<const N: usize>(&self, name: &str, states: [&str; N]) -> (Sig<'_>, [State; N]) {
        let place = Place::here();
        if N < 2 {
            let message = format!("state machine `{name}` has {N} state(s)");
            self.error(Code::OutOfRange, place, message, "a state machine has at least two");
        }
        let width = (usize::BITS - N.saturating_sub(1).leading_zeros()).max(1);
        let of = {
            let mut inner = self.inner.borrow_mut();
            let prefix = if name == "state" { "St".to_owned() } else { upper_camel(name) };
            let members = states.iter().map(|s| format!("{prefix}{s}")).collect();
            inner.rtl.enums.push(Enum { name: format!("{name}_e"), members, width, place });
            EnumId(inner.rtl.enums.len() as u32 - 1)
        };
        let kind = self.reg_kind(Some(0.into()));
        let signal = self.add_signal(Name::Given(name.to_owned()), Ty::uint(width), kind, None, place);
        self.inner.borrow_mut().rtl.signals[signal.index()].enumeration = Some(of);
        let state = self.signal_expr(signal, None, place);
        (state, std::array::from_fn(|member| State { of, member: member as u32, width }))
    }
}

fn upper_camel(name: &str) -> String {
    let mut words = name.split('_').map(|word| {
        let mut chars = word.chars();
        chars.next().map(|c| c.to_ascii_uppercase().to_string() + chars.as_str()).unwrap_or_default()
    });
    words.by_ref().collect()
}
