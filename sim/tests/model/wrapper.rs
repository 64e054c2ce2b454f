//! The typed wrapper, as generated from a manifest entry.

/// What `codegen::wrapper` writes for the entry; `codegen.rs` holds that it still does.
#[rustfmt::skip]
pub mod stream_wrapper;

use crate::common::{build, verilators};
use crate::stream_manifest;
use stream_wrapper::Stream;

#[test]
fn ports_and_fields_are_members() {
    for verilator in verilators() {
        let mut dut =
            Stream::from_library(&build("stream").verilator(verilator).compile().expect("a model")).expect("a wrapper");
        dut.rst.set(1);
        dut.tick().expect("a cycle");
        dut.rst.set(0);
        dut.out_ready.set(1);
        dut.in_valid.set(1);
        for (x, a, b) in [(-128, 63, 0), (127, 0, 63), (5, 6, 7), (-1, 1, 0)] {
            dut.in_x.set(x);
            dut.in_k.set_at(0, a);
            dut.in_k.set_at(1, b);
            dut.eval().expect("evaluated");
            assert_eq!(dut.in_ready.get(), 1);
            dut.tick().expect("a cycle");
            assert_eq!((dut.out_valid.get(), dut.out_y.get()), (1, x + a - b));
            assert_eq!(dut.out_data.get_signed(), x + a - b);
        }
        dut.ticks(3).expect("cycles");
        assert!(format!("{dut:?}").contains("in_x: -1, in_k: 1, out_y: 0"), "{dut:?}");
        assert_eq!((dut.sim.time(), Stream::MODULE), (8 * 10_000, "stream"));
    }
}

#[test]
fn another_width_is_an_error_before_simulation() {
    let library = build("stream").compile().expect("a model");
    let mut module = stream_manifest::module();
    library.check(&module).expect("it fits");
    module.ports[4].width = 21;
    let error = library.check(&module).unwrap_err().to_string();
    assert!(error.contains("in_data_i") && error.contains("20-bit"), "{error}");
    module.ports.remove(4);
    assert!(library.check(&module).unwrap_err().to_string().contains("does not list"));
    assert!(Stream::from_library(&build("counter").compile().expect("a model")).is_err());
}
