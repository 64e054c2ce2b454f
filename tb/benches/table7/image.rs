//! An accelerator with its memory, and one image on it.

use compile::Compiled;
use driver::{Counters, Error, Run};
use reference::network::Trace;
use sim::{OptLevel, Sources};
use spec::accel::{Accelerator, Core, Fault};
use tb::axi::{self, Stalls, Timing, failure};
use tb::{Bench, Unit};

use crate::Outcome;
use crate::progress::{PERIOD, Progress};

/// The largest network and its checkpoints.
const BYTES: u64 = 128 << 20;
/// How many times as long as predicted an image may take.
const PATIENCE: u64 = 4;

/// A core's accelerator in simulation.
pub fn bench(core: &Core) -> Outcome<Bench> {
    let config = Accelerator::new(core.clone());
    let mut emitter = units::Emitter::new("");
    accel::emit(&config.clone().into(), &mut emitter)?;
    let emission = emitter.finish();
    let module = emission.manifest.module(&config.module_name()).ok_or("no such module")?;
    let needed = emission.files.iter().filter(|(name, _)| module.sources.contains(name));
    let sources = needed.fold(Sources::new(&module.name), |sources, (name, text)| sources.text(name, text));
    let unit = Unit::new(module.clone(), sources).configure(|build| build.opt_level(OptLevel::O3).assertions(false));
    Ok(unit.bench()?)
}

/// An accelerator behind its driver.
pub struct Board<'a>(axi::Board<'a>);

/// What one image gave.
pub struct Ran {
    /// What the driver tells of it.
    pub run: Run,
    /// Cycles from the interrupt to the start of the next image, which is in memory by then.
    pub between: u64,
    /// The residual stream where the program stored it.
    pub stores: Vec<(String, Vec<i32>)>,
}

impl<'a> Board<'a> {
    /// With a memory of that timing.
    pub fn new(bench: &'a mut Bench, timing: &Timing) -> Outcome<Self> {
        Ok(Self(axi::Board::new(bench, BYTES, timing, &Stalls::default())?))
    }

    /// Runs one image, and begins with the next one, which is stopped.
    pub fn run(&mut self, compiled: &Compiled, pixels: &[i32], progress: &Progress) -> Outcome<Ran> {
        let accelerator = &mut self.0.accelerator;
        accelerator.load(compiled).map_err(failure)?;
        accelerator.start(pixels).map_err(failure)?;
        let bench = accelerator.bus().bench();
        let (from, interrupt) = (bench.cycle(), bench.model().port("irq_o")?);
        let (mut cycle, patience) = (0, PATIENCE * progress.cycles());
        while accelerator.bus().bench().model().get(interrupt) == 0 {
            accelerator.bus().bench().step()?;
            cycle = accelerator.bus().bench().cycle() - from;
            if cycle.is_multiple_of(PERIOD) {
                let jobs = accelerator.read("JOBS").map_err(failure)?;
                progress.at(cycle, (jobs & accelerator.field("JOBS", "MATRIX")) as usize);
            }
            if cycle > patience {
                return Err(format!("no interrupt within {cycle} cycles").into());
            }
        }
        let run = accelerator.finish().map_err(failure)?;
        accelerator.start_again().map_err(failure)?;
        let between = accelerator.bus().bench().cycle() - from - cycle;
        accelerator.stop().map_err(failure)?;
        match accelerator.finish() {
            Err(Error::Failed { fault: Fault::Abort, .. }) => {}
            other => return Err(format!("the next image was to be stopped: {other:?}").into()),
        }
        let stores = compiled.stores.iter().map(|(name, at, rows)| {
            let address = self.0.accelerator.address(*at).unwrap_or_default();
            let bytes = self.0.memory.read(address, rows * compiled.embed * 2);
            let values = bytes.chunks(2).map(|pair| i16::from_le_bytes([pair[0], pair[1]]).into());
            (name.clone(), values.collect())
        });
        Ok(Ran { run, between, stores: stores.collect() })
    }
}

impl Ran {
    /// What the accelerator counted, from start to interrupt.
    pub fn counters(&self) -> &Counters {
        &self.run.counters
    }

    /// The first difference from what the reference computed.
    pub fn compare(&self, trace: &Trace) -> Option<String> {
        for (name, values) in &self.stores {
            let expected = trace.checkpoints.iter().find(|checkpoint| checkpoint.name == *name)?;
            if let Some(at) = values.iter().zip(&expected.values).position(|(a, b)| a != b) {
                return Some(format!("{name} differs from value {at} on"));
            }
        }
        if self.run.kept != trace.kept {
            return Some("the patches that stay differ".to_owned());
        }
        (self.run.logits != trace.logits).then(|| "the logits differ".to_owned())
    }
}
