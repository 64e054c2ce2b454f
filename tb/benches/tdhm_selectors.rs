//! `tdhm` of 197 tokens with each of its four selectors: random jobs up to full size, each against the reference, the same tokens kept by
//! all four, and the cycles that a job of 197 tokens takes.

use std::time::Instant;

use proptest::strategy::{Strategy as _, ValueTree as _};
use proptest::test_runner::TestRunner;
use sim::{OptLevel, Sources};
use spec::unit::{Organisation, Tdhm};
use tb::Unit;
use tb::jobs::tdhm::{Shape, queue, shape};

type Outcome<T = ()> = Result<T, Box<dyn std::error::Error>>;

const TOKENS: usize = 197;
const JOBS: usize = 24;

fn main() -> Outcome {
    let base = Tdhm { max_tokens: TOKENS as u32, max_heads: 6, ..Tdhm::int16(48, 8) };
    let mut runner = TestRunner::deterministic();
    let any = shape(&base, TOKENS, 2);
    let mut jobs: Vec<Shape> = (0..JOBS)
        .map(|_| Ok(any.new_tree(&mut runner).map_err(|reason| reason.to_string())?.current()))
        .collect::<Outcome<_>>()?;
    // The size of a DeiT-S, with scores that differ and with scores of many ties.
    for ties in [65_521, 7] {
        let attention = (0..6).map(|h| (0..TOKENS as u32).map(|t| (t * 7919 + h * 31) % ties).collect()).collect();
        jobs.push(Shape { attention, tokens: (0..TOKENS as i32).map(|t| vec![t - 100; 48]).collect(), k: 138 });
    }
    let mut first: Option<Vec<Vec<i64>>> = None;
    println!("| selector | model, s | jobs | cycles a job |");
    for organisation in Organisation::ALL {
        let config = Tdhm { organisation, ..base.clone() };
        let emission = units::emit(&[config.clone().into()], "")?;
        let top = &emission.manifest.tops[0];
        let module = emission.manifest.module(top).ok_or("no such module")?.clone();
        let sources = emission.files.iter().fold(Sources::new(top), |sources, (name, text)| sources.text(name, text));
        let start = Instant::now();
        let mut bench = Unit::new(module, sources).configure(|build| build.opt_level(OptLevel::O1)).bench()?;
        let seconds = start.elapsed().as_secs_f64();
        queue(&mut bench, &config, &jobs)?;
        bench.run()?;
        let decisions = bench.received("decision")?;
        let kept: Vec<Vec<i64>> = decisions
            .chunk_by(|beat, _| !beat.last)
            .map(|job| {
                let mut kept: Vec<i64> =
                    job.iter().filter(|beat| beat.values[2] == 1).map(|beat| beat.values[0]).collect();
                kept.sort_unstable();
                kept
            })
            .collect();
        let cycles = bench.cycle() / jobs.len() as u64;
        println!("| {} | {seconds:.1} | {} | {cycles} |", organisation.name(), kept.len());
        assert_eq!(kept.len(), jobs.len());
        assert!(first.get_or_insert_with(|| kept.clone()) == &kept, "{} keeps other tokens", organisation.name());
    }
    println!("the same tokens kept by all");
    Ok(())
}
