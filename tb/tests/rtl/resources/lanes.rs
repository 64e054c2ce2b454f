//! What a lane of the element-wise units costs, and the token classifier: the DSPs as designed, at most eight LUT levels.

use spec::unit::{Elementwise, Gelu, Softmax, TokenClassifier};
use spec::{Flow, Format, UnitConfig};

use super::{MAX_DEPTH, synthesised};

const S8: Format = Format::signed(8, 4);
const S16: Format = Format::signed(16, 10);

#[test]
fn lanes_keep_their_limits() {
    let flow = Flow::Credit;
    let attention = Softmax { lanes: 4, ..Softmax::unnormalised(S16) };
    for (config, dsp, lut, ff, bram) in [
        (UnitConfig::from(Elementwise { flow, ..Elementwise::residual_add(S8, S16, 4) }), 4, 4 * 180, 4 * 180, 0),
        (Elementwise::scale(S16, S8, 4).into(), 4, 4 * 150, 4 * 190, 0),
        (Gelu { lanes: 4, ..Gelu::preset16() }.into(), 8, 4 * 140, 4 * 333, 0),
        (Softmax { lanes: 4, ..Softmax::preset16() }.into(), 12, 1450, 2600, 4),
        (attention.into(), 8, 1450, 2600, 4),
        (TokenClassifier::int8().into(), 4, 2500, 2500, 8),
    ] {
        let Some(report) = synthesised(config) else { return };
        assert!(report.dsp == dsp && report.lut <= lut && report.ff <= ff, "{report:?}");
        assert!(report.latch == 0 && report.bram18 + 2 * report.bram36 <= bram, "{report:?}");
        assert!(report.depth <= MAX_DEPTH, "{report:?}");
    }
}
