//! DSPs and block RAMs of a core, as Yosys counts them.

use spec::accel::Core;

/// What of an UltraScale+ part a core takes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Resources {
    /// DSP48E2.
    pub dsp: u32,
    /// Halves of a block RAM of 36 Kbit.
    pub bram18: u32,
}

impl Resources {
    /// Block RAMs of 36 Kbit.
    pub fn bram36(self) -> u32 {
        self.bram18.div_ceil(2)
    }
}

/// What a core takes: DSPs of the array, of layer norm (seven, and two a lane where lanes have DSPs), of the token selector (nine, and
/// one a lane) and of the dispatcher; block RAMs of the memories of activations, the array's sums and the masters' buffers, but not of
/// the token selector, which has few.
///
/// ```
/// use spec::accel::Core;
/// let core = predict::resources(&Core::zcu102());
/// assert_eq!(core.dsp, 1553);
/// assert!(core.bram36() < 912);
/// ```
pub fn resources(core: &Core) -> Resources {
    let lanes = if core.lane_dsp { core.t_o } else { 0 };
    let array = core.array();
    let (norm, selector) = (2 * lanes + 7, lanes + 9);
    Resources { dsp: array.dsps() + norm + selector + DISPATCH, bram18: rams(core) }
}

/// The product of rows and tiles.
const DISPATCH: u32 = 1;
/// Places in the queue of column parameters, and of each master's buffer.
const BEATS: u32 = 256;

/// Halves of block RAMs for `depth` words of `width` bits: of the shapes that a half and a whole one have, the cheapest.
fn ram(width: u32, depth: u32) -> u32 {
    let whole = [(512, 72), (1024, 36), (2048, 18), (4096, 9)].map(|(words, bits)| (words, bits, 2));
    let halves = [(512, 36), (1024, 18), (2048, 9)].map(|(words, bits)| (words, bits, 1));
    let cost = |(words, bits, halves): (u32, u32, u32)| width.div_ceil(bits) * depth.div_ceil(words) * halves;
    whole.into_iter().chain(halves).map(cost).min().unwrap_or(0)
}

fn rams(core: &Core) -> u32 {
    let power = |values: u32| values.next_power_of_two();
    let (lanes, groups) = (core.t_o, core.t_h);
    let words = groups * core.head_tiles();
    let operand = power(core.group_heads().max(2)) * power(core.head_tiles()) * power(core.max_tokens);
    let scores = 2 * power(core.segments().max(2)) * power(core.max_tokens);
    let operands = lanes * ram(8, operand) + ram(8 * lanes, operand);
    let sums = if core.max_tokens < 65 { 0 } else { lanes * ram(33, core.max_tokens) };
    let group = operands + core.head_tiles() * ram(16 * lanes, scores) + sums + ram(core.beat_bits() + 3, BEATS);
    let residual = 2 * ram(16 * lanes, core.max_tokens / 2 * core.residual_tiles());
    let streams = 2 * ram(core.beat_bits() + 3, BEATS) + 2 * ram(core.beat_bits(), BEATS);
    let norm = ram(16 * lanes, core.residual_tiles() + 50);
    words * (ram(8 * lanes, core.norm_words()) + ram(8 * lanes, core.act_words()))
        + groups * group
        + residual
        + streams
        + norm
}
