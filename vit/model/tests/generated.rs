//! Networks with random weights: near their float pass, and with as many tokens as asked for.

use std::error::Error;

use model::{Functions, forward_values, generated, generated_image};
use reference::network::{Core, Reference, fit_thresholds, run};
use spec::network::{Architecture, CoreUnits, Pruning};
use spec::unit::GemmEngine;

fn small(pruning: Pruning) -> Architecture {
    Architecture { image: 112, depth: 6, ..Architecture::deit(3, pruning) }
}

/// Deviation of the differences over that of the float logits.
fn distance(integer: &[i32], lsb: f64, float: &[f32]) -> f64 {
    let error: f64 = integer.iter().zip(float).map(|(i, f)| (f64::from(*i) * lsb - f64::from(*f)).powi(2)).sum();
    (error / float.iter().map(|f| f64::from(*f).powi(2)).sum::<f64>()).sqrt()
}

#[test]
fn integers_stay_near_the_float_pass() -> Result<(), Box<dyn Error>> {
    for arch in [small(Pruning::None), Architecture { image: 56, depth: 4, ..Architecture::lv_vit_s(Pruning::None) }] {
        let net = generated("net", arch, 3)?;
        let image = generated_image(&net.arch, 3);
        let float = forward_values(&net, &image, Functions::HeatVit)?.logits;
        let host = net.quantise();
        let trace = run(&host, &mut Reference::new(&host)?, &net.integers(&image))?;
        let on_host = distance(&trace.logits, host.head.y.lsb(), &float);
        let core = net.quantise_for(&CoreUnits::new(GemmEngine::zcu102(), 384, 64))?;
        let trace = run(&core, &mut Core::new(&core)?, &net.integers(&image))?;
        let on_core = distance(&trace.logits, core.head.y.lsb(), &float);
        assert!(on_host < 0.1 && on_core < 0.12, "{on_host} on the host, {on_core} on the core");
        assert!(on_host > 1e-4, "integers cannot be this good");
    }
    Ok(())
}

#[test]
fn selectors_keep_what_they_are_asked_to() -> Result<(), Box<dyn Error>> {
    let net = generated("net", small(Pruning::Heatvit { before: vec![2, 3, 5] }), 5)?;
    let image = net.integers(&generated_image(&net.arch, 5));
    let mut core = net.quantise_for(&CoreUnits::new(GemmEngine::zcu102(), 192, 64))?;
    let patches = net.arch.patches() as f64;
    for settings in [[0.9, 0.84, 0.61], [0.7, 0.39, 0.21], [0.42, 0.21, 0.13], [1.0, 1.0, 0.0]] {
        let keep = settings.map(|share| (patches * share).ceil() as usize);
        let mut units = Core::new(&core)?;
        let fitted = fit_thresholds(&mut core, &mut units, &image, &keep)?;
        let kept: Vec<usize> = fitted.kept.iter().map(Vec::len).collect();
        assert_eq!(kept, keep);
        assert_eq!(run(&core, &mut units, &image)?, fitted);
        let rows = |at: usize| 1 + keep[at] + usize::from(keep[at] < net.arch.patches());
        assert_eq!(fitted.tokens, [50, 50, rows(0), rows(1), rows(1), rows(2)]);
    }
    Ok(())
}
