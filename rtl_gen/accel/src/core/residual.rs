//! The residual stream.

use std::sync::Arc;

use hdl::{Bundle, Design, Errors, Latency, Module, RamStyle, Sig, Ty, prim};

use super::count::places_left;
use super::shape::Shape;
use super::softmax::late;

/// Cycles from a request to its tile.
const READ: u32 = 3;
/// Tiles that may wait for who asked.
const TILES: u32 = 8;

/// Even and odd rows of tiles of T_o channels, 16 bits each, in a bank each.
///
/// `add_i` adds `y_i` to a tile, saturating; six cycles later the sum can be read. Stream `read` takes addresses, whose
/// tiles come in order on `tile`; stream `write` replaces tiles. Both wait while the bank's port is taken by an addition.
pub(super) fn residual(shape: &Shape) -> Result<Arc<Design>, Errors> {
    let (t_o, depth) = (shape.t_o, shape.core.max_tokens / 2 * shape.core.residual_tiles());
    let width = 16 * t_o;
    let bank_design = prim::ram(width, depth, RamStyle::Block, 2)?;
    let tiles_design = prim::fifo(width, TILES)?;
    Module::build(format!("core_residual_o{t_o}_d{depth}"), |m| {
        m.doc(format!(
            "Residual stream: even and odd rows of tiles of {t_o} channels in a bank each. Adds with saturation."
        ));
        let add = m.input("add", Ty::bit());
        let (add_odd, add_address) = (m.input("add_odd", Ty::bit()), m.input("add_address", shape.residual()));
        let y = m.input_vec("y", t_o, Ty::sint(16));
        let read = m.sink(Bundle::new("read").field("odd", Ty::bit()).field("address", shape.residual()));
        let tile = m.source(Bundle::new("tile").lanes("x", Ty::sint(16), t_o).timing(Latency::Variable, 1));
        let write = Bundle::new("write").field("odd", Ty::bit()).field("address", shape.residual());
        let write = m.sink(write.lanes("x", Ty::sint(16), t_o));

        m.comment("A tile is read, added to and written back; nobody else has the bank's port then.");
        let added = m.reg("added_address", shape.residual());
        let addend = m.reg_vec("addend", t_o, Ty::sint(16), None);
        m.clocked(|| {
            added.set(add_address);
            addend.whole().set(y.whole());
        });
        let old = m.wire_vec("old", t_o, Ty::sint(16));
        let sums = m.reg_vec("sum", t_o, Ty::sint(17), None);
        let new = m.reg_vec("new", t_o, Ty::sint(16), None);
        let term = m.reg_vec("term", t_o, Ty::sint(16), None);
        m.clocked(|| term.whole().set(addend.whole()));
        m.for_each("lane", 0..t_o.into(), |lane| {
            let sum = sums.at(lane);
            let over = (sum.as_bits().bit(16) ^ sum.as_bits().bit(15)).named("over");
            let limit = m.concat([sum.is_neg(), (!sum.is_neg()).repeat(15)]).cast(Ty::sint(16));
            m.clocked(|| {
                sum.set(old.at(lane) + term.at(lane));
                new.at(lane).set(over.mux(limit, sum.wrap(16)));
            });
        });
        let adds = late(m, "add", add, 4, true);
        let odd = late(m, "add_odd", add_odd, 4, false);
        let place = late(m, "add_place", added, 3, false);

        m.comment("A place comes back a cycle late: who takes a tile is a long way off.");
        let left = m.reg_init("left", Ty::bit(), 0);
        m.clocked(|| left.set(tile.fire()));
        let reads = m.wire("reads", Ty::bit());
        let room = places_left(m, "room", TILES, reads, left);
        reads.set(read.fire());
        read.ready().set(room.is_nonzero() & !(add & add_odd.eq(read.field("odd"))));
        write.ready().set(!(adds & odd.eq(write.field("odd"))));
        let writes = write.fire();
        let banks: Vec<Sig<'_>> = [("even", 0u32), ("odd", 1)]
            .into_iter()
            .map(|(name, number)| {
                let ram = m.instance(name, &bank_design);
                let adds_here = (adds & odd.eq(number)).named(&format!("{name}_adds"));
                let reads_for_add = (add & add_odd.eq(number)).named(&format!("{name}_reads"));
                ram.input("we_i", adds_here | (writes & write.field("odd").eq(number)));
                ram.input("waddr_i", adds_here.mux(place, write.field("address")));
                ram.input("wdata_i", adds_here.mux(new.whole(), write.lanes("x").whole()));
                ram.input("raddr_i", reads_for_add.mux(add_address, read.field("address")));
                ram.output("rdata_o")
            })
            .collect();
        let add_bank = late(m, "add_bank", add_odd, 2, false);
        old.whole().set(add_bank.mux(banks[1], banks[0]));

        m.comment("What was asked for comes in order.");
        let asked = late(m, "asked", reads, READ - 1, true);
        let asked_odd = late(m, "asked_odd", read.field("odd"), READ - 1, false);
        let tiles = m.instance("tiles", &tiles_design);
        tiles.input("in_valid_i", asked);
        tiles.input("in_data_i", asked_odd.mux(banks[1], banks[0]));
        tiles.output_named("in_ready_o", "unused_tiles_ready");
        tile.lanes("x").whole().set(tiles.output("out_data_o"));
        tiles.drive("out_valid_o", tile.valid());
        tiles.input("out_ready_i", tile.ready());
    })
}
