//! The token selector's contract, held against properties that follow from eq. 3 and eq. 4 alone.

use proptest::prelude::*;
use proptest::test_runner::RngSeed;
use reference::token_selector::{FloatError, HeadScore, Job, Selection, Token, TokenSelectorModel, score};
use spec::Format;
use spec::unit::TokenSelector;

fn head(config: &TokenSelector) -> impl Strategy<Value = HeadScore> + use<> {
    let one = 1u32 << config.s.frac;
    let a_max = config.a.max() as u32;
    (0..=one, prop_oneof![1 => Just(0), 4 => 0..=a_max]).prop_map(move |(s0, a)| HeadScore { s0, s1: one - s0, a })
}

fn job(config: TokenSelector) -> impl Strategy<Value = Job> {
    (1usize..24, 1usize..7, 1usize..9).prop_flat_map(move |(tokens, heads, channels)| {
        let (low, high) = (config.x.min() as i32, config.x.max() as i32);
        let token = (prop::collection::vec(head(&config), heads), prop::collection::vec(low..=high, channels))
            .prop_map(|(heads, x)| Token { heads, x });
        let threshold = prop_oneof![3 => Just(TokenSelector::HALF), 1 => 0u32..65536];
        (prop::collection::vec(token, tokens), any::<bool>(), threshold).prop_map(|(tokens, package, threshold)| Job {
            tokens,
            package,
            threshold,
        })
    })
}

fn configs() -> impl Strategy<Value = TokenSelector> {
    let mixed = TokenSelector {
        x: Format::signed(11, 3),
        s: Format::unsigned(12, 9),
        a: Format::unsigned(5, 5),
        ..TokenSelector::int8(64, 1)
    };
    prop_oneof![Just(TokenSelector::int8(64, 1)), Just(TokenSelector::int16(64, 1)), Just(mixed)]
}

fn token_selector(config: &TokenSelector, job: &Job) -> Selection {
    TokenSelectorModel::new(config).unwrap().run(job).unwrap()
}

fn float_error(config: &TokenSelector, job: &Job) -> FloatError {
    TokenSelectorModel::new(config).unwrap().float_error(job).unwrap()
}

fn config_and_job() -> impl Strategy<Value = (TokenSelector, Job)> {
    configs().prop_flat_map(|config| (Just(config.clone()), job(config)))
}

proptest! {
    #![proptest_config(ProptestConfig { rng_seed: RngSeed::Fixed(1), failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn tokens_are_kept_in_order_or_packaged_once((config, job) in config_and_job()) {
        let n = job.tokens.len();
        let had_package = job.package && n > 1;
        let selection = token_selector(&config, &job);
        let kept: Vec<usize> = selection.decisions.iter().filter(|d| d.keep).map(|d| d.id).collect();
        prop_assert_eq!(kept[0], 0);
        prop_assert!(!(had_package && kept.contains(&(n - 1))));
        prop_assert_eq!(selection.kept + selection.pruned + usize::from(had_package), n);
        prop_assert_eq!(selection.packaged, selection.pruned > 0 || had_package);
        prop_assert_eq!(selection.tokens.len(), selection.kept + usize::from(selection.packaged));
        for (token, &id) in selection.tokens.iter().zip(&kept) {
            prop_assert_eq!(token, &job.tokens[id].x);
        }
    }

    /// A mean lies between its extremes, channel by channel.
    #[test]
    fn package_lies_within_what_it_packages((config, job) in config_and_job()) {
        let selection = token_selector(&config, &job);
        if selection.packaged {
            let package = selection.tokens.last().unwrap();
            for (c, value) in package.iter().enumerate() {
                let pruned = selection.decisions.iter().filter(|d| !d.keep).map(|d| job.tokens[d.id].x[c]);
                prop_assert!(pruned.clone().min() <= Some(*value) && Some(*value) <= pruned.max());
            }
        }
    }

    #[test]
    fn error_against_f64_is_rounding_alone((config, job) in config_and_job()) {
        let error = float_error(&config, &job);
        prop_assert!(error.score_lsb <= 0.5 + 1e-9, "{error:?}");
        // Scores off by half a unit shift the package by at most its spread times their share of the smallest total weight.
        let selection = token_selector(&config, &job);
        let weights: u32 = selection.decisions.iter().filter(|d| !d.keep).map(|d| d.score).sum();
        if weights > 0 {
            let count = selection.decisions.iter().filter(|d| !d.keep).count() as f64;
            let spread = (config.x.max() - config.x.min()) as f64;
            prop_assert!(error.package_lsb <= 0.5 + spread * count / f64::from(weights) + 1e-9, "{error:?}");
        }
    }

    #[test]
    fn thresholds_at_the_ends_keep_all_or_none((config, mut job) in config_and_job()) {
        job.package = false;
        job.threshold = 0;
        let all = token_selector(&config, &job);
        prop_assert_eq!((all.kept, all.pruned, all.packaged), (job.tokens.len(), 0, false));
        job.threshold = 65535;
        let none = token_selector(&config, &job);
        prop_assert_eq!((none.kept, none.pruned), (1, job.tokens.len() - 1));
    }

    /// Weights of equal size, zero or not, leave the plain mean.
    #[test]
    fn zero_head_weights_count_as_equal_ones((config, mut job) in config_and_job()) {
        let with = |job: &mut Job, a| job.tokens.iter_mut().flat_map(|t| &mut t.heads).for_each(|h| h.a = a);
        with(&mut job, 0);
        let zero = token_selector(&config, &job);
        with(&mut job, 1);
        prop_assert_eq!(zero, token_selector(&config, &job));
    }

    #[test]
    fn lone_package_comes_out_as_it_went_in((config, mut job) in config_and_job()) {
        job.package = true;
        job.threshold = 0;
        let selection = token_selector(&config, &job);
        let tokens: Vec<_> = job.tokens.iter().map(|t| t.x.clone()).collect();
        prop_assert_eq!(selection.tokens, tokens);
        prop_assert_eq!(selection.packaged, job.tokens.len() > 1);
    }
}

/// At scores of 16 bits only what lies within the roundings of score and exponential may fall on the other side.
#[test]
fn flips_against_f64_need_a_score_at_the_threshold() {
    let config = TokenSelector::int16(1, 1);
    let mut flips = 0;
    for s0 in 0..=32768 {
        let heads = vec![HeadScore { s0, s1: 32768 - s0, a: 7 }];
        let token = Token { heads, x: vec![1] };
        let job = Job { tokens: vec![token.clone(), token], package: false, threshold: TokenSelector::HALF };
        let flipped = float_error(&config, &job).flips;
        assert!(flipped == 0 || s0.abs_diff(16384) <= 32, "score {s0}");
        flips += flipped;
    }
    println!("{flips} of 32769 scores are decided otherwise than in f64");
}

#[test]
fn score_rounds_half_to_even() {
    let heads = |s: [u32; 2]| s.map(|s0| HeadScore { s0, s1: 128 - s0, a: 3 }).to_vec();
    let mean = |s| score(&heads(s))[0];
    assert_eq!([mean([4, 5]), mean([5, 6]), mean([7, 7])], [4, 6, 7]);
}

#[test]
fn jobs_that_do_not_fit_are_refused() {
    let model = TokenSelectorModel::new(&TokenSelector { max_tokens: 2, ..TokenSelector::int8(4, 4) }).unwrap();
    let token = Token { heads: vec![HeadScore { s0: 1, s1: 2, a: 3 }], x: vec![1; 4] };
    let job = |tokens: Vec<Token>| Job { tokens, package: false, threshold: TokenSelector::HALF };
    let refused = |job: &Job| model.run(job).unwrap_err().to_string();
    assert!(model.run(&job(vec![token.clone(); 2])).is_ok());
    assert_eq!(refused(&job(vec![])), "token_selector: a job without tokens");
    assert_eq!(refused(&job(vec![token.clone(); 3])), "token_selector: 3 tokens, configured for 2");
    let ragged = Token { x: vec![1; 3], ..token.clone() };
    assert!(refused(&job(vec![token.clone(), ragged])).contains("token 1 has not as many"));
    let wide = Token { x: vec![128; 4], ..token.clone() };
    assert!(refused(&job(vec![wide])).contains("beyond its format"));
    assert!(refused(&Job { threshold: 65536, ..job(vec![token]) }).contains("threshold"));
}
