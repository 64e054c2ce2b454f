//! `axi_read_master` before a memory: data, order, responses, bandwidth.

use crate::parts::{changed, emission, unit};
use proptest::prelude::*;
use sim::Start;
use spec::axi::{Master, ReadMaster};
use tb::axi::{Memory, Response, Stalls, Timing};
use tb::{Beat, Bench, Check, Pattern, Result};

const BASE: u64 = 0x7000;
const BYTES: usize = 0x4000;

fn config(master: Master) -> ReadMaster {
    ReadMaster { master }
}

fn contents() -> Vec<u8> {
    (0..BYTES as u64).map(|i| (i.wrapping_mul(0x9e37_79b9) >> 13) as u8).collect()
}

/// The beats of a command, by definition.
fn beats(config: &Master, memory: &Memory, command: (u64, u64), fault: impl Fn(u64) -> i64) -> Vec<Beat> {
    let bytes = u64::from(config.beat_bytes());
    let first = command.0 - command.0 % bytes;
    let unaligned = i64::from(first != command.0);
    (0..command.1)
        .map(|i| {
            let address = first + i * bytes;
            let error = fault(address);
            let words: Vec<u8> =
                if error == 0 { memory.read(address, bytes as usize) } else { [0xad, 0xde].repeat(bytes as usize / 2) };
            let lanes = words.chunks(4).map(|lane| i64::from(u32::from_le_bytes([lane[0], lane[1], lane[2], lane[3]])));
            let mut values: Vec<i64> = lanes.collect();
            values.push(if error == 0 { unaligned } else { error });
            Beat::from(values).with_last(i + 1 == command.1)
        })
        .collect()
}

fn queue(bench: &mut Bench, config: &Master, memory: &Memory, commands: &[(u64, u64)]) -> Result<()> {
    let bytes = u64::from(config.beat_bytes());
    for &(address, count) in commands {
        bench.send("cmd", [[address as i64, count as i64]])?;
        let fault = |at: u64| {
            if at < BASE || at + bytes > BASE + BYTES as u64 {
                3
            } else if at < 0x8400 && at + bytes > 0x8200 {
                2
            } else {
                0
            }
        };
        bench.expect("data", beats(config, memory, (address, count), fault))?;
    }
    Ok(())
}

fn memory(timing: Timing) -> Memory {
    let memory = Memory::new(BASE, BYTES, timing);
    memory.write(BASE, &contents());
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
    Check::new(format!("axi_read_master::{}", config(master.clone()).module_name()), &unit).cases(cases).run(
        strategy,
        |bench, (commands, timing, stalls, gaps, takes, reset)| {
            let memory = memory(timing.clone());
            memory.attach(bench, &["m_axi"])?;
            memory.limit(master.max_burst.into(), master.outstanding as usize);
            memory.stalls(stalls);
            bench.patterns(gaps, takes);
            queue(bench, &master, &memory, commands)?;
            if let Some(cycles) = reset {
                bench.run_for(*cycles)?;
                bench.reset()?;
                queue(bench, &master, &memory, commands)?;
            }
            bench.run()?;
            let busy = bench.model().port("busy_o")?;
            assert_eq!(bench.model().get(busy), 0, "busy after the last beat");
            assert_eq!(memory.stats().read_waits, 0, "no beat waits for the master");
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

/// The first fault stands until it is cleared.
#[test]
fn the_first_error_is_kept() -> Result<()> {
    let master = Master { max_burst: 4, ..Master::new(40, 64) };
    let mut bench = unit(config(master.clone())).bench()?;
    let memory = memory(Timing::ideal());
    memory.attach(&mut bench, &["m_axi"])?;
    let (error, clear) = (bench.model().port("error_o")?, bench.model().port("clear_error_i")?);
    for (commands, code) in [
        (vec![(BASE, 20)], 0),
        (vec![(0x8200, 1), (BASE - 8, 1)], 2),
        (vec![(BASE - 8, 1), (0x8200, 1)], 3),
        (vec![(BASE + 4, 2), (0x8200, 1)], 1),
    ] {
        queue(&mut bench, &master, &memory, &commands)?;
        bench.run()?;
        assert_eq!(bench.model().get(error), code, "{commands:x?}");
        bench.model().set(clear, 1);
        bench.run_for(1)?;
        bench.model().set(clear, 0);
        bench.run_for(1)?;
        assert_eq!(bench.model().get(error), 0);
    }
    Ok(())
}

/// Requests are as few as borders allow, and reach each beat once.
#[test]
fn bursts_end_at_borders() -> Result<()> {
    let master = Master { max_burst: 16, ..Master::new(32, 32) };
    let mut bench = unit(config(master.clone())).bench()?;
    let memory = memory(Timing::ideal());
    memory.log_requests();
    memory.attach(&mut bench, &["m_axi"])?;
    queue(&mut bench, &master, &memory, &[(0x7fe8, 40), (0x9000, 16), (0x9044, 1)])?;
    bench.run()?;
    let requests: Vec<(u64, u64)> = memory.requests().iter().map(|r| (r.address, r.beats)).collect();
    assert_eq!(requests, [(0x7fe8, 6), (0x8000, 16), (0x8040, 16), (0x8080, 2), (0x9000, 16), (0x9044, 1)]);
    Ok(())
}

/// Beats a cycle, in thousandths, at 100 cycles of latency.
fn rate(master: Master, command: i64, timing: Timing) -> Result<u64> {
    let mut bench = unit(config(master.clone())).bench()?;
    let memory = Memory::new(0, 1 << 22, timing);
    memory.attach(&mut bench, &["m_axi"])?;
    let beat = i64::from(master.beat_bytes());
    let count = 40_000 / command;
    bench.send("cmd", (0..count).map(|i| [i * command * beat, command]))?;
    let start = bench.cycle();
    bench.run_until("data", (count * command) as usize)?;
    Ok((count * command) as u64 * 1000 / (bench.cycle() - start))
}

#[test]
fn latency_is_hidden_by_bursts_on_their_way() -> Result<()> {
    let master = Master { max_burst: 32, outstanding: 8, ..Master::new(40, 256) };
    let slow = Timing { latency: 100, ..Timing::ideal() };
    for (command, timing) in [(1000, slow.clone()), (64, slow.clone()), (20_000, Timing::zcu102())] {
        let rate = rate(master.clone(), command, timing)?;
        println!("commands of {command} beats: {rate} beats in 1000 cycles");
        assert!(rate >= 950, "commands of {command} beats: {rate} of 1000");
    }
    // Two bursts of 16 cannot hide it; what they reach is known: 32 beats every 104 cycles or so.
    let few = rate(Master { max_burst: 16, outstanding: 2, ..master }, 1000, slow)?;
    assert!((250..330).contains(&few), "{few}");
    Ok(())
}

/// A memory of half the port's speed gives half of it, and a refresh takes its share.
#[test]
fn bandwidth_and_refresh_count() -> Result<()> {
    let master = Master { max_burst: 32, outstanding: 8, ..Master::new(40, 256) };
    let half = Timing { latency: 20, millibytes: 16_000, ..Timing::ideal() };
    let got = rate(master.clone(), 1000, half)?;
    assert!((490..=501).contains(&got), "{got}");
    let refreshed = rate(master, 1000, Timing { latency: 20, ..Timing::ideal() }.with_refresh(100, 20))?;
    assert!((785..=801).contains(&refreshed), "{refreshed}");
    Ok(())
}

/// A request three cycles after its command, a beat two cycles after it came.
#[test]
fn latency_is_as_stated() -> Result<()> {
    let master = Master::new(40, 64);
    let mut bench = unit(config(master)).bench()?;
    let memory = Memory::new(0, 1 << 12, Timing::ideal());
    memory.log_requests();
    memory.attach(&mut bench, &["m_axi"])?;
    bench.send("cmd", [[0, 8]])?;
    bench.run_until("data", 8)?;
    let timing = bench.timing("cmd", "data")?;
    // 3 to the request, 1 in the memory, 2 through the buffer.
    assert_eq!((timing.latency_min, timing.interval), (6, 1));
    Ok(())
}

/// Faults in the text are found by a few commands under stalls.
#[test]
fn planted_faults_are_found() -> Result<()> {
    let master = Master { max_burst: 8, outstanding: 2, ..Master::new(32, 32) };
    let emission = emission(config(master.clone()));
    let faults = [
        ("", ""),
        // The border is missed; a burst too long at the end; a request that changes while it waits.
        ("to_border = 4'd8 - 4'(low_q)", "to_border = 4'd8"),
        ("ends ? left_q[3:0] : to_border", "to_border"),
        ("request_free = !request_valid_q || m_axi_arready_i", "request_free = 1'b1"),
        // No room is kept; bursts without limit; responses unchecked; the end of a burst taken for that of its command.
        ("fits = room_q >= 5'(burst_beats_q)", "fits = 1'b1"),
        ("&& fits && bursts_in_ready", "&& fits"),
        ("fault = m_axi_rresp_i[1] ? m_axi_rresp_i : ", "fault = "),
        ("m_axi_rlast_i && oldest[0]", "m_axi_rlast_i"),
        // A command of no beats; a new address with the old rest.
        ("cmd_fire && |cmd_beats", "cmd_fire"),
        ("low_q <= 3'd0;", "low_q <= low_q;"),
    ];
    for (from, to) in faults {
        let mut bench = changed(&emission, from, to).bench()?;
        bench.set_watchdog(500);
        let memory = memory(Timing { latency: 9, ..Timing::ideal() });
        memory.attach(&mut bench, &["m_axi"])?;
        memory.limit(8, 2);
        memory.stalls(&Stalls { ar: Pattern::Random { percent: 50, seed: 2 }, ..Stalls::default() });
        bench.patterns(&Pattern::Always, &Pattern::Random { percent: 60, seed: 1 });
        let short = (0..6).map(|i| (0x7800 + 4 * i, 1));
        let commands = [(0x7004, 30), (0x7100, 0), (0x81e4, 12), (0x7204, 3), (0x7300, 40)].into_iter().chain(short);
        queue(&mut bench, &master, &memory, &commands.collect::<Vec<_>>())?;
        let outcome = bench.run();
        assert_eq!(outcome.is_err(), !from.is_empty(), "`{to}` for `{from}`: {outcome:?}");
    }
    Ok(())
}
