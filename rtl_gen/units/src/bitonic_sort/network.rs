//! The structure of the network: which elements are compared in which stage.

use std::ops::Range;

/// One stage: comparators over disjoint pairs of elements.
///
/// Within blocks of `block` elements, element o meets element `block − 1 − o` (`mirrored`, the first step of a merge) or
/// element `o + block / 2` (the steps after it). The element of lower index always receives the larger word.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) struct Stage {
    /// Elements of a block, a power of two.
    pub block: i64,
    /// Whether the upper half is taken in reverse.
    pub mirrored: bool,
}

/// Equal blocks side by side, each with comparators at the same offsets.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Group {
    /// First element of the first block.
    pub base: i64,
    /// Blocks.
    pub count: i64,
    /// Offsets of the lower elements of the pairs within a block.
    pub pairs: Range<i64>,
}

/// The stages for `n` elements.
///
/// They are those of the next power of two. As every comparator puts the smaller word at the higher index, padding words
/// smaller than any other would never move from the end: comparators that touch them are left out.
pub(super) fn stages(n: i64) -> Vec<Stage> {
    let mut stages = vec![];
    let mut block = 2;
    while block < 2 * n {
        stages.push(Stage { block, mirrored: true });
        let mut half = block / 2;
        while half >= 2 {
            stages.push(Stage { block: half, mirrored: false });
            half /= 2;
        }
        block *= 2;
    }
    stages
}

impl Stage {
    /// The element that the one at offset `low` of a block is compared with: `(offset, factor)` of offset + factor · low.
    pub fn partner(self) -> (i64, i64) {
        if self.mirrored { (self.block - 1, -1) } else { (self.block / 2, 1) }
    }

    /// The whole blocks among `n` elements, if any, and what of the partial one is left.
    pub fn groups(self, n: i64) -> Vec<Group> {
        let half = self.block / 2;
        let (whole, rest) = (n / self.block, n % self.block);
        let part = if self.mirrored { (self.block - rest).min(half)..half } else { 0..(rest - half).max(0) };
        let groups = [
            Group { base: 0, count: whole, pairs: 0..half },
            Group { base: whole * self.block, count: 1, pairs: part },
        ];
        groups.into_iter().filter(|g| g.count > 0 && !g.pairs.is_empty()).collect()
    }

    /// The elements that meet none.
    pub fn idle(self, n: i64) -> Range<i64> {
        let rest = n % self.block;
        let base = n - rest;
        let half = self.block / 2;
        if self.mirrored {
            base..base + rest.min(self.block - rest)
        } else {
            base + (rest - half).max(0)..base + rest.min(half)
        }
    }

    /// All comparators among `n` elements, as pairs of indices.
    #[cfg(test)]
    fn comparators(self, n: i64) -> Vec<(usize, usize)> {
        let (offset, factor) = self.partner();
        let mut pairs = vec![];
        for group in self.groups(n) {
            for block in 0..group.count {
                let base = group.base + block * self.block;
                pairs.extend(group.pairs.clone().map(|p| ((base + p) as usize, (base + offset + factor * p) as usize)));
            }
        }
        pairs
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sizes_are_those_of_the_literature() {
        let size = |n| (stages(n).len(), stages(n).iter().map(|s| s.comparators(n).len()).sum::<usize>());
        let known =
            [(8, (6, 24)), (16, (10, 80)), (32, (15, 240)), (64, (21, 672)), (128, (28, 1792)), (256, (36, 4608))];
        for (n, expected) in known {
            assert_eq!(size(n), expected);
        }
        assert_eq!(size(197), (36, 3411));
    }

    /// The 0-1 principle: a network that sorts every vector of zeros and ones sorts everything.
    #[test]
    fn every_zero_one_vector_is_sorted_up_to_16() {
        for n in 2..=16 {
            let comparators: Vec<_> = stages(n).iter().flat_map(|s| s.comparators(n)).collect();
            for vector in 0u32..1 << n {
                let sorted = comparators.iter().fold(vector, |v, &(low, high)| {
                    let swap = !(v >> low) & (v >> high) & 1;
                    v ^ (swap << low) ^ (swap << high)
                });
                assert_eq!(sorted, (1 << vector.count_ones()) - 1, "n = {n}, vector {vector:b}");
            }
        }
    }

    /// With fewer elements the network is that of the power of two, restricted to them.
    #[test]
    fn smaller_networks_are_restrictions_of_the_whole() {
        for n in 2..=256 {
            let whole = (n as u64).next_power_of_two() as i64;
            for stage in stages(n) {
                let mut kept: Vec<_> = stage.comparators(whole);
                kept.retain(|pair| pair.1 < n as usize);
                assert_eq!(stage.comparators(n), kept);
                let mut touched = vec![false; n as usize];
                kept.iter().for_each(|&(a, b)| (touched[a], touched[b]) = (true, true));
                assert!(touched.iter().enumerate().all(|(i, t)| *t != stage.idle(n).contains(&(i as i64))));
            }
        }
    }
}
