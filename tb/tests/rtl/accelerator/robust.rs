//! Whatever happens in a run, it ends, it says why, and the next one is right.

use proptest::prelude::*;
use serde::Serialize;
use spec::accel::{Fault, Response};
use tb::axi::{Memory, Stalls};
use tb::{Bench, Check, Failure, Pattern};

use super::{Case, accelerator, cases, core, failure, fault, matches, memories, runs, unit};

/// What happens some cycles after a start.
#[derive(Clone, Copy, Debug, Serialize)]
enum Event {
    /// Reset.
    Reset,
    /// Another start.
    Start,
    /// A stop by software.
    Stop,
    /// A channel of the memory hangs: ar, r, aw, w, b.
    Hang(usize),
}

fn any_event() -> impl Strategy<Value = Event> {
    prop_oneof![Just(Event::Reset), Just(Event::Start), Just(Event::Stop), (0..5usize).prop_map(Event::Hang)]
}

/// Stalls of one channel that outlast every watchdog.
fn hanging(channel: usize) -> Stalls {
    let mut stalls = Stalls::default();
    let Stalls { ar, r, aw, w, b } = &mut stalls;
    *[ar, r, aw, w, b][channel] = Pattern::Listed(vec![false; 1 << 20]);
    stalls
}

fn step(accelerator: &mut driver::Accelerator<tb::axi::Host<'_>>, cycles: u32) -> tb::Result<()> {
    let bench: &mut Bench = accelerator.bus().bench();
    bench.run_for(cycles)
}

/// What becomes of a run in which the event happens.
fn meet(
    accelerator: &mut driver::Accelerator<tb::axi::Host<'_>>,
    memory: &Memory,
    case: &Case,
    event: Event,
) -> tb::Result<()> {
    match event {
        Event::Reset => {
            accelerator.bus().bench().reset()?;
            accelerator.load(&case.compiled).map_err(failure)?;
            accelerator.set_watchdog(20_000).map_err(failure)
        }
        Event::Start => {
            accelerator.write("CTRL", 1).map_err(failure)?;
            let events = accelerator.read("IRQ_STATUS").map_err(failure)?;
            let (late, done) = (accelerator.field("IRQ_STATUS", "BUSY_START"), accelerator.field("IRQ_STATUS", "DONE"));
            if events & late == 0 {
                assert!(events & done != 0, "the run was over");
                accelerator.write("IRQ_STATUS", done).map_err(failure)?;
            }
            let run = accelerator.finish().map_err(failure)?;
            matches(&run, case)
        }
        Event::Stop => {
            accelerator.stop().map_err(failure)?;
            match accelerator.finish() {
                Ok(run) => matches(&run, case),
                failed => {
                    assert_eq!((fault(failed)?.0, fault_hangs(accelerator)?), (Fault::Abort, false));
                    Ok(())
                }
            }
        }
        Event::Hang(channel) => {
            memory.stalls(&hanging(channel));
            let outcome = accelerator.finish();
            if outcome.is_ok() {
                return Ok(());
            }
            let (found, _, hangs) = fault(outcome)?;
            assert_eq!(found, Fault::Watchdog);
            let status = accelerator.read("STATUS").map_err(failure)?;
            assert_eq!(status & accelerator.field("STATUS", "STOPPING") != 0, hangs);
            memory.stalls(&Stalls::default());
            step(accelerator, 2000)?;
            assert!(!fault_hangs(accelerator)?, "memory has answered");
            Ok(())
        }
    }
}

/// Whether memory still owes answers.
fn fault_hangs(accelerator: &mut driver::Accelerator<tb::axi::Host<'_>>) -> tb::Result<bool> {
    let status = accelerator.read("STATUS").map_err(failure)?;
    Ok(status & accelerator.field("STATUS", "STOPPING") != 0)
}

#[test]
fn the_next_run_is_right() {
    let cases = cases(&core()).unwrap_or_else(|error| panic!("{error}"));
    let events = prop::collection::vec((any_event(), 0..9000u32), 1..4);
    Check::new("accelerator::events", &unit()).cases(12).run(
        (events, 0..cases.len(), memories()),
        |bench, (events, number, speed)| {
            let case = &cases[*number];
            let (mut accelerator, memory) = accelerator(bench, speed)?;
            accelerator.load(&case.compiled).map_err(failure)?;
            accelerator.set_watchdog(20_000).map_err(failure)?;
            for &(event, cycles) in events {
                accelerator.start(&case.pixels).map_err(failure)?;
                step(&mut accelerator, cycles)?;
                meet(&mut accelerator, &memory, case, event)?;
                memory.stalls(&speed.1);
                runs(&mut accelerator, case)?;
            }
            Ok(())
        },
    );
}

/// A response that is an error, at any beat of any port.
#[test]
fn refused_accesses_are_reported() {
    let case = cases(&core()).unwrap_or_else(|error| panic!("{error}")).remove(4);
    let slave = any::<bool>();
    let beats = prop::collection::vec((any::<usize>(), any::<u64>(), 0..5u8, slave), 1..6);
    Check::new("accelerator::responses", &unit()).cases(6).run((beats, memories()), |bench, (beats, speed)| {
        let (mut accelerator, memory) = accelerator(bench, speed)?;
        accelerator.load(&case.compiled).map_err(failure)?;
        memory.log_requests();
        runs(&mut accelerator, &case)?;
        let requests = memory.requests();
        for &(which, beat, port, slave) in beats {
            let own = |request: &&tb::axi::Request| match port {
                4 => request.write,
                _ => request.port == usize::from(port) && !request.write,
            };
            let of_port: Vec<_> = requests.iter().filter(own).collect();
            let request = of_port[which % of_port.len()];
            let at = request.address + 8 * (beat % request.beats);
            let response = if slave { tb::axi::Response::SlvErr } else { tb::axi::Response::DecErr };
            memory.fail(at..at + 8, response);
            let (found, index, hangs) = fault(accelerator.run(&case.pixels))?;
            let Fault::Bus { port: found_port, response: found_response } = found else {
                return Err(Failure::Test(format!("{found:?} for a response of port {port}")));
            };
            let of_program = request.port == 3 && !request.write && at < super::REGION.address + 0x1000;
            assert_eq!(found_port, if of_program { 5 } else { port });
            assert_eq!(found_response, if slave { Response::Slave } else { Response::Decode });
            assert!(!hangs && (index as usize) < case.compiled.program.len());
            memory.heal();
            runs(&mut accelerator, &case)?;
        }
        Ok(())
    });
}
