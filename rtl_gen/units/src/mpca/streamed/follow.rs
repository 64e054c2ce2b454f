//! The way of tokens and weights through the array: everything that has to arrive in the same cycle.

use std::sync::Arc;

use hdl::{Design, Errors, Module, Sig, Ty, Vector};

use super::group::GO;
use super::mac::CASCADE;
use super::place::marks;
use super::shape::Shape;
use crate::mpca::{MULT, SHIFT};

/// `value` now and in each of the next `cycles` cycles.
struct Line<'m>(Vector<'m>);

impl<'m> Line<'m> {
    fn new(m: &'m Module, name: &str, value: Sig<'m>, cycles: u32, reset: bool) -> Self {
        let all = m.wire_vec(name, cycles + 1, value.ty());
        let late = m.reg_vec(&format!("{name}_late"), cycles, value.ty(), reset.then_some(0));
        let bits = value.width();
        m.clocked(|| late.whole().set(all.whole().bits(cycles * bits - 1, 0)));
        all.whole().set(m.concat([late.whole(), value.as_bits()]));
        Self(all)
    }

    fn at(&self, cycle: u32) -> Sig<'m> {
        self.0.at(i64::from(cycle))
    }
}

/// Registers that take their values together, when a slot's first token passes.
fn captured<'m, const N: usize>(m: &'m Module, begin: Sig<'m>, values: [(&str, Sig<'m>); N]) -> [Sig<'m>; N] {
    let registers = values.map(|(name, value)| m.reg(name, value.ty()));
    m.clocked(|| m.when(begin, || registers.iter().zip(values).for_each(|(register, (_, value))| register.set(value))));
    registers
}

/// `mpca_follow_*`: what belongs to a slot follows its first token, what belongs to a token follows that.
///
/// `fire_i` says that the token `token_i` enters, `slot_begins_i` that it is the first of the slot that the other inputs describe. The outputs are
/// what the array and the results need, in the cycles of [`Shape`].
pub(super) fn follow(shape: &Shape) -> Result<Arc<Design>, Errors> {
    let (lanes, groups, each) = (shape.lanes, shape.groups, shape.group_lanes());
    let (lanes_at, chain_at) = (shape.lanes_at(), shape.chain_at());
    Module::build(format!("mpca_follow_{}", shape.suffix()), |m| {
        m.doc("What belongs to a slot of mpca follows its first token, what belongs to a token follows that.");
        let bit = |name: &str| m.input(name, Ty::bit());
        let (fire, begins, has_results) = (bit("fire"), bit("slot_begins"), bit("has_results"));
        let token = m.input("token", shape.token());
        let first_slot = bit("first_slot");
        let banks = m.input("slot_banks", Ty::uint(lanes * shape.bank().width()));
        let heads = m.input("slot_heads", Ty::uint(lanes));
        let tails = m.input("slot_tails", Ty::uint(lanes));
        let ends = m.input("slot_ends", Ty::uint(groups));
        let mult = m.input("job_mult", Ty::uint(MULT));
        let shift = m.input("job_shift", Ty::uint(SHIFT));
        let columns = marks(shape).map(|(name, bits)| m.input(&format!("end_{name}"), Ty::uint(groups * bits)));

        m.comment("Entry k of each is what entered k cycles ago: tokens, first tokens of slots, tokens with results.");
        let fires = Line::new(m, "fires", fire, shape.store_at(), true);
        let begins = Line::new(m, "begins", begins, chain_at + groups + 1, true);
        let tokens = Line::new(m, "tokens", token, shape.store_at(), false);
        let due = Line::new(m, "due", has_results, shape.results_at(), true);

        m.comment(
            "The slot's description: when its first token enters, and again before that reaches the sums of the lanes.",
        );
        let [heads, tails, ends, first, mult, shift] = captured(
            m,
            begins.at(0),
            [
                ("slot_heads", heads),
                ("slot_tails", tails),
                ("slot_ends", ends),
                ("slot_first", first_slot),
                ("slot_mult", mult),
                ("slot_shift", shift),
            ],
        );
        let names = marks(shape).map(|(name, _)| format!("slot_{name}"));
        let columns = captured(m, begins.at(0), [0, 1, 2].map(|i: usize| (names[i].as_str(), columns[i])));
        let [mid_heads, mid_tails, mid_ends, mid_first, mid_mult, mid_shift] = captured(
            m,
            begins.at(lanes_at - 2),
            [
                ("mid_heads", heads),
                ("mid_tails", tails),
                ("mid_ends", ends),
                ("mid_first", first),
                ("mid_mult", mult),
                ("mid_shift", shift),
            ],
        );
        let [first_here] = captured(m, begins.at(chain_at - 2), [("first", mid_first)]);

        m.comment("Each lane's slice: its place in a chunk, then the chunk.");
        let (bank, low) = (shape.bank().width(), shape.chunk().trailing_zeros());
        let of_lane = m.wire_vec("lane_bank", lanes, shape.bank());
        of_lane.whole().set(banks);
        let select = m.reg_vec("select", lanes, Ty::uint(low), None);
        let chunks = (shape.chunks() > 1)
            .then(|| ["slot_chunk", "chunk"].map(|name| m.reg_vec(name, lanes, Ty::uint(bank - low), None)));
        m.for_each("lane", 0..lanes.into(), |l| {
            m.clocked(|| {
                m.when(begins.at(0), || {
                    select.at(l).set(of_lane.at(l).bits(low - 1, 0));
                    chunks.iter().for_each(|[slot, _]| slot.at(l).set(of_lane.at(l).bits(bank - 1, low)));
                });
                chunks.iter().for_each(|[slot, chunk]| m.when(begins.at(2), || chunk.at(l).set(slot.at(l))));
            });
        });

        m.comment("Group g works g cycles behind group 0: its weights, its lanes, whether a column ends there, and then its steps.");
        let swap = m.output_vec("swap", groups, Ty::uint(CASCADE));
        let [(head, head_mid), (tail, tail_mid)] = [("head", mid_heads), ("tail", mid_tails)].map(|(name, mid)| {
            let all = m.wire_vec(&format!("{name}_mid"), groups, Ty::uint(each));
            all.whole().set(mid);
            (m.reg_vec(name, groups, Ty::uint(each), None), all)
        });
        let end_mid = m.wire_vec("end_mid", groups, Ty::bit());
        end_mid.whole().set(mid_ends);
        let end = m.reg_vec("end", groups, Ty::bit(), None);
        let mults = m.reg_vec("mult", groups, Ty::uint(MULT), None);
        let shifts = m.reg_vec("shift", groups, Ty::uint(SHIFT), None);
        let go = m.output_vec("go", groups, Ty::uint(GO));
        m.for_each("group", 0..groups.into(), |g| {
            let steps = m.reg_init("steps", Ty::uint(GO - 1), 0);
            let now = m.concat([steps, fires.0.at(g + i64::from(chain_at)) & end.at(g)]).named("now");
            go.at(g).set(now);
            swap.at(g).set(m.concat((0..CASCADE).rev().map(|p| begins.0.at(g + i64::from(Shape::X - 1 + p)))));
            m.clocked(|| {
                steps.set(now.bits(GO - 2, 0));
                m.when(begins.0.at(g + i64::from(lanes_at - 1)), || {
                    head.at(g).set(head_mid.at(g));
                    tail.at(g).set(tail_mid.at(g));
                });
                m.when(begins.0.at(g + i64::from(chain_at - 1)), || end.at(g).set(end_mid.at(g)));
                m.when(begins.0.at(g + i64::from(chain_at + 2)), || {
                    mults.at(g).set(mid_mult);
                    shifts.at(g).set(mid_shift);
                });
            });
        });

        for (name, value) in [
            ("head", head.whole()),
            ("tail", tail.whole()),
            ("sums_first", first_here),
            ("sums_read", tokens.at(chain_at - 3)),
            ("sums_store", fires.at(shape.store_at())),
            ("sums_write", tokens.at(shape.store_at())),
            ("ends", end.whole()),
            ("mult", mults.whole()),
            ("shift", shifts.whole()),
            ("select", select.whole()),
            ("results_known", due.at(1)),
            ("results_due", due.at(shape.results_at())),
            ("results_token", tokens.at(1)),
            ("results_ends", ends),
        ] {
            m.output(name, value.ty()).set(value);
        }
        if let Some([_, chunk]) = chunks {
            m.output("chunk", chunk.whole().ty()).set(chunk.whole());
        }
        for ((name, _), column) in marks(shape).iter().zip(columns) {
            m.output(&format!("results_{name}"), column.ty()).set(column);
        }
    })
}

/// `mpca_steer_*`: a tile's beats to the lane at which the slot stands, as late as the tokens that follow them.
///
/// `load_o` has a bit for each group, three cycles after `tile_fire_i`, when `load_lane_o` says which of its lanes, `load_beat_o` which place of
/// the lane's cascades, and `weight_o` has the words.
///
/// Group g exchanges its weights g cycles after group 0, and the next slot's come no earlier: a slot fills its groups in order, one a cycle
/// at most.
pub(super) fn steer(shape: &Shape) -> Result<Arc<Design>, Errors> {
    Module::build(format!("mpca_steer_{}", shape.suffix()), |m| {
        m.doc("Beats of tiles on their way to a lane of mpca.");
        let fire = m.input("tile_fire", Ty::bit());
        let group = m.input("slot_group", Ty::uint(shape.groups));
        let lane = m.input("slot_place", Ty::uint(shape.group_lanes()));
        let beat = m.input("tile_beat", Ty::uint(CASCADE));
        let words = m.input("words", Ty::uint(16 * shape.config.weight_words()));
        let here = (group & fire.repeat(shape.groups)).named("fires");
        let mut values = [("load", here), ("load_lane", lane), ("load_beat", beat), ("weight", words)];
        for stage in 1..=3 {
            let registers = values.map(|(name, value)| (name, m.reg(&format!("{name}_s{stage}"), value.ty())));
            m.clocked(|| registers.iter().zip(values).for_each(|((_, register), (_, value))| register.set(value)));
            values = registers;
        }
        for (name, value) in values {
            m.output(name, value.ty()).set(value);
        }
    })
}
