//! Types of what a row's statistics are made of.

use hdl::Ty;
use spec::unit::LayerNorm;

/// Bits of V that matter from its leading one on: segment and way into it.
pub(super) const MANTISSA: u32 = 1 + SEGMENT + WAY;
/// Bits that choose a segment within an octave.
pub(super) const SEGMENT: u32 = 7;
/// Bits of the way into a segment.
pub(super) const WAY: u32 = 12;
/// Bits of R.
pub(super) const FACTOR: u32 = 16;
/// Bits by which a scaled channel is shifted up before e shifts it down.
pub(super) const HEADROOM: u32 = 5;
/// Bits of z.
pub(super) const Z: u32 = 27;

/// Ranges of the statistics, in the names of the configuration's contract.
pub(super) struct Widths {
    pub d: Ty,
    pub s: Ty,
    /// Bits at which squares, S and V are split, so that sums stay short and every product fits a DSP.
    pub split: u32,
    /// Σ of the squares' lower bits and of ε.
    pub q_low: Ty,
    /// Σ of the squares' upper bits.
    pub q_high: Ty,
    pub v: Ty,
    /// D·R.
    pub gain: Ty,
    /// (D·x − S)·R and half of what is shifted out.
    pub scaled: Ty,
    /// Half of what is shifted out, less S·R.
    pub offset: Ty,
    pub e: Ty,
}

impl Widths {
    pub fn new(config: &LayerNorm) -> Self {
        let width = i64::from(config.max_width);
        let half = 1i64 << (config.x.width - 1);
        let square = half * half + i64::from(config.epsilon);
        let v = Ty::range(0, width * width * square);
        let most = (v.width() - 1) / 2;
        let rounding = 1i64 << most.saturating_sub(HEADROOM);
        let top = (1i64 << FACTOR) - 1;
        let sum = width * half * top;
        let s = Ty::range(-width * half, width * (half - 1));
        let room = (s.width() - 1).min(v.width().saturating_sub(s.width())).min(2 * config.x.width - 2);
        let split = 15.min(room).max(1);
        Self {
            d: Ty::range(0, width),
            s,
            split,
            q_low: Ty::range(0, width * ((1 << split) - 1 + i64::from(config.epsilon))),
            q_high: Ty::range(0, width * ((half * half) >> split)),
            gain: Ty::range(0, width * top),
            scaled: Ty::range(-2 * sum, 2 * sum + rounding),
            offset: Ty::range(-sum, sum + rounding),
            e: Ty::range(0, most).full(),
            v,
        }
    }

    /// V without its lower bits.
    pub fn top(&self) -> Ty {
        Ty::range(0, self.v.hi() >> self.split)
    }
}
