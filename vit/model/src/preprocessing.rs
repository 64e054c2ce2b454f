//! From a picture of any size to the bytes of a network's image.

use std::collections::BTreeMap;
use std::path::Path;

use image::imageops::FilterType;
use image::{DynamicImage, imageops};
use serde_json::Value;
use spec::network::Architecture;

use crate::beside::Beside;
use crate::{CheckpointError, PictureError, Tensor};

/// How a picture becomes an image: resized, cut in the middle, normalised plane by plane.
///
/// The network takes the bytes themselves, less 128; mean and deviation are folded into its patch embedding, which loses nothing.
#[derive(Clone, Debug, PartialEq)]
pub struct Preprocessing {
    /// Size that the picture is brought to.
    pub resize: Resize,
    /// How pixels in between are computed.
    pub filter: Filter,
    /// Side of the square that is cut out of the middle.
    pub crop: usize,
    /// What a byte is multiplied by, 1/255 as a rule.
    pub rescale: f64,
    /// Subtracted, for each plane.
    pub mean: Vec<f64>,
    /// Divided by, for each plane.
    pub deviation: Vec<f64>,
}

/// Size that a picture is brought to before it is cut.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Resize {
    /// The shorter side; the picture keeps its proportions.
    Shorter(usize),
    /// Height and width.
    To(usize, usize),
    /// As it is.
    Not,
}

/// How pixels in between are computed; all but the first average where a picture shrinks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Filter {
    /// The nearest one.
    Nearest,
    /// Linear.
    Bilinear,
    /// Cubic, a = −1/2.
    Bicubic,
    /// Lanczos, three lobes.
    Lanczos,
}

impl Preprocessing {
    /// DeiT's: the shorter side to 8/7 of the image's, bicubic, mean and deviation of ImageNet.
    ///
    /// ```
    /// use model::{Preprocessing, Resize};
    /// let deit = Preprocessing::deit(224);
    /// assert_eq!((deit.resize, deit.crop, deit.mean[0]), (Resize::Shorter(256), 224, 0.485));
    /// ```
    pub fn deit(side: usize) -> Self {
        Self {
            resize: Resize::Shorter(side * 8 / 7),
            filter: Filter::Bicubic,
            crop: side,
            rescale: 1.0 / 255.0,
            mean: vec![0.485, 0.456, 0.406],
            deviation: vec![0.229, 0.224, 0.225],
        }
    }

    /// What `preprocessor_config.json`, or timm's `config.json`, says for images of `side` pixels; the rest is DeiT's.
    pub(crate) fn parse(beside: &Beside, side: usize) -> Result<Self, CheckpointError> {
        let mut this = Self::deit(side);
        if let Some((place, text)) = &beside.preprocessor {
            this.hugging_face(&Fields::parse(place, text, None)?)?;
        } else if let Some((place, text)) = &beside.config {
            this.timm(&Fields::parse(place, text, Some("pretrained_cfg"))?, side)?;
        }
        if this.crop != side {
            let place = beside.preprocessor.as_ref().map_or_else(String::new, |(place, _)| place.clone());
            return Err(CheckpointError::Config {
                place,
                reason: format!("gives images of {}×{0} pixels, but the tensors are for {side}×{side}", this.crop),
                remedy: "give the preprocessor_config.json that belongs to the weights".into(),
            });
        }
        Ok(this)
    }

    fn hugging_face(&mut self, fields: &Fields) -> Result<(), CheckpointError> {
        fields.planes("image_mean", "image_std", self)?;
        if let Some(code) = fields.whole("resample")? {
            self.filter = match code {
                0 => Filter::Nearest,
                1 => Filter::Lanczos,
                2 => Filter::Bilinear,
                3 => Filter::Bicubic,
                _ => return Err(fields.error("resample", format!("is {code}"), "write 0, 1, 2 or 3")),
            };
        }
        if let Some(factor) = fields.real("rescale_factor")? {
            self.rescale = factor;
        }
        let size = fields.0.get("size");
        if let Some(size) = size.and_then(|size| size.get("shortest_edge")).and_then(Value::as_u64) {
            self.resize = Resize::Shorter(size as usize);
        } else if let Some((height, width)) = fields.pair("size")? {
            self.resize = Resize::To(height, width);
        }
        if fields.flag("do_resize") == Some(false) {
            self.resize = Resize::Not;
        }
        if fields.flag("do_normalize") == Some(false) {
            self.mean.fill(0.0);
            self.deviation.fill(1.0);
        }
        let cut = fields.flag("do_center_crop").unwrap_or(fields.0.get("crop_size").is_some());
        match (cut, fields.pair("crop_size")?, self.resize) {
            (true, Some((height, width)), _) | (false, _, Resize::To(height, width)) => {
                if height != width {
                    let reason = format!("is {height}×{width}");
                    return Err(fields.error("crop_size", reason, "give a square; `size` where there is no cut"));
                }
                self.crop = height;
            }
            _ => {}
        }
        Ok(())
    }

    fn timm(&mut self, fields: &Fields, side: usize) -> Result<(), CheckpointError> {
        fields.planes("mean", "std", self)?;
        if let Some(share) = fields.real("crop_pct")? {
            if !(0.1..=1.0).contains(&share) {
                return Err(fields.error("crop_pct", format!("is {share}"), "write a number from 0.1 to 1"));
            }
            self.resize = Resize::Shorter((side as f64 / share).floor() as usize);
        }
        self.filter = match fields.0.get("interpolation").and_then(Value::as_str) {
            None | Some("bicubic" | "random") => Filter::Bicubic,
            Some("bilinear") => Filter::Bilinear,
            Some("nearest") => Filter::Nearest,
            Some("lanczos") => Filter::Lanczos,
            Some(other) => {
                let remedy = "write bicubic, bilinear, nearest or lanczos";
                return Err(fields.error("interpolation", format!("is `{other}`"), remedy));
            }
        };
        Ok(())
    }

    /// Folds rescaling, mean and deviation into the patch embedding, which then takes v = (byte − 128)/256:
    /// (byte·r − μ)/σ = v·256·r/σ + (128·r − μ)/σ.
    pub(crate) fn fold(
        &self,
        arch: &Architecture,
        tensors: &mut BTreeMap<String, Tensor>,
    ) -> Result<(), CheckpointError> {
        if self.mean.len() != arch.channels {
            return Err(CheckpointError::Config {
                place: "the preprocessing".into(),
                reason: format!("has {} planes, but the tensors are for {}", self.mean.len(), arch.channels),
                remedy: "write a mean and a deviation for each plane".into(),
            });
        }
        let mut moved = vec![0f64; arch.embed];
        if let Some(weight) = tensors.get_mut("patch.weight") {
            for (input, row) in weight.data.chunks_exact_mut(arch.embed).enumerate() {
                let plane = input / (arch.patch * arch.patch);
                let (mean, deviation) = (self.mean[plane], self.deviation[plane]);
                for (weight, moved) in row.iter_mut().zip(&mut moved) {
                    *moved += f64::from(*weight) * (128.0 * self.rescale - mean) / deviation;
                    *weight = (f64::from(*weight) * 256.0 * self.rescale / deviation) as f32;
                }
            }
        }
        if let Some(bias) = tensors.get_mut("patch.bias") {
            bias.data.iter_mut().zip(moved).for_each(|(bias, moved)| *bias = (f64::from(*bias) + moved) as f32);
        }
        Ok(())
    }

    /// The image of a PNG or JPEG file: bytes less 128, plane by plane, each row by row. Transparency lies on white.
    ///
    /// # Errors
    /// [`PictureError`], each with the path.
    pub fn read(&self, path: &Path) -> Result<Vec<i32>, PictureError> {
        let bytes = std::fs::read(path).map_err(|source| PictureError::File { path: path.to_owned(), source })?;
        let picture = image::load_from_memory(&bytes)
            .map_err(|e| PictureError::Coding { path: path.to_owned(), reason: e.to_string() })?;
        self.image(&picture).map_err(|reason| PictureError::Cut { path: path.to_owned(), reason })
    }

    /// The image of a decoded picture.
    ///
    /// ```
    /// let picture = image::DynamicImage::ImageRgb8(image::RgbImage::from_pixel(40, 30, image::Rgb([255, 128, 0])));
    /// let image = model::Preprocessing::deit(7).image(&picture)?;
    /// assert_eq!((image.len(), image[0], image[49], image[98]), (147, 127, 0, -128));
    /// # Ok::<(), String>(())
    /// ```
    ///
    /// # Errors
    /// Why it cannot be cut, in words.
    pub fn image(&self, picture: &DynamicImage) -> Result<Vec<i32>, String> {
        let (width, height) = (picture.width() as usize, picture.height() as usize);
        if width == 0 || height == 0 || width.max(height) > 16_384 {
            return Err(format!("it is {width}×{height} pixels; give 1 to 16384 on each side"));
        }
        let shorter = width.min(height);
        let (to_height, to_width) = match self.resize {
            Resize::Shorter(side) => (side * height / shorter, side * width / shorter),
            Resize::To(height, width) => (height, width),
            Resize::Not => (height, width),
        };
        if to_height.min(to_width) < self.crop {
            return Err(format!("it is {to_width}×{to_height} pixels; give at least {0}×{0}", self.crop));
        }
        let mut opaque = picture.to_rgba8();
        for pixel in opaque.pixels_mut() {
            let alpha = u32::from(pixel.0[3]);
            let over = |value: u8| ((u32::from(value) * alpha + 255 * (255 - alpha) + 127) / 255) as u8;
            pixel.0 = [over(pixel.0[0]), over(pixel.0[1]), over(pixel.0[2]), 255];
        }
        let filter = match self.filter {
            Filter::Nearest => FilterType::Nearest,
            Filter::Bilinear => FilterType::Triangle,
            Filter::Bicubic => FilterType::CatmullRom,
            Filter::Lanczos => FilterType::Lanczos3,
        };
        let resized = if (to_height, to_width) == (height, width) {
            opaque
        } else {
            imageops::resize(&opaque, to_width as u32, to_height as u32, filter)
        };
        // As torchvision rounds: half to even.
        let middle = |size: usize| ((size - self.crop) as f64 / 2.0).round_ties_even() as u32;
        let (left, top, side) = (middle(to_width), middle(to_height), self.crop as u32);
        let cut = DynamicImage::ImageRgba8(imageops::crop_imm(&resized, left, top, side, side).to_image());
        let byte = |value: &u8| i32::from(*value) - 128;
        if self.mean.len() == 1 {
            return Ok(cut.to_luma8().as_raw().iter().map(byte).collect());
        }
        let rgb = cut.to_rgb8();
        Ok((0..3).flat_map(|plane| rgb.as_raw().iter().skip(plane).step_by(3).map(byte)).collect())
    }
}

/// An object of a configuration, and its place.
struct Fields(Value, String);

impl Fields {
    fn parse(place: &str, text: &str, inside: Option<&str>) -> Result<Self, CheckpointError> {
        let value: Value = serde_json::from_str(text).map_err(|e| CheckpointError::Config {
            place: place.to_owned(),
            reason: format!("is not JSON: {e}"),
            remedy: "fetch it again from where the weights are from".into(),
        })?;
        let value = inside.map_or(Some(&value), |field| value.get(field)).cloned();
        Ok(Self(value.unwrap_or_default(), place.to_owned()))
    }

    fn error(&self, field: &str, reason: String, remedy: &str) -> CheckpointError {
        let reason = format!("`{field}` {reason}");
        CheckpointError::Config { place: self.1.clone(), reason, remedy: remedy.to_owned() }
    }

    fn get(&self, field: &str) -> Option<&Value> {
        self.0.get(field).filter(|value| !value.is_null())
    }

    fn whole(&self, field: &str) -> Result<Option<u64>, CheckpointError> {
        let Some(value) = self.get(field) else { return Ok(None) };
        value.as_u64().map(Some).ok_or_else(|| self.error(field, format!("is {value}"), "write a whole number"))
    }

    fn real(&self, field: &str) -> Result<Option<f64>, CheckpointError> {
        let Some(value) = self.get(field) else { return Ok(None) };
        value.as_f64().map(Some).ok_or_else(|| self.error(field, format!("is {value}"), "write a number"))
    }

    fn flag(&self, field: &str) -> Option<bool> {
        self.get(field)?.as_bool()
    }

    /// Height and width: a number for both, or an object with both.
    fn pair(&self, field: &str) -> Result<Option<(usize, usize)>, CheckpointError> {
        let Some(value) = self.get(field) else { return Ok(None) };
        let part = |name: &str| value.get(name).unwrap_or(value).as_u64().filter(|side| (1..=4096).contains(side));
        match (part("height"), part("width")) {
            (Some(height), Some(width)) => Ok(Some((height as usize, width as usize))),
            _ => {
                let remedy = "write a number from 1 to 4096, or an object with `height` and `width`";
                Err(self.error(field, format!("is {value}"), remedy))
            }
        }
    }

    /// Mean and deviation of each plane.
    fn planes(&self, mean: &str, deviation: &str, to: &mut Preprocessing) -> Result<(), CheckpointError> {
        let list = |field: &str| -> Result<Option<Vec<f64>>, CheckpointError> {
            let Some(value) = self.get(field) else { return Ok(None) };
            let numbers: Option<Vec<f64>> =
                value.as_array().map(|list| list.iter().filter_map(Value::as_f64).collect());
            let good = numbers.filter(|numbers| [1, 3].contains(&numbers.len()));
            good.map(Some).ok_or_else(|| self.error(field, format!("is {value}"), "write one number a plane, 1 or 3"))
        };
        if let Some(list) = list(mean)? {
            to.mean = list;
        }
        if let Some(list) = list(deviation)? {
            to.deviation = list;
        }
        if to.mean.len() != to.deviation.len() || to.deviation.iter().any(|d| *d <= 0.0) {
            let reason = format!("is {:?} beside a mean of {} planes", to.deviation, to.mean.len());
            return Err(self.error(deviation, reason, "write as many positive numbers"));
        }
        Ok(())
    }
}
