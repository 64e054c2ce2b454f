//! The presets of `gemm_engine` at their full size: bit-exact, and as busy as they should be.

use std::time::Instant;

use crate::emitted::unit;
use sim::OptLevel;
use spec::unit::GemmEngine;
use tb::Unit;
use tb::jobs::encoder::{Encoder, back_to_back};
use tb::jobs::gemm_engine::{Shape, Streams};

fn fast(config: &GemmEngine) -> Unit {
    unit(config.clone()).configure(|build| build.opt_level(OptLevel::O3).native(true))
}

/// The array keeps busy over all products of a block of DeiT-T, -S and -B: 95 % at 197 tokens, 92 % at fewer.
#[test]
fn deit_blocks_keep_the_array_busy() {
    let config = GemmEngine::zcu102();
    let unit = fast(&config);
    let start = Instant::now();
    let mut bench = unit.bench().unwrap();
    println!("model in {:.1} s", start.elapsed().as_secs_f64());
    let module = unit.module().clone();
    for heads in [3, 6, 12] {
        for tokens in [197, 139, 99, 42] {
            let products = Encoder::deit(heads, tokens).products(config.gelu.is_some());
            let jobs: Vec<Shape> = products.iter().map(|(_, job)| job.clone()).collect();
            let start = Instant::now();
            let counters = back_to_back(bench.model(), &module, &config, &jobs).unwrap();
            let seconds = start.elapsed().as_secs_f64();
            let useful: usize = jobs.iter().map(|j| j.m * j.k * j.n * j.heads).sum();
            assert_eq!(counters.macs, useful as u64);
            let least = if tokens == 197 { 0.95 } else { 0.92 };
            let mac_use = counters.mac_use(&config);
            let rate = counters.cycles as f64 * f64::from(config.macs()) / seconds;
            println!("{heads} heads, {tokens} tokens: {:.2} %, {counters:?}, {rate:.2e} MAC/s", 100.0 * mac_use);
            assert!(mac_use >= least, "{heads} heads, {tokens} tokens: {mac_use:.4}");
        }
    }
}

/// Both presets, every kind of job, full tiles and partial ones.
#[test]
fn presets_equal_the_reference() {
    for config in [GemmEngine::zcu102(), GemmEngine::deit_b()] {
        let mut bench = fast(&config).bench().unwrap();
        let streams = Streams::new(&config);
        let summed =
            Shape { m: 197, k: 400, n: 41, heads: 1, grouped: false, scale: 0, narrow: false, gelu: false, seed: 1 };
        let jobs = [
            Shape { gelu: config.gelu.is_some(), ..summed.clone() },
            Shape { m: 256, k: 192, narrow: true, ..summed.clone() },
            Shape { k: 64, n: 197, heads: 4, grouped: true, scale: 2, ..summed.clone() },
            Shape { m: 139, k: 139, n: 64, heads: 3, grouped: true, scale: 1, ..summed.clone() },
            Shape { m: 99, k: 192, n: 60, ..summed.clone() },
            Shape { m: 42, k: 192, n: 60, ..summed.clone() },
            Shape { m: 1, k: 1, n: 1, ..summed },
        ];
        for job in &jobs {
            streams.send(&mut bench, &job.job()).unwrap();
        }
        bench.run().unwrap_or_else(|error| panic!("{}: {error}", config.module_name()));
    }
}
