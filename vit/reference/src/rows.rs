//! Rows of every scale for layer normalisation, from a seed.

use spec::unit::LayerNorm;

/// γ and β of each channel.
pub type Affine = Vec<(i64, i64)>;

/// SplitMix64.
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

/// A row of one beat to the widest and its γ and β: scales log-uniform from one LSB to the full range, any mean; every
/// eighth row constant, every fourth with one outlier.
pub fn row(config: &LayerNorm, random: &mut Random) -> (Vec<i64>, Affine) {
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

/// The configurations measured, with the largest error allowed.
pub fn measured() -> Vec<(LayerNorm, f64)> {
    let mut all = vec![];
    for (preset, bound) in [(LayerNorm::preset16(1), 4.0), (LayerNorm::preset8(1), 1.0)] {
        all.push((LayerNorm { gamma: None, beta: None, epsilon: 0, ..preset.clone() }, bound));
        all.push((preset, bound));
    }
    all
}
