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
    let arch = model::architecture(name).ok_or("no such model")?;
    let net = Net::new(arch, &mut ChaCha8Rng::seed_from_u64(seed))?;
    fit::fit(&net, images, recipe, seed)?;
    let mut tensors = BTreeMap::new();
    for (name, var) in &net.vars {
        let data = var.flatten_all()?.to_vec1()?;
        tensors.insert(name.clone(), Tensor { shape: var.dims().to_vec(), data });
    }
    let logits = fit::infer(&net, &images[..RECORDED.min(images.len())])?;
    Ok(Checkpoint {
        name: name.to_owned(),
        arch: net.arch.clone(),
        calibration: model::calibrate(&net.arch, &tensors, images),
        training: format!("{recipe:?}, seed {seed}"),
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
}
