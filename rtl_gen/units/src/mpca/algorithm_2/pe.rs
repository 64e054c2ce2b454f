//! A processing element: p×p multiply-accumulators whose sums stand still, its features and its results.

use std::sync::Arc;

use hdl::{Design, Errors, Module, RamStyle, Ty, prim};
use spec::unit::Mpca;

use super::shape::Shape;
use crate::convert;
use crate::delay_line::delayed;

/// From this depth on, features are kept in block RAM, from the other in UltraRAM.
const BLOCK_RAM_FROM: u32 = 65;
const ULTRA_RAM_FROM: u32 = 2049;

/// `prim_int16_accumulate`: `sum_o` = (`first_i` ? 0 : `sum_o`) + `weight_i`·`x_i`, a leaf with fixed ports, so that a
/// vendor's primitive can stand in.
///
/// Two cycles from the operands, which come from registers that Vivado takes into the DSP as A and B: registers M and P.
fn accumulate() -> Result<Arc<Design>, Errors> {
    Module::build("prim_int16_accumulate", |m| {
        m.doc("An int16 multiply-accumulator in one DSP48E2: sum = (first ? 0 : sum) + weight*x. Registers M and P.");
        m.attribute("use_dsp", "yes");
        let first = m.input("first", Ty::bit());
        let weight = m.input("weight", Ty::sint(16));
        let x = m.input("x", Ty::sint(16));
        let sum_ty = convert::ty(Mpca::ACCUMULATOR);
        let product = m.reg("product", Ty::sint(32));
        let fresh = m.reg("fresh", Ty::bit());
        let sum = m.reg("sum", sum_ty.clone());
        m.clocked(|| {
            product.set((weight * x).wrap(32));
            fresh.set(first);
            sum.set((fresh.mux(m.lit_of(0, sum_ty.clone()), sum) + product).wrap(sum_ty.width()));
        });
        m.output("sum", sum_ty.clone()).set(sum);
    })
}

/// `mpca_pe_p8_b16_…`: the processing element.
///
/// `address_i` is a word of features: `depth` channels of p tokens, of which `lane_i` picks one as the word leaves its memory. Weights of
/// that channel come one stage later, with `first_i` if they are a pass's first. Row r works r cycles after row 0: so its
/// sums are complete one row after the other, and `take_i` with their `row_i` brings them to the results a cycle later, of which there is a
/// memory for each pass that a tile is wide. `y_o` has what `read_i` asks for two cycles later.
pub(super) fn pe(shape: &Shape) -> Result<Arc<Design>, Errors> {
    let (p, depth, across) = (shape.p, shape.depth, shape.across());
    let words = shape.feature_depth();
    let style = match words {
        ULTRA_RAM_FROM.. => RamStyle::Ultra,
        BLOCK_RAM_FROM.. => RamStyle::Block,
        _ => RamStyle::Distributed,
    };
    let features = prim::ram(shape.feature_word(), words, style, 2)?;
    let skew = prim::skew(p, 16)?;
    let mac = accumulate()?;
    let acc = convert::ty(Mpca::ACCUMULATOR);
    let row_bits = p * acc.width();
    let results = prim::held_lut_ram(row_bits, 1 << shape.result_address_bits())?;
    Module::build(format!("mpca_pe_p{p}_b{}_d{words}", shape.tile), |m| {
        m.doc(format!("{p} x {p} int16 multiply-accumulators, one in a DSP, with their features and results."));
        m.doc("A row of tokens works a cycle after the one above; sums stand still.");
        crate::share(m);
        let address = m.input("address", Ty::uint(shape.feature_address_bits()));
        let lane = (depth > 1).then(|| m.input("lane", Ty::uint(shape.depth_bits())));
        let weight = m.input_vec("weight", p, Ty::sint(16));
        let first = m.input("first", Ty::bit());
        let load = m.input("load", Ty::bit());
        let load_address = m.input("load_address", Ty::uint(shape.feature_address_bits()));
        let load_word = m.input("load_word", Ty::uint(shape.feature_word()));
        let take = m.input("take", Ty::bit());
        let row = m.input("row", Ty::uint(shape.p_bits()));
        let store = m.input_vec("store", across, Ty::bit());
        let store_address = m.input("store_address", Ty::uint(shape.result_address_bits()));
        let read = m.input("read", Ty::bit());
        let read_address = m.input("read_address", Ty::uint(shape.result_address_bits()));
        let y = m.output_vec("y", across, Ty::uint(row_bits));

        let address_q = m.reg("address", address.ty());
        m.clocked(|| address_q.set(address));
        let memory = m.instance("features", &features);
        memory.input("we_i", load);
        memory.input("waddr_i", load_address);
        memory.input("wdata_i", load_word);
        memory.input("raddr_i", address_q);
        let word = m.wire_vec("word", p, Ty::uint(16 * depth));
        memory.drive("rdata_o", word.whole());
        let x = m.reg_vec("x", p, Ty::uint(16), None);
        m.for_each("token", 0..p.into(), |r| {
            let Some(lane) = lane else { return m.clocked(|| x.at(r).set(word.at(r))) };
            let channels = m.wire_vec("channels", depth, Ty::uint(16));
            channels.whole().set(word.at(r));
            m.clocked(|| x.at(r).set(channels.pick(lane)));
        });
        let triangle = m.instance("skew", &skew);
        triangle.input("x_i", x.whole());
        let row_x = m.wire_vec("row_x", p, Ty::sint(16));
        triangle.drive("y_o", row_x.whole());
        let firsts = delayed(m, "first", first, p as usize, false);
        let row_first = m.wire_vec("row_first", p, Ty::bit());
        row_first.whole().set(m.concat(firsts[1..].iter().rev().copied()));

        let sums = m.for_each("row", 0..p.into(), |r| {
            let held = m.reg_vec("held", p, Ty::sint(16), None);
            let above = m.wire_vec("above", p, Ty::sint(16));
            let from = || above.whole().set(held.whole().at(r - 1));
            m.if_index(r, 0..1, "first", || above.whole().set(weight.whole()), "rest", from);
            m.clocked(|| held.whole().set(above.whole()));
            m.for_each("col", 0..p.into(), |c| {
                let sum = m.wire("sum", acc.clone());
                let cell = m.instance("mac", &mac);
                cell.input("first_i", row_first.at(r));
                cell.input("weight_i", held.at(c));
                cell.input("x_i", row_x.at(r));
                cell.drive("sum_o", sum);
                sum
            })
        });

        m.comment(
            "Sums leave row by row, by registers of their own: those of the drain would drive every sum and memory of the array.",
        );
        let own = [
            ("take", take),
            ("row", row),
            ("store_address", store_address),
            ("read", read),
            ("read_address", read_address),
        ];
        let [take, row, store_address, read, read_address] = own.map(|(name, value)| {
            let register = m.reg(name, value.ty());
            m.clocked(|| register.set(value));
            register
        });
        let stores = m.reg_vec("store", across, Ty::bit(), None);
        m.clocked(|| stores.whole().set(store.whole()));
        let done = m.reg_vec("done", p, acc.clone(), None);
        m.for_each("result", 0..p.into(), |c| {
            m.clocked(|| {
                m.when(take, || {
                    m.switch(row, |cases| {
                        for r in 0..i64::from(p) - 1 {
                            cases.case(r, || done.at(c).set(sums.at_all(&[r.into(), c.into()])));
                        }
                        let last = i64::from(p) - 1;
                        cases.default(|| done.at(c).set(sums.at_all(&[last.into(), c.into()])));
                    });
                });
            });
        });
        m.for_each("pass", 0..across.into(), |s| {
            let memory = m.instance("results", &results);
            memory.input("we_i", stores.at(s));
            memory.input("waddr_i", store_address);
            memory.input("wdata_i", done.whole());
            memory.input("re_i", read);
            memory.input("raddr_i", read_address);
            memory.drive("rdata_o", y.at(s));
        });
    })
}
