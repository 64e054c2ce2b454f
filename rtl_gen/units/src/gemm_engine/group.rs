//! What follows a group's sums: accumulation over the passes, bias, requantisation, GELU, output FIFO.

use std::sync::Arc;

use hdl::prim;
use hdl::{Bundle, Design, Latency, Module, RamStyle, Sig, Ty, Vector};

use super::{SETS, Shape};
use crate::Error;
use crate::delay_line::delayed;
use crate::requantise::{self, Multipliers, Operands, requantise};

/// From this depth on, accumulators are block RAM.
const BLOCK_RAM_FROM: u32 = 65;

/// Cycles from the tag to an operand of the requantisation.
const BEFORE: usize = 4;

impl Shape {
    /// Cycles of the requantisation.
    fn requantise_latency(&self) -> usize {
        requantise::LATENCY + self.lut_cycles()
    }

    /// Cycles that products in LUTs take longer.
    fn lut_cycles(&self) -> usize {
        if self.requantise_dsp { 0 } else { requantise::LUT_CYCLES }
    }

    /// Cycles from the tag to a result, GELU not included.
    pub(crate) fn group_latency(&self) -> u32 {
        (BEFORE + self.requantise_latency()) as u32
    }
}

/// The word that travels beside the sums of a row of A.
pub(crate) struct Tag<'m> {
    /// The first pass of a round: what the memory holds is old.
    pub first: Sig<'m>,
    /// The last pass of a round: the sum goes on to the output.
    pub last: Sig<'m>,
    /// Multiplier and shift come with the tag, and there is no bias.
    pub own_scale: Sig<'m>,
    /// Saturate to 8 bits.
    pub narrow: Option<Sig<'m>>,
    /// Pass the result through GELU.
    pub gelu: Option<Sig<'m>>,
    /// The groups' sums belong together.
    pub summed: Option<Sig<'m>>,
    /// Which column parameters.
    pub set: Sig<'m>,
    /// Row of the accumulator memory.
    pub row: Sig<'m>,
    /// Multiplier and shift of each group.
    pub scales: Sig<'m>,
}

impl<'m> Tag<'m> {
    /// The fields with their widths, lowest first.
    pub fn fields(shape: &Shape) -> Vec<(&'static str, u32)> {
        let mut fields = vec![("first", 1), ("last", 1), ("own_scale", 1)];
        fields.extend(shape.has_narrow().then_some(("narrow", 1)));
        fields.extend(shape.gelu.is_some().then_some(("gelu", 1)));
        fields.extend((shape.t_h > 1).then_some(("summed", 1)));
        fields.extend([("set", set_bits()), ("row", shape.address().width())]);
        fields.push(("scales", shape.t_h * SCALE_BITS));
        fields
    }

    /// The fields as one word.
    pub fn pack(&self, m: &'m Module) -> Sig<'m> {
        let low = [self.own_scale, self.last, self.first];
        let high = [self.scales, self.row, self.set];
        m.concat(high.into_iter().chain(self.summed).chain(self.gelu).chain(self.narrow).chain(low))
    }
}

/// Bits of a multiplier and a shift.
pub(crate) const SCALE_BITS: u32 = 22;

/// Bits of the number of a set of column parameters.
pub(crate) fn set_bits() -> u32 {
    SETS.trailing_zeros()
}

/// `gemm_engine_group_o18_…`: the tag comes two cycles before its sums.
///
/// Accumulators are kept in halves and the carry between them, which is added with the next pass or on the way out: no carry runs
/// through a whole accumulator in the cycle between read and write.
pub(crate) fn group(shape: &Shape, with_gelu: bool) -> Result<Arc<Design>, Error> {
    let cols = shape.t_o;
    let (acc, out) = (&shape.acc(), &shape.out);
    let style = if shape.max_m >= BLOCK_RAM_FROM { RamStyle::Block } else { RamStyle::Distributed };
    let (width, half) = (acc.width(), acc.width() / 2);
    let (dsps, luts) = (requantise::Dsps::new(acc)?, requantise::Luts::new(acc)?);
    let sums = prim::ram(width + 1, shape.max_m.max(2), style, 2)?;
    let biases = prim::ram(width, SETS, RamStyle::Distributed, 1)?;
    let scales = prim::ram(SCALE_BITS, SETS, RamStyle::Distributed, 1)?;
    let fifo = prim::fifo(cols * out.width(), shape.slots())?;
    let gelu = shape.gelu.as_ref().filter(|_| with_gelu);
    let mut name = format!("gemm_engine_group_o{cols}_s{}_y{}", shape.total().width(), out.width());
    name += &format!("_m{}_d{}{}", shape.max_m, shape.slots(), if shape.requantise_dsp { "" } else { "_lut" });
    if let Some(gelu) = gelu {
        name += &format!("_{}", gelu.name().replacen("gelu_", "g_", 1));
    }
    let design = Module::build(name, |m| {
        m.doc(format!("Accumulators, requantisation and output FIFO of a group's {cols} columns."));
        m.doc("y = (acc + bias)*mult/2^shift, rounded half to even and saturated.");
        crate::share(m);
        let valid = m.input("valid", Ty::bit());
        let first = m.input("first", Ty::bit());
        let last = m.input("last", Ty::bit());
        let own_scale = m.input("own_scale", Ty::bit());
        let narrow = shape.has_narrow().then(|| m.input("narrow", Ty::bit()));
        let gelu_flag = gelu.map(|_| m.input("gelu", Ty::bit()));
        let set = m.input("set", Ty::uint(set_bits()));
        let row = m.input("row", shape.address());
        let own_mult = m.input("mult", Ty::uint(16));
        let own_shift = m.input("shift", Ty::uint(6));
        let sum_in = m.input_vec("sum", cols, shape.total());
        let param_write = m.input_vec("param_we", cols, Ty::bit());
        let param_set = m.input("param_set", Ty::uint(set_bits()));
        let param = m.input("param", Ty::uint(acc.width() + SCALE_BITS));

        m.comment("The tag, stage by stage; the sums of the array join at stage 2.");
        let stage = |name, value, cycles: usize| delayed(m, name, value, cycles, false)[cycles];
        let active = delayed(m, "valid", valid, 3, true)[3];
        let row_q = stage("row", row, 3);
        let first_q = stage("first", first, 2);
        let last_q = stage("last", last, 3);
        let set_q = delayed(m, "set", set, 2, false);
        let own = delayed(m, "own_scale", own_scale, 3, false);
        let (use_bias, own_q) = (!own[2], own[3]);
        let mult_q = stage("mult", own_mult, 3);
        let shift_q = stage("shift", own_shift, 3);
        let result = (active & last_q).named("result");
        let more = shape.gelu_latency as usize;
        let plain_at = 1 + shape.requantise_latency();
        let push = delayed(m, "push", result, plain_at + if gelu.is_some() { more } else { 0 }, true);
        let narrow_at = BEFORE + requantise::NARROW_STAGE + shape.lut_cycles();
        let narrow_q = narrow.map(|narrow| stage("narrow", narrow, narrow_at));
        let plain_from_tag = BEFORE + shape.requantise_latency();
        let curved = gelu_flag.map(|flag| {
            let flags = delayed(m, "gelu", flag, plain_from_tag + more, false);
            ((push[plain_at] & flags[plain_from_tag]).named("curves"), flags[plain_from_tag + more])
        });
        let write = (active & !last_q).named("write");

        let plain = m.wire_vec("plain", cols, out.clone());
        m.for_each("col", 0..cols.into(), |c| {
            let parameters = |name: &str, design: &Arc<Design>, read, value| {
                let ram = m.instance(name, design);
                ram.input("we_i", param_write.at(c));
                ram.input("waddr_i", param_set);
                ram.input("wdata_i", value);
                ram.input("raddr_i", read);
                ram.output("rdata_o")
            };
            m.comment("The first pass adds to the bias, the others to what is stored and the carry of its lower half.");
            let bias = parameters("biases", &biases, set_q[1], param.bits(width - 1, 0));
            let bias = use_bias.mux(bias, 0);
            let memory = m.instance("sums", &sums);
            memory.input("raddr_i", row);
            let stored = memory.output("rdata_o");
            let base = first_q.mux(bias, stored.bits(width - 1, 0)).named("base");
            let term = sum_in.at(c).resize(width).as_bits().named("term");
            let acc_q = m.reg("acc", Ty::uint(width));
            let carry_q = m.reg("carry", Ty::bit());
            let lower = (base.bits(half - 1, 0) + term.bits(half - 1, 0)).named("lower");
            let upper = base.bits(width - 1, half) + term.bits(width - 1, half) + (stored.bit(width) & !first_q);
            m.clocked(|| {
                acc_q.set(m.concat([upper.wrap(half).as_bits(), lower.bits(half - 1, 0)]));
                carry_q.set(lower.bit(half));
            });
            memory.input("we_i", write);
            memory.input("waddr_i", row_q);
            memory.input("wdata_i", m.concat([carry_q, acc_q]));

            let word = parameters("scales", &scales, set_q[2], param.bits(width + SCALE_BITS - 1, width));
            let x = m.reg("x", acc.clone());
            let mult = m.reg("mult", Ty::uint(16));
            let shift = m.reg("shift", Ty::uint(6));
            let joined =
                m.concat([(acc_q.bits(width - 1, half) + carry_q).wrap(half).as_bits(), acc_q.bits(half - 1, 0)]);
            m.clocked(|| {
                m.when(push[0], || {
                    x.set(joined.cast(acc.clone()));
                    mult.set(own_q.mux(mult_q, word.bits(15, 0)));
                    shift.set(own_q.mux(shift_q, word.bits(21, 16)));
                });
            });
            let by = match shape.requantise_dsp {
                true => Multipliers::Dsps(&dsps),
                false => Multipliers::Luts(&luts, push[0]),
            };
            let operands = Operands { x, mult, shift, narrow: narrow_q, by };
            plain.at(c).set(requantise(m, &operands, &push[1..], out));
        });
        let y = match (gelu, curved) {
            (Some(design), Some(when)) => gelu_or_plain(m, design, shape.gelu_latency, plain, when),
            _ => plain,
        };

        let buffer = m.instance("fifo", &fifo);
        buffer.output_named("in_ready_o", "unused_fifo_ready");
        buffer.input("in_valid_i", push[push.len() - 1]);
        buffer.input("in_data_i", y.whole());
        let to = m.source(Bundle::new("out").lanes("y", out.clone(), cols));
        buffer.drain("out", &to);
    })?;
    Ok(design)
}

/// GELU of `plain` when a beat comes for it, or what came beside, each `latency` cycles later.
fn gelu_or_plain<'m>(
    m: &'m Module,
    design: &Arc<Design>,
    latency: u32,
    plain: Vector<'m>,
    (curves, is_curved): (Sig<'m>, Sig<'m>),
) -> Vector<'m> {
    let (cols, out) = (plain.len(), plain.element());
    m.comment("GELU of all columns; results that pass it by wait as long.");
    let unit = m.instance("gelu", design);
    unit.input("in_valid_i", curves);
    unit.input("in_data_i", plain.whole());
    unit.input("in_last_i", 0);
    unit.input("in_keep_i", m.lit_of(0, Ty::uint(cols)));
    unit.input("out_ready_i", 1);
    for (port, name) in
        [("in_ready_o", "ready"), ("out_valid_o", "valid"), ("out_last_o", "last"), ("out_keep_o", "keep")]
    {
        unit.output_named(port, &format!("unused_gelu_{name}"));
    }
    let of_gelu = unit.output("out_data_o").as_bits();
    let curved = m.wire_vec("curved", cols, Ty::sint(of_gelu.width() / cols));
    curved.whole().set(of_gelu);
    let late = m.reg_vec("late", latency * cols, out.clone(), None);
    let width = late.whole().width();
    let beat = width / latency;
    let next = match latency {
        1 => plain.whole(),
        _ => m.concat([late.whole().bits(width - beat - 1, 0), plain.whole()]),
    };
    m.clocked(|| late.whole().set(next));
    let y = m.wire_vec("y", cols, out.clone());
    m.for_each("lane", 0..cols.into(), |c| {
        let straight = late.at(c + i64::from((latency - 1) * cols));
        y.at(c).set(is_curved.mux(curved.at(c).resize(out.width()), straight));
    });
    y
}

/// Cycles of a function unit that always goes on.
pub(crate) fn fixed_latency(design: &Design) -> u32 {
    let latency = design.streams().iter().find(|s| s.dir == hdl::Dir::Out).map(|s| s.latency);
    match latency {
        Some(Latency::Fixed(cycles) | Latency::Min(cycles)) => cycles,
        _ => 0,
    }
}
