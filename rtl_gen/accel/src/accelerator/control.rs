//! What happens from a start to an interrupt.

use std::sync::Arc;

use hdl::{Design, Errors, Module, Sig, Ty};
use spec::accel::{Accelerator, Fault};

use super::check::code;
use super::program::INDEX;

/// Bits of the core's counts of jobs.
const JOBS: u32 = 16;
/// Bits of the counter of cycles.
const CYCLES: u32 = 64;

/// Ports that memory's faults come from: the weights of each group, the rest's reads, the writes, the program.
pub(super) fn fault_ports(config: &Accelerator) -> u32 {
    config.core.t_h + 3
}

/// The sequence of a run: reset of the parts, the program, the core; and what ends it early.
///
/// After an error nothing new is asked of memory (`stop_o`); when `quiet_i` says that all has been answered, the run is
/// over. The parts are reset when the next one begins, so that counters stay readable.
pub(super) fn control(config: &Accelerator) -> Result<Arc<Design>, Errors> {
    let ports = fault_ports(config);
    Module::build(format!("accelerator_control_{}", config.core.ident()), |m| {
        m.doc("From a start to an interrupt: resets the parts, has the program read and judged, starts the core, watches.");
        m.doc("");
        m.doc("After an error nothing new is asked of memory; the run is over when all that was asked is answered.");
        let bit = |name: &str| m.input(name, Ty::bit());
        let [start, abort, address_beyond] = ["start", "abort", "address_beyond"].map(bit);
        let watchdog = m.input("watchdog", Ty::uint(32));
        let program_over = bit("program_over");
        let program_fault = m.input("program_fault", Ty::uint(8));
        let index = m.input("index", Ty::uint(INDEX));
        let [core_done, core_illegal, quiet] = ["core_done", "core_illegal", "quiet"].map(bit);
        let jobs = ["matrix_done", "vector_done"].map(|name| m.input(name, Ty::uint(JOBS)));
        let responses = m.input_vec("response", ports, Ty::uint(2));

        let (state, [idle, clear, load, check, go, run, stop]) =
            m.state_machine("state", ["Idle", "Clear", "Load", "Check", "Go", "Run", "Stop"]);
        let busy = state.ne(idle).named("busy");
        let works = (state.eq(load) | state.eq(check) | state.eq(go) | state.eq(run)).named("works");

        m.comment("Progress is a job that is done; without it the watchdog counts.");
        let progress = jobs
            .iter()
            .zip(["matrix_before", "vector_before"])
            .map(|(count, name)| {
                let before = m.reg(name, count.ty());
                m.clocked(|| before.set(*count));
                count.ne(before)
            })
            .reduce(|a, b| a | b)
            .unwrap_or_else(|| m.lit_of(0, Ty::bit()))
            .named("progress");
        let waited = m.reg("waited", Ty::uint(32));
        let expired = m.reg_init("expired", Ty::bit(), 0);
        m.clocked(|| {
            waited.set((progress | !works).mux(0, (waited + 1).wrap(32).as_bits()));
            expired.set(works & watchdog.is_nonzero() & waited.eq(watchdog));
        });

        m.comment("What ends a run early: the first port's fault before all others.");
        let faulty = (0..ports).map(|port| responses.at(i64::from(port)).is_nonzero());
        let any_response = faulty.reduce(|a, b| a | b).unwrap_or_else(|| m.lit_of(0, Ty::bit())).named("any_response");
        let of_port = |port: u32| {
            let number = m.lit_of(u32::from(Fault::BUS / 4) + port, Ty::uint(6));
            m.concat([number, responses.at(i64::from(port))])
        };
        let response = (0..ports - 1)
            .rev()
            .fold(of_port(ports - 1), |later, port| {
                responses.at(i64::from(port)).is_nonzero().mux(of_port(port), later)
            })
            .named("response_code");
        let program_fails = (program_over & program_fault.is_nonzero()).named("program_fails");
        let cause = m
            .first(
                [
                    (any_response, response),
                    (program_fails, program_fault),
                    (state.eq(load) & address_beyond, code(m, Fault::Address)),
                    (core_illegal, code(m, Fault::Instruction)),
                    (abort, code(m, Fault::Abort)),
                    (expired, code(m, Fault::Watchdog)),
                ],
                0,
            )
            .named("cause");
        let fails = (works & cause.is_nonzero()).named("fails");
        let ends = (state.eq(run) & core_done).named("ends");
        let stopped = (state.eq(stop) & quiet).named("stopped");
        m.comb(|| {
            m.switch(state, |cases| {
                cases.case(idle, || m.when(start, || state.set(clear)));
                cases.case(clear, || state.set(load));
                cases.case(load, || state.set(check));
                cases.case(check, || m.when(program_over, || state.set(go)));
                cases.case(go, || state.set(run));
                cases.case(run, || m.when(ends, || state.set(idle)));
                cases.default(|| m.when(quiet, || state.set(idle)));
            });
            m.when(fails, || state.set(stop));
        });

        m.comment("What software sees.");
        let done = m.reg_init("done", Ty::bit(), 0);
        let failed = m.reg_init("failed", Ty::bit(), 0);
        let error = m.reg_init("error", Ty::uint(8), 0);
        let place = m.reg_init("error_index", Ty::uint(INDEX), 0);
        let cycles = m.reg_init("cycles", Ty::uint(CYCLES), 0);
        m.comment("High in state Clear, from a register: it reaches all parts.");
        let clears = m.reg_init("clear", Ty::bit(), 0);
        m.clocked(|| clears.set(state.eq(idle) & start));
        m.clocked(|| {
            m.when(clears, || {
                done.set(0);
                failed.set(0);
                error.set(0);
                place.set(0);
            });
            m.when(fails, || {
                failed.set(1);
                error.set(cause);
                place.set(index);
            });
            m.when((ends & !fails) | stopped, || done.set(1));
        });
        m.clocked(|| m.when_else(clears, || cycles.set(0), || m.when(busy, || cycles.set((cycles + 1).wrap(CYCLES)))));
        let shown = |name: &str, value: Sig<'_>| m.output(name, value.ty()).set(value);
        shown("busy", busy);
        shown("done", done);
        shown("failed", failed);
        shown("stopping", state.eq(stop));
        shown("error", error);
        shown("error_index", place);
        shown("cycles", cycles);
        shown("done_event", ends & !fails);
        shown("error_event", fails);
        shown("busy_start_event", start & busy);

        m.comment("What the parts are told.");
        let of_program = m.reg_init("of_program", Ty::bit(), 0);
        m.clocked(|| m.when_else(state.eq(load), || of_program.set(1), || m.when(state.eq(go), || of_program.set(0))));
        shown("clear", clears);
        shown("load", state.eq(load) & !address_beyond);
        shown("go", state.eq(go));
        shown("stop", !works);
        shown("of_program", of_program);
    })
}
