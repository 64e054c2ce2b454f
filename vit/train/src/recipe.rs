//! The recipes: those that are compared, and those that were chosen.

/// Seed of `fit`; fold f of a comparison trains with `SEED + 1 + f`.
pub const SEED: u64 = 17;

/// Share of the epochs that an average of the weights takes in.
const TAIL: f64 = 1.0 / 3.0;

/// Seeds from a network's to its first teacher's, and from each teacher's to the next.
pub const TEACHER_SEEDS: u64 = 1000;

/// How training images are varied, at which strength.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Distortion {
    /// [`augment::distort`](crate::augment::distort).
    Resampled(f32),
    /// [`Ink::redraw`](crate::ink::Ink::redraw).
    Redrawn(f32),
}

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
    /// Share of the epochs, the last ones, over whose ends the weights are averaged (the tail of Polyak's average; Izmailov et
    /// al., Averaging Weights Leads to Wider Optima, UAI 2018, with the falling rate kept); 0 takes the last weights.
    pub average: f64,
    /// How the images are varied.
    pub distortion: Distortion,
    /// Label smoothing.
    pub smoothing: f64,
    /// Networks without pruning that this one learns from, by distillation; 0 trains on the labels alone.
    pub teachers: usize,
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

impl Recipe {
    /// Whether one training run serves both: they differ in the average alone.
    pub fn shares_run(&self, other: &Recipe) -> bool {
        Recipe { average: other.average, ..self.clone() } == *other
    }

    /// The recipe of this one's teachers. Their labels are not smoothed: that would take from them what they know about
    /// the likeness of classes (Müller et al., When Does Label Smoothing Help?, NeurIPS 2019).
    pub fn teacher(&self) -> Recipe {
        Recipe { epochs: self.epochs.min(120), average: TAIL, smoothing: 0.0, teachers: 0, spread: 0.0, ..self.clone() }
    }
}

/// Where the comparison of `name`'s recipes starts.
fn base(name: &str) -> Recipe {
    let selects = name == "digits-heatvit";
    Recipe {
        epochs: 150,
        batch: 50,
        rate: 4e-3,
        decay: 0.05,
        average: 0.0,
        distortion: Distortion::Resampled(1.0),
        smoothing: 0.05,
        teachers: 0,
        prune_from: if selects { 0.3 } else { 0.1 },
        hard_from: 0.8,
        keep: 0.66,
        ratio_weight: 4.0,
        spread: if selects { 1.6 } else { 0.0 },
    }
}

/// The recipes of `name` that are compared; of equal ones the first is chosen. Neighbours that share a run cost one.
pub fn grid(name: &str) -> Vec<Recipe> {
    let base = base(name);
    let long = Recipe { epochs: 250, ..base.clone() };
    let runs = [base.clone(), long.clone(), Recipe { distortion: Distortion::Resampled(1.5), ..base }];
    let both = |recipe: Recipe| [recipe.clone(), Recipe { average: TAIL, ..recipe }];
    let mut grid: Vec<Recipe> = runs.into_iter().flat_map(both).collect();
    if name == "digits-sdp" {
        grid.push(Recipe { average: TAIL, teachers: 3, ..long });
        grid.extend([0.7, 1.0, 1.4].map(|strength| redrawn(name, strength)));
    } else {
        grid.extend([0.0, 1.6].map(|spread| Recipe { spread, ..redrawn(name, 1.0) }));
    }
    grid
}

/// `name`'s base on redrawn images, with the mean of its weights.
fn redrawn(name: &str, strength: f32) -> Recipe {
    Recipe { epochs: 200, average: TAIL, distortion: Distortion::Redrawn(strength), ..base(name) }
}

/// The recipe that `fit` trains with.
pub fn chosen(name: &str) -> Recipe {
    redrawn(name, 1.0)
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
