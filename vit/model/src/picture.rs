//! A user's own picture of a digit.

use std::path::{Path, PathBuf};

use crate::{PIXELS, SIDE};

/// A picture that can't be used.
#[derive(Debug, thiserror::Error)]
pub enum PictureError {
    /// The file can't be opened.
    #[error("cannot read {}: {source}; give the path of a PNG file", path.display())]
    File {
        /// The path.
        path: PathBuf,
        /// What the system said.
        source: std::io::Error,
    },
    /// Not a PNG picture.
    #[error("{} is not a PNG picture ({reason}); save it as PNG, grey or colour", path.display())]
    Format {
        /// The path.
        path: PathBuf,
        /// What the decoder said.
        reason: String,
    },
    /// Neither a PNG nor a JPEG picture.
    #[error("{} is no picture that can be read ({reason}); save it as PNG or JPEG", path.display())]
    Coding {
        /// The path.
        path: PathBuf,
        /// What the decoder said.
        reason: String,
    },
    /// Of a size that no image can be cut from.
    #[error("{}: {reason}", path.display())]
    Cut {
        /// The path.
        path: PathBuf,
        /// What is wrong, and what to give.
        reason: String,
    },
    /// Too small, too large or not roughly square.
    #[error("{} is {width}×{height} pixels; give a square picture of one digit, 8×8 to 4096×4096", path.display())]
    Size {
        /// The path.
        path: PathBuf,
        /// Width in pixels.
        width: u32,
        /// Height in pixels.
        height: u32,
    },
}

/// Grey levels 0 (background) to 16 (ink) of a PNG picture of one digit, 8×8, row by row.
///
/// Colour is taken as luma, transparency lies on white, larger pictures are averaged down by area. Polarity: the
/// background is what most of the border shows. Dark ink on a bright border is inverted; a bright digit on a dark border is
/// taken as it is. Levels are not stretched.
///
/// # Errors
/// [`PictureError`], each with the path.
pub fn read_picture(path: &Path) -> Result<[u8; PIXELS], PictureError> {
    let bytes = std::fs::read(path).map_err(|source| PictureError::File { path: path.to_owned(), source })?;
    let picture = image::load_from_memory_with_format(&bytes, image::ImageFormat::Png)
        .map_err(|e| PictureError::Format { path: path.to_owned(), reason: e.to_string() })?;
    let (width, height) = (picture.width(), picture.height());
    if width != height || !(SIDE as u32..=4096).contains(&width) {
        return Err(PictureError::Size { path: path.to_owned(), width, height });
    }
    let rgba = picture.to_rgba8();
    let luma = |x: u32, y: u32| {
        let [r, g, b, a] = rgba.get_pixel(x, y).0.map(f32::from);
        let grey = 0.2126 * r + 0.7152 * g + 0.0722 * b;
        (grey * a + 255.0 * (255.0 - a)) / 255.0 / 255.0
    };
    let last = width - 1;
    let border = (0..width).flat_map(|i| [luma(i, 0), luma(i, last), luma(0, i), luma(last, i)]);
    let bright = border.clone().filter(|&v| v > 0.5).count() * 2 > border.count();
    let ink = |x: u32, y: u32| if bright { 1.0 - luma(x, y) } else { luma(x, y) };
    Ok(std::array::from_fn(|i| {
        let (row, column) = (i / SIDE, i % SIDE);
        (area_mean(width, row, column, ink) * 16.0).round() as u8
    }))
}

/// Mean of the source pixels under one of the 8×8 cells, each by the area that lies under it.
fn area_mean(width: u32, row: usize, column: usize, value: impl Fn(u32, u32) -> f32) -> f32 {
    let cell = f64::from(width) / SIDE as f64;
    let cover = |index: usize| {
        let (from, to) = (index as f64 * cell, (index + 1) as f64 * cell);
        (from.floor() as u32..(to.ceil() as u32).min(width))
            .map(move |p| (p, (f64::from(p + 1).min(to) - f64::from(p).max(from)) as f32))
    };
    let (mut sum, mut area) = (0.0, 0.0);
    for (y, dy) in cover(row) {
        for (x, dx) in cover(column) {
            sum += value(x, y) * dx * dy;
            area += dx * dy;
        }
    }
    sum / area
}

#[cfg(test)]
mod tests {
    use super::*;
    use image::{DynamicImage, GrayImage, Luma, Rgb, RgbImage};

    fn write(folder: &Path, name: &str, picture: impl Into<DynamicImage>) -> PathBuf {
        let path = folder.join(name);
        picture.into().save(&path).expect("writable");
        path
    }

    #[test]
    fn polarity_colour_and_size_do_not_matter() {
        let folder = tempfile::tempdir().unwrap();
        let digit = crate::training_images()[0].pixels;
        let level = |x: u32, y: u32| digit[(y * 8 + x) as usize] * 15;
        let bright = write(folder.path(), "a.png", GrayImage::from_fn(8, 8, |x, y| Luma([level(x, y)])));
        let dark = write(folder.path(), "b.png", RgbImage::from_fn(8, 8, |x, y| Rgb([255 - level(x, y); 3])));
        let large = write(folder.path(), "c.png", GrayImage::from_fn(40, 40, |x, y| Luma([level(x / 5, y / 5)])));
        let expected: Vec<u8> = digit.iter().map(|&p| (f32::from(p) * 15.0 / 255.0 * 16.0).round() as u8).collect();
        for path in [bright, dark, large] {
            assert_eq!(read_picture(&path).unwrap().to_vec(), expected, "{}", path.display());
        }
        let odd = write(folder.path(), "d.png", GrayImage::from_pixel(13, 13, Luma([100])));
        assert!(read_picture(&odd).unwrap().iter().all(|&p| p == 6));
    }

    #[test]
    fn unusable_pictures_are_named() {
        let folder = tempfile::tempdir().unwrap();
        let small = write(folder.path(), "small.png", GrayImage::new(4, 4));
        let flat = write(folder.path(), "flat.png", GrayImage::new(20, 10));
        let text = folder.path().join("text.png");
        std::fs::write(&text, "no picture").unwrap();
        for (path, expected) in [
            (small, "small.png is 4×4 pixels"),
            (flat, "flat.png is 20×10 pixels"),
            (text, "text.png is not a PNG picture"),
            (folder.path().join("none.png"), "none.png"),
        ] {
            let message = read_picture(&path).unwrap_err().to_string();
            assert!(message.contains(expected), "{message}");
        }
    }
}
