//! What a core counts while it works.

use super::{Core, Layout};

impl Layout {
    /// [`Counts`], in memory from [`super::VectorJob::at`] on.
    pub const COUNTS: Self = Self(&[
        ("cycles", 32),
        ("array_cycles", 32),
        ("macs", 32),
        ("draining", 32),
        ("no_job", 32),
        ("no_weights", 32),
        ("no_room", 32),
        ("no_columns", 32),
        ("no_rows", 32),
        ("tokens", 32),
    ]);
}

impl Core {
    /// Beats of memory that [`Counts`] take.
    ///
    /// ```
    /// use spec::accel::Core;
    /// assert_eq!((Core::small().count_beats(), Core::zcu102().count_beats()), (5, 2));
    /// ```
    pub const fn count_beats(&self) -> u32 {
        (8 * Counts::BYTES as u32).div_ceil(self.beat_bits())
    }
}

/// What [`super::VectorOp::Count`] stores: totals that begin anywhere and wrap at 2^32, and the number of tokens. Only
/// differences of two of them say something.
///
/// ```
/// use spec::accel::Counts;
/// let [mut before, mut after] = [[0xff; Counts::BYTES]; 2];
/// before[36..].fill(0);
/// after[..8].copy_from_slice(&[9, 0, 0, 0, 6, 0, 0, 0]);
/// after[36..].copy_from_slice(&[17, 0, 0, 0]);
/// let layer = Counts::decode(&after).since(&Counts::decode(&before));
/// assert_eq!((layer.cycles, layer.mac_cycles(), layer.idle(), layer.tokens), (10, 7, 3, 17));
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Counts {
    /// Clock cycles.
    pub cycles: u32,
    /// Of these the ones in which the array had work.
    pub array_cycles: u32,
    /// Useful products.
    pub macs: u32,
    /// Of [`Self::array_cycles`] those in which no row entered the array, by [`Self::CAUSES`].
    pub waits: [u32; 6],
    /// Tokens.
    pub tokens: u32,
}

impl Counts {
    /// Bytes in memory, the lowest of each number first.
    pub const BYTES: usize = 40;
    /// Why no row entered the array, each cycle with its first cause: the last results were on their way; there was no
    /// job; weights, room for results, parameters of columns or the left operand were not there.
    pub const CAUSES: [&str; 6] = ["draining", "no_job", "no_weights", "no_room", "no_columns", "no_rows"];

    /// From memory; bytes that are not there count as 0.
    pub fn decode(bytes: &[u8]) -> Self {
        let mut words = [0u32; Self::BYTES / 4];
        for (word, bytes) in words.iter_mut().zip(bytes.chunks_exact(4)) {
            *word = bytes.iter().rev().fold(0, |high, &low| high << 8 | u32::from(low));
        }
        let [cycles, array_cycles, macs, waits @ .., tokens] = words;
        Self { cycles, array_cycles, macs, waits, tokens }
    }

    /// What was counted since `before`, with the tokens of now.
    #[must_use]
    pub fn since(&self, before: &Self) -> Self {
        let mut waits = self.waits;
        waits.iter_mut().zip(before.waits).for_each(|(now, then)| *now = now.wrapping_sub(then));
        Self {
            cycles: self.cycles.wrapping_sub(before.cycles),
            array_cycles: self.array_cycles.wrapping_sub(before.array_cycles),
            macs: self.macs.wrapping_sub(before.macs),
            waits,
            tokens: self.tokens,
        }
    }

    /// Of a difference: cycles in which a row entered the array.
    pub fn mac_cycles(&self) -> u32 {
        self.waits.iter().fold(self.array_cycles, |left, waits| left.wrapping_sub(*waits))
    }

    /// Of a difference: cycles in which the array had no work.
    pub fn idle(&self) -> u32 {
        self.cycles.wrapping_sub(self.array_cycles)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A word of memory is the field that the layout says.
    #[test]
    fn memory_is_laid_out_as_told() {
        let bytes: Vec<u8> = (0..10u32).flat_map(|word| (word + 1).to_le_bytes()).collect();
        let counts = Counts::decode(&bytes);
        let names = ["cycles", "array_cycles", "macs", "tokens"];
        let values = [counts.cycles, counts.array_cycles, counts.macs, counts.tokens];
        let waits = Counts::CAUSES.into_iter().zip(counts.waits);
        for (name, value) in names.into_iter().zip(values).chain(waits) {
            let field = Layout::COUNTS.field(name).unwrap();
            assert_eq!((field.lsb, field.width), (32 * (value - 1), 32), "{name}");
        }
        assert_eq!(Layout::COUNTS.fields().map(|field| field.width).sum::<u32>(), 8 * Counts::BYTES as u32);
    }
}
