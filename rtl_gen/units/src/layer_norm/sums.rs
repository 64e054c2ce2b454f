//! Sums over a row.

use std::sync::Arc;

use hdl::{Design, Errors, Module, Sig, Ty, Vector};
use spec::unit::LayerNorm;

use super::widths::Widths;
use crate::arith::{IN_PARTS, add_in_parts};
use crate::multiply_add::multiply;
use crate::tree::{levels, tree_when};
use crate::{convert, lut_product};

/// Bits up to which a sum is one carry chain.
const SHORT: u32 = 16;

/// Cycles of a square.
const SQUARING: u32 = 2;

/// Cycles from a row's last beat to its sums.
pub(super) fn latency(config: &LayerNorm) -> u32 {
    front(config) + 1
}

/// Cycles from a beat to its own sums.
fn front(config: &LayerNorm) -> u32 {
    4 + levels(config.lanes)
}

/// S, Q and D of each row, from beats that may come in every cycle. Nothing holds: what takes the sums must have room.
pub(super) fn sums(config: &LayerNorm) -> Result<Arc<Design>, Errors> {
    let widths = Widths::new(config);
    let split = widths.split;
    let (lanes, x_ty) = (config.lanes, convert::ty(config.x).with_frac(0));
    let squarer = if config.lane_dsp { multiply(&x_ty, &x_ty)? } else { lut_product::multiply(&x_ty, &x_ty)? };
    let lut = if config.lane_dsp { "" } else { "_lut" };
    let name = format!("layer_norm_sums_x{}_l{lanes}_d{}_e{}{lut}", config.x.width, config.max_width, config.epsilon);
    Module::build(name, |m| {
        m.doc(format!(
            "Sums of a row: s = sum(x), d = number of channels, sum(x^2 + epsilon) = q_high 2^{split} + q_low."
        ));
        m.doc(IN_PARTS);
        let valid = m.input("valid", Ty::bit());
        let last = m.input("last", Ty::bit());
        let x = m.input_vec("x", lanes, x_ty.clone());

        let front = front(config);
        let beat_valid = m.reg_init("beat_valid", Ty::uint(front), 0);
        let beat_last = m.reg("beat_last", Ty::uint(front));
        m.clocked(|| {
            beat_valid.set(m.concat([beat_valid.bits(front - 2, 0), valid]));
            beat_last.set(m.concat([beat_last.bits(front - 2, 0), last]));
        });

        m.comment("Squares, in two parts from behind the multiplier on.");
        let held = m.reg_vec("held", lanes, x_ty.clone(), None);
        let square = Ty::range(0, x_ty.lo() * x_ty.lo());
        let low = m.wire_vec("low", lanes, Ty::uint(split));
        let high = m.wire_vec("high", lanes, Ty::range(0, square.hi() >> split));
        m.for_each("lane", 0..lanes.into(), |lane| {
            m.clocked(|| m.when(valid, || held.at(lane).set(x.at(lane))));
            let squarer = m.instance("square", &squarer);
            if !config.lane_dsp {
                squarer.input("valid_i", beat_valid.bit(0));
            }
            squarer.input("a_i", held.at(lane));
            squarer.input("b_i", held.at(lane));
            let squared = squarer.output("p_o").named("squared");
            squared.bit(squared.width() - 1).named("unused_sign");
            let squared = squared.assume_range(0, square.hi().clone());
            low.at(lane).set(squared.bits(split - 1, 0));
            high.at(lane).set(squared.drop_low(split).with_frac(0));
        });

        m.comment("Sums of a beat.");
        let [of_x, of_squares] = [0, SQUARING].map(|from| beat_valid.bits(front - 1, from));
        let low = total(m, "low", low, of_squares);
        let epsilon = i64::from(lanes) * i64::from(config.epsilon);
        let low_ty = Ty::range(0, low.ty().hi() + epsilon);
        let low_beat = m.reg("low_beat", low_ty.clone());
        let low_sum = if epsilon > 0 { sum(m, low, m.lit_raw(epsilon, 0), low_ty) } else { low };
        m.clocked(|| low_beat.set(low_sum));
        let high_beat = delayed(m, "high", total(m, "high", high, of_squares), 1);
        let x_beat = delayed(m, "x", total(m, "x", held, of_x), 3);

        m.comment("Sums of a row.");
        let (here, ends) = (beat_valid.bit(front - 1), beat_last.bit(front - 1));
        let first = m.reg_init("first", Ty::bit(), 1);
        let row_valid = m.reg_init("row_valid", Ty::bit(), 0);
        let row = |name: &str, ty: &Ty, beat: Sig<'_>| {
            let so_far = m.reg(name, ty.clone());
            let next = sum(m, first.mux(0, so_far).named(&format!("{name}_so_far")), beat, ty.clone());
            m.clocked(|| m.when(here, || so_far.set(next)));
            m.output(&format!("row_{name}"), ty.full()).set(so_far);
        };
        row("s", &widths.s, x_beat);
        row("q_low", &widths.q_low, low_beat);
        row("q_high", &widths.q_high, high_beat);
        row("d", &widths.d, m.lit(lanes));
        m.clocked(|| {
            m.when(here, || first.set(ends));
            row_valid.set(here & ends);
        });
        m.output("row_valid", Ty::bit()).set(row_valid);
    })
}

/// The sum of all elements; a level's registers load in the cycle of its bit of `valid`.
fn total<'m>(m: &'m Module, name: &str, terms: Vector<'m>, valid: Sig<'m>) -> Sig<'m> {
    let term = terms.element();
    let ty = |count: u32| Ty::range(count * term.lo(), count * term.hi());
    tree_when(m, name, terms, Some(valid), ty, |a, b, ty| sum(m, a, b, ty.clone()))
}

/// `value` so many cycles later.
fn delayed<'m>(m: &'m Module, name: &str, value: Sig<'m>, cycles: u32) -> Sig<'m> {
    (1..=cycles).fold(value, |value, number| {
        let register = m.reg(&format!("{name}_s{number}"), value.ty());
        m.clocked(|| register.set(value));
        register
    })
}

/// a + b, which is in the range of `ty`; in parts where the carry would run far.
fn sum<'m>(m: &'m Module, a: Sig<'m>, b: Sig<'m>, ty: Ty) -> Sig<'m> {
    let width = ty.width();
    if width <= SHORT {
        return (a + b).assume_range(ty.lo().clone(), ty.hi().clone());
    }
    let wide = |value: Sig<'m>| value.resize(width).as_bits();
    add_in_parts(m, wide(a), wide(b)).cast(ty)
}
