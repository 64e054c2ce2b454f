//! Synthesis estimates of small designs whose cost can be told by hand.

use std::path::PathBuf;

use toolbox::synth::{self, Reader, SynthJob};
use toolbox::{Tool, need};

fn fixture(name: &str) -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures").join(name)
}

#[test]
fn an_accumulator_costs_what_it_must_in_both_readers() {
    let job = SynthJob::new("clean", [fixture("clean.sv")]);
    for reader in [Reader::Verilog, Reader::Slang] {
        if reader == Reader::Verilog && !need::present(Tool::Yosys, "synthesis of the accumulator").expect("yosys") {
            continue;
        }
        let report = synth::run(&SynthJob { reader, ..job.clone() }).expect("it synthesises");
        assert_eq!((report.ff, report.lut, report.carry), (8, 8, 2), "{report:?}");
        assert_eq!((report.dsp, report.latch, report.bram18, report.lutram), (0, 0, 0, 0), "{report:?}");
        assert!((2..=4).contains(&report.depth), "{report:?}");
        assert!(synth::run(&SynthJob { reader, ..job.clone() }).expect("again").cached);
    }
}

#[test]
fn multipliers_and_memories_are_counted_and_end_paths() {
    if !need::present(Tool::Yosys, "synthesis of the pipeline").expect("yosys") {
        return;
    }
    let job = SynthJob::new("pipeline", [fixture("pipeline.sv")]);
    let report = synth::run(&job).expect("it synthesises");
    assert_eq!((report.dsp, report.bram18 + 2 * report.bram36), (1, 1), "{report:?}");
    assert!(report.lutram > 0, "{report:?}");
    // The product has registers before and behind it; of the memories, one is read into logic, the other into a port.
    assert_eq!(report.unregistered, ["LUT RAM small_mem", "block RAM large_mem"]);
    // Logic between a register and the product, in a design that keeps a module of logic.
    let open = synth::run(&SynthJob::new("open_product", [fixture("open_product.sv")])).expect("it synthesises");
    assert_eq!(open.dsp, 1, "{open:?}");
    assert!(
        !open.unregistered.is_empty() && open.unregistered.iter().all(|place| place.contains("operand")),
        "{open:?}"
    );
    // Address LUT, LUT RAM, one LUT behind it.
    assert_eq!(report.depth, 3, "{report:?}");

    // A LUT, a run of carry for all 18 bits of a sum, one LUT behind it.
    let sum = synth::run(&SynthJob::new("sum", [fixture("sum.sv")])).expect("it synthesises");
    assert_eq!(sum.depth, 3, "{sum:?}");

    let kept = SynthJob { flatten: false, ..SynthJob::new("pair", [fixture("pipeline.sv"), fixture("pair.sv")]) };
    let pair = synth::run(&kept).expect("it synthesises");
    assert_eq!((pair.dsp, pair.lutram, pair.ff), (2 * report.dsp, 2 * report.lutram, 2 * report.ff));
    assert_eq!(pair.depth, report.depth);

    let chain = SynthJob::new("chain", [fixture("link.sv"), fixture("chain.sv")]);
    let (flat, kept) = (synth::run(&chain), synth::run(&SynthJob { flatten: false, ..chain }));
    let (flat, kept) = (flat.expect("it synthesises"), kept.expect("it synthesises"));
    assert_eq!(
        (flat.depth, kept.depth),
        (2, 4),
        "paths are followed through instances, which are not optimised together"
    );
    assert_eq!((flat.ff, kept.ff, kept.lut), (1, 1, 4));
}

#[test]
fn a_design_that_yosys_refuses_says_why() {
    if !need::present(Tool::Yosys, "synthesis of a broken file").expect("yosys") {
        return;
    }
    let error = synth::run(&SynthJob::new("broken", [fixture("broken.sv")])).expect_err("a syntax error");
    assert!(error.to_string().contains("broken.sv:9"), "{error}");
    let error = synth::run(&SynthJob::new("x", [fixture("absent.sv")])).expect_err("no such file");
    assert!(error.to_string().contains("absent.sv"), "{error}");
}
