//! What takes the array's results to their places.

use std::sync::Arc;

use hdl::{Bundle, Design, Errors, Module, Ty};

use super::count::jobs_done;
use super::place::next_group;
use super::selection;
use super::shape::Shape;
use super::softmax::late;

/// Cycles from a job's last result until all of its results can be read.
const SETTLE: u32 = 10;

/// Codes of `to`.
const ACT: u32 = 0;
const KEYS: u32 = 1;
const VALUES: u32 = 2;
const SCORES: u32 = 3;
const RESIDUAL: u32 = 4;
const RESULT: u32 = 5;
const FEATURES: u32 = 6;
const LOGITS: u32 = 7;

/// A job: where its results go, tile by tile, each row by row. A job of no rows has no results.
pub(super) fn job(shape: &Shape, name: &str) -> Bundle {
    Bundle::new(name)
        .field("to", Ty::uint(3))
        .field("base", shape.destination())
        .field("stride", shape.destination())
        .field("rows", shape.rows())
        .field("first_row", Ty::uint(1))
        .field("every_other", Ty::bit())
        .field("tiles", shape.tiles())
        .field("grouped", Ty::bit())
        .field("buffer", Ty::bit())
}

/// Takes the results of jobs in order and tells how many jobs are done on `done_o`.
///
/// Everything is registered once on its way: words of activations take `act_we_o`, `act_address_o` and `act_data_o`;
/// operands `keys_we_o`, `values_we_o` (a bit a group), `head_o`, `tile_o`, `row_o` and `operand_o`; scores
/// `scores_we_o`, `segment_o`, `first_o`, `buffer_o`, `keep_o` and `scores_o`; the residual stream `add_o`, `add_odd_o`,
/// `add_address_o` and `scores_o` of the first group; features, besides their words, `features_o` with `opens_o` and
/// `closes_o` at a tile's first and last row and `rows_o`; logits `logits_o` and `number_o`.
pub(super) fn writer(shape: &Shape) -> Result<Arc<Design>, Errors> {
    let (t_o, t_h, tiles) = (shape.t_o, shape.t_h, shape.head_tiles);
    Module::build(format!("core_writer_{}", shape.core.ident()), |m| {
        m.doc(
            "Takes the array's results to activations, keys, values, scores, the residual stream or out of the core.",
        );
        let jobs = m.sink(job(shape, "job"));
        let lanes = t_o * t_h;
        let from = m.sink(Bundle::new("y").lanes("y", Ty::sint(16), lanes).keep(lanes));
        let result = m.source(Bundle::new("result").lanes("y", Ty::sint(16), t_o));
        let field = |name: &str| jobs.field(name);
        let goes = |code: u32| field("to").eq(code);

        m.comment("Row and tile of the result; tiles count those of a head, then groups, then the heads of a group.");
        let row = m.reg_init("row", shape.rows(), 0);
        let token = m.reg("token", shape.row());
        let number = m.reg_init("number", shape.tiles(), 0);
        let tile = m.reg_init("tile", shape.head_tile(), 0);
        let group = m.reg_init("group", Ty::uint(t_h), 1);
        let head = m.reg_init("head", shape.passes(), 0);
        let place = m.reg("place", shape.destination());
        let opening = m.reg_init("opening", Ty::bit(), 1);
        let empty = (jobs.valid() & !field("rows").is_nonzero()).named("empty");
        let to_result = goes(RESULT).named("to_result");
        let open = (jobs.valid() & !opening & !empty).named("open");
        from.ready().set(open & (!to_result | result.ready()));
        result.valid().set(open & to_result & from.valid());
        let takes = from.fire();
        let row_last = (row + 1).eq(field("rows")).named("row_last");
        let tile_last = tile.eq(tiles - 1).named("tile_last");
        let group_last = (field("grouped") | group.bit(t_h - 1)).named("group_last");
        let number_last = (number + 1).eq(field("tiles")).named("number_last");
        let ends = ((takes & row_last & number_last) | (empty & opening)).named("ends");
        jobs.ready().set(ends);
        let step = m.concat([field("every_other"), !field("every_other")]).named("step");
        let by_tile = goes(RESIDUAL).named("to_residual");
        let next_head = (tile_last & group_last).mux((head + 1).wrap(head.width()).as_bits(), head).named("next_head");
        let next_number = (number + 1).wrap(number.width()).as_bits().named("next_number");
        let offset = by_tile.mux(next_number, next_head.resize(number.width()).as_bits());
        let next_start = (field("base") + offset).wrap(place.width()).as_bits();
        m.comment("In the residual stream two rows share an address; a row that is odd moves on to the next.");
        let moves = (!by_tile | field("every_other") | token.bit(0)).named("moves_on");
        let further = (place + field("stride")).wrap(place.width()).as_bits();
        m.clocked(|| {
            m.when_else(
                opening,
                || {
                    opening.set(!(jobs.valid() & field("rows").is_nonzero()));
                    row.set(0);
                    number.set(0);
                    tile.set(0);
                    group.set(1);
                    head.set(0);
                    token.set(field("first_row"));
                    place.set(field("base"));
                },
                || {
                    m.when(takes, || {
                        row.set(row_last.mux(0, (row + 1).wrap(row.width()).as_bits()));
                        token.set(row_last.mux(
                            field("first_row").resize(token.width()).as_bits(),
                            (token + step).wrap(token.width()).as_bits(),
                        ));
                        m.when_else(row_last, || place.set(next_start), || m.when(moves, || place.set(further)));
                        m.when(row_last, || {
                            number.set(next_number);
                            tile.set(tile_last.mux(0, (tile + 1).wrap(tile.width()).as_bits()));
                            head.set(next_head);
                            m.when(tile_last, || {
                                group.set(group_last.mux(1, next_group(m, group)));
                            });
                        });
                        opening.set(ends);
                    });
                },
            );
        });

        m.comment("Each result is a register away from its place.");
        let data = m.reg_vec("data", lanes, Ty::uint(16), None);
        let keep = m.reg("keep", Ty::uint(lanes));
        let address = m.reg("address", shape.destination());
        let head_bits = shape.head().width().max(shape.segment().width());
        let head_out = m.reg("head_out", Ty::uint(head_bits));
        let (row_out, tile_out) = (m.reg("row_out", shape.row()), m.reg("tile_out", shape.head_tile()));
        let banks = m.reg_vec("banks", t_h, Ty::bit(), None);
        let [first_out, buffer_out] = ["first_out", "buffer_out"].map(|name| m.reg(name, Ty::bit()));
        let [act, keys, values, scores, add, features, logits] =
            ["to_act", "to_keys", "to_values", "to_scores", "adds", "to_features", "to_logits"]
                .map(|name| m.reg_init(name, Ty::bit(), 0));
        let [opens, closes] = ["opens", "closes"].map(|name| m.reg(name, Ty::bit()));
        let number_bits = selection::number_bits(shape);
        let (rows_out, number_out) = (m.reg("rows_out", shape.rows()), m.reg("number_out", Ty::uint(number_bits)));
        m.clocked(|| {
            act.set(takes & (goes(ACT) | goes(FEATURES)));
            let others = [
                (keys, KEYS),
                (values, VALUES),
                (scores, SCORES),
                (add, RESIDUAL),
                (features, FEATURES),
                (logits, LOGITS),
            ];
            for (register, code) in others {
                register.set(takes & goes(code));
            }
            opens.set(!row.is_nonzero());
            closes.set(row_last);
            rows_out.set(field("rows"));
            number_out.set(number.bits(number_bits - 1, 0));
            data.whole().set(from.lanes("y").whole());
            keep.set(from.keep());
            address.set(place);
            head_out.set(head.bits(head_bits - 1, 0));
            row_out.set(token);
            tile_out.set(tile);
            banks.whole().set(group | field("grouped").repeat(t_h));
            first_out.set(!tile.is_nonzero() & !head.is_nonzero());
            buffer_out.set(field("buffer"));
        });
        result.lanes("y").whole().set(from.lanes("y").whole().bits(16 * t_o - 1, 0));

        m.comment("A summed job's results are those of the first group, whatever group their head belongs to.");
        let tile_we = m.output_vec("act_we", t_h * tiles, Ty::bit());
        m.for_each("bank", 0..t_h.into(), |bank| {
            m.for_each("part", 0..tiles.into(), |part| {
                tile_we.at(bank * i64::from(tiles) + part).set(act & banks.at(bank) & tile_out.eq(part));
            });
        });
        let grouped = (t_h > 1).then(|| m.reg("grouped_out", Ty::bit()));
        if let Some(grouped) = grouped {
            m.clocked(|| grouped.set(field("grouped")));
        }
        let act_data = m.output_vec("act_data", lanes, Ty::uint(8));
        for bank in 0..t_h {
            let (name, offset) = (format!("lane_{bank}"), i64::from(bank * t_o));
            m.for_each(&name, 0..t_o.into(), |lane| {
                let own = data.at(lane + offset).bits(7, 0);
                let first = data.at(lane).bits(7, 0);
                let later = grouped.filter(|_| bank > 0);
                act_data.at(lane + offset).set(later.map_or(own, |grouped| grouped.mux(own, first)));
            });
        }
        m.output("act_address", shape.act_word()).set(address.bits(shape.act_word().width() - 1, 0));
        m.output("keys_we", Ty::uint(t_h)).set(banks.whole() & keys.repeat(t_h));
        m.output("values_we", Ty::uint(t_h)).set(banks.whole() & values.repeat(t_h));
        m.output("head", shape.head()).set(head_out.bits(shape.head().width() - 1, 0));
        m.output("tile", shape.head_tile()).set(tile_out);
        m.output("row", shape.row()).set(row_out);
        let operand = m.output_vec("operand", t_o, Ty::uint(8));
        m.for_each("operand", 0..t_o.into(), |lane| operand.at(lane).set(data.at(lane).bits(7, 0)));
        m.output("scores_we", Ty::bit()).set(scores);
        m.output("segment", shape.segment()).set(head_out.bits(shape.segment().width() - 1, 0));
        m.output("first", Ty::bit()).set(first_out);
        m.output("buffer", Ty::bit()).set(buffer_out);
        m.output("keep", Ty::uint(lanes)).set(keep);
        m.output("y", Ty::uint(16 * lanes)).set(data.whole());
        for (name, value) in [
            ("features", features),
            ("opens", opens),
            ("closes", closes),
            ("logits", logits),
            ("rows", rows_out),
            ("number", number_out),
        ] {
            m.output(name, value.ty()).set(value);
        }
        m.output("add", Ty::bit()).set(add);
        m.output("add_odd", Ty::bit()).set(row_out.bit(0));
        m.output("add_address", shape.residual()).set(address.bits(shape.residual().width() - 1, 0));

        m.comment("A job is done when its last results can be read.");
        jobs_done(m, late(m, "ends", ends, SETTLE, true));
    })
}
