//! `token_selector` in RTL against the reference: any shape, any data, stalls on all streams, reset, jobs back to back.

mod emitted;

use emitted::unit;
use proptest::prelude::*;
use reference::token_selector::{HeadScore, Job, Selection, Token, TokenSelectorModel};
use serde::Serialize;
use sim::Start;
use spec::Format;
use spec::unit::TokenSelector;
use tb::{Beat, Bench, Check, Pattern};

/// Jobs one after the other, and how the environment behaves meanwhile.
#[derive(Clone, Debug, Serialize)]
struct Case {
    jobs: Vec<Shape>,
    /// Of the sinks `cmd`, `score` and `in`, then of the sources `decision`, `status` and `out`.
    patterns: [Pattern; 6],
    reset_after: Option<u32>,
}

/// A job in plain numbers.
#[derive(Clone, Debug, Serialize)]
struct Shape {
    /// Per token: (s0, s1, a) of each head, and the channels.
    tokens: Vec<(Vec<[u32; 3]>, Vec<i32>)>,
    package: bool,
    threshold: u32,
}

impl Shape {
    fn job(&self) -> Job {
        let token = |(heads, x): &(Vec<[u32; 3]>, Vec<i32>)| Token {
            heads: heads.iter().map(|&[s0, s1, a]| HeadScore { s0, s1, a }).collect(),
            x: x.clone(),
        };
        Job { tokens: self.tokens.iter().map(token).collect(), package: self.package, threshold: self.threshold }
    }
}

fn shape(config: &TokenSelector, most_tokens: usize) -> BoxedStrategy<Shape> {
    let config = config.clone();
    let (lanes, most) = (config.lanes as usize, (config.max_channels / config.lanes) as usize);
    let tokens = 1..=most_tokens.min(config.max_tokens as usize);
    (tokens, 1..=config.max_heads as usize, 1..=most)
        .prop_flat_map(move |(tokens, heads, beats)| {
            let one = 1u32 << config.s.frac.min(config.s.width as i32 - 1);
            let (low, high) = (config.x.min() as i32, config.x.max() as i32);
            let score = prop_oneof![4 => 0..=one, 1 => Just(0), 1 => Just(one / 2), 1 => Just(one)];
            let pair = prop_oneof![
                6 => score.prop_map(move |s0| (s0, one - s0)),
                1 => (0..=config.s.max() as u32, 0..=config.s.max() as u32),
            ];
            let weight = prop_oneof![3 => 0..=config.a.max() as u32, 1 => Just(0)];
            let head = (pair, weight).prop_map(|((s0, s1), a)| [s0, s1, a]);
            let x = prop_oneof![6 => low..=high, 1 => Just(low), 1 => Just(high)];
            let token = (prop::collection::vec(head, heads), prop::collection::vec(x, beats * lanes));
            let threshold =
                prop_oneof![4 => Just(TokenSelector::HALF), 1 => 0u32..65536, 1 => Just(0), 1 => Just(65535)];
            let blank = prop_oneof![6 => Just(None), 1 => Just(Some(0)), 1 => Just(Some(2))];
            (prop::collection::vec(token, tokens), any::<bool>(), threshold, blank)
        })
        .prop_map(|(mut tokens, package, threshold, blank)| {
            // Zero weights throughout: of the package or of the heads.
            if let Some(zero) = blank {
                tokens.iter_mut().flat_map(|(heads, _)| heads).for_each(|head| head[zero] = 0);
            }
            Shape { tokens, package, threshold }
        })
        .boxed()
}

fn case(config: &TokenSelector, most_tokens: usize) -> impl Strategy<Value = Case> + use<> {
    let jobs = prop::collection::vec(shape(config, most_tokens), 1..5);
    let patterns = [(); 6].map(|()| Pattern::any());
    let reset = proptest::option::weighted(0.3, 1u32..400);
    (jobs, patterns, reset).prop_map(|(jobs, patterns, reset_after)| Case { jobs, patterns, reset_after })
}

fn channels(tokens: &[Vec<i32>], lanes: u32) -> Vec<Beat> {
    let beats = tokens.iter().flat_map(|token| token.chunks(lanes as usize));
    Beat::row(beats.map(|lanes| lanes.iter().map(|&x| x.into()).collect::<Vec<i64>>()))
}

fn decisions(selection: &Selection) -> Vec<Beat> {
    Beat::row(selection.decisions.iter().map(|d| [d.id as i64, d.keep.into(), d.score.into()]))
}

fn load(bench: &mut Bench, config: &TokenSelector, model: &TokenSelectorModel, jobs: &[Shape]) -> tb::Result<()> {
    let (mut expected_decisions, mut expected_status, mut expected_out) = (vec![], vec![], vec![]);
    for job in jobs.iter().map(Shape::job) {
        let selection = model.run(&job).unwrap_or_else(|error| panic!("{error}"));
        let (tokens, heads) = (job.tokens.len() as i64, job.tokens[0].heads.len() as i64);
        let beats = job.tokens[0].x.len() as i64 / i64::from(config.lanes);
        bench.send("cmd", [[tokens, heads, beats, job.package.into(), job.threshold.into()]])?;
        let heads = job.tokens.iter().flat_map(|token| &token.heads);
        bench.send("score", heads.map(|h| [h.s0, h.s1, h.a].map(i64::from)))?;
        let x: Vec<Vec<i32>> = job.tokens.iter().map(|token| token.x.clone()).collect();
        bench.send("in", channels(&x, config.lanes))?;
        expected_decisions.extend(decisions(&selection));
        expected_status.push([selection.kept as i64, selection.pruned as i64, selection.packaged.into()]);
        expected_out.extend(channels(&selection.tokens, config.lanes));
    }
    bench.expect("decision", expected_decisions)?;
    bench.expect("status", expected_status)?;
    bench.expect("out", expected_out)
}

fn check(config: &TokenSelector, most_tokens: usize, cases: u32) {
    let model = TokenSelectorModel::new(config).unwrap();
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
            load(bench, config, &model, &case.jobs)?;
            bench.run_for(cycles)?;
            bench.reset()?;
        }
        load(bench, config, &model, &case.jobs)?;
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
}

/// The largest sums: every token is pruned and every number at its extreme.
#[test]
fn full_sums_do_not_overflow() {
    for mut config in [TokenSelector::int8(8, 8), TokenSelector::int16(8, 8)] {
        config.max_tokens = 197;
        let (s, a) = (config.s.max() as u32, config.a.max() as u32);
        let model = TokenSelectorModel::new(&config).unwrap();
        let mut bench = unit(config.clone()).bench().unwrap();
        let jobs = [config.x.min(), config.x.max()].map(|x| Shape {
            tokens: vec![(vec![[s, s, a]; config.max_heads as usize], vec![x as i32; 8]); 197],
            package: true,
            threshold: 65535,
        });
        load(&mut bench, &config, &model, &jobs).unwrap();
        bench.run().unwrap();
    }
}

/// Sizes of zero are taken and ignored.
#[test]
fn empty_jobs_do_nothing() {
    let config = TokenSelector::int8(16, 8);
    let model = TokenSelectorModel::new(&config).unwrap();
    let mut bench = unit(config.clone()).bench().unwrap();
    bench.send("cmd", [[0, 3, 2, 1, 9], [4, 0, 2, 0, 9], [4, 3, 0, 0, 9]]).unwrap();
    let shape =
        Shape { tokens: vec![(vec![[100, 28, 5]], vec![7; 16]); 2], package: false, threshold: TokenSelector::HALF };
    load(&mut bench, &config, &model, &[shape]).unwrap();
    bench.run().unwrap();
}

/// Tokens pass at the rate of their channels where these are the longest part: the doc comment's numbers.
#[test]
fn channels_set_the_pace() {
    let config = TokenSelector::int8(192, 8);
    let model = TokenSelectorModel::new(&config).unwrap();
    let mut bench = unit(config.clone()).bench().unwrap();
    let keep = Shape { tokens: vec![(vec![[100, 28, 5]; 3], vec![7; 192]); 197], package: false, threshold: 32768 };
    let prune = Shape { tokens: vec![(vec![[28, 100, 5]; 3], vec![7; 192]); 197], package: false, threshold: 32768 };
    let mut cycles = |shape: &Shape| {
        bench.reset().unwrap();
        let before = bench.cycle();
        load(&mut bench, &config, &model, std::slice::from_ref(shape)).unwrap();
        let beats = if shape.threshold == 32768 && shape.tokens[0].0[0][0] == 100 { 197 * 24 } else { 2 * 24 };
        bench.run_until("out", beats).unwrap();
        bench.cycle() - before
    };
    let (kept, pruned) = (cycles(&keep), cycles(&prune));
    println!("197 tokens of 192 channels: {kept} cycles all kept, {pruned} all pruned but one");
    assert!(kept <= 197 * 24 + 60, "{kept}");
    assert!(pruned <= 197 * 24 + 60 + 24 * (8 + 6), "{pruned}");
}
