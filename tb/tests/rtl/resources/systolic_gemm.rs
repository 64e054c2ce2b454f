//! One DSP a multiply-accumulate and two a column, accumulators in block RAM.

use spec::unit::SystolicGemm;

use super::{MAX_DEPTH, synthesised};

#[test]
fn every_multiplication_is_one_dsp() {
    for (config, lut, ff) in [(SystolicGemm::int8(4, 4), 2800, 3300), (SystolicGemm::int16(4, 4), 3800, 4900)] {
        let Some(report) = synthesised(config.clone()) else { return };
        assert_eq!(report.dsp, u64::from(config.rows * config.cols + 2 * config.cols), "{report:?}");
        assert_eq!(report.bram18 + report.bram36, u64::from(config.cols), "{report:?}");
        assert!(report.lut <= lut && report.ff <= ff && report.latch == 0, "{report:?}");
        // The longest paths are additions of 16 to 20 bits, counted as LUTs without their carry chain.
        assert!(report.depth <= MAX_DEPTH, "{report:?}");
    }
}
