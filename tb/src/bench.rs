//! A unit on the bench: its clock, its reset, its streams.

use sim::{Clock, Model};
use spec::manifest::{Dir, Latency, Module, Role, Stream, StreamRole};

use crate::{
    Beat, Failure, Pattern, Peripheral, Result,
    stream::{Driver, Monitor},
};

/// Cycles without any transfer after which a run counts as stuck.
const WATCHDOG: u64 = 10_000;
/// Cycles that reset is held.
const RESET_CYCLES: u32 = 2;
/// Cycles after the last expected beat in which none may follow.
const QUIET_CYCLES: u32 = 4;

/// A model with every stream of its manifest entry driven, watched and compared.
///
/// ```no_run
/// use tb::Pattern;
///
/// # fn example(unit: &tb::Unit) -> tb::Result<()> {
/// let mut bench = unit.bench()?;
/// bench.stalls("out", Pattern::Random { percent: 30, seed: 1 })?;
/// bench.send("in", (-8i64..8).map(tb::Beat::from))?;
/// bench.expect("out", (-8i64..8).map(|x| tb::Beat::from(2 * x)))?;
/// bench.run()?;
/// # Ok(())
/// # }
/// ```
#[derive(Debug)]
pub struct Bench {
    model: Model,
    module: Module,
    clock: Clock,
    reset: Option<(sim::Port, u64)>,
    drivers: Vec<Driver>,
    monitors: Vec<Monitor>,
    peripherals: Vec<Box<dyn Peripheral>>,
    cycle: u64,
    idle: u64,
    watchdog: u64,
}

impl Bench {
    /// Wires a model up as its manifest entry says, and resets it. Inputs outside streams are 0 until they are set.
    ///
    /// # Errors
    /// [`Failure::Sim`] if the model's ports are not the entry's; [`Failure::Use`] if there is not exactly one clock or
    /// a stream lacks a port.
    pub fn new(model: Model, module: &Module) -> Result<Self> {
        for port in &module.ports {
            match port.dir {
                Dir::In => model.input(&port.name, port.width)?,
                Dir::Out => model.output(&port.name, port.width)?,
            };
        }
        let of_role = |role| module.ports.iter().filter(move |p| p.role == role).collect::<Vec<_>>();
        let [clock] = of_role(Role::Clock)[..] else {
            return Err(Failure::Use(format!("`{}` has not exactly one clock", module.name)));
        };
        let reset = match of_role(Role::Reset)[..] {
            [] => None,
            [port, ..] => Some((model.port(&port.name)?, u64::from(!port.active_low))),
        };
        let mut model = model;
        for port in module.ports.iter().filter(|port| port.dir == Dir::In && port.role == Role::Other) {
            let words = vec![0; port.width.div_ceil(64) as usize];
            let port = model.port(&port.name)?;
            model.set_words(port, &words);
        }
        let (mut drivers, mut monitors) = (Vec::new(), Vec::new());
        for (salt, stream) in (1..).zip(&module.streams) {
            match stream.role {
                StreamRole::Sink => drivers.push(Driver::new(&model, module, &stream.name, salt)?),
                StreamRole::Source => monitors.push(Monitor::new(&model, module, &stream.name, salt)?),
            }
        }
        let clock = model.clock(&clock.name)?;
        let module = module.clone();
        let (peripherals, watchdog) = (Vec::new(), WATCHDOG);
        let mut bench =
            Self { model, module, clock, reset, drivers, monitors, peripherals, cycle: 0, idle: 0, watchdog };
        bench.reset()?;
        Ok(bench)
    }

    /// The manifest entry.
    pub fn module(&self) -> &Module {
        &self.module
    }

    /// The model, for ports that belong to no stream.
    pub fn model(&mut self) -> &mut Model {
        &mut self.model
    }

    /// Cycles since the bench was made, resets included.
    pub fn cycle(&self) -> u64 {
        self.cycle
    }

    /// How many cycles nothing may move before a run counts as stuck; 10 000 unless set.
    pub fn set_watchdog(&mut self, cycles: u64) {
        self.watchdog = cycles.max(1);
    }

    /// Lets nothing move for `cycles` cycles more than those that are allowed unless set: for jobs that are known to take their time.
    pub fn allow_silence(&mut self, cycles: u64) {
        self.watchdog = self.watchdog.max(WATCHDOG.saturating_add(cycles));
    }

    /// Holds reset for two cycles, in the middle of whatever is going on, and forgets all beats queued, expected and
    /// received. Patterns stay.
    ///
    /// # Errors
    /// [`Failure::Halt`].
    pub fn reset(&mut self) -> Result<()> {
        for driver in &mut self.drivers {
            driver.reset(&mut self.model);
        }
        for monitor in &mut self.monitors {
            monitor.reset(&mut self.model);
        }
        for peripheral in &mut self.peripherals {
            peripheral.reset(&mut self.model);
        }
        self.idle = 0;
        if let Some((port, level)) = self.reset {
            self.model.set(port, level);
            for number in 0..RESET_CYCLES {
                self.edge(false)?;
                // The first edge is the one that resets: only what it leaves has to be silent.
                if number > 0 {
                    for peripheral in &mut self.peripherals {
                        peripheral.sample_reset(&self.model, self.cycle)?;
                    }
                }
                self.edge(true)?;
                self.cycle += 1;
            }
            self.model.set(port, level ^ 1);
        }
        Ok(())
    }

    /// How the environment offers beats on the sink stream `stream`, from now on.
    ///
    /// # Errors
    /// [`Failure::Use`] if there is no such stream.
    pub fn gaps(&mut self, stream: &str, pattern: Pattern) -> Result<()> {
        self.driver(stream)?.set_pattern(pattern);
        Ok(())
    }

    /// How the environment takes beats from the source stream `stream`, from now on.
    ///
    /// # Errors
    /// [`Failure::Use`] if there is no such stream.
    pub fn stalls(&mut self, stream: &str, pattern: Pattern) -> Result<()> {
        self.monitor(stream)?.set_pattern(pattern);
        Ok(())
    }

    /// One pattern for all sink streams, one for all source streams; random ones differ from stream to stream.
    pub fn patterns(&mut self, gaps: &Pattern, stalls: &Pattern) {
        self.drivers.iter_mut().for_each(|d| d.set_pattern(gaps.clone()));
        self.monitors.iter_mut().for_each(|m| m.set_pattern(stalls.clone()));
    }

    /// Lets a peripheral drive and watch ports that belong to no stream, from now on. It is reset with the unit, and a
    /// [`Check`](crate::Check) begins each case without any.
    pub fn attach(&mut self, mut peripheral: Box<dyn Peripheral>) {
        peripheral.reset(&mut self.model);
        self.peripherals.push(peripheral);
    }

    /// Lets go of all peripherals.
    pub fn detach_all(&mut self) {
        self.peripherals.clear();
    }

    /// Queues beats for a sink stream.
    ///
    /// # Errors
    /// [`Failure::Use`] if there is no such stream, or a beat does not fit it.
    pub fn send(&mut self, stream: &str, beats: impl IntoIterator<Item = impl Into<Beat>>) -> Result<()> {
        let driver = self.driver(stream)?;
        beats.into_iter().try_for_each(|beat| driver.push(&beat.into()))
    }

    /// Says what a source stream will give next. From the first call on every beat is compared when it comes, and
    /// beats beyond the expected ones are errors.
    ///
    /// # Errors
    /// As [`Bench::send`].
    pub fn expect(&mut self, stream: &str, beats: impl IntoIterator<Item = impl Into<Beat>>) -> Result<()> {
        let monitor = self.monitor(stream)?;
        monitor.expect_no_more();
        beats.into_iter().try_for_each(|beat| monitor.expect(&beat.into()))
    }

    /// Runs until every queued beat was taken, every expected one has come and no peripheral has anything to do, and a
    /// few cycles more, in which no beat may follow.
    ///
    /// # Errors
    /// Whatever goes wrong first.
    pub fn run(&mut self) -> Result<()> {
        while self.drivers.iter().any(|d| d.pending() > 0)
            || self.monitors.iter().any(|m| m.missing() > 0)
            || self.peripherals.iter().any(|p| p.is_pending())
        {
            self.step_watched()?;
        }
        self.run_for(QUIET_CYCLES)
    }

    /// Runs until the source stream has given `count` beats since the last reset.
    ///
    /// # Errors
    /// Whatever goes wrong first.
    pub fn run_until(&mut self, stream: &str, count: usize) -> Result<()> {
        self.monitor(stream)?;
        let index = self.monitors.iter().position(|m| m.name == stream).unwrap_or_default();
        while self.monitors[index].count() < count {
            self.step_watched()?;
        }
        Ok(())
    }

    /// Runs so many cycles, whether anything moves or not.
    ///
    /// # Errors
    /// Whatever goes wrong first.
    pub fn run_for(&mut self, cycles: u32) -> Result<()> {
        (0..cycles).try_for_each(|_| self.step().map(drop))
    }

    /// One cycle. Tells whether a beat was transferred on any stream.
    ///
    /// # Errors
    /// Whatever goes wrong in it.
    pub fn step(&mut self) -> Result<bool> {
        let cycle = self.cycle;
        for driver in &mut self.drivers {
            driver.drive(&mut self.model, cycle);
        }
        for monitor in &mut self.monitors {
            monitor.drive(&mut self.model);
        }
        for peripheral in &mut self.peripherals {
            peripheral.drive(&mut self.model, cycle);
        }
        self.edge(false)?;
        let mut moved = false;
        for driver in &mut self.drivers {
            moved |= driver.sample(&self.model, cycle);
        }
        for monitor in &mut self.monitors {
            moved |= monitor.sample(&self.model, cycle)?;
        }
        for peripheral in &mut self.peripherals {
            moved |= peripheral.sample(&self.model, cycle)?;
        }
        self.edge(true)?;
        self.cycle += 1;
        Ok(moved)
    }

    /// One cycle, and an error if nothing has moved for too many of them.
    ///
    /// # Errors
    /// Whatever goes wrong in it, or [`Failure::Stuck`].
    pub fn step_watched(&mut self) -> Result<()> {
        self.idle = if self.step()? { 0 } else { self.idle + 1 };
        if self.idle < self.watchdog {
            return Ok(());
        }
        let ends = self.drivers.iter().map(Driver::describe).chain(self.monitors.iter().map(Monitor::describe));
        let ends = ends.chain(self.peripherals.iter().map(|p| p.describe()));
        let what = ends.collect::<Vec<_>>().join("; ");
        Err(Failure::Stuck { limit: self.watchdog, cycle: self.cycle, what })
    }

    #[inline]
    fn edge(&mut self, level: bool) -> Result<()> {
        let cycle = self.cycle;
        self.model.edge(self.clock, level).map_err(|halt| Failure::Halt { cycle, halt })
    }

    /// The beats that a source stream has given since the last reset.
    ///
    /// # Errors
    /// [`Failure::Use`] if there is no such stream.
    pub fn received(&mut self, stream: &str) -> Result<Vec<Beat>> {
        self.received_from(stream, 0)
    }

    /// Those of them from number `first` on: for an environment that answers what a unit asks.
    ///
    /// # Errors
    /// [`Failure::Use`] if there is no such stream.
    pub fn received_from(&mut self, stream: &str, first: usize) -> Result<Vec<Beat>> {
        Ok(self.monitor(stream)?.beats_from(first))
    }

    /// What the two streams' beats took, paired in order, since the last reset.
    ///
    /// # Errors
    /// [`Failure::Use`] if there is no such stream, or no beat.
    pub fn timing(&mut self, sink: &str, source: &str) -> Result<Timing> {
        let taken = self.driver(sink)?.taken.clone();
        let came = &self.monitor(source)?.came;
        let latencies = || taken.iter().zip(came).map(|(taken, came)| came.saturating_sub(*taken));
        let interval = |cycles: &[u64]| cycles.windows(2).map(|w| w[1] - w[0]).max().unwrap_or(0);
        let (Some(latency_min), Some(latency_max)) = (latencies().min(), latencies().max()) else {
            return Err(Failure::Use(format!("no beat went through `{sink}` and `{source}`")));
        };
        Ok(Timing { latency_min, latency_max, interval: interval(&taken).max(interval(came)) })
    }

    /// The format of every value of a beat of a stream: its width and whether it is signed.
    ///
    /// # Errors
    /// [`Failure::Use`] if there is no such stream.
    pub fn formats(&mut self, stream: &str) -> Result<Vec<(u32, bool)>> {
        match self.drivers.iter().find(|d| d.name == stream) {
            Some(driver) => Ok(driver.codec.elements().collect()),
            None => Ok(self.monitor(stream)?.codec.elements().collect()),
        }
    }

    fn driver(&mut self, stream: &str) -> Result<&mut Driver> {
        let error = unknown(&self.module, stream, StreamRole::Sink);
        self.drivers.iter_mut().find(|d| d.name == stream).ok_or(error)
    }

    fn monitor(&mut self, stream: &str) -> Result<&mut Monitor> {
        let error = unknown(&self.module, stream, StreamRole::Source);
        self.monitors.iter_mut().find(|m| m.name == stream).ok_or(error)
    }
}

fn unknown(module: &Module, stream: &str, role: StreamRole) -> Failure {
    let names: Vec<_> = module.streams.iter().filter(|s| s.role == role).map(|s| s.name.as_str()).collect();
    let role = if role == StreamRole::Sink { "sink" } else { "source" };
    Failure::Use(format!("`{}` has no {role} stream `{stream}`; it has {}", module.name, names.join(", ")))
}

/// What a stream of beats took, in cycles.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Timing {
    /// Fewest cycles from an input beat's transfer to its output beat's.
    pub latency_min: u64,
    /// Most.
    pub latency_max: u64,
    /// Most cycles between two beats of either stream.
    pub interval: u64,
}

impl Timing {
    /// Checks a measurement without gaps and stalls against what the manifest promises of the source stream.
    ///
    /// # Errors
    /// [`Failure::Test`], with both figures.
    pub fn agrees_with(&self, stream: &Stream) -> Result<()> {
        let Self { latency_min, latency_max, interval } = *self;
        let latency = match stream.latency {
            Latency::Fixed(n) => latency_min == u64::from(n) && latency_max == u64::from(n),
            Latency::Min(n) => latency_min >= u64::from(n),
            Latency::Variable => true,
        };
        if latency && interval <= u64::from(stream.interval) {
            return Ok(());
        }
        Err(Failure::Test(format!(
            "stream `{}` promises latency {:?} and interval {}; measured {latency_min} to {latency_max}, and {interval}",
            stream.name, stream.latency, stream.interval
        )))
    }
}
