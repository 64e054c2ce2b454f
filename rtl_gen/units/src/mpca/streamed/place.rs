//! The slot that is being filled: which tile goes to which lane, and which column ends in which group.

use std::sync::Arc;

use hdl::{Design, Errors, Module, Sig, Ty};

use super::shape::Shape;
use crate::mpca::{HEADS, column_bits};

/// What identifies a column, and how many results of a row are within the matrix, with their bits.
pub(super) fn marks(shape: &Shape) -> [(&'static str, u32); 3] {
    [("head", HEADS), ("column", column_bits(&shape.config)), ("used", shape.used().width())]
}

/// `mpca_slot_*`: the slot that is filled, until `slot_begins_i` takes it.
///
/// An *entry* is a tile, or a column without any. It waits in `entry_waits_i` and takes its place in the cycle of `entry_commit_i`: the next lane,
/// or, where a second column would end in a group, the first of the next group. `slot_group_o` and `slot_place_o` say one-hot where the next entry
/// stands; `slot_ended_o` that a column has ended in its group.
pub(super) fn slot(shape: &Shape) -> Result<Arc<Design>, Errors> {
    let (lanes, groups, each) = (shape.lanes, shape.groups, shape.group_lanes());
    Module::build(format!("mpca_slot_{}", shape.suffix()), |m| {
        m.doc("The slot of mpca that is filled: tiles take its lanes in order, one column may end in a group.");
        let bit = |name: &str| m.input(name, Ty::bit());
        let (begin, commit, waits) = (bit("slot_begins"), bit("entry_commit"), bit("entry_waits"));
        let (valid, end, last) = (bit("entry_valid"), bit("entry_end"), bit("entry_last"));
        let bank = m.input("entry_bank", shape.bank());
        let given = marks(shape).map(|(name, bits)| m.input(&format!("entry_{name}"), Ty::uint(bits)));

        let full = m.reg_init("full", Ty::bit(), 0);
        let slot_last = m.reg("last", Ty::bit());
        let group = m.reg_init("group", Ty::uint(groups), 1);
        let place = m.reg_init("place", Ty::uint(each), 1);
        let ended = m.reg_init("ended", Ty::bit(), 0);
        let leave = (waits & !full & ended & end).named("leave_group");
        let group_done = (leave | (commit & place.bit(each - 1))).named("group_done");
        let filled = (group_done & group.bit(groups - 1)).named("filled");
        let close = (filled | (commit & last)).named("closes");
        m.clocked(|| {
            m.when(begin, || full.set(0));
            m.when(commit, || {
                place.set(along(m, place));
                ended.set(ended | end);
                slot_last.set(last);
            });
            m.when(group_done, || {
                place.set(1);
                group.set(along(m, group));
                ended.set(0);
            });
            m.when(close, || {
                full.set(1);
                place.set(1);
                group.set(1);
                ended.set(0);
            });
        });

        let ends = m.reg_vec("ends", groups, Ty::bit(), Some(0));
        let columns = marks(shape).map(|(name, bits)| m.reg_vec(&format!("end_{name}"), groups, Ty::uint(bits), None));
        let heads = m.reg_vec("heads", lanes, Ty::bit(), Some(0));
        let tails = m.reg_vec("tails", lanes, Ty::bit(), Some(0));
        let banks = m.reg_vec("banks", lanes, shape.bank(), None);
        let (at_group, at_place) = (m.wire_vec("at_group", groups, Ty::bit()), m.wire_vec("at_place", each, Ty::bit()));
        at_group.whole().set(group);
        at_place.whole().set(place);
        m.for_each("group", 0..groups.into(), |g| {
            let here = (commit & at_group.at(g)).named("here");
            m.clocked(|| {
                m.when(begin, || ends.at(g).set(0));
                m.when(here & end, || {
                    ends.at(g).set(1);
                    columns.iter().zip(given).for_each(|(column, value)| column.at(g).set(value));
                });
            });
            m.for_each("lane", 0..each.into(), |p| {
                let lane = g * i64::from(each) + p;
                m.clocked(|| {
                    m.when(begin, || {
                        heads.at(lane).set(0);
                        tails.at(lane).set(0);
                    });
                    m.when(here & at_place.at(p), || {
                        heads.at(lane).set(valid & !ended);
                        tails.at(lane).set(valid & ended);
                        banks.at(lane).set(bank);
                    });
                });
            });
        });
        for (name, value) in [
            ("full", full),
            ("last", slot_last),
            ("ended", ended),
            ("group", group),
            ("place", place),
            ("ends", ends.whole()),
            ("heads", heads.whole()),
            ("tails", tails.whole()),
            ("banks", banks.whole()),
        ] {
            m.output(&format!("slot_{name}"), Ty::uint(value.width())).set(value.as_bits());
        }
        for ((name, _), column) in marks(shape).iter().zip(columns) {
            m.output(&format!("end_{name}"), Ty::uint(column.whole().width())).set(column.whole());
        }
    })
}

/// The next place of a one-hot word, the first one behind the last.
fn along<'m>(m: &'m Module, hot: Sig<'m>) -> Sig<'m> {
    match hot.width() {
        1 => hot,
        width => m.concat([hot.bits(width - 2, 0), hot.bit(width - 1)]),
    }
}
