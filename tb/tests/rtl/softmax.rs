//! `softmax` in RTL against the reference: rows of any length back to back, stalls on all sides, reset, exact cycles.

use crate::emitted;
use proptest::prelude::*;
use serde::Serialize;
use sim::Start;
use spec::unit::{ExpCoefficients, Softmax};
use spec::{Delta, Format};
use tb::jobs::softmax::{queue, row};
use tb::{Bench, Check, Pattern, Unit};

const S8: Format = Format::signed(8, 4);
const S16: Format = Format::signed(16, 12);

fn third() -> Delta {
    Delta::new(0.3).unwrap()
}

fn unit(config: &Softmax) -> Unit {
    emitted::unit(config.clone()).start(Start::Random(11))
}

#[derive(Clone, Debug, Serialize)]
struct Case {
    gaps: Pattern,
    stalls: Pattern,
    /// Rows before a reset that comes after so many cycles.
    before: Vec<Vec<i64>>,
    cycles: u32,
    after: Vec<Vec<i64>>,
}

fn case(config: &Softmax) -> impl Strategy<Value = Case> + use<> {
    let rows = |most| prop::collection::vec(row(config.x), 0..most);
    (Pattern::any(), Pattern::any(), rows(3), 0u32..600, rows(8))
        .prop_map(|(gaps, stalls, before, cycles, after)| Case { gaps, stalls, before, cycles, after })
}

fn equals_the_reference(config: &Softmax) {
    let unit = unit(config);
    Check::new(config.module_name(), &unit).cases(250).run(case(config), |bench, case| {
        bench.patterns(&case.gaps, &case.stalls);
        queue(bench, config, &case.before)?;
        bench.run_for(case.cycles)?;
        bench.reset()?;
        queue(bench, config, &case.after)?;
        bench.run()
    });
}

#[test]
fn normalised_16_bits() {
    equals_the_reference(&Softmax::preset16());
}

#[test]
fn normalised_8_bits() {
    equals_the_reference(&Softmax::preset8());
}

#[test]
fn normalised_signed_with_a_decimal_factor_and_minimax_coefficients() {
    let coefficients = ExpCoefficients::Minimax;
    equals_the_reference(&Softmax { delta2: third(), coefficients, ..Softmax::new(S16, Format::signed(16, 15)) });
}

#[test]
fn normalised_odd_formats() {
    let (x, y) = (Format::signed(5, -1), Format::unsigned(12, 9));
    equals_the_reference(&Softmax { delta2: Delta::HALF, ..Softmax::new(x, y) });
}

#[test]
fn unnormalised_8_bits() {
    equals_the_reference(&Softmax::unnormalised(S8));
}

#[test]
fn unnormalised_16_bits_with_a_decimal_factor() {
    equals_the_reference(&Softmax { delta2: third(), ..Softmax::unnormalised(S16) });
}

/// Cycles beyond one per entry, from the first entry offered to the last one given. All entries are equal: how long a
/// sum takes to be aligned depends on it.
fn extra_cycles(bench: &mut Bench, config: &Softmax, lengths: &[usize]) -> u64 {
    let rows: Vec<Vec<i64>> = lengths.iter().map(|&length| vec![5; length]).collect();
    bench.reset().unwrap();
    let start = bench.cycle();
    queue(bench, config, &rows).unwrap();
    bench.run().unwrap();
    bench.cycle() - start - lengths.iter().sum::<usize>() as u64
}

/// Nothing can be done about a longer row, but the simulation says so.
#[test]
fn a_row_of_257_fails_an_assertion() {
    for config in [Softmax::preset16(), Softmax::preset8(), Softmax::unnormalised(S8)] {
        let mut bench = unit(&config).bench().unwrap();
        for (length, fails) in [(256, false), (257, true)] {
            bench.send("in", tb::Beat::row(vec![0; length])).unwrap();
            let outcome = bench.run_for(300).map_err(|failure| failure.to_string());
            assert_eq!(outcome.is_err(), fails, "{length}: {outcome:?}");
            assert!(outcome.err().is_none_or(|text| text.contains("row_of_at_most_256")));
        }
    }
}

#[test]
fn rows_of_16_and_more_pass_without_a_bubble() {
    for config in [Softmax::preset16(), Softmax::unnormalised(S8)] {
        let bench = &mut unit(&config).bench().unwrap();
        for length in (16..=40).chain([64, 197, 255, 256]) {
            let one = extra_cycles(bench, &config, &[length]);
            assert_eq!(extra_cycles(bench, &config, &vec![length; 40]), one, "40 rows of {length}");
        }
        // A last row of the largest length starts late enough to show every bubble before it.
        let mixtures: [Vec<usize>; 4] = [
            (0..6).flat_map(|_| [256].into_iter().chain([16; 40])).collect(),
            (0..20).flat_map(|i| [16 + i % 5, 256]).collect(),
            (0..100).map(|i| 16 + (i * i * 31) % 241).collect(),
            [16; 300].to_vec(),
        ];
        let one = extra_cycles(bench, &config, &[256]);
        for lengths in mixtures {
            let lengths = [lengths, vec![256]].concat();
            assert_eq!(extra_cycles(bench, &config, &lengths), one, "{:?} and so on", &lengths[..4]);
        }
    }
}

#[test]
fn short_rows_take_no_longer_than_stated() {
    for config in [Softmax::preset16(), Softmax::unnormalised(S8)] {
        let bench = &mut unit(&config).bench().unwrap();
        for length in 1..16 {
            let (rows, one) = (200, extra_cycles(bench, &config, &[length]));
            let beyond = (Softmax::SHORT_ROW.saturating_sub(length) * rows) as u64;
            let extra = extra_cycles(bench, &config, &vec![length; rows]);
            assert!(extra <= one + beyond, "{rows} rows of {length} took {extra} cycles more than entries");
        }
    }
}
