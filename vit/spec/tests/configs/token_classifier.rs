//! Names, texts and refusals of token_classifier configurations.

use spec::unit::TokenClassifier;
use spec::{Delta, Format};

use crate::{refused, survives_json};

#[test]
fn defaults_are_left_out_of_names_and_texts() {
    let text = r#"{"x": "s16.10", "mean": "s8.5", "feature": "s8.4", "logit": "s16.12", "s": "u8.7", "a": "u8.7"}"#;
    assert_eq!(serde_json::from_str::<TokenClassifier>(text).unwrap(), TokenClassifier::int8());
    let base = TokenClassifier { x_lanes: 64, lanes: 32, ..TokenClassifier::int16() };
    assert_eq!(base.module_name(), "token_classifier_s16f10_s8f5_s8f4_s16f12_u16f15_u16f15_x64_l32");
    let odd = TokenClassifier {
        head_width: 16,
        max_tokens: 17,
        max_heads: 3,
        delta2: Delta::HALF,
        ..TokenClassifier::int8()
    };
    assert!(odd.module_name().ends_with("_u8f7_u8f7_c16_t17_h3_delta0p5"));
    survives_json(&[base.into(), odd.into()]);
}

#[test]
fn refusals_name_field_and_remedy() {
    let base = TokenClassifier::int8();
    let refusals = [
        (
            TokenClassifier { lanes: 64, ..base.clone() },
            "token_classifier: `lanes` is 64; give a power of two from 1 to 32",
        ),
        (
            TokenClassifier { x_lanes: 3, ..base.clone() },
            "token_classifier: `x_lanes` is 3; give a power of two from 1 to 64",
        ),
        (
            TokenClassifier { head_width: 2, ..base.clone() },
            "token_classifier: `head_width` is 2; give a power of two from 4 to 256",
        ),
        (TokenClassifier { max_tokens: 1, ..base.clone() }, "token_classifier: `max_tokens` is 1; give 2 to 4096"),
        (TokenClassifier { max_heads: 65, ..base.clone() }, "token_classifier: `max_heads` is 65; give 1 to 64"),
        (
            TokenClassifier { s: Format::unsigned(8, 8), ..base.clone() },
            "token_classifier: `s` is u8.8; give it 7 to 7 fraction bits",
        ),
        (
            TokenClassifier { a: Format::signed(8, 7), ..base.clone() },
            "token_classifier: `a` is s8.7; give an unsigned format, such as u8.7",
        ),
        (
            TokenClassifier { a: Format::unsigned(8, 0), ..base.clone() },
            "token_classifier: `a` is u8.0; give it 1 to 24 fraction bits",
        ),
        (
            TokenClassifier { mean: Format::signed(8, 19), ..base },
            "token_classifier: `mean` is s8.19; give it 2 to 18 fraction bits",
        ),
    ];
    refused(refusals);
}
