//! `axi_write_master` before a memory: what is written, in which order it is done, responses, bandwidth.

use crate::parts::{changed, emission, unit};
use proptest::prelude::*;
use sim::Start;
use spec::axi::{Master, WriteMaster};
use tb::axi::{Memory, Response, Stalls, Timing};
use tb::{Bench, Check, Pattern, Result};

const BASE: u64 = 0x7000;
const BYTES: usize = 0x4000;

fn config(master: Master) -> WriteMaster {
    WriteMaster { master }
}

fn word(command: usize, beat: u64, lane: u64) -> u32 {
    ((command as u64 * 0x1_0001 + beat * 0x101 + lane).wrapping_mul(0x9e37_79b9) >> 3) as u32
}

/// Sends commands with data of their own, expects their ends, and returns what memory then holds.
fn queue(bench: &mut Bench, master: &Master, memory: &Memory, commands: &[(u64, u64)]) -> Result<Vec<u8>> {
    let (bytes, burst) = (u64::from(master.beat_bytes()), u64::from(master.max_burst));
    let mut image = memory.read(BASE, BYTES);
    for (number, &(address, count)) in commands.iter().enumerate() {
        bench.send("cmd", [[address as i64, count as i64]])?;
        let first = address - address % bytes;
        let (mut error, mut of_burst) = (0, 0);
        for beat in 0..count {
            let at = first + beat * bytes;
            let lanes = (0..bytes / 4).map(|lane| word(number, beat, lane));
            bench.send("data", [lanes.clone().map(i64::from).collect::<Vec<_>>()])?;
            let fault = if at < BASE || at + bytes > BASE + BYTES as u64 {
                3
            } else if at < 0x8400 && at + bytes > 0x8200 {
                2
            } else {
                0
            };
            if fault == 0 {
                let start = (at - BASE) as usize;
                let text: Vec<u8> = lanes.flat_map(u32::to_le_bytes).collect();
                image[start..start + bytes as usize].copy_from_slice(&text);
            }
            // A burst is answered once, with the worst of its beats.
            of_burst = of_burst.max(fault);
            if (at / bytes + 1) % burst == 0 || beat + 1 == count {
                let unaligned = i64::from(first != address);
                error = [error, of_burst, unaligned].into_iter().find(|code| *code != 0).unwrap_or(0);
                of_burst = 0;
            }
        }
        bench.expect("done", [error])?;
    }
    Ok(image)
}

fn memory(timing: Timing) -> Memory {
    let memory = Memory::new(BASE, BYTES, timing);
    memory.fail(0x8200..0x8400, Response::SlvErr);
    memory
}

fn timing() -> impl Strategy<Value = Timing> {
    (1u64..60, prop_oneof![Just(0u64), 500u64..40_000], prop_oneof![Just((0, 0)), Just((50, 9))], 1usize..9).prop_map(
        |(latency, millibytes, (every, cycles), queue)| Timing {
            millibytes,
            latency,
            queue,
            ..Timing::ideal().with_refresh(every, cycles)
        },
    )
}

fn check(master: Master, cases: u32) {
    let unit = unit(config(master.clone())).start(Start::Random(5));
    let beat = u64::from(master.beat_bytes());
    let most = (0x2000 / beat).min(3 * u64::from(master.max_burst) + 5);
    let command = (BASE - 0x40..BASE + BYTES as u64, 0..most, any::<u8>())
        .prop_map(move |(at, count, skew)| (if skew < 230 { at - at % beat } else { at }, count));
    let strategy = (
        prop::collection::vec(command, 1..8),
        timing(),
        Stalls::any(),
        Pattern::any(),
        Pattern::any(),
        prop::option::weighted(0.3, 1..300u32),
    );
    Check::new(format!("axi_write_master::{}", config(master.clone()).module_name()), &unit).cases(cases).run(
        strategy,
        |bench, (commands, timing, stalls, gaps, takes, reset)| {
            let memory = memory(timing.clone());
            memory.attach(bench, &["m_axi"])?;
            memory.limit(master.max_burst.into(), master.outstanding as usize);
            memory.stalls(stalls);
            bench.patterns(gaps, takes);
            let mut image = queue(bench, &master, &memory, commands)?;
            if let Some(cycles) = reset {
                bench.run_for(*cycles)?;
                bench.reset()?;
                image = queue(bench, &master, &memory, commands)?;
            }
            bench.run()?;
            assert!(memory.read(BASE, BYTES) == image, "memory holds what was sent");
            let busy = bench.model().port("busy_o")?;
            assert_eq!(bench.model().get(busy), 0, "busy after the last end");
            Ok(())
        },
    );
}

#[test]
fn narrow_and_short() {
    check(Master { max_burst: 4, outstanding: 2, length_bits: 12, ..Master::new(32, 32) }, 150);
}

#[test]
fn wide_and_long() {
    check(Master { outstanding: 2, ..Master::new(64, 512) }, 60);
}

#[test]
fn many_on_their_way() {
    check(Master { max_burst: 16, outstanding: 8, ..Master::new(40, 128) }, 100);
}

/// A burst is announced when its data is there: none of its beats is waited for.
#[test]
fn data_never_holds_the_bus_up() -> Result<()> {
    let master = Master { max_burst: 16, ..Master::new(40, 64) };
    let mut bench = unit(config(master.clone())).bench()?;
    let memory = memory(Timing::ideal());
    memory.log_requests();
    memory.attach(&mut bench, &["m_axi"])?;
    bench.gaps("data", Pattern::Bursts { go: 1, stop: 9 })?;
    let image = queue(&mut bench, &master, &memory, &[(0x9000, 32)])?;
    bench.run()?;
    assert!(memory.read(BASE, BYTES) == image);
    let cycles: Vec<u64> = memory.requests().iter().map(|request| request.cycle).collect();
    assert!(cycles.len() == 2 && cycles[1] - cycles[0] >= 150, "{cycles:?}");
    Ok(())
}

#[test]
fn long_commands_fill_the_bus() -> Result<()> {
    let master = Master { max_burst: 32, outstanding: 8, ..Master::new(40, 256) };
    let mut bench = unit(config(master)).bench()?;
    let memory = Memory::new(0, 1 << 20, Timing { latency: 100, ..Timing::ideal() });
    memory.attach(&mut bench, &["m_axi"])?;
    let count = 10_000i64;
    bench.send("cmd", [[0, count]])?;
    bench.send("data", (0..count).map(|i| [i; 8]))?;
    let start = bench.cycle();
    bench.run_until("done", 1)?;
    let rate = count as u64 * 1000 / (bench.cycle() - start);
    println!("{rate} beats in 1000 cycles");
    assert!(rate >= 950, "{rate} of 1000");
    Ok(())
}

/// Faults in the text are found by a few commands under stalls.
#[test]
fn planted_faults_are_found() -> Result<()> {
    let master = Master { max_burst: 8, outstanding: 2, ..Master::new(32, 32) };
    let emission = emission(config(master.clone()));
    let faults = [
        ("", ""),
        // Too long at the end; announced before the data is there; data that changes while it waits.
        ("ends ? left_q[3:0] : to_border", "to_border"),
        ("data_idle = !sending_q || (beat_load && final_beat)", "data_idle = 1'b1"),
        ("beat_free = !beat_valid_q || m_axi_wready_i", "beat_free = 1'b1"),
        // An end a beat early; done with the first answer; a fault that is forgotten, or stays for the next command.
        ("final_beat = beats_left_q == 4'd1", "final_beat = beats_left_q == 4'd2"),
        ("(answer_came && oldest[0]) || ends_empty", "answer_came || ends_empty"),
        ("(|earlier_fault_q) ? earlier_fault_q : fault", "fault"),
        ("oldest[0] ? 2'd0 : command_fault", "command_fault"),
        // A command of no beats is done before those ahead of it, or never.
        ("empty_q && !active_q && !burst_valid_q && !waiting", "empty_q"),
        ("(answer_came && oldest[0]) || ends_empty", "(answer_came && oldest[0])"),
        ("&& data_idle && bursts_in_ready", "&& data_idle"),
    ];
    for (from, to) in faults {
        let mut bench = changed(&emission, from, to).bench()?;
        bench.set_watchdog(500);
        let memory = memory(Timing { latency: 25, ..Timing::ideal() });
        memory.attach(&mut bench, &["m_axi"])?;
        memory.limit(8, 2);
        let random = |seed| Pattern::Random { percent: 50, seed };
        memory.stalls(&Stalls { aw: random(2), w: random(3), ..Stalls::default() });
        let commands =
            [(0x7004, 30), (0x83e4, 30), (0x9100, 0), (0x7204, 3), (0x7300, 40), (0x7800, 1), (0x7804, 1), (0x7808, 1)];
        let image = queue(&mut bench, &master, &memory, &commands)?;
        let outcome = bench.run().map(|()| memory.read(BASE, BYTES) == image);
        assert_eq!(outcome != Ok(true), !from.is_empty(), "`{to}` for `{from}`: {outcome:?}");
    }
    Ok(())
}
