//! Names, texts and refusals of tdhm and top_k configurations.

use spec::unit::{Organisation, Tdhm, TopK};
use spec::{Format, UnitConfig};

use crate::{refused, survives_json, told_apart};

fn every_choice() -> Vec<UnitConfig> {
    let mut all: Vec<UnitConfig> = Vec::new();
    for organisation in Organisation::ALL {
        let units = (organisation == Organisation::BitonicShared).then_some(16);
        let k_max = (organisation == Organisation::MergeExchange).then_some(138);
        let mut choices = vec![(None, None), (units, k_max)];
        choices.dedup();
        for (units, k_max) in choices {
            all.push(Tdhm { organisation, units, k_max, ..Tdhm::int16(4096, 64) }.into());
            all.push(TopK { units, k_max, ..TopK::new(197, 16, organisation) }.into());
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
    let text = r#"{"x": "s16.12", "a": "u16.15", "max_channels": 384}"#;
    assert_eq!(serde_json::from_str::<Tdhm>(text).unwrap(), Tdhm::int16(384, 8));
}

#[test]
fn refusals_name_field_and_remedy() {
    let base = Tdhm::int16(384, 8);
    refused([
        (Tdhm { x: Format::unsigned(8, 4), ..base.clone() }, "tdhm: `x` is u8.4; give a signed format, such as s8.4"),
        (Tdhm { max_tokens: 257, ..base.clone() }, "tdhm: `max_tokens` is 257; give 3 to 256"),
        (
            Tdhm { max_channels: 100, ..base.clone() },
            "tdhm: `max_channels` is 100, which is no multiple of `lanes` = 8; round it up to 104",
        ),
        (
            Tdhm { k_max: Some(9), ..base.clone() },
            "tdhm: `k_max` means nothing to radix_select; leave it out, or choose another organisation",
        ),
        (
            Tdhm { organisation: Organisation::BitonicShared, units: Some(128), ..base },
            "tdhm: `units` is 128; give a power of two up to 64",
        ),
    ]);
    let shared = TopK { register_every: 2, ..TopK::new(64, 8, Organisation::BitonicShared) };
    assert_eq!(shared.validate().unwrap_err().field, "register_every");
}
