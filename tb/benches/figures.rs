//! What a user waits for: emission, model builds cold and warm, property-test cases; and how far the units are from the true functions.

use std::path::{Path, PathBuf};
use std::time::Instant;

use proptest::strategy::Strategy;
use reference::{ErrorRow, FunctionUnit, GeluModel, error_table};
use serde_json::Value;
use sim::{Build, Cache, Sources};
use spec::UnitConfig;
use spec::manifest::Manifest;
use spec::unit::{Gelu, SystolicGemm};
use tb::{Beat, Check, Pattern, StreamCase, Unit, any_beat};

type Outcome<T = ()> = Result<T, Box<dyn std::error::Error>>;

fn main() -> Outcome {
    emission()?;
    builds()?;
    cases()?;
    errors()
}

fn errors() -> Outcome {
    println!("{}", ErrorRow::HEAD);
    error_table()?.iter().for_each(|row| println!("{row}"));
    Ok(())
}

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..")
}

/// The configurations of everything that rtl/ holds.
fn reference_set() -> Outcome<Vec<UnitConfig>> {
    let manifest: Manifest = serde_json::from_str(&std::fs::read_to_string(root().join("rtl/manifest.json"))?)?;
    let modules =
        manifest.modules.iter().filter(|m| UnitConfig::KINDS.contains(&m.kind.as_str()) && !m.params.is_empty());
    modules
        .map(|module| {
            let mut fields: serde_json::Map<String, Value> = module.params.clone().into_iter().collect();
            fields.insert("kind".to_owned(), module.kind.clone().into());
            Ok(serde_json::from_value(Value::Object(fields))?)
        })
        .collect()
}

fn emission() -> Outcome {
    let configs = reference_set()?;
    let start = Instant::now();
    let emission = units::emit(&configs, "")?;
    let seconds = start.elapsed().as_secs_f64();
    let lines: usize = emission.files.iter().map(|(_, text)| text.lines().count()).sum();
    println!(
        "emit everything in rtl/: {seconds:.2} s ({} units, {} files, {lines} lines)",
        configs.len(),
        emission.files.len()
    );
    Ok(())
}

fn sources(config: UnitConfig) -> Outcome<(spec::manifest::Module, Sources)> {
    let name = config.module_name();
    let emission = units::emit(&[config], "")?;
    let module = emission.manifest.module(&name).ok_or("the unit is in its own manifest")?.clone();
    let sources = emission.files.iter().fold(Sources::new(&name), |sources, (file, text)| sources.text(file, text));
    Ok((module, sources))
}

fn builds() -> Outcome {
    let folder = tempfile::tempdir()?;
    let cache = Cache::at(folder.path());
    let (_, first) = sources(Gelu::preset8().into())?;
    let start = Instant::now();
    Build::new(first).cache(cache.clone()).compile()?;
    println!("first model in an empty cache, Verilator's runtime included: {:.1} s", start.elapsed().as_secs_f64());
    for config in [UnitConfig::from(Gelu::preset16()), SystolicGemm::int8(16, 16).into()] {
        let name = config.module_name();
        let (_, sources) = sources(config)?;
        let build = Build::new(sources).cache(cache.clone());
        let mut seconds = [0.0; 2];
        for time in &mut seconds {
            let start = Instant::now();
            drop(build.compile()?.model()?);
            *time = start.elapsed().as_secs_f64();
        }
        println!("build {name}: cold {:.1} s, warm {:.0} ms", seconds[0], 1e3 * seconds[1]);
    }
    Ok(())
}

fn cases() -> Outcome {
    let config = Gelu::preset16();
    let gelu = GeluModel::new(&config)?;
    let (module, sources) = sources(config.into())?;
    let unit = Unit::new(module, sources);
    let strategy = StreamCase::any(any_beat(&[(16, true)]).boxed(), 0..=64);
    let run = |cases: u32| {
        Check::new("bench::gelu", &unit).cases(cases).run(strategy.clone(), |bench, case| {
            let expected: Vec<Beat> = case.beats.iter().map(|beat| gelu.eval(beat.values[0]).into()).collect();
            bench.patterns(&Pattern::Always, &Pattern::Always);
            case.run(bench, "in", "out", &expected)
        })
    };
    run(10);
    let stats = run(2000);
    let seconds = stats.time.as_secs_f64();
    println!(
        "property test of gelu_s16f12_s16f12: {:.0} cases/s, {:.2e} cycles/s with drivers, monitors and scoreboard",
        f64::from(stats.cases) / seconds,
        stats.cycles as f64 / seconds
    );
    Ok(())
}
