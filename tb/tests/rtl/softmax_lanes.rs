//! `softmax` of several lanes in RTL: bit for bit the reference's rows and the scalar unit's, stalls on all sides, reset, exact cycles.

use crate::emitted;
use proptest::prelude::*;
use serde::Serialize;
use sim::Start;
use spec::unit::{ExpCoefficients, Softmax};
use spec::{Delta, Format};
use tb::jobs::softmax::{queue, row};
use tb::{Bench, Check, Pattern, Unit};

const S8: Format = Format::signed(8, 4);

fn unit(config: &Softmax) -> Unit {
    emitted::unit(config.clone()).start(Start::Random(11))
}

#[derive(Clone, Debug, Serialize)]
struct Case {
    /// Of `in`, `out` and `row`.
    patterns: [Pattern; 3],
    /// Rows before a reset that comes after so many cycles.
    before: Vec<Vec<i64>>,
    cycles: u32,
    after: Vec<Vec<i64>>,
}

fn case(config: &Softmax) -> impl Strategy<Value = Case> + use<> {
    let rows = |most| prop::collection::vec(row(config.x), 0..most);
    ([(); 3].map(|()| Pattern::any()), rows(3), 0u32..200, rows(12))
        .prop_map(|(patterns, before, cycles, after)| Case { patterns, before, cycles, after })
}

fn equals_the_reference(config: &Softmax) {
    let unit = unit(config);
    Check::new(config.module_name(), &unit).cases(150).run(case(config), |bench, case| {
        let [gaps, out, row] = &case.patterns;
        bench.patterns(gaps, out);
        if bench.module().streams.iter().any(|stream| stream.name == "row") {
            bench.stalls("row", row.clone())?;
        }
        queue(bench, config, &case.before)?;
        bench.run_for(case.cycles)?;
        bench.reset()?;
        queue(bench, config, &case.after)?;
        bench.run()
    });
}

#[test]
fn normalised() {
    equals_the_reference(&Softmax { lanes: 8, ..Softmax::preset16() });
    let (coefficients, delta2) = (ExpCoefficients::Minimax, Delta::new(0.3).unwrap());
    let signed = Softmax::new(Format::signed(5, -1), Format::signed(13, 9));
    equals_the_reference(&Softmax { lanes: 3, coefficients, delta2, ..signed });
    equals_the_reference(&Softmax { lanes: 64, ..Softmax::preset8() });
}

#[test]
fn unnormalised() {
    equals_the_reference(&Softmax { lanes: 8, ..Softmax::unnormalised(S8) });
    equals_the_reference(&Softmax { lanes: 33, delta2: Delta::HALF, ..Softmax::unnormalised(S8) });
}

/// What a bench gave, as rows.
fn rows_of(config: &Softmax, rows: &[Vec<i64>]) -> Vec<Vec<i64>> {
    let mut bench = unit(config).bench().unwrap();
    let beats = rows.iter().flat_map(|row| tb::jobs::lanes::row(row, config.lanes));
    bench.send("in", beats.collect::<Vec<_>>()).unwrap();
    let count = rows.iter().map(|row| row.len().div_ceil(config.lanes as usize)).sum();
    bench.run_until("out", count).unwrap();
    let mut all = vec![vec![]];
    for beat in bench.received("out").unwrap() {
        let kept = (0..config.lanes as usize).filter(|&lane| config.lanes == 1 || beat.keep >> lane & 1 == 1);
        let row: &mut Vec<i64> = all.last_mut().unwrap();
        row.extend(kept.map(|lane| beat.values[lane]));
        if beat.last {
            all.push(vec![]);
        }
    }
    all.pop();
    all
}

/// No reference in between: one lane against eight, on the same rows.
#[test]
fn eight_lanes_equal_one() {
    let mut state = 5u64;
    let mut next = move || {
        state = state.wrapping_mul(6364136223846793005).wrapping_add(1442695040888963407);
        (state >> 33) as i64
    };
    let scalar = Softmax::preset16();
    let rows: Vec<Vec<i64>> = (0..60)
        .map(|number| {
            let (length, scale) = (1 + next() % 256, 1 + (number * 997) % 32000);
            (0..length).map(|_| next() % scale - scale / 2).collect()
        })
        .collect();
    assert_eq!(rows_of(&scalar, &rows), rows_of(&Softmax { lanes: 8, ..scalar.clone() }, &rows));
}

/// Cycles beyond one per beat, from the first beat offered to the last one given, all entries equal.
fn extra_cycles(bench: &mut Bench, config: &Softmax, lengths: &[usize]) -> u64 {
    let rows: Vec<Vec<i64>> = lengths.iter().map(|&length| vec![5; length]).collect();
    bench.reset().unwrap();
    let start = bench.cycle();
    queue(bench, config, &rows).unwrap();
    bench.run().unwrap();
    let beats: usize = lengths.iter().map(|length| length.div_ceil(config.lanes as usize)).sum();
    bench.cycle() - start - beats as u64
}

#[test]
fn rows_of_the_stated_length_pass_without_a_bubble() {
    for config in [
        Softmax { lanes: 8, ..Softmax::preset16() },
        Softmax { lanes: 64, ..Softmax::preset8() },
        Softmax { lanes: 8, ..Softmax::unnormalised(S8) },
    ] {
        let bench = &mut unit(&config).bench().unwrap();
        let steady = config.steady_row() as usize;
        for length in [steady, steady + 1, 197, 255, 256] {
            let one = extra_cycles(bench, &config, &[length]);
            assert_eq!(extra_cycles(bench, &config, &vec![length; 60]), one, "60 rows of {length}");
        }
        // As many beats as a row may have, and a sum that is shifted once more than that of 256 entries.
        let one = extra_cycles(bench, &config, &[255]);
        let mixtures: [Vec<usize>; 2] = [
            (0..60).map(|i| steady + (i * i * 31) % (257 - steady)).collect(),
            (0..8).flat_map(|_| [256].into_iter().chain(vec![steady; 20])).collect(),
        ];
        for lengths in mixtures {
            let lengths = [lengths, vec![255]].concat();
            assert_eq!(extra_cycles(bench, &config, &lengths), one, "{:?} and so on", &lengths[..4]);
        }
    }
}

#[test]
fn short_rows_take_no_longer_than_stated() {
    for config in [Softmax { lanes: 8, ..Softmax::preset16() }, Softmax { lanes: 8, ..Softmax::unnormalised(S8) }] {
        let bench = &mut unit(&config).bench().unwrap();
        for length in [1usize, 8, 30, 42, 99] {
            let (rows, one) = (200, extra_cycles(bench, &config, &[length]));
            let beats = length.div_ceil(config.lanes as usize) as u64;
            let most = u64::from(16 / config.dividers()).max(beats);
            let extra = extra_cycles(bench, &config, &vec![length; rows]);
            assert!(extra <= one + (most - beats) * rows as u64, "{rows} rows of {length}: {extra}");
        }
    }
}

#[test]
fn a_row_of_too_many_beats_fails_an_assertion() {
    let config = Softmax { lanes: 8, ..Softmax::unnormalised(S8) };
    let mut bench = unit(&config).bench().unwrap();
    bench.send("in", tb::jobs::lanes::row(&[0; 257], 8)).unwrap();
    let failure = bench.run_for(100).unwrap_err().to_string();
    assert!(failure.contains("row_of_at_most_32_beats"), "{failure}");
}
