//! What `systolic_gemm` costs: one DSP a multiply-accumulate and two a column, accumulators in block RAM, eight LUT levels; LUT and
//! FF are upper bounds, for Yosys leaves the registers and adders of the DSPs in the fabric.

use spec::unit::SystolicGemm;
use toolbox::synth::{self, SynthJob};

#[test]
fn every_multiplication_is_one_dsp() {
    for (config, lut, ff) in [(SystolicGemm::int8(4, 4), 2800, 3300), (SystolicGemm::int16(4, 4), 3800, 4900)] {
        let dir = tempfile::tempdir().unwrap();
        let emission = units::emit(&[config.clone().into()], "").unwrap();
        let write = |(file, text): &(String, String)| {
            let path = dir.path().join(file);
            std::fs::write(&path, text).unwrap();
            path
        };
        let files: Vec<_> = emission.files.iter().map(write).collect();
        let report = synth::run(&SynthJob::new(config.module_name(), files)).unwrap();
        assert_eq!(report.dsp, u64::from(config.rows * config.cols + 2 * config.cols), "{report:?}");
        assert_eq!(report.bram18 + report.bram36, u64::from(config.cols), "{report:?}");
        assert!(report.lut <= lut && report.ff <= ff && report.latch == 0, "{report:?}");
        // The longest paths are additions of 16 to 20 bits, counted as LUTs without their carry chain.
        assert!(report.depth <= 8, "{report:?}");
    }
}
