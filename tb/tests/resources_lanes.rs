//! What a lane of the element-wise units costs: the DSPs as designed, at most eight LUT levels.

use spec::unit::{Elementwise, Gelu};
use spec::{Flow, Format, UnitConfig};
use toolbox::synth::{self, SynthJob, SynthReport};

const S8: Format = Format::signed(8, 4);
const S16: Format = Format::signed(16, 10);

fn synthesised(config: &UnitConfig) -> SynthReport {
    let name = config.module_name();
    let dir = tempfile::tempdir().unwrap();
    let emission = units::emit(std::slice::from_ref(config), "").unwrap();
    let write = |(file, text): &(String, String)| {
        let path = dir.path().join(file);
        std::fs::write(&path, text).unwrap();
        path
    };
    let files: Vec<_> = emission.files.iter().map(write).collect();
    synth::run(&SynthJob::new(name, files)).unwrap()
}

#[test]
fn lanes_keep_their_limits() {
    let flow = Flow::Credit;
    for (config, dsp, lut, ff) in [
        (UnitConfig::from(Elementwise { flow, ..Elementwise::residual_add(S8, S16, 4) }), 4, 4 * 170, 4 * 170),
        (Elementwise::scale(S16, S8, 4).into(), 4, 4 * 150, 4 * 190),
        (Gelu { lanes: 4, ..Gelu::preset16() }.into(), 8, 4 * 140, 4 * 333),
    ] {
        let report = synthesised(&config);
        assert!(report.dsp == dsp && report.lut <= lut && report.ff <= ff, "{report:?}");
        assert_eq!((report.latch, report.bram18, report.bram36), (0, 0, 0), "{report:?}");
        assert!(report.depth <= 8, "{report:?}");
    }
}
