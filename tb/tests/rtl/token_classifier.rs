//! `token_classifier` in RTL against the reference: any shape, stalls on all streams, reset, jobs back to back; 197 tokens with 3, 6 and 12 heads,
//! on to the decisions of `token_selector`.

use crate::emitted::unit;
use proptest::prelude::*;
use proptest::strategy::ValueTree;
use proptest::test_runner::TestRunner;
use serde::Serialize;
use sim::Start;
use spec::unit::{TokenClassifier, TokenSelector};
use spec::{Delta, Format};
use tb::jobs::token_classifier::{Job, job, job_of, queue};
use tb::jobs::token_selector::{self, Shape};
use tb::{Check, Pattern};

#[derive(Clone, Debug, Serialize)]
struct Case {
    jobs: Vec<Job>,
    /// Of `cmd`, `in`, `local`, `logit`, then of `mean`, `feature`, `score`.
    patterns: [Pattern; 7],
    reset_after: Option<u32>,
}

fn check(config: &TokenClassifier, cases: u32) {
    let unit = unit(config.clone()).start(Start::Random(9));
    let jobs = prop::collection::vec(job(config, 9, 4), 1..4);
    let reset = proptest::option::weighted(0.3, 1u32..300);
    let case = (jobs, [(); 7].map(|()| Pattern::any()), reset).prop_map(|(jobs, patterns, reset_after)| Case {
        jobs,
        patterns,
        reset_after,
    });
    Check::new(config.module_name(), &unit).cases(cases).run(case, |bench, case| {
        let [cmd, x, local, logit, mean, feature, score] = case.patterns.clone();
        for (stream, gaps) in [("cmd", cmd), ("in", x), ("local", local), ("logit", logit)] {
            bench.gaps(stream, gaps)?;
        }
        for (stream, stalls) in [("mean", mean), ("feature", feature), ("score", score)] {
            bench.stalls(stream, stalls)?;
        }
        if let Some(cycles) = case.reset_after {
            queue(bench, config, &case.jobs)?;
            bench.run_for(cycles)?;
            bench.reset()?;
        }
        queue(bench, config, &case.jobs)?;
        bench.run()
    });
}

#[test]
fn int8() {
    check(&TokenClassifier { head_width: 16, ..TokenClassifier::int8() }, 150);
}

/// Commands of sizes that it cannot do are taken and ignored.
#[test]
fn jobs_that_cannot_be_done_are_dropped() {
    let config = TokenClassifier { head_width: 16, max_tokens: 20, max_heads: 5, ..TokenClassifier::int8() };
    let mut bench = unit(config.clone()).bench().unwrap();
    bench.send("cmd", [[0, 3], [4, 0], [21, 3], [4, 6], [31, 7]]).unwrap();
    let mut runner = TestRunner::deterministic();
    let job = job_of(&config, 20, 5).new_tree(&mut runner).unwrap().current();
    queue(&mut bench, &config, &[job.clone(), job]).unwrap();
    bench.run().unwrap();
}

#[test]
fn int16_one_beat_a_row() {
    check(&TokenClassifier { head_width: 16, x_lanes: 16, ..TokenClassifier::int16() }, 150);
}

#[test]
fn odd_formats() {
    let config = TokenClassifier {
        x: Format::signed(9, 3),
        mean: Format::signed(11, 8),
        feature: Format::signed(5, 2),
        logit: Format::signed(10, 6),
        s: Format::unsigned(13, 12),
        a: Format::unsigned(5, 4),
        delta2: Delta::new(0.3).unwrap(),
        head_width: 4,
        x_lanes: 1,
        lanes: 1,
        max_tokens: 9,
        max_heads: 3,
    };
    check(&config, 150);
}

/// Every difference of the two channels, by the reference's softmax of a row.
#[test]
fn every_pair_of_eight_bit_logits() {
    let logit = Format::signed(8, 4);
    let config = TokenClassifier { logit, head_width: 16, ..TokenClassifier::int16() };
    let mut bench = unit(config.clone()).bench().unwrap();
    let logits = (-128..128).map(|keep| (-128..128).map(|prune| [keep, prune, keep ^ prune]).collect());
    let job = Job { x: vec![], local: vec![], logits: logits.collect() };
    let model = reference::TokenClassifierModel::new(&config).unwrap();
    let all: Vec<[i64; 3]> = job.logits.concat();
    bench.send("logit", all.iter().copied()).unwrap();
    let scores = all.iter().map(|&[keep, prune, gate]| {
        let score = model.score(keep, prune, gate).unwrap();
        [score.s0, score.s1, score.a].map(i64::from)
    });
    bench.expect("score", scores).unwrap();
    bench.run().unwrap();
    assert!(bench.cycle() < 65536 + 100, "one head a cycle");
}

/// What the classifier gives goes into the selector as it comes.
#[test]
fn deit_selectors_at_full_size() {
    let config = TokenClassifier { x_lanes: 64, lanes: 32, ..TokenClassifier::int8() };
    let selector = TokenSelector { x: config.x, ..TokenSelector::int8(768, 64) };
    let mut classifier = unit(config.clone()).bench().unwrap();
    let mut packager = unit(selector.clone()).bench().unwrap();
    let mut runner = TestRunner::deterministic();
    for heads in [3, 6, 12] {
        let job = job_of(&config, 197, heads).new_tree(&mut runner).unwrap().current();
        classifier.reset().unwrap();
        queue(&mut classifier, &config, std::slice::from_ref(&job)).unwrap();
        let start = classifier.cycle();
        classifier.run_until("score", 197 * heads).unwrap();
        let scores = classifier.received("score").unwrap();
        classifier.run().unwrap();
        let features = classifier.cycle() - start;
        let tokens = scores.chunks(heads).zip(job.x.chunks(64 * heads)).map(|(scores, x)| {
            let scores = scores.iter().map(|beat| [0, 1, 2].map(|at| beat.values[at] as u32)).collect();
            (scores, x.to_vec())
        });
        let shape = Shape { tokens: tokens.collect(), package: false, threshold: TokenSelector::HALF };
        packager.reset().unwrap();
        let start = packager.cycle();
        token_selector::queue(&mut packager, &selector, &[shape]).unwrap();
        packager.run().unwrap();
        let selected = packager.cycle() - start;
        println!("197 tokens, {heads} heads: classifier {features} cycles, selector {selected}");
        assert!(features < 197 * heads as u64 + 300, "{features}");
    }
}
