//! What follows one column of blocks: accumulation over the tiles of K, bias, requantisation, output FIFO.

use std::sync::Arc;

use hdl::{Design, Errors, Module, RamStyle, Sig, Ty};

use super::{SETS, Shape};
use crate::delay_line::delayed;
use crate::requantise::{self, Multipliers, Operands, requantise};
use hdl::prim;

/// Cycles from the tag at the first block column to the word at the FIFO's output.
pub(crate) const LATENCY: u32 = 5 + requantise::LATENCY as u32;

/// Bits of an accumulator that are added in one cycle.
const SLICE: u32 = 16;

/// From this depth on, accumulators are block RAM.
const BLOCK_RAM_FROM: u32 = 65;

/// The word that travels beside the sums of a row of A, first field lowest.
pub(crate) struct Tag<'m> {
    /// The first tile of K: what the memory holds is old.
    pub first: Sig<'m>,
    /// The last tile of K: the sum goes on to the output.
    pub last: Sig<'m>,
    /// Take `mult` and `shift` from here.
    pub row_scale: Sig<'m>,
    /// Saturate to 8 bits.
    pub narrow: Option<Sig<'m>>,
    /// Which column parameters.
    pub set: Sig<'m>,
    /// Row of the accumulator memory.
    pub row: Sig<'m>,
    /// The row's multiplier.
    pub mult: Sig<'m>,
    /// The row's shift.
    pub shift: Sig<'m>,
}

impl<'m> Tag<'m> {
    /// The fields with their widths, lowest first, by the names of the column's ports.
    pub fn fields(shape: &Shape) -> Vec<(&'static str, u32)> {
        let mut fields = vec![("first", 1), ("last", 1), ("row_scale", 1)];
        if shape.has_narrow() {
            fields.push(("narrow", 1));
        }
        fields.extend([("set", set_bits()), ("row", shape.address().width()), ("mult", 16), ("shift", 6)]);
        fields
    }

    /// The fields as one word.
    pub fn pack(&self, m: &'m Module) -> Sig<'m> {
        let low = [self.row_scale, self.last, self.first];
        m.concat([self.shift, self.mult, self.row, self.set].into_iter().chain(self.narrow).chain(low))
    }
}

/// Bits of the number of a set of column parameters.
pub(crate) fn set_bits() -> u32 {
    SETS.trailing_zeros()
}

/// `gemm_column_c8_int8_…`: the tag comes two cycles before its sums.
///
/// Accumulators are kept in slices, each with the carry that the slice below left: it is added with the next tile of K, or
/// on the way to the requantisation, so that no carry runs through a whole accumulator in the cycle between read and write.
pub(crate) fn column(shape: &Shape) -> Result<Arc<Design>, Errors> {
    let cols = shape.block_cols;
    let (acc, out) = (&shape.acc, &shape.out);
    let style = if shape.max_m >= BLOCK_RAM_FROM { RamStyle::Block } else { RamStyle::Distributed };
    let lsbs: Vec<u32> = (0..acc.width()).step_by(SLICE as usize).collect();
    let dsps = requantise::Dsps::new(acc)?;
    let carries = lsbs.len() as u32 - 1;
    let sums = prim::ram(acc.width() + carries, shape.max_m.max(2), style, 2)?;
    let biases = prim::ram(acc.width(), SETS, RamStyle::Distributed, 1)?;
    let scales = prim::ram(22, SETS, RamStyle::Distributed, 1)?;
    let fifo = prim::fifo(cols * out.width(), shape.slots())?;
    let (sum, slots) = (shape.sum(), shape.slots());
    let name =
        format!("gemm_column_c{cols}_{}_s{}_o{}_m{}_d{slots}", shape.ident, sum.width(), out.width(), shape.max_m);
    Module::build(name, |m| {
        m.doc(format!("Accumulators, requantisation and output FIFO of {cols} columns."));
        m.doc("y = (acc + bias)*mult/2^shift, rounded half to even and saturated.");
        crate::share(m);
        let valid = m.input("valid", Ty::bit());
        let first = m.input("first", Ty::bit());
        let last = m.input("last", Ty::bit());
        let row_scale = m.input("row_scale", Ty::bit());
        let narrow = shape.has_narrow().then(|| m.input("narrow", Ty::bit()));
        let set = m.input("set", Ty::uint(set_bits()));
        let row = m.input("row", shape.address());
        let row_mult = m.input("mult", Ty::uint(16));
        let row_shift = m.input("shift", Ty::uint(6));
        let sum_in = m.input_vec("sum", cols, sum);
        let param_write = m.input_vec("param_we", cols, Ty::bit());
        let param_set = m.input("param_set", Ty::uint(set_bits()));
        let param = m.input("param", Ty::uint(acc.width() + 22));

        m.comment("The tag, stage by stage; the sums of the array join at stage 2.");
        let stage = |name, value, cycles: usize| delayed(m, name, value, cycles, false)[cycles];
        let active = delayed(m, "valid", valid, 3, true)[3];
        let row_q = stage("row", row, 3);
        let first_q = stage("first", first, 2);
        let last_q = stage("last", last, 3);
        let set_q = delayed(m, "set", set, 2, false);
        let row_scale_q = stage("row_scale", row_scale, 3);
        let mult_q = stage("mult", row_mult, 3);
        let shift_q = stage("shift", row_shift, 3);
        let result = (active & last_q).named("result");
        let push = delayed(m, "push", result, 1 + requantise::LATENCY, true);
        let narrow_q = narrow.map(|narrow| stage("narrow", narrow, 4 + requantise::NARROW_STAGE));
        let write = (active & !last_q).named("write");

        let y = m.wire_vec("y", cols, out.clone());
        m.for_each("col", 0..cols.into(), |c| {
            let parameters = |name: &str, design: &Arc<Design>, read, value| {
                let ram = m.instance(name, design);
                ram.input("we_i", param_write.at(c));
                ram.input("waddr_i", param_set);
                ram.input("wdata_i", value);
                ram.input("raddr_i", read);
                ram.output("rdata_o")
            };
            m.comment("The first tile of K adds to the bias, the others to what is stored.");
            let bias = parameters("biases", &biases, set_q[1], param.bits(acc.width() - 1, 0));
            let memory = m.instance("sums", &sums);
            memory.input("raddr_i", row);
            let stored = memory.output("rdata_o");
            let base = first_q.mux(bias, stored.bits(acc.width() - 1, 0)).named("base");
            let term = sum_in.at(c).resize(acc.width()).as_bits().named("term");
            let acc_q = m.reg("acc", Ty::uint(acc.width()));
            let carry_q = m.reg("carry", Ty::uint(carries));
            let slice = |index: usize, &lsb: &u32| {
                let msb = (lsb + SLICE).min(acc.width()) - 1;
                let total = base.bits(msb, lsb) + term.bits(msb, lsb);
                let total = match index as u32 {
                    0 => total,
                    above => total + (stored.bit(acc.width() + above - 1) & !first_q),
                };
                let kept = if msb + 1 < acc.width() { msb - lsb + 2 } else { msb - lsb + 1 };
                total.wrap(kept).named(&format!("slice{index}"))
            };
            let slices: Vec<Sig<'_>> = lsbs.iter().enumerate().map(|(index, lsb)| slice(index, lsb)).collect();
            let widths = lsbs.iter().map(|lsb| SLICE.min(acc.width() - lsb));
            let sums: Vec<Sig<'_>> = slices.iter().zip(widths).map(|(slice, width)| slice.bits(width - 1, 0)).collect();
            m.clocked(|| {
                acc_q.set(m.concat(sums.into_iter().rev()));
                carry_q.set(m.concat(slices[..carries as usize].iter().map(|slice| slice.bit(SLICE)).rev()));
            });
            memory.input("we_i", write);
            memory.input("waddr_i", row_q);
            memory.input("wdata_i", m.concat([carry_q, acc_q]));

            let word = parameters("scales", &scales, set_q[2], param.bits(acc.width() + 21, acc.width()));
            let x = m.reg("x", acc.clone());
            let mult = m.reg("mult", Ty::uint(16));
            let shift = m.reg("shift", Ty::uint(6));
            let gap = |index: u32| m.lit_of(0, Ty::uint(if index == 0 { SLICE } else { SLICE - 1 }));
            let left = m.concat((0..carries).rev().flat_map(|index| [carry_q.bit(index), gap(index)]));
            m.clocked(|| {
                m.when(push[0], || {
                    x.set((acc_q + left).wrap(acc.width()).cast(acc.clone()));
                    mult.set(row_scale_q.mux(mult_q, word.bits(15, 0)));
                    shift.set(row_scale_q.mux(shift_q, word.bits(21, 16)));
                });
            });
            y.at(c).set(requantise(
                m,
                &Operands { x, mult, shift, narrow: narrow_q, by: Multipliers::Dsps(&dsps) },
                &push[1..],
                out,
            ));
        });

        let buffer = m.instance("fifo", &fifo);
        buffer.output_named("in_ready_o", "unused_fifo_ready");
        buffer.input("in_valid_i", push[1 + requantise::LATENCY]);
        buffer.input("in_data_i", y.whole());
        let to = m.source(hdl::Bundle::new("out").lanes("y", out.clone(), cols));
        buffer.drain("out", &to);
    })
}
