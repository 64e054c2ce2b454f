//! Products in LUTs, for where DSPs are short. No multiplication is written, for a synthesis tool may take a DSP for it: one
//! factor is multiplied by four bits of the other at a time, and what comes of it is added in the next cycle.

use std::sync::Arc;

use hdl::{Design, Errors, Module, Pipe, Sig, Ty};

use crate::multiply_add::leaf_name;

/// Bits of a factor that the first cycle's additions take.
const DIGIT: u32 = 4;

/// A number, or what is to be subtracted.
#[derive(Clone, Copy)]
struct Term<'m> {
    negative: bool,
    value: Sig<'m>,
}

impl<'m> Term<'m> {
    /// `a` times the `count` bits of `b` from `place` on.
    #[track_caller]
    fn digit(a: Sig<'m>, b: Sig<'m>, place: u32, count: u32) -> Self {
        if count == 1 {
            let negative = b.ty().is_signed() && place + 1 == b.width();
            return Self { negative, value: b.bit(place).mux(a, 0) };
        }
        let half = count / 2;
        let low = Self::digit(a, b, place, half);
        if place + half >= b.width() { low } else { low.plus(Self::digit(a, b, place + half, half), half) }
    }

    /// The sum with `high`·2^`shift`.
    #[track_caller]
    fn plus(self, high: Self, shift: u32) -> Self {
        let above = high.value << shift;
        Self { value: if high.negative { self.value - above } else { self.value + above }, ..self }
    }
}

/// a·b from registers `<name>_0` … of its parts, which load when `enable` is set: two additions before them, as many behind.
#[track_caller]
pub(crate) fn product<'m>(m: &'m Module, name: &str, a: Sig<'m>, b: Sig<'m>, enable: Sig<'m>) -> Sig<'m> {
    joined(a, b, |at, part| {
        let register = m.reg(&format!("{name}_{at}"), part.ty());
        m.clocked(|| m.when(enable, || register.set(part)));
        register
    })
}

/// a·b from what `register` makes of its parts.
#[track_caller]
fn joined<'m>(a: Sig<'m>, b: Sig<'m>, register: impl Fn(usize, Sig<'m>) -> Sig<'m>) -> Sig<'m> {
    let ty = product_ty(&a.ty(), &b.ty());
    let (long, short) = if a.width() < b.width() { (b, a) } else { (a, b) };
    let (long, short) = (long.with_frac(0), short.with_frac(0));
    let digits = (0..short.width()).step_by(DIGIT as usize).map(|place| Term::digit(long, short, place, DIGIT));
    let mut parts: Vec<Term<'m>> =
        digits.enumerate().map(|(at, part)| Term { value: register(at, part.value), ..part }).collect();
    let mut shift = DIGIT;
    while parts.len() > 1 {
        let pairs = parts.chunks(2).map(|pair| match *pair {
            [low, high] => low.plus(high, shift),
            _ => pair[0],
        });
        parts = pairs.collect();
        shift *= 2;
    }
    let whole = if parts[0].negative { -parts[0].value } else { parts[0].value };
    whole.assume_range(ty.lo().clone(), ty.hi().clone()).with_frac(ty.frac())
}

/// The products of all that `a` and `b` may be.
fn product_ty(a: &Ty, b: &Ty) -> Ty {
    let corners = [a.lo() * b.lo(), a.lo() * b.hi(), a.hi() * b.lo(), a.hi() * b.hi()];
    let (lo, hi) = corners.iter().fold((&corners[0], &corners[0]), |(lo, hi), corner| (lo.min(corner), hi.max(corner)));
    Ty::range(lo.clone(), hi.clone()).with_frac(a.frac() + b.frac())
}

/// ⌊a·b / 2^`drop`⌋ (of integers), as many stages as [`crate::arith::product`] takes: registers `<name>_0` … of the parts and `name`.
/// `a` may be of an earlier stage.
#[track_caller]
pub(crate) fn pipe_product<'m>(p: &Pipe<'m>, name: &str, a: Sig<'m>, b: Sig<'m>, drop: u32) -> Sig<'m> {
    let multiplied = joined(p.beside(a, b), b, |at, part| p.stage(&format!("{name}_{at}"), part));
    p.stage(name, multiplied.drop_low(drop))
}

/// `prim_lut_multiply_s16_u16`: ports and cycles of [`crate::multiply_add::multiply`], and `valid_i`, without which nothing switches.
pub(crate) fn multiply(a: &Ty, b: &Ty) -> Result<Arc<Design>, Errors> {
    Module::build(leaf_name("lut_multiply", &[a, b]), |m| {
        m.doc("a b in LUTs: a register of parts, a register of their sum.");
        in_two_cycles(m, a, b, "out", |multiplied| multiplied);
    })
}

/// `prim_lut_multiply_add_s27_u16_s45_p45`: ports and cycles of [`crate::multiply_add::multiply_add`], and `valid_i` beside
/// `a_i` and `b_i`, without which nothing switches.
pub(crate) fn multiply_add(a: &Ty, b: &Ty, c: &Ty, p: u32) -> Result<Arc<Design>, Errors> {
    Module::build(format!("{}_p{p}", leaf_name("lut_multiply_add", &[a, b, c])), |m| {
        m.doc("c + a b in LUTs: a register of the product's parts, a register of the sum.");
        let c = m.input("c", c.full());
        in_two_cycles(m, a, b, "sum", |multiplied| (c + multiplied).wrap(p));
    })
}

/// `p_o`: what `last` makes of a·b, from the register `name`.
fn in_two_cycles<'m>(m: &'m Module, a: &Ty, b: &Ty, name: &str, last: impl FnOnce(Sig<'m>) -> Sig<'m>) {
    let valid = m.input("valid", Ty::bit());
    let joins = m.reg_init("joins", Ty::bit(), 0);
    m.clocked(|| joins.set(valid));
    let value = last(product(m, "part", m.input("a", a.full()), m.input("b", b.full()), valid));
    let out = m.reg(name, value.ty());
    m.clocked(|| m.when(joins, || out.set(value)));
    m.output("p", out.ty()).set(out);
}

/// `prim_lut_multiply_by2_u16_s16_u16`: `low_p_o` = `low_i`·`b_i` and `high_p_o` = `high_i`·`b_i`, an addition a cycle: by two bits
/// of b at a time, then neighbours are added; b has a power of two of bits. `next_i` tells a cycle ahead that operands come; nothing
/// else moves the registers.
pub(crate) fn multiply_halves_by_twos(low: &Ty, high: &Ty, b: &Ty) -> Result<Arc<Design>, Errors> {
    Module::build(leaf_name("lut_multiply_by2", &[low, high, b]), |m| {
        m.doc("low b and high b in LUTs, an addition a cycle: by two bits of b at a time, then neighbours are added.");
        m.doc("The registers load only for operands that next_i told of a cycle ahead.");
        // Else those that enable would be merged over all instances, into one that drives thousands.
        m.attribute("keep_hierarchy", "yes");
        let next = m.input("next", Ty::bit());
        let factors = [("low", m.input("low", low.full())), ("high", m.input("high", high.full()))];
        let b = m.input("b", b.full());
        let mut of_factors = factors.map(|(_, a)| {
            let digits = (0..b.width()).step_by(2);
            let digits = digits.map(|i| b.bit(i).mux(a, 0) + raised(m, b.bit(i + 1).mux(a, 0), 1));
            digits.map(|digit| digit.cast(same_sign(&a.ty(), a.width() + 2))).collect::<Vec<_>>()
        });
        let (mut by, mut before) = (2, next);
        while by <= b.width() {
            let loads = m.reg_init(&format!("loads_by{by}"), Ty::bit(), 0);
            m.clocked(|| loads.set(before));
            for ((name, _), parts) in factors.iter().zip(&mut of_factors) {
                let one = |(i, part): (usize, &Sig<'_>)| m.reg(&format!("{name}_by{by}_{i}"), part.ty());
                let registers: Vec<_> = parts.iter().enumerate().map(one).collect();
                m.clocked(|| {
                    m.when(loads, || registers.iter().zip(&*parts).for_each(|(register, part)| register.set(*part)))
                });
                let pairs = registers.chunks_exact(2);
                let sums = pairs.map(|pair| (pair[0] + raised(m, pair[1], by)).wrap(pair[0].width() + by)).collect();
                *parts = if registers.len() == 1 { registers } else { sums };
            }
            (by, before) = (2 * by, loads);
        }
        for ((name, _), parts) in factors.iter().zip(of_factors) {
            m.output(&format!("{name}_p"), parts[0].ty()).set(parts[0]);
        }
    })
}

/// `value`·2^`by`, whose width shows it.
fn raised<'m>(m: &'m Module, value: Sig<'m>, by: u32) -> Sig<'m> {
    m.concat([value.as_bits(), m.lit_of(0, Ty::uint(by))]).cast(same_sign(&value.ty(), value.width() + by))
}

fn same_sign(ty: &Ty, width: u32) -> Ty {
    if ty.is_signed() { Ty::sint(width) } else { Ty::uint(width) }
}
