//! A model that stops is an `Err`, not the end of the process.

use crate::common::{build, verilators};
use sim::HaltKind;

#[test]
fn halts_are_errors_with_place_and_message() {
    for verilator in verilators() {
        let library = build("halts").verilator(verilator).compile().expect("a model");
        let mut model = library.model().expect("an instance");
        let (clock, x) = (model.clock("clk_i").expect("clock"), model.input("x_i", 8).expect("x"));
        for (value, kind, text) in [
            (1, HaltKind::Finish, "halts.sv:11"),
            (2, HaltKind::Stop, "halts.sv:12"),
            (4, HaltKind::Stop, "x is 4"),
            (5, HaltKind::Stop, "five"),
        ] {
            model.set(x, value);
            let halt = model.tick(clock).unwrap_err();
            assert_eq!(halt.kind(), kind, "{halt}");
            assert!(halt.to_string().contains(text), "{halt}");
            model.set(x, 0);
            model.ticks(clock, 3).expect("it goes on");
        }
    }
}

#[test]
fn a_halt_ends_a_run_of_cycles_at_once() {
    let mut model = build("halts").compile().expect("a model").model().expect("an instance");
    let (clock, x) = (model.clock("clk_i").expect("clock"), model.input("x_i", 8).expect("x"));
    model.set(x, 4);
    let halt = model.ticks(clock, 1000).unwrap_err();
    assert_eq!((model.time(), halt.kind()), (10_000, HaltKind::Stop));
}

#[test]
fn assertions_can_be_left_out() {
    let mut model = build("halts").assertions(false).compile().expect("a model").model().expect("an instance");
    let (clock, x) = (model.clock("clk_i").expect("clock"), model.input("x_i", 8).expect("x"));
    model.set(x, 4);
    model.tick(clock).expect("not checked");
}

#[test]
fn logic_that_does_not_settle_kills_the_model_only() {
    for verilator in verilators() {
        let mut model = build("halts").verilator(verilator).compile().expect("a model").model().expect("an instance");
        let (clock, ring) = (model.clock("clk_i").expect("clock"), model.input("loop_i", 1).expect("loop"));
        model.tick(clock).expect("a cycle");
        model.set(ring, 1);
        let halt = model.eval().unwrap_err();
        assert_eq!(halt.kind(), HaltKind::Fatal, "{halt}");
        assert!(halt.message().contains("converge"), "{halt}");
        model.set(ring, 0);
        assert_eq!(model.tick(clock).unwrap_err().kind(), HaltKind::Fatal, "a dead model stays dead");
    }
}

#[test]
fn output_can_be_captured() {
    for verilator in verilators() {
        let mut model = build("halts").verilator(verilator).compile().expect("a model").model().expect("an instance");
        let (clock, x) = (model.clock("clk_i").expect("clock"), model.input("x_i", 8).expect("x"));
        model.capture_output();
        model.set(x, 3);
        model.tick(clock).expect("a cycle");
        assert_eq!(model.take_output(), "three at 3\n");
        assert_eq!(model.take_output(), "");
    }
}
