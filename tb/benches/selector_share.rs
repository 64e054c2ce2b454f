//! What HeatViT's token selector adds to a block of DeiT: its products on `gemm_engine` by the counters in the RTL, and the cycles of
//! `token_classifier` and `token_selector` beside them.

use proptest::strategy::{Strategy as _, ValueTree as _};
use proptest::test_runner::TestRunner;
use sim::{Build, OptLevel, Sources};
use spec::UnitConfig;
use spec::unit::{GemmEngine, TokenClassifier, TokenSelector};
use tb::jobs::encoder::{Encoder, back_to_back};
use tb::jobs::gemm_engine::Shape;
use tb::jobs::token_selector::{self, Shape as Selection};
use tb::jobs::{token_classifier, token_classifier::Job};
use tb::{Bench, Unit};

type Outcome<T = ()> = Result<T, Box<dyn std::error::Error>>;

const TOKENS: usize = 197;
/// Cycles of a beat of 64 channels in the layer normalisation that follows, and in the selector.
const LANES: usize = 64;

fn main() -> Outcome {
    let engine = GemmEngine::zcu102();
    let (module, sources) = emitted(&engine.clone().into())?;
    let library = Build::new(sources).opt_level(OptLevel::O3).native(true).compile()?;
    let mut model = library.model()?;
    let mut cycles = |jobs: &[Shape]| -> Outcome<u64> { Ok(back_to_back(&mut model, &module, &engine, jobs)?.cycles) };
    for (name, heads) in [("DeiT-T", 3), ("DeiT-S", 6), ("DeiT-B", 12)] {
        let block = cycles(&Encoder::deit(heads, TOKENS).products(true).map(|(_, job)| job))?;
        let products = products(heads);
        let alone: Vec<u64> = products.iter().map(|job| cycles(std::slice::from_ref(job))).collect::<Outcome<_>>()?;
        let (local, last) = (alone[0], alone[alone.len() - 1]);
        let features = classified(heads.div_ceil(2))?;
        let selected = selected(heads)?;
        // Two classifiers, each with half of the heads, take the features while they are made; the next product waits for the last of them.
        let waits = features.saturating_sub(local);
        // The scores of a token are there with its row of the last product. The next layer normalisation takes its tokens' beats anyway.
        let passing = (TOKENS * heads * 64 / LANES) as u64;
        let stays = selected.saturating_sub(last.max(passing));
        let products: u64 = alone.iter().sum();
        let share = |cycles: u64| 100.0 * cycles as f64 / block as f64;
        let adds = share(products + waits + stays);
        if name == "DeiT-S" && adds >= 3.0 {
            return Err(format!("the selector adds {adds:.2} % to a block of DeiT-S; less than 3 % are wanted").into());
        }
        println!(
            "{name}: block {block}, selector's products {products} ({:.2} %), classifier {features}, selector {selected}; \
             adds {adds:.2} %, one after the other {:.2} %",
            share(products),
            share(products + features + selected)
        );
    }
    Ok(())
}

/// Local features, score 1, score 2, branch 1, and score 3 with branch 2 as one product with a block-diagonal weight.
fn products(heads: usize) -> Vec<Shape> {
    let layer =
        |k, n| Shape { m: TOKENS, k, n, heads: 1, grouped: false, scale: 0, narrow: true, gelu: false, seed: 1 };
    let per_head = |k, n| Shape { heads, grouped: true, ..layer(k, n) };
    let branch = Shape { gelu: true, narrow: false, ..layer(heads, heads) };
    let scores = Shape { narrow: false, ..layer(16 * heads + heads, 3 * heads) };
    vec![per_head(64, 32), per_head(64, 32), per_head(32, 16), branch, scores]
}

fn emitted(config: &UnitConfig) -> Outcome<(spec::manifest::Module, Sources)> {
    let emission = units::emit(std::slice::from_ref(config), "")?;
    let top = &emission.manifest.tops[0];
    let module = emission.manifest.module(top).ok_or("no such module")?.clone();
    let needed = emission.files.iter().filter(|(name, _)| module.sources.contains(name));
    let sources = needed.fold(Sources::new(top), |sources, (name, text)| sources.text(name, text));
    Ok((module, sources))
}

fn bench(config: UnitConfig) -> Outcome<Bench> {
    let (module, sources) = emitted(&config)?;
    Ok(Unit::new(module, sources).bench()?)
}

/// Cycles from the first local feature to the last row of features and means.
fn classified(heads: usize) -> Outcome<u64> {
    let config = TokenClassifier { x_lanes: 64, lanes: 32, ..TokenClassifier::int8() };
    let job: Job = token_classifier::job_of(&config, TOKENS, heads)
        .new_tree(&mut TestRunner::deterministic())
        .map_err(|reason| reason.to_string())?
        .current();
    let mut bench = bench(config.clone().into())?;
    token_classifier::queue(&mut bench, &config, &[job])?;
    bench.run()?;
    Ok(bench.cycle())
}

/// Cycles of the selector over tokens of which about half are kept.
fn selected(heads: usize) -> Outcome<u64> {
    let x = TokenClassifier::int8().x;
    let config = TokenSelector { x, ..TokenSelector::int8(64 * heads as u32, LANES as u32) };
    let tokens = (0..TOKENS as u32).map(|token| {
        let s0 = (token * 37) % 129;
        (vec![[s0, 128 - s0, 100]; heads], vec![token as i32 - 90; 64 * heads])
    });
    let job = Selection { tokens: tokens.collect(), package: false, threshold: TokenSelector::HALF };
    let mut bench = bench(config.clone().into())?;
    token_selector::queue(&mut bench, &config, &[job])?;
    bench.run()?;
    Ok(bench.cycle())
}
