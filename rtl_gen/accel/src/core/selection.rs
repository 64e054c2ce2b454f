//! The token selector in the residual stream.

use std::sync::Arc;

use hdl::{Bundle, Design, Module, RamStyle, Sig, Ty, prim};
use units::Error;

use super::count::places_left;
use super::shape::{Shape, bits};
use super::softmax::late;

/// Cycles from a request to a tile of logits.
const READ: u32 = 3;
/// Logits that may wait.
const LOGITS: u32 = 8;
/// Columns of a head: keep, prune, gate, and one that fills up.
pub(super) const COLUMNS: u32 = 4;

/// A job: sizes, whether the last token is a package, the threshold.
pub(super) fn job(shape: &Shape, name: &str) -> Bundle {
    let config = shape.core.selector();
    Bundle::new(name)
        .field("tokens", shape.rows())
        .field("heads", Ty::range(0, config.max_heads).full())
        .field("tiles", Ty::range(0, config.max_channels / config.lanes).full())
        .field("package", Ty::bit())
        .field("threshold", Ty::uint(16))
}

/// Bits of the number of a token's tile of logits.
pub(super) fn number_bits(shape: &Shape) -> u32 {
    bits((COLUMNS * shape.core.max_heads()).div_ceil(shape.t_o)).max(1)
}

/// Holds the logits of all tokens, scores the heads by them, and takes the tokens' tiles: those that stay go back to the
/// residual stream, from row 0 on and never before they were read, behind them the package.
///
/// Ports: `we_i`, `row_i`, `number_i` (tile of the row) and `y_i` write logits; streams `job`, `in` (tiles of tokens, row by
/// row) and `write` (tiles to the residual stream). `finished_o` pulses when the last one is written; from then on
/// `tokens_o`, `package_o` and `stays_o` (a bit a token) tell the outcome.
pub(super) fn selection(shape: &Shape) -> Result<Arc<Design>, Error> {
    let (t_o, max_tokens) = (shape.t_o, shape.core.max_tokens);
    let config = shape.core.selector();
    let (scores_design, selector_design) =
        (units::token_classifier::scores(&shape.core.classifier())?, units::token_selector(&config)?);
    let heads_of_tile = t_o / COLUMNS;
    let (tile_bits, lane_bits) = (number_bits(shape), bits(heads_of_tile));
    let logits_design = prim::ram(16 * t_o, max_tokens << tile_bits, RamStyle::Block, 2)?;
    let queue_design = prim::fifo(48, LOGITS)?;
    Ok(Module::build(format!("core_selection_{}", shape.core.ident()), |m| {
        m.doc(
            "Token selection in the residual stream: scores of the heads from their logits, and the tokens that stay.",
        );
        let write = m.input("we", Ty::bit());
        let row = m.input("row", shape.row());
        let number = m.input("number", Ty::uint(tile_bits));
        let y = m.input("y", Ty::uint(16 * t_o));
        let jobs = m.sink(job(shape, "job"));
        let from = m.sink(Bundle::new("in").lanes("x", Ty::sint(16), t_o));
        let to = Bundle::new("write").field("odd", Ty::bit()).field("address", shape.residual());
        let to = m.source(to.lanes("x", Ty::sint(16), t_o));
        let selector = m.instance("selector", &selector_design);

        m.comment("A job is held while its logits are read.");
        let reading = m.reg_init("reading", Ty::bit(), 0);
        let held: Vec<Sig<'_>> =
            ["tokens", "heads"].map(|name| m.reg(&format!("job_{name}"), jobs.field(name).ty())).into_iter().collect();
        let tiles = m.reg("job_tiles", jobs.field("tiles").ty());
        let taken = selector.output("cmd_ready_o");
        jobs.ready().set(taken & !reading);
        selector.input("cmd_valid_i", jobs.valid() & !reading);
        let fields = ["threshold", "package", "tiles", "heads", "tokens"].map(|name| jobs.field(name).as_bits());
        selector.input("cmd_data_i", m.concat(fields));
        let starts = jobs.fire().named("starts");

        m.comment("Head and token whose logits are read next.");
        let head = m.reg_init("head", jobs.field("heads").ty(), 0);
        let token = m.reg_init("token", shape.rows(), 0);
        let [asks, leaves] = ["asks", "leaves"].map(|name| m.wire(name, Ty::bit()));
        let room = places_left(m, "room", LOGITS, asks, leaves);
        asks.set(reading & room.is_nonzero());
        let head_last = (head + 1).eq(held[1]).named("head_last");
        let token_last = (token + 1).eq(held[0]).named("token_last");
        m.clocked(|| {
            m.when(asks, || {
                head.set(head_last.mux(0, (head + 1).wrap(head.width()).as_bits()));
                m.when(head_last, || token.set(token_last.mux(0, (token + 1).wrap(token.width()).as_bits())));
            });
            m.when_else(starts, || reading.set(1), || m.when(asks & head_last & token_last, || reading.set(0)));
            m.when(starts, || {
                held[0].set(jobs.field("tokens"));
                held[1].set(jobs.field("heads"));
                tiles.set(jobs.field("tiles"));
            });
        });
        let logits = m.instance("logits", &logits_design);
        logits.input("we_i", write);
        logits.input("waddr_i", m.concat([row, number]));
        logits.input("wdata_i", y);
        let place = m.reg("place", Ty::uint(shape.row().width() + tile_bits));
        let tile_of_head =
            head.as_bits().resize(lane_bits + tile_bits).as_bits().bits(lane_bits + tile_bits - 1, lane_bits);
        m.clocked(|| place.set(m.concat([token.bits(shape.row().width() - 1, 0), tile_of_head])));
        logits.input("raddr_i", place);
        let came = late(m, "asked", asks, READ, true);
        let of_heads = m.wire_vec("of_head", heads_of_tile, Ty::uint(16 * COLUMNS));
        of_heads.whole().set(logits.output("rdata_o"));
        let of_head = match lane_bits {
            0 => of_heads.at(0),
            _ => {
                // A tile may have room for more heads than there are.
                let lane = head.as_bits().resize(lane_bits.max(head.width())).as_bits().bits(lane_bits - 1, 0);
                of_heads.pick(late(m, "lane", lane, READ, false))
            }
        };
        of_head.bits(63, 48).named("unused_column");
        let queue = m.instance("queue", &queue_design);
        queue.input("in_valid_i", came);
        queue.input("in_data_i", of_head.bits(47, 0));
        queue.output_named("in_ready_o", "unused_queue_ready");
        let scores = m.instance("scores", &scores_design);
        scores.feed_from("logit", queue, "out");
        leaves.set(queue.output("out_valid_o") & scores.output("logit_ready_o"));
        selector.feed_from("score", scores, "score");
        selector.feed("in", &from);

        m.comment("Which tokens stay.");
        let stays = m.reg("stay", Ty::uint(max_tokens));
        let decision = selector.output("decision_data_o").as_bits();
        let decided = selector.output("decision_valid_o");
        selector.input("decision_ready_i", m.lit_of(1, Ty::bit()));
        let id_bits = bits(max_tokens);
        let (id, keep) = (decision.bits(id_bits - 1, 0).named("id"), decision.bit(id_bits).named("keep"));
        decision.bits(decision.width() - 1, id_bits + 1).named("unused_score");
        selector.output_named("decision_last_o", "unused_decision_last");
        let stay = keep.as_bits().resize(max_tokens).shl(id).wrap(max_tokens);
        m.clocked(|| m.when_else(starts, || stays.set(0), || m.when(decided, || stays.set(stays | stay))));
        m.output("stays", Ty::uint(max_tokens)).set(stays);

        m.comment("How many.");
        let status = selector.output("status_data_o").as_bits();
        selector.input("status_ready_i", m.lit_of(1, Ty::bit()));
        let count = shape.rows().width();
        let (kept, packaged) = (status.bits(count - 1, 0), status.bit(2 * count).named("packaged"));
        status.bits(2 * count - 1, count).named("unused_pruned");
        let (left, package) = (m.reg("left", shape.rows()), m.reg("package", Ty::bit()));
        m.clocked(|| {
            m.when(selector.output("status_valid_o"), || {
                left.set((kept + packaged).wrap(count));
                package.set(packaged);
            });
        });
        m.output("tokens", shape.rows()).set(left);
        m.output("package", Ty::bit()).set(package);

        m.comment("Tiles that stay: two rows share an address.");
        let odd = m.reg_init("odd", Ty::bit(), 0);
        let tile = m.reg_init("tile", tiles.ty(), 0);
        let line = m.reg_init("line", shape.residual(), 0);
        let out = selector.output("out_data_o").as_bits();
        to.valid().set(selector.output("out_valid_o"));
        selector.input("out_ready_i", to.ready());
        to.lanes("x").whole().set(out.bits(16 * t_o - 1, 0));
        to.field("odd").set(odd);
        to.field("address").set((line + tile).wrap(line.width()));
        let tile_last = (tile + 1).eq(tiles).named("tile_last");
        let writes = to.fire();
        let ends = (writes & selector.output("out_last_o")).named("ends");
        m.clocked(|| {
            m.when_else(
                starts,
                || {
                    odd.set(0);
                    tile.set(0);
                    line.set(0);
                },
                || {
                    m.when(writes, || {
                        tile.set(tile_last.mux(0, (tile + 1).wrap(tile.width()).as_bits()));
                        m.when(tile_last, || {
                            odd.set(!odd);
                            m.when(odd, || line.set((line + tiles).wrap(line.width()).as_bits()));
                        });
                    });
                },
            );
        });
        let finished = m.reg_init("finished", Ty::bit(), 0);
        m.clocked(|| finished.set(ends));
        m.output("finished", Ty::bit()).set(finished);
    })?)
}
