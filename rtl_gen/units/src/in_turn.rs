//! Several dividers that take their operands in turn, where those come faster than one divides.

use std::sync::Arc;

use hdl::{Bundle, Design, Errors, Module, Ty};

/// `count` of a divider between its streams `in` and `out`, as bits; what enters first comes out first. One is the divider itself.
pub(crate) fn in_turn(one: &Arc<Design>, count: u32) -> Result<Arc<Design>, Errors> {
    if count == 1 {
        return Ok(one.clone());
    }
    let bits = |stream: usize| one.streams()[stream].fields.iter().map(|field| field.bits()).sum::<u32>();
    let (sum, quotient) = (bits(0), bits(1));
    Module::build(format!("{}_n{count}", one.name()), |m| {
        m.doc(format!("{count} dividers that take operands in turn: these may come faster than one divides."));
        let from = m.sink(Bundle::new("in").field("data", Ty::uint(sum)));
        let to = m.source(Bundle::new("out").field("data", Ty::uint(quotient)));
        let last = m.lit(count - 1);
        let [enters, leaves] = ["enters", "leaves"].map(|name| m.reg_init(name, Ty::range(0, count - 1), 0));
        let ready = m.wire_vec("divider_ready", count, Ty::bit());
        let valid = m.wire_vec("divider_valid", count, Ty::bit());
        let data = m.wire_vec("divider_data", count, Ty::uint(quotient));
        m.for_each("turn", 0..count.into(), |number| {
            let unit = m.instance("divider", one);
            unit.input("in_valid_i", from.valid() & enters.eq(number));
            unit.input("in_data_i", from.field("data"));
            unit.input("out_ready_i", to.ready() & leaves.eq(number));
            unit.drive("in_ready_o", ready.at(number));
            unit.drive("out_valid_o", valid.at(number));
            unit.drive("out_data_o", data.at(number));
        });
        from.ready().set(ready.pick(enters));
        to.valid().set(valid.pick(leaves));
        to.field("data").set(data.pick(leaves));
        for (turn, moves) in [(enters, from.fire()), (leaves, to.fire())] {
            let next = turn.eq(last).mux(0, turn + 1).assume_range(0, count - 1);
            m.clocked(|| m.when(moves, || turn.set(next)));
        }
    })
}
