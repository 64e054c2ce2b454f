//! From images to a calibrated checkpoint.

use std::collections::BTreeMap;
use std::error::Error;

use model::{Checkpoint, Image, Tensor};
use rand::SeedableRng;
use rand_chacha::ChaCha8Rng;
use spec::network::{Architecture, Pruning};

use crate::recipe::{Recipe, TEACHER_SEEDS};
use crate::{fit, net::Net};

/// Images whose class scores are stored beside the weights.
const RECORDED: usize = 8;

/// Trains the model `name` on `images` and calibrates it on the same ones; everything random comes from `seed`.
pub fn train(name: &str, recipe: &Recipe, seed: u64, images: &[Image]) -> Result<Checkpoint, Box<dyn Error>> {
    let mut checkpoints = train_each(name, std::slice::from_ref(recipe), seed, images)?;
    checkpoints.pop().ok_or_else(|| "no recipe".into())
}

/// The same for each of `recipes`, which share one training run.
pub fn train_each(
    name: &str,
    recipes: &[Recipe],
    seed: u64,
    images: &[Image],
) -> Result<Vec<Checkpoint>, Box<dyn Error>> {
    let arch = model::architecture(name).ok_or("no such model")?;
    let teachers = match recipes.first() {
        Some(recipe) => teachers(&arch, recipe, seed, images)?,
        None => Vec::new(),
    };
    let net = Net::new(arch, &mut ChaCha8Rng::seed_from_u64(seed))?;
    let weights = fit::fit(&net, &teachers, images, recipes, seed)?;
    let training = |recipe: &Recipe| format!("{recipe:?}, seed {seed}");
    recipes
        .iter()
        .zip(weights)
        .map(|(recipe, weights)| checkpoint(name, &net, weights, training(recipe), images))
        .collect()
}

/// Networks like `arch` but without pruning, trained on the same images with seeds of their own.
fn teachers(arch: &Architecture, recipe: &Recipe, seed: u64, images: &[Image]) -> candle_core::Result<Vec<Net>> {
    let arch = Architecture { pruning: Pruning::None, ..arch.clone() };
    let seeds = (1..=recipe.teachers as u64).map(|teacher| seed + teacher * TEACHER_SEEDS);
    seeds
        .map(|seed| {
            let net = Net::new(arch.clone(), &mut ChaCha8Rng::seed_from_u64(seed))?;
            let weights = fit::fit(&net, &[], images, &[recipe.teacher()], seed)?;
            weights.iter().try_for_each(|weights| net.set(weights))?;
            Ok(net)
        })
        .collect()
}

/// `net` with these weights, calibrated on `images`.
fn checkpoint(
    name: &str,
    net: &Net,
    weights: fit::Weights,
    training: String,
    images: &[Image],
) -> Result<Checkpoint, Box<dyn Error>> {
    net.set(&weights)?;
    let tensor = |(name, data): (String, _)| {
        let shape = net.vars[&name].dims().to_vec();
        (name, Tensor { shape, data })
    };
    let tensors: BTreeMap<_, _> = weights.into_iter().map(tensor).collect();
    let logits = fit::infer(net, &images[..RECORDED.min(images.len())])?;
    Ok(Checkpoint {
        name: name.to_owned(),
        arch: net.arch.clone(),
        calibration: model::calibrate(&net.arch, &tensors, images),
        training,
        tensors,
        recorded: Tensor { shape: logits.dims().to_vec(), data: logits.flatten_all()?.to_vec1()? },
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::recipe::{SEED, chosen};

    #[test]
    fn the_same_seed_gives_the_same_bytes() -> Result<(), Box<dyn Error>> {
        let images = &model::training_images()[..60];
        for name in model::KNOWN {
            let recipe = Recipe { epochs: 5, ..chosen(name) };
            let bytes = |seed| -> Result<_, Box<dyn Error>> { Ok(train(name, &recipe, seed, images)?.to_bytes()?) };
            assert!(bytes(SEED)? == bytes(SEED)?, "{name}");
            assert!(bytes(SEED)? != bytes(SEED + 1)?, "{name}");
        }
        Ok(())
    }

    #[test]
    fn teachers_change_what_is_learnt_and_come_from_the_seed() -> Result<(), Box<dyn Error>> {
        let (name, images) = ("digits-sdp", &model::training_images()[..60]);
        let tensors = |teachers| -> Result<_, Box<dyn Error>> {
            Ok(train(name, &Recipe { epochs: 3, teachers, ..chosen(name) }, SEED, images)?.tensors)
        };
        let two = tensors(2)?;
        assert!(two == tensors(2)?);
        assert!(two != tensors(1)?);
        assert!(two != tensors(0)?);
        Ok(())
    }

    #[test]
    fn recipes_that_share_a_run_train_as_they_would_alone() -> Result<(), Box<dyn Error>> {
        let (name, images) = ("digits-sdp", &model::training_images()[..60]);
        let recipe = Recipe { epochs: 4, ..chosen(name) };
        let recipes = [0.0, 0.5].map(|average| Recipe { average, ..recipe.clone() });
        let shared = train_each(name, &recipes, SEED, images)?;
        assert!(shared[0].tensors != shared[1].tensors);
        for (recipe, shared) in recipes.iter().zip(&shared) {
            assert!(train(name, recipe, SEED, images)?.to_bytes()? == shared.to_bytes()?);
        }
        Ok(())
    }
}
