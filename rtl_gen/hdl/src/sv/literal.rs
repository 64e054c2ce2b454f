//! Sized literals.

use num_bigint::BigInt;
use num_traits::{One, Signed};

/// `value` modulo 2^`width` as a literal of `width` bits, signed if asked and possible.
pub(crate) fn literal(value: &BigInt, width: u32, signed: bool) -> String {
    let modulus = BigInt::one() << width;
    let half = &modulus >> 1u32;
    if signed && value.is_negative() && -value < half {
        return format!("-{width}'sd{}", -value);
    }
    let reduced = ((value % &modulus) + &modulus) % &modulus;
    if signed && reduced < half {
        return format!("{width}'sd{reduced}");
    }
    if signed && value.is_negative() {
        return format!("{width}'sh{reduced:x}");
    }
    match width {
        1 => format!("1'b{reduced}"),
        2..=32 => format!("{width}'d{reduced}"),
        _ if reduced < BigInt::from(1u64 << 32) => format!("{width}'d{reduced}"),
        _ => format!("{width}'h{reduced:x}"),
    }
}
