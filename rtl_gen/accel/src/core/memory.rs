//! The core's ports to memory, and who their data belongs to.

use std::sync::Arc;

use hdl::{Design, Dir, Instance, Module, Sig, Ty};

use super::dispatch;
use super::shape::{Shape, bits};

/// A master whose ports to memory are the core's, called `<name>_m_axi_…`; `<name>_error` and `<name>_quiet` are its own.
pub(super) fn bus<'m>(m: &'m Module, name: &str, design: &Arc<Design>, stop: Sig<'m>) -> Instance<'m> {
    let master = m.instance(&format!("{name}_master"), design);
    for port in design.ports().iter().filter(|port| port.name.starts_with("m_axi_")) {
        let own = format!("{name}_{}", port.name.trim_end_matches("_i").trim_end_matches("_o"));
        match port.dir {
            Dir::In => master.input(&port.name, m.input(&own, port.ty.clone())),
            Dir::Out => master.drive(&port.name, m.output(&own, port.ty.clone())),
        }
    }
    master.input("clear_error_i", m.lit_of(0, Ty::bit()));
    master.drive("error_o", m.output(&format!("{name}_error"), Ty::uint(2)));
    master.input("stop_i", stop);
    master.drive("quiet_o", m.output(&format!("{name}_quiet"), Ty::bit()));
    master
}

pub(super) fn reader<'m>(m: &'m Module, name: &str, design: &Arc<Design>, stop: Sig<'m>) -> Instance<'m> {
    let master = bus(m, name, design, stop);
    master.output_named("busy_o", &format!("unused_{name}_busy"));
    master
}

/// A master's data as the stream `to` of a part, which has no use for the marks.
pub(super) fn connect_data<'m>(m: &'m Module, master: Instance<'m>, part: Instance<'m>, to: &str, bits: u32) {
    let word = master.output("data_data_o");
    master.output_named("data_last_o", &format!("unused_{to}_last"));
    word.bits(bits + 1, bits).named(&format!("unused_{to}_fault"));
    part.input(&format!("{to}_valid_i"), master.output("data_valid_o"));
    part.input(&format!("{to}_data_i"), word.bits(bits - 1, 0));
    master.input("data_ready_i", part.output(&format!("{to}_ready_o")));
    let _ = m;
}

/// Column parameters, one column of 64 bits after the other: bias, multiplier, shift. Tells whether a beat is done with.
pub(super) fn columns<'m>(m: &'m Module, shape: &Shape, array: Instance<'m>, valid: Sig<'m>, beat: Sig<'m>) -> Sig<'m> {
    let count = beat.width() / 64;
    let words = m.wire_vec("columns", count, Ty::uint(54));
    for column in 0..count {
        words.at(i64::from(column)).set(beat.bits(64 * column + 53, 64 * column));
        beat.bits(64 * column + 63, 64 * column + 54).named(&format!("unused_column_{column}"));
    }
    let number = m.reg_init("column", Ty::uint(bits(count).max(1)), 0);
    let word = if count == 1 { words.at(0) } else { words.pick(number) }.named("column_word");
    let (bias, mult, shift) = (word.bits(31, 0), word.bits(47, 32), word.bits(53, 48));
    array.input("column_valid_i", valid);
    array.input("column_data_i", m.concat([shift.repeat(shape.t_h), mult.repeat(shape.t_h), bias.repeat(shape.t_h)]));
    let ready = array.output("column_ready_o");
    let last = number.eq(count - 1).named("column_last");
    m.clocked(|| {
        m.when(valid & ready, || number.set(last.mux(0, (number + 1).wrap(number.width()).as_bits())));
    });
    (ready & last).named("column_beat_done")
}

#[expect(clippy::too_many_arguments, reason = "two sources, their order and their master meet here")]
pub(super) fn stores<'m>(
    m: &'m Module,
    shape: &Shape,
    dispatch: Instance<'m>,
    writer: Instance<'m>,
    vector: Instance<'m>,
    write_master: &Arc<Design>,
    stop: Sig<'m>,
    transfers: &Arc<Design>,
    owners: &Arc<Design>,
    results: &Arc<Design>,
) {
    let transfer_bits = shape.core.address_bits + dispatch::LENGTH;
    let master = bus(m, "store", write_master, stop);
    let queue = m.instance("store_queue", transfers);
    let order = m.instance("store_owners", owners);
    let buffer = m.instance("results", results);
    buffer.feed_from("in", writer, "result");
    let given = dispatch.output("store_data_o");
    dispatch.input("store_ready_i", queue.output("in_ready_o") & order.output("in_ready_o"));
    queue.input("in_valid_i", dispatch.output("store_valid_o"));
    order.input("in_valid_i", dispatch.output("store_valid_o"));
    queue.input("in_data_i", given.bits(transfer_bits - 1, 0));
    order.input("in_data_i", given.bits(transfer_bits, shape.core.address_bits));
    master.feed_from("cmd", queue, "out");
    let owner = order.output("out_data_o");
    let (beats, of_vector) = (owner.bits(dispatch::LENGTH - 1, 0), owner.bit(dispatch::LENGTH).named("of_vector"));
    let has_data = of_vector.mux(vector.output("store_valid_o"), buffer.output("out_valid_o")).named("has_data");
    let valid = (order.output("out_valid_o") & has_data).named("store_valid");
    master.input("data_valid_i", valid);
    master.input("data_data_i", of_vector.mux(vector.output("store_data_o"), buffer.output("out_data_o")));
    let fires = (valid & master.output("data_ready_o")).named("stores");
    // Ready without a look at valid, which comes a long way.
    vector.input("store_ready_i", order.output("out_valid_o") & of_vector & master.output("data_ready_o"));
    buffer.input("out_ready_i", fires & !of_vector);
    let count = m.reg_init("stored", Ty::uint(dispatch::LENGTH), 0);
    let last = (count + 1).eq(beats).named("store_last");
    order.input("out_ready_i", fires & last);
    m.clocked(|| m.when(fires, || count.set(last.mux(0, (count + 1).wrap(dispatch::LENGTH).as_bits()))));

    m.comment("Transfers that are given and not yet answered.");
    let open = m.reg_init("open_stores", Ty::uint(8), 0);
    master.input("done_ready_i", m.lit_of(1, Ty::bit()));
    master.output_named("done_data_o", "unused_store_fault");
    let (opens, closes) = (dispatch.output("store_valid_o"), master.output("done_valid_o"));
    m.clocked(|| {
        m.when_else(
            opens & !closes,
            || open.set((open + 1).wrap(8).as_bits()),
            || m.when(closes & !opens, || open.set((open - 1).wrap(8).as_bits())),
        );
    });
    dispatch.input("stores_idle_i", !open.is_nonzero());
    if write_master.ports().iter().any(|port| port.name == "busy_o") {
        master.output_named("busy_o", "unused_store_busy");
    }
}
