//! `token_selector` in RTL against the reference: any shape, any data, stalls on all streams, reset, jobs back to back.

use crate::emitted::{brief, unit};
use proptest::prelude::*;
use serde::Serialize;
use sim::{Sources, Start};
use spec::Format;
use spec::unit::TokenSelector;
use tb::jobs::token_selector::{Shape, queue, shape};
use tb::{Check, Pattern};

/// Jobs one after the other, and how the environment behaves meanwhile.
#[derive(Clone, Debug, Serialize)]
struct Case {
    jobs: Vec<Shape>,
    /// Of the sinks `cmd`, `score` and `in`, then of the sources `decision`, `status` and `out`.
    patterns: [Pattern; 6],
    reset_after: Option<u32>,
}

fn case(config: &TokenSelector, most_tokens: usize) -> impl Strategy<Value = Case> + use<> {
    let jobs = prop::collection::vec(shape(config, most_tokens), 1..5);
    let patterns = [(); 6].map(|()| Pattern::any());
    let reset = proptest::option::weighted(0.3, 1u32..400);
    (jobs, patterns, reset).prop_map(|(jobs, patterns, reset_after)| Case { jobs, patterns, reset_after })
}

fn check(config: &TokenSelector, most_tokens: usize, cases: u32) {
    let unit = unit(config.clone()).start(Start::Random(5));
    let name = format!("token_selector::{}", config.module_name());
    let stats = Check::new(name, &unit).cases(cases).run(case(config, most_tokens), |bench, case| {
        let [cmd, score, x, decision, status, out] = case.patterns.clone();
        bench.gaps("cmd", cmd)?;
        bench.gaps("score", score)?;
        bench.gaps("in", x)?;
        bench.stalls("decision", decision)?;
        bench.stalls("status", status)?;
        bench.stalls("out", out)?;
        if let Some(cycles) = case.reset_after {
            queue(bench, config, &case.jobs)?;
            bench.run_for(cycles)?;
            bench.reset()?;
        }
        queue(bench, config, &case.jobs)?;
        bench.run()
    });
    println!("{}: {stats:?}", config.module_name());
}

#[test]
fn int8() {
    check(&TokenSelector::int8(48, 8), 12, 300);
}

#[test]
fn int16() {
    check(&TokenSelector { max_heads: 3, ..TokenSelector::int16(12, 2) }, 12, 300);
}

/// One channel a token: the accumulators are read and written in every cycle.
#[test]
fn smallest() {
    let config = TokenSelector {
        x: Format::signed(3, 1),
        s: Format::unsigned(3, 2),
        a: Format::unsigned(1, 0),
        max_tokens: 5,
        max_heads: 1,
        ..TokenSelector::int8(1, 1)
    };
    check(&config, 5, 300);
}

#[test]
fn odd_formats_and_sizes() {
    let config = TokenSelector {
        x: Format::signed(11, 3),
        s: Format::unsigned(12, 9),
        a: Format::unsigned(5, 5),
        max_tokens: 13,
        max_heads: 5,
        ..TokenSelector::int8(21, 3)
    };
    check(&config, 13, 300);
    check(&TokenSelector { lane_dsp: false, ..config }, 13, 300);
}

/// The largest sums: every token is pruned and every number at its extreme.
#[test]
fn full_sums_do_not_overflow() {
    for mut config in [TokenSelector::int8(8, 8), TokenSelector::int16(8, 8)] {
        config.max_tokens = 197;
        let (s, a) = (config.s.max() as u32, config.a.max() as u32);
        let mut bench = unit(config.clone()).bench().unwrap();
        let jobs = [config.x.min(), config.x.max()].map(|x| Shape {
            tokens: vec![(vec![[s, s, a]; config.max_heads as usize], vec![x as i32; 8]); 197],
            package: true,
            threshold: 65535,
        });
        queue(&mut bench, &config, &jobs).unwrap();
        bench.run().unwrap();
    }
}

/// Sizes of zero are taken and ignored.
#[test]
fn empty_jobs_do_nothing() {
    let config = TokenSelector::int8(16, 8);
    let mut bench = unit(config.clone()).bench().unwrap();
    bench.send("cmd", [[0, 3, 2, 1, 9], [4, 0, 2, 0, 9], [4, 3, 0, 0, 9]]).unwrap();
    let shape =
        Shape { tokens: vec![(vec![[100, 28, 5]], vec![7; 16]); 2], package: false, threshold: TokenSelector::HALF };
    queue(&mut bench, &config, &[shape]).unwrap();
    bench.run().unwrap();
}

/// Tokens pass at the rate of their channels where these are the longest part: the doc comment's numbers.
#[test]
fn channels_set_the_pace() {
    let config = TokenSelector::int8(192, 8);
    let mut bench = unit(config.clone()).bench().unwrap();
    let keep = Shape { tokens: vec![(vec![[100, 28, 5]; 3], vec![7; 192]); 197], package: false, threshold: 32768 };
    let prune = Shape { tokens: vec![(vec![[28, 100, 5]; 3], vec![7; 192]); 197], package: false, threshold: 32768 };
    let mut cycles = |shape: &Shape| {
        bench.reset().unwrap();
        let before = bench.cycle();
        queue(&mut bench, &config, std::slice::from_ref(shape)).unwrap();
        let beats = if shape.threshold == 32768 && shape.tokens[0].0[0][0] == 100 { 197 * 24 } else { 2 * 24 };
        bench.run_until("out", beats).unwrap();
        bench.cycle() - before
    };
    let (kept, pruned) = (cycles(&keep), cycles(&prune));
    println!("197 tokens of 192 channels: {kept} cycles all kept, {pruned} all pruned but one");
    assert!(kept <= 197 * 24 + 60, "{kept}");
    assert!(pruned <= 197 * 24 + 60 + 24 * (8 + 2), "{pruned}");
}

/// With one beat a token, the quotients or the heads are the longest part: the manifest's interval, or a cycle a head.
#[test]
fn decisions_keep_their_interval() {
    for config in [TokenSelector::int8(8, 8), TokenSelector::int16(8, 8)] {
        let mut bench = unit(config.clone()).bench().unwrap();
        let interval = bench.module().streams.iter().find(|s| s.name == "decision").unwrap().interval;
        for heads in [1, interval as usize, interval as usize + 1, 16] {
            bench.reset().unwrap();
            let tokens = vec![(vec![[100, 28, 5]; heads], vec![7; 8]); 100];
            queue(&mut bench, &config, &[Shape { tokens, package: false, threshold: 32768 }]).unwrap();
            bench.run_until("decision", 50).unwrap();
            let before = bench.cycle();
            bench.run_until("decision", 90).unwrap();
            assert_eq!(bench.cycle() - before, 40 * u64::from(interval).max(heads as u64), "{heads} heads");
            bench.run().unwrap();
        }
    }
}

/// Planted faults, each found by the smallest job that can show it: a score that just reaches the threshold, and an
/// older package token with a high score.
#[test]
fn planted_faults_are_found() {
    let config = TokenSelector::int8(8, 8);
    let job = |score: [u32; 3], package| Shape {
        tokens: vec![(vec![[100, 28, 5]], vec![7; 8]), (vec![score], vec![9; 8])],
        package,
        threshold: TokenSelector::HALF,
    };
    let jobs = [job([64, 64, 5], false), job([100, 28, 5], true)];
    let emission = units::emit(&[config.clone().into()], "").unwrap();
    let top = &emission.manifest.tops[0];
    let module = emission.manifest.module(top).unwrap();
    for (from, to, finds) in [
        ("", "", [false, false]),
        (">= bound_q", "> bound_q", [true, false]),
        ("out_data[0] && !repackaged", "out_data[0]", [false, true]),
        ("!keep && !repackaged", "!keep", [false, true]),
    ] {
        let text = |text: &str| if from.is_empty() { text.to_owned() } else { text.replace(from, to) };
        let changed = emission.files.iter().filter(|file| file.1 != text(&file.1)).count();
        assert_eq!(changed, usize::from(!from.is_empty()), "`{from}` stands in one file");
        let files = emission.files.iter();
        let sources = files.fold(Sources::new(top), |sources, file| sources.text(&file.0, text(&file.1)));
        let unit = brief(module.clone(), sources);
        for (job, found) in jobs.iter().zip(finds) {
            let mut bench = unit.bench().unwrap();
            queue(&mut bench, &config, std::slice::from_ref(job)).unwrap();
            assert_eq!(bench.run().is_err(), found, "`{to}` for `{from}`: {job:?}");
        }
    }
}
