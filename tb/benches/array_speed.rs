//! How fast arrays simulate: cycles and MACs per second of `systolic_gemm`, driven from Rust and from a bare C++ loop over
//! the same model, in turns, in one run; and how long the model takes to build.

use std::process::Command;
use std::time::Instant;

use sim::{Build, Cache, Model, OptLevel, Sources};
use spec::unit::SystolicGemm;

const ROUNDS: usize = 10;

type Outcome<T = ()> = Result<T, Box<dyn std::error::Error>>;

fn main() -> Outcome {
    println!(
        "{:<8} {:>10} {:>16} {:>16} {:>14} {:>9}",
        "array", "build s", "C++ cycles/s", "Rust cycles/s", "MAC/s", "link"
    );
    for (size, cycles) in [(16, 40_000), (64, 8_000)] {
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
    let program = build.executable(&bare_loop(size, cycles))?;

    let (mut bare, mut linked) = (0f64, 0f64);
    for _ in 0..ROUNDS {
        let output = Command::new(&program).output()?;
        bare = bare.max(String::from_utf8_lossy(&output.stdout).trim().parse()?);
        linked = linked.max(rust_loop(size, cycles, &mut model)?);
    }
    let macs = linked * f64::from(size * size);
    let share = (bare / linked - 1.0) * 100.0;
    println!("{:<8} {built:>10.1} {bare:>16.0} {linked:>16.0} {macs:>14.2e} {share:>+8.1}%", format!("{size}×{size}"));
    Ok(())
}

fn rust_loop(size: u32, cycles: u64, model: &mut Model) -> Outcome<f64> {
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
    let (start, mut outputs) = (Instant::now(), 0);
    for i in 0..cycles {
        model.set_slice(act, 0, 32, i);
        model.tick(clock)?;
        outputs += model.get(valid);
    }
    let rate = cycles as f64 / start.elapsed().as_secs_f64();
    if outputs == 0 {
        return Err("the array gave no output".into());
    }
    Ok(rate)
}

fn bare_loop(size: u32, cycles: u64) -> String {
    format!(
        "#include <chrono>
int main() {{
    VerilatedContext context;
    Vdut top{{&context, \"TOP\"}};
    top.cmd_valid_i = top.weight_valid_i = top.column_valid_i = top.act_valid_i = top.out_ready_i = 1;
    top.cmd_data_i = {command}ULL;
    top.rst_i = 1;
    const auto cycle = [&] {{
        top.clk_i = 1;
        top.eval();
        context.timeInc(5000);
        top.clk_i = 0;
        top.eval();
        context.timeInc(5000);
    }};
    cycle();
    top.rst_i = 0;
    uint64_t outputs = 0;
    const auto start = std::chrono::steady_clock::now();
    for (uint64_t i = 0; i < {cycles}; ++i) {{
        top.act_data_i[0] = i;
        cycle();
        outputs += top.out_valid_o;
    }}
    const std::chrono::duration<double> time = std::chrono::steady_clock::now() - start;
    std::printf(\"%f\\n\", {cycles} / time.count());
    return outputs == 0;
}}
",
        command = command(size)
    )
}
