//! `elementwise` and `gelu` of several lanes in RTL against the reference: rows of any length, stalls on all sides, reset, jobs back to back.

use crate::emitted::unit;
use proptest::prelude::*;
use reference::{ElementwiseModel, FunctionUnit, GeluModel};
use serde::Serialize;
use sim::Start;
use spec::unit::{Elementwise, Gelu, Method, Operation};
use spec::{Flow, Format};
use tb::jobs::elementwise::{Job, job, queue};
use tb::jobs::lanes;
use tb::{Check, Pattern};

const S8: Format = Format::signed(8, 4);
const S16: Format = Format::signed(16, 10);

#[derive(Clone, Debug, Serialize)]
struct Case {
    jobs: Vec<Job>,
    /// Of `cmd`, `in`, `residual` and `out`.
    patterns: [Pattern; 4],
    reset_after: Option<u32>,
}

fn case(config: &Elementwise) -> impl Strategy<Value = Case> + use<> {
    let patterns = [(); 4].map(|()| Pattern::any());
    let reset = proptest::option::weighted(0.3, 1u32..60);
    (prop::collection::vec(job(config), 1..7), patterns, reset).prop_map(|(jobs, patterns, reset_after)| Case {
        jobs,
        patterns,
        reset_after,
    })
}

fn equals_the_reference(config: &Elementwise) {
    let unit = unit(config.clone()).start(Start::Random(3));
    Check::new(config.module_name(), &unit).cases(250).run(case(config), |bench, case| {
        let [cmd, x, residual, out] = case.patterns.clone();
        bench.gaps("cmd", cmd)?;
        bench.gaps("in", x)?;
        if config.operation == Operation::ResidualAdd {
            bench.gaps("residual", residual)?;
        }
        bench.stalls("out", out)?;
        if let Some(cycles) = case.reset_after {
            queue(bench, config, &case.jobs)?;
            bench.run_for(cycles)?;
            bench.reset()?;
        }
        queue(bench, config, &case.jobs)?;
        bench.run()
    });
}

#[test]
fn scaling() {
    equals_the_reference(&Elementwise::scale(S16, S8, 8));
    equals_the_reference(&Elementwise { flow: Flow::Credit, ..Elementwise::scale(S16, S16, 1) });
    equals_the_reference(&Elementwise::scale(Format::signed(2, 0), Format::signed(3, 1), 3));
}

#[test]
fn residual_addition() {
    equals_the_reference(&Elementwise { flow: Flow::Credit, ..Elementwise::residual_add(S8, S16, 64) });
    equals_the_reference(&Elementwise::residual_add(S16, S16, 4));
    equals_the_reference(&Elementwise { flow: Flow::Skid, ..Elementwise::residual_add(S16, Format::signed(2, 0), 1) });
}

/// Every x, around every rounding, under every shift.
#[test]
fn every_shift_of_every_eight_bit_value() {
    for config in [Elementwise::scale(S8, S8, 32), Elementwise::residual_add(S8, S16, 32)] {
        let mut bench = unit(config.clone()).bench().unwrap();
        let edges = [-32768, -32767, -2, -1, 0, 1, 32766, 32767];
        let jobs = (0..64u8).flat_map(|shift| [1, 3, 1 << 15, u16::MAX].map(|mult| (mult, shift)));
        let jobs: Vec<Job> = jobs
            .map(|(mult, shift)| {
                let values = (-128..128).zip(edges.iter().cycle()).map(|(x, &r)| (x, r)).collect();
                Job { mult, shift, values }
            })
            .collect();
        queue(&mut bench, &config, &jobs).unwrap();
        bench.run().unwrap();
    }
}

/// One beat a cycle over jobs of every length, and the latency that the manifest states.
#[test]
fn jobs_follow_each_other_without_a_bubble() {
    for flow in [Flow::Stall, Flow::Credit] {
        let config = Elementwise { flow, ..Elementwise::residual_add(S8, S16, 4) };
        let mut bench = unit(config.clone()).bench().unwrap();
        let jobs: Vec<Job> =
            (1..40).map(|length| Job { mult: 300, shift: 9, values: vec![(77, -5); length] }).collect();
        let beats: usize = jobs.iter().map(|job| job.values.len().div_ceil(4)).sum();
        queue(&mut bench, &config, &jobs).unwrap();
        bench.run().unwrap();
        let out = bench.module().streams.iter().find(|stream| stream.name == "out").unwrap().clone();
        bench.timing("in", "out").unwrap().agrees_with(&out).unwrap();
        assert!(bench.cycle() < beats as u64 + 30, "{beats} beats in {} cycles", bench.cycle());
    }
}

/// Full products against `f64`, which holds them exactly.
#[test]
fn the_reference_rounds_the_exact_value() {
    let model = ElementwiseModel::new(&Elementwise::residual_add(S16, S16, 1)).unwrap();
    let mut state = 1u64;
    for _ in 0..200_000 {
        state = state.wrapping_mul(6364136223846793005).wrapping_add(1442695040888963407);
        let (x, r, mult) = ((state >> 48) as i16, (state >> 32) as i16, (state >> 16) as u16);
        let shift = (state >> 60) as u8 + 8;
        let exact = f64::from(r) + f64::from(x) * f64::from(mult) / 2f64.powi(shift.into());
        let expected = exact.round_ties_even().clamp(-32768.0, 32767.0) as i64;
        assert_eq!(model.eval(x.into(), r.into(), mult, shift), expected, "{r} + {x} * {mult} >> {shift}");
    }
}

fn gelu_lanes(config: &Gelu) {
    let model = GeluModel::new(config).unwrap();
    let unit = unit(config.clone()).start(Start::Random(4));
    let value = config.x.min() as i64..=config.x.max() as i64;
    let rows = prop::collection::vec(prop::collection::vec(value, 1..=3 * config.lanes as usize), 0..12);
    let cases = (rows, Pattern::any(), Pattern::any(), 0u32..40);
    Check::new(config.module_name(), &unit).cases(200).run(cases, |bench, (rows, gaps, stalls, cycles)| {
        bench.patterns(gaps, stalls);
        for again in [true, false] {
            for row in rows {
                bench.send("in", lanes::row(row, config.lanes))?;
                let y: Vec<i64> = row.iter().map(|&x| model.eval(x)).collect();
                bench.expect("out", lanes::row(&y, config.lanes))?;
            }
            if again {
                bench.run_for(*cycles)?;
                bench.reset()?;
            }
        }
        bench.run()
    });
}

#[test]
fn gelu_of_several_lanes() {
    gelu_lanes(&Gelu { lanes: 8, ..Gelu::preset16() });
    gelu_lanes(&Gelu { lanes: 3, flow: Flow::Skid, ..Gelu::preset8() });
    gelu_lanes(&Gelu { lanes: 64, flow: Flow::Credit, ..Gelu::preset8() });
    gelu_lanes(&Gelu { lanes: 2, method: Method::Table, ..Gelu::preset8() });
}

/// Every input on every lane, at the latency of one lane.
#[test]
fn gelu_lanes_on_all_inputs() {
    let config = Gelu { lanes: 4, ..Gelu::preset16() };
    let model = GeluModel::new(&config).unwrap();
    let mut bench = unit(config.clone()).bench().unwrap();
    for shift in 0..4 {
        let x: Vec<i64> = (0..65536).map(|i| (i + shift) % 65536 - 32768).collect();
        bench.send("in", lanes::row(&x, 4)).unwrap();
        bench.expect("out", lanes::row(&x.iter().map(|&x| model.eval(x)).collect::<Vec<_>>(), 4)).unwrap();
    }
    bench.run().unwrap();
    let out = bench.module().streams.iter().find(|stream| stream.name == "out").unwrap().clone();
    bench.timing("in", "out").unwrap().agrees_with(&out).unwrap();
}
