//! The way of tokens and weights through the array: everything that has to arrive in the same cycle.

use std::sync::Arc;

use hdl::{Design, Module, Sig, Source, Ty, prim};

use super::array::array;
use super::column::GO;
use super::features::{Loaded, features};
use super::issue::Issue;
use super::jobs::Queue;
use super::load::Load;
use super::mac::CASCADE;
use super::place::{Slot, mark_bits};
use super::shape::Shape;
use crate::Error;
use crate::mpca::{MULT, SHIFT};

/// Modules that the datapath instantiates.
pub(super) struct Parts {
    features: Arc<Design>,
    array: Arc<Design>,
    results: Arc<Design>,
    marks: Arc<Design>,
}

impl Parts {
    pub fn new(shape: &Shape) -> Result<Self, Error> {
        let mark = shape.groups * mark_bits(shape).iter().sum::<u32>() + shape.token().width() + 1;
        Ok(Self {
            features: features(shape)?,
            array: array(shape)?,
            results: prim::fifo(16 * shape.tile * shape.groups, shape.slots())?,
            marks: prim::fifo(mark, shape.slots())?,
        })
    }
}

/// `value` now and in each of the next `cycles` cycles.
struct Line<'m>(Sig<'m>, u32);

impl<'m> Line<'m> {
    fn new(m: &'m Module, name: &str, value: Sig<'m>, cycles: u32, reset: bool) -> Self {
        let bits = value.width();
        let ty = Ty::uint(cycles * bits);
        let line = if reset { m.reg_init(name, ty, 0) } else { m.reg(name, ty) };
        let all = m.concat([line, value.as_bits()]).named(&format!("{name}_all"));
        m.clocked(|| line.set(all.bits(cycles * bits - 1, 0)));
        Self(all, bits)
    }

    fn at(&self, cycle: u32) -> Sig<'m> {
        self.0.bits((cycle + 1) * self.1 - 1, cycle * self.1)
    }
}

/// A register that takes its value when a slot's first token passes.
fn captured<'m>(m: &'m Module, name: &str, value: Sig<'m>, begin: Sig<'m>) -> Sig<'m> {
    let register = m.reg(name, value.ty());
    m.clocked(|| m.when(begin, || register.set(value)));
    register
}

/// What the datapath is fed with.
pub(super) struct Inputs<'a, 'm> {
    pub job: &'a Queue<'m>,
    pub slot: &'a Slot<'m>,
    pub load: &'a Load<'m>,
    pub loaded: &'a Loaded<'m>,
    pub issue: &'a Issue<'m>,
    pub weights: Sig<'m>,
}

/// Features, columns, results.
pub(super) fn flow<'m>(m: &'m Module, shape: &Shape, parts: &Parts, from: &Inputs<'_, 'm>, out: &Source<'m>) {
    let Inputs { job, slot, load, loaded, issue, weights } = from;
    let (lanes, groups, tile) = (shape.lanes, shape.groups, shape.tile);
    let (lanes_at, chain_at) = (shape.lanes_at(), shape.chain_at());

    m.comment("Tokens, slot by slot: bit k is k cycles after a token, or a slot's first token, entered.");
    let fires = Line::new(m, "fire_line", issue.fire, shape.store_at(), true);
    let begins = Line::new(m, "begin_line", issue.begin, chain_at + groups + 1, true);
    let tokens = Line::new(m, "token_line", issue.token, shape.store_at(), false);
    let begin = |cycle: u32| begins.at(cycle);

    m.comment("What belongs to a slot follows its first token.");
    let bank = shape.bank().width();
    let banks = captured(m, "lane_bank", slot.banks.whole(), begin(0));
    let banks = {
        let all = m.wire_vec("lane_banks", lanes, shape.bank());
        all.whole().set(banks);
        all
    };
    let low = shape.chunk().trailing_zeros();
    let select = m.reg_vec("lane_select", lanes, Ty::uint(low), None);
    m.for_each("select", 0..lanes.into(), |l| {
        m.clocked(|| m.when(begin(1), || select.at(l).set(banks.at(l).bits(low - 1, 0))));
    });
    let chunks = (shape.chunks() > 1).then(|| {
        let chunk = m.reg_vec("lane_chunk", lanes, Ty::uint(bank - low), None);
        m.for_each("choose", 0..lanes.into(), |l| {
            m.clocked(|| m.when(begin(2), || chunk.at(l).set(banks.at(l).bits(bank - 1, low))));
        });
        chunk
    });
    let valid = slot.valid.whole();
    let tail = slot.tail.whole();
    let slot_head = captured(m, "slot_head", (valid & !tail).named("slot_heads"), begin(0));
    let slot_tail = captured(m, "slot_behind", (valid & tail).named("slot_tails"), begin(0));
    let slot_end = captured(m, "slot_ends", slot.end.whole(), begin(0));
    let slot_first = captured(m, "slot_first", load.first_slot, begin(0));
    let scale = m.concat([job.field("shift"), job.field("mult")]).named("job_scale");
    let slot_scale = captured(m, "slot_scale", scale, begin(0));
    let slot_columns = captured(m, "slot_columns", slot.columns.whole(), begin(0));
    let mid = lanes_at - 1;
    let head = captured(m, "lane_head", slot_head, begin(mid));
    let tail = captured(m, "lane_tail", slot_tail, begin(mid));
    let mid_end = captured(m, "mid_end", slot_end, begin(mid));
    let mid_scale = captured(m, "mid_scale", slot_scale, begin(mid));
    let mid_first = captured(m, "mid_first", slot_first, begin(mid));
    let first = captured(m, "chain_first", mid_first, begin(chain_at - 2));

    let (mut ends, mut gos, mut mults, mut shifts) = (vec![], vec![], vec![], vec![]);
    let (mut rest, mut group_scale) = (mid_end, mid_scale);
    for g in 0..groups {
        let here = captured(m, &format!("end{g}"), rest, begin(chain_at - 1 + g));
        let end = here.bit(0);
        rest = if g + 1 < groups { here.bits(groups - 1 - g, 1) } else { here };
        let go =
            Line::new(m, &format!("go{g}"), (fires.at(chain_at + g) & end).named(&format!("ends{g}")), GO - 1, true);
        group_scale = captured(m, &format!("scale{g}"), group_scale, begin(chain_at + 2 + g));
        ends.push(end);
        gos.push(go.0);
        mults.push(group_scale.bits(MULT - 1, 0));
        shifts.push(group_scale.bits(MULT + SHIFT - 1, MULT));
    }
    let together = |mut parts: Vec<Sig<'m>>| {
        parts.reverse();
        m.concat(parts)
    };
    let (ends, gos) = (together(ends).named("group_ends"), together(gos).named("group_go"));
    let (mults, shifts) = (together(mults).named("group_mults"), together(shifts).named("group_shifts"));

    m.comment("Features from their memories.");
    let memories = m.instance("features", &parts.features);
    memories.input("we_i", loaded.write);
    memories.input("waddr_i", loaded.address);
    memories.input("wdata_i", loaded.value);
    memories.input("raddr_i", m.concat([issue.buffer, issue.token.as_bits()]));
    memories.input("select_i", select.whole());
    if let Some(chunks) = chunks {
        memories.input("chunk_i", chunks.whole());
    }
    let x = memories.output_named("x_o", "x");

    m.comment("Weights take as long to the lanes as the tokens that follow them.");
    let loads = [load.fire, slot.group, slot.place, load.beat];
    let [fire, group, place, beat] = [0, 1, 2, 3].map(|i: usize| {
        let name = ["load_fire", "load_group", "load_place", "load_beat"][i];
        let register = m.reg(name, loads[i].ty());
        m.clocked(|| register.set(loads[i]));
        register
    });
    let load_line = m.reg_vec("load_lane", lanes, Ty::uint(CASCADE), None);
    let (at_group, at_place) =
        (m.wire_vec("load_groups", groups, Ty::bit()), m.wire_vec("load_places", place.width(), Ty::bit()));
    at_group.whole().set(group);
    at_place.whole().set(place);
    m.for_each("load_group", 0..groups.into(), |g| {
        m.for_each("load_place", 0..place.width().into(), |p| {
            let here = fire & at_group.at(g) & at_place.at(p);
            m.clocked(|| load_line.at(g * i64::from(place.width()) + p).set(beat & here.repeat(CASCADE)));
        });
    });
    let weight_first = m.reg("weight_first", weights.ty());
    let weight_second = m.reg("weight_second", weights.ty());
    m.clocked(|| {
        weight_first.set(*weights);
        weight_second.set(weight_first);
    });

    m.comment("The tiles.");
    let swap = together((0..CASCADE).map(|p| begin(Shape::X - 1 + p)).collect()).named("swap");
    let array = m.instance("array", &parts.array);
    for (port, value) in [
        ("swap", swap),
        ("load", load_line.whole()),
        ("weight", weight_second),
        ("x", x),
        ("head", head),
        ("tail", tail),
        ("first", first),
        ("read", tokens.at(chain_at - 3)),
        ("store", fires.at(shape.store_at())),
        ("write", tokens.at(shape.store_at())),
        ("end", ends),
        ("go", gos),
        ("mult", mults),
        ("shift", shifts),
    ] {
        array.input(&format!("{port}_i"), value);
    }

    let due = Line::new(m, "due_line", issue.results, shape.results_at(), true);
    let pop = out.fire();
    let results = m.instance("results", &parts.results);
    results.output_named("in_ready_o", "unused_results_ready");
    results.input("in_valid_i", due.at(shape.results_at()));
    results.input("in_data_i", array.output_named("y_o", "y"));
    results.input("out_ready_i", pop);
    out.valid().set(results.output("out_valid_o"));
    out.lanes("y").whole().set(results.output("out_data_o"));

    m.comment("What is known of a token's results when it enters.");
    let [head_bits, column_bits, used_bits] = mark_bits(shape);
    let bits = head_bits + column_bits + used_bits;
    let job_last = m.reg("job_last", Ty::bit());
    m.clocked(|| job_last.set(issue.job_done));
    let marks = m.instance("marks", &parts.marks);
    marks.output_named("in_ready_o", "unused_marks_ready");
    marks.output_named("out_valid_o", "unused_marks_valid");
    marks.input("in_valid_i", due.at(1));
    let columns = m.wire_vec("mark_columns", groups, Ty::uint(bits));
    let (all, ended) = (m.wire_vec("marked", groups, Ty::uint(bits)), m.wire_vec("mark_ends", groups, Ty::bit()));
    all.whole().set(slot_columns);
    ended.whole().set(slot_end);
    m.for_each("mark_group", 0..groups.into(), |g| {
        columns.at(g).set(all.at(g) & ended.at(g).repeat(bits));
    });
    marks.input("in_data_i", m.concat([job_last, tokens.at(1), columns.whole()]));
    marks.input("out_ready_i", pop);
    let mark = marks.output_named("out_data_o", "mark");
    let token = mark.bits(groups * bits + shape.token().width() - 1, groups * bits);
    out.last().set(mark.bit(mark.width() - 1));
    let marked = m.wire_vec("out_columns", groups, Ty::uint(bits));
    marked.whole().set(mark.bits(groups * bits - 1, 0));
    let keep = m.wire_vec("keep", groups * tile, Ty::bit());
    m.for_each("row", 0..groups.into(), |g| {
        let word = marked.at(g);
        out.lanes("token").at(g).set(token);
        out.lanes("head").at(g).set(word.bits(head_bits - 1, 0));
        out.lanes("column").at(g).set(word.bits(head_bits + column_bits - 1, head_bits));
        let used = word.bits(bits - 1, bits - used_bits).named("row_used");
        m.for_each("keep_column", 0..tile.into(), |c| keep.at(g * i64::from(tile) + c).set(used.gt(c)));
    });
    out.keep().set(keep.whole());
    issue.credit_back.set(pop);
}
