//! Digit images in the form of `digits.csv`.

use std::path::{Path, PathBuf};

/// Side of an image in pixels.
pub const SIDE: usize = 8;
/// Pixels of an image.
pub const PIXELS: usize = SIDE * SIDE;
/// The largest grey level, white.
const WHITE: u8 = 16;
/// The last lines of `digits.csv` are the test set: no training, calibration or model selection sees them.
pub const TEST_IMAGES: usize = 300;

const DIGITS: &str = include_str!("../../data/digits.csv");

/// An 8×8 image of a digit, grey levels 0 (background) to 16 (ink), row by row, and its label.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Image {
    /// What it shows, 0–9.
    pub label: u8,
    /// Grey levels.
    pub pixels: [u8; PIXELS],
}

impl Image {
    /// The values of its pixels: grey levels in sixteenths.
    pub fn values(&self) -> Vec<f32> {
        self.pixels.iter().map(|&level| f32::from(level) / f32::from(WHITE)).collect()
    }
}

/// A data set that can't be read.
#[derive(Debug, thiserror::Error)]
pub enum DataError {
    /// The file can't be opened.
    #[error("cannot read {}: {source}; give the path of a CSV file", path.display())]
    File {
        /// The path as given.
        path: PathBuf,
        /// What the system said.
        source: std::io::Error,
    },
    /// A cell is wrong.
    #[error("{place}, line {line}, column {column}: {reason}; {remedy}")]
    Cell {
        /// The file.
        place: String,
        /// Line, from 1.
        line: u64,
        /// Column, from 1.
        column: usize,
        /// What is wrong.
        reason: String,
        /// What would be right.
        remedy: &'static str,
    },
    /// A line is wrong as a whole, or the file has no images.
    #[error("{place}, line {line}: {reason}; a line is a label and 64 grey levels, separated by commas")]
    Line {
        /// The file.
        place: String,
        /// Line, from 1.
        line: u64,
        /// What is wrong.
        reason: String,
    },
}

/// The lines of `digits.csv` before the test images, and the test images' own.
fn split() -> (&'static str, &'static str) {
    let ends = DIGITS.trim_end().rmatch_indices('\n');
    let last = ends.map(|(at, _)| at + 1).nth(TEST_IMAGES - 1);
    DIGITS.split_at(last.unwrap_or(0))
}

/// The project's own digits to train, calibrate and choose models on; the lines of the test images are not read.
///
/// ```
/// assert_eq!(model::training_images().len(), 1200);
/// ```
pub fn training_images() -> Vec<Image> {
    parse_csv("digits.csv", split().0.as_bytes()).unwrap_or_default()
}

/// The project's own 300 digits to test on. Without the feature `test-images` there is no such function: `vit/train`
/// builds that way.
///
/// ```
/// assert_eq!(model::test_images().len(), model::TEST_IMAGES);
/// ```
#[cfg(feature = "test-images")]
pub fn test_images() -> Vec<Image> {
    parse_csv("digits.csv", split().1.as_bytes()).unwrap_or_default()
}

/// Reads a file in the form of `digits.csv`.
///
/// # Errors
/// [`DataError`] with file, line and column.
pub fn read_csv(path: &Path) -> Result<Vec<Image>, DataError> {
    let file = std::fs::File::open(path).map_err(|source| DataError::File { path: path.to_owned(), source })?;
    parse_csv(&path.display().to_string(), std::io::BufReader::new(file))
}

/// Reads images from `source`: a label (0–9) and 64 grey levels (0–16) a line; a first line that begins with `label` is
/// a header. `place` names the source in errors.
///
/// ```
/// let line = format!("7{}", ",16".repeat(64));
/// assert_eq!(model::parse_csv("inline", line.as_bytes()).unwrap()[0].label, 7);
/// let bad = format!("7{},17", ",16".repeat(63));
/// let error = model::parse_csv("inline", bad.as_bytes()).unwrap_err();
/// assert_eq!(error.to_string(), "inline, line 1, column 65: `17` is not a grey level; write a whole number from 0 to 16");
/// ```
///
/// # Errors
/// [`DataError`] with line and column.
pub fn parse_csv(place: &str, source: impl std::io::Read) -> Result<Vec<Image>, DataError> {
    let line_error = |line: u64, reason: String| DataError::Line { place: place.to_owned(), line, reason };
    let mut reader =
        csv::ReaderBuilder::new().has_headers(false).flexible(true).trim(csv::Trim::All).from_reader(source);
    let mut images = Vec::new();
    let mut record = csv::StringRecord::new();
    loop {
        match reader.read_record(&mut record) {
            Ok(true) => {}
            Ok(false) => break,
            Err(error) => {
                let line = error.position().map_or(1, csv::Position::line);
                return Err(line_error(line, format!("cannot be read as text ({error})")));
            }
        }
        let line = record.position().map_or(1, csv::Position::line);
        if line == 1 && record.get(0) == Some("label") {
            continue;
        }
        if record.len() != PIXELS + 1 {
            return Err(line_error(line, format!("has {} values instead of {}", record.len(), PIXELS + 1)));
        }
        let cell = |column: usize, max: u8, what: &str, remedy| {
            let text = &record[column];
            text.parse::<u8>().ok().filter(|&value| value <= max).ok_or_else(|| DataError::Cell {
                place: place.to_owned(),
                line,
                column: column + 1,
                reason: format!("`{text}` is not {what}"),
                remedy,
            })
        };
        let label = cell(0, 9, "a label", "write a digit from 0 to 9")?;
        let mut pixels = [0; PIXELS];
        for (column, pixel) in pixels.iter_mut().enumerate() {
            *pixel = cell(column + 1, WHITE, "a grey level", "write a whole number from 0 to 16")?;
        }
        images.push(Image { label, pixels });
    }
    if images.is_empty() {
        return Err(line_error(1, "no image in the file".to_owned()));
    }
    Ok(images)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bad_lines_name_line_and_column() {
        let good = format!("7{}\n", ",16".repeat(64));
        let cases = [
            (String::new(), "line 1: no image"),
            ("label,p00\n".to_owned(), "no image"),
            (format!("{good}3,4,5\n"), "line 2: has 3 values instead of 65"),
            (format!("x{}", ",16".repeat(64)), "line 1, column 1: `x` is not a label"),
            (format!("10{}", ",16".repeat(64)), "column 1: `10` is not a label"),
            (format!("{good}1,-1{}", ",0".repeat(63)), "line 2, column 2: `-1` is not a grey level"),
            (format!("1,0.5{}", ",0".repeat(63)), "column 2: `0.5`"),
            (format!("1,{}", ",0".repeat(63)), "column 2: ``"),
        ];
        for (text, expected) in cases {
            let message = parse_csv("f.csv", text.as_bytes()).expect_err(expected).to_string();
            assert!(message.contains(expected) && message.starts_with("f.csv"), "{message}");
        }
        let binary = parse_csv("f.csv", &[0xff, 0xfe, 0x80, b'\n'][..]).unwrap_err().to_string();
        assert!(binary.contains("line 1"), "{binary}");
    }

    #[test]
    fn a_missing_file_is_named() {
        let message = read_csv(Path::new("no/such.csv")).unwrap_err().to_string();
        assert!(message.contains("no/such.csv"), "{message}");
    }
}
