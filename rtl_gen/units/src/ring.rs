//! Places in a ring of words, a power of two. A counter has one bit more than a place, so that a full ring is not an
//! empty one.

use hdl::Sig;

/// The address that a counter stands at.
pub(crate) fn place(counter: Sig<'_>) -> Sig<'_> {
    counter.bits(counter.width() - 2, 0)
}

/// The counter of the next place.
pub(crate) fn next(counter: Sig<'_>) -> Sig<'_> {
    (counter + 1).wrap(counter.width())
}

/// Whether `ahead` is a whole round ahead of `behind`.
pub(crate) fn full<'m>(ahead: Sig<'m>, behind: Sig<'m>) -> Sig<'m> {
    let lap = ahead.width() - 1;
    place(ahead).eq(place(behind)) & (ahead.bit(lap) ^ behind.bit(lap))
}
