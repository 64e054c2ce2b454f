//! The master that writes memory.

use std::sync::Arc;

use hdl::{Bundle, Design, Latency, Module, Sig, Ty, prim};
use spec::axi::{Master, WriteMaster};
use units::Error;

use crate::read_master::{beat_fault, first_error};
use crate::split::{Split, address_channel, split};

/// Writes memory: a command `{address, beats}` on stream `cmd` takes `beats` beats of stream `data`, and gives a beat on
/// stream `done` when all are written.
///
/// `address` is in bytes, and rounded down to a beat; beats are written whole. `done` comes in the order of the commands,
/// also for one of no beats, and carries `error`: 0, or the first fault of the command's bursts: 1 the address was no
/// multiple of a beat, 2 SLVERR, 3 DECERR. `error_o` keeps the first fault of all until `clear_error_i`. `busy_o` is
/// high while a command is not done, or its `done` not taken; as many commands as bursts may be on their way are taken.
/// While `stop_i` is high no burst is announced; `quiet_o` tells that memory owes no answer, so that the master may be
/// reset.
///
/// Ports of the bus: `m_axi_awaddr_o`, `m_axi_awlen_o`, `m_axi_awvalid_o`, `m_axi_awready_i`, `m_axi_wdata_o`,
/// `m_axi_wstrb_o`, `m_axi_wlast_o`, `m_axi_wvalid_o`, `m_axi_wready_i`, `m_axi_bresp_i`, `m_axi_bvalid_i`,
/// `m_axi_bready_o`. A burst is announced only when all its data is in the buffer, and its answer is always taken.
///
/// # Errors
/// [`Error::Config`] for widths and depths that there cannot be.
///
/// ```
/// use spec::axi::{Master, WriteMaster};
/// let design = accel::axi_write_master(&WriteMaster { master: Master::new(32, 32) })?;
/// assert!(design.ports().iter().any(|port| port.name == "m_axi_awaddr_o"));
/// # Ok::<(), units::Error>(())
/// ```
pub fn axi_write_master(config: &WriteMaster) -> Result<Arc<Design>, Error> {
    config.validate()?;
    let name = config.module_name();
    let config = &config.master;
    let (bits, depth) = (config.data_bits, config.buffer_beats());
    let buffer_design = prim::ram_fifo(bits, depth)?;
    let bursts_design = prim::fifo(2, config.outstanding)?;
    let done_design = prim::ram_fifo(2, config.outstanding)?;
    Ok(Module::build(name, |m| {
        m.doc(format!(
            "AXI4 write master: commands of an address and a number of beats, and their data, in; a beat a command out when \
             all is written. Bursts of up to {} beats end where the address is a multiple of that, so none crosses 4 KiB; up \
             to {} are on their way.",
            config.max_burst, config.outstanding
        ));
        m.doc("");
        m.doc("A burst is announced only when all its data is in the buffer: it never holds the bus up.");
        m.doc("done.error: 0, 1 the command's address was no multiple of a beat, 2 SLVERR, 3 DECERR; error_o keeps the first.");

        m.comment("Commands whose end has not been taken, and whether one of no beats waits for those before it.");
        let jobs = m.reg_init("jobs", Ty::range(0, config.outstanding), 0);
        let empty = m.reg_init("empty", Ty::bit(), 0);
        let burst = split(m, config, Some((jobs.ne(config.outstanding) & !empty).named("accept")));
        let data = m.sink(Bundle::new("data").lanes("data", Ty::uint(32), bits / 32));
        let done = m.source(Bundle::new("done").field("error", Ty::uint(2)).timing(Latency::Variable, 1));
        let free = address_channel(m, config, "m_axi_aw", &burst);

        m.comment("Beats in the buffer that belong to no burst that was announced.");
        let buffer = m.instance("buffer", &buffer_design);
        buffer.feed("in", &data);
        let stored = m.reg_init("stored", Ty::range(0, depth + 1), 0);
        let taken = burst.issue.mux(burst.beats, 0).named("taken");
        let entered = data.fire();
        m.clocked(|| stored.set((stored - taken + entered).assume_range(0, depth + 1)));
        let whole = stored.ge(burst.beats).named("whole");
        let idle = write_data(m, config, &burst, buffer);

        let bursts = m.instance("bursts", &bursts_design);
        let stop = m.input("stop", Ty::bit());
        burst.issue.set(burst.valid & free & whole & idle & bursts.output("in_ready_o") & !stop);
        bursts.input("in_valid_i", burst.issue);
        bursts.input("in_data_i", m.concat([burst.unaligned, burst.last]));

        m.comment("An answer belongs to the oldest burst; what was not asked for is ignored.");
        let ends = m.instance("ends", &done_design);
        let waiting = bursts.output_named("out_valid_o", "waiting");
        m.output("quiet", Ty::bit()).set(!waiting);
        let ready = ends.output("in_ready_o");
        m.output("m_axi_bready", Ty::bit()).set(ready);
        let came = (m.input("m_axi_bvalid", Ty::bit()) & ready & waiting).named("answer_came");
        let oldest = bursts.output_named("out_data_o", "oldest");
        let fault = beat_fault(m, m.input("m_axi_bresp", Ty::uint(2)), oldest.bit(1));
        bursts.input("out_ready_i", came);
        let earlier = m.reg_init("earlier_fault", Ty::uint(2), 0);
        let worst = earlier.is_nonzero().mux(earlier, fault).named("command_fault");
        m.clocked(|| m.when(came, || earlier.set(oldest.bit(0).mux(0, worst))));

        let ends_empty = (empty & !burst.active & !burst.valid & !waiting).named("ends_empty");
        m.clocked(|| {
            m.when(ends_empty, || empty.set(0));
            m.when(burst.cmd.fire() & burst.cmd.field("beats").eq(0), || empty.set(1));
        });
        ends.input("in_valid_i", (came & oldest.bit(0)) | ends_empty);
        ends.input("in_data_i", ends_empty.mux(0, worst));
        ends.drain("out", &done);
        let (more, less) = (burst.cmd.fire(), done.fire());
        m.clocked(|| jobs.set((jobs + more - less).assume_range(0, config.outstanding)));

        first_error(m, came, fault);
        m.output("busy", Ty::bit()).set(jobs.is_nonzero());
    })?)
}

/// The channel W: the beats of one burst after the other. Returns whether a burst can begin.
fn write_data<'m>(m: &'m Module, config: &Master, burst: &Split<'m>, buffer: hdl::Instance<'m>) -> Sig<'m> {
    m.comment("The burst whose data leaves, and the beats of it that are left.");
    let bits = config.data_bits;
    let sending = m.reg_init("sending", Ty::bit(), 0);
    let left = m.reg("beats_left", burst.beats.ty());
    let valid = m.reg_init("beat_valid", Ty::bit(), 0);
    let beat = m.reg("beat", Ty::uint(bits));
    let last = m.reg("beat_last", Ty::bit());
    let open = (!valid | m.input("m_axi_wready", Ty::bit())).named("beat_free");
    let ready = (sending & open).named("beat_ready");
    buffer.input("out_ready_i", ready);
    let load = (ready & buffer.output("out_valid_o")).named("beat_load");
    let final_beat = left.eq(1).named("final_beat");
    m.clocked(|| {
        m.when(open, || valid.set(load));
        m.when_else(burst.issue, || sending.set(1), || m.when(load & final_beat, || sending.set(0)));
        m.when(load, || {
            beat.set(buffer.output("out_data_o"));
            last.set(final_beat);
            left.set((left - 1).assume_range(0, config.max_burst));
        });
        m.when(burst.issue, || left.set(burst.beats));
    });
    m.output("m_axi_wvalid", Ty::bit()).set(valid);
    m.output("m_axi_wdata", Ty::uint(bits)).set(beat);
    m.output("m_axi_wstrb", Ty::uint(bits / 8)).set(m.lit(1).repeat(bits / 8));
    m.output("m_axi_wlast", Ty::bit()).set(last);
    (!sending | (load & final_beat)).named("data_idle")
}
