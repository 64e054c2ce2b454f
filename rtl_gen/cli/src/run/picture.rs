//! Digits with their pruned tokens marked: as a PNG file, and in letters.

use std::path::{Path, PathBuf};

use image::{Rgb, RgbImage};
use spec::network::Architecture;

use super::Task;
use super::evaluate::Outcome;
use crate::failure::{Failure, Result};

/// Side of a pixel in the PNG file.
const ZOOM: u32 = 16;
/// Gap between digits in the PNG file.
const GAP: u32 = 12;
/// Digits in the PNG file.
const DRAWN: usize = 10;
/// Digits in letters.
const PRINTED: usize = 4;

/// After how many prunings the patch of a pixel was still there by itself.
fn survived(outcome: &Outcome, image: usize, row: usize, column: usize) -> usize {
    let Architecture { image: side, patch, .. } = outcome.net.arch;
    let index = row / patch * (side / patch) + column / patch;
    outcome.verdicts[image].rtl.kept.iter().take_while(|kept| kept.contains(&index)).count()
}

/// Draws the first images; pruned patches are tinted, those pruned first the strongest. Gives the file's path.
pub fn draw(outcome: &Outcome, task: &Task, folder: &Path) -> Result<PathBuf> {
    let side = outcome.net.arch.image as u32;
    let count = task.images.len().min(DRAWN) as u32;
    let cell = side * ZOOM;
    let mut canvas = RgbImage::from_pixel(count * (cell + GAP) + GAP, cell + 2 * GAP, Rgb([255; 3]));
    for digit in 0..count {
        let (image, left) = (digit as usize, GAP + digit * (cell + GAP));
        let stages = outcome.verdicts[image].rtl.kept.len();
        for (x, y) in (0..cell).flat_map(|y| (0..cell).map(move |x| (x, y))) {
            let (row, column) = ((y / ZOOM) as usize, (x / ZOOM) as usize);
            let level = 255 - u32::from(task.images[image].pixels[row * side as usize + column]) * 255 / 16;
            let survived = survived(outcome, image, row, column);
            let patch = outcome.net.arch.patch as u32 * ZOOM;
            let grid = x % patch == 0 || y % patch == 0;
            let colour = match (grid, survived == stages) {
                (true, _) => [170, 170, 190],
                (false, true) => [level as u8; 3],
                (false, false) => {
                    let tint = if survived == 0 { 3 } else { 2 };
                    let mix = |target: u32| ((level * (4 - tint) + target * tint) / 4) as u8;
                    [mix(225), mix(120), mix(80)]
                }
            };
            canvas.put_pixel(left + x, GAP + y, Rgb(colour));
        }
    }
    std::fs::create_dir_all(folder).map_err(|e| Failure::io("create", folder, &e))?;
    let path = folder.join(format!("{}.png", outcome.net.name));
    let part = folder.join(format!("{}.part.png", outcome.net.name));
    canvas
        .save(&part)
        .map_err(|e| Failure::input(format!("cannot write {}: {e}", part.display()), "choose another --out folder"))?;
    std::fs::rename(&part, &path).map_err(|e| Failure::io("write", &path, &e))?;
    Ok(path)
}

/// The first images in letters, two a pixel: ink as shades, pruned patches as dots.
pub fn text(outcome: &Outcome, task: &Task) -> String {
    let side = outcome.net.arch.image;
    let shown = task.images.len().min(PRINTED);
    let mut lines = String::new();
    for row in 0..side {
        for image in 0..shown {
            lines.push_str("  ");
            let stages = outcome.verdicts[image].rtl.kept.len();
            for column in 0..side {
                let ink = task.images[image].pixels[row * side + column];
                lines.push_str(match ink {
                    _ if survived(outcome, image, row, column) < stages => "··",
                    0..=2 => "  ",
                    3..=6 => "░░",
                    7..=10 => "▒▒",
                    11..=13 => "▓▓",
                    _ => "██",
                });
            }
        }
        lines.push('\n');
    }
    for image in 0..shown {
        let [_, _, class] = Outcome::classes(&outcome.verdicts[image]);
        let kept = outcome.verdicts[image].rtl.kept.last().map_or(0, Vec::len);
        lines.push_str(&format!("  {:16}", format!("{class}: {kept} tokens")));
    }
    lines.push('\n');
    lines
}
