//! What the link costs: the same SystemVerilog, built with the same flags, driven from Rust and from a bare C++ loop, in
//! turns, in one run.

use std::{path::PathBuf, process::Command, time::Instant};

use sim::{Build, Model, OptLevel, Result, Sources};

const ROUNDS: usize = 60;

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
        cycles: 200_000,
        input: ("rst_i", 1),
        output: ("count_o", 8),
        preset: &[("enable_i", 1, 1)],
        size: 8,
    },
    Case { name: "mac_block", cycles: 50_000, input: ("load_i", 1), output: ("a_o", 64), preset: &[], size: 8 },
    Case { name: "mac_block", cycles: 20_000, input: ("load_i", 1), output: ("a_o", 128), preset: &[], size: 16 },
];

fn main() -> Result<()> {
    println!("{:<12} {:>14} {:>14} {:>14} {:>9}", "model", "C++ ns/cycle", "Rust ns/cycle", "ticks ns/cycle", "link");
    for case in &CASES {
        let file = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/sv").join(format!("{}.sv", case.name));
        let parameter = if case.name == "counter" { "Width" } else { "N" };
        let sources = Sources::new(case.name).file(file).parameter(parameter, case.size);
        let build = Build::new(sources).opt_level(OptLevel::O3);
        let mut model = build.compile()?.model()?;
        let program = build.executable(&bare_loop(case))?;
        let (mut bare, mut linked, mut batch) = (f64::MAX, f64::MAX, f64::MAX);
        for _ in 0..ROUNDS {
            let output = Command::new(&program)
                .output()
                .map_err(|source| sim::Error::Run { program: program.clone(), source })?;
            bare = bare.min(String::from_utf8_lossy(&output.stdout).trim().parse().unwrap_or(f64::MAX));
            linked = linked.min(rust_loop(case, &mut model)?);
            batch = batch.min(batch_loop(case, &mut model)?);
        }
        let share = (linked / bare - 1.0) * 100.0;
        println!(
            "{:<12} {bare:>14.2} {linked:>14.2} {batch:>14.2} {share:>+8.1}%",
            format!("{} {}", case.name, case.size)
        );
    }
    Ok(())
}

fn rust_loop(case: &Case, model: &mut Model) -> Result<f64> {
    let clock = model.clock("clk_i")?;
    for (name, width, value) in case.preset {
        let port = model.input(name, *width)?;
        model.set(port, *value);
    }
    let (input, output) = (model.input(case.input.0, case.input.1)?, model.output(case.output.0, case.output.1)?);
    let (start, mut sum) = (Instant::now(), 0u64);
    for i in 0..case.cycles {
        model.set(input, i);
        model.tick(clock)?;
        sum = sum.wrapping_add(model.get(output));
    }
    let time = start.elapsed();
    std::hint::black_box(sum);
    Ok(time.as_nanos() as f64 / case.cycles as f64)
}

fn batch_loop(case: &Case, model: &mut Model) -> Result<f64> {
    let clock = model.clock("clk_i")?;
    let start = Instant::now();
    model.ticks(clock, case.cycles)?;
    Ok(start.elapsed().as_nanos() as f64 / case.cycles as f64)
}

fn bare_loop(case: &Case) -> String {
    let presets: String = case.preset.iter().map(|(name, _, value)| format!("    top.{name} = {value};\n")).collect();
    let word = if case.output.1 > 64 { "[0]" } else { "" };
    let mask = if case.input.1 == 64 { u64::MAX } else { (1 << case.input.1) - 1 };
    format!(
        "#include <chrono>
int main() {{
    VerilatedContext context;
    Vdut top{{&context, \"TOP\"}};
{presets}    uint64_t sum = 0;
    const auto start = std::chrono::steady_clock::now();
    for (uint64_t i = 0; i < {cycles}; ++i) {{
        top.{input} = i & {mask}ULL;
        top.clk_i = 1;
        top.eval();
        context.timeInc(5000);
        top.clk_i = 0;
        top.eval();
        context.timeInc(5000);
        sum += top.{output}{word};
    }}
    const std::chrono::duration<double, std::nano> time = std::chrono::steady_clock::now() - start;
    std::printf(\"%f\\n\", time.count() / {cycles});
    volatile uint64_t keep = sum;
    (void)keep;
}}
",
        cycles = case.cycles,
        input = case.input.0,
        output = case.output.0,
    )
}
