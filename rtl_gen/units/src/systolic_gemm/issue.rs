//! Activations: which tile they meet, when they may enter, what travels beside them to the outputs.

use std::sync::Arc;

use hdl::{Design, Module, Sig, Sink, Source, Ty, Vector};

use super::Shape;
use super::column::{self, Tag};
use super::load::{Jobs, Set, Tile};

/// Jobs of fewer rows have to wait for their sums to be back in the memory.
const SHORT: u32 = 4;

/// Cycles that a tag waits for its sums besides those of the columns before it.
pub(crate) fn tag_stages(shape: &Shape) -> u32 {
    shape.rows + shape.sum_parts().len() as u32
}

/// The state that decides when the array takes the waiting tile.
pub(crate) struct Issue<'m> {
    /// The waiting tile is taken in this cycle.
    pub take: Sig<'m>,
    active: Sig<'m>,
    gap: Sig<'m>,
}

/// What enters the array in a cycle.
pub(crate) struct Beat<'m> {
    fire: Sig<'m>,
    tag: Sig<'m>,
    /// The rows in use.
    mask: Vector<'m>,
    acts: Sig<'m>,
    /// This beat completes a row of outputs; whether it is the job's last.
    out: Sig<'m>,
    out_last: Sig<'m>,
    /// And the last one with its column parameters.
    set_end: Sig<'m>,
    take: Sig<'m>,
    credit_back: Sig<'m>,
}

/// Modules that the datapath instantiates.
pub(crate) struct Children {
    pub array: Arc<Design>,
    pub column: Arc<Design>,
    pub marks: Arc<Design>,
    pub write_skew: Arc<Design>,
}

impl<'m> Issue<'m> {
    /// Declares the state; the waiting tile is only known later.
    pub fn declare(m: &'m Module) -> Self {
        let active = m.reg_init("active", Ty::bit(), 0);
        let gap = m.reg_init("gap", Ty::uint(SHORT - 1), 0);
        Self { take: m.wire("take", Ty::bit()), active, gap }
    }

    /// The sequencer of activations.
    pub fn connect(
        &self,
        m: &'m Module,
        shape: &Shape,
        jobs: &Jobs<'m>,
        tile: &Tile<'m>,
        set: &Set<'m>,
        act: &Sink<'m>,
    ) -> Beat<'m> {
        m.comment("Activations: the waiting tile is taken when the last one is through.");
        m.comment(
            "A beat that starts sums needs the parameters of its columns, one that completes outputs a FIFO slot.",
        );
        let job = &jobs.acts;
        let m_bits = Ty::range(0, shape.max_m).width();
        let rows_end = job.word.bits(m_bits - 1, 0);
        let row_scale = job.word.bit(m_bits);
        let narrow = shape.has_narrow().then(|| job.word.bit(m_bits + 1));
        let row = m.reg_init("row", shape.address(), 0);
        let tile_first = m.reg("first", Ty::bit());
        let tile_last = m.reg("last", Ty::bit());
        let mask = m.reg_vec("mask", shape.rows, Ty::bit(), None);
        let number = m.reg_init("set", Ty::uint(column::set_bits()), 0);
        let slots = shape.slots();
        let credit = m.reg_init("credit", Ty::range(0, slots), slots);
        let credit_back = m.wire("credit_back", Ty::bit());

        let take = self.take;
        take.set(job.valid & tile.full & !self.active & !self.gap.is_nonzero());
        let first = self.active.mux(tile_first, tile.first).named("is_first");
        let last = self.active.mux(tile_last, tile.last).named("is_last");
        let may_start = (!first | set.valid).named("may_start");
        let may_complete = (!last | credit.is_nonzero()).named("may_complete");
        act.ready().set((self.active | take) & may_start & may_complete);
        let fire = act.fire();
        let row_last = row.eq(rows_end).named("row_last");
        let tile_end = (fire & row_last).named("tile_end");
        let out = (fire & last).named("out_beat");
        let out_last = (row_last & set.last).named("out_last_beat");
        let short = rows_end.lt(SHORT - 1).named("short");
        let set_end = (out & row_last).named("set_end");
        m.clocked(|| {
            m.when(take, || {
                tile_first.set(tile.first);
                tile_last.set(tile.last);
                mask.whole().set(tile.mask);
                self.active.set(1);
            });
            m.when(fire, || row.set(row_last.mux(m.lit(0), (row + 1).wrap(row.width()))));
            m.when(tile_end, || self.active.set(0));
            m.when(set_end, || number.set((number + 1).wrap(number.width())));
            self.gap.set(m.concat([self.gap.bits(SHORT - 3, 0), tile_end & short]));
            m.when_else(
                out & !credit_back,
                || credit.set((credit - 1).assume_range(0, slots)),
                || m.when(credit_back & !out, || credit.set((credit + 1).assume_range(0, slots))),
            );
        });
        set.pop.set(set_end);
        job.pop.set(set_end & set.last);
        let tag = Tag {
            first,
            last,
            row_scale,
            narrow,
            set: number,
            row,
            mult: act.field("mult"),
            shift: act.field("shift"),
        };
        let tag = tag.pack(m);
        Beat { fire, tag, mask, acts: act.lanes("a").whole(), out, out_last, set_end, take, credit_back }
    }
}

/// The array, the columns behind it and the way of the tags between them.
pub(crate) fn datapath<'m>(
    m: &'m Module,
    shape: &Shape,
    children: &Children,
    tile: &Tile<'m>,
    set: &Set<'m>,
    beat: &Beat<'m>,
    out: &Source<'m>,
) {
    let data = Ty::uint(shape.data.width());
    m.comment("Rows beyond K multiply by zero.");
    let swap = m.reg_init("swap", Ty::bit(), 0);
    let acts = m.reg_vec("act_beat", shape.rows, data.clone(), None);
    let masked = m.wire_vec("act_masked", shape.rows, data.clone());
    m.clocked(|| {
        swap.set(beat.take);
        acts.whole().set(beat.acts);
    });
    m.for_each("lane", 0..shape.rows.into(), |r| {
        masked.at(r).set(acts.at(r) & beat.mask.at(r).repeat(data.width()));
    });
    let array = m.instance("array", &children.array);
    array.input("swap_i", swap);
    array.input("act_i", masked.whole());
    array.input("load_i", tile.load);
    array.input("weight_i", tile.word);
    let sums = m.wire_vec("sums", shape.bcols(), Ty::uint(shape.block_cols * shape.sum().width()));
    array.drive("sum_o", sums.whole());

    m.comment("Tags wait while their sums come down the rows.");
    let stages = tag_stages(shape);
    let bits = beat.tag.width();
    let tags = m.reg("tag_line", Ty::uint(stages * bits));
    let valids = m.reg_init("valid_line", Ty::uint(stages), 0);
    let ends = m.reg_init("end_line", Ty::uint(stages + 1), 0);
    m.clocked(|| {
        tags.set(m.concat([tags.bits((stages - 1) * bits - 1, 0), beat.tag]));
        valids.set(m.concat([valids.bits(stages - 2, 0), beat.fire]));
        ends.set(m.concat([ends.bits(stages - 1, 0), beat.set_end]));
    });
    set.release.set(ends.bit(stages));
    let tag_now = tags.bits(stages * bits - 1, (stages - 1) * bits);
    let valid_now = valids.bit(stages - 1);

    m.comment("Columns of blocks, each a cycle behind its left neighbour; their FIFOs align them again.");
    let writes = m.instance("write_skew", &children.write_skew);
    writes.input("x_i", set.write);
    let column_writes = m.wire_vec("param_we", shape.bcols(), Ty::uint(shape.block_cols));
    writes.drive("y_o", column_writes.whole());
    let result = m.wire_vec("result", shape.bcols(), Ty::uint(shape.block_cols * shape.out.width()));
    let pop = out.fire();
    let result_valid = m.wire_vec("result_valid", shape.bcols(), Ty::bit());
    m.for_each("column", 0..shape.bcols().into(), |j| {
        let valid = m.reg_init("valid", Ty::bit(), 0);
        let tag = m.reg("tag", Ty::uint(bits));
        let param = m.reg("param", set.word.ty());
        let param_set = m.reg("param_set", set.number.ty());
        let lines = [(valid, valid_now), (tag, tag_now), (param, set.word), (param_set, set.number)];
        let enter = || m.clocked(|| lines.iter().for_each(|(line, now)| line.set(*now)));
        let pass = || m.clocked(|| lines.iter().for_each(|(line, _)| line.set(line.at(j - 1))));
        m.if_index(j, 0..1, "first", enter, "rest", pass);
        let column = m.instance("column", &children.column);
        column.input("valid_i", valid);
        let mut lsb = 0;
        for (field, width) in Tag::fields(shape) {
            column.input(&format!("{field}_i"), tag.bits(lsb + width - 1, lsb));
            lsb += width;
        }
        column.input("sum_i", sums.at(j));
        column.input("param_we_i", column_writes.at(j));
        column.input("param_set_i", param_set);
        column.input("param_i", param);
        column.input("out_ready_i", pop);
        column.drive("out_valid_o", result_valid.at(j));
        column.drive("out_data_o", result.at(j));
    });

    m.comment("What is known of an output beat when it is issued.");
    let marks = m.instance("marks", &children.marks);
    marks.output_named("in_ready_o", "unused_marks_ready");
    marks.output_named("out_valid_o", "unused_marks_valid");
    marks.input("in_valid_i", beat.out);
    marks.input("in_data_i", m.concat([beat.out_last, set.keep]));
    marks.input("out_ready_i", pop);
    let mark = marks.output_named("out_data_o", "mark");
    out.valid().set(result_valid.whole().reduce_and());
    out.lanes("y").whole().set(result.whole());
    out.keep().set(mark.bits(shape.cols - 1, 0));
    out.last().set(mark.bit(shape.cols));
    beat.credit_back.set(pop);
}
