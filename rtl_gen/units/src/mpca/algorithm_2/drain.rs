//! Results: when sums are taken, in which order they are read, their requantisation and the output.

use std::sync::Arc;

use hdl::{Design, Errors, Module, Sig, Source, Ty, prim};
use spec::unit::Mpca;

use super::jobs::field;
use super::schedule::{self, Schedule, count_of};
use super::shape::{Shape, delayed};
use crate::convert;
use crate::mpca::{HEADS, column_bits};
use crate::requantise::{self, Operands, requantise};

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
            marks: prim::fifo(1 + token + config.out_rows * each, shape.slots())?,
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
pub(super) fn control<'m>(
    m: &'m Module,
    shape: &Shape,
    schedule: &Schedule<'m>,
    double: Sig<'m>,
    strip_back: Sig<'m>,
) -> Control<'m> {
    let (p, p_bits, p_t) = (shape.p, shape.p_bits(), shape.config.p_t);
    let strip_bits = shape.strips().trailing_zeros();
    m.comment("Sums are taken row by row as a pass ends, and stored a cycle later.");
    let begins = delayed(m, "pass_done", schedule.pass_end, Shape::SUMS - 1, true)[Shape::SUMS - 1];
    let ends = delayed(m, "strip_done", schedule.strip_end, Shape::SUMS - 1, true)[Shape::SUMS - 1];
    let (take, row) = (m.reg_init("take", Ty::bit(), 0), m.reg_init("take_row", Ty::uint(p_bits), 0));
    let ends_strip = m.reg_init("take_ends", Ty::bit(), 0);
    let store = m.reg_init("store", Ty::uint(shape.across()), 0);
    let part = m.reg_init("store_part", Ty::uint(shape.across()), 1);
    let place = m.reg_init("store_strip", Ty::uint(strip_bits), 0);
    let address = m.reg("store_address", Ty::uint(shape.result_address_bits()));
    let stored = m.reg_init("strip_stored", Ty::bit(), 0);
    let row_last = (take & row.eq(p - 1)).named("take_last");
    let rotate = |hot: Sig<'m>| match hot.width() {
        1 => hot,
        bits => m.concat([hot.bits(bits - 2, 0), hot.bit(bits - 1)]),
    };
    m.clocked(|| {
        m.when(take, || row.set((row + 1).wrap(p_bits)));
        m.when(row_last, || {
            take.set(0);
            part.set(rotate(part));
            m.when(ends_strip, || place.set((place + 1).wrap(strip_bits)));
        });
        m.when(begins, || {
            take.set(1);
            row.set(0);
            ends_strip.set(ends);
        });
        store.set(part & take.repeat(shape.across()));
        address.set(m.concat([place, row]));
        stored.set(row_last & ends_strip);
    });

    m.comment("The drain of a strip.");
    let waiting = m.reg_init("strips_waiting", Ty::range(0, shape.strips()), 0);
    let credit = m.reg_init("credit", Ty::range(0, shape.slots()), shape.slots());
    let credit_back = m.wire("credit_back", Ty::bit());
    let pe = m.reg_init("drain_pe", Ty::uint(p_t), 1);
    let pe_bits = Ty::range(0, p_t.max(2) - 1).width();
    let number = m.reg_init("drain_pe_number", Ty::uint(pe_bits), 0);
    let within = m.reg_init("drain_token", Ty::uint(shape.token_bits()), 0);
    let drain_row = m.reg_init("drain_row", Ty::uint(p_bits), 0);
    let strip = m.reg_init("drain_strip", Ty::uint(strip_bits), 0);
    let shared = shape.shared();
    let share = (shared > 1).then(|| m.reg_init("drain_share", Ty::range(0, shared - 1).full(), 0));
    let fire = (waiting.is_nonzero() & credit.is_nonzero()).named("drain");
    let rows_end = drain_row.eq(p - 1).named("drain_rows_end");
    let pes_end = (rows_end & pe.bit(p_t - 1)).named("drain_pes_end");
    let all = share.map_or(pes_end, |share| (pes_end & share.eq(shared - 1)).named("drain_all"));
    let end = (fire & all).named("drain_end");
    strip_back.set(end);
    count_of(m, waiting, stored, end);
    count_of(m, credit, credit_back, fire);
    m.clocked(|| {
        m.when(fire, || {
            drain_row.set((drain_row + 1).wrap(p_bits));
            m.when(rows_end, || {
                pe.set(rotate(pe));
                number.set((number + 1).wrap(pe_bits));
                let block = double.mux(m.lit(2 * shape.tile), m.lit(shape.tile));
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

/// From the columns' results to the output.
pub(super) fn drain<'m>(
    m: &'m Module,
    shape: &Shape,
    parts: (&Parts, &schedule::Parts),
    schedule: &Schedule<'m>,
    control: &Control<'m>,
    columns: hdl::Vector<'m>,
    out: &Source<'m>,
) {
    let (walk, config) = (&control.walk, &shape.config);
    let (rows, shared, tile) = (config.out_rows, shape.shared(), shape.tile);
    let acc = convert::ty(Mpca::ACCUMULATOR);
    let operands = Shape::OPERANDS;
    m.comment("What is known of a step's results: token, and of each row head, tile column, and how many of its columns count.");
    let valid = delayed(m, "drained", walk.fire, operands + requantise::LATENCY, true);
    let known = |name: &str| field(schedule.strip, &parts.1.fields, name);
    let late = |name: &str, stages: usize| delayed(m, &format!("strip_{name}"), known(name), stages, false)[stages];
    let [n, heads, double, half] = ["n", "heads", "double", "half"].map(|name| late(name, 1));
    let (cols, mult, shift) = (late("cols", 2), late("mult", operands), late("shift", operands));
    let token = m.reg("token", Ty::uint(shape.token_bits()));
    let last = delayed(m, "drain_last", walk.end & known("last"), 3, false);
    let token_bits = crate::mpca::token_ty(config).width();
    let tokens = delayed(m, "token_at", token.bits(token_bits - 1, 0), 2, false);
    let token_counts = m.reg("token_counts", Ty::bit());
    m.clocked(|| {
        token.set((known("token") + walk.within + walk.row).wrap(token.width()));
        token_counts.set(token.lt(n));
    });
    let bits = column_bits(config);
    let mut marks = vec![last[3], tokens[2]];
    for row in 0..rows {
        let place = |name: &str, of_column: &dyn Fn(u32) -> u32| match walk.share {
            None => m.lit(of_column(row)),
            Some(share) => {
                let all: Vec<u32> = (0..shared).map(|i| of_column(row * shared + i)).collect();
                m.table(&format!("{name}{row}"), share, Ty::uint(4), all)
            }
        };
        let reg = |name: &str, width: u32| m.reg(&format!("{name}{row}"), Ty::uint(width));
        let (head, block) = (reg("head", HEADS + 1), reg("block", bits));
        let (head_counts, column, edge) =
            (reg("head_counts", 1), reg("column", bits), reg("edge", crate::mpca::DIM + 1));
        let (used, column_q) = (reg("used", used_bits(shape)), reg("column_at", bits));
        let heads_at = delayed(m, &format!("head_at{row}_"), head.bits(HEADS - 1, 0), 2, false);
        let chm = place("chm", &|i| i / config.p_c);
        let across = place("across", &|i| i % config.p_c);
        let own = double.mux(m.concat([block.bits(bits - 2, 0), half]), block);
        let own = own.named(&format!("own_column{row}"));
        let left = (cols - edge).named(&format!("columns_left{row}"));
        m.clocked(|| {
            head.set((known("head") + chm).wrap(HEADS + 1));
            block.set((known("column") + across).wrap(bits).resize(bits));
            head_counts.set(head.lt(heads));
            column.set(own);
            edge.set(m.concat([own, m.lit_of(0, Ty::uint(shape.tile_bits()))]).resize(crate::mpca::DIM + 1));
            column_q.set(column);
            let counts = head_counts & token_counts & left.gt(0);
            let most = left.ge(tile).mux(m.lit(tile), left.wrap(used_bits(shape)).as_bits());
            used.set(most.resize(used_bits(shape)).as_bits() & counts.repeat(used_bits(shape)));
        });
        marks.extend([heads_at[2], column_q, used]);
    }
    let pop = m.wire("result_pop", Ty::bit());
    let queue = |name: &str, design: &Arc<Design>, push: Sig<'m>, word: Sig<'m>| {
        let queue = m.instance(name, design);
        queue.output_named("in_ready_o", &format!("unused_{name}_ready"));
        queue.input("in_valid_i", push);
        queue.input("in_data_i", word);
        queue.input("out_ready_i", pop);
        queue
    };
    let mark = queue("marks", &parts.0.marks, valid[3], m.concat(marks));
    mark.output_named("out_valid_o", "unused_marks_valid");
    let mark = mark.output_named("out_data_o", "mark");

    m.comment("Requantisation.");
    let shares = walk.share.map(|share| delayed(m, "share", share, 3, false)[3]);
    let y = m.wire_vec("requantised", rows * tile, Ty::sint(16));
    m.for_each("row", 0..rows.into(), |r| {
        let candidates = m.wire_vec("candidates", shared, Ty::uint(tile * acc.width()));
        m.for_each("share", 0..shared.into(), |i| {
            candidates.at(i).set(columns.at(r * i64::from(shared) + i));
        });
        let word = m.wire_vec("sums", tile, acc.clone());
        word.whole().set(shares.map_or_else(|| candidates.at(0), |share| candidates.pick(share)));
        m.for_each("lane", 0..tile.into(), |lane| {
            let x = m.reg("x", acc.clone());
            m.clocked(|| m.when(valid[operands - 1], || x.set(word.at(lane))));
            let of = Operands { x, mult, shift, narrow: None, dsps: Some(&parts.0.dsps) };
            y.at(r * i64::from(tile) + lane).set(requantise(m, &of, &valid[operands..], &Ty::sint(16)));
        });
    });
    let results = queue("results", &parts.0.results, valid[operands + requantise::LATENCY], y.whole());
    let there = results.output_named("out_valid_o", "results_valid");
    out.lanes("y").whole().set(results.output("out_data_o"));

    m.comment("Beats without a result that counts are left out, but for a job's last.");
    let each = HEADS + bits + used_bits(shape);
    let keep = m.wire_vec("keep", rows * tile, Ty::bit());
    let ends = mark.bit(mark.width() - 1);
    let token = mark.bits(mark.width() - 2, mark.width() - 1 - token_bits);
    let of_rows = m.wire_vec("mark_rows", rows, Ty::uint(each));
    of_rows.whole().set(mark.bits(rows * each - 1, 0));
    m.for_each("mark_row", 0..rows.into(), |r| {
        // The first row's fields stand highest.
        let word = m.wire("word", Ty::uint(each));
        word.set(of_rows.at(hdl::Affine::from(i64::from(rows) - 1) - hdl::Affine::from(r)));
        out.lanes("token").at(r).set(token.cast(crate::mpca::token_ty(config)));
        out.lanes("head").at(r).set(word.bits(each - 1, each - HEADS));
        out.lanes("column").at(r).set(word.bits(used_bits(shape) + bits - 1, used_bits(shape)));
        let used = word.bits(used_bits(shape) - 1, 0);
        m.for_each("keep_lane", 0..tile.into(), |c| keep.at(r * i64::from(tile) + c).set(used.gt(c)));
    });
    let shown = (keep.whole().reduce_or() | ends).named("result_shown");
    out.keep().set(keep.whole());
    out.last().set(ends);
    out.valid().set(there & shown);
    pop.set(there & (out.ready() | !shown));
    walk.credit_back.set(pop);
}
