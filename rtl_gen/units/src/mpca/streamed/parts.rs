//! Sums in parts, whose carries are added late: no carry runs through a whole accumulator in a cycle.

use hdl::{Module, Sig, Ty};

/// Bits of a part.
pub(super) const PART: u32 = 17;

/// A sum of products of a few lanes: two parts, the lower one with its carries.
#[derive(Clone, Copy)]
pub(super) struct Pair<'m> {
    low: Sig<'m>,
    high: Sig<'m>,
}

impl<'m> Pair<'m> {
    /// A whole sum.
    pub fn of(sum: Sig<'m>) -> Self {
        let high = sum.bits(sum.width() - 1, PART);
        Self { low: sum.bits(PART - 1, 0), high: high.cast(Ty::sint(high.width())) }
    }

    /// The pair that [`Self::word`] has made one of, with `more` bits of carries.
    pub fn from_word(word: Sig<'m>, more: u32) -> Self {
        let (low, all) = (PART + more, word.width());
        Self { low: word.bits(low - 1, 0), high: word.bits(all - 1, low).cast(Ty::sint(all - low)) }
    }

    /// Both parts, each with `more` bits for carries, of a sum of `bits`.
    pub fn word(self, m: &'m Module, bits: u32, more: u32) -> Sig<'m> {
        let high = self.high.resize(bits - PART + more).as_bits();
        m.concat([high, self.low.resize(PART + more).as_bits()])
    }

    pub fn plus(self, other: Self) -> Self {
        Self { low: self.low + other.low, high: self.high + other.high }
    }

    /// 0 unless `on`.
    pub fn masked(self, on: Sig<'m>) -> Self {
        Self { low: on.mux(self.low, 0), high: on.mux(self.high, 0) }
    }

    pub fn registered(self, m: &'m Module, name: &str) -> Self {
        let low = m.reg(&format!("{name}_low"), self.low.ty());
        let high = m.reg(&format!("{name}_high"), self.high.ty());
        m.clocked(|| {
            low.set(self.low);
            high.set(self.high);
        });
        Self { low, high }
    }

    /// The whole sum.
    pub fn joined(self, m: &'m Module) -> Sig<'m> {
        let high = match self.low.width() {
            PART => self.high + 0,
            width => self.high + self.low.bits(width - 1, PART),
        };
        m.concat([high.as_bits(), self.low.bits(PART - 1, 0)])
    }

    /// The sum of some pairs, two at a time, each in a register.
    pub fn tree(m: &'m Module, name: &str, mut terms: Vec<Self>) -> Self {
        let mut level = 0;
        while terms.len() > 1 {
            level += 1;
            let sums = terms.chunks(2).map(|pair| pair.iter().copied().reduce(Self::plus).unwrap_or(pair[0]));
            terms = (0..).zip(sums).map(|(i, sum)| sum.registered(m, &format!("{name}{level}_{i}"))).collect();
        }
        terms[0]
    }
}

/// An accumulator: three parts, the lower ones with their carries.
#[derive(Clone, Copy)]
pub(super) struct Accumulator<'m> {
    low: Sig<'m>,
    middle: Sig<'m>,
    high: Sig<'m>,
}

impl<'m> Accumulator<'m> {
    const NAMES: [&'static str; 3] = ["low", "middle", "high"];

    /// The names and formats of the parts of an accumulator of `bits`, with `carries` bits of carries in each.
    pub fn formats(bits: u32, carries: u32) -> [(&'static str, Ty); 3] {
        let part = Ty::uint(PART + carries);
        let [low, middle, high] = Self::NAMES;
        [(low, part.clone()), (middle, part), (high, Ty::sint(bits - 2 * PART))]
    }

    pub fn new([low, middle, high]: [Sig<'m>; 3]) -> Self {
        Self { low, middle, high }
    }

    pub fn parts(self) -> [Sig<'m>; 3] {
        [self.low, self.middle, self.high]
    }

    /// A whole sum of at least two parts and a bit, as an accumulator of `bits`.
    pub fn of(word: Sig<'m>, bits: u32) -> Self {
        let top = word.bits(word.width() - 1, 2 * PART);
        let high = top.cast(Ty::sint(top.width())).resize(bits - 2 * PART);
        Self { low: word.bits(PART - 1, 0), middle: word.bits(2 * PART - 1, PART), high }
    }

    pub fn plus(self, other: Self) -> Self {
        let high = (self.high + other.high).wrap(self.high.width());
        Self { low: self.low + other.low, middle: self.middle + other.middle, high }
    }

    /// With `carries` bits of carries in each part, which hold them.
    pub fn sized(self, carries: u32) -> Self {
        let part = |part: Sig<'m>| part.wrap(PART + carries);
        Self { low: part(self.low), middle: part(self.middle), high: self.high }
    }

    pub fn named(self, name: &str) -> Self {
        let parts = self.parts();
        Self::new([0, 1, 2].map(|i: usize| parts[i].named(&format!("{name}_{}", Self::NAMES[i]))))
    }

    /// `other` where `choose` is set, wide enough for this one.
    pub fn or(self, other: Self, choose: Sig<'m>) -> Self {
        let pick = |a: Sig<'m>, b: Sig<'m>| choose.mux(b, a);
        Self {
            low: pick(self.low, other.low),
            middle: pick(self.middle, other.middle),
            high: pick(self.high, other.high),
        }
    }

    /// In registers, which take it in the cycles of `enable`, if given.
    pub fn registered(self, m: &'m Module, name: &str, enable: Option<Sig<'m>>) -> Self {
        let parts = self.parts();
        let registers = [0, 1, 2].map(|i: usize| m.reg(&format!("{name}_{}", Self::NAMES[i]), parts[i].ty()));
        let set = || registers.iter().zip(parts).for_each(|(register, part)| register.set(part));
        m.clocked(|| match enable {
            Some(enable) => m.when(enable, set),
            None => set(),
        });
        Self::new(registers)
    }

    /// The lowest part's carries added to the middle one.
    pub fn carried(self) -> Self {
        let middle = match self.low.width() {
            PART => self.middle,
            width => self.middle + self.low.bits(width - 1, PART),
        };
        Self { low: self.low.bits(PART - 1, 0), middle, high: self.high }
    }

    /// The whole sum of an accumulator whose lowest part has carried.
    pub fn joined(self, m: &'m Module) -> Sig<'m> {
        let high = match self.middle.width() {
            PART => self.high,
            width => (self.high + self.middle.bits(width - 1, PART)).wrap(self.high.width()),
        };
        m.concat([high.as_bits(), self.middle.bits(PART - 1, 0), self.low])
    }
}
