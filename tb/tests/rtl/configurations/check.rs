//! Generating, linting and simulating configurations that nobody chose.

use std::path::Path;
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};

use sim::{Cache, OptLevel, Sources};
use spec::UnitConfig;
use tb::{Pattern, Unit, jobs};
use toolbox::lint::{self, LintJob, Linter};
use units::Emission;

/// Jobs of a simulation.
const JOBS: usize = 3;
/// Models that are built at a time.
const WORKERS: usize = 2;

/// `count` legal configurations from a seed, of some kinds in turn.
pub fn drawn(kinds: &[&str], count: usize, seed: u64) -> Vec<UnitConfig> {
    let mut configs: Vec<UnitConfig> = Vec::new();
    for (at, kind) in kinds.iter().enumerate() {
        let share = (count + kinds.len() - 1 - at) / kinds.len();
        let any =
            jobs::config::draw(kind, share, seed).unwrap_or_else(|| panic!("no configurations of {kind} are drawn"));
        configs.extend(any.unwrap_or_else(|error| panic!("{kind}: {error}")));
    }
    let mut names = std::collections::HashSet::new();
    configs.retain(|config| names.insert(config.module_name()));
    configs
}

/// Generates all, lints all, runs random jobs on each under stalls; what goes wrong, in words.
pub fn check(configs: &[UnitConfig], seed: u64, linters: &[Linter], cache: &Cache) -> Vec<String> {
    let told = |config: &UnitConfig| serde_json::to_string(config).unwrap_or_default();
    let mut wrong = Vec::new();
    let legal: Vec<UnitConfig> = configs
        .iter()
        .filter(|config| match units::emit(std::slice::from_ref(config), "") {
            Ok(_) => true,
            Err(error) => {
                wrong.push(format!("{} is not generated: {error}", told(config)));
                false
            }
        })
        .cloned()
        .collect();
    let emission = match units::emit(&legal, "") {
        Ok(emission) => emission,
        Err(error) => return vec![format!("they are not generated together: {error}")],
    };
    let dir = tempfile::tempdir().expect("a temporary folder");
    wrong.extend(linted(&emission, dir.path(), linters));
    let (next, failures) = (AtomicUsize::new(0), Mutex::new(Vec::new()));
    let work = || {
        while let Some(config) = legal.get(next.fetch_add(1, Ordering::Relaxed)) {
            if let Err(error) = simulated(config, &emission, seed, cache) {
                failures.lock().expect("no worker panics").push(format!("{}: {error}", told(config)));
            }
        }
    };
    std::thread::scope(|scope| (0..WORKERS).for_each(|_| drop(scope.spawn(work))));
    wrong.extend(failures.into_inner().expect("no worker panics"));
    wrong
}

fn linted(emission: &Emission, dir: &Path, linters: &[Linter]) -> Vec<String> {
    for (name, text) in &emission.files {
        std::fs::write(dir.join(name), text).expect("written");
    }
    let modules = emission.manifest.tops.iter().filter_map(|top| emission.manifest.module(top));
    let jobs: Vec<LintJob> =
        modules.map(|module| LintJob::new(&module.name, module.sources.iter().map(|file| dir.join(file)))).collect();
    let report = lint::run_all(linters, &jobs).expect("the linters run");
    print!("{report}");
    report.messages.iter().map(ToString::to_string).collect()
}

/// Random jobs back to back, with pauses on all sides.
fn simulated(config: &UnitConfig, emission: &Emission, seed: u64, cache: &Cache) -> tb::Result<()> {
    let name = config.module_name();
    let module = emission.manifest.module(&name).expect("the unit is in its own manifest");
    let needed = emission.files.iter().filter(|(file, _)| module.sources.contains(file));
    let sources = needed.fold(Sources::new(&name), |sources, (file, text)| sources.text(file, text));
    let unit = Unit::new(module.clone(), sources)
        .configure(|build| build.cache(cache.clone()).opt_level(OptLevel::O0))
        .start(sim::Start::Random(seed as u32));
    let mut bench = unit.bench()?;
    let percent = name.bytes().fold(seed, |sum, byte| sum.wrapping_mul(31).wrapping_add(byte.into())) % 60;
    let pauses = Pattern::Random { percent: percent as u8, seed };
    bench.patterns(&pauses, &pauses);
    jobs::queue(&mut bench, config, JOBS, seed)?;
    bench.run()
}
