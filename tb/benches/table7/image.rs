//! A core with its memory, and one image on it.

use compile::Compiled;
use reference::network::Trace;
use sim::{OptLevel, Sources};
use spec::accel::Core;
use tb::axi::{Memory, Timing};
use tb::jobs::encoder::Counters;
use tb::{Bench, Unit};

use crate::Outcome;
use crate::progress::{PERIOD, Progress};

const PROGRAM: u64 = 0x1000;
const RESULT: u64 = 0x10_0000;
const BASE: u64 = 0x20_0000;
/// The largest network and its checkpoints.
const BYTES: usize = 128 << 20;
/// Cycles without a transfer: attention needs none.
const WATCHDOG: u64 = 200_000;

/// A core in simulation.
pub struct Board {
    bench: Bench,
    memory: Memory,
    beat: u64,
}

/// What one image gave.
pub struct Ran {
    /// From start to the end of the program.
    pub cycles: u64,
    /// When the matrix jobs and the vector jobs were done.
    pub ends: [Vec<u64>; 2],
    /// The array's, of this image.
    pub counters: Counters,
    /// The residual stream where the program stored it.
    pub stores: Vec<(String, Vec<i32>)>,
    /// Results.
    pub logits: Vec<i32>,
}

impl Board {
    /// Builds the model.
    pub fn new(core: &Core, timing: &Timing) -> Outcome<Self> {
        let mut emitter = units::Emitter::new("");
        accel::emit(&core.clone().into(), &mut emitter)?;
        let emission = emitter.finish();
        let module = emission.manifest.module(&core.module_name()).ok_or("no such module")?;
        let needed = emission.files.iter().filter(|(name, _)| module.sources.contains(name));
        let sources = needed.fold(Sources::new(&module.name), |sources, (name, text)| sources.text(name, text));
        let unit =
            Unit::new(module.clone(), sources).configure(|build| build.opt_level(OptLevel::O3).assertions(false));
        let mut bench = unit.bench()?;
        bench.set_watchdog(WATCHDOG);
        let memory = Memory::new(0, BYTES, timing.clone());
        let ports: Vec<String> = (0..core.t_h)
            .map(|group| format!("weights{group}_m_axi"))
            .chain(["code", "side", "store"].map(|name| format!("{name}_m_axi")))
            .collect();
        memory.attach(&mut bench, &ports.iter().map(String::as_str).collect::<Vec<_>>())?;
        Ok(Self { bench, memory, beat: u64::from(core.beat_bits() / 8) })
    }

    /// Runs one image.
    pub fn run(&mut self, compiled: &Compiled, pixels: &[i32], progress: &Progress) -> Outcome<Ran> {
        let place = |at: u32| BASE + u64::from(at) * self.beat;
        self.memory.write(PROGRAM, &compiled.program_bytes());
        self.memory.write(BASE, compiled.memory.bytes());
        self.memory.write(place(compiled.image_at), &compiled.image_bytes(pixels));
        let before = Counters::read(self.bench.model())?;
        let inputs = [
            ("program_i", PROGRAM),
            ("base_i", BASE),
            ("result_i", RESULT),
            ("length_i", compiled.program.len() as u64),
            ("start_i", 1),
        ];
        for (name, value) in inputs {
            let port = self.bench.model().port(name)?;
            self.bench.model().set(port, value);
        }
        let from = self.bench.cycle();
        self.bench.step()?;
        let start = self.bench.model().port("start_i")?;
        self.bench.model().set(start, 0);
        let done = self.bench.model().port("done_o")?;
        let counts = [self.bench.model().port("matrix_jobs_o")?, self.bench.model().port("vector_jobs_o")?];
        let mut ends = [vec![], vec![]];
        while self.bench.model().get(done) == 0 {
            self.bench.step_watched()?;
            let cycle = self.bench.cycle() - from;
            for (ends, port) in ends.iter_mut().zip(counts) {
                let count = self.bench.model().get(port) as usize;
                ends.resize(count.max(ends.len()), cycle);
            }
            if cycle.is_multiple_of(PERIOD) {
                progress.at(cycle, ends[0].len());
            }
        }
        let cycles = self.bench.cycle() - from;
        let after = Counters::read(self.bench.model())?;
        let mut counters = after;
        counters.cycles -= before.cycles;
        counters.macs -= before.macs;
        counters.waits.iter_mut().zip(before.waits).for_each(|(now, then)| *now -= then);
        let words = |address: u64, count: usize| -> Vec<i32> {
            let bytes = self.memory.read(address, count * 2);
            bytes.chunks(2).map(|pair| i16::from_le_bytes([pair[0], pair[1]]).into()).collect()
        };
        let stores = compiled.stores.iter();
        let stores = stores.map(|(name, at, rows)| (name.clone(), words(place(*at), rows * compiled.embed))).collect();
        let logits = words(RESULT, compiled.classes);
        Ok(Ran { cycles, ends, counters, stores, logits })
    }
}

impl Ran {
    /// The first difference from what the reference computed.
    pub fn compare(&self, trace: &Trace) -> Option<String> {
        for (name, values) in &self.stores {
            let expected = trace.checkpoints.iter().find(|checkpoint| checkpoint.name == *name)?;
            if let Some(at) = values.iter().zip(&expected.values).position(|(a, b)| a != b) {
                return Some(format!("{name} differs from value {at} on"));
            }
        }
        (self.logits != trace.logits).then(|| "the logits differ".to_owned())
    }
}
