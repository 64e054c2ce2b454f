//! The program's checksum.

use hdl::{Module, Sig, Ty};
use num_bigint::BigInt;
use spec::accel::Header;

/// What each bit of the checksum's register sums up after so many more bits of data: a mask of `{data, register}`.
///
/// CRC-32 takes bits one at a time, the lowest first; every step is linear, so that any number of them is one matrix over
/// GF(2). Its columns are what becomes of single ones.
fn rows(data_bits: u32) -> Vec<BigInt> {
    let step = |state: u32, bit: bool| {
        let odd = (state & 1 == 1) != bit;
        state >> 1 ^ if odd { Header::POLYNOMIAL } else { 0 }
    };
    let column = |one: u32| {
        let state = if one < 32 { 1 << one } else { 0 };
        (0..data_bits).fold(state, |state, at| step(state, one == 32 + at))
    };
    let columns: Vec<u32> = (0..32 + data_bits).map(column).collect();
    let row = |bit: u32| {
        let ones = columns.iter().enumerate().filter(|(_, column)| **column >> bit & 1 == 1);
        ones.fold(BigInt::from(0), |mask, (at, _)| mask | BigInt::from(1) << at)
    };
    (0..32).map(row).collect()
}

/// The checksum's register after a beat.
pub(super) fn next<'m>(m: &'m Module, crc: Sig<'m>, beat: Sig<'m>) -> Sig<'m> {
    m.comment("CRC-32 of a beat: each bit of the next remainder is a sum of bits of the beat and of the last one.");
    let joined = m.concat([beat, crc]).named("beat_and_crc");
    let masks = m.wire_vec("crc_mask", 32, joined.ty());
    for (at, mask) in rows(beat.width()).into_iter().enumerate() {
        masks.at(at as i64).set(m.lit_of(mask, joined.ty()));
    }
    let sums = m.wire_vec("crc_next", 32, Ty::bit());
    m.for_each("place", 0..32, |place| sums.at(place).set((joined & masks.at(place)).reduce_xor()));
    sums.whole()
}
