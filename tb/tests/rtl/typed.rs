//! The generated wrappers: ports and fields are members, and what does not fit is told before simulation.

mod hand_written {
    include!(concat!(env!("OUT_DIR"), "/hand_written.rs"));
}

use crate::common;
use hand_written::{Rows, TripleS16};
use sim::{Build, Library, Sources};

fn library(name: &str) -> Library {
    let sources = Sources::new(name).file(common::dir().join(format!("{name}.sv")));
    Build::new(sources).cache(common::cache()).compile().expect("a model")
}

#[test]
fn a_testbench_names_fields_not_strings() {
    let mut dut = TripleS16::from_library(&library("triple_s16")).expect("a wrapper");
    dut.rst.set(1);
    dut.tick().expect("a cycle");
    dut.rst.set(0);
    dut.out_ready.set(1);
    for x in [-5, 7, 20_000] {
        dut.in_valid.set(1);
        dut.in_x.set(x);
        dut.tick().expect("a cycle");
        dut.in_valid.set(0);
        dut.tick().expect("a cycle");
        dut.eval().expect("evaluated");
        assert_eq!((dut.out_valid.get(), dut.out_y.get()), (1, (3 * x).min(32767)));
        dut.ticks(1).expect("cycles");
    }
    assert_eq!(common::unit(TripleS16::MODULE).module().name, TripleS16::MODULE);
}

#[test]
fn arrays_have_elements_and_another_module_does_not_fit() {
    let mut dut = Rows::from_library(&library("rows")).expect("a wrapper");
    dut.rst.set(1);
    dut.tick().expect("a cycle");
    dut.rst.set(0);
    dut.in_valid.set(1);
    dut.in_keep.set(0b1011);
    dut.in_last.set(1);
    for lane in 0..4 {
        dut.in_x.set_at(lane, -1000 * i64::from(lane));
    }
    dut.tick().expect("a cycle");
    assert_eq!((dut.out_sum.get(), dut.out_count.get()), (-4000, 3));
    assert!(format!("{dut:?}").contains("out_sum: -4000, out_count: 3"), "{dut:?}");
    dut.in_valid.set(0);
    dut.eval().expect("evaluated");
    assert_eq!(dut.in_ready.get(), 0, "the sum waits");
    dut.out_ready.set(1);
    dut.ticks(2).expect("cycles");
    assert_eq!((dut.in_ready.get(), dut.out_valid.get()), (1, 0));
    assert!(TripleS16::from_library(&library(Rows::MODULE)).is_err());
}
