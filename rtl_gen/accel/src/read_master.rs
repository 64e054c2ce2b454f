//! The master that reads memory.

use std::sync::Arc;

use hdl::{Bundle, Design, Latency, Module, Sig, Ty, prim};
use spec::axi::ReadMaster;
use units::Error;

use crate::split::{UNALIGNED, address_channel, split};

/// Reads memory: a command `{address, beats}` on stream `cmd` gives `beats` beats on stream `data`, in order.
///
/// `address` is in bytes. `data` carries `data` (lanes of 32 bits), `error` and, on the last beat of each command, `last`.
/// `error` is 0, or what that beat suffers from: 1 the command's address was no multiple of a beat (it is rounded
/// down), 2 SLVERR, 3 DECERR. `error_o` keeps the first of them until `clear_error_i`. A command of no beats gives
/// nothing. `busy_o` is high until the last beat asked for has left. While `stop_i` is high no burst is asked for;
/// `quiet_o` tells that memory owes none, so that the master may be reset.
///
/// Ports of the bus: `m_axi_araddr_o`, `m_axi_arlen_o`, `m_axi_arvalid_o`, `m_axi_arready_i`, `m_axi_rdata_i`,
/// `m_axi_rresp_i`, `m_axi_rlast_i`, `m_axi_rvalid_i`, `m_axi_rready_o`. A burst is asked for only when the buffer has
/// room for all of it, so that `m_axi_rready_o` never falls. A request appears three cycles after its command, a beat
/// two cycles after it came.
///
/// # Errors
/// [`Error::Config`] for widths and depths that there cannot be.
///
/// ```
/// use spec::axi::{Master, ReadMaster};
/// let design = accel::axi_read_master(&ReadMaster { master: Master::new(32, 32) })?;
/// assert!(design.ports().iter().any(|port| port.name == "m_axi_araddr_o"));
/// # Ok::<(), units::Error>(())
/// ```
pub fn axi_read_master(config: &ReadMaster) -> Result<Arc<Design>, Error> {
    config.validate()?;
    let name = config.module_name();
    let config = &config.master;
    let (bits, depth) = (config.data_bits, config.buffer_beats());
    let buffer_design = prim::ram_fifo(bits + 3, depth)?;
    let bursts_design = prim::fifo(2, config.outstanding)?;
    Ok(Module::build(name, |m| {
        m.doc(format!(
            "AXI4 read master: commands of an address and a number of beats in, their data in order out. Bursts of up to \
             {} beats end where the address is a multiple of that, so none crosses 4 KiB; up to {} are on their way.",
            config.max_burst, config.outstanding
        ));
        m.doc("");
        m.doc("A burst is asked for only when there is room for all of it: m_axi_rready_o never holds the bus up.");
        m.doc("data.error: 0, 1 the command's address was no multiple of a beat, 2 SLVERR, 3 DECERR; error_o keeps the first.");
        let burst = split(m, config, None);
        let data = m.source(
            Bundle::new("data")
                .lanes("data", Ty::uint(32), bits / 32)
                .field("error", Ty::uint(2))
                .last()
                .timing(Latency::Variable, 1),
        );
        let free = address_channel(m, config, "m_axi_ar", &burst);

        m.comment("Room in the buffer that no burst on its way needs.");
        let room = m.reg_init("room", Ty::range(0, depth), depth);
        let bursts = m.instance("bursts", &bursts_design);
        let fits = room.ge(burst.beats).named("fits");
        let stop = m.input("stop", Ty::bit());
        burst.issue.set(burst.valid & free & fits & bursts.output("in_ready_o") & !stop);
        bursts.input("in_valid_i", burst.issue);
        bursts.input("in_data_i", m.concat([burst.unaligned, burst.last]));
        m.output("quiet", Ty::bit()).set(!bursts.output("out_valid_o"));
        let taken = burst.issue.mux(burst.beats, 0).named("taken");
        let left = data.fire();
        m.clocked(|| room.set((room - taken + left).assume_range(0, depth)));

        m.comment("What comes belongs to the oldest burst; what was not asked for is ignored.");
        let buffer = m.instance("buffer", &buffer_design);
        let valid = m.input("m_axi_rvalid", Ty::bit());
        let ready = buffer.output("in_ready_o");
        m.output("m_axi_rready", Ty::bit()).set(ready);
        let asked = (valid & bursts.output("out_valid_o")).named("beat_asked");
        let came = (asked & ready).named("beat_came");
        let ends = m.input("m_axi_rlast", Ty::bit());
        let response = m.input("m_axi_rresp", Ty::uint(2));
        let oldest = bursts.output_named("out_data_o", "oldest");
        let fault = beat_fault(m, response, oldest.bit(1));
        bursts.input("out_ready_i", came & ends);
        buffer.input("in_valid_i", asked);
        let beat = m.input("m_axi_rdata", Ty::uint(bits));
        buffer.input("in_data_i", m.concat([ends & oldest.bit(0), fault, beat]));
        m.assert("always_ready", !valid | ready);

        let word = buffer.output_named("out_data_o", "word");
        data.valid().set(buffer.output("out_valid_o"));
        buffer.input("out_ready_i", data.ready());
        data.lanes("data").whole().set(word.bits(bits - 1, 0));
        data.field("error").set(word.bits(bits + 1, bits));
        data.last().set(word.bit(bits + 2));

        first_error(m, came, fault);
        let busy = m.reg_init("busy", Ty::bit(), 0);
        m.clocked(|| busy.set(burst.cmd.fire() | burst.active | burst.valid | room.ne(depth)));
        m.output("busy", Ty::bit()).set(busy);
    })?)
}

/// What a response says is wrong: SLVERR and DECERR as they are, `UNALIGNED` for a burst of an unaligned command, else 0.
pub(crate) fn beat_fault<'m>(m: &'m Module, response: Sig<'m>, unaligned: Sig<'m>) -> Sig<'m> {
    let failed = response.bit(1);
    m.first([(failed, response), (unaligned, m.lit_of(UNALIGNED, Ty::uint(2)))], 0).named("fault")
}

/// The output `error`: the first fault since reset or `clear_error`.
pub(crate) fn first_error<'m>(m: &'m Module, came: Sig<'m>, fault: Sig<'m>) {
    let clear = m.input("clear_error", Ty::bit());
    let error = m.reg_init("error", Ty::uint(2), 0);
    let open = (clear | error.eq(0)).named("error_open");
    m.clocked(|| {
        m.when(clear, || error.set(0));
        m.when(open & came & fault.is_nonzero(), || error.set(fault));
    });
    m.output("error", Ty::uint(2)).set(error);
}
