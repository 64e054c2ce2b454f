//! The preset of `mpca` at its full size: bit-exact, and as busy as it should be.

use std::time::Instant;

use crate::emitted::unit;
use model::sparsity::alternate;
use sim::OptLevel;
use spec::unit::{Mpca, MpcaMode};
use tb::jobs::mpca::{self, Shape};
use tb::jobs::sparse_encoder::{BackToBack, SparseEncoder};

/// All products of a block of DeiT-S keep the array busy: 95 % dense, 92 % where half of the blocks are kept. The results of a few equal the
/// reference.
#[test]
fn deit_s_keeps_the_array_busy() {
    let config = Mpca::u250();
    let unit = unit(config.clone()).configure(|build| build.opt_level(OptLevel::O3).native(true));
    let start = Instant::now();
    let mut bench = unit.bench().unwrap();
    println!("model in {:.1} s", start.elapsed().as_secs_f64());
    let base = Shape { mode: MpcaMode::Sparse, double: true, n: 197, k: 384, cols: 64, heads: 2, kept: 40, seed: 1 };
    let shapes = [
        base.clone(),
        Shape { double: false, n: 139, ..base.clone() },
        Shape { double: false, n: 256, heads: 1, ..base.clone() },
        Shape { mode: MpcaMode::DensePerHead, k: 197, heads: 3, n: 50, ..base.clone() },
        Shape { mode: MpcaMode::Dense, k: 1536, cols: 50, heads: 1, n: 20, ..base },
    ];
    mpca::run(&mut bench, &config, &shapes.map(|shape| shape.job(&config))).unwrap();

    let module = unit.module().clone();
    for (tokens, block, rate) in [(197, 16, 1.0), (197, 32, 0.5), (139, 16, 0.5), (99, 32, 0.5), (99, 16, 0.5)] {
        let masks = alternate(384 / block, &[true; 6], rate, SparseEncoder::score).unwrap();
        let [q, k, v] = &masks.query_key_value;
        let encoder = SparseEncoder::deit(6, tokens, rate, block);
        let products = encoder.products(&config, [q, k, v, &masks.projection]).unwrap();
        let jobs: Vec<_> = products.into_iter().map(|(_, job)| job).collect();
        let start = Instant::now();
        let counters = BackToBack::new(&module, &config, &jobs).unwrap().run(bench.model()).unwrap();
        let seconds = start.elapsed().as_secs_f64();
        assert_eq!((counters.macs, counters.faults), (jobs.iter().map(|job| job.useful_macs()).sum(), 0));
        let (mac_use, least) = (counters.mac_use(&config), if rate == 1.0 { 0.95 } else { 0.92 });
        let rate_mac = counters.cycles as f64 * f64::from(config.macs()) / seconds;
        println!(
            "{tokens} tokens, b = {block}, r_b = {rate}: {:.2} %, {counters:?}, {rate_mac:.2e} MAC/s",
            100.0 * mac_use
        );
        assert!(mac_use >= least, "{tokens} tokens, b = {block}, r_b = {rate}: {mac_use:.4}");
    }
}
