//! What HeatViT (HPCA 2023) measured in Table VII: networks, their keep settings, the paper's accelerators on the ZCU102.

use std::fmt;
use std::str::FromStr;

use crate::accel::Core;
use crate::network::{Architecture, Pruning};

/// Shares of the patches that are there behind each of three selectors.
///
/// ```
/// use spec::heatvit::Keep;
/// let keep: Keep = "0.70/0.39/0.21".parse()?;
/// assert_eq!((keep.patches(196), keep.tokens(196)), (vec![138, 77, 42], vec![140, 79, 44]));
/// assert_eq!((keep.to_string(), Keep::Dense.to_string()), ("0.70/0.39/0.21".into(), "dense".into()));
/// assert!("0.39/0.70/0.21".parse::<Keep>().is_err());
/// # Ok::<(), spec::heatvit::KeepError>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Keep {
    /// All, without selectors.
    Dense,
    /// Of all patches, not rising, above 0 and up to 1.
    Shares([f64; 3]),
}

/// Text that is no [`Keep`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("write `dense`, or three shares that do not rise, above 0 and up to 1, such as `0.70/0.39/0.21`")]
pub struct KeepError;

impl Keep {
    /// Patches behind each selector, of `all`: ⌈all·share⌉.
    pub fn patches(self, all: usize) -> Vec<usize> {
        match self {
            Self::Dense => Vec::new(),
            Self::Shares(shares) => shares.map(|share| (share * all as f64).ceil() as usize).to_vec(),
        }
    }

    /// Tokens behind each selector: the patches, the class token and the package of those that were dropped.
    pub fn tokens(self, patches: usize) -> Vec<u32> {
        self.patches(patches).into_iter().map(|kept| kept as u32 + 2).collect()
    }
}

impl fmt::Display for Keep {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self::Shares(shares) = self else { return f.write_str("dense") };
        // Two digits as the paper prints them, more where there are more.
        let text = shares
            .map(|share| if (100.0 * share).fract().abs() < 1e-9 { format!("{share:.2}") } else { share.to_string() });
        f.write_str(&text.join("/"))
    }
}

impl FromStr for Keep {
    type Err = KeepError;

    fn from_str(text: &str) -> Result<Self, KeepError> {
        if text == "dense" {
            return Ok(Self::Dense);
        }
        let shares: Vec<f64> = text.split('/').map(str::parse).collect::<Result<_, _>>().map_err(|_| KeepError)?;
        let shares: [f64; 3] = shares.try_into().map_err(|_| KeepError)?;
        let legal = shares.iter().all(|share| *share > 0.0 && *share <= 1.0) && shares.is_sorted_by(|a, b| a >= b);
        if legal { Ok(Self::Shares(shares)) } else { Err(KeepError) }
    }
}

/// A network of Table VII.
#[derive(Clone, Copy, Debug)]
pub struct Model {
    /// `deit-s`.
    pub name: &'static str,
    /// Its shape.
    pub arch: fn(Pruning) -> Architecture,
    /// The core that it runs on here.
    pub core: fn() -> Core,
    /// Blocks, from 0, that selectors stand before; the paper does not print them.
    pub before: [usize; 3],
    /// The paper's accelerator, whole.
    pub accelerator: Accelerator,
    /// The dense baseline, of 16 bits, and the three keep settings.
    pub rows: [Row; 4],
}

/// What an accelerator of the paper takes of the ZCU102.
#[derive(Clone, Copy, Debug)]
pub struct Accelerator {
    /// LUTs.
    pub lut: u64,
    /// Flip-flops.
    pub ff: u64,
    /// BRAM of 36 kbit.
    pub bram36: f64,
    /// DSP slices.
    pub dsp: u32,
}

/// What the paper's accelerator does at a keep setting.
#[derive(Clone, Copy, Debug)]
pub struct Row {
    /// The keep setting.
    pub keep: Keep,
    /// 10⁹ multiply-accumulates an image, where they are printed.
    pub gmacs: Option<f64>,
    /// Frames a second.
    pub fps: f64,
}

impl Model {
    /// The network of that name.
    pub fn named(name: &str) -> Option<&'static Self> {
        MODELS.iter().find(|model| model.name == name)
    }

    /// The network's shape with selectors, or dense.
    ///
    /// ```
    /// use spec::heatvit::{Keep, Model};
    /// use spec::network::Pruning;
    /// let deit = Model::named("deit-s").unwrap();
    /// assert_eq!(deit.arch(Keep::Dense).pruning, Pruning::None);
    /// assert_eq!(deit.arch(deit.rows[1].keep).pruning, Pruning::Heatvit { before: vec![3, 6, 9] });
    /// ```
    pub fn arch(&self, keep: Keep) -> Architecture {
        (self.arch)(match keep {
            Keep::Dense => Pruning::None,
            Keep::Shares(_) => Pruning::Heatvit { before: self.before.to_vec() },
        })
    }
}

const fn dense(fps: f64) -> Row {
    Row { keep: Keep::Dense, gmacs: None, fps }
}

const fn pruned(keep: [f64; 3], gmacs: f64, fps: f64) -> Row {
    Row { keep: Keep::Shares(keep), gmacs: Some(gmacs), fps }
}

const HIGH: [f64; 3] = [0.90, 0.84, 0.61];
const MIDDLE: [f64; 3] = [0.70, 0.39, 0.21];
const LOW: [f64; 3] = [0.42, 0.21, 0.13];

const TINY: Accelerator = Accelerator { lut: 137_600, ff: 126_000, bram36: 355.5, dsp: 1968 };
const SMALL: Accelerator = Accelerator { lut: 145_000, ff: 100_400, bram36: 338.5, dsp: 1955 };
const BASE: Accelerator = Accelerator { lut: 161_400, ff: 101_800, bram36: 528.6, dsp: 2066 };

/// The networks of Table VII.
pub static MODELS: [Model; 4] = [
    Model {
        name: "deit-t",
        arch: |pruning| Architecture::deit(3, pruning),
        core: Core::zcu102,
        before: [3, 6, 9],
        accelerator: TINY,
        rows: [
            dense(78.3),
            pruned([0.85, 0.79, 0.51], 1.00, 183.4),
            pruned([0.76, 0.70, 0.41], 0.90, 198.8),
            pruned(MIDDLE, 0.75, 271.2),
        ],
    },
    Model {
        name: "deit-s",
        arch: |pruning| Architecture::deit(6, pruning),
        core: Core::zcu102,
        before: [3, 6, 9],
        accelerator: SMALL,
        rows: [dense(25.9), pruned(HIGH, 3.86, 57.0), pruned(MIDDLE, 2.64, 97.1), pruned(LOW, 2.02, 109.2)],
    },
    Model {
        name: "lv-vit-s",
        arch: Architecture::lv_vit_s,
        core: Core::zcu102,
        before: [4, 8, 12],
        accelerator: SMALL,
        rows: [dense(19.4), pruned(HIGH, 5.49, 62.8), pruned(MIDDLE, 3.77, 72.8), pruned(LOW, 2.88, 89.1)],
    },
    Model {
        name: "deit-b",
        arch: |pruning| Architecture::deit(12, pruning),
        core: Core::zcu102_wide,
        before: [3, 6, 9],
        accelerator: BASE,
        rows: [dense(11.2), pruned(HIGH, 14.79, 36.1), pruned(MIDDLE, 10.11, 43.3), pruned(LOW, 7.75, 54.8)],
    },
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_row_has_its_text_and_a_legal_network() {
        for model in &MODELS {
            for row in &model.rows {
                assert_eq!(row.keep.to_string().parse(), Ok(row.keep), "{}", model.name);
                model.arch(row.keep).validate().unwrap();
            }
            assert!(model.rows.is_sorted_by(|a, b| a.fps < b.fps), "{}", model.name);
        }
    }

    #[test]
    fn shares_are_three_that_do_not_rise() {
        for text in [
            "",
            "Dense",
            "0.7",
            "0.7/0.5",
            "0.7/0.5/0.3/0.1",
            "0.7/0.5/0",
            "1.1/0.5/0.3",
            "0.5/0.7/0.3",
            "NaN/NaN/NaN",
            "0.7/x/0.3",
        ] {
            assert_eq!(text.parse::<Keep>(), Err(KeepError), "{text}");
        }
        for text in ["1.00/1.00/1.00", "0.705/0.39/0.001"] {
            assert_eq!(text.parse::<Keep>().map(|keep| keep.to_string()), Ok(text.to_owned()));
        }
    }
}
