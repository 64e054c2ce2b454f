//! The cycles of `mpca` by Algorithm 2 at the paper's size, counted in the RTL, beside Algorithm 2's formula and the paper's Table III, for
//! the products of DeiT-S.

use std::time::Instant;

use reference::MpcaJob;
use sim::{OptLevel, Sources};
use spec::unit::{Mpca, MpcaMode};
use tb::jobs::algorithm_2::{algorithm_2, fill, table_iii};
use tb::jobs::mpca::{self, Shape};
use tb::{Bench, Unit};

type Outcome<T = ()> = Result<T, Box<dyn std::error::Error>>;

fn main() -> Outcome {
    let config = Mpca::u250_algorithm_2();
    let design = units::mpca(&config)?;
    let emission = units::emit_design(&design, "mpca", "")?;
    let top = design.name();
    let module = emission.manifest.module(top).ok_or("no such module")?.clone();
    let sources = emission.files.iter().fold(Sources::new(top), |sources, (name, text)| sources.text(name, text));
    let start = Instant::now();
    let mut bench = Unit::new(module, sources).configure(|build| build.opt_level(OptLevel::O3).native(true)).bench()?;
    println!("{} MACs, model in {:.1} s", config.macs(), start.elapsed().as_secs_f64());
    println!("| product | b | kept | Table III | Algorithm 2 | RTL: steps | first step to last result | MAC use |");
    for tile in [1, 2] {
        for (name, shape) in products(tile == 2) {
            let job = shape.job(&config);
            let (steps, cycles, seconds) = run(&mut bench, &config, &job)?;
            let formula = algorithm_2(&config, &job);
            assert_eq!((steps, cycles), (formula as u64, (formula + fill(&config)) as u64), "{name}");
            println!(
                "| {name} | {} | {} % | {:.0} | {formula} | {steps} | {cycles} | {:.1} % | {:.1e} MAC/s",
                16 * tile,
                shape.kept,
                table_iii(&config, &job),
                100.0 * job.useful_macs() as f64 / (cycles as f64 * f64::from(config.macs())),
                steps as f64 * f64::from(config.macs()) / seconds,
            );
        }
    }
    Ok(())
}

/// W_q, W_k, W_v and W_proj dense and pruned, both layers of the MLP by heads of 64 columns, QKᵀ, A·V.
fn products(double: bool) -> Vec<(&'static str, Shape)> {
    let shape = |mode, k, cols, heads, kept| Shape { mode, double, n: 197, k, cols, heads, kept, seed: 1 };
    vec![
        ("Q, K, V, projection", shape(MpcaMode::Sparse, 384, 64, 6, 100)),
        ("Q, K, V, projection", shape(MpcaMode::Sparse, 384, 64, 6, 50)),
        ("QKᵀ", shape(MpcaMode::DensePerHead, 64, 197, 6, 100)),
        ("A·V", shape(MpcaMode::DensePerHead, 197, 64, 6, 100)),
        ("MLP 1", shape(MpcaMode::Dense, 384, 64, 24, 100)),
        ("MLP 2", shape(MpcaMode::Dense, 1536, 64, 6, 100)),
    ]
}

/// Steps, cycles of the product, seconds; results are compared with the reference.
fn run(bench: &mut Bench, config: &Mpca, job: &MpcaJob) -> Outcome<(u64, u64, f64)> {
    bench.reset()?;
    let start = Instant::now();
    mpca::run(bench, config, std::slice::from_ref(job))?;
    let seconds = start.elapsed().as_secs_f64();
    bench.run_for(10)?;
    let mut get = |name: &str| -> Outcome<u64> {
        let port = bench.model().port(&format!("{name}_o"))?;
        Ok(bench.model().get(port))
    };
    Ok((get("steps")?, get("product")?, seconds))
}
