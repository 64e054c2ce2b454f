//! `exp`, `gelu` and `plan_sigmoid` in RTL, bit for bit against the reference.

use crate::emitted::brief;
use proptest::prelude::*;
use proptest::strategy::ValueTree;
use proptest::test_runner::TestRunner;
use reference::{ExpModel, FunctionUnit, GeluModel, PlanSigmoidModel};
use sim::{Sources, Start};
use spec::unit::{Exp, ExpCoefficients, Gelu, Method, PlanSigmoid};
use spec::{Delta, Flow, Format, UnitConfig};
use tb::{Beat, Check, StreamCase, Unit, any_beat};

/// The unit as emitted, from random state; what cannot be built is an error with the configuration in it.
fn unit(config: &UnitConfig) -> Unit {
    let name = config.module_name();
    let emission = units::emit(std::slice::from_ref(config), "").unwrap_or_else(|error| panic!("{config:?}: {error}"));
    let module = emission.manifest.module(&name).unwrap().clone();
    let sources = emission.files.into_iter().fold(Sources::new(name), |sources, (name, text)| sources.text(name, text));
    brief(module, sources).start(Start::Random(7))
}

fn model(config: &UnitConfig) -> Box<dyn FunctionUnit> {
    match config {
        UnitConfig::Exp(config) => Box::new(ExpModel::new(config).unwrap()),
        UnitConfig::Gelu(config) => Box::new(GeluModel::new(config).unwrap()),
        UnitConfig::PlanSigmoid(config) => Box::new(PlanSigmoidModel::new(config).unwrap()),
        other => panic!("{} is no function unit", other.kind()),
    }
}

/// Every input, or every n-th of more than 2^17: outputs, latency and interval are as promised.
fn all_inputs(config: impl Into<UnitConfig>) {
    let config = config.into();
    let (unit, model) = (unit(&config), model(&config));
    let mut bench = unit.bench().unwrap();
    let step = 1 << model.x().width.saturating_sub(17);
    let inputs: Vec<i64> = (model.x().min() as i64..=model.x().max() as i64).step_by(step).collect();
    bench.send("in", inputs.iter().copied()).unwrap();
    bench.expect("out", inputs.iter().map(|&x| model.eval(x))).unwrap();
    bench.run().unwrap_or_else(|failure| panic!("{config:?}: {failure}"));
    let out = bench.module().streams.iter().find(|stream| stream.name == "out").unwrap().clone();
    bench.timing("in", "out").unwrap().agrees_with(&out).unwrap();
}

#[test]
fn exp_on_all_inputs() {
    for preset in [Exp::preset16(), Exp::preset8()] {
        for coefficients in [ExpCoefficients::Paper, ExpCoefficients::Minimax] {
            all_inputs(Exp { coefficients, ..preset.clone() });
        }
    }
}

#[test]
fn gelu_on_all_inputs() {
    for preset in [Gelu::preset16(), Gelu::preset8()] {
        for delta1 in [Delta::ONE, Delta::HALF, Delta::new(0.7).unwrap()] {
            all_inputs(Gelu { delta1, ..preset.clone() });
            all_inputs(Gelu { delta1, lane_dsp: false, ..preset.clone() });
        }
    }
}

#[test]
fn plan_sigmoid_on_all_inputs() {
    all_inputs(PlanSigmoid::preset16());
    all_inputs(PlanSigmoid::preset8());
}

#[test]
fn tables_on_all_inputs() {
    let method = Method::Table;
    all_inputs(Exp { method, ..Exp::preset8() });
    all_inputs(Gelu { method, ..Gelu::preset8() });
    all_inputs(Gelu { method, delta1: Delta::HALF, ..Gelu::preset8() });
    all_inputs(PlanSigmoid { method, ..PlanSigmoid::preset8() });
}

fn format(
    sign: &'static [bool],
    widths: std::ops::RangeInclusive<u32>,
    fracs: std::ops::RangeInclusive<i32>,
) -> impl Strategy<Value = Format> {
    (prop::sample::select(sign), widths, fracs).prop_map(|(signed, width, frac)| Format { signed, width, frac })
}

const SIGNED: &[bool] = &[true];
const EITHER: &[bool] = &[true, false];

/// Legal configurations of all three kinds. The same ones in every run, so that their models stay in the cache.
fn random_configs(count: usize) -> Vec<UnitConfig> {
    let exp =
        (format(SIGNED, 2..=24, -16..=32), format(EITHER, 2..=24, 1..=16)).prop_map(|(x, y)| Exp::new(x, y).into());
    let gelu =
        (format(SIGNED, 2..=24, 0..=24), format(SIGNED, 2..=24, 0..=24), 1u32..=10_000).prop_map(|(x, y, delta)| {
            Gelu { delta1: Delta::new(f64::from(delta) / 1e4).unwrap(), ..Gelu::new(x, y) }.into()
        });
    let sigmoid = (format(SIGNED, 2..=24, 0..=24), format(EITHER, 2..=24, 1..=24))
        .prop_map(|(x, y)| PlanSigmoid::new(x, y).into());
    let legal = |strategy: BoxedStrategy<UnitConfig>| {
        let mut runner = TestRunner::deterministic();
        let draw = move || strategy.new_tree(&mut runner).unwrap().current();
        std::iter::repeat_with(draw).filter(|config| config.validate().is_ok()).take(count)
    };
    [exp.boxed(), gelu.boxed(), sigmoid.boxed()].into_iter().flat_map(legal).collect()
}

/// The ends of what the configurations allow, where widths vanish and ranges no longer reach a threshold.
fn extreme_configs() -> Vec<UnitConfig> {
    let format = |text: &str| text.parse::<Format>().unwrap();
    let exps = [("s2.-16", "u24.16"), ("s24.-16", "s3.1"), ("s24.24", "u16.15"), ("s2.5", "u8.7"), ("s17.15", "u8.8")];
    let gelus = [("s2.24", "s24.24", 0.8), ("s24.0", "s2.0", 1.0), ("s10.3", "s8.4", 0.52), ("s20.24", "s16.24", 1e-4)];
    let sigmoids = [("s8.7", "u24.24"), ("s24.0", "s2.1"), ("s3.2", "u8.8"), ("s4.2", "s9.7"), ("s24.20", "u2.1")];
    let mut all: Vec<UnitConfig> = exps.map(|(x, y)| Exp::new(format(x), format(y)).into()).to_vec();
    all.extend(gelus.map(|(x, y, delta)| {
        UnitConfig::from(Gelu { delta1: Delta::new(delta).unwrap(), ..Gelu::new(format(x), format(y)) })
    }));
    all.extend(sigmoids.map(|(x, y)| UnitConfig::from(PlanSigmoid::new(format(x), format(y)))));
    all
}

#[test]
fn random_formats() {
    for config in random_configs(4) {
        all_inputs(config);
    }
}

#[test]
fn extreme_formats() {
    for config in extreme_configs() {
        all_inputs(config);
    }
}

/// Random data, gaps, stalls and a reset in mid-stream, for each way to stall.
fn stalls(config: impl Fn(Flow) -> UnitConfig) {
    for flow in [Flow::Stall, Flow::Skid, Flow::Credit] {
        let config = config(flow);
        let (unit, model) = (unit(&config), model(&config));
        let beat = any_beat(&[(model.x().width, true)]);
        Check::new(config.module_name(), &unit).cases(400).run(StreamCase::any(beat, 0..=60), |bench, case| {
            let expected: Vec<Beat> = case.beats.iter().map(|beat| model.eval(beat.values[0]).into()).collect();
            case.run(bench, "in", "out", &expected)
        });
    }
}

#[test]
fn exp_with_stalls_and_reset() {
    stalls(|flow| Exp { flow, ..Exp::preset16() }.into());
}

#[test]
fn gelu_with_stalls_and_reset() {
    stalls(|flow| Gelu { flow, ..Gelu::preset16() }.into());
}

/// Each stage has an enable of its own.
#[test]
fn gated_gelu_with_stalls_and_reset() {
    stalls(|flow| Gelu { flow, lane_dsp: false, ..Gelu::preset16() }.into());
}

#[test]
fn plan_sigmoid_with_stalls_and_reset() {
    stalls(|flow| PlanSigmoid { flow, ..PlanSigmoid::preset16() }.into());
}
