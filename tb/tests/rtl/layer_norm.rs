//! `layer_norm` in RTL against the reference: rows of any width back to back, stalls on all sides, reset, γ and β loaded anew.

use crate::emitted;
use proptest::prelude::*;
use serde::Serialize;
use sim::Start;
use spec::Format;
use spec::unit::LayerNorm;
use tb::jobs::layer_norm::{Load, load, queue, queue_rows};
use tb::{Bench, Check, Pattern, Unit};

fn unit(config: &LayerNorm) -> Unit {
    emitted::unit(config.clone()).start(Start::Random(5))
}

fn preset16() -> LayerNorm {
    LayerNorm { max_width: 96, ..LayerNorm::preset16(4) }
}

fn preset8() -> LayerNorm {
    LayerNorm { max_width: 96, ..LayerNorm::preset8(3) }
}

fn plain(x: u32, y: Format, lanes: u32, max_width: u32, epsilon: u32) -> LayerNorm {
    LayerNorm { max_width, epsilon, ..LayerNorm::new(Format::signed(x, 2), y, lanes) }
}

#[derive(Clone, Debug, Serialize)]
struct Case {
    gaps: Pattern,
    stalls: Pattern,
    /// What a reset after so many cycles puts an end to.
    before: Load,
    cycles: u32,
    after: Vec<Load>,
}

fn case(config: &LayerNorm) -> impl Strategy<Value = Case> + use<> {
    let after = prop::collection::vec(load(config), 1..4);
    (Pattern::any(), Pattern::any(), load(config), 0u32..300, after)
        .prop_map(|(gaps, stalls, before, cycles, after)| Case { gaps, stalls, before, cycles, after })
}

fn equals_the_reference(config: &LayerNorm) {
    let unit = unit(config);
    Check::new(config.module_name(), &unit).cases(200).run(case(config), |bench, case| {
        bench.patterns(&case.gaps, &case.stalls);
        queue(bench, config, std::slice::from_ref(&case.before))?;
        bench.run_for(case.cycles)?;
        bench.reset()?;
        queue(bench, config, &case.after)?;
        bench.run()
    });
}

#[test]
fn sixteen_bits() {
    equals_the_reference(&preset16());
}

#[test]
fn eight_bits() {
    equals_the_reference(&preset8());
}

#[test]
fn one_lane_without_gamma_and_beta() {
    equals_the_reference(&plain(16, Format::signed(16, 10), 1, 1024, 0));
}

#[test]
fn widest_gamma_and_beta() {
    let (gamma, beta) = (Some(Format::signed(18, 20)), Some(Format::signed(24, 41)));
    equals_the_reference(&LayerNorm { gamma, beta, ..plain(16, Format::signed(16, 16), 8, 1024, 32_767) });
}

#[test]
fn lanes_in_luts() {
    equals_the_reference(&LayerNorm { lane_dsp: false, ..preset16() });
    equals_the_reference(&LayerNorm { lane_dsp: false, ..plain(7, Format::signed(9, 7), 3, 63, 3) });
}

#[test]
fn odd_formats() {
    equals_the_reference(&plain(2, Format::signed(5, 0), 2, 2, 0));
    equals_the_reference(&plain(5, Format::signed(9, 7), 7, 63, 3));
}

/// A load that is offered while rows are on their way waits for them, and the rows behind it wait for the load.
#[test]
fn rows_on_their_way_keep_their_gamma_and_beta() {
    let config = LayerNorm { max_width: 16, ..preset16() };
    let bench = &mut unit(&config).bench().unwrap();
    let rows: Vec<Vec<i64>> = (1..=4).map(|beats| (0..4 * beats).map(|i| i * i * 77 - 900).collect()).collect();
    let load =
        |seed: i64| Load { affine: (0..16).map(|i| (4000 + seed * i, 100 * seed - i)).collect(), rows: rows.clone() };
    for stall in [0, 10, 20, 30, 40, 60] {
        bench.reset().unwrap();
        bench.stalls("out", Pattern::Bursts { go: 1, stop: stall }).unwrap();
        queue(bench, &config, &[load(1)]).unwrap();
        // Four beats of γ and β, ten of rows: all are in, none need be out.
        bench.run_for(18).unwrap();
        queue(bench, &config, &[Load { rows: vec![], ..load(2) }]).unwrap();
        bench.run_for(2).unwrap();
        queue_rows(bench, &config, &load(2)).unwrap();
        bench.run().unwrap();
    }
}

/// A load that is offered in the cycle in which a row begins waits for that row, too.
#[test]
fn a_row_that_begins_with_a_load_keeps_its_gamma_and_beta() {
    let config = LayerNorm { max_width: 16, ..preset16() };
    let bench = &mut unit(&config).bench().unwrap();
    let load = |seed: i64, rows: &[Vec<i64>]| Load {
        affine: (0..16).map(|i| (4000 + seed * i, 100 * seed - i)).collect(),
        rows: rows.to_vec(),
    };
    for beats in 1..=4 {
        let row: Vec<i64> = (0..4 * beats).map(|i| i * i * 77 - 900).collect();
        bench.reset().unwrap();
        queue(bench, &config, &[load(1, &[])]).unwrap();
        bench.run_for(40).unwrap();
        queue(bench, &config, &[load(200, &[])]).unwrap();
        queue_rows(bench, &config, &load(1, std::slice::from_ref(&row))).unwrap();
        queue_rows(bench, &config, &load(200, &[row.clone(), row])).unwrap();
        bench.run().unwrap();
    }
}

/// Cycles beyond one a beat, from the first beat offered to the last one given.
fn extra_cycles(bench: &mut Bench, config: &LayerNorm, beats: &[u32]) -> u64 {
    bench.reset().unwrap();
    let row = |beats: &u32| (0..beats * config.lanes).map(|i| i64::from(i * i % 91)).collect();
    let start = bench.cycle();
    queue(bench, config, &[Load { affine: vec![], rows: beats.iter().map(row).collect() }]).unwrap();
    bench.run().unwrap();
    bench.cycle() - start - beats.iter().map(|&beats| u64::from(beats)).sum::<u64>()
}

#[test]
fn rows_pass_without_a_bubble() {
    let config = plain(16, Format::signed(16, 10), 4, 1024, 1);
    let bench = &mut unit(&config).bench().unwrap();
    let beyond = |beats: &[u32], bench: &mut Bench| {
        let longest = beats.iter().copied().max().unwrap();
        let one = extra_cycles(bench, &config, &[longest]);
        let all = extra_cycles(bench, &config, &[beats, &[longest]].concat());
        assert_eq!(all, one, "rows of {:?} beats and so on", &beats[..beats.len().min(6)]);
    };
    for length in [1, 2, 3, 24, 255, 256] {
        beyond(&vec![length; 200], bench);
    }
    let mixture = LayerNorm::MIXTURE;
    for shortest in [1, 2, 5, 16] {
        let longest = shortest * mixture;
        beyond(&(0..300).map(|i| if i % 40 == 0 { longest } else { shortest }).collect::<Vec<_>>(), bench);
        beyond(&(0..99).map(|i| shortest + i * i * 31 % (longest - shortest + 1)).collect::<Vec<_>>(), bench);
    }
}
