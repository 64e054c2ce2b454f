//! Results: when sums are taken, in which order they are read, their requantisation and the output.

use std::sync::Arc;

use hdl::{Design, Errors, Module, Sig, Source, Ty, prim};
use spec::unit::Mpca;

use super::count::Count;
use super::schedule::Schedule;
use super::shape::{Shape, plus};
use super::weights::rotated;
use crate::convert;
use crate::delay_line::delayed;
use crate::mpca::{HEADS, column_bits};
use crate::requantise::{self, Multipliers, Operands, requantise};

/// The queues of results.
pub(super) struct Parts {
    marks: Arc<Design>,
    dsps: requantise::Dsps,
    results: Arc<Design>,
}

impl Parts {
    pub fn new(shape: &Shape) -> Result<Self, Errors> {
        let config = &shape.config;
        let token = crate::mpca::token_ty(config).width();
        let each = HEADS + column_bits(config) + used_bits(shape);
        Ok(Self {
            marks: prim::fifo(2 + token + config.out_rows * each, shape.slots())?,
            dsps: requantise::Dsps::new(&convert::ty(Mpca::ACCUMULATOR))?,
            results: prim::fifo(16 * config.out_rows * config.tile, shape.slots())?,
        })
    }
}

/// Bits of a count of columns of a tile.
fn used_bits(shape: &Shape) -> u32 {
    Ty::range(0, shape.tile).width()
}

/// What the columns of processing elements are told.
pub(super) struct Control<'m> {
    /// Inputs of every column, by name.
    pub common: Vec<(&'static str, Sig<'m>)>,
    /// For each of the columns that share a row of the output, one-hot: the processing element that is read.
    pub read: Vec<Sig<'m>>,
    walk: Walk<'m>,
}

/// A step of the drain.
struct Walk<'m> {
    fire: Sig<'m>,
    share: Option<Sig<'m>>,
    within: Sig<'m>,
    row: Sig<'m>,
    end: Sig<'m>,
    credit_back: Sig<'m>,
}

/// Takes sums as they are complete, and walks through the results of a strip: processing element by processing element of each
/// column, row by row.
pub(super) fn control<'m>(m: &'m Module, shape: &Shape, schedule: &Schedule<'m>, strip_back: Sig<'m>) -> Control<'m> {
    let (p, p_bits, p_t) = (shape.p, shape.p_bits(), shape.config.p_t);
    let strip_bits = shape.strips().trailing_zeros();
    m.comment("Sums are taken row by row as a pass ends, and stored a cycle later; the processing elements do it a cycle late.");
    let known = Shape::SUMS - 2;
    let begins = delayed(m, "pass_done", schedule.pass_end, known, true)[known];
    let ends = delayed(m, "strip_done", schedule.strip_end, known, true)[known];
    let (take, row) = (m.reg_init("take", Ty::bit(), 0), m.reg_init("take_row", Ty::uint(p_bits), 0));
    let ends_strip = m.reg_init("take_ends", Ty::bit(), 0);
    let store = m.reg_init("store", Ty::uint(shape.across()), 0);
    let part = m.reg_init("store_part", Ty::uint(shape.across()), 1);
    let place = m.reg_init("store_strip", Ty::uint(strip_bits), 0);
    let address = m.reg("store_address", Ty::uint(shape.result_address_bits()));
    let storing = m.reg_init("strip_storing", Ty::bit(), 0);
    let stored = m.reg_init("strip_stored", Ty::bit(), 0);
    let row_last = (take & row.eq(p - 1)).named("take_last");
    m.clocked(|| {
        m.when(take, || row.set((row + 1).wrap(p_bits)));
        m.when(row_last, || {
            take.set(0);
            part.set(rotated(m, part));
            m.when(ends_strip, || place.set((place + 1).wrap(strip_bits)));
        });
        m.when(begins, || {
            take.set(1);
            row.set(0);
            ends_strip.set(ends);
        });
        store.set(part & take.repeat(shape.across()));
        address.set(m.concat([place, row]));
        storing.set(row_last & ends_strip);
        stored.set(storing);
    });

    m.comment("The drain of a strip; tokens are counted in groups of a processing element's.");
    let double = schedule.strip.field("double");
    let waiting = Count::new(m, "strips_waiting", shape.strips(), 0);
    let credit = Count::new(m, "credit", shape.slots(), shape.slots());
    let credit_back = m.wire("credit_back", Ty::bit());
    let pe = m.reg_init("drain_pe", Ty::uint(p_t), 1);
    let pe_bits = Ty::range(0, p_t.max(2) - 1).width();
    let number = m.reg_init("drain_pe_number", Ty::uint(pe_bits), 0);
    let within = m.reg_init("drain_token", Ty::uint(shape.strip_bits()), 0);
    let drain_row = m.reg_init("drain_row", Ty::uint(p_bits), 0);
    let strip = m.reg_init("drain_strip", Ty::uint(strip_bits), 0);
    let shared = shape.shared();
    let share = (shared > 1).then(|| m.reg_init("drain_share", Ty::range(0, shared - 1).full(), 0));
    let fire = (waiting.any & credit.any).named("drain");
    let rows_end = drain_row.eq(p - 1).named("drain_rows_end");
    let pes_end = (rows_end & pe.bit(p_t - 1)).named("drain_pes_end");
    let all = share.map_or(pes_end, |share| (pes_end & share.eq(shared - 1)).named("drain_all"));
    let end = (fire & all).named("drain_end");
    strip_back.set(end);
    waiting.set(m, stored, end);
    credit.set(m, credit_back, fire);
    m.clocked(|| {
        m.when(fire, || {
            drain_row.set((drain_row + 1).wrap(p_bits));
            m.when(rows_end, || {
                pe.set(rotated(m, pe));
                number.set((number + 1).wrap(pe_bits));
                let block = double.mux(m.lit(2 * shape.across()), m.lit(shape.across()));
                within.set((within + block).wrap(within.width()));
            });
            m.when(pes_end, || {
                number.set(0);
                within.set(0);
                share.iter().for_each(|share| share.set(all.mux(m.lit(0), (*share + 1).wrap(share.width()))));
            });
            m.when(all, || strip.set((strip + 1).wrap(strip_bits)));
        });
    });
    let read = (0..shared).map(|i| {
        let register = m.reg_init(&format!("read{i}"), Ty::uint(p_t), 0);
        let mine = share.map_or(fire, |share| fire & share.eq(i));
        m.clocked(|| register.set(pe & mine.repeat(p_t)));
        register
    });
    let read = read.collect();
    let read_address = m.reg("read_address", Ty::uint(shape.result_address_bits()));
    m.clocked(|| read_address.set(m.concat([strip, drain_row])));
    let mut common = vec![
        ("take", take),
        ("row", row),
        ("store", store),
        ("store_address", address),
        ("read_address", read_address),
    ];
    common.extend((p_t > 1).then(|| ("picked", delayed(m, "picked", number, 2, false)[2])));
    Control { common, read, walk: Walk { fire, share, within, row: drain_row, end, credit_back } }
}

/// The results of a step of the drain, before they are known: token, last, and of each row head, tile column and how many of its columns
/// count.
struct Marks<'m> {
    /// Five stages behind the step.
    word: Sig<'m>,
    push: Sig<'m>,
}

/// Stages until a step's marks are known.
const MARKS: usize = 5;

fn marks<'m>(m: &'m Module, shape: &Shape, schedule: &Schedule<'m>, walk: &Walk<'m>) -> Marks<'m> {
    m.comment("What is known of a step's results: token, and of each row head, tile column, and how many of its columns count.");
    let (config, shared, side) = (&shape.config, shape.shared(), shape.tile_bits());
    let known = |name: &str| schedule.strip.field(name);
    let line = |name: &str, stages: usize| delayed(m, &format!("strip_{name}"), known(name), stages, false);
    let [n, heads, double, half] = ["n", "heads", "double", "half"].map(|name| line(name, 1)[1]);
    let cols = line("cols", 2)[2];
    let last_cols = super::count::known(m, "last_columns", cols.bits(side - 1, 0));
    let last = delayed(m, "drain_last", walk.end & known("last"), MARKS, false)[MARKS];
    let strip = m.reg("token_strip", Ty::uint(shape.strip_bits()));
    let row = delayed(m, "token_row", walk.row, 1, false)[1];
    let token = m.concat([strip, row]).named("token");
    let token_bits = crate::mpca::token_ty(config).width();
    let tokens = delayed(m, "token_at", token.bits(token_bits - 1, 0), MARKS - 1, false)[MARKS - 1];
    let token_counts = m.reg("token_counts", Ty::bit());
    m.clocked(|| {
        strip.set(plus(known("token"), walk.within, shape.strip_bits()));
        token_counts.set(token.lt(n));
    });
    let (bits, used_bits) = (column_bits(config), used_bits(shape));
    // Columns beyond the last of a job that can be done have numbers of their own in so many bits.
    let near = shape.cols_bits() - side;
    let mut rows = vec![];
    let mut used_rows = vec![];
    for row in 0..config.out_rows {
        let place = |name: &str, of_column: &dyn Fn(u32) -> u32| match walk.share {
            None => m.lit(of_column(row)),
            Some(share) => {
                let all: Vec<u32> = (0..shared).map(|i| of_column(row * shared + i)).collect();
                m.table(&format!("{name}{row}"), share, Ty::uint(4), all)
            }
        };
        let reg = |name: &str, width: u32| m.reg(&format!("{name}{row}"), Ty::uint(width));
        let (head, block) = (reg("head", HEADS + 1), reg("block", bits));
        let (head_counts, column) = (reg("head_counts", 1), reg("column", bits));
        let (counts, inside, border) = (reg("counts", 1), reg("inside", 1), reg("border", 1));
        let used = reg("used", used_bits);
        let heads_at = delayed(m, &format!("head_at{row}_"), head.bits(HEADS - 1, 0), MARKS - 1, false);
        let columns_at = delayed(m, &format!("column_at{row}_"), column, MARKS - 2, false);
        let useds = delayed(m, &format!("used_at{row}_"), used, 1, false);
        let chm = place("chm", &|i| i / config.p_c);
        let across = place("across", &|i| i % config.p_c);
        let border_columns = cols.bits(shape.cols_bits() - 1, side);
        m.clocked(|| {
            head.set((known("head") + chm).wrap(HEADS + 1));
            block.set((known("column") + across).wrap(bits).resize(bits));
            head_counts.set(head.lt(heads));
            column.set(double.mux(m.concat([block.bits(bits - 2, 0), half]), block));
            counts.set(head_counts & token_counts);
            inside.set(column.bits(near - 1, 0).lt(border_columns));
            border.set(column.bits(near - 1, 0).eq(border_columns));
            let of_border = last_cols.resize(used_bits).as_bits() & border.repeat(used_bits);
            let own = inside.mux(m.lit_of(shape.tile, Ty::uint(used_bits)), of_border);
            used.set(own & counts.repeat(used_bits));
        });
        used_rows.push(used);
        rows.push([heads_at[MARKS - 1], columns_at[MARKS - 2], useds[1]]);
    }
    let any = m.concat(used_rows).is_nonzero();
    let ends = delayed(m, "drain_ends", walk.end & known("last"), MARKS - 1, false)[MARKS - 1];
    let shown = super::count::known(m, "result_shown", any | ends);
    let push = delayed(m, "marked", walk.fire, MARKS, true)[MARKS];
    // The first row's fields stand lowest.
    let rows = rows.into_iter().rev().flatten();
    Marks { word: m.concat([last, shown, tokens].into_iter().chain(rows)), push }
}

/// From the columns' results to the output.
pub(super) fn drain<'m>(
    m: &'m Module,
    shape: &Shape,
    parts: &Parts,
    schedule: &Schedule<'m>,
    control: &Control<'m>,
    columns: hdl::Vector<'m>,
    out: &Source<'m>,
) {
    let (walk, config) = (&control.walk, &shape.config);
    let (rows, shared, tile) = (config.out_rows, shape.shared(), shape.tile);
    let acc = convert::ty(Mpca::ACCUMULATOR);
    let operands = Shape::OPERANDS;
    let bits = column_bits(config);
    let token_bits = crate::mpca::token_ty(config).width();
    let marks = marks(m, shape, schedule, walk);
    let valid = delayed(m, "drained", walk.fire, operands + requantise::LATENCY, true);
    let late = |name: &str| delayed(m, &format!("strip_{name}"), schedule.strip.field(name), operands, false)[operands];
    let (mult, shift) = (late("mult"), late("shift"));
    let pop = m.wire("result_pop", Ty::bit());
    let queue = |name: &str, design: &Arc<Design>, push: Sig<'m>, word: Sig<'m>| {
        let queue = m.instance(name, design);
        queue.output_named("in_ready_o", &format!("unused_{name}_ready"));
        queue.output_named("out_valid_o", &format!("unused_{name}_valid"));
        queue.input("in_valid_i", push);
        queue.input("in_data_i", word);
        queue.input("out_ready_i", pop);
        queue.output_named("out_data_o", &format!("{name}_word"))
    };
    let mark = queue("marks", &parts.marks, marks.push, marks.word);

    m.comment("Requantisation.");
    let shares = walk.share.map(|share| delayed(m, "share", share, 4, false)[4]);
    let y = m.wire_vec("requantised", rows * tile, Ty::sint(16));
    m.for_each("row", 0..rows.into(), |r| {
        let candidates = m.wire_vec("candidates", shared, Ty::uint(tile * acc.width()));
        m.for_each("share", 0..shared.into(), |i| {
            candidates.at(i).set(columns.at(r * i64::from(shared) + i));
        });
        // A row's own: the one of all rows would drive the registers of every lane.
        let valid = delayed(m, "valid", valid[operands - 2], 1 + requantise::LATENCY, true);
        let word = m.wire_vec("sums", tile, acc.clone());
        word.whole().set(shares.map_or_else(|| candidates.at(0), |share| candidates.pick(share)));
        m.for_each("lane", 0..tile.into(), |lane| {
            let x = m.reg("x", acc.clone());
            m.clocked(|| m.when(valid[1], || x.set(word.at(lane))));
            let of = Operands { x, mult, shift, narrow: None, by: Multipliers::Dsps(&parts.dsps) };
            y.at(r * i64::from(tile) + lane).set(requantise(m, &of, &valid[2..], &Ty::sint(16)));
        });
    });
    let results = queue("results", &parts.results, valid[operands + requantise::LATENCY], y.whole());
    let there = Count::new(m, "results_there", shape.slots(), 0);
    there.set(m, valid[operands + requantise::LATENCY], pop);

    m.comment("The beat at the output. Beats without a result that counts are left out, but for a job's last.");
    let each = HEADS + bits + used_bits(shape);
    let top = mark.width() - 1;
    let shown = mark.bit(top - 1).named("mark_shown");
    let out_valid = m.reg_init("out_valid", Ty::bit(), 0);
    let moves = (!out_valid | out.ready()).named("out_moves");
    pop.set(there.any & (moves | !shown));
    let last = m.reg("out_last", Ty::bit());
    let token = m.reg("out_token", Ty::uint(token_bits));
    let values = m.reg("out_values", results.ty());
    m.clocked(|| {
        m.when(moves, || {
            out_valid.set(there.any & shown);
            last.set(mark.bit(top));
            token.set(mark.bits(top - 2, top - 1 - token_bits));
            values.set(results);
        });
    });
    let kept = m.wire_vec("out_keeps", rows * tile, Ty::bit());
    out.keep().set(kept.whole());
    let of_rows = m.wire_vec("mark_rows", rows, Ty::uint(each));
    of_rows.whole().set(mark.bits(rows * each - 1, 0));
    m.for_each("mark_row", 0..rows.into(), |r| {
        let own = m.wire("own", Ty::uint(each));
        own.set(of_rows.at(r));
        let (head, column) = (m.reg("head", Ty::uint(HEADS)), m.reg("column", Ty::uint(bits)));
        let keep = m.reg_vec("keep", tile, Ty::bit(), None);
        m.clocked(|| {
            m.when(moves, || {
                head.set(own.bits(each - 1, each - HEADS));
                column.set(own.bits(used_bits(shape) + bits - 1, used_bits(shape)));
            });
        });
        m.for_each("keep_lane", 0..tile.into(), |c| {
            m.clocked(|| m.when(moves, || keep.at(c).set(own.bits(used_bits(shape) - 1, 0).gt(c))));
            kept.at(r * i64::from(tile) + c).set(keep.at(c));
        });
        out.lanes("token").at(r).set(token.cast(crate::mpca::token_ty(config)));
        out.lanes("head").at(r).set(head);
        out.lanes("column").at(r).set(column);
    });
    out.lanes("y").whole().set(values);
    out.last().set(last);
    out.valid().set(out_valid);
    walk.credit_back.set(pop);
}
