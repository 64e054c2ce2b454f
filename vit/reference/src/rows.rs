//! Rows of every scale to measure errors over, from a seed.

use spec::unit::{LayerNorm, Softmax};

/// γ and β of each channel.
pub type Affine = Vec<(i64, i64)>;

/// SplitMix64, from its seed.
///
/// ```
/// use reference::rows::{Random, of_layer_norm};
/// let config = spec::unit::LayerNorm::preset16(4);
/// let (x, affine) = of_layer_norm(&config, &mut Random(1));
/// assert!(x.len() % 4 == 0 && affine.len() >= x.len());
/// assert_eq!((x, affine), of_layer_norm(&config, &mut Random(1)));
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Random(pub u64);

impl Random {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let z = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    /// Uniform in [0, 1).
    fn unit(&mut self) -> f64 {
        (self.next() >> 11) as f64 * 2f64.powi(-53)
    }

    fn below(&mut self, end: u64) -> u64 {
        self.next() % end
    }

    fn within(&mut self, lo: f64, hi: f64) -> f64 {
        lo + (hi - lo) * self.unit()
    }
}

/// A row for a layer normalisation, of one beat to the widest, and its γ and β: scales log-uniform from one LSB to the full range, any mean; every
/// eighth row constant, every fourth with one outlier.
pub fn of_layer_norm(config: &LayerNorm, random: &mut Random) -> (Vec<i64>, Affine) {
    let beats = match random.below(4) {
        0 => [192, 384, 768, 1024][random.below(4) as usize].min(config.max_width) / config.lanes,
        1 => 1,
        _ => f64::from(config.max_beats()).powf(random.unit()).round() as u32,
    };
    let width = (beats.max(1) * config.lanes) as usize;
    let (min, max) = (config.x.min() as f64, config.x.max() as f64);
    let shape = random.below(8);
    let scale = max.powf(random.unit());
    let centre = random.within(min, max);
    let mut channel = || {
        let deviation = match shape {
            0 => 0.0,
            1..4 => random.within(-1.0, 1.0),
            _ => (0..4).map(|_| random.within(-1.0, 1.0)).sum(),
        };
        (centre + scale * deviation).round().clamp(min, max) as i64
    };
    let mut x: Vec<i64> = (0..width).map(|_| channel()).collect();
    if matches!(shape, 1 | 7) {
        let quiet = if shape == 1 { 0.0 } else { 0.01 };
        x.iter_mut().for_each(|x| *x = (centre + (*x as f64 - centre) * quiet).round().clamp(min, max) as i64);
        let outlier = random.within(min, max).round() as i64;
        x[random.below(width as u64) as usize] = outlier;
    }
    (x, affine(config, random))
}

/// γ up to 2 and β up to a quarter of y's range.
fn affine(config: &LayerNorm, random: &mut Random) -> Affine {
    let Some((gamma, beta)) = config.affine() else { return vec![] };
    let quarter = config.y.value(config.y.max()) / 4.0;
    let mut channel = || {
        let integer = |real: f64, format: spec::Format| {
            ((real / format.lsb()).round() as i128).clamp(format.min(), format.max()) as i64
        };
        (integer(random.within(-2.0, 2.0), gamma), integer(random.within(-quarter, quarter), beta))
    };
    (0..config.max_width).map(|_| channel()).collect()
}

/// A row for a softmax: 1 to 256 entries, both their number and their spread log-uniform, the latter from one LSB to the full range.
///
/// ```
/// use reference::rows::{Random, of_softmax};
/// let config = spec::unit::Softmax::preset8();
/// let row = of_softmax(&config, &mut Random(1));
/// assert!((1..=256).contains(&row.len()) && row.iter().all(|&x| config.x.contains(x.into())));
/// ```
pub fn of_softmax(config: &Softmax, random: &mut Random) -> Vec<i64> {
    let (min, max) = (config.x.min() as f64, config.x.max() as f64);
    let entries = (Softmax::MAX_ROW as f64).powf(random.unit()).round() as usize;
    let spread = max.powf(random.unit());
    (0..entries).map(|_| (spread * random.within(-1.0, 1.0)).round().clamp(min, max) as i64).collect()
}
