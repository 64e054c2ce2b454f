//! What `gemm_engine` costs: one DSP a pair of multiply-accumulates, two a column for its requantisation, two for its GELU; accumulators
//! in block RAM; eight LUT levels. LUT and FF are upper bounds, for Yosys leaves the registers and adders of the DSPs in the fabric.

use spec::unit::{Gelu, GemmEngine};
use toolbox::synth::{self, SynthJob, SynthReport};

fn report(config: &GemmEngine, top: &str, flatten: bool) -> SynthReport {
    let dir = tempfile::tempdir().unwrap();
    let emission = units::emit(&[config.clone().into()], "").unwrap();
    let module = emission.manifest.module(top).unwrap();
    let files = module.sources.iter().map(|name| {
        let text = &emission.files.iter().find(|(file, _)| file == name).unwrap().1;
        let path = dir.path().join(name);
        std::fs::write(&path, text).unwrap();
        path
    });
    let files: Vec<_> = files.collect();
    synth::run(&SynthJob { flatten, ..SynthJob::new(top, files) }).unwrap()
}

/// Everything of a small engine.
#[test]
fn two_products_are_one_dsp() {
    let gelu = Gelu::new(spec::Format::signed(16, 11), spec::Format::signed(8, 4));
    let config = GemmEngine { load_rows: 2, gelu: Some(gelu), ..GemmEngine::new(16, 2, 2) };
    let report = report(&config, &config.module_name(), true);
    assert_eq!(report.dsp, u64::from(config.dsps()), "{report:?}");
    assert_eq!(report.bram18 + report.bram36, u64::from(config.t_o * config.t_h), "{report:?}");
    assert!(report.depth <= 8 && report.latch == 0, "{report:?}");
}

/// The block that the ZCU102's array is made of.
#[test]
fn a_block_is_seventy_two_dsps() {
    let report = report(&GemmEngine::zcu102(), "gemm_engine_block_p9_s21", true);
    assert_eq!((report.dsp, report.latch), (72, 0), "{report:?}");
    assert!(report.depth <= 8, "{report:?}");
}
