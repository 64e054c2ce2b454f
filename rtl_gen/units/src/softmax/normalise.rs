//! From exponentials to probabilities.

use std::sync::Arc;

use hdl::{Bundle, Design, Errors, Module, Sig, Ty, prim};
use spec::unit::Softmax;

use super::reciprocal::{Form, Reciprocal};
use super::{ENTRIES, ROWS, delta2, delta2_text};
use crate::{convert, ring};

/// Bits that a product keeps behind y's last.
pub(crate) const GUARD: u32 = 12;

/// Holds each row's exponentials until their sum is divided, then multiplies them by δ2 over it. One entry a cycle goes in
/// and one comes out.
pub(super) fn normalise(config: &Softmax) -> Result<Arc<Design>, Errors> {
    let bits = config.fraction_bits().unsigned_abs();
    let row = Row { e: bits + 1, sum: bits + 9, place: ENTRIES.trailing_zeros() };
    let memory = prim::held_ram(row.e, ENTRIES)?;
    let sums = prim::fifo(row.place + row.sum, ROWS)?;
    let dividend = delta2(config, bits as i32 - 1);
    let reciprocal = Reciprocal { sum: row.sum, precision: bits, dividend, form: Form::Shifted, tag: row.place };
    let divider = reciprocal.build()?;
    let y = config.y;
    Module::build(format!("softmax_normalise_{}_{}_d{dividend}", config.exp().y.ident(), y.ident()), |m| {
        m.doc(format!("y = {}e / sum(e) over a row, {} to {y}.", delta2_text(config), config.exp().y));
        m.doc("What is cut off an entry is carried to the next, so that the row's sum keeps it.");
        let from = m.sink(Bundle::new("in").field("e", convert::ty(config.exp().y)).last());
        let to = m.source(Bundle::new("out").field("y", convert::ty(y)).last());
        let memory = m.instance("exponentials", &memory);
        let sums = m.instance("sums", &sums);
        let divider = m.instance("reciprocal", &divider);

        let write = m.reg_init("write", Ty::uint(row.place + 1), 0);
        let read = m.reg_init("read", Ty::uint(row.place + 1), 0);
        let divides = (sums.output("out_valid_o") & divider.output("in_ready_o")).named("divides");
        let row_ends = (from.fire() & from.last()).named("row_ends");
        let rows = rows_in_flight(m, row_ends, divides);
        from.ready().set(!(ring::full(write, read) | rows.bit(ROWS.trailing_zeros())));
        m.clocked(|| m.when(from.fire(), || write.set(ring::next(write))));
        let e = from.field("e").as_bits();
        memory.input("we_i", from.fire());
        memory.input("waddr_i", ring::place(write));
        memory.input("wdata_i", e);

        let sum = Sum::new(m, row, e, from.fire(), from.last(), ring::place(write));
        sums.input("in_valid_i", sum.complete);
        sums.input("in_data_i", m.concat([sum.end, sum.value]));
        sums.input("out_ready_i", divider.output("in_ready_o"));
        sums.output_named("in_ready_o", "unused_sums_ready");
        divider.input("in_valid_i", sums.output("out_valid_o"));
        divider.input("in_data_i", sums.output("out_data_o"));

        m.comment("Replay: start a row when its quotient is there and the row before is read.");
        let valid = m.reg_init("valid", Ty::uint(6), 0);
        let last = m.reg("last", Ty::uint(6));
        let first = m.reg("first", Ty::uint(4));
        let (active, fresh) = (m.reg_init("active", Ty::bit(), 0), m.reg_init("fresh", Ty::bit(), 0));
        let row_end = m.reg("row_end", Ty::uint(row.place));
        let quotient = divider.output("out_data_o");
        let row_factor = m.reg("row_factor", Ty::uint(reciprocal.quotient()));
        let advance = (to.ready() | !valid.bit(5)).named("advance");
        let ends = ring::place(read).eq(row_end).named("ends");
        let free = (!fresh & (!active | ends)).named("free");
        let start = (divider.output("out_valid_o") & free).named("start");
        divider.input("out_ready_i", advance & free);
        let reads = (active & advance).named("reads");
        memory.input("re_i", reads);
        memory.input("raddr_i", ring::place(read));
        m.clocked(|| {
            m.when(reads, || read.set(ring::next(read)));
            m.when(advance, || {
                active.set(start | (active & !ends));
                fresh.set(start);
                valid.set(m.concat([valid.bits(4, 0), active]));
                last.set(m.concat([last.bits(4, 0), ends]));
                first.set(m.concat([first.bits(2, 0), fresh]));
                m.when(start, || {
                    row_factor.set(quotient.bits(reciprocal.quotient() - 1, 0));
                    row_end.set(quotient.bits(row.place + reciprocal.quotient() - 1, reciprocal.quotient()));
                });
            });
        });

        m.comment("Multiply, carry the remainder, round.");
        let (factor, entry) = (m.reg("factor", row_factor.ty()), m.reg("entry", Ty::uint(row.e)));
        // The product of the whole sum stays below 2^(2 bits + 10).
        let (top, cut) = (2 * bits + 9, 2 * bits - 3 - y.frac.unsigned_abs());
        let kept = Ty::uint(top + 1 - cut);
        let product = (entry * factor).drop_low(cut).with_frac(0).assume_range(0, kept.hi().clone());
        let product_m = m.reg("product_m", kept.clone()).attribute("use_dsp", "yes");
        let product_p = m.reg("product_p", kept);
        let (rest, carry) = (m.reg("rest", Ty::uint(GUARD)), m.reg("carry", Ty::bit()));
        let half = m.lit_of(1 << (GUARD - 1), Ty::uint(GUARD));
        let with_rest =
            (product_p.bits(GUARD - 1, 0) + first.bit(3).mux(half, rest)).resize(GUARD + 1).named("with_rest");
        let whole = m.reg("whole", Ty::uint(top + 1 - cut - GUARD));
        let magnitude = y.width - u32::from(y.signed);
        let rounded = (whole + carry).wrap(whole.width()).named("rounded");
        let out = m.reg("out_y", Ty::uint(magnitude));
        m.clocked(|| {
            m.when(advance, || {
                entry.set(memory.output("rdata_o"));
                m.when(first.bit(0), || factor.set(row_factor));
                product_m.set(product);
                product_p.set(product_m);
                m.when(valid.bit(3), || {
                    rest.set(with_rest.bits(GUARD - 1, 0));
                    carry.set(with_rest.bit(GUARD));
                });
                whole.set(product_p.bits(product_p.width() - 1, GUARD));
                out.set(saturated(rounded, magnitude));
            });
        });
        to.valid().set(valid.bit(5));
        to.last().set(last.bit(5));
        let sign = if y.signed { m.concat([m.lit_of(0, Ty::bit()), out]) } else { out };
        to.field("y").set(sign.cast(convert::ty(y)));
    })
}

/// Widths of what a row is made of.
#[derive(Clone, Copy)]
struct Row {
    e: u32,
    sum: u32,
    place: u32,
}

/// Rows whose sums are not divided yet; never more than the FIFO of sums holds.
fn rows_in_flight<'m>(m: &'m Module, arrives: Sig<'m>, leaves: Sig<'m>) -> Sig<'m> {
    let rows = m.reg_init("rows", Ty::uint(ROWS.trailing_zeros() + 1), 0);
    let left = m.reg_init("row_left", Ty::bit(), 0);
    m.clocked(|| {
        left.set(leaves);
        m.when_else(
            arrives & !left,
            || rows.set((rows + 1).assume_range(0, ROWS)),
            || m.when(left & !arrives, || rows.set((rows - 1).assume_range(0, ROWS))),
        );
    });
    rows
}

/// The sum of a row, in two halves a cycle apart.
struct Sum<'m> {
    complete: Sig<'m>,
    value: Sig<'m>,
    end: Sig<'m>,
}

impl<'m> Sum<'m> {
    fn new(m: &'m Module, row: Row, e: Sig<'m>, fire: Sig<'m>, ends: Sig<'m>, place: Sig<'m>) -> Self {
        let split = row.sum / 2;
        m.comment("The sum of the row: its lower half first, its upper half with the carry one cycle later.");
        let (first, low, carry) =
            (m.reg_init("sum_first", Ty::bit(), 1), m.reg("sum_low", Ty::uint(split)), m.reg("sum_carry", Ty::bit()));
        let low_sum = (first.mux(0, low).resize(split) + e.bits(split - 1, 0)).resize(split + 1).named("low_sum");
        let (valid, last) = (m.reg_init("high_valid", Ty::bit(), 0), m.reg("high_last", Ty::bit()));
        let (high_first, end) = (m.reg("high_first", Ty::bit()), m.reg("high_end", place.ty()));
        let (high_e, high) = (m.reg("high_e", Ty::uint(row.e - split)), m.reg("sum_high", Ty::uint(row.sum - split)));
        let high_sum =
            (high_first.mux(0, high).resize(row.sum - split) + high_e + carry).wrap(row.sum - split).named("high_sum");
        m.clocked(|| {
            valid.set(fire);
            m.when(fire, || {
                first.set(ends);
                low.set(low_sum.bits(split - 1, 0));
                carry.set(low_sum.bit(split));
                last.set(ends);
                high_first.set(first);
                high_e.set(e.bits(row.e - 1, split));
                end.set(place);
            });
            m.when(valid, || high.set(high_sum));
        });
        // Tag and sum as the reciprocal takes them: the sum lowest.
        Self { complete: valid & last, value: m.concat([high_sum, low]), end }
    }
}

/// The integer in `bits` bits; what is too large is just one bit too long.
pub(super) fn saturated(value: Sig<'_>, bits: u32) -> Sig<'_> {
    if bits >= value.width() {
        return value.resize(bits);
    }
    value.bits(bits - 1, 0) | value.bit(bits).repeat(bits)
}
