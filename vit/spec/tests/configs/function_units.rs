//! Names, texts and refusals of the function units' configurations.

use spec::unit::{Exp, ExpCoefficients, Gelu, Method, PlanSigmoid};
use spec::{Delta, Flow, Format, UnitConfig};

use crate::{refused, survives_json, told_apart};

const FLOWS: [Flow; 3] = [Flow::Stall, Flow::Skid, Flow::Credit];
const METHODS: [Method; 2] = [Method::Polynomial, Method::Table];

fn every_choice() -> Vec<UnitConfig> {
    let mut all = Vec::new();
    for (flow, method) in FLOWS.into_iter().flat_map(|f| METHODS.map(|m| (f, m))) {
        for coefficients in [ExpCoefficients::Paper, ExpCoefficients::Minimax] {
            all.push(Exp { coefficients, method, flow, ..Exp::preset8() }.into());
        }
        for delta1 in [Delta::ONE, Delta::HALF, Delta::new(0.123456).unwrap(), Delta::new(1e-4).unwrap()] {
            all.push(Gelu { delta1, method, flow, ..Gelu::preset8() }.into());
        }
        all.push(PlanSigmoid { method, flow, ..PlanSigmoid::preset8() }.into());
    }
    all.extend([Exp::preset16().into(), Gelu::preset16().into(), PlanSigmoid::preset16().into()]);
    all
}

#[test]
fn names_and_hashes_tell_all_choices_apart() {
    told_apart(&every_choice());
}

#[test]
fn every_choice_survives_json() {
    survives_json(&every_choice());
}

#[test]
fn defaults_may_be_left_out_and_unknown_fields_not_put_in() {
    let text = r#"{"x": "s16.12", "y": "s16.12"}"#;
    assert_eq!(serde_json::from_str::<Gelu>(text).unwrap(), Gelu::preset16());
    let text = r#"{"x": "s16.12", "y": "s16.12", "delta": 1}"#;
    assert!(serde_json::from_str::<Gelu>(text).unwrap_err().to_string().contains("unknown field `delta`"));
    for delta in ["0", "1.5", "-0.5", "0.1234567"] {
        let text = format!(r#"{{"x": "s16.12", "y": "s16.12", "delta1": {delta}}}"#);
        assert!(
            serde_json::from_str::<Gelu>(&text).unwrap_err().to_string().contains("regularisation factor"),
            "{delta}"
        );
    }
}

#[test]
fn refusals_name_field_and_remedy() {
    let wide = Format::signed(25, 12);
    let faint = Delta::new(0.00009).unwrap();
    let refusals: [(UnitConfig, &str); 11] = [
        (
            Exp::new(Format::signed(8, 24), Exp::preset8().y).into(),
            "exp: `x` is s8.24, so small that exp is 1 as far as y tells; give it at most 11 fraction bits, or take the table",
        ),
        (
            Gelu::new(Format::signed(8, 12), Format::signed(3, 3)).into(),
            "gelu: `x` is s8.12, so small that gelu is 0 as far as s3.3 tells; give it fewer fraction bits or `y` more, or take the table",
        ),
        (
            Gelu { delta1: faint, ..Gelu::preset8() }.into(),
            "gelu: `delta1` is 0.00009; give 0.0001 or more, or take the table",
        ),
        (
            Exp::new(Format::unsigned(16, 12), Exp::preset16().y).into(),
            "exp: `x` is u16.12; give a signed format, such as s16.12",
        ),
        (Exp::new(wide, Exp::preset16().y).into(), "exp: `x` is s25.12; give it a width of 2 to 24 bits"),
        (
            Exp::new(Exp::preset16().x, Format::unsigned(16, 17)).into(),
            "exp: `y` is u16.17; give it 1 to 16 fraction bits",
        ),
        (Gelu::new(wide, Gelu::preset16().y).into(), "gelu: `x` is s25.12; give it a width of 2 to 24 bits"),
        (
            Gelu::new(Gelu::preset16().x, Format::unsigned(16, 12)).into(),
            "gelu: `y` is u16.12; give a signed format, such as s16.12",
        ),
        (
            Gelu { method: Method::Table, ..Gelu::preset16() }.into(),
            "gelu: `method` is `table` for the 16-bit input s16.12; take `polynomial`, or an input of at most 10 bits",
        ),
        (
            PlanSigmoid::new(Format::signed(1, 0), PlanSigmoid::preset8().y).into(),
            "plan_sigmoid: `x` is s1.0; give it a width of 2 to 24 bits",
        ),
        (
            PlanSigmoid::new(Format::signed(8, -1), PlanSigmoid::preset8().y).into(),
            "plan_sigmoid: `x` is s8.-1; give it 0 to 24 fraction bits",
        ),
    ];
    refused(refusals);
}
