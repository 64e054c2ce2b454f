//! Names, texts and refusals of layer_norm configurations.

use spec::unit::LayerNorm;
use spec::{Format, UnitConfig};

use crate::{refused, survives_json, told_apart};

fn every_choice() -> Vec<UnitConfig> {
    let mut all = Vec::new();
    for base in [LayerNorm::preset16(8), LayerNorm::preset8(8), LayerNorm::preset16(128)] {
        for (gamma, beta) in [(None, None), (base.gamma, base.beta)] {
            for (max_width, epsilon) in [(1024, 1), (384, 0), (128, LayerNorm::MAX_EPSILON)] {
                all.push(LayerNorm { max_width, epsilon, gamma, beta, ..base.clone() }.into());
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
    let text = r#"{"x": "s8.4", "y": "s8.5", "lanes": 4}"#;
    let plain = LayerNorm::new(Format::signed(8, 4), Format::signed(8, 5), 4);
    assert_eq!(serde_json::from_str::<LayerNorm>(text).unwrap(), plain);
}

#[test]
fn refusals_name_field_and_remedy() {
    let base = LayerNorm::preset16(8);
    let wide = Some(Format::signed(18, 20));
    let refusals = [
        (
            LayerNorm { x: Format::unsigned(8, 4), ..base.clone() },
            "layer_norm: `x` is u8.4; give a signed format, such as s8.4",
        ),
        (
            LayerNorm { y: Format::signed(17, 4), ..base.clone() },
            "layer_norm: `y` is s17.4; give it a width of 2 to 16 bits",
        ),
        (LayerNorm { lanes: 0, ..base.clone() }, "layer_norm: `lanes` is 0; give 1 to 128"),
        (
            LayerNorm { max_width: 100, ..base.clone() },
            "layer_norm: `max_width` is 100; give a multiple of 8 (`lanes`), at most 1024",
        ),
        (LayerNorm { epsilon: 32_768, ..base.clone() }, "layer_norm: `epsilon` is 32768; give at most 32767"),
        (LayerNorm { beta: None, ..base.clone() }, "layer_norm: `beta` is missing beside `gamma`; give both, or none"),
        (
            LayerNorm { gamma: wide, beta: Some(Format::signed(16, 8)), ..base },
            "layer_norm: `beta` is s16.8 beside γ in s18.20; give it at most 6 bits before the point, or `gamma` fewer behind it",
        ),
    ];
    refused(refusals);
}
