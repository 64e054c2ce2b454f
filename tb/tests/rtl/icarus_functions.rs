//! The function units on Icarus: four states, from power-up without initial values, over a sample of the inputs.

use crate::four_state;
use reference::{ExpModel, FunctionUnit, GeluModel, PlanSigmoidModel};
use spec::UnitConfig;
use spec::unit::{Exp, Gelu, Method, PlanSigmoid};
use toolbox::Tool;

fn runs_on_icarus(config: impl Into<UnitConfig>, model: &impl FunctionUnit) {
    let config = config.into();
    if !toolbox::need::present(Tool::Icarus, &format!("the four-state run of {}", config.module_name())).unwrap() {
        return;
    }
    let (x, y) = (model.x(), model.y());
    let step = 1 << x.width.saturating_sub(9);
    let sample: Vec<i64> = (x.min() as i64..=x.max() as i64).step_by(step).map(|raw| raw + raw.rem_euclid(7)).collect();
    let sample: Vec<i64> = sample.into_iter().filter(|raw| x.contains((*raw).into())).collect();
    let bits = |raw: i64, width: u32| format!("{:0size$b}", raw as u64 & ((1 << width) - 1), size = width as usize);
    let top = config.module_name();
    let files = units::emit(&[config], "").unwrap().files;
    let inputs: Vec<String> = sample.iter().map(|&raw| bits(raw, x.width)).collect();
    let got = four_state::outputs(&top, &files, (x.width, y.width), &inputs).unwrap();
    let want: Vec<String> = sample.iter().map(|&raw| bits(model.eval(raw), y.width)).collect();
    assert_eq!(got, want, "{top}");
}

#[test]
fn exp_from_power_up() {
    for config in [Exp::preset16(), Exp::preset8(), Exp { method: Method::Table, ..Exp::preset8() }] {
        let model = ExpModel::new(&config).unwrap();
        runs_on_icarus(config, &model);
    }
}

#[test]
fn gelu_from_power_up() {
    for config in [Gelu::preset16(), Gelu::preset8(), Gelu { method: Method::Table, ..Gelu::preset8() }] {
        let model = GeluModel::new(&config).unwrap();
        runs_on_icarus(config, &model);
    }
}

#[test]
fn plan_sigmoid_from_power_up() {
    let table = PlanSigmoid { method: Method::Table, ..PlanSigmoid::preset8() };
    for config in [PlanSigmoid::preset16(), PlanSigmoid::preset8(), table] {
        let model = PlanSigmoidModel::new(&config).unwrap();
        runs_on_icarus(config, &model);
    }
}
