//! The shape of a network, as it is trained.

use serde::{Deserialize, Serialize};

use crate::unit::Softmax;
use crate::{ConfigError, Delta};

/// The shape of a vision transformer, its nonlinear functions' δ and where it prunes tokens. Pre-norm encoder:
/// X′ = MSA(LN(X)) + X; X = MLP(LN(X′)) + X′.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Architecture {
    /// Side of the square image, in pixels.
    pub image: usize,
    /// Planes of the image: 1 for grey levels, 3 for colours, more for the features of a stem that is not ours.
    #[serde(default = "one", skip_serializing_if = "is_one")]
    pub channels: usize,
    /// Side of a square patch, in pixels.
    pub patch: usize,
    /// Width D of a token.
    pub embed: usize,
    /// Attention heads h; a head is D/h wide.
    pub heads: usize,
    /// Encoder blocks.
    pub depth: usize,
    /// Width of the MLP's hidden layer.
    pub mlp: usize,
    /// Classes.
    pub classes: usize,
    /// ε of the layer norms.
    #[serde(default = "default_epsilon", skip_serializing_if = "is_default_epsilon")]
    pub epsilon: f64,
    /// δ1 of the GELU approximation (HeatViT eq. 5).
    pub delta1: Delta,
    /// δ2 of the softmax approximation (HeatViT eq. 7).
    pub delta2: Delta,
    /// How tokens are pruned.
    pub pruning: Pruning,
}

fn one() -> usize {
    1
}

fn is_one(channels: &usize) -> bool {
    *channels == 1
}

fn default_epsilon() -> f64 {
    Architecture::EPSILON
}

fn is_default_epsilon(epsilon: &f64) -> bool {
    *epsilon == Architecture::EPSILON
}

const KIND: &str = "architecture";

impl Architecture {
    /// ε where nothing else is said.
    pub const EPSILON: f64 = 1e-5;

    /// Image patches, without the class token.
    ///
    /// ```
    /// let digits = spec::network::Architecture::digits(spec::network::Pruning::None);
    /// assert_eq!((digits.patches(), digits.tokens(), digits.head_width()), (16, 17, 16));
    /// ```
    pub fn patches(&self) -> usize {
        (self.image / self.patch) * (self.image / self.patch)
    }

    /// Tokens that enter the first block: the class token and the patches.
    pub fn tokens(&self) -> usize {
        self.patches() + 1
    }

    /// Width of a head, d = D/h.
    pub fn head_width(&self) -> usize {
        self.embed / self.heads
    }

    /// Values of an image, plane by plane, each row by row.
    pub fn pixels(&self) -> usize {
        self.channels * self.image * self.image
    }

    /// Values of a patch, plane by plane, each row by row, as the weight of a convolution is laid out.
    pub fn patch_pixels(&self) -> usize {
        self.channels * self.patch * self.patch
    }

    /// Where the values of the patches lie in the image: index of each, patch after patch, row by row.
    ///
    /// ```
    /// use spec::network::{Architecture, Pruning};
    /// let two = Architecture { image: 4, channels: 2, ..Architecture::digits(Pruning::None) };
    /// assert_eq!(two.patch_order().take(8).collect::<Vec<_>>(), [0, 1, 4, 5, 16, 17, 20, 21]);
    /// ```
    pub fn patch_order(&self) -> impl Iterator<Item = usize> + use<> {
        let (side, patch, across, inner) = (self.image, self.patch, self.image / self.patch, self.patch_pixels());
        (0..self.patches() * inner).map(move |i| {
            let (index, plane, row, column) = (i / inner, i % inner / (patch * patch), i / patch % patch, i % patch);
            (plane * side + index / across * patch + row) * side + index % across * patch + column
        })
    }

    /// The digit classifiers' shape: grey 8×8 images, 2×2 patches, D = 48, three heads, four blocks, δ1 = δ2 = 1.
    pub fn digits(pruning: Pruning) -> Self {
        Self {
            image: 8,
            channels: 1,
            patch: 2,
            embed: 48,
            heads: 3,
            depth: 4,
            mlp: 96,
            classes: 10,
            epsilon: Self::EPSILON,
            delta1: Delta::ONE,
            delta2: Delta::ONE,
            pruning,
        }
    }

    /// DeiT with that many heads of 64 channels: 224×224 colour images, 16×16 patches, twelve blocks, 1000 classes. DeiT-T has 3
    /// heads, DeiT-S 6, DeiT-B 12.
    ///
    /// ```
    /// use spec::network::{Architecture, Pruning};
    /// let small = Architecture::deit(6, Pruning::None);
    /// assert_eq!((small.embed, small.mlp, small.tokens(), small.patch_pixels()), (384, 1536, 197, 768));
    /// small.validate()?;
    /// # Ok::<(), spec::ConfigError>(())
    /// ```
    pub fn deit(heads: usize, pruning: Pruning) -> Self {
        Self {
            image: 224,
            channels: 3,
            patch: 16,
            embed: 64 * heads,
            heads,
            depth: 12,
            mlp: 256 * heads,
            classes: 1000,
            epsilon: 1e-6,
            delta1: Delta::ONE,
            delta2: Delta::ONE,
            pruning,
        }
    }

    /// LV-ViT-S behind its convolutional stem, which gives 64 planes of 112×112 and is not computed here.
    ///
    /// ```
    /// use spec::network::{Architecture, Pruning};
    /// let small = Architecture::lv_vit_s(Pruning::None);
    /// assert_eq!((small.tokens(), small.patch_pixels(), small.head_width()), (197, 4096, 64));
    /// ```
    pub fn lv_vit_s(pruning: Pruning) -> Self {
        let (image, channels, patch, epsilon) = (112, 64, 8, Self::EPSILON);
        Self { image, channels, patch, depth: 16, mlp: 1152, epsilon, ..Self::deit(6, pruning) }
    }

    /// Refuses shapes that no unit can compute or that do not fit together.
    ///
    /// ```
    /// use spec::network::{Architecture, Pruning};
    /// let bad = Architecture { patch: 3, ..Architecture::digits(Pruning::None) };
    /// let message = bad.validate().unwrap_err().to_string();
    /// assert_eq!(message, "architecture: `patch` is 3, which does not divide `image` = 8; give 1, 2, 4 or 8");
    /// ```
    pub fn validate(&self) -> Result<(), ConfigError> {
        let refuse = |field, reason: String, remedy: String| Err(ConfigError::new(KIND, field, reason, remedy));
        for (field, value, most) in [
            ("image", self.image, 4096),
            ("channels", self.channels, 1024),
            ("embed", self.embed, 4096),
            ("heads", self.heads, 64),
            ("depth", self.depth, 256),
            ("mlp", self.mlp, 65_535),
            ("classes", self.classes, 65_535),
        ] {
            if !(1..=most).contains(&value) {
                return refuse(field, format!("is {value}"), format!("give a number from 1 to {most}"));
            }
        }
        if self.patch == 0 || !self.image.is_multiple_of(self.patch) {
            let divisors: Vec<String> =
                (1..=self.image).filter(|d| self.image.is_multiple_of(*d)).map(|d| d.to_string()).collect();
            let reason = format!("is {}, which does not divide `image` = {}", self.patch, self.image);
            let remedy = match divisors.split_last() {
                Some((last, rest)) if !rest.is_empty() => format!("give {} or {last}", rest.join(", ")),
                _ => "give 1".to_owned(),
            };
            return refuse("patch", reason, remedy);
        }
        if self.patch_pixels() > 65_535 {
            let reason = format!("is {}, {} values a patch", self.patch, self.patch_pixels());
            return refuse("patch", reason, "give at most 65535 values a patch".to_owned());
        }
        if self.tokens() > Softmax::MAX_ROW {
            let reason = format!("is {}, which makes {} tokens of the image", self.patch, self.tokens());
            let remedy = format!("give larger patches or a smaller image: at most {} tokens", Softmax::MAX_ROW);
            return refuse("patch", reason, remedy);
        }
        if !self.embed.is_multiple_of(self.heads) {
            let reason = format!("is {}, which does not divide `embed` = {}", self.heads, self.embed);
            return refuse("heads", reason, "give a divisor of `embed`".to_owned());
        }
        if !(0.0..=1.0).contains(&self.epsilon) {
            return refuse("epsilon", format!("is {}", self.epsilon), "give a number from 0 to 1".to_owned());
        }
        self.check_pruning()
    }

    fn check_pruning(&self) -> Result<(), ConfigError> {
        let refuse = |reason: String, remedy: &str| Err(ConfigError::new(KIND, "pruning", reason, remedy));
        let (blocks, first) = match &self.pruning {
            Pruning::None => return Ok(()),
            Pruning::Heatvit { before } => {
                if !self.head_width().is_multiple_of(4) {
                    let reason = format!("has selectors for heads of {} channels", self.head_width());
                    return refuse(reason, "give heads whose width is a multiple of 4");
                }
                (before, 1)
            }
            Pruning::Sdp { inside, keep_permille } => {
                if !(1..=1000).contains(keep_permille) {
                    return refuse(format!("keeps {keep_permille} of 1000 tokens"), "give 1 to 1000");
                }
                (inside, 0)
            }
        };
        if !blocks.is_sorted_by(|a, b| a < b) {
            return refuse(format!("names the blocks {blocks:?}"), "name each once, in ascending order");
        }
        match blocks.iter().find(|&&block| !(first..self.depth).contains(&block)) {
            Some(block) => {
                let reason = format!("names block {block} of {}", self.depth);
                refuse(reason, &format!("name blocks from {first} to {}", self.depth.saturating_sub(1)))
            }
            None => Ok(()),
        }
    }
}

/// How a network prunes tokens. Blocks count from 0.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub enum Pruning {
    /// Not at all.
    None,
    /// HeatViT's token selectors, each before one of the blocks `before`.
    Heatvit {
        /// The blocks that a selector precedes, ascending; never 0.
        before: Vec<usize>,
    },
    /// SDP's token dropping by the class token's attention, between MSA and MLP of the blocks `inside`.
    Sdp {
        /// The blocks that drop tokens, ascending.
        inside: Vec<usize>,
        /// r_t in thousandths: ⌈(N−1)·r_t⌉ tokens stay beside the class token.
        keep_permille: usize,
    },
}

#[cfg(test)]
mod tests {
    use super::*;

    fn heatvit(before: Vec<usize>) -> Pruning {
        Pruning::Heatvit { before }
    }

    #[test]
    fn shapes_that_do_not_fit_are_refused() {
        let good = Architecture::deit(3, heatvit(vec![3, 6, 9]));
        good.validate().unwrap();
        Architecture::lv_vit_s(Pruning::None).validate().unwrap();
        Architecture::digits(Pruning::Sdp { inside: vec![0], keep_permille: 700 }).validate().unwrap();
        for (bad, field) in [
            (Architecture { image: 0, ..good.clone() }, "image"),
            (Architecture { channels: 0, ..good.clone() }, "channels"),
            (Architecture { depth: 0, ..good.clone() }, "depth"),
            (Architecture { classes: 70_000, ..good.clone() }, "classes"),
            (Architecture { patch: 0, ..good.clone() }, "patch"),
            (Architecture { patch: 15, ..good.clone() }, "patch"),
            (Architecture { patch: 8, ..good.clone() }, "patch"),
            (Architecture { patch: 224, ..good.clone() }, "patch"),
            (Architecture { heads: 5, ..good.clone() }, "heads"),
            (Architecture { epsilon: f64::NAN, ..good.clone() }, "epsilon"),
            (Architecture { heads: 96, ..good.clone() }, "heads"),
            (Architecture { pruning: heatvit(vec![0]), ..good.clone() }, "pruning"),
            (Architecture { pruning: heatvit(vec![3, 3]), ..good.clone() }, "pruning"),
            (Architecture { pruning: heatvit(vec![12]), ..good.clone() }, "pruning"),
            (Architecture { embed: 198, ..good.clone() }, "pruning"),
            (Architecture { pruning: Pruning::Sdp { inside: vec![], keep_permille: 0 }, ..good.clone() }, "pruning"),
        ] {
            assert_eq!(bad.validate().map_err(|e| e.field), Err(field), "{bad:?}");
        }
    }

    #[test]
    fn what_is_usual_is_not_written() {
        let text = serde_json::to_string(&Architecture::digits(Pruning::None)).unwrap();
        assert!(!text.contains("channels") && !text.contains("epsilon"), "{text}");
        let deit = Architecture::deit(3, Pruning::None);
        let text = serde_json::to_string(&deit).unwrap();
        assert_eq!(serde_json::from_str::<Architecture>(&text).unwrap(), deit);
    }
}
