//! Division of several numerators by one denominator.

use std::sync::Arc;

use hdl::{Bundle, Design, Errors, Module, Ty};

/// What to divide, and what to give.
///
/// ```
/// use units::divider::Divider;
/// let mean = Divider { lanes: 4, denominator: 9, quotient: 8, signed: true }.build()?;
/// assert_eq!(mean.name(), "divider_l4_d9_q8_signed");
/// # Ok::<(), hdl::Errors>(())
/// ```
pub struct Divider {
    /// Numerators that share a denominator.
    pub lanes: u32,
    /// Bits of the denominator; numerators have `quotient` more, and must be below den · 2^`quotient`.
    pub denominator: u32,
    /// Bits of a quotient.
    pub quotient: u32,
    /// Whether a numerator has a sign above its magnitude, which the quotient takes.
    pub signed: bool,
}

impl Divider {
    /// The quotients num / den, rounded half to even; one quotient bit a cycle.
    ///
    /// Latency: `quotient` + 3 cycles. Interval: `quotient` + 2, for a quotient is rounded while the next one is formed.
    ///
    /// # Errors
    /// For widths that no module can be built with.
    pub fn build(&self) -> Result<Arc<Design>, Errors> {
        let (lanes, den_width, quo_width) = (self.lanes, self.denominator, self.quotient);
        let sign = if self.signed { "_signed" } else { "" };
        Module::build(format!("divider_l{lanes}_d{den_width}_q{quo_width}{sign}"), |m| {
            m.doc(format!(
                "Divides {lanes} {} by one denominator of {den_width} bits: quotients of {quo_width} bits, rounded half to even.",
                if self.signed { "numerators of sign and magnitude" } else { "unsigned numerators" }
            ));
            m.doc("Restoring division, one bit a cycle; each numerator must be below den * 2^quotient bits.");
            let magnitude = den_width + quo_width;
            let num_ty = Ty::uint(magnitude + u32::from(self.signed));
            let from = m.sink(Bundle::new("in").lanes("num", num_ty, lanes).field("den", Ty::uint(den_width)));
            let quotient = if self.signed { Ty::sint(quo_width) } else { Ty::uint(quo_width) };
            let to = m.source(Bundle::new("out").lanes("quo", quotient.clone(), lanes));

            let (state, [idle, step, round]) = m.state_machine("state", ["Idle", "Step", "Round"]);
            let last_step = quo_width - 1;
            let count = m.reg("count", Ty::uint(Ty::range(0, last_step).width()));
            let stepping = state.eq(step).named("stepping");
            from.ready().set(state.eq(idle));
            m.comment("A quotient leaves in two steps: what it is rounded by, the rounded one.");
            let rounding = m.reg_init("rounding", Ty::bit(), 0);
            let done = m.reg_init("done", Ty::bit(), 0);
            let leaves = (state.eq(round) & !rounding & !done).named("leaves");
            to.valid().set(done);
            m.comb(|| {
                m.switch(state, |cases| {
                    cases.case(idle, || m.when(from.valid(), || state.set(step)));
                    cases.case(step, || m.when(count.eq(last_step), || state.set(round)));
                    cases.default(|| m.when(leaves, || state.set(idle)));
                });
            });
            let next = (count + 1).wrap(count.width());
            m.clocked(|| {
                m.when_else(stepping, || count.set(next), || count.set(0));
                rounding.set(leaves);
                m.when_else(rounding, || done.set(1), || m.when(to.ready(), || done.set(0)));
            });

            let den = m.reg("den", Ty::uint(den_width));
            let starting = (state.eq(idle) & from.valid()).named("starting");
            m.clocked(|| m.when(starting, || den.set(from.field("den"))));
            let (num, out) = (from.lanes("num"), to.lanes("quo"));
            m.for_each("lane", 0..lanes.into(), |lane| {
                let rem = m.reg("rem", Ty::uint(den_width));
                let quo = m.reg("quo", Ty::uint(quo_width));
                m.comment("The remainder with the next bit of the numerator; while rounding, twice the remainder.");
                let shifted = m.concat([rem, quo.bit(quo_width - 1) & stepping]).named("shifted");
                m.comment("Less than twice the denominator, so that the bit above tells which is larger.");
                let difference = (shifted.cast(Ty::uint(den_width + 1)) - den).wrap(den_width + 1).as_bits();
                let difference = difference.named("difference");
                let fits = (!difference.bit(den_width)).named("fits");
                let num = num.at(lane);
                m.clocked(|| {
                    m.switch(state, |cases| {
                        cases.case(idle, || {
                            m.when(from.valid(), || {
                                rem.set(num.bits(magnitude - 1, quo_width));
                                quo.set(num.bits(quo_width - 1, 0));
                            });
                        });
                        cases.case(step, || {
                            rem.set(fits.mux(difference.bits(den_width - 1, 0), shifted.bits(den_width - 1, 0)));
                            quo.set(m.concat([quo.bits(quo_width - 2, 0), fits]));
                        });
                        cases.default(|| {});
                    });
                });
                let leaving = m.reg("leaving", Ty::uint(quo_width));
                let up = m.reg("up", Ty::bit());
                let rounds_up = shifted.gt(den) | (shifted.eq(den) & quo.bit(0));
                let (floor, rounds_up) = if self.signed {
                    m.comment("-(quotient + up) = ~quotient + !up");
                    let sign = m.reg("sign", Ty::bit());
                    m.clocked(|| m.when(starting, || sign.set(num.bit(magnitude))));
                    (quo ^ sign.repeat(quo_width), rounds_up ^ sign)
                } else {
                    (quo, rounds_up)
                };
                m.clocked(|| {
                    m.when(leaves, || {
                        leaving.set(floor);
                        up.set(rounds_up);
                    });
                    m.when(rounding, || leaving.set((leaving + up).wrap(quo_width)));
                });
                out.at(lane).set(leaving.cast(quotient.clone()));
            });
        })
    }
}
