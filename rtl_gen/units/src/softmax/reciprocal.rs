//! δ2 over a row's sum.

use std::sync::Arc;

use hdl::{Bundle, Design, Errors, Module, Sig, Ty};

/// What to divide, and what to give.
pub(super) struct Reciprocal {
    /// Bits of the sum; its leading one is among the nine highest.
    pub sum: u32,
    /// P, even: the sum is cut or filled up to P + 1 bits, the quotient has P + 2, or P + 1 beside an exponent.
    pub precision: u32,
    /// The dividend, below 2^P.
    pub dividend: u64,
    /// How the alignment of the sum is made good.
    pub form: Form,
    /// Bits that travel along with a sum.
    pub tag: u32,
}

/// How the alignment of the sum is made good.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Form {
    /// The quotient is shifted left as far as the sum was.
    Shifted,
    /// The quotient stays as it is; an exponent counts down from here with each shift.
    Exponent(u32),
}

/// Shifts that align a sum, at most.
const SHIFTS: u32 = 8;

impl Reciprocal {
    /// Bits of the quotient.
    pub fn quotient(&self) -> u32 {
        self.steps() + if self.form == Form::Shifted { SHIFTS } else { 0 }
    }

    /// Bits that division makes.
    fn steps(&self) -> u32 {
        self.precision + if self.form == Form::Shifted { 2 } else { 1 }
    }

    /// Bits of the scale that goes with a quotient: the place of its lowest bit, or the exponent.
    pub fn scale(&self) -> u32 {
        match self.form {
            Form::Shifted => SHIFTS + 1,
            Form::Exponent(start) => Ty::range(0, start).width(),
        }
    }

    fn name(&self) -> String {
        let form = match self.form {
            Form::Shifted => String::new(),
            Form::Exponent(start) => format!("_e{start}"),
        };
        format!("softmax_reciprocal_w{}_p{}_d{}_t{}{form}", self.sum, self.precision, self.dividend, self.tag)
    }

    /// Three stages that pass a sum on when the next one is empty, each at most P/2 + 1 cycles busy: align the sum, upper half of the
    /// quotient, lower half. Division without restoring, one bit a cycle.
    pub fn build(&self) -> Result<Arc<Design>, Errors> {
        let (aligned, half) = (self.precision + 1, self.precision / 2 + 1);
        Module::build(self.name(), |m| {
            let shifted = if self.form == Form::Shifted { ", shifted left as far as the sum was" } else { "" };
            m.doc(format!(
                "floor({} * 2^{} / aligned){shifted}, where the sum is shifted left until its",
                self.dividend,
                self.steps()
            ));
            m.doc(format!(
                "leading one is the highest bit, at most {SHIFTS} times, and its upper {aligned} bits divide."
            ));
            let from = m.sink(Bundle::new("in").field("sum", Ty::uint(self.sum)).field("tag", Ty::uint(self.tag)));
            let bundle = Bundle::new("out").field("quotient", Ty::uint(self.quotient()));
            let bundle = match self.form {
                Form::Shifted => bundle,
                Form::Exponent(_) => bundle.field("exponent", Ty::uint(self.scale())),
            };
            let to = m.source(bundle.field("tag", Ty::uint(self.tag)));

            m.comment("Align the sum.");
            let width = self.sum.max(aligned);
            let align_valid = m.reg_init("align_valid", Ty::bit(), 0);
            let align_sum = m.reg("align_sum", Ty::uint(width));
            let align_scale = m.reg("align_scale", Ty::uint(self.scale()));
            let align_tag = m.reg("align_tag", Ty::uint(self.tag));
            let is_aligned = align_sum.bit(width - 1);
            let (start, next_scale, align_done) = match self.form {
                Form::Shifted => (
                    1,
                    m.concat([align_scale.bits(SHIFTS - 1, 0), m.lit_of(0, Ty::bit())]),
                    is_aligned | align_scale.bit(SHIFTS),
                ),
                Form::Exponent(start) => (start, (align_scale - 1).assume_range(0, start), is_aligned),
            };
            let align_done = align_done.named("align_done");
            let high = Half::new(m, "high", self, half);
            let low = Half::new(m, "low", self, self.quotient());
            from.ready().set(!align_valid);
            let filled = from.field("sum");
            let filled =
                if width > self.sum { m.concat([filled, m.lit_of(0, Ty::uint(width - self.sum))]) } else { filled };
            let leaves = align_done & !high.valid;
            m.clocked(|| align_valid.set(align_valid.mux(!leaves, from.valid())));
            m.clocked(|| {
                m.when_else(
                    !align_valid,
                    || {
                        align_sum.set(filled);
                        align_scale.set(start);
                        align_tag.set(from.field("tag"));
                    },
                    || {
                        m.when(!align_done, || {
                            align_sum.set(m.concat([align_sum.bits(width - 2, 0), m.lit_of(0, Ty::bit())]));
                            align_scale.set(next_scale);
                        });
                    },
                );
            });

            m.comment("Upper half of the quotient.");
            high.run(m, half, align_valid & align_done, !low.valid, || {
                high.divisor.set(align_sum.bits(width - 1, width - aligned));
                high.remainder.set(self.dividend);
                high.quotient.set(0);
                high.scale.set(align_scale);
                high.tag.set(align_tag);
            });

            m.comment("Lower half of the quotient.");
            low.run(m, self.steps() - half, high.valid & high.done, to.ready(), || {
                low.divisor.set(high.divisor);
                low.remainder.set(high.remainder);
                low.quotient.set(high.quotient);
                low.scale.set(high.scale);
                low.tag.set(high.tag);
            });
            to.valid().set(low.valid & low.done);
            to.field("quotient").set(low.quotient);
            if self.form != Form::Shifted {
                to.field("exponent").set(low.scale);
            }
            to.field("tag").set(low.tag);
        })
    }
}

/// Half of the division.
struct Half<'m> {
    name: &'static str,
    valid: Sig<'m>,
    count: Sig<'m>,
    done: Sig<'m>,
    divisor: Sig<'m>,
    remainder: Sig<'m>,
    quotient: Sig<'m>,
    scale: Sig<'m>,
    tag: Sig<'m>,
    shifted: bool,
}

impl<'m> Half<'m> {
    fn new(m: &'m Module, name: &'static str, config: &Reciprocal, quotient: u32) -> Self {
        let shifted = config.form == Form::Shifted;
        let quotient = if shifted && quotient < config.quotient() { quotient + SHIFTS } else { quotient };
        let register = |part: &str, ty: Ty| m.reg(&format!("{name}_{part}"), ty);
        let count = register("count", Ty::uint(4));
        Self {
            name,
            valid: m.reg_init(&format!("{name}_valid"), Ty::bit(), 0),
            count,
            done: count.eq(0).named(&format!("{name}_done")),
            divisor: register("divisor", Ty::uint(config.precision + 1)),
            remainder: register("remainder", Ty::sint(config.precision + 2)),
            quotient: register("quotient", Ty::uint(quotient)),
            scale: register("scale", Ty::uint(config.scale())),
            tag: register("tag", Ty::uint(config.tag)),
            shifted,
        }
    }

    /// Loads when empty and something is `offered`, divides for `steps` cycles, then waits until it is `taken`.
    fn run(&self, m: &'m Module, steps: u32, offered: Sig<'m>, taken: Sig<'m>, load: impl FnOnce()) {
        let width = self.remainder.width();
        let negative = self.remainder.is_neg();
        // Twice the remainder has a free lowest bit: it takes the carry of the subtraction.
        let twice = m.concat([self.remainder.bits(width - 2, 0), !negative]).cast(Ty::sint(width));
        let divisor = m.concat([m.lit_of(0, Ty::bit()), self.divisor]);
        let addend = (divisor ^ (!negative).repeat(width)).cast(Ty::sint(width));
        let next = (twice + addend).wrap(width).named(&format!("{}_next", self.name));
        let digit = !next.is_neg();
        let moved = m.concat([self.quotient.bits(self.quotient.width() - 2, 0), m.lit_of(0, Ty::bit())]);
        let place = if self.shifted {
            (self.scale & digit.repeat(self.scale.width())).named(&format!("{}_place", self.name))
        } else {
            digit
        };
        let leaves = self.done & taken;
        m.clocked(|| self.valid.set(self.valid.mux(!leaves, offered)));
        m.clocked(|| {
            m.when_else(
                !self.valid,
                || {
                    self.count.set(steps);
                    load();
                },
                || {
                    m.when(!self.done, || {
                        self.count.set((self.count - 1).wrap(4).as_bits());
                        self.remainder.set(next);
                        self.quotient.set(moved | place.resize(self.quotient.width()));
                    });
                },
            );
        });
    }
}
