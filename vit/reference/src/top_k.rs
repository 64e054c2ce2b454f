//! Selection of the k highest keys by definition, and the textbook's merge exchange.

use std::cmp::Reverse;

use spec::unit::{Organisation, TopK};

/// One token that leaves a selector; its new index is its place.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Selected {
    /// Index among the inputs.
    pub id_old: usize,
    /// Whether it is among the `k` of highest key, lower indices first among equal keys.
    pub keep: bool,
}

/// The tokens in the order in which the configuration's organisation gives them; see [`TopK`].
///
/// ```
/// use spec::unit::{Organisation, TopK};
/// let select = |organisation| {
///     let tokens = reference::top_k::top_k(&TopK::new(8, 8, organisation), &[3, 9, 1, 9, 3], 3);
///     tokens.iter().map(|t| (t.id_old, t.keep)).collect::<Vec<_>>()
/// };
/// assert_eq!(select(Organisation::Bitonic), [(1, true), (3, true), (0, true), (4, false), (2, false)]);
/// assert_eq!(select(Organisation::RadixSelect), [(0, true), (1, true), (3, true), (2, false), (4, false)]);
/// ```
pub fn top_k(config: &TopK, keys: &[i64], k: usize) -> Vec<Selected> {
    let mut order: Vec<usize> = (0..keys.len()).collect();
    order.sort_by_key(|&id| (Reverse(keys[id]), id));
    let k = k.min(order.len());
    match config.organisation {
        Organisation::Bitonic | Organisation::BitonicShared => {}
        Organisation::MergeExchange => {
            let network = reaching(&merge_exchange(config.n as usize), config.most_kept() as usize);
            let before = |a: usize, b: usize| (Reverse(keys[a]), a) <= (Reverse(keys[b]), b);
            order = (0..config.n as usize).collect();
            for (low, high) in network.into_iter().filter(|pair| pair.1 < keys.len()) {
                if !before(order[low], order[high]) {
                    order.swap(low, high);
                }
            }
            order.truncate(keys.len());
        }
        Organisation::RadixSelect => {
            order[..k].sort_unstable();
            order[k..].sort_unstable();
        }
    }
    order.into_iter().enumerate().map(|(place, id_old)| Selected { id_old, keep: place < k }).collect()
}

/// The comparators of merge exchange for `n` elements, as Knuth's algorithm M executes them: pairs (low, high), of which
/// the first element takes the word that comes first.
///
/// Source: Knuth, The Art of Computer Programming 3, section 5.2.2, algorithm M.
///
/// ```
/// assert_eq!(reference::top_k::merge_exchange(4), [(0, 2), (1, 3), (0, 1), (2, 3), (1, 2)]);
/// ```
pub fn merge_exchange(n: usize) -> Vec<(usize, usize)> {
    let mut pairs = vec![];
    if n < 2 {
        return pairs;
    }
    let top = n.next_power_of_two() / 2;
    let mut p = top;
    while p > 0 {
        let (mut q, mut r, mut d) = (top, 0, p);
        loop {
            pairs.extend((0..n - d).filter(|i| i & p == r).map(|i| (i, i + d)));
            if q == p {
                break;
            }
            (d, q, r) = (q - p, q / 2, p);
        }
        p /= 2;
    }
    pairs
}

/// The comparators that the elements below `k` depend on, in their order.
///
/// ```
/// assert_eq!(reference::top_k::reaching(&[(0, 1), (2, 3), (0, 2), (1, 3)], 1), [(0, 1), (2, 3), (0, 2)]);
/// ```
pub fn reaching(comparators: &[(usize, usize)], k: usize) -> Vec<(usize, usize)> {
    let mut wanted: std::collections::BTreeSet<usize> = (0..k).collect();
    let mut kept: Vec<_> = comparators
        .iter()
        .rev()
        .filter(|&&(low, high)| {
            let reaches = wanted.contains(&low) || wanted.contains(&high);
            if reaches {
                wanted.extend([low, high]);
            }
            reaches
        })
        .copied()
        .collect();
    kept.reverse();
    kept
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The sizes that Knuth gives for powers of two, and every 0-1 vector up to 14.
    #[test]
    fn merge_exchange_sorts() {
        for (n, size) in [(4, 5), (8, 19), (16, 63), (64, 543), (256, 3839)] {
            assert_eq!(merge_exchange(n).len(), size);
        }
        for n in 2..=14 {
            let network = merge_exchange(n);
            for vector in 0u32..1 << n {
                let sorted = network.iter().fold(vector, |v, &(low, high)| {
                    let swap = !(v >> low) & (v >> high) & 1;
                    v ^ (swap << low) ^ (swap << high)
                });
                assert_eq!(sorted, (1 << vector.count_ones()) - 1);
            }
        }
    }

    /// A token is kept if fewer than k come before it: no sorting involved.
    #[test]
    fn every_organisation_keeps_the_same_tokens() {
        let mut state = 1u32;
        for n in [2usize, 3, 8, 31, 197] {
            for tokens in [1, n / 2 + 1, n] {
                let keys: Vec<i64> = (0..tokens)
                    .map(|_| {
                        state = state.wrapping_mul(1664525).wrapping_add(1013904223);
                        i64::from(state >> 29) - 4
                    })
                    .collect();
                let before = |a: usize, b: usize| keys[a] > keys[b] || (keys[a] == keys[b] && a < b);
                for k in [0, 1, n / 3, n] {
                    for organisation in Organisation::ALL {
                        let k_max = (organisation == Organisation::MergeExchange).then_some(k.max(1) as u32);
                        let config = TopK { k_max, ..TopK::new(n as u32, 8, organisation) };
                        let selected = top_k(&config, &keys, k);
                        let mut seen: Vec<usize> = selected.iter().map(|s| s.id_old).collect();
                        for s in selected {
                            let rank = (0..tokens).filter(|&other| before(other, s.id_old)).count();
                            assert_eq!(s.keep, rank < k);
                        }
                        seen.sort_unstable();
                        assert!(seen.into_iter().eq(0..tokens));
                    }
                }
            }
        }
    }
}
