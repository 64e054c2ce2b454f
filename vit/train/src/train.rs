//! From images to a calibrated checkpoint.

use std::collections::BTreeMap;
use std::error::Error;

use model::{Checkpoint, Image, Tensor};
use rand::SeedableRng;
use rand_chacha::ChaCha8Rng;

use crate::{fit, net::Net, recipe::Recipe};

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
    let net = Net::new(arch, &mut ChaCha8Rng::seed_from_u64(seed))?;
    let weights = fit::fit(&net, images, recipes, seed)?;
    let training = |recipe: &Recipe| format!("{recipe:?}, seed {seed}");
    recipes
        .iter()
        .zip(weights)
        .map(|(recipe, weights)| checkpoint(name, &net, weights, training(recipe), images))
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
    let mut tensors = BTreeMap::new();
    for (name, data) in weights {
        let var = &net.vars[&name];
        var.set(&candle_core::Tensor::from_slice(&data, var.shape(), var.device())?)?;
        tensors.insert(name, Tensor { shape: var.dims().to_vec(), data });
    }
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
