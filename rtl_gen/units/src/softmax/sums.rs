//! The unnormalised form's row sums.

use std::sync::Arc;

use hdl::{Bundle, Design, Errors, Latency, Module, Sig, Source, Ty, prim};
use spec::unit::Softmax;

use super::reciprocal::{Form, Reciprocal};
use super::{ROWS, delta2, row_bundle};

/// Bits of a row's sum, which is at most 256·127.
pub(super) const SUM: u32 = 15;
/// Bits of the multiplier.
const MULT: u32 = 16;

/// Passes rows of 7-bit entries on and gives each row's sum, with δ2 over it as multiplier and shift.
pub(super) fn sums(config: &Softmax) -> Result<Arc<Design>, Errors> {
    let reciprocal = reciprocal(config);
    let divider = reciprocal.build()?;
    let fifo = prim::fifo(SUM, ROWS)?;
    Module::build(name(config, ""), |m| {
        m.doc(format!("Passes rows on; per row the sum, and {} / sum as mult * 2^-shift.", config.delta2));
        let from = m.sink(Bundle::new("in").field("y", Ty::uint(7)).last());
        let to = m.source(Bundle::new("out").field("y", Ty::uint(7)).last());
        let row = m.source(row_bundle().timing(Latency::Variable, 1));
        let fifo = m.instance("sums", &fifo);
        let divider = m.instance("reciprocal", &divider);

        m.comment("An entry passes only when the sum of its row has a place to go.");
        let room = fifo.output("in_ready_o");
        to.valid().set(from.valid() & room);
        from.ready().set(to.ready() & room);
        to.field("y").set(from.field("y"));
        to.last().set(from.last());
        let (first, sum) = (m.reg_init("first", Ty::bit(), 1), m.reg("sum", Ty::uint(SUM)));
        let with_y = (first.mux(0, sum).resize(SUM) + from.field("y")).wrap(SUM).named("with_y");
        m.clocked(|| {
            m.when(from.fire(), || {
                first.set(from.last());
                sum.set(with_y);
            });
        });
        fifo.input("in_valid_i", from.fire() & from.last());
        fifo.input("in_data_i", with_y);

        divider.input("in_valid_i", fifo.output("out_valid_o"));
        let waiting = fifo.output("out_data_o");
        divider.input("in_data_i", m.concat([waiting, waiting]));
        fifo.input("out_ready_i", divider.output("in_ready_o"));

        m.comment("The quotient has 16 or 17 significant bits.");
        let divided = divider.output("out_data_o");
        divider.drive("out_valid_o", row.valid());
        divider.input("out_ready_i", row.ready());
        set_row(&row, &reciprocal, divided);
    })
}

/// The module's name, with what tells it from the one of a lane behind its kind.
pub(super) fn name(config: &Softmax, lanes: &str) -> String {
    let (dividend, exponent) = delta2_mantissa(config);
    format!("softmax_sums{lanes}_d{dividend}_e{}", 31 + exponent)
}

/// 2^17·dividend over the sum, aligned to bit 16: see the configuration's contract. The sum goes along.
pub(super) fn reciprocal(config: &Softmax) -> Reciprocal {
    let (dividend, exponent) = delta2_mantissa(config);
    Reciprocal { sum: SUM, precision: MULT, dividend, form: Form::Exponent((31 + exponent) as u32), tag: SUM }
}

/// What the row's stream says of a quotient, its exponent and its sum, which are `divided`.
pub(super) fn set_row<'m>(row: &Source<'m>, reciprocal: &Reciprocal, divided: Sig<'m>) {
    let (bits, shift) = (reciprocal.quotient(), reciprocal.scale());
    let long = divided.bit(bits - 1);
    row.field("mult").set(long.mux(divided.bits(bits - 1, 1), divided.bits(bits - 2, 0)));
    row.field("shift").set((divided.bits(bits + shift - 1, bits) - long).wrap(6).as_bits().resize(6));
    row.field("sum").set(divided.bits(bits + shift + SUM - 1, bits + shift).resize(16));
}

/// D and j of δ2 = D·2^(−16−j), D in [2^15, 2^16) to the nearest.
///
/// ```
/// use spec::unit::Softmax;
/// let half = Softmax { delta2: spec::Delta::try_from(0.5)?, ..Softmax::preset16() };
/// assert_eq!(units::delta2_mantissa(&half), (1 << 15, 0));
/// # Ok::<(), spec::DeltaError>(())
/// ```
pub fn delta2_mantissa(config: &Softmax) -> (u64, i32) {
    let mut exponent = -1;
    while delta2(config, 16 + exponent) < 1 << 15 {
        exponent += 1;
    }
    match delta2(config, 16 + exponent) {
        0x1_0000 => (1 << 15, exponent - 1),
        dividend => (dividend, exponent),
    }
}
