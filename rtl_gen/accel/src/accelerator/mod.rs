//! The accelerator: a core behind registers, started by a host, with its program checked before it runs.

mod check;
mod control;
mod crc;
mod memory;
mod program;

use std::sync::Arc;

use hdl::{Design, Instance, Module, Sig, Ty};
use spec::accel::Accelerator;
use spec::axi::{Master, ReadMaster};
use units::Error;

use crate::core::core_within;

/// Beats of the longest burst that reads the program.
const PROGRAM_BURST: u32 = 16;
/// Bursts of the program that are on their way: enough for a beat a cycle from a memory that answers after 100.
const PROGRAM_BURSTS: u32 = 8;

/// Builds the accelerator: [`Accelerator`] has its sizes, [`Accelerator::map`] its registers.
///
/// A start over `s_axi_…` (AXI4-Lite) has the program read from memory and judged; a program of another version, for
/// another core, with a wrong checksum, or with an instruction that the core cannot do, is refused before any of it is
/// done. Then the core runs it, and `irq_o` tells the end. Errors of memory, a core without progress and a stop by
/// software end a run early: nothing new is asked of memory, what was asked is waited for, and the next start begins with
/// a reset of all parts. Register `ERROR` names the cause ([`spec::accel::Fault`]).
///
/// Ports to memory: `m_axi_gmem0_…` and so on for the weights of each group, and the last one for all else: it reads
/// parameters, images and, before the core runs, the program, and writes the results.
///
/// # Errors
/// [`Error::Config`] for an accelerator that cannot be built.
///
/// ```
/// use spec::accel::{Accelerator, Core};
/// let design = accel::accelerator(&Accelerator::new(Core::small()))?;
/// assert_eq!(design.name(), "accelerator_i16_o4_h3_t32_d48_m96");
/// assert!(design.ports().iter().any(|port| port.name == "m_axi_gmem3_wdata_o"));
/// # Ok::<(), units::Error>(())
/// ```
pub fn accelerator(config: &Accelerator) -> Result<Arc<Design>, Error> {
    config.validate()?;
    let core_config = &config.core;
    let registers = crate::register_slave(&format!("accelerator_registers_{}", core_config.ident()), &config.map())?;
    let control = control::control(config)?;
    let program = program::program(config)?;
    let core = core_within(core_config)?;
    let master = Master {
        max_burst: PROGRAM_BURST,
        outstanding: PROGRAM_BURSTS,
        length_bits: program::LENGTH,
        ..Master::new(core_config.address_bits, core_config.beat_bits())
    };
    let loader = crate::axi_read_master(&ReadMaster { master })?;
    Ok(Module::build(config.module_name(), |m| {
        m.doc(format!(
            "Accelerator: the vision transformer core {} behind registers, with a memory for {} instructions.",
            core.name(),
            config.max_instructions
        ));
        m.doc("");
        m.doc("Started over s_axi, it reads its program, judges it and runs it; weights, parameters, images and results go");
        m.doc("over the m_axi ports. irq_o tells the end, register ERROR why a run failed.");
        let [registers_design, loader_design, core_design] = [&registers, &loader, &core];
        let registers = m.instance("registers", registers_design);
        let control = m.instance("control", &control);
        let restart = (m.reset() | control.output("clear_o")).named("restart");
        let [program, loader, core] =
            [("program", &program), ("loader", loader_design), ("core", core_design)].map(|(name, design)| {
                let part = m.instance(name, design);
                part.input("rst_i", restart);
                part
            });
        memory::registers_bus(m, registers, registers_design);
        addresses(m, config, registers, control, program, core);

        m.comment("The program.");
        program.input("load_i", control.output("load_o"));
        program.input("play_i", control.output("go_o"));
        control.input("program_over_i", program.output("over_o"));
        control.input("program_fault_i", program.output("fault_o"));
        control.input("index_i", program.output("index_o"));
        core.feed_from("code", program, "code");
        core.input("start_i", control.output("go_o"));
        control.input("core_done_i", core.output("done_o"));
        control.input("core_illegal_i", core.output("illegal_o"));
        for count in ["matrix_done", "vector_done"] {
            control.input(&format!("{count}_i"), core.output(&format!("{count}_o")));
        }

        loader.feed_from("cmd", program, "request");
        let word = loader.output("data_data_o");
        let beat_bits = core_config.beat_bits();
        m.comment("A fault is seen by the master's error port; the beat goes on.");
        word.bits(beat_bits + 1, beat_bits).named("unused_fault");
        program.input("memory_valid_i", loader.output("data_valid_o"));
        program.input("memory_data_i", word.bits(beat_bits - 1, 0));
        program.input("memory_last_i", loader.output("data_last_o"));
        loader.input("data_ready_i", program.output("memory_ready_o"));
        loader.input("clear_error_i", m.lit_of(0, Ty::bit()));
        loader.output_named("busy_o", "unused_loader_busy");

        let of_program = control.output("of_program_o");
        let transfers = memory::ports(m, config, (core, core_design), (loader, loader_design), of_program);
        answers(m, config, control, loader, core);
        status(m, registers, control, core, &transfers);
    })?)
}

/// What memory answers and what it owes: the ports' faults, and whether all is silent.
fn answers<'m>(m: &'m Module, config: &Accelerator, control: Instance<'m>, loader: Instance<'m>, core: Instance<'m>) {
    m.comment("What memory owes, and what it refused.");
    let groups = config.core.t_h;
    let names = (0..groups).map(|group| format!("weights{group}")).chain(["side".to_owned(), "store".to_owned()]);
    let faults = m.wire_vec("response", control::fault_ports(config), Ty::uint(2));
    let mut quiet = loader.output("quiet_o");
    let stop = control.output("stop_o");
    for (port, name) in (0..).zip(names) {
        core.drive(&format!("{name}_error_o"), faults.at(port));
        quiet = quiet & core.output(&format!("{name}_quiet_o"));
    }
    loader.drive("error_o", faults.at(i64::from(groups) + 2));
    loader.input("stop_i", stop);
    core.input("stop_i", stop);
    control.input("response_i", faults.whole());
    control.input("quiet_i", quiet);
}

/// The address registers, as far as there are addresses.
fn addresses<'m>(
    m: &'m Module,
    config: &Accelerator,
    registers: Instance<'m>,
    control: Instance<'m>,
    program: Instance<'m>,
    core: Instance<'m>,
) {
    m.comment("Addresses have 64 bits in the registers.");
    let width = config.core.address_bits;
    let parts =
        [("program", program, "address"), ("base", core, "base"), ("image", core, "image"), ("result", core, "result")];
    let mut beyond = m.lit_of(0, Ty::bit());
    for (name, part, port) in parts {
        let [high, low] = ["hi", "lo"].map(|half| registers.output(&format!("{name}_{half}_o")));
        let address = m.concat([high, low]).named(&format!("{name}_address"));
        part.input(&format!("{port}_i"), address.bits(width - 1, 0));
        if width < 64 {
            beyond = beyond | address.bits(63, width).is_nonzero();
        }
    }
    control.input("address_beyond_i", beyond);
}

/// What software sees of the parts.
fn status<'m>(
    m: &'m Module,
    registers: Instance<'m>,
    control: Instance<'m>,
    core: Instance<'m>,
    transfers: &memory::Transfers<'m>,
) {
    m.comment("What software sees.");
    for (register, port) in [("ctrl_start", "start"), ("ctrl_abort", "abort"), ("watchdog", "watchdog")] {
        control.input(&format!("{port}_i"), registers.output(&format!("{register}_o")));
    }
    for (register, port) in [
        ("status_busy", "busy"),
        ("status_done", "done"),
        ("status_failed", "failed"),
        ("status_stopping", "stopping"),
        ("error_code", "error"),
        ("error_index", "error_index"),
        ("irq_status_done_set", "done_event"),
        ("irq_status_error_set", "error_event"),
        ("irq_status_busy_start_set", "busy_start_event"),
    ] {
        registers.input(&format!("{register}_i"), control.output(&format!("{port}_o")));
    }
    for event in ["done", "error", "busy_start"] {
        for register in ["irq_enable", "irq_status"] {
            let port = format!("{register}_{event}_o");
            registers.output_named(&port, &format!("unused_{register}_{event}"));
        }
    }
    registers.drive("irq_o", m.output("irq", Ty::bit()));
    registers.input("tokens_i", core.output("tokens_o").resize(32).as_bits());
    registers.input("jobs_matrix_i", core.output("matrix_done_o"));
    registers.input("jobs_vector_i", core.output("vector_done_o"));
    counter(m, registers, "cycles", control.output("cycles_o"));
    for (register, port) in [
        ("macs", "macs"),
        ("array_cycles", "cycles"),
        ("stall_draining", "draining"),
        ("stall_job", "no_job"),
        ("stall_weights", "no_weights"),
        ("stall_room", "no_room"),
        ("stall_columns", "no_columns"),
        ("stall_rows", "no_rows"),
    ] {
        counter(m, registers, register, core.output(&format!("{port}_o")));
    }
    for (register, fires) in [("read_beats", &transfers.reads), ("write_beats", &transfers.writes)] {
        counter(m, registers, register, memory::count(m, register, fires, control.output("clear_o")));
    }
}

/// A counter in its pair of registers.
fn counter<'m>(m: &'m Module, registers: Instance<'m>, name: &str, value: Sig<'m>) {
    let width = value.width();
    registers.input(&format!("{name}_lo_i"), value.bits(width.min(32) - 1, 0).resize(32).as_bits());
    if width > 32 {
        registers.input(&format!("{name}_hi_i"), value.bits(width - 1, 32).resize(32).as_bits());
    } else {
        registers.input(&format!("{name}_hi_i"), m.lit_of(0, Ty::uint(32)));
    }
}
