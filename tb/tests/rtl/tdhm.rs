//! `tdhm` in RTL against token dropping by definition: any shape, any data, every selector, stalls on all streams, reset, jobs back to
//! back.

use crate::emitted::{brief, unit};
use proptest::prelude::*;
use serde::Serialize;
use sim::{Sources, Start};
use spec::Format;
use spec::unit::{Organisation, Tdhm};
use tb::jobs::tdhm::{Shape, queue, shape};
use tb::{Check, Pattern, Unit};

/// Jobs one after the other, and how the environment behaves meanwhile.
#[derive(Clone, Debug, Serialize)]
struct Case {
    jobs: Vec<Shape>,
    /// Of the sinks `cmd`, `attention` and `in`, then of the sources `decision` and `out`.
    patterns: [Pattern; 5],
    reset_after: Option<u32>,
}

fn case(config: &Tdhm, most_tokens: usize, most_beats: usize) -> impl Strategy<Value = Case> + use<> {
    let jobs = prop::collection::vec(shape(config, most_tokens, most_beats), 1..5);
    let patterns = [(); 5].map(|()| Pattern::any());
    let reset = proptest::option::weighted(0.3, 1u32..400);
    (jobs, patterns, reset).prop_map(|(jobs, patterns, reset_after)| Case { jobs, patterns, reset_after })
}

fn light(config: &Tdhm) -> Unit {
    unit(config.clone()).start(Start::Random(5))
}

fn check(config: &Tdhm, most_tokens: usize, most_beats: usize, cases: u32) {
    let unit = light(config);
    let name = format!("tdhm::{}", config.module_name());
    Check::new(name, &unit).cases(cases).run(case(config, most_tokens, most_beats), |bench, case| {
        let [cmd, attention, x, decision, out] = case.patterns.clone();
        bench.gaps("cmd", cmd)?;
        bench.gaps("attention", attention)?;
        bench.gaps("in", x)?;
        bench.stalls("decision", decision)?;
        bench.stalls("out", out)?;
        if let Some(cycles) = case.reset_after {
            queue(bench, config, &case.jobs)?;
            bench.run_for(cycles)?;
            bench.reset()?;
        }
        queue(bench, config, &case.jobs)?;
        bench.run()
    });
}

fn small(organisation: Organisation) -> Tdhm {
    Tdhm { max_tokens: 13, max_heads: 3, organisation, ..Tdhm::int8(12, 2) }
}

#[test]
fn every_selector() {
    for organisation in Organisation::ALL {
        check(&small(organisation), 13, 6, 120);
    }
    check(&Tdhm { k_max: Some(5), ..small(Organisation::MergeExchange) }, 13, 3, 60);
}

#[test]
fn every_selector_at_197_tokens() {
    for organisation in [Organisation::BitonicShared, Organisation::RadixSelect] {
        let config = Tdhm { max_tokens: 197, max_heads: 6, organisation, ..Tdhm::int16(48, 8) };
        check(&config, 197, 2, 6);
    }
}

/// One channel, one bit of attention, one head; and formats at the other end.
#[test]
fn odd_formats_and_sizes() {
    let least = Tdhm { x: Format::signed(2, 0), a: Format::unsigned(1, 0), ..Tdhm::int8(1, 1) };
    check(&Tdhm { max_tokens: 3, max_heads: 1, ..least }, 3, 1, 150);
    let odd = Tdhm { x: Format::signed(11, 3), a: Format::unsigned(12, 9), ..Tdhm::int8(21, 3) };
    check(&Tdhm { max_tokens: 20, max_heads: 5, organisation: Organisation::BitonicShared, ..odd }, 20, 7, 80);
}

/// The largest sums: all but one token are fused and every number is at its extreme.
#[test]
fn full_sums_do_not_overflow() {
    let config = Tdhm { max_tokens: 256, max_heads: 12, ..Tdhm::int16(8, 8) };
    let mut bench = light(&config).bench().unwrap();
    let jobs = [config.x.min(), config.x.max()].map(|x| Shape {
        attention: vec![vec![config.a.max() as u32; 256]; 12],
        tokens: vec![vec![x as i32; 8]; 256],
        k: 0,
    });
    queue(&mut bench, &config, &jobs).unwrap();
    bench.run().unwrap();
}

/// From two tokens on and for every k: none kept, all kept, more asked for than there are.
#[test]
fn every_size_and_every_k() {
    let config = small(Organisation::RadixSelect);
    let mut bench = light(&config).bench().unwrap();
    for n in 2..=8usize {
        for k in 0..=n + 1 {
            let attention = vec![(0..n as u32).map(|t| t * 5 % 7).collect(), vec![3; n]];
            let tokens = (0..n as i32).map(|t| vec![t * 9 - 20, 50 - t * t]).collect();
            queue(&mut bench, &config, &[Shape { attention, tokens, k }]).unwrap();
        }
    }
    bench.run().unwrap();
}

/// Jobs of a size that the module does not do are taken and leave nothing behind.
#[test]
fn sizes_that_are_dropped() {
    let config = small(Organisation::RadixSelect);
    let mut bench = light(&config).bench().unwrap();
    bench.send("cmd", [[0, 1, 1, 1], [1, 1, 1, 1], [14, 1, 1, 1], [5, 1, 0, 1], [5, 1, 1, 0], [5, 1, 1, 7]]).unwrap();
    let job =
        Shape { attention: vec![vec![0, 1, 2, 3]], tokens: vec![vec![1, 2], vec![3, 4], vec![5, 6], vec![7, 8]], k: 1 };
    queue(&mut bench, &config, &[job]).unwrap();
    bench.run().unwrap();
}

/// Jobs follow each other at the rate of their beats, as the generator states.
#[test]
fn beats_set_the_pace() {
    let config = Tdhm { max_tokens: 197, max_heads: 6, ..Tdhm::int16(128, 8) };
    let mut bench = light(&config).bench().unwrap();
    for (n, k) in [(197usize, 138usize), (197, 196), (139, 97)] {
        let attention = (0..6).map(|h| (0..n as u32).map(|t| (t * 7919 + h * 31) % 4001).collect()).collect();
        let tokens = (0..n as i32).map(|t| vec![t - 100; 128]).collect();
        let job = Shape { attention, tokens, k };
        bench.reset().unwrap();
        queue(&mut bench, &config, &vec![job; 6]).unwrap();
        let rows = 1 + k + usize::from(k < n - 1);
        bench.run_until("out", 2 * rows * 16).unwrap();
        let two = bench.cycle();
        bench.run_until("out", 6 * rows * 16).unwrap();
        let interval = (bench.cycle() - two) / 4;
        let beats = n as u64 * 16;
        println!("{k} of {n} tokens of 16 beats: a job every {interval} cycles, {beats} beats");
        assert!(interval <= beats + 50, "{interval}");
    }
}

/// Planted faults, each found by a dozen random jobs.
#[test]
fn planted_faults_are_found() {
    let config = small(Organisation::RadixSelect);
    for (from, to) in [
        ("", ""),
        // The last head alone counts; kept scores are among the sum of the lost; losers weigh the same; one is left out.
        ("so_far = partial[", "so_far = 18'd0 & partial["),
        ("entry_lost_q <= !", "entry_lost_q <= 1'b1 | !"),
        ("plain ? 18'd1 :", "1'b1 ? 18'd1 :"),
        ("first_lost = ", "first_lost = 4'd1 + "),
    ] {
        let emission = units::emit(&[config.clone().into()], "").unwrap();
        let top = &emission.manifest.tops[0];
        let text = |text: &str| if from.is_empty() { text.to_owned() } else { text.replacen(from, to, 1) };
        let changed = emission.files.iter().filter(|file| file.1 != text(&file.1)).count();
        assert_eq!(changed, usize::from(!from.is_empty()), "`{from}` stands in one file");
        let files = emission.files.iter();
        let sources = files.fold(Sources::new(top), |sources, file| sources.text(&file.0, text(&file.1)));
        let unit = brief(emission.manifest.module(top).unwrap().clone(), sources);
        let mut bench = unit.bench().unwrap();
        tb::jobs::queue(&mut bench, &config.clone().into(), 12, 3).unwrap();
        assert_eq!(bench.run().is_err(), !from.is_empty(), "`{to}` for `{from}`");
    }
}
