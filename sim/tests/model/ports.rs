//! Ports of every width, clocks, instances, on every Verilator.

use crate::common::{self, build, verilators};
use sim::{Direction, Error};

#[test]
fn a_counter_counts() {
    for verilator in verilators() {
        let library = build("counter").verilator(verilator).compile().expect("a model");
        let mut model = library.model().expect("an instance");
        let (clock, reset) = (model.clock("clk_i").expect("clock"), model.input("rst_i", 1).expect("reset"));
        let (enable, count) = (model.input("enable_i", 1).expect("enable"), model.output("count_o", 8).expect("count"));
        model.set(reset, 1);
        model.tick(clock).expect("a cycle");
        model.set(reset, 0);
        model.set(enable, 1);
        for expected in 1..=300u64 {
            model.tick(clock).expect("a cycle");
            assert_eq!(model.get(count), expected % 256);
        }
        assert_eq!(model.time(), 301 * 10_000);
        model.ticks(clock, 1000).expect("cycles");
        assert_eq!(model.get(count), 1300 % 256);
        for level in [true, false, false, true, true, false] {
            model.edge(clock, level).expect("half a cycle");
        }
        assert_eq!((model.get(count), model.time()), (1302 % 256, 1304 * 10_000));
    }
}

#[test]
fn parameters_reach_the_top() {
    let sources = sim::Sources::new("counter").file(common::sv("counter.sv")).parameter("Width", 100);
    let library = sim::Build::new(sources).cache(common::cache()).compile().expect("a model");
    assert!(library.ports().iter().any(|p| p.name == "count_o" && p.width == 100));
}

#[test]
fn every_width_is_read_and_written() {
    for verilator in verilators() {
        let library = build("widths").verilator(verilator).compile().expect("a model");
        let mut model = library.model().expect("an instance");
        for width in [1, 9, 32, 64, 100, 300] {
            let input = model.input(&format!("a{width}_i"), width).expect("input");
            let output = model.output(&format!("a{width}_o"), width).expect("output");
            for round in 0..20u32 {
                for (i, mut bit) in model.bits_mut(input).iter_mut().enumerate() {
                    bit.set((i as u32 * 7 + round * 13) % 5 < 2);
                }
                model.eval().expect("evaluated");
                assert_eq!(model.bits(output).len(), width as usize);
                let inverted = model.bits(input).iter().by_vals().zip(model.bits(output).iter().by_vals());
                assert!(inverted.into_iter().all(|(a, b)| a != b), "{width} bits, round {round}");
            }
            let value = 0x0123_4567_89ab_cdef_1122_3344_5566_7788u128;
            model.set_u128(input, value);
            model.eval().expect("evaluated");
            let mask = if width >= 128 { u128::MAX } else { (1 << width) - 1 };
            assert_eq!(model.get_u128(input), value & mask);
            assert_eq!(model.get_u128(output), !value & mask);
            model.set_signed(input, -2);
            model.eval().expect("evaluated");
            assert_eq!(model.bits(input).count_zeros(), 1, "{width} bits");
            assert_eq!(model.get(output), u64::from(width > 0));
        }
        let (odd, out) = (model.input("odd_i", 12).expect("input"), model.output("odd__o", 12).expect("output"));
        model.set(odd, 0xfabc);
        model.eval().expect("evaluated");
        assert_eq!(model.get(out), 0xfff ^ 0xabc);
        assert_eq!(model.get_signed(odd), 0xabc - 0x1000);
        for lane in 0..3 {
            let port = model.input(&format!("lanes_i[{lane}]"), 8).expect("a lane");
            model.set(port, 200 + lane);
        }
        model.eval().expect("evaluated");
        assert_eq!(model.get(model.output("sum_o", 10).expect("sum")), 603);
    }
}

#[test]
fn two_clocks_tick_apart() {
    for verilator in verilators() {
        let library = build("two_clocks").verilator(verilator).compile().expect("a model");
        let mut model = library.model().expect("an instance");
        let fast = model.clock("fast_clk_i").expect("clock").with_half_period(500);
        let slow = model.clock("slow_clk_i").expect("clock").with_half_period(1500);
        let out = |model: &sim::Model, name: &str| model.get(model.output(name, 8).expect("output"));
        for _ in 0..10 {
            model.ticks(fast, 3).expect("cycles");
            model.tick(slow).expect("a cycle");
        }
        assert_eq!(out(&model, "fast_o"), 30);
        assert_eq!(out(&model, "slow_o"), 10);
        assert_eq!(out(&model, "crossed_o"), 30);
        assert_eq!(model.time(), 10 * (3 * 1000 + 3000));
    }
}

#[test]
fn instances_are_independent_and_travel_between_threads() {
    let all = verilators();
    let libraries: Vec<_> =
        all.into_iter().map(|v| build("counter").verilator(v).compile().expect("a model")).collect();
    let models: Vec<_> = (0..8).map(|i| libraries[i % libraries.len()].model().expect("an instance")).collect();
    let threads: Vec<_> = models
        .into_iter()
        .enumerate()
        .map(|(i, mut model)| {
            std::thread::spawn(move || {
                let clock = model.clock("clk_i").expect("clock");
                let enable = model.input("enable_i", 1).expect("enable");
                model.set(enable, 1);
                model.ticks(clock, 1000 + i as u64).expect("cycles");
                model
            })
        })
        .collect();
    for (i, thread) in threads.into_iter().enumerate() {
        let model = thread.join().expect("no panic");
        assert_eq!(model.get(model.output("count_o", 8).expect("count")), (1000 + i as u64) % 256);
    }
}

#[test]
fn wrong_names_widths_and_directions_are_told_before_simulation() {
    let library = build("counter").compile().expect("a model");
    let model = library.model().expect("an instance");
    let error = model.input("enabel_i", 1).unwrap_err().to_string();
    assert!(error.contains("did you mean `enable_i`"), "{error}");
    let error = model.output("count_o", 9).unwrap_err().to_string();
    assert!(error.contains("an 8-bit output") && error.contains("a 9-bit output"), "{error}");
    assert!(matches!(model.input("count_o", 8), Err(Error::PortMismatch { .. })));
    let error = model.input("something_else_entirely", 1).unwrap_err().to_string();
    assert!(error.contains("it has clk_i, rst_i"), "{error}");
    let port = model.port("count_o").expect("a port");
    assert_eq!((model.info(port).width, model.info(port).direction), (8, Direction::Out));
}
