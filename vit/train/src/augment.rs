//! Random distortions of the training images.

use model::{Image, PIXELS, SIDE};
use rand::Rng;
use rand_chacha::ChaCha8Rng;

/// Displacements of the corners, edges and centre of an image.
const GRID: usize = 3;

/// Pixels 0…1 of an image, distorted as handwriting varies. At strength 1: rotated by up to 15°, slanted by up to 0.25, scaled
/// per axis by up to 12 %, shifted by up to 0.6 pixels, warped by up to half a pixel at each of nine points, and with
/// strokes made thinner or thicker by a power of the grey level between 2/3 and 3/2.
pub fn distort(image: &Image, strength: f32, rng: &mut ChaCha8Rng) -> [f32; PIXELS] {
    let mut within = |limit: f32| rng.random_range(-1f32..1.0) * limit * strength;
    let angle = within(15.0).to_radians();
    let (sx, sy, slant) = (1.0 + within(0.12), 1.0 + within(0.12), within(0.25));
    let (dx, dy) = (within(0.6), within(0.6));
    let warp: [[f32; 2]; GRID * GRID] = std::array::from_fn(|_| [within(0.5), within(0.5)]);
    let power = within(0.405).exp();
    let centre = (SIDE as f32 - 1.0) / 2.0;
    let pixel = |row: i32, column: i32| {
        let inside = (0..SIDE as i32).contains(&row) && (0..SIDE as i32).contains(&column);
        if inside { f32::from(image.pixels[row as usize * SIDE + column as usize]) / 16.0 } else { 0.0 }
    };
    std::array::from_fn(|index| {
        let (row, column) = (index / SIDE, index % SIDE);
        let [wy, wx] = displacement(&warp, row, column);
        let (y, x) = (row as f32 - centre - dy, column as f32 - centre - dx);
        let source_row = (angle.cos() * y - angle.sin() * x) * sy + centre + wy;
        let source_column = (angle.sin() * y + angle.cos() * x + slant * y) * sx + centre + wx;
        let (top, left) = (source_row.floor(), source_column.floor());
        let (down, right) = (source_row - top, source_column - left);
        let (top, left) = (top as i32, left as i32);
        let level = (1.0 - down) * ((1.0 - right) * pixel(top, left) + right * pixel(top, left + 1))
            + down * ((1.0 - right) * pixel(top + 1, left) + right * pixel(top + 1, left + 1));
        level.powf(power)
    })
}

/// Bilinear between the grid's points.
fn displacement(warp: &[[f32; 2]; GRID * GRID], row: usize, column: usize) -> [f32; 2] {
    let place = |index: usize| {
        let at = index as f32 / (SIDE - 1) as f32 * (GRID - 1) as f32;
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

/// Pixels 0…1 of an image as it is.
pub fn plain(image: &Image) -> [f32; PIXELS] {
    image.pixels.map(|pixel| f32::from(pixel) / 16.0)
}

/// The pixels patch by patch, row by row within a patch.
pub fn patches(pixels: &[f32; PIXELS], patch: usize) -> Vec<f32> {
    let across = SIDE / patch;
    let mut list = Vec::with_capacity(PIXELS);
    for index in 0..across * across {
        for inner in 0..patch * patch {
            let row = index / across * patch + inner / patch;
            let column = index % across * patch + inner % patch;
            list.push(pixels[row * SIDE + column]);
        }
    }
    list
}
