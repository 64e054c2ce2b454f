//! Sorting by definition, with nothing of a network in it.

use std::cmp::Reverse;

use spec::unit::BitonicSort;

/// One element of a sorted vector.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Sorted {
    /// The key.
    pub key: i128,
    /// What came in beside the key (0 where the configuration has no payload).
    pub payload: u64,
    /// Index among the inputs.
    pub id_old: usize,
    /// Index among the outputs.
    pub id_new: usize,
    /// Whether the element is among the `k` first.
    pub flag: bool,
}

/// `keys` in descending order, equal keys by lower index, with the first `k` flagged.
///
/// `payloads` is empty or as long as `keys`. The configuration's `top_k`, where given, takes the place of `k`.
///
/// ```
/// use spec::unit::BitonicSort;
/// let sorted = reference::bitonic_sort(&BitonicSort::new(4, 8, 0), &[3, 9, 9, 1], &[], 2);
/// let ids: Vec<_> = sorted.iter().map(|s| (s.id_old, s.id_new, s.flag)).collect();
/// assert_eq!(ids, [(1, 0, true), (2, 1, true), (0, 2, false), (3, 3, false)]);
/// ```
pub fn bitonic_sort(config: &BitonicSort, keys: &[i128], payloads: &[u64], k: usize) -> Vec<Sorted> {
    let k = config.top_k.map_or(k, |k| k as usize);
    let mut order: Vec<usize> = (0..keys.len()).collect();
    order.sort_by_key(|&id| (Reverse(keys[id]), id));
    let element = |(id_new, id_old): (usize, usize)| {
        let payload = payloads.get(id_old).copied().unwrap_or(0);
        Sorted { key: keys[id_old], payload, id_old, id_new, flag: id_new < k }
    };
    order.into_iter().enumerate().map(element).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The rank of an element is the number of elements that come before it: no sorting involved.
    #[test]
    fn new_index_is_the_number_of_elements_before() {
        let mut state = 1u32;
        for n in [2usize, 3, 5, 8, 64, 197, 256] {
            let mut next = || {
                state = state.wrapping_mul(1664525).wrapping_add(1013904223);
                i128::from(state >> 29) - 4
            };
            let keys: Vec<i128> = (0..n).map(|_| next()).collect();
            let payloads: Vec<u64> = (0..n as u64).map(|i| i * 3).collect();
            let sorted = bitonic_sort(&BitonicSort::new(n as u32, 8, 8), &keys, &payloads, n / 3);
            for (i, element) in sorted.iter().enumerate() {
                let old = element.id_old;
                let before = |&j: &usize| keys[j] > keys[old] || (keys[j] == keys[old] && j < old);
                assert_eq!((0..n).filter(before).count(), i);
                assert_eq!((element.id_new, element.key, element.payload), (i, keys[old], payloads[old]));
                assert_eq!(element.flag, i < n / 3);
            }
        }
    }

    #[test]
    fn top_k_of_the_configuration_wins() {
        let config = BitonicSort { top_k: Some(1), ..BitonicSort::new(2, 8, 0) };
        let flags: Vec<bool> = bitonic_sort(&config, &[-1, 1], &[], 2).iter().map(|s| s.flag).collect();
        assert_eq!(flags, [true, false]);
    }
}
