//! Beside HeatViT's Table III (FF 1939, LUT 2364, DSP 2).

use spec::Format;
use spec::unit::Softmax;

use super::{MAX_DEPTH, synthesised};

#[test]
fn presets_stay_within_the_targets() {
    for (config, lut, ff, dsp) in [
        (Softmax::preset16(), 520, 950, 3),
        (Softmax::preset8(), 400, 750, 3),
        (Softmax::unnormalised(Format::signed(8, 4)), 400, 600, 2),
    ] {
        let Some(report) = synthesised(config) else { return };
        assert!(report.dsp <= dsp && report.lut <= lut && report.ff <= ff, "{report:?}");
        assert!(report.bram18 <= 2 && report.bram36 == 0 && report.latch == 0, "{report:?}");
        assert!(report.depth <= MAX_DEPTH, "{report:?}");
    }
}
