//! The checked-in models: against the training program's own scores, and in integers over the test images.

use std::error::Error;

use model::{Checkpoint, FloatOutput, Image, KNOWN, forward, named, test_images, training_images};
use reference::network::{Reference, Trace, run};

fn argmax(values: &[f32]) -> usize {
    (0..values.len()).rev().max_by(|&a, &b| values[a].total_cmp(&values[b])).unwrap_or(0)
}

fn integer(net: &spec::network::Network, units: &mut Reference, image: &Image) -> Trace {
    run(net, units, &image.pixels.map(i32::from)).expect("the units fit the network")
}

struct Run {
    checkpoint: Checkpoint,
    images: Vec<Image>,
    float: Vec<FloatOutput>,
    integer: Vec<Trace>,
}

fn test_run(name: &str) -> Result<Run, Box<dyn Error>> {
    let checkpoint = named(name)?;
    let net = checkpoint.quantise();
    let mut units = Reference::new(&net)?;
    let images = test_images();
    let float = images.iter().map(|image| forward(&checkpoint, image)).collect();
    let integer = images.iter().map(|image| integer(&net, &mut units, image)).collect();
    Ok(Run { checkpoint, images, float, integer })
}

impl Run {
    /// Accuracies in percent: float, integer.
    fn accuracies(&self) -> (f64, f64) {
        let percent = |right: usize| 100.0 * right as f64 / self.images.len() as f64;
        let labels = || self.images.iter().map(|image| usize::from(image.label));
        let float = self.float.iter().zip(labels()).filter(|(o, label)| argmax(&o.logits) == *label).count();
        let integer = self.integer.iter().zip(labels()).filter(|(t, label)| t.class() == *label).count();
        (percent(float), percent(integer))
    }
}

#[test]
fn the_float_pass_repeats_the_training_program() -> Result<(), Box<dyn Error>> {
    for name in KNOWN {
        let checkpoint = named(name)?;
        let training = training_images();
        let classes = checkpoint.arch.classes;
        for (image, recorded) in training.iter().zip(checkpoint.recorded.data.chunks(classes)) {
            for (ours, theirs) in forward(&checkpoint, image).logits.iter().zip(recorded) {
                assert!((ours - theirs).abs() < 2e-3, "{name}: {ours} is not {theirs}");
            }
        }
        assert_eq!(checkpoint.recorded.shape, [8, classes]);
    }
    Ok(())
}

#[test]
fn heatvit_classifies_and_prunes() -> Result<(), Box<dyn Error>> {
    let run = test_run("digits-heatvit")?;
    let (float, integer) = run.accuracies();
    assert!(float >= 97.0, "float {float} %");
    assert!((float - integer).abs() <= 1.0, "float {float} %, integer {integer} %");

    let counts: Vec<f64> = run.integer.iter().map(|trace| trace.kept[0].len() as f64).collect();
    let mean = counts.iter().sum::<f64>() / counts.len() as f64;
    let deviation = (counts.iter().map(|c| (c - mean).powi(2)).sum::<f64>() / counts.len() as f64).sqrt();
    assert!(mean / (run.checkpoint.arch.patches() as f64) < 0.7, "mean of {mean} tokens");
    assert!(deviation >= 1.0, "standard deviation {deviation}");
    Ok(())
}

#[test]
fn sdp_classifies_and_drops() -> Result<(), Box<dyn Error>> {
    let run = test_run("digits-sdp")?;
    let (float, integer) = run.accuracies();
    assert!(float >= 97.0, "float {float} %");
    assert!((float - integer).abs() <= 1.0, "float {float} %, integer {integer} %");
    // ⌈16·0.7⌉ = 12 of 16, then ⌈13·0.7⌉ = 10 of 13 with the fused token among the 13.
    for trace in &run.integer {
        assert_eq!(trace.tokens, [17, 17, 14, 12]);
        assert_eq!(trace.kept[0].len(), 12);
        assert!((9..=10).contains(&trace.kept[1].len()));
    }
    Ok(())
}

#[test]
fn every_unit_of_the_models_can_be_built() -> Result<(), Box<dyn Error>> {
    for name in KNOWN {
        for config in named(name)?.quantise().units.configs() {
            config.validate()?;
            assert!(config.module_name().len() <= 60);
        }
    }
    Ok(())
}
