//! What the token selector's products take of the residual stream.

use std::sync::Arc;

use hdl::{Bundle, Design, Module, Ty, prim};
use units::Error;

use super::narrow::{self, narrow};
use super::shape::{Shape, bits};

/// Tiles of means that may wait.
const TILES: u32 = 2;

/// Tokens' tiles of T_o channels in; the same in 8 bits out, and behind a token's tiles, or between those of the next, tiles
/// of its heads' means.
///
/// Streams: `job` (rows and heads), `in` (channels and how many bits are rounded off), `out` (`y`; `is_means`, and of means
/// their `number` in the row and whether it is the `last`).
pub(super) fn measure(shape: &Shape) -> Result<Arc<Design>, Error> {
    let t_o = shape.t_o;
    let config = shape.core.classifier();
    let (narrow_design, means_design) = (narrow(shape)?, units::token_classifier::means(&config)?);
    let number_bits = shape.head_tile().width();
    let tiles = prim::fifo(8 * t_o + number_bits + 1, TILES)?;
    Ok(Module::build(format!("core_measure_{}", shape.core.ident()), |m| {
        m.doc("Tokens in 8 bits, and the means of their heads.");
        let (rows, heads) = (shape.rows(), Ty::range(0, config.max_heads).full());
        let jobs = m.sink(Bundle::new("job").field("rows", rows).field("heads", heads));
        let from = m.sink(Bundle::new("in").lanes("x", Ty::sint(16), t_o).field("drop", Ty::uint(narrow::DROP)));
        let to = Bundle::new("out").lanes("y", Ty::uint(8), t_o).field("number", Ty::uint(number_bits));
        let to = m.source(to.field("last", Ty::bit()).field("is_means", Ty::bit()));

        let (narrow, means) = (m.instance("narrow", &narrow_design), m.instance("means", &means_design));
        means.feed("cmd", &jobs);
        let (narrow_ready, means_ready) = (narrow.output("in_ready_o"), means.output("in_ready_o"));
        from.ready().set(narrow_ready & means_ready);
        narrow.input("in_valid_i", from.valid() & means_ready);
        narrow.input("in_data_i", m.concat([from.field("drop"), from.lanes("x").whole()]));
        means.input("in_valid_i", from.valid() & narrow_ready);
        means.input("in_data_i", from.lanes("x").whole());

        m.comment("Means gather until they are a tile, or the token's last.");
        let lane_bits = bits(t_o);
        let lane = m.reg_init("lane", Ty::uint(lane_bits), 0);
        let number = m.reg_init("number", Ty::uint(number_bits), 0);
        let gathered = m.reg_vec("gathered", t_o, Ty::uint(8), None);
        let queue = m.instance("tiles", &tiles);
        let room = queue.output("in_ready_o");
        let mean = means.output("mean_data_o").as_bits();
        let token_last = means.output("mean_last_o").named("token_last");
        let takes = (means.output("mean_valid_o") & room).named("takes");
        means.input("mean_ready_i", room);
        let full = (token_last | lane.eq(t_o - 1)).named("full");
        m.clocked(|| {
            m.when(takes, || {
                lane.set(full.mux(0, (lane + 1).wrap(lane_bits).as_bits()));
                m.when(full, || number.set(token_last.mux(0, (number + 1).wrap(number_bits).as_bits())));
            });
        });
        let tile = m.wire_vec("tile", t_o, Ty::uint(8));
        m.for_each("gather", 0..t_o.into(), |place| {
            tile.at(place).set(lane.eq(place).mux(mean, gathered.at(place)));
            m.clocked(|| m.when(takes, || gathered.at(place).set(tile.at(place))));
        });
        queue.input("in_valid_i", takes & full);
        queue.input("in_data_i", m.concat([token_last, number, tile.whole()]));

        m.comment("Means go first.");
        let has_means = queue.output("out_valid_o");
        let held = queue.output("out_data_o");
        to.valid().set(has_means | narrow.output("out_valid_o"));
        to.field("is_means").set(has_means);
        to.lanes("y").whole().set(has_means.mux(held.bits(8 * t_o - 1, 0), narrow.output("out_data_o").as_bits()));
        to.field("number").set(held.bits(8 * t_o + number_bits - 1, 8 * t_o));
        to.field("last").set(held.bit(8 * t_o + number_bits));
        queue.input("out_ready_i", to.ready());
        narrow.input("out_ready_i", to.ready() & !has_means);
    })?)
}
