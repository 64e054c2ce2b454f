//! Property tests of units: many cases, silent shrinking, and a folder that shows the smallest failing case.

use std::{
    cell::RefCell,
    fmt,
    panic::{AssertUnwindSafe, catch_unwind},
    path::PathBuf,
    time::{Duration, Instant},
};

use proptest::{
    strategy::Strategy,
    test_runner::{Config, RngSeed, TestCaseError, TestError, TestRunner},
};
use serde::Serialize;

use crate::{Bench, Failure, Pattern, Result, Unit, folder, quiet};

/// A property test of a unit.
///
/// The model is built once and reset before every case. The cases are the same in every run; the environment variables
/// `ESPALIER_SEED` and `ESPALIER_CASES` choose others and more.
///
/// ```no_run
/// use tb::{Beat, Check, StreamCase, any_beat};
///
/// # fn example(unit: &tb::Unit) {
/// Check::new("double", unit).cases(1000).run(
///     StreamCase::any(any_beat(&[(8, true)]), 1..=64),
///     |bench, case| {
///         let expected: Vec<Beat> = case.beats.iter().map(|b| Beat::from(2 * b.values[0])).collect();
///         case.run(bench, "in", "out", &expected)
///     },
/// );
/// # }
/// ```
#[derive(Clone, Debug)]
pub struct Check<'u> {
    name: String,
    unit: &'u Unit,
    cases: u32,
    seed: u64,
    folder: Option<PathBuf>,
}

/// What a check that held did.
#[derive(Clone, Copy, Debug)]
pub struct Stats {
    /// Cases.
    pub cases: u32,
    /// Cycles simulated.
    pub cycles: u64,
    /// Time for them, without building the model.
    pub time: Duration,
}

/// What a check that failed found.
#[derive(Clone, Debug)]
pub struct Report {
    /// The check's name.
    pub name: String,
    /// Why the smallest case fails.
    pub failure: Failure,
    /// The smallest case.
    pub case: String,
    /// Where the case, the waves and the rest lie; none if nothing could be run at all.
    pub folder: Option<PathBuf>,
}

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "`{}` fails: {}", self.name, self.failure.to_string().trim_end())?;
        if !self.case.is_empty() {
            let shown: String = self.case.chars().take(400).collect();
            writeln!(f, "smallest case: {shown}{}", if shown.len() < self.case.len() { " …" } else { "" })?;
        }
        match &self.folder {
            Some(folder) => write!(f, "waves, views and the case are in {}", folder.display()),
            None => Ok(()),
        }
    }
}

impl std::error::Error for Report {}

impl<'u> Check<'u> {
    /// A check of 256 cases; its name must differ from those of other checks, since the failure folder is named so.
    pub fn new(name: impl Into<String>, unit: &'u Unit) -> Self {
        let name = name.into();
        let seed =
            name.bytes().fold(0xcbf2_9ce4_8422_2325, |h: u64, b| (h ^ u64::from(b)).wrapping_mul(0x100_0000_01b3));
        Self { name, unit, cases: 256, seed, folder: None }
    }

    /// How many cases.
    #[must_use]
    pub fn cases(self, cases: u32) -> Self {
        Self { cases, ..self }
    }

    /// Where failure folders go, instead of what `ESPALIER_FAILURES` says, or `target/failures`.
    #[must_use]
    pub fn failures_in(self, folder: impl Into<PathBuf>) -> Self {
        Self { folder: Some(folder.into()), ..self }
    }

    /// Runs the cases.
    ///
    /// # Panics
    /// If a case fails: with the smallest one found, the first diverging beat, and the path of the failure folder.
    pub fn run<S: Strategy>(&self, strategy: S, test: impl Fn(&mut Bench, &S::Value) -> Result<()>) -> Stats
    where
        S::Value: fmt::Debug + Serialize,
    {
        match self.try_run(strategy, test) {
            Ok(stats) => stats,
            Err(report) => panic!("{report}"),
        }
    }

    /// Runs the cases.
    ///
    /// # Errors
    /// What [`Check::run`] panics with.
    pub fn try_run<S: Strategy>(
        &self,
        strategy: S,
        test: impl Fn(&mut Bench, &S::Value) -> Result<()>,
    ) -> Result<Stats, Box<Report>>
    where
        S::Value: fmt::Debug + Serialize,
    {
        let report = |failure, case, folder| Box::new(Report { name: self.name.clone(), failure, case, folder });
        let first = self.unit.bench().map_err(|failure| report(failure, String::new(), None))?;
        let cases = environment("ESPALIER_CASES").and_then(|n| u32::try_from(n).ok()).unwrap_or(self.cases);
        let config = Config {
            cases,
            failure_persistence: None,
            rng_seed: RngSeed::Fixed(environment("ESPALIER_SEED").unwrap_or(0) ^ self.seed),
            max_shrink_time: 60_000,
            ..Config::default()
        };
        let bench = RefCell::new(Some(first));
        let start = Instant::now();
        let outcome = quiet::while_running(|| {
            TestRunner::new(config).run(&strategy, |case| {
                let mut slot = bench.borrow_mut();
                let outcome = self.one(&mut slot, &case, &test);
                outcome.map_err(|failure| TestCaseError::fail(failure.to_string()))
            })
        });
        match outcome {
            Ok(()) => {
                Ok(Stats { cases, cycles: bench.borrow().as_ref().map_or(0, Bench::cycle), time: start.elapsed() })
            }
            Err(TestError::Fail(reason, case)) => {
                let shown = format!("{case:?}");
                let base = self.folder.clone().unwrap_or_else(folder::base);
                let seen = Failure::Test(reason.message().to_owned());
                let written = folder::write_folder(&base, &self.name, self.unit, &case, &seen, |bench| {
                    caught(bench, &case, &test)
                });
                match written {
                    Ok((failure, folder)) => Err(report(failure, shown, Some(folder))),
                    Err(problem) => {
                        let text = format!("{seen}\n(and no failure folder could be made: {problem})");
                        Err(report(Failure::Test(text), shown, None))
                    }
                }
            }
            Err(TestError::Abort(reason)) => {
                Err(report(Failure::Test(reason.message().to_owned()), String::new(), None))
            }
        }
    }

    /// One case on the bench in `slot`; the bench is replaced if it is past use.
    fn one<C>(&self, slot: &mut Option<Bench>, case: &C, test: &impl Fn(&mut Bench, &C) -> Result<()>) -> Result<()> {
        if slot.is_none() {
            *slot = Some(self.unit.bench()?);
        }
        let Some(bench) = slot.as_mut() else { return Ok(()) };
        let outcome = bench.restart().and_then(|()| caught(bench, case, test));
        if matches!(&outcome, Err(Failure::Halt { halt, .. }) if halt.kind() == sim::HaltKind::Fatal) {
            *slot = None;
        }
        outcome
    }
}

/// Runs the test; a panic of its own counts as a failure.
fn caught<C>(bench: &mut Bench, case: &C, test: &impl Fn(&mut Bench, &C) -> Result<()>) -> Result<()> {
    match catch_unwind(AssertUnwindSafe(|| test(bench, case))) {
        Ok(outcome) => outcome,
        Err(payload) => {
            let text = payload.downcast_ref::<String>().map(String::as_str).or_else(|| payload.downcast_ref().copied());
            Err(Failure::Test(text.unwrap_or("the test panicked").to_owned()))
        }
    }
}

fn environment(name: &str) -> Option<u64> {
    std::env::var(name).ok()?.trim().parse().ok()
}

impl Bench {
    /// Resets the unit and the bench's own settings, for the next case.
    fn restart(&mut self) -> Result<()> {
        self.detach_all();
        self.patterns(&Pattern::Always, &Pattern::Always);
        self.reset()
    }
}
