//! Division of several numerators by one denominator.

use std::sync::Arc;

use hdl::{Bundle, Design, Errors, Module, Ty};

/// `lanes` quotients num / den, rounded half to even; one quotient bit a cycle.
///
/// Numerators have `den_width + quo_width` bits and must be below den · 2^`quo_width`.
/// Interval: `quo_width` + 3 cycles.
pub(super) fn divider(lanes: u32, den_width: u32, quo_width: u32) -> Result<Arc<Design>, Errors> {
    Module::build(format!("divider_l{lanes}_d{den_width}_q{quo_width}"), |m| {
        m.doc(format!(
            "Divides {lanes} unsigned numerators by one denominator of {den_width} bits: quotients of {quo_width} bits, rounded half to even."
        ));
        m.doc("Restoring division, one bit a cycle; each numerator must be below den * 2^quotient bits.");
        let num_ty = Ty::uint(den_width + quo_width);
        let from = m.sink(Bundle::new("in").lanes("num", num_ty, lanes).field("den", Ty::uint(den_width)));
        let to = m.source(Bundle::new("out").lanes("quo", Ty::uint(quo_width), lanes));

        let (state, [idle, step, round, done]) = m.state_machine("state", ["Idle", "Step", "Round", "Done"]);
        let last_step = quo_width - 1;
        let count = m.reg("count", Ty::uint(Ty::range(0, last_step).width()));
        let stepping = state.eq(step).named("stepping");
        from.ready().set(state.eq(idle));
        to.valid().set(state.eq(done));
        m.comb(|| {
            m.switch(state, |cases| {
                cases.case(idle, || m.when(from.valid(), || state.set(step)));
                cases.case(step, || m.when(count.eq(last_step), || state.set(round)));
                cases.case(round, || state.set(done));
                cases.default(|| m.when(to.ready(), || state.set(idle)));
            });
        });
        let next = (count + 1).wrap(count.width());
        m.clocked(|| m.when_else(stepping, || count.set(next), || count.set(0)));

        let den = m.reg("den", Ty::uint(den_width));
        let starting = state.eq(idle).named("starting");
        m.clocked(|| m.when(starting, || den.set(from.field("den"))));
        let (num, out) = (from.lanes("num"), to.lanes("quo"));
        m.for_each("lane", 0..lanes.into(), |lane| {
            let rem = m.reg("rem", Ty::uint(den_width));
            let quo = m.reg("quo", Ty::uint(quo_width));
            m.comment("The remainder with the next bit of the numerator; while rounding, twice the remainder.");
            let shifted = m.concat([rem, quo.bit(quo_width - 1) & stepping]).named("shifted");
            let difference = (shifted - den).named("difference");
            let fits = (!difference.is_neg()).named("fits");
            let odd_or_more = difference.is_nonzero() | quo.bit(0);
            let up = (fits & odd_or_more).named("up");
            let num = num.at(lane);
            m.clocked(|| {
                m.switch(state, |cases| {
                    cases.case(idle, || {
                        rem.set(num.bits(den_width + quo_width - 1, quo_width));
                        quo.set(num.bits(quo_width - 1, 0));
                    });
                    cases.case(step, || {
                        rem.set(fits.mux(difference.bits(den_width - 1, 0), shifted.bits(den_width - 1, 0)));
                        quo.set(m.concat([quo.bits(quo_width - 2, 0), fits]));
                    });
                    cases.case(round, || quo.set((quo + up).wrap(quo_width)));
                    cases.default(|| {});
                });
            });
            out.at(lane).set(quo);
        });
    })
}
