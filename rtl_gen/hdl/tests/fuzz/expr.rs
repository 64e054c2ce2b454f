//! Random expression trees, built in `hdl` and evaluated beside it in big integers.

use hdl::{Module, Overflow, Rounding, Sig, Ty};
use num_bigint::BigInt;
use num_integer::Integer;
use num_traits::{One, Signed, Zero};

/// Stimuli of each module.
pub const VECTORS: usize = 24;

/// A small deterministic generator (splitmix64).
pub struct Random(pub u64);

impl Random {
    pub fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        z ^ (z >> 31)
    }

    pub fn below(&mut self, n: u32) -> u32 {
        (self.next() % u64::from(n)) as u32
    }

    fn within(&mut self, lo: i32, hi: i32) -> i32 {
        lo + self.below((hi - lo + 1) as u32) as i32
    }

    fn chance(&mut self, percent: u32) -> bool {
        self.below(100) < percent
    }

    /// A value of the type, its ends more often than chance has it.
    pub fn value(&mut self, ty: &Ty) -> BigInt {
        match self.below(6) {
            0 => ty.lo().clone(),
            1 => ty.hi().clone(),
            _ => {
                let words: Vec<u32> = (0..ty.width() / 32 + 2).map(|_| self.next() as u32).collect();
                let random = BigInt::from(num_bigint::BigUint::new(words));
                ty.lo() + random.mod_floor(&(ty.hi() - ty.lo() + 1))
            }
        }
    }

    fn width(&mut self) -> u32 {
        match self.below(8) {
            0 => 1,
            1 => 2,
            2 => 30 + self.below(8),
            3 => 60 + self.below(10),
            _ => 3 + self.below(14),
        }
    }

    pub fn ty(&mut self) -> Ty {
        let (width, frac) = (self.width(), self.within(-2, 6));
        match self.below(6) {
            0 => {
                let (a, b) = (self.value(&Ty::sint(width)), self.value(&Ty::sint(width)));
                Ty::range(a, b).with_frac(frac)
            }
            1 | 2 => Ty::ufix(width, frac),
            _ => Ty::sfix(width, frac),
        }
    }
}

/// A signal and the integers it has for each stimulus.
#[derive(Clone)]
pub struct Value<'m> {
    pub sig: Sig<'m>,
    pub raw: Vec<BigInt>,
}

/// What `value`'s low `width` bits are as an unsigned integer.
pub fn pattern(value: &BigInt, width: u32) -> BigInt {
    value.mod_floor(&(BigInt::one() << width))
}

/// The low `width` bits of `value`, read in the sign of `ty`.
fn wrapped(value: &BigInt, width: u32, signed: bool) -> BigInt {
    let low = pattern(value, width);
    if signed && low.bit(u64::from(width) - 1) { low - (BigInt::one() << width) } else { low }
}

fn rounded(value: &BigInt, drop: u32, rounding: Rounding) -> BigInt {
    let unit = BigInt::one() << drop;
    let (floor, rest) = value.div_mod_floor(&unit);
    let twice = rest * 2;
    let up = match rounding {
        Rounding::Floor => false,
        Rounding::HalfUp => twice >= unit,
        Rounding::HalfEven => twice > unit || (twice == unit && floor.is_odd()),
    };
    floor + u8::from(up)
}

/// Grows expressions in a module.
pub struct Grower<'m, 'r> {
    pub m: &'m Module,
    pub random: &'r mut Random,
    pub inputs: Vec<Value<'m>>,
    /// Every value that got a name, for an output that uses all of their bits.
    pub named: Vec<Value<'m>>,
}

impl<'m> Grower<'m, '_> {
    pub fn input(&mut self) {
        let ty = self.random.ty();
        let raw = (0..VECTORS).map(|_| self.random.value(&ty)).collect();
        let sig = self.m.input(&format!("x{}", self.inputs.len()), ty);
        self.inputs.push(Value { sig, raw });
    }

    fn constant(&mut self) -> Value<'m> {
        let ty = self.random.ty();
        let integer = self.random.value(&ty);
        let sig = if self.random.chance(50) {
            self.m.lit_raw(integer.clone(), ty.frac())
        } else {
            self.m.lit_of(integer.clone(), ty)
        };
        Value { sig, raw: vec![integer; VECTORS] }
    }

    fn name(&mut self, value: Value<'m>) -> Value<'m> {
        let sig = value.sig.named(&format!("n{}", self.named.len()));
        let value = Value { sig, raw: value.raw };
        self.named.push(value.clone());
        value
    }

    /// `value` in at most `most` bits.
    fn narrow(&mut self, value: Value<'m>, most: u32) -> Value<'m> {
        if value.sig.width() <= most {
            return value;
        }
        let signed = value.sig.ty().is_signed();
        let raw = value.raw.iter().map(|v| wrapped(v, most, signed)).collect();
        Value { sig: value.sig.wrap(most), raw }
    }

    fn bit(&mut self, depth: u32) -> Value<'m> {
        let value = self.grow(depth);
        if value.sig.width() == 1 { value } else { self.reduce(value) }
    }

    pub fn grow(&mut self, depth: u32) -> Value<'m> {
        if depth == 0 || self.random.chance(5) {
            return match self.random.below(4) {
                0 => self.constant(),
                _ => {
                    let index = self.random.below(self.inputs.len() as u32) as usize;
                    self.inputs[index].clone()
                }
            };
        }
        let operator = self.random.below(20);
        let grown = match operator {
            0..=3 => self.arithmetic(depth - 1),
            4 => self.bitwise(depth - 1),
            5 | 6 => self.compare(depth - 1),
            7 | 8 => self.mux(depth - 1),
            9 | 10 => self.fit(depth - 1),
            11 => self.shift(depth - 1),
            12 => self.slice(depth - 1),
            13 => self.concat(depth - 1),
            14 => self.resize(depth - 1),
            15 => self.unary(depth - 1),
            16 => self.point(depth - 1),
            17 => self.cast(depth - 1),
            18 => self.extreme(depth - 1),
            _ => self.look_up(depth - 1),
        };
        let ty = grown.sig.ty();
        for value in &grown.raw {
            assert!(
                ty.lo() <= value && value <= ty.hi(),
                "operator {operator}: {value} is not in {} to {}",
                ty.lo(),
                ty.hi()
            );
        }
        let grown = self.narrow(grown, 150);
        if self.random.chance(20) { self.name(grown) } else { grown }
    }

    /// Both values with the larger number of fraction bits.
    fn aligned(a: &Value<'m>, b: &Value<'m>) -> Vec<(BigInt, BigInt)> {
        let (fa, fb) = (a.sig.ty().frac(), b.sig.ty().frac());
        let frac = fa.max(fb);
        a.raw.iter().zip(&b.raw).map(|(x, y)| (x << (frac - fa), y << (frac - fb))).collect()
    }

    fn pair(&mut self, depth: u32) -> (Value<'m>, Value<'m>) {
        (self.grow(depth), self.grow(depth))
    }

    fn arithmetic(&mut self, depth: u32) -> Value<'m> {
        let (a, b) = self.pair(depth);
        match self.random.below(3) {
            0 => Value { sig: a.sig + b.sig, raw: Self::aligned(&a, &b).iter().map(|(x, y)| x + y).collect() },
            1 => Value { sig: a.sig - b.sig, raw: Self::aligned(&a, &b).iter().map(|(x, y)| x - y).collect() },
            _ => Value { sig: a.sig * b.sig, raw: a.raw.iter().zip(&b.raw).map(|(x, y)| x * y).collect() },
        }
    }

    fn bitwise(&mut self, depth: u32) -> Value<'m> {
        let (a, b) = self.pair(depth);
        let width = a.sig.width().max(b.sig.width());
        let (x, y) = (a.sig.resize(width), b.sig.resize(width));
        let bits = a.raw.iter().zip(&b.raw).map(|(p, q)| (pattern(p, width), pattern(q, width)));
        match self.random.below(3) {
            0 => Value { sig: x & y, raw: bits.map(|(p, q)| p & q).collect() },
            1 => Value { sig: x | y, raw: bits.map(|(p, q)| p | q).collect() },
            _ => Value { sig: x ^ y, raw: bits.map(|(p, q)| p ^ q).collect() },
        }
    }

    fn compare(&mut self, depth: u32) -> Value<'m> {
        let (a, b) = self.pair(depth);
        let pairs = Self::aligned(&a, &b);
        let (x, y) = (a.sig, b.sig);
        let raw = |holds: fn(&BigInt, &BigInt) -> bool| {
            pairs.iter().map(|(p, q)| BigInt::from(u8::from(holds(p, q)))).collect()
        };
        match self.random.below(6) {
            0 => Value { sig: x.eq(y), raw: raw(|p, q| p == q) },
            1 => Value { sig: x.ne(y), raw: raw(|p, q| p != q) },
            2 => Value { sig: x.lt(y), raw: raw(|p, q| p < q) },
            3 => Value { sig: x.le(y), raw: raw(|p, q| p <= q) },
            4 => Value { sig: x.gt(y), raw: raw(|p, q| p > q) },
            _ => Value { sig: x.ge(y), raw: raw(|p, q| p >= q) },
        }
    }

    fn mux(&mut self, depth: u32) -> Value<'m> {
        let condition = self.bit(depth);
        let (a, b) = self.pair(depth);
        let pairs = Self::aligned(&a, &b).into_iter().zip(&condition.raw);
        let raw = pairs.map(|((x, y), c)| if c.is_zero() { y } else { x }).collect();
        Value { sig: condition.sig.mux(a.sig, b.sig), raw }
    }

    fn fit(&mut self, depth: u32) -> Value<'m> {
        let value = self.grow(depth);
        let from = value.sig.ty();
        let to = self.random.ty();
        let to = to.with_frac(from.frac() - self.random.within(-3, 8));
        let rounding = [Rounding::Floor, Rounding::HalfUp, Rounding::HalfEven][self.random.below(3) as usize];
        let overflow = [Overflow::Saturate, Overflow::Wrap][self.random.below(2) as usize];
        let drop = from.frac() - to.frac();
        let full = to.full();
        let sig = value.sig.fit(to.clone(), rounding, overflow);
        let raw = value.raw.iter().map(|v| {
            let v = if drop > 0 { rounded(v, drop as u32, rounding) } else { v << -drop };
            match overflow {
                Overflow::Saturate => v.clamp(to.lo().clone(), to.hi().clone()),
                Overflow::Wrap => wrapped(&v, full.width(), full.is_signed()),
            }
        });
        Value { sig, raw: raw.collect() }
    }

    fn shift(&mut self, depth: u32) -> Value<'m> {
        let value = self.grow(depth);
        let by = self.grow(depth);
        let by = Value {
            sig: by.sig.as_bits().wrap(3),
            raw: by.raw.iter().map(|v| pattern(v, by.sig.width().min(3))).collect(),
        };
        let amount = |v: &BigInt| u32::try_from(v.clone()).unwrap_or(0);
        let pairs = value.raw.iter().zip(&by.raw);
        if self.random.chance(50) {
            let value = Value { sig: value.sig, raw: pairs.map(|(v, n)| v << amount(n)).collect() };
            return Value { sig: value.sig.shl(by.sig), raw: value.raw };
        }
        let raw = pairs.map(|(v, n)| v.div_floor(&(BigInt::one() << amount(n)))).collect();
        Value { sig: value.sig.shr(by.sig), raw }
    }

    fn slice(&mut self, depth: u32) -> Value<'m> {
        let value = self.grow(depth);
        let lo = self.random.below(value.sig.width());
        let hi = lo + self.random.below(value.sig.width() - lo);
        let raw = value.raw.iter().map(|v| pattern(&(v >> lo), hi - lo + 1)).collect();
        Value { sig: value.sig.bits(hi, lo), raw }
    }

    fn concat(&mut self, depth: u32) -> Value<'m> {
        let parts: Vec<Value<'m>> = (0..1 + self.random.below(3)).map(|_| self.grow(depth)).collect();
        let parts: Vec<Value<'m>> = parts.into_iter().map(|p| self.narrow(p, 40)).collect();
        let mut raw = vec![BigInt::zero(); VECTORS];
        for part in &parts {
            let width = part.sig.width();
            raw.iter_mut().zip(&part.raw).for_each(|(all, v)| *all = (&*all << width) | pattern(v, width));
        }
        let joined = Value { sig: self.m.concat(parts.iter().map(|p| p.sig)), raw };
        let count = 1 + self.random.below(3);
        let width = joined.sig.width();
        let repeat = |v: &BigInt| (0..count).fold(BigInt::zero(), |all, _| (all << width) | pattern(v, width));
        Value { sig: joined.sig.as_bits().repeat(count), raw: joined.raw.iter().map(repeat).collect() }
    }

    fn resize(&mut self, depth: u32) -> Value<'m> {
        let value = self.grow(depth);
        let width = self.random.width();
        let signed = value.sig.ty().is_signed();
        if self.random.chance(50) {
            let raw = value.raw.iter().map(|v| wrapped(v, width, signed)).collect();
            return Value { sig: value.sig.resize(width), raw };
        }
        let by = self.random.below(6);
        let raw = value.raw.iter().map(|v| v.div_floor(&(BigInt::one() << by))).collect();
        Value { sig: value.sig.drop_low(by), raw }
    }

    fn unary(&mut self, depth: u32) -> Value<'m> {
        let value = self.grow(depth);
        let width = value.sig.width();
        match self.random.below(5) {
            0 => Value { sig: -value.sig, raw: value.raw.iter().map(|v| -v).collect() },
            1 => {
                let ones = (BigInt::one() << width) - 1;
                Value { sig: !value.sig, raw: value.raw.iter().map(|v| &ones - pattern(v, width)).collect() }
            }
            2 => Value { sig: value.sig.abs(), raw: value.raw.iter().map(|v| v.abs()).collect() },
            3 => {
                let raw = value.raw.iter().map(|v| BigInt::from(u8::from(v.is_negative()))).collect();
                Value { sig: value.sig.is_neg(), raw }
            }
            _ => self.reduce(value),
        }
    }

    fn reduce(&mut self, value: Value<'m>) -> Value<'m> {
        let width = value.sig.width();
        let ones = (BigInt::one() << width) - 1;
        let raw = |holds: &dyn Fn(BigInt) -> bool| {
            value.raw.iter().map(|v| BigInt::from(u8::from(holds(pattern(v, width))))).collect()
        };
        match self.random.below(3) {
            0 => Value { sig: value.sig.reduce_and(), raw: raw(&|v| v == ones) },
            1 => Value { sig: value.sig.reduce_or(), raw: raw(&|v| !v.is_zero()) },
            _ => {
                let odd = |v: BigInt| v.magnitude().iter_u64_digits().map(u64::count_ones).sum::<u32>() % 2 == 1;
                Value { sig: value.sig.reduce_xor(), raw: raw(&odd) }
            }
        }
    }

    fn point(&mut self, depth: u32) -> Value<'m> {
        let value = self.grow(depth);
        let by = self.random.below(4);
        let sig = match self.random.below(3) {
            0 => value.sig << by,
            1 => value.sig >> by,
            _ => value.sig.with_frac(by as i32),
        };
        Value { sig, raw: value.raw }
    }

    fn cast(&mut self, depth: u32) -> Value<'m> {
        let value = self.grow(depth);
        let (width, frac) = (value.sig.width(), self.random.within(-2, 6));
        match self.random.below(3) {
            0 => {
                let raw = value.raw.iter().map(|v| wrapped(v, width, true)).collect();
                Value { sig: value.sig.cast(Ty::sfix(width, frac)), raw }
            }
            1 => {
                let raw = value.raw.iter().map(|v| pattern(v, width)).collect();
                Value { sig: value.sig.cast(Ty::ufix(width, frac)), raw }
            }
            _ => {
                let (lo, hi) = (value.raw.iter().min().cloned(), value.raw.iter().max().cloned());
                let sig = value.sig.assume_range(lo.unwrap_or_default(), hi.unwrap_or_default());
                Value { sig, raw: value.raw }
            }
        }
    }

    fn extreme(&mut self, depth: u32) -> Value<'m> {
        let (a, b) = self.pair(depth);
        let (a, b) = (self.name(a), self.name(b));
        let larger = self.random.chance(50);
        let raw = Self::aligned(&a, &b).into_iter().map(|(x, y)| if larger { x.max(y) } else { x.min(y) }).collect();
        Value { sig: if larger { self.m.max(a.sig, b.sig) } else { self.m.min(a.sig, b.sig) }, raw }
    }

    fn look_up(&mut self, depth: u32) -> Value<'m> {
        let address = self.grow(depth);
        let bits = address.sig.width().min(3);
        let raw: Vec<usize> = address.raw.iter().map(|v| usize::try_from(pattern(v, bits)).unwrap_or(0)).collect();
        let ty = self.random.ty();
        let ty = if ty.lo().is_positive() || ty.hi().is_negative() { ty.full() } else { ty };
        let words: Vec<BigInt> = (0..1usize << bits).map(|_| self.random.value(&ty)).collect();
        let address = address.sig.as_bits().wrap(bits);
        let name = format!("t{}", self.named.len());
        let sig = if self.random.chance(50) {
            self.m.table(&name, address, ty, words.clone())
        } else {
            let vector = self.m.wire_vec(&name, words.len() as u32, ty.clone());
            for (index, word) in words.iter().enumerate() {
                vector.at(index).set(self.m.lit_of(word.clone(), ty.clone()));
            }
            vector.pick(address).named(&format!("p{}", self.named.len()))
        };
        let value = Value { sig, raw: raw.into_iter().map(|at| words[at].clone()).collect() };
        self.named.push(value.clone());
        value
    }
}
