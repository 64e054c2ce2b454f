//! One column of the tiles of a group of lanes: cascades of DSPs, and the sums over the lanes.

use std::sync::Arc;

use hdl::{Design, Errors, Module, Ty};

use super::mac::{CASCADE, SUM, mac};
use super::parts::Pair;
use super::shape::Shape;

/// `mpca_dots_b16_l4`: products of a column of each lane's tile with a token's features, summed over the lanes up to the end of a column, and
/// over those behind it.
///
/// Weights come a beat at a time where `load_i` is set, for one lane and one place in its cascades. A cycle after `swap_i` they are exchanged,
/// place by place a cycle apart; `x_i` comes with the exchange. `head_i` and `tail_i` say which lanes belong to either sum, in the cycle in
/// which the lanes are added up.
pub(super) fn dots(shape: &Shape) -> Result<Arc<Design>, Errors> {
    let (lanes, tile, rows) = (shape.group_lanes(), shape.tile, shape.beat_rows());
    let mac = mac()?;
    Module::build(format!("mpca_dots_b{tile}_l{lanes}"), |m| {
        m.doc(format!("One column of {lanes} tiles: {} int16 multiply-accumulators, one in a DSP.", lanes * tile));
        m.doc("Double-buffered weights; cascades of four DSPs; sums of the lanes up to a column's end and behind it.");
        let swap = m.input_vec("swap", CASCADE, Ty::bit());
        let load = m.input("load", Ty::bit());
        let lane = m.input_vec("load_lane", lanes, Ty::bit());
        let beat = m.input_vec("load_beat", CASCADE, Ty::bit());
        let weight = m.input("weight", Ty::uint(16 * rows));
        let x = m.input_vec("x", lanes * tile, Ty::sint(16));
        let belongs = ["head", "tail"].map(|name| m.input_vec(name, lanes, Ty::bit()));
        let sums = m.for_each("lane", 0..lanes.into(), |l| {
            m.comment("A register of its own: one for all lanes would drive every weight of the array.");
            let exchange = m.reg_vec("exchange", CASCADE, Ty::bit(), None);
            m.clocked(|| exchange.whole().set(swap.whole()));
            let cascades = m.for_each("place", 0..CASCADE.into(), |p| {
                let next = m.reg_vec("next", rows, Ty::sint(16), None);
                m.comment("The group's bit first: where no beat comes, a model looks at no place.");
                let here = lane.at(l) & beat.at(p);
                m.clocked(|| m.when(load, || m.when(here, || next.whole().set(weight))));
                m.for_each("row", 0..rows.into(), |r| {
                    let held = m.reg("held", Ty::sint(16));
                    m.clocked(|| m.when(exchange.at(p), || held.set(next.at(r))));
                    let sum = m.wire("sum", Ty::sint(SUM));
                    let above = m.wire("above", Ty::sint(SUM));
                    let from = || above.set(sum.at_all(&[l.into(), p - 1, r.into()]));
                    m.if_index(p, 0..1, "first", || above.set(0), "rest", from);
                    let cell = m.instance("mac", &mac);
                    cell.input("weight_i", held);
                    cell.input("x_i", x.at(l * i64::from(tile) + p * i64::from(rows) + r));
                    cell.input("sum_i", above);
                    cell.drive("sum_o", sum);
                    sum
                })
            });
            let ends = (0..i64::from(rows)).map(|r| {
                let end = m.wire(&format!("cascade{r}"), Ty::sint(SUM));
                end.set(cascades.at_all(&[l.into(), i64::from(CASCADE - 1).into(), r.into()]));
                end
            });
            let total = Pair::tree(m, "tree", ends.map(Pair::of).collect());
            let of_lane = m.wire("of_lane", Ty::uint(shape.lane_bits()));
            of_lane.set(total.word(m, SUM, shape.tree_levels()));
            of_lane
        });
        for (belongs, name) in belongs.into_iter().zip(["head", "tail"]) {
            let lane = |l: i64| Pair::from_word(sums.at(l), shape.tree_levels()).masked(belongs.at(l));
            let sum = match lanes {
                1 => lane(0).registered(m, name),
                _ => Pair::tree(m, name, (0..lanes.into()).map(lane).collect()),
            };
            let more = shape.tree_levels() + shape.group_levels();
            m.output(&format!("{name}_sum"), Ty::uint(shape.group_bits())).set(sum.word(m, SUM, more));
        }
    })
}
