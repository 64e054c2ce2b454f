//! Three DSPs a channel of a beat, seven for a row's scale; without γ and β, and lanes in LUTs, the seven alone.

use spec::Format;
use spec::unit::LayerNorm;

use super::{MAX_DEPTH, synthesised};

#[test]
fn presets_stay_within_the_targets() {
    for (config, lut, ff) in [(LayerNorm::preset16(4), 1800, 3300), (LayerNorm::preset8(4), 1450, 2500)] {
        let Some(report) = synthesised(config.clone()) else { return };
        assert!(report.dsp <= 3 * u64::from(config.lanes) + 7, "{report:?}");
        assert!(report.depth <= MAX_DEPTH && report.latch == 0, "{report:?}");
        assert!(report.lut <= lut && report.ff <= ff, "{report:?}");
    }
}

#[test]
fn lanes_in_luts_leave_the_row_its_dsps() {
    let config = LayerNorm { lane_dsp: false, ..LayerNorm::new(Format::signed(16, 10), Format::signed(8, 5), 2) };
    let Some(report) = synthesised(config) else { return };
    assert_eq!(report.dsp, 7, "{report:?}");
    assert!(report.depth <= MAX_DEPTH && report.latch == 0 && report.lut <= 3200, "{report:?}");
}
