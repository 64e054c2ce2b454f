//! `top_k` in RTL, every organisation, against selection by definition.

use crate::emitted::{brief, unit};
use proptest::prelude::*;
use sim::{OptLevel, Sources, Start};
use spec::unit::{Organisation, TopK};
use tb::jobs::top_k::{Job, cycles, job, queue, selected};
use tb::{Beat, Check, Pattern};

fn configs(n: u32, key_width: u32, key_signed: bool) -> Vec<TopK> {
    let mut all: Vec<TopK> =
        Organisation::ALL.map(|organisation| TopK { key_signed, ..TopK::new(n, key_width, organisation) }).into();
    all.push(TopK {
        k_max: Some(n.div_ceil(3)),
        ..TopK { key_signed, ..TopK::new(n, key_width, Organisation::MergeExchange) }
    });
    let shared = TopK { key_signed, ..TopK::new(n, key_width, Organisation::BitonicShared) };
    all.extend([1, 4].map(|p| TopK { units: Some(p), ..shared.clone() }).into_iter().filter(|c| c.validate().is_ok()));
    all
}

fn light(config: &TopK) -> tb::Unit {
    unit(config.clone()).start(Start::Random(3))
}

fn check(config: &TopK, cases: u32, jobs: usize) {
    check_unit(config, &light(config), cases, jobs);
}

fn check_unit(config: &TopK, unit: &tb::Unit, cases: u32, jobs: usize) {
    let strategy = (
        prop::collection::vec(job(config), 1..=jobs),
        Pattern::any(),
        Pattern::any(),
        prop::option::weighted(0.3, 1..400u32),
    );
    Check::new(format!("top_k::{}", config.module_name()), unit).cases(cases).run(
        strategy,
        |bench, (jobs, gaps, stalls, reset)| {
            bench.patterns(gaps, stalls);
            queue(bench, config, jobs)?;
            if let Some(cycles) = reset {
                bench.run_for(*cycles)?;
                bench.reset()?;
                queue(bench, config, jobs)?;
            }
            bench.run()
        },
    );
}

/// The 0-1 principle decides the networks for all keys; and every k.
#[test]
fn every_zero_one_vector_up_to_16() {
    for n in 2..=16u32 {
        // The networks at every size; the others, of which no part depends on the size, at few.
        let networks = |config: &TopK| {
            config.organisation != Organisation::RadixSelect && config.k_max.is_none() && config.units.is_none()
        };
        for config in configs(n, 1, false).into_iter().filter(|config| networks(config) || [5, 11, 16].contains(&n)) {
            // Thousands of jobs are worth an optimised model.
            let level = if n < 12 { OptLevel::O0 } else { OptLevel::O2 };
            let mut bench = light(&config).configure(|build| build.opt_level(level)).bench().unwrap();
            let most = config.most_kept() as usize;
            let jobs: Vec<Job> = (0..1i64 << n)
                .map(|bits| Job { keys: (0..n).map(|i| bits >> i & 1).collect(), k: bits as usize % most + 1 })
                .collect();
            queue(&mut bench, &config, &jobs).unwrap();
            bench.run().unwrap_or_else(|failure| panic!("{}: {failure}", config.module_name()));
        }
    }
}

#[test]
fn small_selectors_of_every_shape() {
    for (n, key_width, signed) in [(2, 1, true), (3, 5, false), (13, 4, false), (31, 9, true)] {
        for config in configs(n, key_width, signed) {
            check(&config, 40, 8);
        }
    }
    check(&TopK { register_every: 3, ..TopK::new(21, 8, Organisation::Bitonic) }, 40, 8);
    check(&TopK { register_every: 36, ..TopK::new(9, 32, Organisation::MergeExchange) }, 40, 8);
}

#[test]
fn large_selectors_with_many_ties() {
    let radix_select = TopK { key_signed: true, ..TopK::new(256, 12, Organisation::RadixSelect) };
    for config in configs(197, 16, false).into_iter().chain([radix_select]) {
        // Without optimisation, one of these models takes minutes to compile.
        check_unit(&config, &light(&config).configure(|build| build.opt_level(OptLevel::O1)), 6, 6);
    }
}

/// All organisations keep the same tokens of the same scores, in RTL.
#[test]
fn every_organisation_keeps_the_same_tokens() {
    let n = 40;
    let configs = configs(n, 6, false);
    let units: Vec<tb::Unit> = configs.iter().map(light).collect();
    let least = configs.iter().find(|config| config.k_max.is_some()).unwrap();
    Check::new("top_k::same", &units[0]).cases(60).run(job(least), |_, job| {
        let mut sets = vec![];
        for (config, unit) in configs.iter().zip(&units) {
            let mut bench = unit.bench()?;
            queue(&mut bench, config, std::slice::from_ref(job))?;
            bench.run()?;
            let kept = |beat: &Beat| (beat.values[2] == 1).then_some(beat.values[0]);
            let mut set: Vec<i64> = bench.received("out")?.iter().filter_map(kept).collect();
            set.sort_unstable();
            sets.push(set);
        }
        assert_eq!(sets[0].len(), job.k);
        assert!(sets.windows(2).all(|pair| pair[0] == pair[1]), "{sets:?}");
        Ok(())
    });
}

/// No token, all tokens, more than all; and a job of no size leaves nothing behind.
#[test]
fn every_k_and_sizes_that_are_dropped() {
    for config in configs(5, 4, false).into_iter().filter(|config| config.k_max.is_none()) {
        let mut bench = light(&config).bench().unwrap();
        for k in 0..8 {
            bench.send("cmd", [[[0, 6, 7][k % 3], 2]]).unwrap();
            let job = Job { keys: vec![3, 1, 3, 9], k };
            queue(&mut bench, &config, std::slice::from_ref(&job)).unwrap();
            assert_eq!(selected(&config, &job).len(), 4);
        }
        bench.run().unwrap_or_else(|failure| panic!("{}: {failure}", config.module_name()));
    }
}

/// Latency and interval are those that the jobs' module states, at several sizes.
#[test]
fn cycles_are_as_stated() {
    let mut all = configs(31, 9, true);
    all.extend(configs(13, 4, false));
    all.push(TopK { register_every: 3, ..TopK::new(21, 8, Organisation::Bitonic) });
    all.push(TopK::new(197, 16, Organisation::RadixSelect));
    all.extend([4, 16].map(|units| TopK { units: Some(units), ..TopK::new(197, 16, Organisation::BitonicShared) }));
    for config in all {
        for tokens in [config.n, config.n * 3 / 4, config.n / 3] {
            let mut bench = light(&config).bench().unwrap();
            let job = Job { keys: (0..i64::from(tokens)).map(|i| i * 5 % 7).collect(), k: 3 };
            let one = selected(&config, &job).len();
            queue(&mut bench, &config, &vec![job; 12]).unwrap();
            bench.run_until("out", one).unwrap();
            let latency = bench.timing("in", "out").unwrap().latency_min - u64::from(tokens - 1);
            bench.run_until("out", 4 * one).unwrap();
            let four = bench.cycle();
            bench.run_until("out", 12 * one).unwrap();
            let interval = (bench.cycle() - four) / 8;
            let stated = cycles(&config, tokens);
            let name = config.module_name();
            assert!(stated.latency.contains(&latency), "{name}, {tokens} tokens: latency {latency}, not {stated:?}");
            assert!(
                stated.interval.contains(&interval),
                "{name}, {tokens} tokens: interval {interval}, not {stated:?}"
            );
        }
    }
}

/// Planted faults, each organisation's own, are found by thirty jobs under stalls.
#[test]
fn planted_faults_are_found() {
    use Organisation::{Bitonic, BitonicShared, MergeExchange, RadixSelect};
    let faults = [
        // The smaller word goes first; the keys of a longer job stay; one token too many is kept; the end is that of a later
        // job; the order is overwritten.
        (Bitonic, "swap = b_i > a_i", "swap = b_i < a_i"),
        (Bitonic, "key_q[token*5 +: 5] <= 5'd0", "key_q[token*5 +: 5] <= key_q[token*5 +: 5]"),
        (Bitonic, "kept_q > place_q", "kept_q >= place_q"),
        (Bitonic, "last_place_q <= 4'(5'(jobs_out_data[3:0])", "last_place_q <= 4'(5'(job_n_q)"),
        (Bitonic, "goes_on = leaving_q && !last", "goes_on = 1'b0"),
        // Ties go to the higher index; an order is overtaken by the next one.
        (MergeExchange, "4'(15-token)", "4'(token)"),
        (MergeExchange, "take = arrived && (!leaving_q || left)", "take = arrived"),
        // Ties beyond k are kept; a digit is missed where as many keys have it as are wanted; the order is overwritten.
        (RadixSelect, "keep = above || (agrees && |need_q)", "keep = above || agrees"),
        (RadixSelect, "need_q <= count_q[15*4 +: 4]", "need_q < count_q[15*4 +: 4]"),
        (RadixSelect, "!(dividing && leaving_q)", "1'b1"),
        // Every block is sorted alike; words of the last job take part; a word is read before it is written; a key takes the
        // place of a token that is still there.
        (BitonicShared, "= upper ^ rising", "= upper"),
        (BitonicShared, "present = leaving_q || !absent_q[bank]", "present = 1'b1"),
        (BitonicShared, "state_d = StRest", "state_d = StStep"),
        (BitonicShared, "open = !leaving_q || (index_q < leaving_place_q)", "open = 1'b1"),
    ];
    let unchanged = Organisation::ALL.map(|organisation| (organisation, "", ""));
    for (organisation, from, to) in unchanged.into_iter().chain(faults) {
        let config = TopK::new(13, 5, organisation);
        let emission = units::emit(&[config.clone().into()], "").unwrap();
        let top = &emission.manifest.tops[0];
        let text = |text: &str| if from.is_empty() { text.to_owned() } else { text.replacen(from, to, 1) };
        let changed = emission.files.iter().filter(|file| file.1 != text(&file.1)).count();
        assert_eq!(changed, usize::from(!from.is_empty()), "`{from}` stands in one file");
        let files = emission.files.iter();
        let sources = files.fold(Sources::new(top), |sources, file| sources.text(&file.0, text(&file.1)));
        let unit = brief(emission.manifest.module(top).unwrap().clone(), sources);
        let mut bench = unit.bench().unwrap();
        bench.patterns(&Pattern::Always, &Pattern::Random { percent: 90, seed: 1 });
        tb::jobs::queue(&mut bench, &config.into(), 30, 7).unwrap();
        assert_eq!(bench.run().is_err(), !from.is_empty(), "{}: `{to}` for `{from}`", organisation.name());
    }
}
