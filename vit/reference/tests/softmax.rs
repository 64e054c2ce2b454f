//! The softmax model against real arithmetic and against its promises.

use proptest::prelude::*;
use proptest::test_runner::RngSeed;
use reference::{SoftmaxError, SoftmaxModel};
use spec::unit::{ExpCoefficients, Softmax, SoftmaxForm};
use spec::{Delta, Format};

/// Rows that stress one thing each, and random ones of any spread.
fn rows(x: Format) -> impl Strategy<Value = Vec<i64>> {
    let (min, max) = (x.min() as i64, x.max() as i64);
    let length = prop_oneof![Just(1usize), Just(197), Just(256), 1usize..=256];
    let low_and_outlier = (length, min..=max, any::<prop::sample::Index>(), min..=max);
    let random = (1usize..=256, 0u32..=x.width, min..=max);
    prop_oneof![
        low_and_outlier.prop_map(|(length, base, at, outlier)| {
            let mut row = vec![base; length];
            row[at.index(length)] = outlier;
            row
        }),
        random.prop_flat_map(move |(length, spread, centre)| {
            let half = (1i64 << spread) / 2;
            prop::collection::vec(centre - half..=centre + half, length)
                .prop_map(move |row| row.iter().map(|x| (*x).clamp(min, max)).collect())
        }),
    ]
}

fn deltas() -> impl Strategy<Value = Delta> {
    prop_oneof![Just(1.0), Just(0.5), Just(0.3), Just(0.125), Just(0.999_999), Just(0.02)]
        .prop_map(|delta| Delta::new(delta).unwrap())
}

fn coefficients() -> impl Strategy<Value = ExpCoefficients> {
    prop_oneof![Just(ExpCoefficients::Paper), Just(ExpCoefficients::Minimax)]
}

fn total(y: &[i64], format: Format) -> f64 {
    format.value(y.iter().sum::<i64>().into())
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 2000, rng_seed: RngSeed::Fixed(1), failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn sixteen_bit_rows_sum_to_delta2(
        row in rows(Format::signed(16, 12)), delta2 in deltas(), coefficients in coefficients(),
    ) {
        let config = Softmax { delta2, coefficients, ..Softmax::preset16() };
        let y = SoftmaxModel::new(&config).unwrap().eval_row(&row).unwrap().y;
        let error = (total(&y, config.y) - delta2.value()).abs();
        prop_assert!(error <= 2.6 * 2f64.powi(-16), "off by {} LSB", error / config.y.lsb());
        if [Delta::ONE, Delta::HALF].contains(&delta2) {
            prop_assert!(error <= 2f64.powi(-16), "off by {} LSB", error / config.y.lsb());
        }
    }

    #[test]
    fn any_output_format_sums_to_delta2(
        row in rows(Format::signed(8, 4)), frac in 7i32..=16, more in 0u32..3, signed: bool, delta2 in deltas(),
    ) {
        let width = frac as u32 + u32::from(signed) + more;
        let config = Softmax { delta2, ..Softmax::new(Format::signed(8, 4), Format { signed, width, frac }) };
        let y = SoftmaxModel::new(&config).unwrap().eval_row(&row).unwrap().y;
        prop_assert!(y.iter().all(|y| config.y.contains((*y).into())));
        let bound = 2.1 * 2f64.powi(-config.fraction_bits()) + config.y.lsb() * if more == 0 { 1.0 } else { 0.5 };
        prop_assert!((total(&y, config.y) - delta2.value()).abs() <= bound);
    }

    #[test]
    fn entries_follow_exp_over_its_sum(row in rows(Format::signed(16, 12)), coefficients in coefficients()) {
        let model = SoftmaxModel::new(&Softmax { coefficients, ..Softmax::preset16() }).unwrap();
        let error = SoftmaxError::over(&model, &[row]).unwrap();
        // The formula's relative error, at most 2.13e-3 / 0.5 in numerator and sum; 1e-4 for all roundings.
        prop_assert!(error.max < 3e-3, "{error:?}");
    }

    #[test]
    fn a_multiplier_is_delta2_over_the_sum(row in rows(Format::signed(8, 4)), delta2 in deltas()) {
        let config = Softmax { delta2, ..Softmax::unnormalised(Format::signed(8, 4)) };
        let row = SoftmaxModel::new(&config).unwrap().eval_row(&row).unwrap();
        prop_assert_eq!(row.y.iter().max(), Some(&127));
        prop_assert_eq!(row.sum, row.y.iter().sum::<i64>());
        prop_assert!((1 << 15..1 << 16).contains(&row.mult) && (0..64).contains(&row.shift));
        let ratio = row.mult as f64 * 2f64.powi(-row.shift) * row.sum as f64 / delta2.value();
        prop_assert!((ratio - 1.0).abs() < 1.5 * 2f64.powi(-15), "{ratio}");
    }

    /// The contract's steps 2 and 3 of the unnormalised form as they are written down.
    #[test]
    fn a_multiplier_follows_the_contract(row in rows(Format::signed(16, 12)), delta2 in deltas()) {
        let config = Softmax { delta2, ..Softmax::unnormalised(Format::signed(16, 12)) };
        let row = SoftmaxModel::new(&config).unwrap().eval_row(&row).unwrap();
        let scaled = |j: i32| (delta2.value() * 2f64.powi(16 + j)).round() as i64;
        let j = (-1..40).find(|&j| (1 << 15..1 << 16).contains(&scaled(j))).unwrap();
        let d = scaled(j);
        let n = 14 - row.sum.ilog2() as i32;
        let q = (d << 17) / (row.sum << (n + 2));
        let expected = if q < 1 << 16 { (q, 31 + j - n) } else { (q / 2, 30 + j - n) };
        prop_assert_eq!((row.mult, row.shift), expected);
    }
}

#[test]
fn constant_rows_of_every_length_sum_to_one() {
    let config = Softmax::preset16();
    let model = SoftmaxModel::new(&config).unwrap();
    for length in 1..=Softmax::MAX_ROW {
        let y = model.eval_row(&vec![-77; length]).unwrap().y;
        assert!((total(&y, config.y) - 1.0).abs() <= config.y.lsb(), "{length}");
        assert!(y.iter().max().unwrap() - y.iter().min().unwrap() <= 1, "{length}: {y:?}");
    }
}

#[test]
fn a_shift_of_all_entries_changes_nothing() {
    let model = SoftmaxModel::new(&Softmax::preset16()).unwrap();
    let row: Vec<i64> = (0..197).map(|i| (i * i * 37) % 9000 - 4500).collect();
    let shifted: Vec<i64> = row.iter().map(|x| x + 12_345).collect();
    assert_eq!(model.eval_row(&row), model.eval_row(&shifted));
}

#[test]
fn rows_that_the_unit_does_not_take_are_refused() {
    let model = SoftmaxModel::new(&Softmax::preset8()).unwrap();
    let refused = |row: &[i64]| model.eval_row(row).unwrap_err().to_string();
    assert_eq!(refused(&[]), "not a row for this softmax: it has 0 entries; give 1 to 256");
    assert_eq!(refused(&[0; 257]), "not a row for this softmax: it has 257 entries; give 1 to 256");
    assert_eq!(refused(&[0, 128]), "not a row for this softmax: entry 1 is 128; s8.4 holds -128 to 127");
    let mixed = Softmax { form: SoftmaxForm::Unnormalised, ..Softmax::preset8() };
    assert!(SoftmaxModel::new(&mixed).is_err());
}
