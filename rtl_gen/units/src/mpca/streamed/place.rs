//! The slot that is being filled: which tile goes to which lane, and which column ends in which group.

use hdl::{Module, Sig, Ty, Vector};

use super::shape::Shape;
use crate::mpca::{HEADS, column_bits};

/// A tile, or a column without any, that takes a place in the slot.
pub(super) struct Entry<'m> {
    /// It takes its place in this cycle.
    pub commit: Sig<'m>,
    /// There is one.
    pub waits: Sig<'m>,
    /// It has weights.
    pub valid: Sig<'m>,
    /// Its column ends with it.
    pub end: Sig<'m>,
    /// Its job ends with it.
    pub last: Sig<'m>,
    /// The slice of features that it multiplies.
    pub bank: Sig<'m>,
    /// The column it belongs to.
    pub head: Sig<'m>,
    pub column: Sig<'m>,
    pub cols_used: Sig<'m>,
}

/// The slot that is filled, until `begin` takes it.
pub(super) struct Slot<'m> {
    /// All lanes have their tiles, or the job ended.
    pub full: Sig<'m>,
    /// The job ends with it.
    pub last: Sig<'m>,
    /// Which lane comes next: one-hot, group and place in it.
    pub group: Sig<'m>,
    pub place: Sig<'m>,
    /// The group in which the next entry would stand has a column's end already.
    ended: Sig<'m>,
    /// For each lane: whether it has weights, whether it stands behind a column's end, which slice it multiplies.
    pub valid: Vector<'m>,
    pub tail: Vector<'m>,
    pub banks: Vector<'m>,
    /// For each group: whether a column ends, and which: head, column, results in use.
    pub end: Vector<'m>,
    pub columns: Vector<'m>,
}

/// Bits of what identifies a column: head, column, results in use.
pub(super) fn mark_bits(shape: &Shape) -> [u32; 3] {
    [HEADS, column_bits(&shape.config), shape.used().width()]
}

impl<'m> Slot<'m> {
    pub fn new(m: &'m Module, shape: &Shape) -> Self {
        m.comment("The slot that is filled: tiles take its lanes in order, one column may end in a group.");
        let (lanes, groups) = (shape.lanes, shape.groups);
        Self {
            full: m.reg_init("slot_full", Ty::bit(), 0),
            last: m.reg("slot_last", Ty::bit()),
            group: m.reg_init("slot_group", Ty::uint(groups), 1),
            place: m.reg_init("slot_place", Ty::uint(shape.group_lanes()), 1),
            ended: m.reg_init("slot_ended", Ty::bit(), 0),
            valid: m.reg_vec("slot_valid", lanes, Ty::bit(), Some(0)),
            tail: m.reg_vec("slot_tail", lanes, Ty::bit(), None),
            banks: m.reg_vec("slot_bank", lanes, shape.bank(), None),
            end: m.reg_vec("slot_end", groups, Ty::bit(), Some(0)),
            columns: m.reg_vec("slot_column", groups, Ty::uint(mark_bits(shape).iter().sum()), None),
        }
    }

    /// Whether an entry can take the next lane, which ends a column or not.
    pub fn may_take(&self, ends: Sig<'m>) -> Sig<'m> {
        !self.full & !(ends & self.ended)
    }

    /// Places an entry, or leaves the rest of a group alone where a second column would end in it.
    pub fn fill(&self, m: &'m Module, shape: &Shape, entry: &Entry<'m>, begin: Sig<'m>) {
        let (groups, each) = (shape.groups, shape.group_lanes());
        let leave = (entry.waits & !self.full & self.ended & entry.end).named("leave_group");
        let group_done = (leave | (entry.commit & self.place.bit(each - 1))).named("group_done");
        let filled = (group_done & self.group.bit(groups - 1)).named("slot_filled");
        let close = (filled | (entry.commit & entry.last)).named("slot_closes");
        let along = |hot: Sig<'m>| match hot.width() {
            1 => hot,
            width => m.concat([hot.bits(width - 2, 0), hot.bit(width - 1)]),
        };
        m.clocked(|| {
            m.when(begin, || self.full.set(0));
            m.when(entry.commit, || {
                self.place.set(along(self.place));
                self.ended.set(self.ended | entry.end);
                self.last.set(entry.last);
            });
            m.when(group_done, || {
                self.place.set(1);
                self.group.set(along(self.group));
                self.ended.set(0);
            });
            m.when(close, || {
                self.full.set(1);
                self.place.set(1);
                self.group.set(1);
                self.ended.set(0);
            });
        });
        let at_group = m.wire_vec("at_group", groups, Ty::bit());
        let at_place = m.wire_vec("at_place", each, Ty::bit());
        at_group.whole().set(self.group);
        at_place.whole().set(self.place);
        m.for_each("slot_group", 0..groups.into(), |g| {
            m.clocked(|| {
                m.when(begin, || self.end.at(g).set(0));
                m.when(entry.commit & entry.end & at_group.at(g), || {
                    self.end.at(g).set(1);
                    self.columns.at(g).set(m.concat([entry.cols_used, entry.column, entry.head]));
                });
            });
            m.for_each("slot_lane", 0..each.into(), |p| {
                let lane = g * i64::from(each) + p;
                m.clocked(|| {
                    m.when(begin, || self.valid.at(lane).set(0));
                    m.when(entry.commit & at_group.at(g) & at_place.at(p), || {
                        self.valid.at(lane).set(entry.valid);
                        self.tail.at(lane).set(self.ended);
                        self.banks.at(lane).set(entry.bank);
                    });
                });
            });
        });
    }
}
