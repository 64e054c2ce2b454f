//! `axi_lite_slave` against the register map, played by definition.

use crate::parts::{changed, emission, unit};
use proptest::prelude::*;
use serde::Serialize;
use sim::Start;
use spec::axi::LiteSlave;
use spec::register_map::{Access, RegisterMap};
use tb::axi::{Lite, Response, Stalls};
use tb::{Bench, Check, Pattern, Result};

fn config() -> LiteSlave {
    LiteSlave { version: 0x0001_0002, hash: "fedcba9876543210".to_owned() }
}

fn map() -> RegisterMap {
    config().map().unwrap()
}

/// What software may read, by definition.
#[derive(Clone)]
struct Model {
    map: RegisterMap,
    values: Vec<u32>,
    latched: u32,
}

impl Model {
    fn new() -> Self {
        let map = map();
        let values = map.registers.iter().map(|r| r.reset()).collect();
        Self { map, values, latched: 0 }
    }

    fn index(&self, address: u64) -> Option<usize> {
        self.map.registers.iter().position(|r| u64::from(r.offset) == address)
    }

    /// Drives a value on every input that a field has, and remembers it.
    fn drive(&mut self, bench: &mut Bench, salt: u64) -> Result<()> {
        for (register, value) in self.map.registers.iter().zip(&mut self.values) {
            for field in register.fields.iter().filter(|f| matches!(f.access, Access::ReadOnly | Access::Latched)) {
                let noise =
                    (salt + u64::from(register.offset) + u64::from(field.lsb)).wrapping_mul(0x9e37_79b9_7f4a_7c15);
                let noise = (noise >> 32) as u32 & (field.mask() >> field.lsb);
                let joint = if field.name.is_empty() { "" } else { "_" };
                let port = format!("{}{joint}{}_i", register.name, field.name).to_lowercase();
                let port = bench.model().port(&port)?;
                bench.model().set(port, noise.into());
                *value = *value & !field.mask() | noise << field.lsb;
            }
        }
        Ok(())
    }

    fn write(&mut self, address: u64, data: u32, strobes: u64) -> Response {
        let Some(index) = self.index(address) else { return Response::SlvErr };
        let bytes = (0..4).filter(|i| strobes >> i & 1 == 1).fold(0u32, |mask, i| mask | 0xff << (8 * i));
        for field in &self.map.registers[index].fields {
            let mask = field.mask() & bytes;
            let value = &mut self.values[index];
            match field.access {
                Access::ReadWrite => *value = *value & !mask | data & mask,
                Access::WriteOneToClear => *value &= !(data & mask),
                _ => {}
            }
        }
        Response::Okay
    }

    fn read(&mut self, address: u64) -> (u32, Response) {
        let Some(index) = self.index(address) else { return (0, Response::SlvErr) };
        let register = &self.map.registers[index];
        if let Some(upper) = register.latches(&self.map) {
            self.latched = self.values[self.index(upper.offset.into()).unwrap()];
        }
        let latched = register.fields.iter().any(|f| f.access == Access::Latched);
        (if latched { self.latched } else { self.values[index] }, Response::Okay)
    }
}

/// Silences the events, which may have stood since power-up.
fn silence(bench: &mut Bench) -> Result<()> {
    for name in ["done", "error", "busy_start"] {
        let port = bench.model().port(&format!("irq_status_{name}_set_i"))?;
        bench.model().set(port, 0);
    }
    bench.reset()
}

#[derive(Clone, Copy, Debug, Serialize)]
enum Step {
    Write { address: u64, data: u32, strobes: u64 },
    Read { address: u64 },
    Inputs { salt: u64 },
}

fn steps() -> impl Strategy<Value = Vec<Step>> {
    let registers: Vec<u64> = map().registers.iter().map(|r| r.offset.into()).collect();
    let address = prop_oneof![8 => prop::sample::select(registers), 1 => 0u64..0x1000].boxed();
    let step = prop_oneof![
        4 => (address.clone(), any::<u32>(), prop_oneof![3 => Just(15u64), 2 => 0u64..16])
            .prop_map(|(address, data, strobes)| Step::Write { address, data, strobes }),
        4 => address.prop_map(|address| Step::Read { address }),
        1 => any::<u64>().prop_map(|salt| Step::Inputs { salt }),
    ];
    prop::collection::vec(step, 1..40)
}

/// Accesses one after the other: every answer is the model's.
#[test]
fn every_answer_is_the_maps() {
    let unit = unit(config()).start(Start::Random(3));
    let reset = prop::option::weighted(0.3, 1..60u32);
    Check::new("axi_lite_slave::answers", &unit).cases(200).run(
        (steps(), Stalls::any(), reset),
        |bench, (steps, stalls, reset)| {
            silence(bench)?;
            let bus = Lite::attach(bench, "s_axi")?;
            bus.stalls(stalls);
            if let Some(cycles) = reset {
                (0..8).for_each(|i| bus.queue_write(4 * i, u64::MAX, 15));
                (0..8).for_each(|i| bus.queue_read(4 * i));
                bench.run_for(*cycles)?;
                bench.reset()?;
            }
            let mut model = Model::new();
            model.drive(bench, 1)?;
            for step in steps {
                match *step {
                    Step::Inputs { salt } => model.drive(bench, salt >> 1)?,
                    Step::Read { address } => {
                        let access = bus.read(bench, address)?;
                        assert_eq!((access.data as u32, access.response), model.read(address), "{address:#x}");
                    }
                    Step::Write { address, data, strobes } => {
                        bus.queue_write(address, data.into(), strobes);
                        bench.run()?;
                        let done = bus.take_done();
                        assert_eq!(done[0].response, model.write(address, data, strobes), "{address:#x}");
                    }
                }
            }
            Ok(())
        },
    );
}

/// Reads and writes side by side: each kind is answered in order, and in the end all is written.
#[test]
fn reads_and_writes_go_side_by_side() {
    let unit = unit(config()).start(Start::Random(3));
    Check::new("axi_lite_slave::beside", &unit).cases(100).run((steps(), Stalls::any()), |bench, (steps, stalls)| {
        silence(bench)?;
        let bus = Lite::attach(bench, "s_axi")?;
        bus.stalls(stalls);
        let mut model = Model::new();
        model.drive(bench, 1)?;
        let (mut writes, mut reads) = (vec![], vec![]);
        for step in steps {
            match *step {
                Step::Write { address, data, strobes } => {
                    bus.queue_write(address, data.into(), strobes);
                    writes.push((address, model.write(address, data, strobes)));
                }
                Step::Read { address } => {
                    bus.queue_read(address);
                    reads.push(address);
                }
                Step::Inputs { .. } => {}
            }
        }
        bench.run()?;
        let (wrote, read): (Vec<_>, Vec<_>) = bus.take_done().into_iter().partition(|access| access.write);
        assert_eq!(wrote.iter().map(|a| (a.address, a.response)).collect::<Vec<_>>(), writes);
        assert_eq!(read.iter().map(|a| a.address).collect::<Vec<_>>(), reads);
        for register in model.map.registers.clone() {
            let access = bus.read(bench, register.offset.into())?;
            assert_eq!((access.data as u32, access.response), model.read(register.offset.into()), "{}", register.name);
        }
        Ok(())
    });
}

/// A start is one cycle long; events stand until they are cleared, and win over a clearing; the interrupt follows.
#[test]
fn pulses_events_and_the_interrupt() -> Result<()> {
    let mut bench = unit(config()).bench()?;
    let bus = Lite::attach(&mut bench, "s_axi")?;
    let map = map();
    let at = |name: &str| u64::from(map.register(name).unwrap().offset);
    let [start, abort, irq] = ["ctrl_start_o", "ctrl_abort_o", "irq_o"].map(|name| bench.model().port(name).unwrap());
    let set = bench.model().port("irq_status_error_set_i")?;

    bus.queue_write(at("CTRL"), 1, 1);
    let mut high = 0;
    for _ in 0..12 {
        bench.run_for(1)?;
        high += bench.model().get(start);
        assert_eq!(bench.model().get(abort), 0);
    }
    assert_eq!(high, 1, "one write, one start");
    bus.queue_write(at("CTRL"), 1, 2);
    for _ in 0..12 {
        bench.run_for(1)?;
        assert_eq!(bench.model().get(start), 0, "the byte was not marked");
    }

    bench.model().set(set, 1);
    bench.run_for(1)?;
    bench.model().set(set, 0);
    bench.run_for(3)?;
    assert_eq!(bus.read(&mut bench, at("IRQ_STATUS"))?.data, 2);
    assert_eq!(bench.model().get(irq), 0, "not enabled");
    bus.write(&mut bench, at("IRQ_ENABLE"), 2)?;
    bench.run_for(2)?;
    assert_eq!(bench.model().get(irq), 1);
    bench.model().set(set, 1);
    bus.write(&mut bench, at("IRQ_STATUS"), 2)?;
    bench.model().set(set, 0);
    assert_eq!(bus.read(&mut bench, at("IRQ_STATUS"))?.data, 2, "an event wins");
    bus.write(&mut bench, at("IRQ_STATUS"), 5)?;
    assert_eq!(bus.read(&mut bench, at("IRQ_STATUS"))?.data, 2, "zeros clear nothing");
    bus.write(&mut bench, at("IRQ_STATUS"), 2)?;
    bench.run_for(2)?;
    assert_eq!((bus.read(&mut bench, at("IRQ_STATUS"))?.data, bench.model().get(irq)), (0, 0));
    Ok(())
}

/// An answer two cycles after its access, an access every other cycle.
#[test]
fn latency_is_as_stated() -> Result<()> {
    let mut bench = unit(config()).bench()?;
    let bus = Lite::attach(&mut bench, "s_axi")?;
    for write in [false, true] {
        (0..20).for_each(|_| if write { bus.queue_write(0x20, 7, 15) } else { bus.queue_read(0x20) });
        let start = bench.cycle();
        let mut came = vec![];
        while came.len() < 20 {
            bench.run_for(1)?;
            let cycle = bench.cycle() - 1;
            came.extend(bus.take_done().iter().map(|_| cycle));
        }
        assert_eq!((came[0] - start, came[1] - came[0], came[19] - came[0]), (2, 2, 38), "{came:?}");
    }
    Ok(())
}

/// Runs all steps, then several accesses at a time whose answers are stalled.
fn walk(bench: &mut Bench, stalls: &Stalls) -> Result<()> {
    let bus = Lite::attach(bench, "s_axi")?;
    bus.stalls(stalls);
    let mut model = Model::new();
    model.drive(bench, 1)?;
    for name in ["done", "error", "busy_start"] {
        let port = bench.model().port(&format!("irq_status_{name}_set_i"))?;
        bench.model().set(port, 1);
        bench.run_for(1)?;
        bench.model().set(port, 0);
    }
    model.values[4] = 7;
    let expect = |what: &str, agree: bool| if agree { Ok(()) } else { Err(tb::Failure::from(what)) };
    for step in all_registers() {
        match step {
            Step::Read { address } => {
                let access = bus.read(bench, address)?;
                expect("read", (access.data as u32, access.response) == model.read(address))?;
            }
            Step::Write { address, data, strobes } => {
                bus.queue_write(address, data.into(), strobes);
                bench.run()?;
                expect("write", bus.take_done()[0].response == model.write(address, data, strobes))?;
            }
            Step::Inputs { salt } => model.drive(bench, salt)?,
        }
    }
    (0..4).for_each(|i| bus.queue_write(0x20, i, 15));
    (0..4).for_each(|i| bus.queue_read(0x14 + 4 * i));
    bench.run()?;
    let reads = bus.take_done().into_iter().filter(|access| !access.write);
    let data: Vec<u64> = reads.map(|access| access.data).collect();
    expect("order", data[..3] == [0x0001_0002, 0x7654_3210, 0xfedc_ba98])
}

#[test]
fn planted_faults_are_found() -> Result<()> {
    let emission = emission(config());
    let random = |seed| Pattern::Random { percent: 30, seed };
    let rare = || Pattern::Bursts { go: 1, stop: 6 };
    let stalls = Stalls { ar: random(1), r: rare(), aw: random(3), w: random(4), b: rare() };
    let faults = [
        ("", ""),
        ("has_write_address_q && has_write_data_q && answer_free", "has_write_address_q && has_write_data_q"),
        ("has_write_address_q && has_write_data_q && answer_free", "has_write_address_q && answer_free"),
        ("read = has_read_q && read_free", "read = has_read_q"),
        ("read_address_q <= 12'd180", "read_address_q <= 12'd184"),
        ("(program_hi_q & ~write_mask) | (write_data_q & write_mask)", "write_data_q"),
        ("!(write_data_q[0] && write_mask[0])", "!write_data_q[0]"),
        ("12'd104: upper_half_q <= macs_hi_i", "12'd108: upper_half_q <= macs_hi_i"),
    ];
    for (from, to) in faults {
        let mut bench = changed(&emission, from, to).bench()?;
        bench.set_watchdog(300);
        let outcome = walk(&mut bench, &stalls);
        assert_eq!(outcome.is_err(), !from.is_empty(), "`{to}` for `{from}`: {outcome:?}");
    }
    Ok(())
}

/// Every register with every byte, addresses beside them, halves of counters.
fn all_registers() -> Vec<Step> {
    let mut all = vec![Step::Write { address: 0x10, data: 7, strobes: 14 }];
    for register in map().registers {
        let address = u64::from(register.offset);
        all.push(Step::Read { address });
        all.push(Step::Write { address, data: 0xa5c3_960f ^ register.offset, strobes: 1 << (address / 4 % 4) });
        all.push(Step::Read { address });
        all.push(Step::Write { address: address + 2, data: 0x1234_5678, strobes: 15 });
        all.push(Step::Read { address: address + 1 });
        all.push(Step::Inputs { salt: address });
    }
    all.push(Step::Read { address: 0xb8 });
    all
}
