//! Three DSPs a channel of a beat, seven for a row's scale.

use spec::unit::LayerNorm;

use crate::{MAX_DEPTH, synthesised};

#[test]
fn presets_stay_within_the_targets() {
    for (config, lut, ff) in [(LayerNorm::preset16(4), 1800, 3300), (LayerNorm::preset8(4), 1450, 2500)] {
        let Some(report) = synthesised(config.clone()) else { return };
        assert!(report.dsp <= 3 * u64::from(config.lanes) + 7, "{report:?}");
        assert!(report.depth <= MAX_DEPTH && report.latch == 0, "{report:?}");
        assert!(report.lut <= lut && report.ff <= ff, "{report:?}");
    }
}
