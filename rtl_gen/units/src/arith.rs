//! Arithmetic that several units share: products in DSP shape, constants as shifts and adds.

use hdl::{Module, Pipe, Sig, Ty};

/// Whether `value` is from 1 to `most`; not compared with `most` where its bits hold no more.
pub(crate) fn is_size(value: Sig<'_>, most: u32) -> Sig<'_> {
    let some = value.is_nonzero();
    if u64::from(most) + 1 == 1 << value.width() { some } else { some & value.le(most) }
}

/// ⌊a·b / 2^`drop`⌋ (of integers) in the shape of a DSP48E2: registers `<name>_m` behind the multiplier and `name` behind
/// that. Both operands should be registers already.
#[track_caller]
pub(crate) fn product<'m>(p: &Pipe<'m>, name: &str, a: Sig<'m>, b: Sig<'m>, drop: u32) -> Sig<'m> {
    let multiplied = p.stage(&format!("{name}_m"), (a * b).drop_low(drop)).attribute("use_dsp", "yes");
    p.stage(name, multiplied)
}

/// ±`value`·2^`shift`, where `value` is `factor`·x.
#[derive(Clone, Copy)]
struct Term<'m> {
    negative: bool,
    shift: u32,
    factor: i64,
    value: Sig<'m>,
}

/// `constant`·`x` for an unsigned `x`, by shifts and adds; the integers are multiplied, the binary point stays.
///
/// The constant's signed digits are added in pairs, one stage for each halving of their number, in registers
/// `<name>_<level><pair>`. The last sum has no register: it belongs into whatever the caller registers.
#[track_caller]
pub(crate) fn shift_add<'m>(m: &'m Module, p: &Pipe<'m>, name: &str, x: Sig<'m>, constant: u32) -> Sig<'m> {
    let digits = signed_digits(constant).into_iter();
    let mut terms: Vec<Term<'m>> =
        digits.map(|(negative, shift)| Term { negative, shift, factor: 1, value: x }).collect();
    for level in 1.. {
        match *terms.as_slice() {
            [] => return m.lit(0),
            [term] => return term.value << term.shift,
            [a, b] => {
                let sum = Term::sum(a, b, x);
                return sum.value << sum.shift;
            }
            _ => {}
        }
        let pairs = terms.chunks(2).zip('a'..).map(|(pair, letter)| match *pair {
            [a, b] => {
                let sum = Term::sum(a, b, x);
                Term { value: p.stage(&format!("{name}_{level}{letter}"), sum.value), ..sum }
            }
            _ => pair[0],
        });
        terms = pairs.collect();
    }
    m.lit(0)
}

impl<'m> Term<'m> {
    /// The sum of two multiples of `x`, the first of which is the larger and gives the sign.
    #[track_caller]
    fn sum(a: Self, b: Self, x: Sig<'m>) -> Self {
        let up = a.shift - b.shift;
        let (high, low) = (a.value << up, b.value);
        let (value, factor) = if a.negative == b.negative {
            (high + low, (a.factor << up) + b.factor)
        } else {
            (high - low, (a.factor << up) - b.factor)
        };
        Self { negative: a.negative, shift: b.shift, factor, value: value.assume_range(0, x.ty().hi() * factor) }
    }
}

/// `value` without the fraction bits beyond `frac`, towards minus infinity.
#[track_caller]
pub(crate) fn truncate(value: Sig<'_>, frac: i32) -> Sig<'_> {
    value.drop_low((value.ty().frac() - frac).max(0) as u32)
}

/// The canonical signed digits of `constant`, the highest first: whether negative, and which power of two.
fn signed_digits(constant: u32) -> Vec<(bool, u32)> {
    let (mut rest, mut shift, mut digits) = (i64::from(constant), 0, vec![]);
    while rest != 0 {
        if rest & 1 == 1 {
            let negative = rest & 3 == 3;
            rest += if negative { 1 } else { -1 };
            digits.push((negative, shift));
        }
        rest >>= 1;
        shift += 1;
    }
    digits.reverse();
    digits
}

/// `value` where `condition` holds, else −value − 1, all bits inverted: one LUT input a bit, where a negation is an adder.
#[track_caller]
pub(crate) fn complement_unless<'m>(condition: Sig<'m>, value: Sig<'m>) -> Sig<'m> {
    let ty = value.ty();
    let width = if ty.is_signed() { value.width() } else { value.width() + 1 };
    let bits = value.resize(width).as_bits();
    condition.mux(bits, !bits).cast(Ty::sint(width)).with_frac(ty.frac())
}

/// Bits of an addition that are left to one carry chain in [`add_in_parts`] and its kin.
const PART: u32 = 10;

/// What the emitted text says where the functions below are used.
pub(crate) const IN_PARTS: &str =
    "In parts: each takes its carry from a comparison of the bits below, so that none ripples far.";

/// a + b, wrapped to the width of `a`: both are bits of that width. The carry into each part of [`PART`] bits is a
/// comparison of the bits below it, so that no carry ripples through the whole width.
#[track_caller]
pub(crate) fn add_in_parts<'m>(m: &'m Module, a: Sig<'m>, b: Sig<'m>) -> Sig<'m> {
    in_parts(m, a.width(), |low, high| {
        let sum = a.bits(high, low) + b.bits(high, low);
        if low == 0 { sum } else { sum + a.bits(low - 1, 0).gt(!b.bits(low - 1, 0)) }
    })
}

/// |value| in as many bits as the signed `value` has, as [`add_in_parts`].
#[track_caller]
pub(crate) fn abs_in_parts<'m>(m: &'m Module, value: Sig<'m>) -> Sig<'m> {
    let (sign, bits) = (value.is_neg(), value.as_bits());
    in_parts(m, value.width(), |low, high| {
        let part = bits.bits(high, low) ^ sign.repeat(high + 1 - low);
        if low == 0 { part + sign } else { part + (sign & !bits.bits(low - 1, 0).is_nonzero()) }
    })
}

/// The parts of a result of `width` bits, each wrapped: `part(low, high)` has the bits from `low` to `high`.
#[track_caller]
fn in_parts<'m>(m: &'m Module, width: u32, part: impl Fn(u32, u32) -> Sig<'m>) -> Sig<'m> {
    let size = width.div_ceil(width.div_ceil(PART));
    let parts = (0..width).step_by(size as usize).map(|low| {
        let high = (low + size).min(width) - 1;
        part(low, high).wrap(high + 1 - low).as_bits()
    });
    m.concat(parts.collect::<Vec<_>>().into_iter().rev())
}

#[cfg(test)]
mod tests {
    use super::signed_digits;

    #[test]
    fn signed_digits_add_up_and_never_touch() {
        for constant in 0..10_000u32 {
            let digits = signed_digits(constant);
            let value: i64 =
                digits.iter().map(|&(negative, shift)| if negative { -(1 << shift) } else { 1 << shift }).sum();
            assert_eq!(value, i64::from(constant));
            assert!(digits.windows(2).all(|pair| pair[0].1 > pair[1].1 + 1), "{constant}");
            assert!(digits.first().is_none_or(|(negative, _)| !negative));
        }
    }
}
