//! Names, texts and refusals of softmax configurations.

use spec::unit::{ExpCoefficients, Softmax, SoftmaxForm};
use spec::{Delta, Format, UnitConfig};

use crate::{refused, survives_json, told_apart};

fn every_choice() -> Vec<UnitConfig> {
    let mut all = Vec::new();
    for base in [Softmax::preset16(), Softmax::preset8(), Softmax::unnormalised(Format::signed(16, 12))] {
        for delta2 in [Delta::ONE, Delta::HALF, Delta::new(0.123456).unwrap()] {
            for coefficients in [ExpCoefficients::Paper, ExpCoefficients::Minimax] {
                all.push(Softmax { delta2, coefficients, ..base.clone() }.into());
            }
        }
    }
    all
}

#[test]
fn names_and_hashes_tell_all_choices_apart() {
    told_apart(&every_choice());
}

#[test]
fn every_choice_survives_json() {
    survives_json(&every_choice());
    let text = r#"{"x": "s8.4", "y": "u7.0", "form": "unnormalised"}"#;
    assert_eq!(serde_json::from_str::<Softmax>(text).unwrap(), Softmax::unnormalised(Format::signed(8, 4)));
}

#[test]
fn every_exponential_is_a_valid_unit() {
    for y in (7..=16).map(|frac| Format::unsigned(frac as u32, frac)) {
        for x in (2..=16).flat_map(|width| [-16, 4, 11].map(|frac| Format::signed(width, frac))) {
            let config = Softmax::new(x, y);
            config.validate().unwrap();
            config.exp().validate().unwrap();
            assert!(config.fraction_bits() % 2 == 0 && config.fraction_bits() >= y.frac);
        }
    }
}

#[test]
fn refusals_name_field_and_remedy() {
    let (x, y) = (Format::signed(16, 12), Format::unsigned(16, 16));
    let tiny = Delta::new(0.000_015).unwrap();
    let refusals = [
        (Softmax::new(Format::unsigned(8, 4), y), "softmax: `x` is u8.4; give a signed format, such as s8.4"),
        (Softmax::new(Format::signed(17, 12), y), "softmax: `x` is s17.12; give it a width of 2 to 16 bits"),
        (Softmax::new(x, Format::unsigned(18, 17)), "softmax: `y` is u18.17; give it 7 to 16 fraction bits"),
        (Softmax::new(x, Format::unsigned(15, 16)), "softmax: `y` is u15.16; give it a width of 16 to 24 bits"),
        (Softmax::new(x, Format::signed(16, 16)), "softmax: `y` is s16.16; give it a width of 17 to 25 bits"),
        (
            Softmax { delta2: tiny, ..Softmax::new(x, y) },
            "softmax: `delta2` is 0.000015, less than one LSB of u16.16; give a larger factor, or `y` more fraction bits",
        ),
        (
            Softmax { form: SoftmaxForm::Unnormalised, ..Softmax::new(x, y) },
            "softmax: `y` is u16.16 in the unnormalised form; give `u7.0`, for 0 to 127",
        ),
    ];
    refused(refusals);
}
