//! Networks on a core's arithmetic, against the host's.

use std::error::Error;

use model::{Functions, forward_values, import, named, training_images};
use reference::network::{Core, Reference, Trace, run};
use spec::network::{Architecture, CoreUnits, Pruning};
use spec::unit::{GemmEngine, UnitConfig};

fn engine() -> GemmEngine {
    GemmEngine { max_m: 32, ..GemmEngine::new(16, 8, 3) }
}

/// Share of values of checkpoints that differ, and the largest difference, as far as as many tokens are left.
fn differences(a: &Trace, b: &Trace) -> (usize, usize, i32) {
    let pairs = || a.checkpoints.iter().zip(&b.checkpoints).filter(|(a, b)| a.values.len() == b.values.len());
    let values = || pairs().flat_map(|(a, b)| a.values.iter().zip(&b.values));
    let differing = values().filter(|(a, b)| a != b).count();
    (differing, values().count(), values().map(|(a, b)| (a - b).abs()).max().unwrap_or(0))
}

/// On the training images: the test images choose nothing.
#[test]
fn digits_agree_on_the_two_arithmetics() -> Result<(), Box<dyn Error>> {
    let digits = named("digits-heatvit")?;
    let (host, core) = (digits.quantise(), digits.quantise_for(&digits.core_units(engine()))?);
    let (mut on_host, mut on_core) = (Reference::new(&host)?, Core::new(&core)?);
    let (mut same, mut right, mut images) = (0, [0, 0], 0);
    for image in training_images().iter().step_by(3) {
        let pixels = image.pixels.map(i32::from);
        let (a, b) = (run(&host, &mut on_host, &pixels)?, run(&core, &mut on_core, &pixels)?);
        same += usize::from(a.class() == b.class());
        right[0] += usize::from(a.class() == usize::from(image.label));
        right[1] += usize::from(b.class() == usize::from(image.label));
        images += 1;
    }
    assert!(100 * same >= 99 * images, "{same} of {images} classes are the same; right: {right:?}");
    assert!(right[0].abs_diff(right[1]) * 100 <= images, "right: {right:?} of {images}");
    Ok(())
}

/// The same integers, on the host and on the core: the embedding is the same, the first layer norm is off by one at most.
#[test]
fn the_arithmetics_differ_in_the_layer_norm_alone() -> Result<(), Box<dyn Error>> {
    let digits = named("digits-heatvit")?;
    let net = digits.quantise_for(&digits.core_units(engine()))?;
    let (mut on_host, mut on_core) = (Reference::new(&net)?, Core::new(&net)?);
    let mut sum = [0, 0];
    for image in &training_images()[..40] {
        let pixels = image.pixels.map(i32::from);
        let (a, b) = (run(&net, &mut on_host, &pixels)?, run(&net, &mut on_core, &pixels)?);
        assert_eq!(a.checkpoints[0], b.checkpoints[0]);
        let (differing, all, _) = differences(&a, &b);
        (sum[0], sum[1]) = (sum[0] + differing, sum[1] + all);
    }
    assert!(sum[0] > 0 && 2 * sum[0] < sum[1], "{sum:?} values differ");
    Ok(())
}

/// A core of fixed formats takes networks of several shapes, and stays near to the float pass.
#[test]
fn imported_networks_run_on_one_core() -> Result<(), Box<dyn Error>> {
    let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures");
    let core = CoreUnits::new(GemmEngine { max_m: 32, ..GemmEngine::zcu102() }, 24, 8);
    for name in ["hf", "timm", "lv_vit"] {
        let read = import(&folder.join(name), None)?.checkpoint;
        let size = read.arch.pixels();
        let smooth = |seed: usize| move |i: usize| ((i * (seed + 3)) as f32 * 0.05).sin() * 0.4;
        let images: Vec<Vec<f32>> = (0..4).map(|seed| (0..size).map(smooth(seed)).collect()).collect();
        let read = read.calibrated(&images)?;
        let net = read.quantise_for(&core)?;
        for config in net.units.configs() {
            config.validate()?;
        }
        let mut units = Core::new(&net)?;
        for image in &images {
            let logits = run(&net, &mut units, &read.integers(image))?.logits;
            let float = forward_values(&read, image, Functions::HeatVit)?.logits;
            let spread = float.iter().fold(0f32, |most, v| most.max(v.abs()));
            for (integer, float) in logits.iter().zip(&float) {
                let value = net.head.y.value((*integer).into()) as f32;
                assert!((value - float).abs() < 0.12 * spread.max(1.0), "{name}: {value} is not {float}");
            }
        }
    }
    Ok(())
}

#[test]
fn networks_that_a_core_does_not_compute_are_refused() -> Result<(), Box<dyn Error>> {
    let digits = named("digits-heatvit")?;
    let core = digits.core_units(engine());
    for config in core.configs() {
        config.validate()?;
        assert!(matches!(config, UnitConfig::GemmEngine(_)) || config.module_name().len() <= 72);
    }
    let refused = |change: &dyn Fn(&mut CoreUnits)| {
        let mut core = core.clone();
        change(&mut core);
        digits.quantise_for(&core).map(|_| ()).unwrap_err().to_string()
    };
    for (text, part) in [
        (refused(&|c| c.softmax.delta2 = spec::Delta::ONE), "`delta2` of the network is 0.5, of the core's softmax 1"),
        (refused(&|c| c.layer_norm.max_width = 32), "`embed` is 48; the core takes multiples of 16, at most 32"),
        (refused(&|c| c.engine.max_m = 16), "`image` makes 17 tokens; the core takes 16"),
        (refused(&|c| c.classifier.head_width = 32), "`heads` are 3 of 16 channels; the core takes 16 of 32"),
        (refused(&|c| c.engine.gelu = None), "`engine` has no gelu"),
        (refused(&|c| c.selector.s = spec::Format::unsigned(8, 7)), "`selector` takes x s16.10, scores u8.7"),
        (refused(&|c| c.engine.t_i = 12), "`t_i`"),
    ] {
        assert!(text.contains(part), "{text}");
    }
    let sdp = named("digits-sdp")?;
    let text = sdp.quantise_for(&sdp.core_units(engine())).unwrap_err().to_string();
    assert!(text.contains("drops tokens by attention"), "{text}");
    assert!(Core::new(&digits.quantise()).unwrap_err().to_string().contains("quantise the network for a core"));
    let wide = Architecture { patch: 3, ..Architecture::digits(Pruning::None) };
    let text = model::Checkpoint { arch: wide, ..digits.clone() }.quantise_for(&core).unwrap_err().to_string();
    assert!(text.contains("does not divide"), "{text}");
    Ok(())
}
