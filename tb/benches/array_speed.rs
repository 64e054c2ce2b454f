//! How fast arrays simulate: cycles and MACs per second of `systolic_gemm`, driven from Rust and from a bare C++ loop over
//! the same model, in turns, in one run; and how long the model takes to build.

#[path = "../../sim/benches/support/turns.rs"]
mod turns;

use std::time::Instant;

use sim::{Build, Cache, Halt, Model, OptLevel, Sources};
use spec::unit::SystolicGemm;
use turns::{Bare, Turns, take_turns, warm};

const TURNS: usize = 200;

type Outcome<T = ()> = Result<T, Box<dyn std::error::Error>>;

fn main() -> Outcome {
    println!(
        "{:<8} {:>10} {:>16} {:>16} {:>14} {:>9}",
        "array", "build s", "C++ cycles/s", "Rust cycles/s", "MAC/s", "link"
    );
    for (size, cycles) in [(16, 4_000), (64, 500)] {
        measure(size, cycles)?;
    }
    Ok(())
}

/// A product that keeps the array busy: 256 rows, 8 tiles of K, 8 of N.
fn command(size: u32) -> u64 {
    let extent = u64::from(8 * size);
    256 | extent << 9 | extent << 25
}

fn measure(size: u32, cycles: u64) -> Outcome {
    let config = SystolicGemm::int8(size, size);
    let emission = units::emit(&[config.clone().into()], "")?;
    let sources = emission.files.iter().fold(Sources::new(config.module_name()), |s, (name, text)| s.text(name, text));
    let folder = tempfile::tempdir()?;
    let build = Build::new(sources).opt_level(OptLevel::O3).native(true).cache(Cache::at(folder.path()));
    let start = Instant::now();
    let mut model = build.compile()?.model()?;
    let built = start.elapsed().as_secs_f64();
    let mut bare = Bare::start(&build.executable(&bare_loop(size, cycles))?)?;
    let Turns { bare, linked, share } = take_turns(TURNS, &mut bare, rust_loop(size, cycles, &mut model)?)?;
    let (bare, linked) = (1e9 / bare, 1e9 / linked);
    let macs = linked * f64::from(size * size);
    println!("{:<8} {built:>10.1} {bare:>16.0} {linked:>16.0} {macs:>14.2e} {share:>+8.1}%", format!("{size}×{size}"));
    Ok(())
}

fn rust_loop(size: u32, cycles: u64, model: &mut Model) -> Outcome<impl FnMut() -> Outcome<(f64, u64)>> {
    let clock = model.clock("clk_i")?;
    let [reset, act, valid] = ["rst_i", "act_data_i", "out_valid_o"].map(|name| model.port(name));
    let (reset, act, valid) = (reset?, act?, valid?);
    for name in ["cmd_valid_i", "weight_valid_i", "column_valid_i", "act_valid_i", "out_ready_i"] {
        let port = model.port(name)?;
        model.set(port, 1);
    }
    let cmd = model.port("cmd_data_i")?;
    model.set(cmd, command(size));
    model.set(reset, 1);
    model.tick(clock)?;
    model.set(reset, 0);
    let (mut i, mut outputs) = (0, 0);
    Ok(move || {
        let mut slice = |cycles| -> Result<(), Halt> {
            for _ in 0..cycles {
                model.set_slice(act, 0, 32, i);
                model.tick(clock)?;
                outputs += model.get(valid);
                i += 1;
            }
            Ok(())
        };
        slice(warm(cycles))?;
        let start = Instant::now();
        slice(cycles)?;
        Ok((start.elapsed().as_nanos() as f64 / cycles as f64, outputs))
    })
}

fn bare_loop(size: u32, cycles: u64) -> String {
    let setup = format!(
        "top.cmd_valid_i = top.weight_valid_i = top.column_valid_i = top.act_valid_i = top.out_ready_i = 1;
    top.cmd_data_i = {}ULL;
    top.rst_i = 1;
    tick();
    top.rst_i = 0;",
        command(size)
    );
    Bare::main(&setup, "top.act_data_i[0] = i; tick(); sum += top.out_valid_o;", cycles)
}
