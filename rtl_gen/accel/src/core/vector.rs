//! What works on tokens one tile at a time: loads, layer norm, token selection, stores.

use std::sync::Arc;

use hdl::{Bundle, Design, Latency, Module, Sig, Ty};
use spec::accel::VectorOp;
use units::Error;

use super::acts::is_due;
use super::count::{count_beats, jobs_done};
use super::measure::measure;
use super::narrow::DROP;
use super::place::{self, Place, tile_place};
use super::selection::{self, selection};
use super::shape::{COUNT, Shape};
use super::softmax::late;

/// Cycles from a job's last tile until all of them can be read.
const SETTLE: u32 = 4;

/// A job: what, which rows, where from and to, and what must be done before.
pub(super) fn job(shape: &Shape, name: &str) -> Bundle {
    Bundle::new(name)
        .field("op", Ty::uint(3))
        .field("rows", shape.rows())
        .field("first_row", Ty::uint(1))
        .field("every_other", Ty::bit())
        .field("tiles", Ty::uint(10))
        .field("base", shape.source())
        .field("line", shape.residual())
        .field("stride", shape.norm_word())
        .field("means", shape.norm_word())
        .field("drop", Ty::uint(DROP))
        .field("heads", Ty::range(0, shape.core.max_heads()).full())
        .field("package", Ty::bit())
        .field("threshold", Ty::uint(16))
        .field("after_matrix", Ty::uint(COUNT))
        .field("after_vector", Ty::uint(COUNT))
}

/// A walk over rows of tiles.
struct Walk<'m> {
    tile: Sig<'m>,
    tile_last: Sig<'m>,
    ends: Sig<'m>,
}

/// Tile and row that come next; `restarts` before a job.
fn walk<'m>(
    m: &'m Module,
    shape: &Shape,
    name: &str,
    rows: Sig<'m>,
    tiles: Sig<'m>,
    step: Sig<'m>,
    restarts: Sig<'m>,
) -> Walk<'m> {
    let tile = m.reg(&format!("{name}_tile"), Ty::uint(10));
    let row = m.reg(&format!("{name}_row"), shape.rows());
    let last_tile = m.reg(&format!("{name}_last_tile"), Ty::uint(10));
    let last_row = m.reg(&format!("{name}_last_row"), shape.rows());
    let tile_last = tile.eq(last_tile).named(&format!("{name}_tile_last"));
    let row_last = row.eq(last_row).named(&format!("{name}_row_last"));
    m.clocked(|| {
        m.when_else(
            restarts,
            || {
                last_tile.set((tiles - 1).wrap(10).as_bits());
                last_row.set((rows - 1).wrap(row.width()).as_bits());
                tile.set(0);
                row.set(0);
            },
            || {
                m.when(step, || {
                    tile.set(tile_last.mux(0, (tile + 1).wrap(10).as_bits()));
                    m.when(tile_last, || row.set((row + 1).wrap(row.width())));
                });
            },
        );
    });
    Walk { tile, tile_last, ends: (step & tile_last & row_last).named(&format!("{name}_ends")) }
}

/// The vector unit: one job after the other, on tiles of T_o channels.
///
/// Streams: `memory` (beats of two tiles of 8 bits or one of 16), `read` and `tile` (the residual stream's), `write` (its
/// tiles), `store` (out of the core), `column_means`; normalised tiles take `norm_we_o`, `norm_address_o`, `norm_data_o`;
/// activations from memory, with `act_loads_o`, `act_we_o` (a bit for two tiles), `act_address_o` and `act_data_o`.
/// What is counted stands on `counts_i` until `counted_o`, from `counting_o` on without a change.
/// Logits come on `logits_we_i`, `logits_row_i`, `logits_number_i`, `logits_y_i`; `tokens_we_o` tells that the number of
/// tokens is now `tokens_o`, the last of which is a package if `package_o`. `done_o` counts jobs.
pub(super) fn vector(shape: &Shape) -> Result<Arc<Design>, Error> {
    let (t_o, t_h, parts) = (shape.t_o, shape.t_h, shape.head_tiles);
    let layer_norm = units::layer_norm(&shape.core.layer_norm())?;
    let (measure_design, selection_design) = (measure(shape)?, selection(shape)?);
    Ok(Module::build(format!("core_vector_{}", shape.core.ident()), |m| {
        m.doc("Loads of activations and of the residual stream, its layer norm, the selection of its tokens, and its stores: one job");
        m.doc("after the other.");
        let jobs = m.sink(job(shape, "job"));
        let memory = m.sink(Bundle::new("memory").lanes("x", Ty::uint(8), 2 * t_o));
        let tile = m.sink(Bundle::new("tile").lanes("x", Ty::sint(16), t_o));
        let place = |name: &str| Bundle::new(name).field("odd", Ty::bit()).field("address", shape.residual());
        let read = m.source(place("read"));
        let write = m.source(place("write").lanes("x", Ty::sint(16), t_o));
        let column_means = m.sink(Bundle::new("column_means").lanes("mean", Ty::uint(8), t_o));
        let store = m.source(Bundle::new("store").lanes("x", Ty::sint(16), t_o).timing(Latency::Variable, 1));
        let norm = m.instance("layer_norm", &layer_norm);
        let measure = m.instance("measure", &measure_design);
        let selection = m.instance("selection", &selection_design);
        let field = |name: &str| jobs.field(name);
        let is = |op: VectorOp| field("op").eq(op as u32);

        let ends = m.wire("ends", Ty::bit());
        let leaves = m.reg_init("leaves", Ty::bit(), 0);
        let due = (is_due(m, &jobs, leaves) & !leaves).named("is_due");
        let begins = (jobs.valid() & due & field("rows").is_nonzero()).named("begins");
        let busy = m.reg_init("busy", Ty::bit(), 0);
        let [loads_act, loads_residual, normalises, stores, measures, averages, selects, counting] = [
            ("loads_act", VectorOp::LoadAct),
            ("loads_residual", VectorOp::LoadResidual),
            ("normalises", VectorOp::LayerNorm),
            ("stores", VectorOp::StoreResidual),
            ("measures", VectorOp::Measure),
            ("averages", VectorOp::Means),
            ("selects", VectorOp::Select),
            ("counting", VectorOp::Count),
        ]
        .map(|(name, op)| {
            let does = m.reg_init(name, Ty::bit(), 0);
            m.clocked(|| m.when_else(!busy, || does.set(begins & is(op)), || m.when(ends, || does.set(0))));
            does
        });
        let idle = (!busy).named("idle");

        m.comment("Tiles of the residual stream that are asked for, or written.");
        let asking = m.reg_init("asking", Ty::bit(), 0);
        let asks = (read.fire() | (loads_residual & write.fire())).named("asks");
        let asked = walk(m, shape, "asked", field("rows"), field("tiles"), asks, idle);
        let token_odd = m.reg("odd", Ty::bit());
        let line = m.reg("line", shape.residual());
        let moves = (field("every_other") | token_odd).named("moves_on");
        m.clocked(|| {
            m.when_else(
                idle,
                || {
                    token_odd.set(field("first_row").bit(0));
                    line.set(is(VectorOp::LoadResidual).mux(field("line"), 0));
                },
                || {
                    m.when(asks & asked.tile_last, || {
                        token_odd.set(token_odd ^ !field("every_other"));
                        m.when(moves, || line.set((line + field("tiles")).wrap(line.width()).as_bits()));
                    });
                },
            );
        });
        let address = (line + asked.tile).wrap(line.width()).as_bits().named("residual_address");
        read.valid().set((normalises | stores | measures | selects) & asking);
        read.field("odd").set(token_odd);
        read.field("address").set(address);

        m.comment("The residual stream takes tiles from memory, or those of tokens that stay.");
        let stays = selection.output("write_data_o").as_bits();
        let address_bits = shape.residual().width();
        write.valid().set((loads_residual & asking & memory.valid()) | selection.output("write_valid_o"));
        write.field("odd").set(selects.mux(stays.bit(0), token_odd));
        write.field("address").set(selects.mux(stays.bits(address_bits, 1), address));
        let kept = stays.bits(address_bits + 16 * t_o, address_bits + 1);
        write.lanes("x").whole().set(selects.mux(kept, memory.lanes("x").whole().as_bits()));
        selection.input("write_ready_i", selects & write.ready());

        m.comment("Tiles that come back go to the layer norm, to the token selector or out of the core.");
        let came = walk(m, shape, "came", field("rows"), field("tiles"), tile.fire(), idle);
        norm.input("in_valid_i", normalises & tile.valid());
        norm.input("in_data_i", tile.lanes("x").whole());
        norm.input("in_last_i", came.tile_last);
        measure.input("in_valid_i", measures & tile.valid());
        measure.input("in_data_i", m.concat([field("drop"), tile.lanes("x").whole()]));
        selection.input("in_valid_i", selects & tile.valid());
        selection.input("in_data_i", tile.lanes("x").whole());
        let takers = [
            (normalises, norm.output("in_ready_o")),
            (measures, measure.output("in_ready_o")),
            (selects, selection.output("in_ready_o")),
            (stores, store.ready()),
        ];
        tile.ready().set(takers.into_iter().fold(m.lit_of(0, Ty::bit()), |any, (busy, ready)| any | (busy & ready)));

        m.comment("What the token selector is told, and what it tells: memory learns which tokens stay.");
        let commanding = m.reg_init("commanding", Ty::bit(), 0);
        measure.input("job_valid_i", measures & commanding);
        measure.input("job_data_i", m.concat([field("heads").as_bits(), field("rows").as_bits()]));
        selection.input("job_valid_i", selects & commanding);
        let tiles_bits = selection::job(shape, "job").bits() - 17 - field("heads").width() - field("rows").width();
        let sizes = [field("tiles").bits(tiles_bits - 1, 0), field("heads").as_bits(), field("rows").as_bits()];
        let command = [field("threshold"), field("package")].into_iter().chain(sizes);
        selection.input("job_data_i", m.concat(command.collect::<Vec<_>>()));
        let commanded = measures.mux(measure.output("job_ready_o"), selection.output("job_ready_o"));
        for name in ["we", "row", "number", "y"] {
            let port = format!("{name}_i");
            let ty = selection_design.ports().iter().find(|own| own.name == port).map(|own| own.ty.clone());
            selection.input(&port, m.input(&format!("logits_{name}"), ty.unwrap_or(Ty::bit())));
        }
        selection.drive("tokens_o", m.output("tokens", shape.rows()));
        selection.drive("package_o", m.output("package", Ty::bit()));
        let selected = selection.output("finished_o");
        m.output("tokens_we", Ty::bit()).set(selected);
        let telling = m.reg_init("telling", Ty::bit(), 0);
        let told = (telling & store.ready()).named("told");
        m.clocked(|| m.when_else(selected, || telling.set(1), || m.when(told, || telling.set(0))));
        let outcome = selection.output("stays_o").as_bits().resize(16 * t_o).as_bits();
        let (counts, counted) = count_beats(m, shape, field("rows"), counting, store.ready());
        store.valid().set((stores & tile.valid()) | telling | counting);
        let streamed = counting.mux(counts, tile.lanes("x").whole().as_bits());
        store.lanes("x").whole().set(telling.mux(outcome, streamed));

        m.comment(
            "Tiles of normalised rows are written: those of a head, then of the next bank, then of the next word.",
        );
        let normalised = norm.output("out_valid_o");
        norm.input("out_ready_i", m.lit_of(1, Ty::bit()));
        norm.output_named("out_last_o", "unused_last");
        let measured = measure.output("out_data_o").as_bits();
        let number_bits = shape.head_tile().width();
        let has_measured = (measures & measure.output("out_valid_o")).named("has_measured");
        let is_means = measured.bit(8 * t_o + number_bits + 1);
        let writes_means = (has_measured & is_means).named("writes_means");
        measure.input("out_ready_i", m.lit_of(1, Ty::bit()));
        column_means.ready().set(averages);
        let tiles_in = [normalises & normalised, has_measured & !is_means, averages & column_means.valid()];
        let writes = tiles_in.into_iter().fold(m.lit_of(0, Ty::bit()), |any, one| any | one).named("writes");
        let written = walk(m, shape, "written", field("rows"), field("tiles"), writes, idle);
        let normal = shape.norm_word();
        let rows = place::Rows { base: field("base").bits(normal.width() - 1, 0), stride: field("stride"), at_once: 1 };
        let Place { bank, part, word } = tile_place(m, shape, "", &rows, (writes, written.tile_last), idle);
        m.comment("A row's means of heads stand in the first bank of a word of their own.");
        let means_word = m.reg("means_word", shape.norm_word());
        let means_row = m.reg("means_row", shape.rows());
        let means_step = m.concat([field("every_other"), !field("every_other")]).named("means_step");
        let number = measured.bits(8 * t_o + number_bits - 1, 8 * t_o).named("means_number");
        let row_averaged = (writes_means & measured.bit(8 * t_o + number_bits)).named("row_averaged");
        let averaged_last = (row_averaged & (means_row + 1).eq(field("rows"))).named("averaged_last");
        m.clocked(|| {
            m.when_else(
                idle,
                || {
                    means_word.set((field("means") + field("first_row")).wrap(means_word.width()).as_bits());
                    means_row.set(0);
                },
                || {
                    m.when(row_averaged, || {
                        means_word.set((means_word + means_step).wrap(means_word.width()).as_bits());
                        means_row.set((means_row + 1).wrap(means_row.width()));
                    });
                },
            );
        });
        let norm_we = m.output_vec("norm_we", t_h * parts, Ty::bit());
        let banks = m.wire_vec("written_bank", t_h, Ty::bit());
        banks.whole().set(writes_means.mux(m.lit_of(1, Ty::uint(t_h)), bank.whole().as_bits()));
        let place = writes_means.mux(number, part).named("written_part");
        let enables = m.reg_vec("enable", t_h * parts, Ty::bit(), Some(0));
        m.for_each("bank", 0..t_h.into(), |b| {
            m.for_each("part", 0..parts.into(), |p| {
                let index = b * i64::from(parts) + p;
                m.clocked(|| enables.at(index).set((writes | writes_means) & banks.at(b) & place.eq(p)));
            });
        });
        norm_we.whole().set(enables.whole());
        let norm_address = m.reg("norm_address", shape.norm_word());
        let norm_data = m.reg("norm_data", Ty::uint(8 * t_o));
        m.clocked(|| {
            norm_address.set(writes_means.mux(means_word, word));
            m.when(normalises, || norm_data.set(norm.output("out_data_o").as_bits()));
            m.when(measures, || norm_data.set(measured.bits(8 * t_o - 1, 0)));
            m.when(averages, || norm_data.set(column_means.lanes("mean").whole()));
        });
        m.output("norm_address", shape.norm_word()).set(norm_address);
        m.output("norm_data", Ty::uint(8 * t_o)).set(norm_data);

        m.comment("Activations are loaded two tiles of a bank at a time.");
        let over = m.reg_init("over", Ty::bit(), 0);
        let loads_on = (loads_act & !over).named("loads_on");
        memory.ready().set(loads_on | (loads_residual & asking & write.ready()));
        let loads = (loads_on & memory.valid()).named("loads");
        let pairs = field("tiles").bits(9, 1).resize(10).as_bits();
        let loaded = walk(m, shape, "loaded", field("rows"), pairs, loads, idle);
        let rows = place::Rows {
            base: field("base").bits(shape.act_word().width() - 1, 0),
            stride: field("stride"),
            at_once: 2,
        };
        let to = tile_place(m, shape, "act_", &rows, (loads, loaded.tile_last), idle);
        let loading = m.reg_init("loading", Ty::bit(), 0);
        let act_enables = m.reg_vec("act_enable", t_h * parts / 2, Ty::bit(), Some(0));
        m.for_each("bank", 0..t_h.into(), |b| {
            m.for_each("pair", 0..(parts / 2).into(), |p| {
                let index = b * i64::from(parts / 2) + p;
                m.clocked(|| act_enables.at(index).set(loads & to.bank.at(b) & to.part.eq(m.lit(0) + p * 2)));
            });
        });
        let [act_address, act_data] =
            [("act_address", shape.act_word()), ("act_data", Ty::uint(16 * t_o))].map(|(name, ty)| m.reg(name, ty));
        m.clocked(|| {
            loading.set(loads);
            m.when(loads, || {
                act_address.set(to.word);
                act_data.set(memory.lanes("x").whole());
            });
        });
        m.output("act_loads", Ty::bit()).set(loading);
        m.output("act_we", Ty::uint(t_h * parts / 2)).set(act_enables.whole());
        m.output("act_address", shape.act_word()).set(act_address);
        m.output("act_data", Ty::uint(16 * t_o)).set(act_data);

        m.comment("A job ends with its last tile, a job of no rows at once; it leaves its queue a cycle later, for both are long ways.");
        let empty = (jobs.valid() & !field("rows").is_nonzero() & due & idle).named("empty");
        m.clocked(|| over.set((loads_act & loaded.ends) | (stores & came.ends)));
        let [walked, averaged] = ["walked", "averaged"].map(|name| m.reg_init(name, Ty::bit(), 0));
        let measures_end = (measures & (walked | written.ends) & (averaged | averaged_last)).named("measures_end");
        m.clocked(|| {
            m.when_else(
                idle,
                || {
                    walked.set(0);
                    averaged.set(0);
                },
                || {
                    m.when(written.ends, || walked.set(1));
                    m.when(averaged_last, || averaged.set(1));
                },
            );
        });
        ends.set(
            over | ((normalises | averages) & written.ends)
                | measures_end
                | told
                | counted
                | (loads_residual & asked.ends)
                | empty,
        );
        m.clocked(|| leaves.set(ends));
        jobs.ready().set(leaves);
        m.clocked(|| {
            m.when_else(
                idle,
                || {
                    busy.set(begins);
                    asking.set(1);
                    commanding.set(1);
                },
                || {
                    m.when(ends, || busy.set(0));
                    m.when(asked.ends, || asking.set(0));
                    m.when(commanded, || commanding.set(0));
                },
            );
        });
        jobs_done(m, late(m, "ends", ends, SETTLE, true));
    })?)
}
