//! Counts of what there is, of what has been, and words that queue, each with what the next cycle needs in a register.

use std::sync::Arc;

use hdl::{Design, Module, Sig, Ty};

use crate::delay_line::delayed;

/// A word's fields with their widths, lowest first.
pub(super) type Fields = Vec<(&'static str, u32)>;

/// A field of a word.
pub(super) fn field<'m>(word: Sig<'m>, fields: &Fields, name: &str) -> Sig<'m> {
    let mut lsb = 0;
    for &(field, width) in fields {
        if field == name {
            return word.bits(lsb + width - 1, lsb);
        }
        lsb += width;
    }
    word
}

/// Bits of a word of these fields.
pub(super) fn bits_of(fields: &Fields) -> u32 {
    fields.iter().map(|field| field.1).sum()
}

/// A FIFO whose oldest word stands in a register.
pub(super) struct Queue<'m> {
    /// The FIFO takes a word.
    pub room: Sig<'m>,
    /// Whether there is a word.
    pub valid: Sig<'m>,
    /// To be driven: the word is done with.
    pub pop: Sig<'m>,
    /// The word.
    pub word: Sig<'m>,
    fields: Fields,
}

impl<'m> Queue<'m> {
    /// A queue of the FIFO `design`, which takes `word` in the cycles of `push`.
    pub fn new(m: &'m Module, name: &str, design: &Arc<Design>, fields: &Fields, push: Sig<'m>, word: Sig<'m>) -> Self {
        Self::with_room(m, name, &format!("{name}_room"), (design, fields), push, word)
    }

    /// As [`Self::new`], where there is always room.
    pub fn roomy(
        m: &'m Module,
        name: &str,
        design: &Arc<Design>,
        fields: &Fields,
        push: Sig<'m>,
        word: Sig<'m>,
    ) -> Self {
        Self::with_room(m, name, &format!("unused_{name}_room"), (design, fields), push, word)
    }

    fn with_room(
        m: &'m Module,
        name: &str,
        room: &str,
        (design, fields): (&Arc<Design>, &Fields),
        push: Sig<'m>,
        word: Sig<'m>,
    ) -> Self {
        let fifo = m.instance(name, design);
        fifo.input("in_valid_i", push);
        fifo.input("in_data_i", word);
        let room = fifo.output_named("in_ready_o", room);
        let waits = fifo.output_named("out_valid_o", &format!("{name}_waits"));
        let next = fifo.output_named("out_data_o", &format!("{name}_next"));
        let pop = m.wire(&format!("{name}_pop"), Ty::bit());
        let valid = m.reg_init(&format!("{name}_valid"), Ty::bit(), 0);
        let word = m.reg(&format!("{name}_word"), next.ty());
        let moves = (!valid | pop).named(&format!("{name}_moves"));
        fifo.input("out_ready_i", moves);
        m.clocked(|| {
            m.when(moves, || {
                valid.set(waits);
                word.set(next);
            });
        });
        Self { room, valid, pop, word, fields: fields.clone() }
    }

    /// A field of the word.
    pub fn field(&self, name: &str) -> Sig<'m> {
        field(self.word, &self.fields, name)
    }
}

/// A count of `most` at most, and whether it is 0, each in a register.
pub(super) struct Count<'m> {
    value: Sig<'m>,
    /// The count is not 0.
    pub any: Sig<'m>,
}

impl<'m> Count<'m> {
    pub fn new(m: &'m Module, name: &str, most: u32, first: u32) -> Self {
        let value = m.reg_init(name, Ty::range(0, most), first);
        Self { value, any: m.reg_init(&format!("{name}_any"), Ty::bit(), u32::from(first > 0)) }
    }

    /// Counts `more` up and `less` down, each by one.
    pub fn set(&self, m: &'m Module, more: Sig<'m>, less: Sig<'m>) {
        let (value, any) = (self.value, self.any);
        let (ty, before) = (value.ty(), value.ty());
        m.clocked(|| {
            m.when_else(
                more & !less,
                || {
                    value.set((value + 1).assume_range(ty.lo().clone(), ty.hi().clone()));
                    any.set(1);
                },
                || {
                    m.when(less & !more, || {
                        value.set((value - 1).assume_range(before.lo().clone(), before.hi().clone()));
                        any.set(value.ne(1));
                    });
                },
            );
        });
    }

    /// Counts down in the cycles of `less`, from what `fills` say after those of their conditions, from 0 after those of `clear`.
    pub fn load<const N: usize>(&self, m: &'m Module, fills: [(Sig<'m>, u32); N], less: Sig<'m>, clear: Sig<'m>) {
        let (value, any) = (self.value, self.any);
        let ty = value.ty();
        m.clocked(|| {
            m.when(less, || {
                value.set((value - 1).assume_range(ty.lo().clone(), ty.hi().clone()));
                any.set(value.ne(1));
            });
            for (fill, to) in fills {
                m.when(fill, || {
                    value.set(to);
                    any.set(1);
                });
            }
            m.when(clear, || {
                value.set(0);
                any.set(0);
            });
        });
    }
}

/// Half the bits of a counter of events.
const HALF: u32 = 16;

/// The events since reset, on the port `<name>_o`.
pub(super) fn counter<'m>(m: &'m Module, name: &str, event: Sig<'m>) {
    let now = m.reg_init(&format!("{name}_now"), Ty::bit(), 0);
    m.clocked(|| now.set(event));
    let [low, high] = halves(m, name, now);
    let settled = m.reg_init(&format!("{name}_settled"), low.ty(), 0);
    m.clocked(|| settled.set(low));
    let total = m.concat([high, settled]);
    m.output(name, total.ty()).set(total);
}

/// A counter in two halves, the upper of which is a cycle late.
pub(super) fn halves<'m>(m: &'m Module, name: &str, event: Sig<'m>) -> [Sig<'m>; 2] {
    let [low, high] = ["low", "high"].map(|half| m.reg_init(&format!("{name}_{half}"), Ty::uint(HALF), 0));
    let carry = m.reg_init(&format!("{name}_carry"), Ty::bit(), 0);
    m.clocked(|| {
        m.when(event, || low.set((low + 1).wrap(HALF)));
        carry.set(event & low.reduce_and());
        m.when(carry, || high.set((high + 1).wrap(HALF)));
    });
    [low, high]
}

/// Bits of a difference that are made in a cycle.
const PART: u32 = 8;

/// `a` − `b`, of as many bits, and the cycles that it takes.
pub(super) fn difference<'m>(m: &'m Module, name: &str, a: Sig<'m>, b: Sig<'m>) -> (Sig<'m>, usize) {
    let parts = (a.width() / PART) as usize;
    let mut carry = m.lit_of(1, Ty::bit());
    let part = |i: usize| {
        let [a, b] = [(a, "of"), (b, "less")].map(|(word, side)| {
            let bits = word.bits((i as u32 + 1) * PART - 1, i as u32 * PART);
            delayed(m, &format!("{name}_{side}{i}_"), bits, i, false)[i]
        });
        let bits = if i + 1 == parts { PART } else { PART + 1 };
        let sum = (a + !b + carry).wrap(bits).as_bits().named(&format!("{name}_sum{i}"));
        let low = match i + 1 == parts {
            true => sum,
            false => {
                carry = known(m, &format!("{name}_carry{i}"), sum.bit(PART));
                sum.bits(PART - 1, 0)
            }
        };
        delayed(m, &format!("{name}{i}_"), low, parts - i, false)[parts - i]
    };
    let all: Vec<_> = (0..parts).map(part).collect();
    (m.concat(all.into_iter().rev()), parts)
}

/// `value` a cycle later: for what is known long before it is needed.
pub(super) fn known<'m>(m: &'m Module, name: &str, value: Sig<'m>) -> Sig<'m> {
    let register = m.reg(name, value.ty());
    m.clocked(|| register.set(value));
    register
}
