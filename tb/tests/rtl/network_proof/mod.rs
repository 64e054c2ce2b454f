//! The sorting networks of `top_k`, decided completely on what is emitted: the comparators are read out of the elaborated
//! text, or, where they are shared, out of the schedule as it runs; a complete argument, checked by program, shows that they
//! sort.

mod decide;
mod netlist;
mod schedule;

use decide::{Sequences, same_top, sorts};
use netlist::{Comparator, comparators, elaborate};
use spec::unit::{Organisation, TopK};
use toolbox::{Tool, need};

/// Whether there is a Yosys to elaborate with; if not, what is not proven is said.
fn elaborates(what: &str) -> bool {
    need::present(Tool::Yosys, what).unwrap()
}

fn emitted(config: &TopK) -> (Vec<(String, String)>, String) {
    let emission = units::emit(&[config.clone().into()], "").unwrap();
    let part = format!("{}_order_", config.organisation.name());
    let name = emission.manifest.modules.iter().find(|m| m.name.starts_with(&part)).unwrap().name.clone();
    (emission.files, name)
}

fn extracted(config: &TopK) -> Vec<Vec<Comparator>> {
    let (files, top) = emitted(config);
    comparators(&elaborate(&files, &top), &top, config.n as usize).unwrap()
}

/// What level l of a network leaves: blocks of 2^l elements (bitonic), or the elements that are congruent modulo 2^(t − l)
/// where t levels sort all (merge exchange).
fn sequences(organisation: Organisation, n: usize, level: usize) -> Sequences {
    let all: Vec<usize> = (0..n).collect();
    if organisation == Organisation::Bitonic {
        return all.chunks(1 << level).map(<[usize]>::to_vec).collect();
    }
    let p = n.next_power_of_two() >> level;
    (0..p.min(n)).map(|class| (class..n).step_by(p).collect()).collect()
}

fn decided(config: &TopK, stages: &[Vec<Comparator>]) -> Result<usize, String> {
    let n = config.n as usize;
    sorts(n, stages, |level| sequences(config.organisation, n, level))
}

#[test]
fn networks_of_197_sort() {
    if !elaborates("the proof of networks of 197") {
        return;
    }
    for (organisation, size) in [(Organisation::Bitonic, 3411), (Organisation::MergeExchange, 2774)] {
        let config = TopK::new(197, 16, organisation);
        let stages = extracted(&config);
        let vectors = decided(&config, &stages).unwrap();
        let count: usize = stages.iter().map(Vec::len).sum();
        assert_eq!(units::comparators(&config), count);
        println!(
            "{}: {count} comparators in {} stages, decided by {vectors} vectors",
            organisation.name(),
            stages.len()
        );
        assert_eq!((stages.len(), count), (36, size));
        if organisation == Organisation::MergeExchange {
            // Comparator by comparator it is Knuth's.
            let (mut emitted, mut textbook) = (stages.concat(), reference::top_k::merge_exchange(197));
            emitted.sort_unstable();
            textbook.sort_unstable();
            assert_eq!(emitted, textbook);
        }
    }
}

/// Level l of the shared network leaves blocks of 2^l, in turn falling and rising, the whole one falling.
fn in_turn(size: usize, level: usize) -> Sequences {
    let mut blocks = sequences(Organisation::Bitonic, size, level);
    blocks.iter_mut().skip(1).step_by(2).for_each(|block| block.reverse());
    blocks
}

#[test]
fn shared_networks_sort() {
    for (n, units) in [(197, 1), (197, 4), (197, 16), (256, 64), (2, 1), (16, 4), (100, 2)] {
        let config = TopK { units: Some(units), ..TopK::new(n, 16, Organisation::BitonicShared) };
        let mut jobs = vec![n as usize, 1, 2, n as usize / 2, n as usize / 5 + 1];
        jobs.dedup();
        for tokens in jobs {
            let stages = schedule::stages(&config, tokens).unwrap();
            let size = tokens.next_power_of_two().max(2);
            let vectors = sorts(size, &stages, |level| in_turn(size, level)).unwrap();
            let count: usize = stages.iter().map(Vec::len).sum();
            let passes = size.ilog2() as usize * (size.ilog2() as usize + 1) / 2;
            assert_eq!((stages.len(), count), (passes, passes * size / 2));
            println!(
                "{units} shared, {tokens} of {n}: {count} exchanges in {} stages, decided by {vectors} vectors",
                stages.len()
            );
        }
    }
}

#[test]
fn pruned_networks_give_the_same_top() {
    if !elaborates("the proof of pruned networks") {
        return;
    }
    for (n, k, key_width) in [(197, 138, 2), (64, 20, 5), (64, 1, 5)] {
        let full = TopK::new(n, key_width, Organisation::MergeExchange);
        let pruned = extracted(&TopK { k_max: Some(k), ..full.clone() });
        let count = |stages: &[Vec<Comparator>]| stages.iter().map(Vec::len).sum::<usize>();
        assert_eq!(units::comparators(&TopK { k_max: Some(k), ..full.clone() }), count(&pruned));
        let full = extracted(&full);
        same_top(k as usize, &full, &pruned).unwrap();
        println!("n = {n}, k ≤ {k}: {} of {} comparators", count(&pruned), count(&full));
        let mut faulty = pruned.clone();
        faulty.iter_mut().find(|stage| !stage.is_empty()).unwrap().pop();
        assert!(same_top(k as usize, &full, &faulty).is_err());
    }
}

/// The decision refutes a network that lacks any one comparator, or has one the wrong way round.
#[test]
fn faults_are_refuted() {
    if !elaborates("the refutation of faulty networks") {
        return;
    }
    for (organisation, n) in [(Organisation::Bitonic, 16), (Organisation::MergeExchange, 23)] {
        let config = TopK::new(n, 3, organisation);
        let stages = extracted(&config);
        decided(&config, &stages).unwrap();
        for (s, stage) in stages.iter().enumerate() {
            for c in 0..stage.len() {
                let mut missing = stages.clone();
                missing[s].remove(c);
                assert!(decided(&config, &missing).is_err(), "{} without {:?}", organisation.name(), stage[c]);
                let mut turned = stages.clone();
                turned[s][c] = (stage[c].1, stage[c].0);
                assert!(decided(&config, &turned).is_err(), "{} with {:?} turned", organisation.name(), stage[c]);
            }
        }
    }
}

#[test]
fn faults_of_shared_networks_are_refuted() {
    let config = TopK { units: Some(2), ..TopK::new(16, 3, Organisation::BitonicShared) };
    let stages = schedule::stages(&config, 16).unwrap();
    let decided = |stages: &[Vec<Comparator>]| sorts(16, stages, |level| in_turn(16, level));
    decided(&stages).unwrap();
    for (s, stage) in stages.iter().enumerate() {
        for (c, &(larger, smaller)) in stage.iter().enumerate() {
            let mut missing = stages.clone();
            missing[s].remove(c);
            assert!(decided(&missing).is_err(), "without {larger}, {smaller}");
            let mut turned = stages.clone();
            turned[s][c] = (smaller, larger);
            assert!(decided(&turned).is_err(), "{larger}, {smaller} turned");
        }
    }
}

/// A fault in the text is seen: a comparison turned round, words crossed between stages.
#[test]
fn faults_of_the_text_are_seen() {
    if !elaborates("the refutation of faulty texts") {
        return;
    }
    let config = TopK::new(12, 3, Organisation::MergeExchange);
    for (from, to) in [("b_i > a_i", "b_i < a_i"), (".d_i      (sorted_2)", ".d_i({sorted_2[6:0], sorted_2[83:7]})")] {
        let (mut files, top) = emitted(&config);
        let at = files.iter().position(|(_, text)| text.contains(from)).unwrap();
        files[at].1 = files[at].1.replacen(from, to, 1);
        let result = comparators(&elaborate(&files, &top), &top, 12);
        assert!(result.is_err(), "{to}");
    }
}
