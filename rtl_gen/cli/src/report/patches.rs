//! Pictures with the patches that the token selectors dropped.

use maud::{Markup, html};
use model::{generated, generated_image, test_images};
use reference::network::{Core as Reference, Trace, fit_thresholds, run};
use spec::heatvit::{Keep, Model};
use spec::network::Architecture;

use crate::failure::{Failure, Result};
use crate::run::{Target, Task, checkpoint, compile, evaluate, judge};

/// Test images that are shown.
const DIGITS: usize = 10;
/// Levels of ink of a cell.
const LEVELS: usize = 16;
/// Pixels of an image of 224×224 that a cell's side has.
const CELL: usize = 8;

/// A square picture in levels of ink, cut into square patches.
pub struct Picture {
    caption: String,
    /// Ink of each cell, row by row, up to [`LEVELS`].
    ink: Vec<usize>,
    /// Patches in a row.
    across: usize,
    /// The patches that are there by themselves, ascending.
    kept: Vec<usize>,
}

/// What the page shows.
pub struct Patches {
    digits: Vec<Picture>,
    /// Behind each selector.
    deit: Vec<Picture>,
    keep: Keep,
}

/// Runs digits on the accelerator, and an image of 224×224 through the reference.
pub fn measure(quiet: bool) -> Result<Patches> {
    let (deit, keep) = deit().map_err(Failure::defect)?;
    Ok(Patches { digits: digits(quiet)?, deit, keep })
}

fn digits(quiet: bool) -> Result<Vec<Picture>> {
    let checkpoint = checkpoint("digits-heatvit")?;
    let targets = [Target::new(&checkpoint)?];
    let compiled = compile(&targets, quiet)?;
    let task = Task { images: test_images().into_iter().take(DIGITS).collect(), labelled: true };
    let outcomes = [evaluate(&checkpoint, &targets[0], &task, &compiled, quiet)?];
    judge(&outcomes)?;
    let picture = |(image, verdict): (&model::Image, &crate::run::Verdict)| {
        let ink = image.pixels.iter().map(|&level| level.into()).collect();
        Picture::new(&format!("{}", verdict.rtl.class()), &checkpoint.arch, ink, &verdict.rtl, 0)
    };
    Ok(task.images.iter().zip(&outcomes[0].verdicts).map(picture).collect())
}

/// DeiT-T with random weights at HeatViT's lowest keep setting, and an image, as Table VII is simulated.
fn deit() -> std::result::Result<(Vec<Picture>, Keep), Box<dyn std::error::Error>> {
    let model = Model::named("deit-t").ok_or("no DeiT-T")?;
    let (core, keep) = ((model.core)(), model.rows[model.rows.len() - 1].keep);
    let checkpoint = generated(model.name, model.arch(keep), 1)?;
    let image = generated_image(&checkpoint.arch, 1);
    let mut network = checkpoint.quantise_for(&core.units())?;
    let mut backend = Reference::new(&network)?.with_relative_softmax(&core);
    let (pixels, arch) = (checkpoint.integers(&image), &checkpoint.arch);
    fit_thresholds(&mut network, &mut backend, &pixels, &keep.patches(arch.patches()))?;
    let trace = run(&network, &mut Reference::new(&network)?.with_relative_softmax(&core), &pixels)?;
    let ink = ink(arch, &image);
    let picture = |stage| Picture::new(&format!("Selector {}", stage + 1), arch, ink.clone(), &trace, stage);
    Ok(((0..trace.kept.len()).map(picture).collect(), keep))
}

/// Levels of cells of [`CELL`] pixels: the darker the values of all planes, from −½ to ½, the more ink.
fn ink(arch: &Architecture, image: &[f32]) -> Vec<usize> {
    let (side, cells) = (arch.image, arch.image / CELL);
    let values = (arch.channels * CELL * CELL) as f32;
    let mean = |cell: usize| {
        let (top, left) = (cell / cells * CELL, cell % cells * CELL);
        let row = |plane: usize, y: usize| &image[(plane * side + top + y) * side + left..][..CELL];
        let rows = (0..arch.channels).flat_map(|plane| (0..CELL).map(move |y| row(plane, y).iter().sum::<f32>()));
        rows.sum::<f32>() / values
    };
    (0..cells * cells).map(|cell| ((0.5 - mean(cell)).clamp(0.0, 1.0) * LEVELS as f32).round() as usize).collect()
}

impl Picture {
    /// A picture behind a selector.
    fn new(name: &str, arch: &Architecture, ink: Vec<usize>, trace: &Trace, stage: usize) -> Self {
        let (across, kept) = (arch.image / arch.patch, trace.kept[stage].clone());
        let caption = format!("{name}: {} of {} patches stay", kept.len(), arch.patches());
        Self { caption, ink, across, kept }
    }

    /// In cells; each level of ink is a path, each dropped patch is crossed out.
    fn svg(&self) -> Markup {
        let cells = self.ink.len().isqrt();
        let side = cells / self.across;
        let path = |level: usize| -> String {
            let of_level = self.ink.iter().enumerate().filter(|(_, ink)| **ink == level);
            of_level.map(|(at, _)| format!("M{} {}h1v1h-1z", at % cells, at / cells)).collect()
        };
        let cross = |patch: usize| {
            let (x, y) = (patch % self.across * side, patch / self.across * side);
            format!("M{x} {y}h{side}v{side}h-{side}zl{side} {side}m0 -{side}l-{side} {side}")
        };
        let dropped = (0..self.across * self.across).filter(|patch| !self.kept.contains(patch));
        html! {
            svg.patches role="img" aria-label=(self.caption) viewBox=(format!("0 0 {cells} {cells}")) {
                @for (level, path) in (1..=LEVELS).map(|level| (level, path(level))).filter(|(_, path)| !path.is_empty()) {
                    path.ink fill-opacity=(format!("{:.2}", level as f64 / LEVELS as f64)) d=(path) {}
                }
                @for patch in dropped { path.dropped d=(cross(patch)) {} }
            }
        }
    }
}

impl Patches {
    /// The section's content.
    pub fn section(&self) -> Markup {
        let pictures = |pictures: &[Picture]| {
            html! { @for picture in pictures { figure { (picture.svg()) figcaption { (picture.caption) } } } }
        };
        html! {
            p {
                "Test digits on " code { "digits-heatvit" } "'s accelerator in simulation, equal to the reference: what its token selector dropped is crossed "
                "out. The number is the class that the accelerator tells."
            }
            div.pictures { (pictures(&self.digits)) }
            p {
                "DeiT-T with random weights on an image of waves, 224×224, at HeatViT's keep setting " (self.keep) ", behind each of its three selectors. "
                "Random weights choose without sense; it is how many stay that is the paper's. By the integer reference, to which "
                code { "make table7" } " holds the core on this network and image."
            }
            div.pictures.few { (pictures(&self.deit)) }
        }
    }
}

#[cfg(test)]
mod tests {
    use spec::network::Pruning;

    use super::*;

    #[test]
    fn what_does_not_stay_is_crossed_out_where_it_is() {
        let arch = Architecture::digits(Pruning::None);
        let trace = Trace { kept: vec![vec![0, 1, 2, 3, 4, 5, 6, 8, 9, 10, 11, 12, 13, 15]], ..Trace::default() };
        let mut ink = vec![0; 64];
        ink[8 + 3] = 16;
        let svg = Picture::new("x", &arch, ink, &trace, 0).svg().into_string();
        let crosses: Vec<&str> = svg.split("class=\"dropped\" d=\"").skip(1).map(|rest| &rest[..4]).collect();
        assert_eq!(crosses, ["M6 2", "M4 6"]);
        assert_eq!(svg.matches("class=\"ink\"").count(), 1);
        assert!(
            svg.contains("fill-opacity=\"1.00\" d=\"M3 1h1v1h-1z\"") && svg.contains("x: 14 of 16 patches stay"),
            "{svg}"
        );
    }
}
