//! Names, texts and refusals of units with lanes.

use spec::unit::{Elementwise, Gelu, GemmEngine, Softmax};
use spec::{Flow, Format, UnitConfig};

use crate::{survives_json, told_apart};

fn every_choice() -> Vec<UnitConfig> {
    let (s8, s16) = (Format::signed(8, 4), Format::signed(16, 10));
    let mut all = Vec::new();
    for lanes in [1, 2, 64] {
        for flow in [Flow::Stall, Flow::Skid, Flow::Credit] {
            for (x, y) in [(s8, s16), (s16, s8)] {
                all.push(Elementwise { flow, ..Elementwise::scale(x, y, lanes) }.into());
                all.push(Elementwise { flow, ..Elementwise::residual_add(x, y, lanes) }.into());
            }
            all.push(Gelu { lanes, flow, ..Gelu::preset16() }.into());
        }
        all.push(Softmax { lanes, ..Softmax::preset16() }.into());
        all.push(Softmax { lanes, ..Softmax::unnormalised(s16) }.into());
    }
    all
}

#[test]
fn names_and_hashes_tell_all_choices_apart() {
    told_apart(&every_choice());
}

#[test]
fn every_choice_survives_json_and_one_lane_is_left_out() {
    survives_json(&every_choice());
    assert!(!serde_json::to_string(&Gelu::preset8()).unwrap().contains("lanes"));
    assert!(!serde_json::to_string(&Softmax::preset8()).unwrap().contains("lanes"));
}

#[test]
fn refusals_name_field_and_remedy() {
    let (s8, s16) = (Format::signed(8, 4), Format::signed(16, 10));
    let refused = |config: UnitConfig| config.validate().unwrap_err().to_string();
    assert_eq!(refused(Elementwise::scale(s16, s8, 0).into()), "elementwise: `lanes` is 0; give 1 to 64");
    assert_eq!(refused(Gelu { lanes: 65, ..Gelu::preset8() }.into()), "gelu: `lanes` is 65; give 1 to 64");
    assert_eq!(
        refused(Elementwise::scale(Format::signed(17, 4), s8, 1).into()),
        "elementwise: `x` is s17.4; give it a width of 2 to 16 bits"
    );
    assert_eq!(
        refused(Elementwise::residual_add(s8, Format::unsigned(8, 4), 1).into()),
        "elementwise: `y` is u8.4; give a signed format, such as s8.4"
    );
    let gelu = Some(Gelu { lanes: 2, ..Gelu::preset16() });
    assert!(refused(GemmEngine { gelu, ..GemmEngine::new(16, 4, 2) }.into()).contains("neither flow nor lanes"));
}
