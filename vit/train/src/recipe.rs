//! The recipes: those that are compared, and those that were chosen.

/// Seed of `fit`; fold f of a comparison trains with `SEED + 1 + f`.
pub const SEED: u64 = 17;

/// What a training run is told.
#[derive(Clone, Debug, PartialEq)]
pub struct Recipe {
    /// Passes over the images.
    pub epochs: usize,
    /// Images per step.
    pub batch: usize,
    /// Peak learning rate; it warms up over 5 % of the steps and falls along a cosine.
    pub rate: f64,
    /// AdamW's weight decay.
    pub decay: f64,
    /// Strength of the images' distortion.
    pub distortion: f32,
    /// Label smoothing.
    pub smoothing: f64,
    /// Share of the epochs after which tokens are pruned.
    pub prune_from: f64,
    /// Share of the epochs after which selectors decide without noise.
    pub hard_from: f64,
    /// 1 − ρ of each selector: the mean share of image tokens to keep (HeatViT eq. 14). No selector, no meaning.
    pub keep: f64,
    /// Weight of the ratio loss.
    pub ratio_weight: f64,
    /// Standard deviation of the kept counts over a batch, below which a selector is pushed towards telling images apart: a
    /// shortfall s adds s²/2 to the loss, and 0 switches the term off. The paper has no such term.
    pub spread: f64,
}

/// Where the comparison of `name`'s recipes starts: each other one changes one thing.
fn base(name: &str) -> Recipe {
    let selects = name == "digits-heatvit";
    Recipe {
        epochs: 150,
        batch: 50,
        rate: 4e-3,
        decay: 0.05,
        distortion: 1.0,
        smoothing: 0.05,
        prune_from: if selects { 0.3 } else { 0.1 },
        hard_from: 0.8,
        keep: 0.66,
        ratio_weight: 4.0,
        spread: if selects { 1.6 } else { 0.0 },
    }
}

/// The recipes of `name` that are compared; of equal ones the first is chosen.
pub fn grid(name: &str) -> Vec<Recipe> {
    let base = base(name);
    let mut grid = vec![base.clone(), Recipe { distortion: 0.5, ..base.clone() }];
    if name == "digits-heatvit" {
        grid.push(Recipe { spread: 0.0, ..base });
    }
    grid
}

/// The recipe that `fit` trains with.
pub fn chosen(name: &str) -> Recipe {
    base(name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_chosen_recipe_was_compared() {
        for name in model::KNOWN {
            assert!(grid(name).contains(&chosen(name)), "{name}");
        }
    }
}
