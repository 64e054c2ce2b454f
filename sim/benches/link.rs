//! What the link costs: the same SystemVerilog, built with the same flags, driven from Rust and from a bare C++ loop, in
//! turns, in one run.

#[path = "support/turns.rs"]
mod turns;

use std::{error::Error, path::PathBuf, time::Instant};

use sim::{Build, Halt, Model, OptLevel, Sources};
use turns::{Bare, Turns, take_turns, warm};

const TURNS: usize = 400;

struct Case {
    name: &'static str,
    cycles: u64,
    /// An input that changes in every cycle, and an output that is read in every cycle.
    input: (&'static str, u32),
    output: (&'static str, u32),
    preset: &'static [(&'static str, u32, u64)],
    size: u32,
}

const CASES: [Case; 3] = [
    Case {
        name: "counter",
        cycles: 20_000,
        input: ("rst_i", 1),
        output: ("count_o", 8),
        preset: &[("enable_i", 1, 1)],
        size: 8,
    },
    Case { name: "mac_block", cycles: 10_000, input: ("load_i", 1), output: ("a_o", 64), preset: &[], size: 8 },
    Case { name: "mac_block", cycles: 4_000, input: ("load_i", 1), output: ("a_o", 128), preset: &[], size: 16 },
];

fn main() -> Result<(), Box<dyn Error>> {
    println!("{:<12} {:>14} {:>14} {:>9}", "model", "C++ ns/cycle", "Rust ns/cycle", "link");
    for case in &CASES {
        let file = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/sv").join(format!("{}.sv", case.name));
        let parameter = if case.name == "counter" { "Width" } else { "N" };
        let sources = Sources::new(case.name).file(file).parameter(parameter, case.size);
        let build = Build::new(sources).opt_level(OptLevel::O3);
        let mut model = build.compile()?.model()?;
        let mut bare = Bare::start(&build.executable(&bare_loop(case))?)?;
        let Turns { bare, linked, share } = take_turns(TURNS, &mut bare, rust_loop(case, &mut model)?)?;
        println!("{:<12} {bare:>14.2} {linked:>14.2} {share:>+8.1}%", format!("{} {}", case.name, case.size));
    }
    Ok(())
}

fn preset(case: &Case, model: &mut Model) -> sim::Result<()> {
    for (name, width, value) in case.preset {
        let port = model.input(name, *width)?;
        model.set(port, *value);
    }
    Ok(())
}

fn rust_loop(case: &Case, model: &mut Model) -> sim::Result<impl FnMut() -> Result<(f64, u64), Halt>> {
    preset(case, model)?;
    let clock = model.clock("clk_i")?;
    let (input, output) = (model.input(case.input.0, case.input.1)?, model.output(case.output.0, case.output.1)?);
    let (mut i, mut sum) = (0, 0u64);
    Ok(move || {
        let mut slice = |cycles| -> Result<(), Halt> {
            for _ in 0..cycles {
                model.set(input, i);
                model.tick(clock)?;
                sum = sum.wrapping_add(model.get(output));
                i += 1;
            }
            Ok(())
        };
        slice(warm(case.cycles))?;
        let start = Instant::now();
        slice(case.cycles)?;
        Ok((start.elapsed().as_nanos() as f64 / case.cycles as f64, sum))
    })
}

fn bare_loop(case: &Case) -> String {
    let presets: String = case.preset.iter().map(|(name, _, value)| format!("top.{name} = {value}; ")).collect();
    let name = case.output.0;
    let output = match case.output.1 {
        ..=64 => format!("top.{name}"),
        _ => format!("(top.{name}[0] | static_cast<uint64_t>(top.{name}[1]) << 32)"),
    };
    let mask = if case.input.1 == 64 { u64::MAX } else { (1 << case.input.1) - 1 };
    let cycle = format!("top.{} = i & {mask}ULL; tick(); sum += {output};", case.input.0);
    Bare::main(&presets, &cycle, case.cycles)
}
