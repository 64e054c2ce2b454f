//! Texts of the configurations of the accelerator's parts.

use serde_json::{Value, json};
use spec::PartConfig;
use spec::accel::{Accelerator, Core};
use spec::axi::{Master, ReadMaster, WriteMaster};

fn parts() -> [PartConfig; 4] {
    let core = Core::small();
    let accelerator = Accelerator { max_instructions: 64, core: core.clone() };
    let master = Master { max_burst: 16, ..Master::new(40, 128) };
    [core.into(), accelerator.into(), ReadMaster { master: master.clone() }.into(), WriteMaster { master }.into()]
}

fn without_kind(part: &PartConfig) -> Value {
    let mut text = serde_json::to_value(part).unwrap();
    assert_eq!(text.as_object_mut().unwrap().remove("kind"), Some(json!(part.kind())));
    text
}

fn read(kind: &str, text: &Value) -> Result<PartConfig, String> {
    PartConfig::deserialize_kind(kind, text).expect("a kind").map_err(|error| error.to_string())
}

/// As text a part is one table, with the tag `kind` or without it, whatever it is made of.
#[test]
fn parts_survive_json() {
    for part in parts() {
        let tagged = serde_json::to_string(&part).unwrap();
        assert_eq!(serde_json::from_str::<PartConfig>(&tagged).unwrap(), part);
        assert_eq!(read(part.kind(), &without_kind(&part)), Ok(part));
    }
    let [core, accelerator, reader, _] = parts().map(|part| without_kind(&part));
    let mut beside = core;
    beside["max_instructions"] = json!(64);
    assert_eq!(accelerator, beside);
    let master = json!({"address_bits": 40, "data_bits": 128, "max_burst": 16, "outstanding": 4, "length_bits": 24});
    assert_eq!(reader, master);
}

#[test]
fn instructions_may_be_left_out() {
    let PartConfig::Accelerator(read) = read("accelerator", &without_kind(&Core::small().into())).unwrap() else {
        panic!("another kind");
    };
    assert_eq!(read, Accelerator::new(Core::small()));
}

#[test]
fn unknown_missing_and_repeated_fields_are_named() {
    for part in parts() {
        let mut text = without_kind(&part);
        text["lane_dps"] = json!(false);
        let error = read(part.kind(), &text).unwrap_err();
        let first = text.as_object().unwrap().keys().find(|key| key.starts_with("address")).unwrap();
        assert!(error.starts_with("unknown field `lane_dps`, expected one of `"), "{error}");
        assert!(error.contains(&format!("`{first}`")), "{error}");
        text.as_object_mut().unwrap().retain(|key, _| key != "lane_dps" && key != "address_bits");
        assert_eq!(read(part.kind(), &text), Err("missing field `address_bits`".to_owned()));
    }
    let mut text = without_kind(&parts()[1]);
    text["max_instruction"] = json!(5);
    assert!(read("accelerator", &text).unwrap_err().contains("expected one of `max_instructions`, `t_i`"));
    let twice = r#"{"max_instructions": 16, "max_instructions": 32}"#;
    let error = serde_json::from_str::<Accelerator>(twice).unwrap_err().to_string();
    assert!(error.starts_with("duplicate field `max_instructions`"), "{error}");
}
