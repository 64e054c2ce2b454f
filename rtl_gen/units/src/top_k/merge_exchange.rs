//! Knuth's merge exchange for exactly n elements, and the modules of its stages.

use std::ops::Range;
use std::sync::Arc;

use hdl::{Affine, Design, Errors, Module, Ty};

use crate::comparators::{compare_exchange, exchange, repeat};

/// Comparators between elements of the same distance; `low[i]` is compared with `low[i] + distance`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Stage {
    /// Distance of the partners.
    pub distance: i64,
    /// The lower elements, ascending.
    pub low: Vec<i64>,
}

/// The stages for `n` elements, without the comparators that no element below `k_max` depends on.
pub(super) fn stages(n: i64, k_max: i64) -> Vec<Stage> {
    let levels = i64::from(u64::BITS - (n as u64 - 1).leading_zeros());
    let mut stages = vec![];
    for p in (0..levels).rev().map(|level| 1 << level) {
        // Within a level the distances are p, then (half of the whole, …, 2p) − p among the elements off the first block.
        let rest = (0..levels).rev().map(|level| 1i64 << level).take_while(|q| *q > p).map(|q| (q - p, p));
        for (distance, block) in [(p, 0)].into_iter().chain(rest) {
            let low = (0..n - distance).filter(|i| i & p == block).collect();
            stages.push(Stage { distance, low });
        }
    }
    let mut wanted: Vec<bool> = (0..n).map(|i| i < k_max).collect();
    for stage in stages.iter_mut().rev() {
        let reaches = |&low: &i64| wanted[low as usize] || wanted[(low + stage.distance) as usize];
        let low: Vec<i64> = stage.low.iter().copied().filter(reaches).collect();
        low.iter().for_each(|&i| (wanted[i as usize], wanted[(i + stage.distance) as usize]) = (true, true));
        stage.low = low;
    }
    stages.retain(|stage| !stage.low.is_empty());
    stages
}

/// Runs of consecutive elements, `count` of them `stride` apart.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Runs {
    base: i64,
    len: i64,
    count: i64,
    stride: i64,
}

/// Ascending elements as few loops.
fn runs(elements: &[i64]) -> Vec<Runs> {
    let mut single: Vec<Range<i64>> = vec![];
    for &i in elements {
        match single.last_mut() {
            Some(run) if run.end == i => run.end += 1,
            _ => single.push(i..i + 1),
        }
    }
    let mut all: Vec<Runs> = vec![];
    for run in single {
        let len = run.end - run.start;
        match all.last_mut() {
            Some(r) if r.len == len && (r.count == 1 || r.base + r.count * r.stride == run.start) => {
                r.stride = if r.count == 1 { run.start - r.base } else { r.stride };
                r.count += 1;
            }
            _ => all.push(Runs { base: run.start, len, count: 1, stride: 0 }),
        }
    }
    all
}

impl Runs {
    fn each(&self, m: &Module, name: &str, suffix: &str, body: impl FnOnce(Affine)) {
        repeat(m, &format!("{name}s{suffix}"), 0..self.count, |block| {
            repeat(m, &format!("{name}{suffix}"), 0..self.len, |i| body(block * self.stride + self.base + i));
        });
    }
}

impl Stage {
    /// The stage among `n` words of `width` bits as a module from `x_i` to `y_o`.
    pub fn module(&self, name: String, n: u32, width: u32) -> Result<Arc<Design>, Errors> {
        let distance = self.distance;
        let touched = |i: i64| self.low.binary_search(&i).is_ok() || self.low.binary_search(&(i - distance)).is_ok();
        let idle: Vec<i64> = (0..n.into()).filter(|&i| !touched(i)).collect();
        let exchange = exchange(width, 0)?;
        Module::build(name, |m| {
            m.doc(format!(
                "One stage of merge exchange over {n} words: {} comparators at distance {distance}.",
                self.low.len()
            ));
            m.doc("The larger word goes to the lower index.");
            m.pragma("verilator no_inline_module");
            let x = m.input_vec("x", n, Ty::uint(width));
            let y = m.output_vec("y", n, Ty::uint(width));
            for (number, runs) in runs(&self.low).iter().enumerate() {
                let suffix = if number == 0 { String::new() } else { format!("_{number}") };
                runs.each(m, "pair", &suffix, |low| {
                    let cell = m.instance(&format!("exchange{suffix}"), &exchange);
                    compare_exchange(cell, x, y, [low, low + distance]);
                });
            }
            for (number, runs) in runs(&idle).iter().enumerate() {
                let suffix = if number == 0 { String::new() } else { format!("_{number}") };
                runs.each(m, "idle", &suffix, |i| y.at(i).set(x.at(i)));
            }
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn loops_give_back_their_elements() {
        let mut state = 1u32;
        for n in 0..200 {
            let elements: Vec<i64> = (0..n)
                .filter(|_| {
                    state = state.wrapping_mul(1664525).wrapping_add(1013904223);
                    state >> 30 != 0
                })
                .collect();
            let flat: Vec<i64> = runs(&elements)
                .iter()
                .flat_map(|r| (0..r.count).flat_map(move |b| (0..r.len).map(move |i| r.base + b * r.stride + i)))
                .collect();
            assert_eq!(flat, elements);
        }
        assert_eq!(runs(&[0, 1, 4, 5, 8, 9, 12]).len(), 2);
    }

    /// As many comparators and stages as Knuth gives.
    #[test]
    fn sizes_are_those_of_the_literature() {
        let size = |n| (stages(n, n).len(), stages(n, n).iter().map(|s| s.low.len()).sum::<usize>());
        for (n, expected) in [(2, (1, 1)), (4, (3, 5)), (8, (6, 19)), (16, (10, 63)), (256, (36, 3839))] {
            assert_eq!(size(n), expected);
        }
    }
}
