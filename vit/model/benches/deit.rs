//! Seconds of a whole image of DeiT and LV-ViT with random weights: floating point, integers on the host's arithmetic and on a core's.
//! Names behind `--` choose networks: `cargo bench -p model -- deit-t`.

use std::error::Error;
use std::time::Instant;

use model::{Functions, forward_values, generated, generated_image};
use reference::network::{Core, Reference, fit_thresholds, run};
use spec::network::{Architecture, CoreUnits, Pruning};
use spec::unit::GemmEngine;

/// The middle one of the paper's keep settings (HeatViT, Table VII).
const KEEP: [f64; 3] = [0.7, 0.39, 0.21];

fn timed<T>(what: impl FnOnce() -> T) -> (T, f64) {
    let start = Instant::now();
    let done = what();
    (done, start.elapsed().as_secs_f64())
}

fn main() -> Result<(), Box<dyn Error>> {
    println!(
        "| network | tokens kept | weights drawn, s | float, s | on the host, s | on a core, s | logits' error, host | core |"
    );
    println!("|---|---|---|---|---|---|---|---|");
    let wanted: Vec<String> = std::env::args().skip(1).filter(|argument| !argument.starts_with('-')).collect();
    let heatvit = Pruning::Heatvit { before: vec![3, 6, 9] };
    for (name, arch) in [
        ("deit-t", Architecture::deit(3, Pruning::None)),
        ("deit-s", Architecture::deit(6, Pruning::None)),
        ("deit-s, pruned", Architecture::deit(6, heatvit)),
        ("deit-b", Architecture::deit(12, Pruning::None)),
        ("lv-vit-s", Architecture::lv_vit_s(Pruning::None)),
    ] {
        if !wanted.is_empty() && !wanted.iter().any(|wanted| wanted == name) {
            continue;
        }
        let pruned = arch.pruning != Pruning::None;
        let (net, drawn) = timed(|| generated(name, arch, 1));
        let net = net?;
        let values = generated_image(&net.arch, 1);
        let pixels = net.integers(&values);
        let (float, float_time) = timed(|| forward_values(&net, &values, Functions::HeatVit));
        let (host, float) = (net.quantise(), float?.logits);
        let mut core = net.quantise_for(&CoreUnits::new(GemmEngine::zcu102(), 768, 64))?;
        let (on_host, host_time) =
            timed(|| run(&host, &mut Reference::new(&host)?, &pixels).map_err(Box::<dyn Error>::from));
        let mut units = Core::new(&core)?;
        if pruned {
            let keep = KEEP.map(|share| (share * net.arch.patches() as f64).ceil() as usize);
            fit_thresholds(&mut core, &mut units, &pixels, &keep)?;
        }
        let (on_core, core_time) = timed(|| run(&core, &mut units, &pixels));
        let (on_host, on_core) = (on_host?, on_core?);
        let kept: Vec<String> = on_core.kept.iter().map(|kept| kept.len().to_string()).collect();
        let error = |logits: &[i32], lsb: f64| {
            let differences = logits.iter().zip(&float).map(|(i, f)| (f64::from(*i) * lsb - f64::from(*f)).powi(2));
            let all: f64 = float.iter().map(|f| f64::from(*f).powi(2)).sum();
            match pruned {
                true => "–".to_owned(),
                false => format!("{:.1} %", 100.0 * (differences.sum::<f64>() / all).sqrt()),
            }
        };
        println!(
            "| {name} | {} | {drawn:.1} | {float_time:.2} | {host_time:.2} | {core_time:.2} | {} | {} |",
            if pruned { kept.join(", ") } else { "all".to_owned() },
            error(&on_host.logits, host.head.y.lsb()),
            error(&on_core.logits, core.head.y.lsb()),
        );
    }
    Ok(())
}
