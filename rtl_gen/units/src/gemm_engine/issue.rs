//! Rows of A: which weights they meet, when they may enter, what travels beside them to the results.

use std::sync::Arc;

use hdl::{Design, Module, Sig, Sink, Source, Ty};

use super::Shape;
use super::group::{self, SCALE_BITS, Tag};
use super::rounds::{ActRound, Rounds};
use super::weights::{Sets, Tile, count};

/// Jobs of fewer rows have to wait for their sums to be back in the memory.
const SHORT: u32 = 4;

/// Modules that the datapath instantiates.
pub(crate) struct Parts {
    pub array: Arc<Design>,
    pub groups: Vec<Arc<Design>>,
    pub marks: Arc<Design>,
}

/// What enters the array in a cycle, and why nothing does.
pub(crate) struct Issue<'m> {
    /// A row enters.
    pub fire: Sig<'m>,
    /// Rows of weights in use.
    pub rows: Sig<'m>,
    /// Columns in use, of all groups.
    pub all_cols: Sig<'m>,
    /// There is no round.
    pub no_job: Sig<'m>,
    /// The pass's weights are not there.
    pub no_weights: Sig<'m>,
    /// The FIFOs have no room for the row's results.
    pub no_room: Sig<'m>,
    /// The round's column parameters are not there.
    pub no_columns: Sig<'m>,
    /// Some results are not out yet.
    pub results_due: Sig<'m>,
    /// The first row of a pass enters.
    begin: Sig<'m>,
    tag: Sig<'m>,
    /// The row completes results; whether they are the job's last; columns of each group.
    out: Sig<'m>,
    out_last: Sig<'m>,
    cols: Sig<'m>,
    /// The last row that reads a set of column parameters.
    set_end: Sig<'m>,
    credit_back: Sig<'m>,
}

/// The sequencer of rows.
pub(crate) fn issue<'m>(
    m: &'m Module,
    shape: &Shape,
    rounds: &Rounds<'m>,
    tile: &Tile<'m>,
    sets: &Sets<'m>,
    act: &Sink<'m>,
    begin: Sig<'m>,
) -> Issue<'m> {
    m.comment("Rows of A: the first of a pass takes the waiting weights.");
    m.comment("A pass waits for the parameters of its columns, a row that completes results for slots in their FIFOs.");
    let queue = &rounds.act;
    let field = |name: &str| ActRound::field(shape, queue.word, name);
    let opening = m.reg_init("opening", Ty::bit(), 1);
    let row = m.reg_init("row", shape.address(), 0);
    let pass_first = m.reg("first", Ty::bit());
    let pass_last = m.reg("last", Ty::bit());
    let pass_rows = m.reg("pass_rows", shape.all_rows());
    let number = m.reg_init("set", Ty::uint(group::set_bits()), 0);
    let gap = m.reg_init("gap", Ty::uint(SHORT - 1), 0);
    let slots = shape.slots();
    let credit = m.reg_init("credit", Ty::range(0, slots), slots);
    let credit_back = m.wire("credit_back", Ty::bit());

    let scale = field("scale");
    let by_column = scale.eq(0).named("by_column");
    let first = opening.mux(tile.first, pass_first).named("is_first");
    let last = opening.mux(tile.last, pass_last).named("is_last");
    let rows = opening.mux(tile.rows, pass_rows).named("rows_now");
    let no_weights = (opening & (!tile.full | gap.is_nonzero())).named("no_weights");
    let no_room = (last & !credit.is_nonzero()).named("no_room");
    let no_columns = (opening & by_column & !sets.valid).named("no_columns");
    act.ready().set(queue.valid & !no_weights & !no_room & !no_columns);
    let fire = act.fire();
    let row_last = (row + 1).eq(field("m")).named("row_last");
    let short = field("m").lt(SHORT).named("short");
    let out = (fire & last).named("out_row");
    let round_end = (out & row_last).named("round_end");
    let set_end = (round_end & by_column).named("set_end");
    begin.set(fire & opening);
    m.clocked(|| {
        m.when(begin, || {
            pass_first.set(tile.first);
            pass_last.set(tile.last);
            pass_rows.set(tile.rows);
        });
        m.when(fire, || {
            opening.set(row_last);
            row.set(row_last.mux(m.lit(0), (row + 1).wrap(row.width())));
        });
        gap.set(m.concat([gap.bits(SHORT - 3, 0), fire & row_last & short]));
        m.when(set_end, || number.set((number + 1).wrap(number.width())));
    });
    count(m, credit, credit_back, out);
    queue.pop.set(round_end);
    sets.take.set(set_end);

    let own_scale = scale.is_nonzero();
    let by_row = scale.eq(1).named("by_row");
    let scales = m.wire_vec("scales", shape.t_h, Ty::uint(SCALE_BITS));
    let (mult, shift) = (act.lanes("mult"), act.lanes("shift"));
    let (job_mult, job_shift) = (field("mult"), field("shift"));
    m.for_each("scale", 0..shape.t_h.into(), |g| {
        scales.at(g).set(by_row.mux(m.concat([shift.at(g), mult.at(g)]), m.concat([job_shift, job_mult])));
    });
    let tag = Tag {
        first,
        last,
        own_scale,
        narrow: shape.has_narrow().then(|| field("narrow")),
        gelu: shape.gelu.is_some().then(|| field("gelu")),
        summed: (shape.t_h > 1).then(|| !field("grouped")),
        set: number,
        row,
        scales: scales.whole(),
    };
    Issue {
        fire,
        rows,
        all_cols: field("all_cols"),
        no_job: !queue.valid,
        no_weights,
        no_room,
        no_columns,
        results_due: credit.ne(slots),
        begin,
        tag: tag.pack(m),
        out,
        out_last: row_last & field("last"),
        cols: field("cols"),
        set_end,
        credit_back,
    }
}

/// The array, the groups behind it and the way of the tags between them.
#[expect(clippy::too_many_arguments, reason = "all that the top is made of meets here")]
pub(crate) fn datapath<'m>(
    m: &'m Module,
    shape: &Shape,
    parts: &Parts,
    tile: &Tile<'m>,
    sets: &Sets<'m>,
    issue: &Issue<'m>,
    act: &Sink<'m>,
    out: &Source<'m>,
) {
    let array = m.instance("array", &parts.array);
    array.input("swap_i", issue.begin);
    array.input("act_i", act.lanes("a").whole());
    array.input("load_i", tile.load);
    array.input("used_i", tile.used);
    array.input("weight_i", tile.word);
    let width = shape.total().width();
    let sums = array.output_named("sum_o", "sums");

    m.comment("Tags wait for their sums.");
    let stages = shape.tag_stages();
    let bits = issue.tag.width();
    let tags = m.reg("tag_line", Ty::uint(stages * bits));
    let valids = m.reg_init("valid_line", Ty::uint(stages), 0);
    let ends = m.reg_init("end_line", Ty::uint(stages + 1), 0);
    m.clocked(|| {
        tags.set(m.concat([tags.bits((stages - 1) * bits - 1, 0), issue.tag]));
        valids.set(m.concat([valids.bits(stages - 2, 0), issue.fire]));
        ends.set(m.concat([ends.bits(stages - 1, 0), issue.set_end]));
    });
    sets.release.set(ends.bit(stages));
    let tag = |name: &str| {
        let mut lsb = (stages - 1) * bits;
        for (field, width) in Tag::fields(shape) {
            if field == name {
                return tags.bits(lsb + width - 1, lsb);
            }
            lsb += width;
        }
        tags
    };
    if shape.t_h > 1 {
        array.input("summed_i", tag("summed"));
    }

    let pop = out.fire();
    let scales = tag("scales");
    let (mut valids_out, mut results) = (vec![], vec![]);
    for (g, design) in parts.groups.iter().enumerate() {
        let group = m.instance(&format!("group{g}"), design);
        group.input("valid_i", valids.bit(stages - 1));
        for name in ["first", "last", "own_scale", "set", "row"] {
            group.input(&format!("{name}_i"), tag(name));
        }
        if shape.has_narrow() {
            group.input("narrow_i", tag("narrow"));
        }
        if shape.gelu.is_some() && g == 0 {
            group.input("gelu_i", tag("gelu"));
        }
        let lsb = g as u32 * SCALE_BITS;
        group.input("mult_i", scales.bits(lsb + 15, lsb));
        group.input("shift_i", scales.bits(lsb + 21, lsb + 16));
        let lsb = g as u32 * shape.t_o * width;
        group.input("sum_i", sums.bits(lsb + shape.t_o * width - 1, lsb));
        group.input("param_we_i", sets.write);
        group.input("param_set_i", sets.number);
        group.input("param_i", sets.words[g]);
        group.input("out_ready_i", pop);
        valids_out.push(group.output("out_valid_o"));
        results.insert(0, group.output("out_data_o"));
    }

    m.comment("What is known of a row's results when it enters.");
    let marks = m.instance("marks", &parts.marks);
    marks.output_named("in_ready_o", "unused_marks_ready");
    marks.output_named("out_valid_o", "unused_marks_valid");
    marks.input("in_valid_i", issue.out);
    marks.input("in_data_i", m.concat([issue.out_last, issue.cols]));
    marks.input("out_ready_i", pop);
    let mark = marks.output_named("out_data_o", "mark");
    out.valid().set(valids_out.into_iter().reduce(|a, b| a & b).unwrap_or(issue.out));
    out.lanes("y").whole().set(m.concat(results));
    let cols = m.wire_vec("cols", shape.t_h, shape.cols());
    cols.whole().set(mark.bits(cols.whole().width() - 1, 0));
    let keep = m.wire_vec("keep", shape.t_h * shape.t_o, Ty::bit());
    m.for_each("keep_group", 0..shape.t_h.into(), |g| {
        m.for_each("keep_column", 0..shape.t_o.into(), |c| {
            keep.at(g * i64::from(shape.t_o) + c).set(cols.at(g).gt(c));
        });
    });
    out.keep().set(keep.whole());
    out.last().set(mark.bit(mark.width() - 1));
    issue.credit_back.set(pop);
}
