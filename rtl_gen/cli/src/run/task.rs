//! What is to be classified, and by which model.

use std::path::Path;

use model::{Checkpoint, DataError, Image, PictureError, UnknownModel};

use crate::failure::{Failure, Result};

/// Images to classify.
pub struct Task {
    /// The images; their labels mean nothing unless `labelled`.
    pub images: Vec<Image>,
    /// Whether the labels are known.
    pub labelled: bool,
}

impl Task {
    /// The user's picture or set, or the project's test images.
    pub fn read(image: Option<&Path>, data: Option<&Path>) -> Result<Self> {
        if let Some(path) = image {
            let pixels = model::read_picture(path).map_err(|error: PictureError| failure(&error))?;
            return Ok(Self { images: vec![Image { label: 0, pixels }], labelled: false });
        }
        let images = match data {
            Some(path) => model::read_csv(path).map_err(|error: DataError| failure(&error))?,
            None => model::test_images(),
        };
        Ok(Self { images, labelled: true })
    }
}

/// The model of that name, or in that file.
pub fn checkpoint(name: &str) -> Result<Checkpoint> {
    model::named(name).map_err(|error: UnknownModel| failure(&error))
}

/// The messages of `model` name reason and remedy, divided by the last semicolon.
fn failure(error: &dyn std::error::Error) -> Failure {
    let text = error.to_string();
    match text.rsplit_once("; ") {
        Some((message, remedy)) => Failure::input(message, remedy),
        None => Failure::input(text, "see `espalier run --help`"),
    }
}
