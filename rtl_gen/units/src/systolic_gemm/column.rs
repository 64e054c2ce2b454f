//! What follows one column of blocks: accumulation over the tiles of K, bias, requantisation, output FIFO.

use std::sync::Arc;

use hdl::{Design, Errors, Module, RamStyle, Sig, Ty};

use super::requantise::{self, Operands, requantise};
use super::{SETS, Shape};
use hdl::prim;

/// Cycles from the tag at the first block column to the word at the FIFO's output.
pub(crate) const LATENCY: u32 = 5 + requantise::LATENCY as u32;

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
pub(crate) fn column(shape: &Shape) -> Result<Arc<Design>, Errors> {
    let cols = shape.block_cols;
    let (acc, out) = (&shape.acc, &shape.out);
    let style = if shape.max_m >= BLOCK_RAM_FROM { RamStyle::Block } else { RamStyle::Distributed };
    let sums = prim::ram(acc.width(), shape.max_m.max(2), style, 2)?;
    let params = prim::ram(acc.width() + 22, SETS, RamStyle::Distributed, 1)?;
    let fifo = prim::fifo(cols * out.width(), shape.slots())?;
    let name = format!("gemm_column_c{cols}_{}_o{}_m{}_d{}", shape.ident, out.width(), shape.max_m, shape.slots());
    Module::build(name, |m| {
        m.doc(format!("Accumulators, requantisation and output FIFO of {cols} columns."));
        m.doc("y = (acc + bias)*mult/2^shift, rounded half to even and saturated.");
        super::share(m);
        let valid = m.input("valid", Ty::bit());
        let first = m.input("first", Ty::bit());
        let last = m.input("last", Ty::bit());
        let row_scale = m.input("row_scale", Ty::bit());
        let narrow = shape.has_narrow().then(|| m.input("narrow", Ty::bit()));
        let set = m.input("set", Ty::uint(set_bits()));
        let row = m.input("row", shape.address());
        let row_mult = m.input("mult", Ty::uint(16));
        let row_shift = m.input("shift", Ty::uint(6));
        let sum_in = m.input_vec("sum", cols, acc.clone());
        let param_write = m.input_vec("param_we", cols, Ty::bit());
        let param_set = m.input("param_set", Ty::uint(set_bits()));
        let param = m.input("param", Ty::uint(acc.width() + 22));

        m.comment("The tag, stage by stage; the sums of the array join at stage 2.");
        let stage = |name, value, cycles: usize| delayed(m, name, value, cycles, false)[cycles];
        let active = delayed(m, "valid", valid, 3, true)[3];
        let row_q = stage("row", row, 3);
        let first_q = stage("first", first, 2);
        let last_q = stage("last", last, 3);
        let set_q = stage("set", set, 2);
        let row_scale_q = stage("row_scale", row_scale, 3);
        let mult_q = stage("mult", row_mult, 3);
        let shift_q = stage("shift", row_shift, 3);
        let result = (active & last_q).named("result");
        let push = delayed(m, "push", result, 1 + requantise::LATENCY, true);
        let narrow_q = narrow.map(|narrow| stage("narrow", narrow, 3 + requantise::LATENCY));
        let write = (active & !last_q).named("write");

        let y = m.wire_vec("y", cols, out.clone());
        m.for_each("col", 0..cols.into(), |c| {
            let memory = m.instance("sums", &sums);
            memory.input("raddr_i", row);
            let stored = memory.output("rdata_o").cast(acc.clone());
            let base = first_q.mux(m.lit_of(0, acc.clone()), stored);
            let sum = m.reg("acc", acc.clone());
            m.clocked(|| sum.set((base + sum_in.at(c)).wrap(acc.width())));
            memory.input("we_i", write);
            memory.input("waddr_i", row_q);
            memory.input("wdata_i", sum.as_bits());

            let set = m.instance("params", &params);
            set.input("we_i", param_write.at(c));
            set.input("waddr_i", param_set);
            set.input("wdata_i", param);
            set.input("raddr_i", set_q);
            let word = set.output("rdata_o");
            let bias = word.bits(acc.width() - 1, 0).cast(acc.clone());
            let x = m.reg("x", acc.clone());
            let mult = m.reg("mult", Ty::uint(16));
            let shift = m.reg("shift", Ty::uint(6));
            m.clocked(|| {
                m.when(push[0], || {
                    x.set((sum + bias).wrap(acc.width()));
                    mult.set(row_scale_q.mux(mult_q, word.bits(acc.width() + 15, acc.width())));
                    shift.set(row_scale_q.mux(shift_q, word.bits(acc.width() + 21, acc.width() + 16)));
                });
            });
            y.at(c).set(requantise(m, &Operands { x, mult, shift, narrow: narrow_q }, &push[1..], out));
        });

        let buffer = m.instance("fifo", &fifo);
        buffer.output_named("in_ready_o", "unused_fifo_ready");
        buffer.input("in_valid_i", push[1 + requantise::LATENCY]);
        buffer.input("in_data_i", y.whole());
        let to = m.source(hdl::Bundle::new("out").lanes("y", out.clone(), cols));
        buffer.drain("out", &to);
    })
}

/// `value` now and in each of the next `cycles` cycles, through registers `<name>1`, `<name>2`, …
fn delayed<'m>(m: &'m Module, name: &str, value: Sig<'m>, cycles: usize, reset: bool) -> Vec<Sig<'m>> {
    let register = |i: usize| {
        let name = format!("{name}{i}");
        if reset { m.reg_init(&name, value.ty(), 0) } else { m.reg(&name, value.ty()) }
    };
    let line: Vec<Sig<'m>> = std::iter::once(value).chain((1..=cycles).map(register)).collect();
    m.clocked(|| line.windows(2).for_each(|pair| pair[1].set(pair[0])));
    line
}
