//! The groups of blocks: weights are packed at the border, sums flow down each group and, if wanted, together.

use std::sync::Arc;

use hdl::{Affine, Design, Errors, Module, Sig, Ty};

use super::Shape;
use super::block::{self, ROWS, block};
use hdl::prim;

/// `gemm_engine_array_i64_o18_h3_l2`: T_h groups of T_i × T_o multiply-accumulators.
///
/// `act_i` and, with the first of a pass, `swap_i` come in the same cycle; the sums follow [`Shape::array_latency`] cycles later,
/// `summed_i` two cycles before them. Weights come in the cycles of `load_i`, one-hot: the row of each port.
pub(crate) fn array(shape: &Shape) -> Result<Arc<Design>, Errors> {
    let (t_i, t_o, t_h, ports) = (shape.t_i, shape.t_o, shape.t_h, shape.ports);
    let (blocks, pairs) = (shape.blocks(), shape.pairs());
    let (beats, steps) = (shape.beats(), shape.blocks() / ports);
    let block = block(shape)?;
    let act_skew = prim::skew(blocks, ROWS * 8)?;
    let swap_skew = prim::skew(blocks, 1)?;
    Module::build(format!("gemm_engine_array_i{t_i}_o{t_o}_h{t_h}_l{ports}"), |m| {
        m.doc(format!("{t_h} groups of {t_i} x {t_o} int8 multiply-accumulators, two in a DSP."));
        m.doc(format!("Sums follow {} cycles after their activations.", shape.array_latency()));
        let swap = m.input("swap", Ty::bit());
        let act = m.input_vec("act", t_h * blocks, Ty::uint(ROWS * 8));
        let load = m.input("load", Ty::uint(beats));
        let used = m.input_vec("used", t_h * ports, Ty::bit());
        let weight = m.input_vec("weight", t_h * ports * t_o, Ty::sint(8));
        let summed = (t_h > 1).then(|| m.input("summed", Ty::bit()));
        let out = m.output_vec("sum", t_h * t_o, shape.total());

        m.comment("A block starts a cycle after the one above.");
        let swaps = m.instance("swap_skew", &swap_skew);
        swaps.input("x_i", swap.repeat(blocks));
        let block_swap = m.wire_vec("block_swap", blocks, Ty::bit());
        swaps.drive("y_o", block_swap.whole());

        m.comment(
            "The border: rows beyond K become 0, -128 becomes -127, and the high lane pays what the low one borrows.",
        );
        let load_row = m.reg_vec("load_row", beats / ROWS, Ty::uint(ROWS), None);
        m.clocked(|| load_row.whole().set(load));
        let chain = m.for_each("group", 0..t_h.into(), |g| {
            let group_act = m.instance("act_skew", &act_skew);
            let x = m.wire_vec("group_act", blocks, Ty::uint(ROWS * 8));
            m.for_each("lane", 0..blocks.into(), |b| x.at(b).set(act.at(g * i64::from(blocks) + b)));
            group_act.input("x_i", x.whole());
            let block_act = m.wire_vec("block_act", blocks, Ty::uint(ROWS * 8));
            group_act.drive("y_o", block_act.whole());
            m.for_each("port", 0..ports.into(), |port| {
                let word = m.reg_vec("word", pairs, Ty::uint(16), None);
                m.for_each("pair", 0..pairs.into(), |p| {
                    let column = g * i64::from(ports * t_o) + port * i64::from(t_o) + p * 2;
                    let use_it = used.at(g * i64::from(ports) + port);
                    let (low, high) = (
                        symmetric(m, "low", weight.at(column), use_it),
                        symmetric(m, "high", weight.at(column + 1), use_it),
                    );
                    let borrowed = (high - low.bit(7)).wrap(8).as_bits();
                    m.clocked(|| word.at(p).set(m.concat([borrowed, low])));
                });
                m.for_each("step", 0..steps.into(), |s| {
                    let load = m.reg("load", Ty::uint(ROWS));
                    let weight = m.reg("weight", Ty::uint(8 * t_o));
                    m.clocked(|| {
                        load.set(load_row.at(s));
                        weight.set(word.whole());
                    });
                    let above = m.wire("above", Ty::uint(t_o * shape.sum().width()));
                    let below = m.wire_vec("below", t_o, shape.sum());
                    let at = |g: Affine, port: Affine, s: Affine| below.whole().at_all(&[g, port, s]);
                    let last = Affine::from(steps - 1);
                    let next_port = || {
                        let top = || above.set(0);
                        let from = || above.set(at(g.into(), port - 1, last));
                        if ports == 1 { top() } else { m.if_index(port, 0..1, "top", top, "port", from) }
                    };
                    let within = || above.set(at(g.into(), port.into(), s - 1));
                    if steps == 1 {
                        next_port()
                    } else {
                        m.if_index(s, 0..1, "first", next_port, "rest", within)
                    }
                    let cell = m.instance("block", &block);
                    let index = port * i64::from(steps) + s;
                    cell.input("swap_i", block_swap.at(index));
                    cell.input("load_i", load);
                    cell.input("act_i", block_act.at(index));
                    cell.input("weight_i", weight);
                    cell.input("above_i", above);
                    cell.drive("below_o", below.whole());
                    below
                })
            })
        });

        m.comment("Groups together or each for itself: low and high parts are summed apart, carries run at the end.");
        m.for_each("column", 0..t_o.into(), |c| {
            let sum_of = |g: u32| chain.at(c).at_all(&[g.into(), (ports - 1).into(), (steps - 1).into()]);
            let mut own: Vec<Parts<'_>> = (0..t_h).map(|g| Parts::of(sum_of(g))).collect();
            let Some(summed) = summed else { return out.at(c).set(sum_of(0)) };
            let mut rest = own[1..].to_vec();
            for level in 1..shape.group_stages() {
                let last = level + 1 == shape.group_stages();
                let first = if last { own[0].plus(rest[0].masked(summed)) } else { own[0] };
                own = own.iter().enumerate().map(|(g, &x)| if g == 0 { first } else { x }).collect();
                rest = rest.chunks(2).map(|pair| pair.iter().copied().reduce(Parts::plus).unwrap_or(pair[0])).collect();
                own = Parts::all_registered(m, &format!("own{level}"), &own);
                rest = if last { vec![] } else { Parts::all_registered(m, &format!("rest{level}"), &rest) };
            }
            for (g, parts) in own.iter().enumerate() {
                let sum = m.reg(&format!("sum{g}"), shape.total());
                m.clocked(|| sum.set(parts.joined(m, shape.total().width())));
                out.at(Affine::from(c) + (g as i64) * i64::from(t_o)).set(sum);
            }
        });
    })
}

/// A sum whose lower bits have not carried into the upper ones.
#[derive(Clone, Copy)]
struct Parts<'m> {
    low: Sig<'m>,
    high: Sig<'m>,
}

/// Bits of the lower part.
const LOW: u32 = 12;

impl<'m> Parts<'m> {
    fn of(sum: Sig<'m>) -> Self {
        let upper = sum.width() - LOW;
        Self { low: sum.bits(LOW - 1, 0), high: sum.bits(sum.width() - 1, LOW).cast(Ty::sint(upper)) }
    }

    fn plus(self, other: Self) -> Self {
        Self { low: self.low + other.low, high: self.high + other.high }
    }

    /// 0 unless `on`.
    fn masked(self, on: Sig<'m>) -> Self {
        Self { low: on.mux(self.low, 0), high: on.mux(self.high, 0) }
    }

    fn registered(self, m: &'m Module, name: &str) -> Self {
        let low = m.reg(&format!("{name}_low"), self.low.ty());
        let high = m.reg(&format!("{name}_high"), self.high.ty());
        m.clocked(|| {
            low.set(self.low);
            high.set(self.high);
        });
        Self { low, high }
    }

    fn all_registered(m: &'m Module, name: &str, all: &[Self]) -> Vec<Self> {
        all.iter().enumerate().map(|(i, parts)| parts.registered(m, &format!("{name}_{i}"))).collect()
    }

    fn joined(self, m: &'m Module, width: u32) -> Sig<'m> {
        let top = width - LOW;
        let high = match self.low.width() {
            LOW => self.high.resize(top),
            bits => (self.high.resize(top) + self.low.bits(bits - 1, LOW)).wrap(top),
        };
        m.concat([high.as_bits(), self.low.bits(LOW - 1, 0)]).cast(Ty::sint(width))
    }
}

/// The weight, −128 as −127, or 0 where there is none.
fn symmetric<'m>(m: &'m Module, name: &str, weight: Sig<'m>, used: Sig<'m>) -> Sig<'m> {
    let least = weight.eq(-128).named(&format!("{name}_least"));
    (m.concat([weight.bits(7, 1), weight.bit(0) | least]) & used.repeat(8)).named(name)
}

impl Shape {
    /// Cycles from an activation to its sums.
    pub(crate) fn array_latency(&self) -> u32 {
        self.blocks() + block::LATENCY + self.group_stages()
    }

    /// Registers between the groups' sums and the array's; what the last of them adds was chosen one earlier.
    pub(crate) fn group_stages(&self) -> u32 {
        match self.t_h {
            1 => 0,
            t_h => 2 + (t_h - 1).next_power_of_two().trailing_zeros(),
        }
    }
}
