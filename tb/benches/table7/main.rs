//! Whole images of DeiT and LV-ViT on the core of the ZCU102, in simulation, beside the paper's rows. Words behind `--` choose networks;
//! `checkpoints` compares the residual stream after every layer, which takes time to store.

mod image;

use std::time::Instant;

use model::{generated, generated_image};
use reference::network::{Core as Reference, run};
use spec::accel::Core;
use spec::network::{Architecture, CoreUnits, Pruning};
use tb::axi::Timing;

type Outcome<T = ()> = Result<T, Box<dyn std::error::Error>>;

fn main() -> Outcome {
    let named: Vec<String> = std::env::args().skip(1).filter(|word| !word.starts_with('-')).collect();
    let checkpoints = named.iter().any(|word| word == "checkpoints");
    let networks: Vec<&String> = named.iter().filter(|word| *word != "checkpoints").collect();
    let wanted = |name: &str| networks.is_empty() || networks.iter().any(|word| *word == name);
    let core = Core::zcu102();
    let start = Instant::now();
    let mut board = image::Board::new(&core, &Timing::zcu102())?;
    println!("{}: {} MACs, model in {:.1} s", core.module_name(), core.array().macs(), start.elapsed().as_secs_f64());
    let units = CoreUnits::new(core.array(), core.max_embed, core.t_i);
    for (name, arch) in [
        ("deit-t", Architecture::deit(3, Pruning::None)),
        ("deit-s", Architecture::deit(6, Pruning::None)),
        ("deit-b", Architecture::deit(12, Pruning::None)),
        ("lv-vit-s", Architecture::lv_vit_s(Pruning::None)),
    ] {
        if !wanted(name) {
            continue;
        }
        let checkpoint = generated(name, arch, 1)?;
        let pixels = checkpoint.integers(&generated_image(&checkpoint.arch, 1));
        let network = checkpoint.quantise_for(&units)?;
        let mut backend = Reference::new(&network)?.with_relative_softmax(&core);
        let trace = run(&network, &mut backend, &pixels)?;
        let compiled = compile::compile(&core, &network, checkpoints)?;
        let start = Instant::now();
        let ran = board.run(&compiled, &pixels)?;
        let seconds = start.elapsed().as_secs_f64();
        let wrong = ran.compare(&trace);
        let counters = ran.counters;
        println!(
            "{name}: {} cycles, {:.1} FPS, MAC use {:.2} %, {:.1} s, {:.2e} MAC/s, {:?} {counters:?} {}",
            ran.cycles,
            150e6 / ran.cycles as f64,
            100.0 * counters.macs as f64 / ran.cycles as f64 / f64::from(core.array().macs()),
            seconds,
            counters.macs as f64 / seconds,
            ran.stats,
            wrong.unwrap_or_else(|| "equal".into()),
        );
    }
    Ok(())
}
