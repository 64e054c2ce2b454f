//! How busy `gemm_engine` and `mpca` keep their arrays, product by product, over blocks of DeiT, by the counters in the RTL; and how fast they
//! simulate, beside their arrays alone. `cargo bench -p tb --bench mac_use -- mpca` leaves the others out.

use std::time::Instant;

use model::sparsity::alternate;
use reference::MpcaJob;
use sim::{Build, Cache, Model, OptLevel, Sources};
use spec::UnitConfig;
use spec::manifest::Module;
use spec::unit::{GemmEngine, Mpca};
use tb::jobs::encoder::{Encoder, back_to_back};
use tb::jobs::sparse_encoder::{BackToBack, SparseEncoder};

type Outcome<T = ()> = Result<T, Box<dyn std::error::Error>>;

/// Cycles that the array alone is run.
const BARE_CYCLES: u64 = 50_000;

fn main() -> Outcome {
    let named: Vec<String> = std::env::args().skip(1).filter(|word| !word.starts_with('-')).collect();
    if let Some(other) = named.iter().find(|word| !["gemm_engine", "mpca"].contains(&word.as_str())) {
        return Err(format!("`{other}` is not measured; write gemm_engine, mpca or nothing").into());
    }
    let wanted = |name: &str| named.is_empty() || named.iter().any(|word| word == name);
    if wanted("gemm_engine") {
        dense()?;
    }
    if wanted("mpca") {
        sparse(&Mpca::u250())?;
    }
    Ok(())
}

/// Blocks of DeiT on the presets of `gemm_engine`.
fn dense() -> Outcome {
    let models = [("DeiT-T", 3), ("DeiT-S", 6), ("DeiT-B", 12)];
    for (name, config) in [("zcu102", GemmEngine::zcu102()), ("deit_b", GemmEngine::deit_b())] {
        let start = Instant::now();
        let cold = tempfile::tempdir()?;
        let (mut model, module) = model(config.clone().into(), &config.module_name(), Cache::at(cold.path()))?;
        let built = start.elapsed().as_secs_f64();
        println!("{name}: {} MACs in {} DSPs, model in {built:.1} s", config.macs(), config.dsps());
        for (model_name, heads) in models {
            for tokens in [197, 139, 99, 42] {
                let measured = Encoder::deit(heads, tokens).measure(&mut model, &module, &config)?;
                let (cycles, mac_use) = (measured.block.cycles, 100.0 * measured.block.mac_use(&config));
                // The larger preset is for DeiT-B.
                if name == "zcu102" || model_name == "DeiT-B" {
                    reaches(mac_use, if tokens == 197 { 95.0 } else { 92.0 })?;
                }
                print!("{model_name} {tokens:>4} tokens {cycles:>7} cycles {mac_use:>6.2} %");
                for (product, alone) in measured.products {
                    print!("  {product} {:.1}", 100.0 * alone.mac_use(&config));
                }
                println!();
            }
        }
        speed(&config, &mut model, &module)?;
    }
    Ok(())
}

/// Blocks of DeiT-S on an `mpca`.
fn sparse(config: &Mpca) -> Outcome {
    let start = Instant::now();
    let cold = tempfile::tempdir()?;
    let (mut model, module) = model(config.clone().into(), &config.module_name(), Cache::at(cold.path()))?;
    println!("u250: {} MACs, model in {:.1} s", config.macs(), start.elapsed().as_secs_f64());
    for (rate, block) in [(1.0, 16), (1.0, 32), (0.7, 16), (0.7, 32), (0.5, 16), (0.5, 32)] {
        for tokens in [197, 139, 99] {
            let products = products(config, rate, block, tokens)?;
            let jobs: Vec<MpcaJob> = products.iter().map(|(_, job)| job.clone()).collect();
            let all = BackToBack::new(&module, config, &jobs)?.run(&mut model)?;
            let percent = 100.0 * all.mac_use(config);
            reaches(percent, if rate == 1.0 { 95.0 } else { 92.0 })?;
            print!("r_b {rate} b {block} {tokens:>4} tokens {:>7} cycles {percent:>6.2} %", all.cycles);
            for (product, job) in products {
                let alone = BackToBack::new(&module, config, &[job])?.run(&mut model)?;
                print!("  {product} {:.1}", 100.0 * alone.mac_use(config));
            }
            println!();
        }
    }
    let jobs: Vec<MpcaJob> = products(config, 1.0, 16, 197)?.into_iter().map(|(_, job)| job).collect();
    let array = module.submodules.iter().find(|name| name.starts_with("mpca_array")).ok_or("no array")?;
    let (mut bare, _) = self::model(config.clone().into(), array, Cache::default())?;
    let all = BackToBack::new(&module, config, &jobs)?;
    let (mut with, mut without) = (0f64, 0f64);
    for _ in 0..5 {
        let start = Instant::now();
        let cycles = all.run(&mut model)?.cycles;
        with = with.max(cycles as f64 / start.elapsed().as_secs_f64());
        without = without.max(tiles_alone(config, &mut bare)?);
    }
    let macs = f64::from(config.macs());
    println!("{:.2e} MAC/s, its array alone {:.2e}: {:.2}", with * macs, without * macs, with / without);
    Ok(())
}

/// The products of a block of DeiT-S, with random masks in the alternate pattern.
fn products(config: &Mpca, rate: f64, block: usize, tokens: usize) -> Outcome<Vec<(&'static str, MpcaJob)>> {
    let masks = alternate(384 / block, &[true; 6], rate, SparseEncoder::score)?;
    let [q, k, v] = &masks.query_key_value;
    Ok(SparseEncoder::deit(6, tokens, rate, block).products(config, [q, k, v, &masks.projection])?)
}

fn tiles_alone(config: &Mpca, model: &mut Model) -> Outcome<f64> {
    let clock = model.clock("clk_i")?;
    let names = ["x_i", "weight_i", "head_i", "sums_store_i", "sums_write_i", "sums_read_i"];
    let [x, weight, head, store, write, read] = names.map(|name| model.port(name));
    let (x, weight, store, write, read) = (x?, weight?, store?, write?, read?);
    let [load, load_lane, load_beat, swap] =
        ["load_i", "load_lane_i", "load_beat_i", "swap_i"].map(|name| model.port(name));
    let (load, load_lane, load_beat, swap) = (load?, load_lane?, load_beat?, swap?);
    let (groups, group_lanes) = (u64::from(config.out_rows), u64::from(config.lanes() / config.out_rows));
    let words = u64::from(config.lanes() * config.tile / 4);
    model.set(head?, (1 << config.lanes()) - 1);
    model.set(store, 1);
    let start = Instant::now();
    for cycle in 0..BARE_CYCLES {
        let token = cycle % 197;
        model.set_slice(x, 64 * (cycle % words) as u32, 64, cycle.wrapping_mul(0x9e37_79b9_7f4a_7c15));
        model.set_slice(weight, 0, 64, cycle.wrapping_mul(0xd1b5_4a32_d192_ed03));
        let lane = token / 4;
        model.set(load, if lane < u64::from(config.lanes()) { 1 << (lane / group_lanes) } else { 0 });
        model.set(load_lane, 1 << (lane % group_lanes));
        model.set(load_beat, 1 << (token % 4));
        let exchanged = (0..groups).filter(|g| (*g..g + 4).contains(&token));
        model.set(swap, exchanged.fold(0, |swap, g| swap | 1 << (4 * g + token - g)));
        model.set(write, token);
        model.set(read, token);
        model.tick(clock)?;
    }
    Ok(BARE_CYCLES as f64 / start.elapsed().as_secs_f64())
}

/// An error if an engine is less busy, in per cent, than a block is wanted to keep it.
fn reaches(mac_use: f64, wanted: f64) -> Outcome {
    if mac_use >= wanted { Ok(()) } else { Err(format!("{mac_use:.2} % where {wanted} % are wanted").into()) }
}

/// A module of the engine as a model.
fn model(config: UnitConfig, top: &str, cache: Cache) -> Outcome<(Model, Module)> {
    let emission = units::emit(&[config], "")?;
    let module = emission.manifest.module(top).ok_or("no such module")?.clone();
    let needed = emission.files.iter().filter(|(name, _)| module.sources.contains(name));
    let sources = needed.fold(Sources::new(top), |sources, (name, text)| sources.text(name, text));
    let library = Build::new(sources).opt_level(OptLevel::O3).native(true).cache(cache).compile()?;
    Ok((library.model()?, module))
}

/// MACs per second of the engine and of its array alone, in turns.
fn speed(config: &GemmEngine, engine: &mut Model, module: &Module) -> Outcome {
    let array = module.submodules.iter().find(|name| name.starts_with("gemm_engine_array")).ok_or("no array")?;
    let (mut bare, _) = model(config.clone().into(), array, Cache::default())?;
    let jobs = Encoder::deit(6, 197).products(config.gelu.is_some()).map(|(_, job)| job);
    let (mut with, mut without) = (0f64, 0f64);
    for _ in 0..5 {
        let start = Instant::now();
        let cycles = back_to_back(engine, module, config, &jobs)?.cycles;
        with = with.max(cycles as f64 / start.elapsed().as_secs_f64());
        without = without.max(array_alone(config, &mut bare)?);
    }
    let macs = f64::from(config.macs());
    println!("{:.2e} MAC/s, its array alone {:.2e}: {:.2}", with * macs, without * macs, with / without);
    Ok(())
}

fn array_alone(config: &GemmEngine, model: &mut Model) -> Outcome<f64> {
    let clock = model.clock("clk_i")?;
    let [act, swap, load, weight, used] = ["act_i", "swap_i", "load_i", "weight_i", "used_i"].map(|n| model.port(n));
    let (act, swap, load, weight, used) = (act?, swap?, load?, weight?, used?);
    let words = config.t_i * config.t_h / 8;
    model.set(used, (1 << (config.t_h * config.load_rows)) - 1);
    let start = Instant::now();
    for cycle in 0..BARE_CYCLES {
        let beat = cycle % 197;
        model.set_slice(act, 64 * (cycle % u64::from(words)) as u32, 64, cycle.wrapping_mul(0x9e37_79b9_7f4a_7c15));
        model.set_slice(weight, 0, 64, cycle.wrapping_mul(0xd1b5_4a32_d192_ed03));
        model.set(load, if beat < u64::from(config.weight_beats()) { 1 << beat } else { 0 });
        model.set(swap, (beat == 196).into());
        model.tick(clock)?;
    }
    Ok(BARE_CYCLES as f64 / start.elapsed().as_secs_f64())
}
