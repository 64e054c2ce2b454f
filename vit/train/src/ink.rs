//! Digits as drawings: distortions of the bitmaps that the grey levels count.
//!
//! The images of the data set were bitmaps of 32 × 32 points, fitted to the digit's height, before each 4 × 4 points became a
//! pixel. What is distorted as a bitmap and counted anew is as sharp as a real image; resampled grey levels are blurred.

use model::{Image, PIXELS, SIDE};
use rand::Rng;
use rand_chacha::ChaCha8Rng;

/// Points of a bitmap along a pixel's side: a grey level counts the inked ones of 4 × 4.
const POINTS: usize = 4;
/// Points along a bitmap's side.
const BITMAP: usize = SIDE * POINTS;
/// Points around the bitmap, and how far a distance to the stroke's edge is told.
const MARGIN: usize = 4;
/// Points along the side of a bitmap with its margin.
const FIELD: usize = BITMAP + 2 * MARGIN;
/// Displacements along a side.
const GRID: usize = 4;

/// A digit's strokes, as the distance of each point from their edge.
pub struct Ink {
    /// Signed distances in points, negative inside the strokes, FIELD × FIELD.
    distance: Vec<f32>,
}

impl Ink {
    /// The strokes of a likely bitmap behind `image`: of each pixel's points as many are inked as its grey level says, those of
    /// the highest grey between the pixels' centres.
    pub fn of(image: &Image) -> Self {
        let mut inked = vec![false; FIELD * FIELD];
        for pixel in 0..PIXELS {
            let mut points: Vec<(f32, usize)> = (0..POINTS * POINTS)
                .map(|inner| {
                    let row = pixel / SIDE * POINTS + inner / POINTS;
                    let column = pixel % SIDE * POINTS + inner % POINTS;
                    (grey(image, row, column), (row + MARGIN) * FIELD + column + MARGIN)
                })
                .collect();
            points.sort_by(|a, b| b.0.total_cmp(&a.0));
            points[..image.pixels[pixel].into()].iter().for_each(|&(_, point)| inked[point] = true);
        }
        let distance = (0..FIELD * FIELD).map(|point| distance(&inked, point)).collect();
        Self { distance }
    }

    /// Distance between points, bilinear.
    fn at(&self, row: f32, column: f32) -> f32 {
        let (row, column) = (row + MARGIN as f32, column + MARGIN as f32);
        let inside = 0.0..(FIELD - 1) as f32;
        if !inside.contains(&row) || !inside.contains(&column) {
            return MARGIN as f32;
        }
        let (top, left) = (row as usize, column as usize);
        let (down, right) = (row - top as f32, column - left as f32);
        let first = top * FIELD + left;
        let d = |at: usize| self.distance[first + at];
        (1.0 - down) * ((1.0 - right) * d(0) + right * d(1)) + down * ((1.0 - right) * d(FIELD) + right * d(FIELD + 1))
    }

    /// Pixels 0…1 of the digit as another hand might have drawn it. At strength 1: rotated by up to 15°, slanted by up to 0.3,
    /// wider or narrower by up to 15 %, shifted sideways by up to 2 points, warped by up to 2 points at each of 16 places,
    /// and with strokes whose edge lies up to 0.4 points further in or 0.8 further out. As in the data set, the
    /// digit then fills the image from top to bottom.
    pub fn redraw(&self, strength: f32, rng: &mut ChaCha8Rng) -> [f32; PIXELS] {
        let mut within = |limit: f32| rng.random_range(-1f32..1.0) * limit * strength;
        let (sin, cos) = within(15.0).to_radians().sin_cos();
        let (slant, width, aside) = (within(0.3), within(0.15).exp(), within(2.0));
        let warp: [[f32; 2]; GRID * GRID] = std::array::from_fn(|_| [within(2.0), within(2.0)]);
        let edge = 0.2 * strength + within(0.6);
        let centre = (BITMAP as f32 - 1.0) / 2.0;
        let inked = |row: f32, column: f32| {
            let [wy, wx] = displacement(&warp, row, column);
            let (y, x) = (row - centre, column - centre - aside);
            let source_row = cos * y - sin * x + centre + wy;
            let source_column = (sin * y + cos * x + slant * y) * width + centre + wx;
            self.at(source_row, source_column) < edge
        };
        // Every second column tells well enough which rows have ink: strokes are seldom thinner than two points.
        let around = -(BITMAP as i32) / 2..BITMAP as i32 * 3 / 2;
        let filled = |&row: &i32| around.clone().step_by(2).any(|column| inked(row as f32, column as f32));
        let (Some(first), Some(last)) = (around.clone().find(filled), around.clone().rfind(filled)) else {
            return [0.0; PIXELS];
        };
        let step = (last - first + 1) as f32 / BITMAP as f32;
        std::array::from_fn(|pixel| {
            let points = (0..POINTS * POINTS).filter(|inner| {
                let row = pixel / SIDE * POINTS + inner / POINTS;
                let column = pixel % SIDE * POINTS + inner % POINTS;
                inked(first as f32 + (row as f32 + 0.5) * step - 0.5, column as f32)
            });
            points.count() as f32 / (POINTS * POINTS) as f32
        })
    }
}

/// Grey level at a point, bilinear between the pixels' centres.
fn grey(image: &Image, row: usize, column: usize) -> f32 {
    let place = |point: usize| {
        let at = (point as f32 + 0.5) / POINTS as f32 - 0.5;
        (at.floor() as i32, at - at.floor())
    };
    let ((top, down), (left, right)) = (place(row), place(column));
    let pixel = |row: i32, column: i32| {
        let inside = (0..SIDE as i32).contains(&row) && (0..SIDE as i32).contains(&column);
        if inside { f32::from(image.pixels[row as usize * SIDE + column as usize]) } else { 0.0 }
    };
    (1.0 - down) * ((1.0 - right) * pixel(top, left) + right * pixel(top, left + 1))
        + down * ((1.0 - right) * pixel(top + 1, left) + right * pixel(top + 1, left + 1))
}

/// Signed distance of a point from the edge of the strokes, half-way to the nearest point of the other kind.
fn distance(inked: &[bool], point: usize) -> f32 {
    let (row, column) = (point / FIELD, point % FIELD);
    let near = |at: usize| at.saturating_sub(MARGIN)..(at + MARGIN + 1).min(FIELD);
    let squares = near(row).flat_map(|r| near(column).map(move |c| (r, c))).filter_map(|(r, c)| {
        let other = inked[r * FIELD + c] != inked[point];
        other.then(|| r.abs_diff(row).pow(2) + c.abs_diff(column).pow(2))
    });
    let nearest = squares.min().map_or(MARGIN as f32, |square| (square as f32).sqrt() - 0.5);
    if inked[point] { -nearest } else { nearest }
}

/// Bilinear between the grid's points, which span the bitmap.
fn displacement(warp: &[[f32; 2]; GRID * GRID], row: f32, column: f32) -> [f32; 2] {
    let place = |at: f32| {
        let at = (at / (BITMAP - 1) as f32).clamp(0.0, 1.0) * (GRID - 1) as f32;
        let cell = (at as usize).min(GRID - 2);
        (cell, at - cell as f32)
    };
    let ((top, down), (left, right)) = (place(row), place(column));
    std::array::from_fn(|axis| {
        let at = |r: usize, c: usize| warp[(top + r) * GRID + left + c][axis];
        (1.0 - down) * ((1.0 - right) * at(0, 0) + right * at(0, 1))
            + down * ((1.0 - right) * at(1, 0) + right * at(1, 1))
    })
}

#[cfg(test)]
mod tests {
    use rand::SeedableRng;

    use super::*;
    use crate::augment::plain;

    #[test]
    fn a_bitmap_has_the_counts_of_its_image() {
        for image in model::training_images() {
            let ink = Ink::of(&image);
            for (pixel, &level) in image.pixels.iter().enumerate() {
                let (row, column) = (pixel / SIDE * POINTS + MARGIN, pixel % SIDE * POINTS + MARGIN);
                let points = (0..POINTS * POINTS).map(|i| (row + i / POINTS) * FIELD + column + i % POINTS);
                assert_eq!(points.filter(|&point| ink.distance[point] < 0.0).count(), usize::from(level));
            }
        }
    }

    #[test]
    fn without_distortion_a_digit_hardly_changes() {
        let mut rng = ChaCha8Rng::seed_from_u64(0);
        let images = model::training_images();
        let mut change = |image: &Image| {
            let (redrawn, plain) = (Ink::of(image).redraw(0.0, &mut rng), plain(image));
            redrawn.iter().zip(plain).map(|(a, b)| (a - b).abs()).sum::<f32>() / PIXELS as f32
        };
        let changes: Vec<f32> = images.iter().map(&mut change).collect();
        assert!(changes.iter().all(|&change| change < 1.0 / 16.0));
        assert!(2 * changes.iter().filter(|&&change| change == 0.0).count() > images.len());
    }

    #[test]
    fn a_redrawn_digit_fills_the_image_from_top_to_bottom() {
        let mut rng = ChaCha8Rng::seed_from_u64(0);
        for image in &model::training_images()[..100] {
            let pixels = Ink::of(image).redraw(1.0, &mut rng);
            assert!(pixels[..SIDE].iter().sum::<f32>() > 0.0 && pixels[PIXELS - SIDE..].iter().sum::<f32>() > 0.0);
            assert!(pixels != plain(image));
        }
    }
}
