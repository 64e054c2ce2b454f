//! Whether a network of merges sorts, decided level by level.
//!
//! A level turns sorted sequences into fewer, longer ones. By the 0-1 principle it does so for all words if it does for
//! all zeros and ones, and of those a level sees only sorted sequences: (a + 1)·(b + 1) vectors for a merge of a and b
//! elements. With that for every level, the network sorts by induction.

use std::collections::HashSet;

use super::netlist::Comparator;

/// Disjoint sequences of elements, each in its order.
pub type Sequences = Vec<Vec<usize>>;

/// Whether `stages` make, of any words of which every sequence of `before` is descending, words of which every sequence
/// of `after` is; otherwise what stands against it. Returns the number of vectors that decided it.
pub fn merges(stages: &[Vec<Comparator>], before: &Sequences, after: &Sequences) -> Result<usize, String> {
    let mut vectors = 0;
    let all: Vec<Comparator> = stages.concat();
    for whole in after {
        let members: HashSet<usize> = whole.iter().copied().collect();
        let inside = |i: usize| members.contains(&i);
        let parts: Vec<&Vec<usize>> = before.iter().filter(|part| part.iter().any(|&i| inside(i))).collect();
        if parts.iter().map(|part| part.len()).sum::<usize>() != whole.len() {
            return Err("a sequence before is in none after".to_owned());
        }
        if all.iter().any(|&(a, b)| inside(a) != inside(b)) {
            return Err("a comparator reaches from one sequence into another".to_owned());
        }
        let own: Vec<Comparator> = all.iter().copied().filter(|pair| inside(pair.0)).collect();
        // 64 vectors at a time, one in each bit; `ones` is the number of ones in each part.
        let size = whole.iter().max().map_or(0, |i| i + 1);
        let mut lanes = vec![0u64; size];
        let mut used = 0;
        let mut ones = vec![0usize; parts.len()];
        loop {
            for (part, &count) in parts.iter().zip(&ones) {
                part[..count].iter().for_each(|&i| lanes[i] |= 1 << used);
            }
            (used, vectors) = (used + 1, vectors + 1);
            let next = ones.iter().zip(&parts).position(|(&count, part)| count < part.len());
            if used == 64 || next.is_none() {
                for &(larger, smaller) in &own {
                    let (a, b) = (lanes[larger], lanes[smaller]);
                    (lanes[larger], lanes[smaller]) = (a | b, a & b);
                }
                if let Some(pair) = whole.windows(2).find(|pair| lanes[pair[1]] & !lanes[pair[0]] != 0) {
                    return Err(format!("a word at {} may be larger than the one at {}", pair[1], pair[0]));
                }
                lanes.iter_mut().for_each(|lane| *lane = 0);
                used = 0;
            }
            let Some(next) = next else { break };
            ones[..next].iter_mut().for_each(|count| *count = 0);
            ones[next] += 1;
        }
    }
    Ok(vectors)
}

/// Whether the network sorts `n` words, level l having l stages and ending in the sequences that `after(l)` gives.
pub fn sorts(n: usize, stages: &[Vec<Comparator>], after: impl Fn(usize) -> Sequences) -> Result<usize, String> {
    let mut before: Sequences = (0..n).map(|i| vec![i]).collect();
    let (mut rest, mut level, mut vectors) = (stages, 0, 0);
    while !rest.is_empty() {
        level += 1;
        let (these, others) = rest.split_at_checked(level).ok_or("stages are missing")?;
        let next = after(level);
        vectors += merges(these, &before, &next).map_err(|error| format!("level {level}: {error}"))?;
        (rest, before) = (others, next);
    }
    if before == [(0..n).collect::<Vec<_>>()] {
        Ok(vectors)
    } else {
        Err("the levels end before all is sorted".to_owned())
    }
}

/// Whether the first `k` elements come out of `pruned` as out of `full`: it is `full` without the comparators that none of
/// them depends on, and without stages that have no other.
pub fn same_top(k: usize, full: &[Vec<Comparator>], pruned: &[Vec<Comparator>]) -> Result<(), String> {
    let mut wanted: HashSet<usize> = (0..k).collect();
    let mut pruned = pruned.iter().rev();
    for (number, stage) in full.iter().enumerate().rev() {
        // The pairs of a stage are disjoint, so that one makes no other of them wanted.
        let mut reaching = stage.clone();
        reaching.retain(|pair| wanted.contains(&pair.0) || wanted.contains(&pair.1));
        if !reaching.is_empty() && pruned.next() != Some(&reaching) {
            return Err(format!("stage {number} has not just the comparators that reach the top"));
        }
        wanted.extend(reaching.iter().flat_map(|&(larger, smaller)| [larger, smaller]));
    }
    if pruned.next().is_none() { Ok(()) } else { Err("there are stages beyond those of the whole network".to_owned()) }
}
