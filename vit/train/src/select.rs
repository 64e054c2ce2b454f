//! Cross-validation of recipes on the training images.

use std::error::Error;

use model::Image;

use crate::recipe::{self, Recipe};
use crate::score::{Score, score};
use crate::train::train_each;

/// Parts of the training images, each held back once.
const FOLDS: usize = 3;
/// A selector has to keep less than this share of the image tokens, on every fold.
const RATIO: f64 = 0.7;
/// The standard deviation of a selector's kept counts has to reach this, on every fold.
const DEVIATION: f64 = 1.0;

/// The images to train on and those held back. A fold is a run of images: the file keeps each writer's digits together, and
/// who is held back should not be trained on.
fn parts(images: &[Image], fold: usize) -> (Vec<Image>, Vec<Image>) {
    let (held_back, training): (Vec<_>, Vec<_>) =
        images.iter().cloned().enumerate().partition(|(i, _)| i * FOLDS / images.len() == fold);
    let images = |part: Vec<(usize, Image)>| part.into_iter().map(|(_, image)| image).collect();
    (images(training), images(held_back))
}

/// Mean accuracy of the integer reference over the folds.
fn mean(scores: &[Score]) -> f64 {
    scores.iter().map(|score| score.integer).sum::<f64>() / scores.len() as f64
}

/// Whether a selector prunes as it has to, on every fold. Dropping by top-k has nothing to fulfil: its counts are given.
fn admitted(scores: &[Score], selects: bool) -> bool {
    let fulfils = |score: &Score| score.kept.iter().all(|k| k.ratio < RATIO && k.deviation >= DEVIATION);
    !selects || scores.iter().all(fulfils)
}

/// The admitted recipe of the highest mean; the first of equal ones.
fn best(rows: &[Vec<Score>], selects: bool) -> Option<usize> {
    let admitted = (0..rows.len()).rev().filter(|&row| admitted(&rows[row], selects));
    admitted.max_by(|&a, &b| mean(&rows[a]).total_cmp(&mean(&rows[b])))
}

/// Compares the recipes of `name` and prints a table.
pub fn select(name: &str) -> Result<(), Box<dyn Error>> {
    let images = model::training_images();
    let grid = recipe::grid(name);
    let selects = name == "digits-heatvit";
    println!("{name}: {} recipes, {FOLDS} folds of {} images", grid.len(), images.len() / FOLDS);
    println!(
        "epochs average distortion     teachers spread | integers, fold by fold    mean   float | kept, worst | deviation, worst"
    );
    let mut rows = Vec::new();
    for recipes in grid.chunk_by(Recipe::shares_run) {
        let mut scores = vec![Vec::new(); recipes.len()];
        for fold in 0..FOLDS {
            let (training, held_back) = parts(&images, fold);
            let checkpoints = train_each(name, recipes, recipe::SEED + 1 + fold as u64, &training)?;
            for (scores, checkpoint) in scores.iter_mut().zip(&checkpoints) {
                scores.push(score(checkpoint, &held_back)?);
            }
        }
        recipes.iter().zip(&scores).for_each(|(recipe, scores)| println!("{}", row(recipe, scores, selects)));
        rows.extend(scores);
    }
    match best(&rows, selects) {
        Some(row) if grid[row] == recipe::chosen(name) => println!("best: row {}, the one that `fit` uses", row + 1),
        Some(row) => println!("best: row {}, but `fit` uses another one", row + 1),
        None => println!("no recipe is admitted"),
    }
    Ok(())
}

fn row(recipe: &Recipe, scores: &[Score], selects: bool) -> String {
    let Recipe { epochs, average, distortion, teachers, spread, .. } = recipe;
    let percent = |value: f64| format!("{:6.2} ", 100.0 * value);
    let folds: String = scores.iter().map(|score| percent(score.integer)).collect();
    let float = scores.iter().map(|score| score.float).sum::<f64>() / scores.len() as f64;
    let head = format!("{epochs:6} {average:7.2} {:<14} {teachers:8} {spread:6.1}", format!("{distortion:?}"));
    let figures = format!("| {folds}{:>8}{:>8}", percent(mean(scores)), percent(float));
    if !selects {
        return format!("{head} {figures}");
    }
    let kept = || scores.iter().flat_map(|score| &score.kept);
    let ratio = kept().map(|k| k.ratio).fold(0.0, f64::max);
    let deviation = kept().map(|k| k.deviation).fold(f64::INFINITY, f64::min);
    let note = if admitted(scores, selects) { "" } else { "  not admitted" };
    format!("{head} {figures}| {ratio:11.3} | {deviation:.2}{note}")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::score::Kept;

    fn scores(integers: [f64; 2], ratio: f64, deviation: f64) -> Vec<Score> {
        let kept = vec![Kept { ratio, deviation }];
        integers.map(|integer| Score { float: 1.0, integer, kept: kept.clone() }).to_vec()
    }

    #[test]
    fn the_best_admitted_mean_wins_and_the_first_of_equal_ones() {
        let rows = [
            scores([0.9, 0.8], 0.6, 1.0),
            scores([0.99, 0.99], 0.7, 2.0),
            scores([0.98, 0.98], 0.6, 0.99),
            scores([0.875, 0.875], 0.6, 1.5),
            scores([0.75, 1.0], 0.6, 1.5),
        ];
        assert_eq!(best(&rows, true), Some(3));
        assert_eq!(best(&rows, false), Some(1));
        assert_eq!(best(&rows[1..3], true), None);
    }

    #[test]
    fn every_image_is_held_back_once() {
        let images = model::training_images();
        let mut held_back = 0;
        for fold in 0..FOLDS {
            let (training, part) = parts(&images, fold);
            assert_eq!(training.len() + part.len(), images.len());
            assert!(part.iter().all(|image| !training.contains(image)));
            held_back += part.len();
        }
        assert_eq!(held_back, images.len());
    }
}
